-- Profiles that decide on sends. A row without a profile is only there to be
-- locked: steps of one person are serial.
CREATE TABLE siyu_campaign_people (
    tenant  {{id}} NOT NULL,
    user_id {{id}} NOT NULL,
    person  {{text}} NOT NULL,
    PRIMARY KEY (tenant, user_id)
);

-- Sends: reserved, settled, deferred.
CREATE TABLE siyu_campaign_sends (
    tenant      {{id}} NOT NULL,
    send_id     {{id}} NOT NULL,
    user_id     {{id}} NOT NULL,
    campaign    {{id}} NOT NULL,
    channel     {{id}} NOT NULL,
    topic       {{id}} NOT NULL,
    sender      {{id}} NOT NULL,
    class       {{id}} NOT NULL,
    at          {{int}} NOT NULL,
    outcome     {{id}} NOT NULL,
    release_at  {{int}} NOT NULL,
    took_stock  {{int}} NOT NULL,
    PRIMARY KEY (tenant, send_id)
);

CREATE INDEX siyu_campaign_sends_user ON siyu_campaign_sends (tenant, user_id, at);

CREATE INDEX siyu_campaign_sends_due ON siyu_campaign_sends (tenant, outcome, release_at, send_id);

-- How much of a campaign's stock its sends hold.
CREATE TABLE siyu_campaign_stock (
    tenant   {{id}} NOT NULL,
    campaign {{id}} NOT NULL,
    taken    {{int}} NOT NULL,
    PRIMARY KEY (tenant, campaign)
);
