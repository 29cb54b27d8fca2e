-- Live codes with their groups and how many are in each. The document is the
-- code; the row is what steps on it lock.
CREATE TABLE siyu_persona_codes (
    tenant  {{id}} NOT NULL,
    code_id {{id}} NOT NULL,
    code    {{text}} NOT NULL,
    PRIMARY KEY (tenant, code_id)
);

-- Who is in which group of a code.
CREATE TABLE siyu_persona_members (
    tenant   {{id}} NOT NULL,
    code_id  {{id}} NOT NULL,
    user_id  {{id}} NOT NULL,
    group_id {{id}} NOT NULL,
    PRIMARY KEY (tenant, code_id, user_id)
);

CREATE INDEX siyu_persona_members_group ON siyu_persona_members (tenant, code_id, group_id, user_id);

-- Rosters, and what their advisers have taken.
CREATE TABLE siyu_persona_rosters (
    tenant    {{id}} NOT NULL,
    roster_id {{id}} NOT NULL,
    roster    {{text}} NOT NULL,
    state     {{text}} NOT NULL,
    PRIMARY KEY (tenant, roster_id)
);

-- Who has which adviser.
CREATE TABLE siyu_persona_customers (
    tenant     {{id}} NOT NULL,
    roster_id  {{id}} NOT NULL,
    user_id    {{id}} NOT NULL,
    adviser_id {{id}} NOT NULL,
    PRIMARY KEY (tenant, roster_id, user_id)
);
