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

-- Courses and flows that people are in. The document is the enrolment or run.
CREATE TABLE siyu_campaign_journeys (
    tenant   {{id}} NOT NULL,
    journey  {{id}} NOT NULL,
    user_id  {{id}} NOT NULL,
    entry    {{id}} NOT NULL,
    state    {{id}} NOT NULL,
    due      {{int}} NOT NULL,
    document {{text}} NOT NULL,
    PRIMARY KEY (tenant, journey, user_id, entry)
);

CREATE INDEX siyu_campaign_journeys_due ON siyu_campaign_journeys (tenant, journey, state, due, user_id, entry);

-- Seats of offers, with who holds them.
CREATE TABLE siyu_campaign_seats (
    tenant   {{id}} NOT NULL,
    offer_id {{id}} NOT NULL,
    seats    {{text}} NOT NULL,
    PRIMARY KEY (tenant, offer_id)
);

-- Who has had the gift of a survey, and how many were given.
CREATE TABLE siyu_campaign_gifts (
    tenant    {{id}} NOT NULL,
    survey_id {{id}} NOT NULL,
    user_id   {{id}} NOT NULL,
    PRIMARY KEY (tenant, survey_id, user_id)
);

CREATE TABLE siyu_campaign_surveys (
    tenant    {{id}} NOT NULL,
    survey_id {{id}} NOT NULL,
    given     {{int}} NOT NULL,
    PRIMARY KEY (tenant, survey_id)
);
