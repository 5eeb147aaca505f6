CREATE TABLE ledger_posting (
  account      TEXT   NOT NULL,
  day          TEXT   NOT NULL,
  desk         TEXT   NOT NULL,
  number       BIGINT NOT NULL,
  part         BIGINT NOT NULL,
  centre       TEXT   NOT NULL,
  municipality TEXT   NOT NULL,
  cents        BIGINT NOT NULL,
  PRIMARY KEY (account, day, desk, number, part)
) WITHOUT ROWID;
CREATE INDEX ledger_posting_place ON ledger_posting (municipality, day, desk, number);
CREATE TABLE ledger_balance (
  municipality TEXT   NOT NULL,
  centre       TEXT   NOT NULL,
  day          TEXT   NOT NULL,
  account      TEXT   NOT NULL,
  debit        BIGINT NOT NULL,
  credit       BIGINT NOT NULL,
  PRIMARY KEY (municipality, centre, day, account)
) WITHOUT ROWID;
CREATE INDEX ledger_balance_account ON ledger_balance (account, day);
CREATE TABLE ledger_close (
  municipality TEXT   NOT NULL,
  through      TEXT   NOT NULL,
  desk         TEXT   NOT NULL,
  number       BIGINT NOT NULL,
  PRIMARY KEY (municipality, through, desk, number)
) WITHOUT ROWID;
CREATE TABLE ledger_seen (
  municipality TEXT   NOT NULL,
  through      TEXT   NOT NULL,
  desk         TEXT   NOT NULL,
  upto         BIGINT NOT NULL,
  PRIMARY KEY (municipality, through, desk)
) WITHOUT ROWID;
