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

-- only: postgresql
ALTER TABLE siyu_events ADD PRIMARY KEY (tenant, seq);

-- only: sqlite mysql
CREATE INDEX siyu_events_seq ON siyu_events (tenant, seq);

-- only: mysql
CREATE TABLE siyu_log_gates (gate {{int}} PRIMARY KEY);

-- only: mysql
INSERT INTO siyu_log_gates (gate) VALUES
    (0), (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12), (13), (14), (15),
    (16), (17), (18), (19), (20), (21), (22), (23), (24), (25), (26), (27), (28), (29), (30), (31),
    (32), (33), (34), (35), (36), (37), (38), (39), (40), (41), (42), (43), (44), (45), (46), (47),
    (48), (49), (50), (51), (52), (53), (54), (55), (56), (57), (58), (59), (60), (61), (62), (63);
