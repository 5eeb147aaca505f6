CREATE TABLE sight (
  desk         TEXT   NOT NULL,
  number       BIGINT NOT NULL,
  at           BIGINT NOT NULL,
  day          TEXT   NOT NULL,
  kind         TEXT   NOT NULL,
  staff        TEXT   NOT NULL,
  role         TEXT   NOT NULL,
  municipality TEXT   NOT NULL,
  mark         TEXT   NOT NULL,
  found        BIGINT NOT NULL,
  why          TEXT   NOT NULL,
  PRIMARY KEY (desk, number)
) WITHOUT ROWID;
CREATE INDEX sight_staff ON sight (staff, at);
CREATE INDEX sight_day ON sight (municipality, day, at);
CREATE TABLE sight_bill (
  desk   TEXT   NOT NULL,
  number BIGINT NOT NULL,
  bill   BLOB   NOT NULL,
  PRIMARY KEY (desk, number, bill)
) WITHOUT ROWID;
CREATE TABLE sight_budget (
  from_day TEXT   NOT NULL PRIMARY KEY,
  per_hour BIGINT NOT NULL,
  why      TEXT   NOT NULL,
  source   TEXT   NOT NULL,
  who      TEXT   NOT NULL
) WITHOUT ROWID;
