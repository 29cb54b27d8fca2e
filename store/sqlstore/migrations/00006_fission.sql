-- Group buys with their terms. The document is the group; the row is what steps
-- on it lock.
CREATE TABLE siyu_groupbuy_groups (
    tenant   {{id}} NOT NULL,
    group_id {{id}} NOT NULL,
    document {{text}} NOT NULL,
    PRIMARY KEY (tenant, group_id)
);

-- Help tasks with their terms.
CREATE TABLE siyu_assist_tasks (
    tenant      {{id}} NOT NULL,
    campaign_id {{id}} NOT NULL,
    task_id     {{id}} NOT NULL,
    document    {{text}} NOT NULL,
    PRIMARY KEY (tenant, campaign_id, task_id)
);

-- Who has helped in a campaign, whatever task: the key is the rule.
CREATE TABLE siyu_assist_helpers (
    tenant      {{id}} NOT NULL,
    campaign_id {{id}} NOT NULL,
    person      {{id}} NOT NULL,
    task_id     {{id}} NOT NULL,
    PRIMARY KEY (tenant, campaign_id, person)
);
