CREATE TABLE till_shift (
  id           BLOB   NOT NULL PRIMARY KEY,
  desk         TEXT   NOT NULL,
  day          TEXT   NOT NULL,
  centre       TEXT   NOT NULL,
  municipality TEXT   NOT NULL,
  state        TEXT   NOT NULL,
  opened_at    BIGINT NOT NULL,
  float_cents  BIGINT NOT NULL,
  left_cents   BIGINT NOT NULL,
  number       BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX till_shift_at_desk ON till_shift (desk, opened_at) WHERE state <> 'closed';
CREATE INDEX till_shift_closed ON till_shift (desk, number) WHERE state = 'closed';
CREATE TABLE till_movement (
  shift  BLOB   NOT NULL,
  desk   TEXT   NOT NULL,
  number BIGINT NOT NULL,
  part   BIGINT NOT NULL,
  tender TEXT   NOT NULL,
  cents  BIGINT NOT NULL,
  PRIMARY KEY (shift, desk, number, part)
) WITHOUT ROWID;
