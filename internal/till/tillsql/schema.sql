CREATE TABLE till_shift (
  id               BLOB   NOT NULL PRIMARY KEY,
  desk             TEXT   NOT NULL,
  day              TEXT   NOT NULL,
  since            TEXT   NOT NULL,
  centre           TEXT   NOT NULL,
  municipality     TEXT   NOT NULL,
  state            TEXT   NOT NULL,
  opened_at        BIGINT NOT NULL,
  opened_by        TEXT   NOT NULL,
  closed_by        TEXT   NOT NULL,
  float_cents      BIGINT NOT NULL,
  base_cents       BIGINT NOT NULL,
  counts           BIGINT NOT NULL,
  counted_cents    BIGINT NOT NULL,
  difference_cents BIGINT NOT NULL,
  explanation      TEXT   NOT NULL,
  packed_cents     BIGINT NOT NULL,
  left_cents       BIGINT NOT NULL,
  bag              TEXT   NOT NULL,
  number           BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX till_shift_at_desk ON till_shift (desk, opened_at) WHERE state <> 'closed';
CREATE INDEX till_shift_number ON till_shift (desk, number);
CREATE INDEX till_shift_place ON till_shift (municipality, day);
CREATE TABLE till_movement (
  shift  BLOB   NOT NULL,
  desk   TEXT   NOT NULL,
  number BIGINT NOT NULL,
  part   BIGINT NOT NULL,
  tender TEXT   NOT NULL,
  cents  BIGINT NOT NULL,
  who    TEXT   NOT NULL,
  PRIMARY KEY (shift, desk, number, part)
) WITHOUT ROWID;
CREATE TABLE till_count (
  shift         BLOB   NOT NULL,
  desk          TEXT   NOT NULL,
  number        BIGINT NOT NULL,
  at            BIGINT NOT NULL,
  who           TEXT   NOT NULL,
  again         BIGINT NOT NULL,
  counted       BIGINT NOT NULL,
  expected      BIGINT NOT NULL,
  difference    BIGINT NOT NULL,
  denominations TEXT   NOT NULL,
  PRIMARY KEY (shift, desk, number)
) WITHOUT ROWID;
CREATE TABLE till_explanation (
  shift  BLOB   NOT NULL,
  desk   TEXT   NOT NULL,
  number BIGINT NOT NULL,
  at     BIGINT NOT NULL,
  who    TEXT   NOT NULL,
  reason TEXT   NOT NULL,
  PRIMARY KEY (shift, desk, number)
) WITHOUT ROWID;
-- What the office says can come before the lines of the shift or bag; it stands apart and is joined when it is read.
CREATE TABLE till_verdict (
  shift   BLOB   NOT NULL,
  desk    TEXT   NOT NULL,
  number  BIGINT NOT NULL,
  at      BIGINT NOT NULL,
  who     TEXT   NOT NULL,
  verdict TEXT   NOT NULL,
  reason  TEXT   NOT NULL,
  PRIMARY KEY (shift, desk, number)
) WITHOUT ROWID;
CREATE TABLE till_bag (
  bag          TEXT   NOT NULL,
  desk         TEXT   NOT NULL,
  number       BIGINT NOT NULL,
  shift        BLOB   NOT NULL,
  since        TEXT   NOT NULL,
  day          TEXT   NOT NULL,
  centre       TEXT   NOT NULL,
  municipality TEXT   NOT NULL,
  seal         TEXT   NOT NULL,
  cents        BIGINT NOT NULL,
  at           BIGINT NOT NULL,
  who          TEXT   NOT NULL,
  PRIMARY KEY (bag, desk, number)
) WITHOUT ROWID;
CREATE INDEX till_bag_place ON till_bag (municipality, day);
CREATE TABLE till_bag_given (
  bag      TEXT   NOT NULL,
  desk     TEXT   NOT NULL,
  number   BIGINT NOT NULL,
  at       BIGINT NOT NULL,
  who      TEXT   NOT NULL,
  given_to TEXT   NOT NULL,
  PRIMARY KEY (bag, desk, number)
) WITHOUT ROWID;
CREATE TABLE till_bag_taken (
  bag    TEXT   NOT NULL,
  desk   TEXT   NOT NULL,
  number BIGINT NOT NULL,
  at     BIGINT NOT NULL,
  who    TEXT   NOT NULL,
  seal   TEXT   NOT NULL,
  PRIMARY KEY (bag, desk, number)
) WITHOUT ROWID;
-- What whoever brings bags to a bank says about them, and what the bank says, each by the lines of other features. What the bank takes back is deleted.
CREATE TABLE till_bag_deposited (
  bag          TEXT   NOT NULL,
  deposit      BLOB   NOT NULL,
  part         BIGINT NOT NULL,
  municipality TEXT   NOT NULL,
  day          TEXT   NOT NULL,
  PRIMARY KEY (bag, deposit)
) WITHOUT ROWID;
CREATE INDEX till_bag_deposited_of ON till_bag_deposited (deposit, part);
CREATE TABLE till_arrival (
  deposit    BLOB   NOT NULL,
  desk       TEXT   NOT NULL,
  number     BIGINT NOT NULL,
  difference BIGINT NOT NULL,
  PRIMARY KEY (deposit, desk, number)
) WITHOUT ROWID;
CREATE TABLE till_arrival_explained (
  deposit BLOB   NOT NULL,
  desk    TEXT   NOT NULL,
  number  BIGINT NOT NULL,
  PRIMARY KEY (deposit, desk, number)
) WITHOUT ROWID;
CREATE TABLE till_cash_limit (
  from_day   TEXT    NOT NULL PRIMARY KEY,
  most       BIGINT  NOT NULL,
  declared   TEXT    NOT NULL,
  unverified BOOLEAN NOT NULL,
  why        TEXT    NOT NULL,
  source     TEXT    NOT NULL,
  who        TEXT    NOT NULL
) WITHOUT ROWID;
CREATE TABLE till_count_rule (
  desk     TEXT   NOT NULL,
  from_day TEXT   NOT NULL,
  keep     TEXT   NOT NULL,
  most     BIGINT NOT NULL,
  why      TEXT   NOT NULL,
  source   TEXT   NOT NULL,
  who      TEXT   NOT NULL,
  PRIMARY KEY (desk, from_day)
) WITHOUT ROWID;
