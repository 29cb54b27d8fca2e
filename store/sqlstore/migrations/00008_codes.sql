-- Invitation codes by their key. The document is the code with its uses; the row
-- is what steps on it lock.
CREATE TABLE siyu_invite_codes (
    tenant   {{id}} NOT NULL,
    code_key {{id}} NOT NULL,
    document {{text}} NOT NULL,
    PRIMARY KEY (tenant, code_key)
);

-- Whose codes they are; a code never changes hands.
CREATE TABLE siyu_invite_inviters (
    tenant   {{id}} NOT NULL,
    inviter  {{id}} NOT NULL,
    code_key {{id}} NOT NULL,
    PRIMARY KEY (tenant, inviter, code_key)
);
