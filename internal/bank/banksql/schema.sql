CREATE TABLE bank_deposit (
  id           BLOB   NOT NULL PRIMARY KEY,
  desk         TEXT   NOT NULL,
  number       BIGINT NOT NULL,
  municipality TEXT   NOT NULL,
  day          TEXT   NOT NULL,
  iban         TEXT   NOT NULL,
  slip         TEXT   NOT NULL,
  cents        BIGINT NOT NULL,
  at           BIGINT NOT NULL,
  who          TEXT   NOT NULL
) WITHOUT ROWID;
CREATE INDEX bank_deposit_place ON bank_deposit (municipality, day);
CREATE TABLE bank_deposit_bag (
  bag     TEXT   NOT NULL,
  deposit BLOB   NOT NULL,
  part    BIGINT NOT NULL,
  cents   BIGINT NOT NULL,
  PRIMARY KEY (bag, deposit)
) WITHOUT ROWID;
CREATE INDEX bank_deposit_bag_of ON bank_deposit_bag (deposit, part);
-- placed tells that the balance before the line is known; returned is the other line of a storno and what it takes back, and aside why the line counts no more.
CREATE TABLE bank_line (
  iban         TEXT    NOT NULL,
  ref          TEXT    NOT NULL,
  desk         TEXT    NOT NULL,
  number       BIGINT  NOT NULL,
  part         BIGINT  NOT NULL,
  municipality TEXT    NOT NULL,
  day          TEXT    NOT NULL,
  cents        BIGINT  NOT NULL,
  placed       BOOLEAN NOT NULL,
  before_cents BIGINT  NOT NULL,
  mark         TEXT    NOT NULL,
  format       TEXT    NOT NULL,
  reversal     BOOLEAN NOT NULL,
  returned     TEXT    NOT NULL,
  aside        TEXT    NOT NULL,
  PRIMARY KEY (iban, ref, desk, number)
) WITHOUT ROWID;
CREATE INDEX bank_line_place ON bank_line (municipality, day);
CREATE INDEX bank_line_account ON bank_line (iban, day);
CREATE TABLE bank_likely (
  iban    TEXT NOT NULL,
  ref     TEXT NOT NULL,
  deposit BLOB NOT NULL,
  PRIMARY KEY (iban, ref, deposit)
) WITHOUT ROWID;
-- Which lines a deposit is now; what is undone is deleted. The difference stands at the first of several lines.
CREATE TABLE bank_match (
  deposit    BLOB   NOT NULL,
  desk       TEXT   NOT NULL,
  number     BIGINT NOT NULL,
  part       BIGINT NOT NULL,
  iban       TEXT   NOT NULL,
  ref        TEXT   NOT NULL,
  cents      BIGINT NOT NULL,
  difference BIGINT NOT NULL,
  PRIMARY KEY (deposit, desk, number, part)
) WITHOUT ROWID;
CREATE INDEX bank_match_line ON bank_match (iban, ref);
CREATE TABLE bank_doubt (
  doubt        BLOB   NOT NULL PRIMARY KEY,
  desk         TEXT   NOT NULL,
  number       BIGINT NOT NULL,
  municipality TEXT   NOT NULL,
  iban         TEXT   NOT NULL,
  ref          TEXT   NOT NULL,
  deposit      BLOB,
  reason       TEXT   NOT NULL,
  at           BIGINT NOT NULL,
  who          TEXT   NOT NULL
) WITHOUT ROWID;
CREATE INDEX bank_doubt_line ON bank_doubt (iban, ref);
CREATE TABLE bank_doubt_decided (
  doubt  BLOB   NOT NULL,
  desk   TEXT   NOT NULL,
  number BIGINT NOT NULL,
  PRIMARY KEY (doubt, desk, number)
) WITHOUT ROWID;
-- Accounts that are those of a municipality, by their statements or because somebody confirmed it.
CREATE TABLE bank_account (
  municipality TEXT NOT NULL,
  iban         TEXT NOT NULL,
  PRIMARY KEY (municipality, iban)
) WITHOUT ROWID;
CREATE TABLE bank_deposit_explanation (
  deposit BLOB   NOT NULL,
  desk    TEXT   NOT NULL,
  number  BIGINT NOT NULL,
  at      BIGINT NOT NULL,
  who     TEXT   NOT NULL,
  reason  TEXT   NOT NULL,
  PRIMARY KEY (deposit, desk, number)
) WITHOUT ROWID;
CREATE TABLE bank_card_settlement (
  iban         TEXT   NOT NULL,
  ref          TEXT   NOT NULL,
  desk         TEXT   NOT NULL,
  number       BIGINT NOT NULL,
  municipality TEXT   NOT NULL,
  cents        BIGINT NOT NULL,
  fee          BIGINT NOT NULL,
  PRIMARY KEY (iban, ref, desk, number)
) WITHOUT ROWID;
CREATE TABLE bank_remittance (
  id           BLOB   NOT NULL PRIMARY KEY,
  desk         TEXT   NOT NULL,
  number       BIGINT NOT NULL,
  municipality TEXT   NOT NULL,
  day          TEXT   NOT NULL,
  creditor     TEXT   NOT NULL,
  through      TEXT   NOT NULL,
  cents        BIGINT NOT NULL,
  from_iban    TEXT   NOT NULL,
  to_iban      TEXT   NOT NULL,
  who          TEXT   NOT NULL,
  held         BOOLEAN NOT NULL
) WITHOUT ROWID;
CREATE INDEX bank_remittance_from ON bank_remittance (municipality, from_iban);
CREATE INDEX bank_remittance_to ON bank_remittance (municipality, creditor, day);
CREATE TABLE bank_remittance_asked (
  asked        BLOB   NOT NULL PRIMARY KEY,
  desk         TEXT   NOT NULL,
  number       BIGINT NOT NULL,
  municipality TEXT   NOT NULL,
  from_iban    TEXT   NOT NULL,
  through      TEXT   NOT NULL,
  parts        TEXT   NOT NULL,
  reason       TEXT   NOT NULL,
  at           BIGINT NOT NULL,
  who          TEXT   NOT NULL
) WITHOUT ROWID;
CREATE TABLE bank_remittance_decided (
  asked    BLOB    NOT NULL,
  desk     TEXT    NOT NULL,
  number   BIGINT  NOT NULL,
  approved BOOLEAN NOT NULL,
  PRIMARY KEY (asked, desk, number)
) WITHOUT ROWID;
CREATE TABLE bank_remittance_sent (
  remittance BLOB   NOT NULL,
  desk       TEXT   NOT NULL,
  number     BIGINT NOT NULL,
  PRIMARY KEY (remittance, desk, number)
) WITHOUT ROWID;
CREATE TABLE bank_remittance_cancelled (
  remittance BLOB   NOT NULL,
  desk       TEXT   NOT NULL,
  number     BIGINT NOT NULL,
  PRIMARY KEY (remittance, desk, number)
) WITHOUT ROWID;
CREATE INDEX bank_remittance_cancelled_by ON bank_remittance_cancelled (desk, number);
