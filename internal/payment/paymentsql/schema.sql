CREATE TABLE payment (
  id           BLOB   NOT NULL PRIMARY KEY,
  basket       BLOB   NOT NULL,
  visit        BLOB   NOT NULL,
  act          BLOB   NOT NULL,
  shift        BLOB   NOT NULL,
  desk         TEXT   NOT NULL,
  entry        BIGINT NOT NULL,
  at           BIGINT NOT NULL,
  actor        TEXT   NOT NULL,
  day          TEXT   NOT NULL,
  centre       TEXT   NOT NULL,
  municipality TEXT   NOT NULL,
  creditor     TEXT   NOT NULL,
  cash         BIGINT NOT NULL,
  card         BIGINT NOT NULL,
  slip         TEXT   NOT NULL,
  given        BIGINT NOT NULL,
  because      TEXT   NOT NULL,
  -- late fee that the day of a receipt written by hand gave away, and what of it no second person has agreed to
  forgiven     BIGINT NOT NULL,
  alone        BIGINT NOT NULL,
  book         TEXT   NOT NULL,
  node         TEXT   NOT NULL,
  series       TEXT   NOT NULL,
  number       BIGINT NOT NULL,
  key          BLOB   NOT NULL,
  previous     BLOB   NOT NULL,
  link         BLOB   NOT NULL
) WITHOUT ROWID;
CREATE INDEX payment_basket ON payment (basket);
CREATE INDEX payment_number ON payment (series, number);
CREATE INDEX payment_at_desk ON payment (desk, day, entry);
CREATE INDEX payment_forgiven ON payment (at) WHERE forgiven > 0;
CREATE INDEX payment_by_hand ON payment (desk, at) WHERE book <> '';
CREATE TABLE payment_line (
  payment BLOB   NOT NULL,
  part    BIGINT NOT NULL,
  bill    BLOB   NOT NULL,
  number  TEXT   NOT NULL,
  cents   BIGINT NOT NULL,
  PRIMARY KEY (payment, part)
) WITHOUT ROWID;
CREATE INDEX payment_line_bill ON payment_line (bill, payment);
CREATE TABLE reversal (
  id           BLOB   NOT NULL PRIMARY KEY,
  payment      BLOB   NOT NULL,
  kind         TEXT   NOT NULL,
  desk         TEXT   NOT NULL,
  entry        BIGINT NOT NULL,
  at           BIGINT NOT NULL,
  actor        TEXT   NOT NULL,
  day          TEXT   NOT NULL,
  centre       TEXT   NOT NULL,
  municipality TEXT   NOT NULL,
  creditor     TEXT   NOT NULL,
  cash         BIGINT NOT NULL,
  card         BIGINT NOT NULL,
  reason       TEXT   NOT NULL,
  node         TEXT   NOT NULL,
  series       TEXT   NOT NULL,
  number       BIGINT NOT NULL,
  key          BLOB   NOT NULL,
  previous     BLOB   NOT NULL,
  link         BLOB   NOT NULL
) WITHOUT ROWID;
CREATE INDEX reversal_payment ON reversal (payment);
CREATE INDEX reversal_at_desk ON reversal (desk, at);
CREATE INDEX reversal_number ON reversal (series, number);
CREATE TABLE reversal_line (
  reversal BLOB   NOT NULL,
  part     BIGINT NOT NULL,
  bill     BLOB   NOT NULL,
  number   TEXT   NOT NULL,
  cents    BIGINT NOT NULL,
  PRIMARY KEY (reversal, part)
) WITHOUT ROWID;
CREATE TABLE refund (
  id           BLOB   NOT NULL PRIMARY KEY,
  payment      BLOB   NOT NULL,
  desk         TEXT   NOT NULL,
  entry        BIGINT NOT NULL,
  at           BIGINT NOT NULL,
  actor        TEXT   NOT NULL,
  municipality TEXT   NOT NULL,
  tender       TEXT   NOT NULL,
  cents        BIGINT NOT NULL,
  reason       TEXT   NOT NULL
) WITHOUT ROWID;
CREATE INDEX refund_payment ON refund (payment);
CREATE INDEX refund_municipality ON refund (municipality, id);
CREATE TABLE refund_line (
  refund BLOB   NOT NULL,
  part   BIGINT NOT NULL,
  bill   BLOB   NOT NULL,
  number TEXT   NOT NULL,
  cents  BIGINT NOT NULL,
  PRIMARY KEY (refund, part)
) WITHOUT ROWID;
CREATE TABLE refund_decision (
  refund   BLOB    NOT NULL,
  desk     TEXT    NOT NULL,
  entry    BIGINT  NOT NULL,
  at       BIGINT  NOT NULL,
  actor    TEXT    NOT NULL,
  approved BOOLEAN NOT NULL,
  PRIMARY KEY (refund, desk, entry)
) WITHOUT ROWID;
CREATE TABLE refund_paid (
  refund   BLOB NOT NULL PRIMARY KEY,
  reversal BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE receipt_copy (
  series TEXT   NOT NULL,
  number BIGINT NOT NULL,
  copy   BIGINT NOT NULL,
  desk   TEXT   NOT NULL,
  entry  BIGINT NOT NULL,
  at     BIGINT NOT NULL,
  actor  TEXT   NOT NULL,
  key    BLOB   NOT NULL,
  PRIMARY KEY (series, number, copy)
) WITHOUT ROWID;
CREATE TABLE card_charge (
  id      BLOB   NOT NULL PRIMARY KEY,
  desk    TEXT   NOT NULL,
  entry   BIGINT NOT NULL,
  at      BIGINT NOT NULL,
  actor   TEXT   NOT NULL,
  request TEXT   NOT NULL,
  cents   BIGINT NOT NULL,
  state   TEXT   NOT NULL,
  last    BIGINT NOT NULL,
  slip    TEXT   NOT NULL,
  basket  BLOB
) WITHOUT ROWID;
CREATE INDEX card_charge_request ON card_charge (desk, request, entry);
CREATE INDEX card_charge_open ON card_charge (id) WHERE state IN ('asked', 'given-up');
-- The series in which a desk gives receipts behind the gap of its journal; a desk without a row gives those of the first one.
CREATE TABLE receipt_series (
  desk   TEXT   NOT NULL PRIMARY KEY,
  series BIGINT NOT NULL
) WITHOUT ROWID;
