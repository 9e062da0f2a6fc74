-- The ledger as a log of facts: rows are added, never changed, as in the library's own ledger. Amounts are exact decimals (text in
-- SQLite), days are ISO dates as text, '' is "not given".
CREATE TABLE sources (
    digest  TEXT PRIMARY KEY, -- SHA-256 of the file
    name    TEXT NOT NULL,
    format  TEXT NOT NULL,
    facts   INTEGER NOT NULL
);

-- Customers whose facts must be read together: those between whom something was paid, and those of a group. Most are alone.
CREATE TABLE clusters (
    customer TEXT PRIMARY KEY,
    cluster  TEXT NOT NULL
);
CREATE INDEX clusters_cluster ON clusters (cluster);

CREATE TABLE facts (
    seq        BIGINT PRIMARY KEY,
    kind       TEXT NOT NULL, -- customer, invoice, instalment, credit_note, payment, deposit, allocation, write_off, refund, reversal, hold, closure
    id         TEXT NOT NULL,
    customer   TEXT NOT NULL,
    cluster    TEXT NOT NULL,
    document   TEXT NOT NULL, -- what it is about: invoice allocated to, document written off, fact reversed, hold closed
    source     TEXT NOT NULL, -- of an allocation: the credit
    instalment INTEGER NOT NULL,
    amount     {{decimal}},
    currency   TEXT NOT NULL,
    on_day     TEXT NOT NULL,
    known_on   TEXT NOT NULL,
    due_on     TEXT NOT NULL, -- or the day until which a hold lasts
    details    {{json}} NOT NULL
);
CREATE UNIQUE INDEX facts_id ON facts (id) WHERE id <> '' AND kind <> 'customer';
CREATE INDEX facts_cluster ON facts (cluster, seq);
CREATE INDEX facts_customer ON facts (customer, seq) WHERE kind = 'customer';

CREATE VIEW customers AS
    SELECT customer AS id, details ->> 'name' AS name, details ->> 'kind' AS kind, details ->> 'country' AS country, details ->> 'segment' AS segment
    FROM facts f WHERE kind = 'customer' AND seq = (SELECT max(seq) FROM facts g WHERE g.kind = 'customer' AND g.customer = f.customer);
CREATE VIEW documents AS
    SELECT id, kind, customer, on_day, known_on, due_on, amount, currency FROM facts WHERE kind IN ('invoice', 'credit_note', 'payment', 'deposit');
