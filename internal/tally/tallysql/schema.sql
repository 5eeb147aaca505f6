CREATE TABLE tally_kind (
  month        TEXT   NOT NULL,
  desk         TEXT   NOT NULL,
  kind         TEXT   NOT NULL,
  source       TEXT   NOT NULL,
  centre       TEXT   NOT NULL,
  municipality TEXT   NOT NULL,
  n            BIGINT NOT NULL,
  PRIMARY KEY (month, desk, kind, source, centre, municipality)
) WITHOUT ROWID;
CREATE TABLE tally_service (
  month        TEXT   NOT NULL,
  desk         TEXT   NOT NULL,
  service      TEXT   NOT NULL,
  institution  TEXT   NOT NULL,
  kind         TEXT   NOT NULL,
  channel      TEXT   NOT NULL,
  depth        TEXT   NOT NULL,
  reason       TEXT   NOT NULL,
  source       TEXT   NOT NULL,
  centre       TEXT   NOT NULL,
  municipality TEXT   NOT NULL,
  n            BIGINT NOT NULL,
  PRIMARY KEY (month, desk, service, institution, kind, channel, depth, reason, source, centre, municipality)
) WITHOUT ROWID;
CREATE TABLE imported_act (
  desk         TEXT   NOT NULL,
  day_from     TEXT   NOT NULL,
  number       BIGINT NOT NULL,
  day_to       TEXT   NOT NULL,
  identity     TEXT   NOT NULL,
  recorded_at  BIGINT NOT NULL,
  kind         TEXT   NOT NULL,
  service      TEXT   NOT NULL,
  institution  TEXT   NOT NULL,
  channel      TEXT   NOT NULL,
  centre       TEXT   NOT NULL,
  municipality TEXT   NOT NULL,
  count        BIGINT NOT NULL,
  source       TEXT   NOT NULL,
  PRIMARY KEY (desk, day_from, number)
) WITHOUT ROWID;
CREATE UNIQUE INDEX imported_act_identity ON imported_act (identity);
CREATE TABLE served (
  desk         TEXT   NOT NULL,
  day          TEXT   NOT NULL,
  number       BIGINT NOT NULL,
  recorded_at  BIGINT NOT NULL,
  channel      TEXT   NOT NULL,
  centre       TEXT   NOT NULL,
  municipality TEXT   NOT NULL,
  PRIMARY KEY (desk, day, number)
) WITHOUT ROWID;
