CREATE TABLE office_issuer (
  municipality TEXT    NOT NULL,
  from_day     TEXT    NOT NULL,
  name         TEXT    NOT NULL,
  reg_number   TEXT    NOT NULL,
  address      TEXT    NOT NULL,
  phone        TEXT    NOT NULL,
  unverified   BOOLEAN NOT NULL,
  why          TEXT    NOT NULL,
  source       TEXT    NOT NULL,
  who          TEXT    NOT NULL,
  PRIMARY KEY (municipality, from_day)
) WITHOUT ROWID;
CREATE TABLE office_signing (
  from_day TEXT    NOT NULL PRIMARY KEY,
  unsigned BOOLEAN NOT NULL,
  sentence TEXT    NOT NULL,
  why      TEXT    NOT NULL,
  source   TEXT    NOT NULL,
  who      TEXT    NOT NULL
) WITHOUT ROWID;
