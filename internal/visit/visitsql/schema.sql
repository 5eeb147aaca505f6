CREATE TABLE visit (
  id           BLOB   NOT NULL PRIMARY KEY,
  desk         TEXT   NOT NULL,
  municipality TEXT   NOT NULL,
  centre       TEXT   NOT NULL,
  channel      TEXT   NOT NULL,
  state        TEXT   NOT NULL,
  opened_at    BIGINT NOT NULL,
  closed_at    BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX visit_at_desk ON visit (desk, opened_at) WHERE state <> 'closed';
CREATE TABLE visit_span (
  visit   BLOB    NOT NULL,
  number  BIGINT  NOT NULL,
  serving BOOLEAN NOT NULL,
  from_at BIGINT  NOT NULL,
  to_at   BIGINT  NOT NULL,
  PRIMARY KEY (visit, number)
) WITHOUT ROWID;
CREATE TABLE act (
  visit           BLOB   NOT NULL,
  id              BLOB   NOT NULL,
  desk            TEXT   NOT NULL,
  number          BIGINT NOT NULL,
  recorded_at     BIGINT NOT NULL,
  day             TEXT   NOT NULL,
  municipality    TEXT   NOT NULL,
  centre          TEXT   NOT NULL,
  kind            TEXT   NOT NULL,
  channel         TEXT   NOT NULL,
  service         TEXT   NOT NULL,
  service_version BIGINT NOT NULL,
  institution     TEXT   NOT NULL,
  depth           TEXT   NOT NULL,
  reason          TEXT   NOT NULL,
  identity        TEXT   NOT NULL,
  state           TEXT   NOT NULL,
  PRIMARY KEY (visit, id)
) WITHOUT ROWID;
CREATE INDEX act_day ON act (desk, day, number);
CREATE TABLE act_tie (
  act    BLOB   NOT NULL,
  desk   TEXT   NOT NULL,
  number BIGINT NOT NULL,
  PRIMARY KEY (act, desk, number)
) WITHOUT ROWID;
