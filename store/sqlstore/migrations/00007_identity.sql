-- One row a tenant: what steps on its graph lock, and the place of the last link.
CREATE TABLE siyu_identity_graphs (
    tenant {{id}} NOT NULL,
    place  {{int}} NOT NULL,
    PRIMARY KEY (tenant)
);

-- Links in the order in which they were taken up; of those that were taken back
-- withdrawn says by whom.
CREATE TABLE siyu_identity_links (
    tenant   {{id}} NOT NULL,
    link_id  {{id}} NOT NULL,
    place    {{int}} NOT NULL,
    a_kind   {{id}} NOT NULL,
    a_value  {{id}} NOT NULL,
    b_kind   {{id}} NOT NULL,
    b_value  {{id}} NOT NULL,
    stands   {{int}} NOT NULL,
    document {{text}} NOT NULL,
    withdrawn {{text}} NOT NULL,
    PRIMARY KEY (tenant, link_id)
);

CREATE INDEX siyu_identity_links_a ON siyu_identity_links (tenant, a_kind, a_value, stands);

CREATE INDEX siyu_identity_links_b ON siyu_identity_links (tenant, b_kind, b_value, stands);

-- What sources reported of an identifier.
CREATE TABLE siyu_identity_observations (
    tenant   {{id}} NOT NULL,
    kind     {{id}} NOT NULL,
    value    {{id}} NOT NULL,
    name     {{id}} NOT NULL,
    source   {{id}} NOT NULL,
    document {{text}} NOT NULL,
    PRIMARY KEY (tenant, kind, value, name, source)
);
