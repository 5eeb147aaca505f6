CREATE TABLE rollup (
  grain        TEXT   NOT NULL,
  month        TEXT   NOT NULL,
  municipality TEXT   NOT NULL,
  centre       TEXT   NOT NULL,
  service      TEXT   NOT NULL,
  institution  TEXT   NOT NULL,
  kind         TEXT   NOT NULL,
  channel      TEXT   NOT NULL,
  source       TEXT   NOT NULL,
  n            BIGINT NOT NULL,
  PRIMARY KEY (grain, month, municipality, centre, service, institution, kind, channel, source)
) WITHOUT ROWID;
CREATE TABLE rollup_desk (
  desk   TEXT   NOT NULL,
  number BIGINT NOT NULL,
  PRIMARY KEY (desk)
) WITHOUT ROWID;
CREATE TABLE rollup_state (
  version TEXT    NOT NULL,
  ready   BOOLEAN NOT NULL,
  PRIMARY KEY (version)
) WITHOUT ROWID;
