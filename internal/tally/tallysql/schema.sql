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
  days         BIGINT NOT NULL,
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
CREATE INDEX imported_act_day ON imported_act (desk, kind, day_from) WHERE days = 1;
CREATE INDEX imported_act_long ON imported_act (desk, kind, day_from) WHERE days > 1;
CREATE TABLE imported_overlap (
  desk         TEXT   NOT NULL,
  number       BIGINT NOT NULL,
  outer_number BIGINT NOT NULL,
  outer_from   TEXT   NOT NULL,
  outer_to     TEXT   NOT NULL,
  day_from     TEXT   NOT NULL,
  day_to       TEXT   NOT NULL,
  kind         TEXT   NOT NULL,
  service      TEXT   NOT NULL,
  institution  TEXT   NOT NULL,
  channel      TEXT   NOT NULL,
  centre       TEXT   NOT NULL,
  municipality TEXT   NOT NULL,
  count        BIGINT NOT NULL,
  PRIMARY KEY (desk, number, outer_number)
) WITHOUT ROWID;
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
