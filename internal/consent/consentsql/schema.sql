CREATE TABLE consent (
  id           BLOB   NOT NULL PRIMARY KEY,
  desk         TEXT   NOT NULL,
  entry        BIGINT NOT NULL,
  at           BIGINT NOT NULL,
  actor        TEXT   NOT NULL,
  day          TEXT   NOT NULL,
  centre       TEXT   NOT NULL,
  municipality TEXT   NOT NULL,
  card         BIGINT NOT NULL,
  book         TEXT   NOT NULL,
  number       BIGINT NOT NULL,
  paper_day    TEXT,
  because      TEXT   NOT NULL,
  forgives     BIGINT NOT NULL,
  -- of a payment that is to be voided
  void         BLOB,
  receipt      TEXT   NOT NULL,
  reason       TEXT   NOT NULL,
  taken_at     BIGINT NOT NULL,
  taken_by     TEXT   NOT NULL,
  why          TEXT   NOT NULL
) WITHOUT ROWID;
CREATE INDEX consent_municipality ON consent (municipality, id);
CREATE INDEX consent_desk ON consent (desk, id);
CREATE TABLE consent_item (
  consent BLOB   NOT NULL,
  part    BIGINT NOT NULL,
  bill    BLOB   NOT NULL,
  number  TEXT   NOT NULL,
  cents   BIGINT NOT NULL,
  due     BIGINT NOT NULL,
  today   BIGINT NOT NULL,
  PRIMARY KEY (consent, part)
) WITHOUT ROWID;
-- Decisions stand at the office and payments at the desk, so that they have tables of their own: the lines of desks come in any order.
CREATE TABLE consent_decision (
  consent BLOB    NOT NULL,
  desk    TEXT    NOT NULL,
  entry   BIGINT  NOT NULL,
  at      BIGINT  NOT NULL,
  who     TEXT    NOT NULL,
  agreed  BOOLEAN NOT NULL,
  PRIMARY KEY (consent, desk, entry)
) WITHOUT ROWID;
CREATE TABLE consent_used (
  consent BLOB   NOT NULL,
  desk    TEXT   NOT NULL,
  entry   BIGINT NOT NULL,
  PRIMARY KEY (consent, desk, entry)
) WITHOUT ROWID;
CREATE INDEX consent_used_line ON consent_used (desk, entry);
CREATE TABLE consent_limits (
  from_day   TEXT   NOT NULL PRIMARY KEY,
  paper_days BIGINT NOT NULL,
  overpaid   BIGINT NOT NULL,
  -- absent in lines from before they were asked
  forgiven     BIGINT,
  void_minutes BIGINT,
  why        TEXT   NOT NULL,
  source     TEXT   NOT NULL,
  who        TEXT   NOT NULL
) WITHOUT ROWID;
