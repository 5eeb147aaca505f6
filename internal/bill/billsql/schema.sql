CREATE TABLE creditor (
  number TEXT NOT NULL PRIMARY KEY,
  name   TEXT NOT NULL,
  iban   TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE creditor_told (
  creditor TEXT   NOT NULL,
  from_at  BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  PRIMARY KEY (creditor, from_at)
) WITHOUT ROWID;
CREATE TABLE late_fee (
  creditor    TEXT    NOT NULL,
  kind        TEXT    NOT NULL,
  from_day    TEXT    NOT NULL,
  per_million BIGINT  NOT NULL,
  fee_first   BOOLEAN NOT NULL,
  why         TEXT    NOT NULL,
  source      TEXT    NOT NULL,
  who         TEXT    NOT NULL,
  PRIMARY KEY (kind, creditor, from_day)
) WITHOUT ROWID;
CREATE TABLE bill_limits (
  from_day    TEXT   NOT NULL PRIMARY KEY,
  oldest_days BIGINT NOT NULL,
  ask_days    BIGINT NOT NULL,
  why         TEXT   NOT NULL,
  source      TEXT   NOT NULL,
  who         TEXT   NOT NULL
) WITHOUT ROWID;
CREATE TABLE bill (
  id           BLOB    NOT NULL PRIMARY KEY,
  desk         TEXT    NOT NULL,
  line         BIGINT  NOT NULL,
  creditor     TEXT    NOT NULL,
  number       TEXT    NOT NULL,
  reference    TEXT    NOT NULL,
  kind         TEXT    NOT NULL,
  municipality TEXT    NOT NULL,
  rf           TEXT    NOT NULL,
  issued       TEXT    NOT NULL,
  instalments  TEXT    NOT NULL,
  fee          BIGINT,
  fee_until    TEXT,
  as_of        TEXT    NOT NULL,
  cancelled    BOOLEAN NOT NULL
);
CREATE TABLE bill_outside (
  bill       BLOB    NOT NULL,
  form       TEXT    NOT NULL,
  reference  TEXT    NOT NULL,
  cents      BIGINT  NOT NULL,
  day        TEXT    NOT NULL,
  taken_back BOOLEAN NOT NULL,
  PRIMARY KEY (bill, form)
) WITHOUT ROWID;
CREATE TABLE bill_key (
  key  TEXT NOT NULL,
  bill BLOB NOT NULL,
  PRIMARY KEY (key, bill)
) WITHOUT ROWID;
CREATE TABLE bill_settlement (
  bill   BLOB   NOT NULL,
  day    TEXT   NOT NULL,
  desk   TEXT   NOT NULL,
  number BIGINT NOT NULL,
  part   BIGINT NOT NULL,
  cents  BIGINT NOT NULL,
  PRIMARY KEY (bill, day, desk, number, part)
) WITHOUT ROWID;
