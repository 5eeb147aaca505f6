CREATE TABLE municipality (
  code             TEXT    NOT NULL PRIMARY KEY,
  country          TEXT    NOT NULL,
  unverified       BOOLEAN NOT NULL,
  units_unverified BOOLEAN NOT NULL,
  remark_lv        TEXT    NOT NULL,
  remark_en        TEXT    NOT NULL,
  remark_lt        TEXT    NOT NULL,
  valid_from       TEXT    NOT NULL,
  valid_to         TEXT,
  into_code        TEXT    NOT NULL
);
CREATE TABLE municipality_name (
  code       TEXT NOT NULL,
  valid_from TEXT NOT NULL,
  name       TEXT NOT NULL,
  PRIMARY KEY (code, valid_from)
);
CREATE TABLE unit (
  code         TEXT    NOT NULL PRIMARY KEY,
  municipality TEXT    NOT NULL,
  name         TEXT    NOT NULL,
  type         TEXT    NOT NULL,
  unverified   BOOLEAN NOT NULL,
  valid_from   TEXT    NOT NULL,
  valid_to     TEXT
);
CREATE INDEX unit_of ON unit (municipality);
CREATE TABLE territory_version (
  of TEXT   NOT NULL PRIMARY KEY,
  n  BIGINT NOT NULL
);
