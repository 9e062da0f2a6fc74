-- A run is the credit manager's day: one report, and what is to be done. It is written whole or not at all.
CREATE TABLE runs (
    as_of  TEXT PRIMARY KEY,
    policy TEXT NOT NULL,
    facts  BIGINT NOT NULL -- the last fact it knew
);
CREATE TABLE report_cells (
    as_of       TEXT NOT NULL REFERENCES runs (as_of),
    customer    TEXT NOT NULL, -- '' is the total
    currency    TEXT NOT NULL,
    bucket      TEXT NOT NULL,
    position    INTEGER NOT NULL,
    amount      {{decimal}} NOT NULL,
    items       INTEGER NOT NULL,
    PRIMARY KEY (as_of, customer, currency, bucket)
);
-- Of actions: one that was withdrawn is not given again.
CREATE TABLE numbers (last BIGINT NOT NULL);
INSERT INTO numbers (last) VALUES (0);
CREATE TABLE actions (
    id         BIGINT PRIMARY KEY,
    planned_on TEXT NOT NULL REFERENCES runs (as_of),
    customer   TEXT NOT NULL,
    step       TEXT NOT NULL,
    level      INTEGER NOT NULL,
    channel    TEXT NOT NULL,
    currency   TEXT NOT NULL,
    asked      {{decimal}} NOT NULL,
    taken_on   TEXT NOT NULL,    -- day on which it goes out; '': planned, and withdrawn by the next run
    done       INTEGER NOT NULL  -- 1: it went out
);
CREATE INDEX actions_customer ON actions (customer);
CREATE INDEX actions_open ON actions (taken_on DESC, id) WHERE done = 0;
CREATE TABLE action_items (
    document   TEXT NOT NULL,
    instalment INTEGER NOT NULL,
    step       TEXT NOT NULL,
    action     BIGINT NOT NULL REFERENCES actions (id),
    level      INTEGER NOT NULL,
    amount     {{decimal}} NOT NULL,
    PRIMARY KEY (action, document, instalment)
);
