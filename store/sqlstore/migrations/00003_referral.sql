-- Package referral. Every table is keyed by tenant and program.

-- A program's own row, which every step locks first.
CREATE TABLE siyu_referral_programs (
    tenant  {{id}} NOT NULL,
    program {{id}} NOT NULL,
    terms   {{id}} NOT NULL,
    seq     {{int}} NOT NULL,
    at      {{int}} NOT NULL,
    net     {{int}} NOT NULL,
    PRIMARY KEY (tenant, program)
);

CREATE TABLE siyu_referral_people (
    tenant   {{id}} NOT NULL,
    program  {{id}} NOT NULL,
    person   {{id}} NOT NULL,
    existing {{int}} NOT NULL,
    disabled {{int}} NOT NULL,
    signals  {{text}} NOT NULL,
    pending  {{int}} NOT NULL,
    held     {{int}} NOT NULL,
    balance  {{int}} NOT NULL,
    paid     {{int}} NOT NULL,
    PRIMARY KEY (tenant, program, person)
);

-- The signals of people once more, to find who shares one.
CREATE TABLE siyu_referral_signals (
    tenant       {{id}} NOT NULL,
    program      {{id}} NOT NULL,
    person       {{id}} NOT NULL,
    signal_name  {{id}} NOT NULL,
    signal_value {{id}} NOT NULL,
    PRIMARY KEY (tenant, program, person, signal_name)
);

CREATE INDEX siyu_referral_signals_value ON siyu_referral_signals (tenant, program, signal_name, signal_value);

CREATE TABLE siyu_referral_tallies (
    tenant  {{id}} NOT NULL,
    program {{id}} NOT NULL,
    person  {{id}} NOT NULL,
    series  {{id}} NOT NULL,
    n       {{int}} NOT NULL,
    amount  {{int}} NOT NULL,
    PRIMARY KEY (tenant, program, person, series)
);

CREATE TABLE siyu_referral_touches (
    tenant  {{id}} NOT NULL,
    program {{id}} NOT NULL,
    seq     {{int}} NOT NULL,
    invitee {{id}} NOT NULL,
    inviter {{id}} NOT NULL,
    at      {{int}} NOT NULL,
    PRIMARY KEY (tenant, program, seq)
);

CREATE INDEX siyu_referral_touches_invitee ON siyu_referral_touches (tenant, program, invitee, seq);

-- Present bindings.
CREATE TABLE siyu_referral_bindings (
    tenant  {{id}} NOT NULL,
    program {{id}} NOT NULL,
    invitee {{id}} NOT NULL,
    inviter {{id}} NOT NULL,
    at      {{int}} NOT NULL,
    held    {{int}} NOT NULL,
    PRIMARY KEY (tenant, program, invitee)
);

CREATE INDEX siyu_referral_bindings_inviter ON siyu_referral_bindings (tenant, program, inviter);

-- Accepted binds, those since removed or replaced included.
CREATE TABLE siyu_referral_binds (
    tenant  {{id}} NOT NULL,
    program {{id}} NOT NULL,
    seq     {{int}} NOT NULL,
    inviter {{id}} NOT NULL,
    invitee {{id}} NOT NULL,
    at      {{int}} NOT NULL,
    PRIMARY KEY (tenant, program, seq)
);

CREATE INDEX siyu_referral_binds_inviter ON siyu_referral_binds (tenant, program, inviter, at);

CREATE TABLE siyu_referral_qualifications (
    tenant    {{id}} NOT NULL,
    program   {{id}} NOT NULL,
    order_key {{id}} NOT NULL,
    seq       {{int}} NOT NULL,
    invitee   {{id}} NOT NULL,
    level1    {{id}} NOT NULL,
    level2    {{id}} NOT NULL,
    amount    {{int}} NOT NULL,
    remaining {{int}} NOT NULL,
    at        {{int}} NOT NULL,
    live      {{int}} NOT NULL,
    held      {{int}} NOT NULL,
    PRIMARY KEY (tenant, program, order_key)
);

CREATE INDEX siyu_referral_qualifications_invitee ON siyu_referral_qualifications (tenant, program, invitee, seq);

CREATE TABLE siyu_referral_refunds (
    tenant     {{id}} NOT NULL,
    program    {{id}} NOT NULL,
    refund_key {{id}} NOT NULL,
    order_key  {{id}} NOT NULL,
    amount     {{int}},
    at         {{int}} NOT NULL,
    PRIMARY KEY (tenant, program, refund_key)
);

CREATE TABLE siyu_referral_awards (
    tenant    {{id}} NOT NULL,
    program   {{id}} NOT NULL,
    order_key {{id}} NOT NULL,
    rule_id   {{id}} NOT NULL,
    person    {{id}} NOT NULL,
    role_name {{id}} NOT NULL,
    series    {{id}} NOT NULL,
    seq       {{int}} NOT NULL,
    step      {{int}} NOT NULL,
    at        {{int}} NOT NULL,
    due       {{int}} NOT NULL,
    base      {{int}} NOT NULL,
    amount    {{int}} NOT NULL,
    want      {{int}} NOT NULL,
    granted   {{int}} NOT NULL,
    refused   {{int}} NOT NULL,
    bucket    {{id}} NOT NULL,
    live      {{int}} NOT NULL,
    PRIMARY KEY (tenant, program, order_key, rule_id)
);

CREATE INDEX siyu_referral_awards_series ON siyu_referral_awards (tenant, program, person, rule_id, series, seq);

CREATE INDEX siyu_referral_awards_person ON siyu_referral_awards (tenant, program, person, bucket, due);

CREATE INDEX siyu_referral_awards_due ON siyu_referral_awards (tenant, program, bucket, due);

-- The ledger.
CREATE TABLE siyu_referral_entries (
    tenant      {{id}} NOT NULL,
    program     {{id}} NOT NULL,
    seq         {{int}} NOT NULL,
    line        {{int}} NOT NULL,
    at          {{int}} NOT NULL,
    person      {{id}} NOT NULL,
    from_bucket {{id}} NOT NULL,
    to_bucket   {{id}} NOT NULL,
    amount      {{int}} NOT NULL,
    order_key   {{id}} NOT NULL,
    rule_id     {{id}} NOT NULL,
    PRIMARY KEY (tenant, program, seq, line)
);

CREATE INDEX siyu_referral_entries_person ON siyu_referral_entries (tenant, program, person, seq, line);
