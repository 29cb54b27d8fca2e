-- Batches of personal coupons: the terms as JSON, and what has been claimed.
CREATE TABLE siyu_coupon_batches (
    tenant   {{id}} NOT NULL,
    batch_id {{id}} NOT NULL,
    terms    {{text}} NOT NULL,
    claimed  {{int}} NOT NULL,
    PRIMARY KEY (tenant, batch_id)
);

-- Personal coupons. Redemptions are counted from here, not in the batch's row:
-- an order's transaction would hold that row for all other orders.
CREATE TABLE siyu_coupons (
    tenant         {{id}} NOT NULL,
    coupon_id      {{id}} NOT NULL,
    batch_id       {{id}} NOT NULL,
    promo_id       {{id}} NOT NULL,
    user_id        {{id}} NOT NULL,
    state          {{id}} NOT NULL,
    order_id       {{id}} NOT NULL,
    claimed_at     {{int}} NOT NULL,
    usable_from    {{int}} NOT NULL,
    usable_until   {{int}} NOT NULL,
    locked_until   {{int}} NOT NULL,
    keep_on_refund {{int}} NOT NULL,
    version        {{int}} NOT NULL,
    PRIMARY KEY (tenant, coupon_id)
);

-- only: sqlite postgresql
CREATE INDEX siyu_coupons_redeemed ON siyu_coupons (tenant, batch_id) WHERE state = 'redeemed';

-- only: mysql
CREATE INDEX siyu_coupons_redeemed ON siyu_coupons (tenant, batch_id, state);

-- Shared codes: the terms as JSON, and what has been used.
CREATE TABLE siyu_coupon_codes (
    tenant {{id}} NOT NULL,
    code   {{id}} NOT NULL,
    terms  {{text}} NOT NULL,
    uses   {{int}} NOT NULL,
    spent  {{int}} NOT NULL,
    PRIMARY KEY (tenant, code)
);

CREATE TABLE siyu_coupon_uses (
    tenant    {{id}} NOT NULL,
    code      {{id}} NOT NULL,
    order_id  {{id}} NOT NULL,
    user_id   {{id}} NOT NULL,
    granted   {{int}} NOT NULL,
    at        {{int}} NOT NULL,
    cancelled {{int}} NOT NULL,
    counted   {{int}} NOT NULL,
    tallies   {{text}} NOT NULL,
    version   {{int}} NOT NULL,
    PRIMARY KEY (tenant, code, order_id)
);

-- Counters beside the rows: claims of a user, money of a day.
CREATE TABLE siyu_coupon_tallies (
    tenant {{id}} NOT NULL,
    tally  {{id}} NOT NULL,
    amount {{int}} NOT NULL,
    PRIMARY KEY (tenant, tally)
){{keyed}};
