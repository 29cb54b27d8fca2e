-- Calls answered so far: the idempotency keys.
CREATE TABLE siyu_calls (
    tenant   {{id}} NOT NULL,
    op       {{id}} NOT NULL,
    call_key {{id}} NOT NULL,
    digest   {{id}} NOT NULL,
    answer   {{text}} NOT NULL,
    PRIMARY KEY (tenant, op, call_key)
);

-- The event log.
CREATE TABLE siyu_events (
    seq      {{serial}},
    tenant   {{id}} NOT NULL,
    event_id {{id}} NOT NULL,
    user_id  {{id}} NOT NULL,
    name     {{id}} NOT NULL,
    at       {{int}} NOT NULL,
    value    {{int}} NOT NULL,
    channel  {{id}} NOT NULL,
    domain   {{id}} NOT NULL,
    props    {{text}} NOT NULL
);

CREATE UNIQUE INDEX siyu_events_id ON siyu_events (tenant, event_id);

CREATE INDEX siyu_events_seq ON siyu_events (tenant, seq);
