CREATE TABLE staff_member (
  staff       BLOB   NOT NULL PRIMARY KEY,
  enrolled_at BIGINT NOT NULL,
  left_at     BIGINT,
  ended_by    BIGINT NOT NULL
) WITHOUT ROWID;
CREATE TABLE role (
  role       TEXT   NOT NULL PRIMARY KEY,
  defined_at BIGINT NOT NULL
) WITHOUT ROWID;
CREATE TABLE role_permission (
  role       TEXT NOT NULL,
  permission TEXT NOT NULL,
  PRIMARY KEY (role, permission)
) WITHOUT ROWID;
CREATE TABLE staff_role (
  staff BLOB NOT NULL,
  role  TEXT NOT NULL,
  scope TEXT NOT NULL,
  PRIMARY KEY (staff, role, scope)
) WITHOUT ROWID;
CREATE TABLE desk_seat (
  desk         TEXT   NOT NULL PRIMARY KEY,
  staff        BLOB   NOT NULL,
  centre       TEXT   NOT NULL,
  municipality TEXT   NOT NULL,
  since        BIGINT NOT NULL
) WITHOUT ROWID;
CREATE TABLE staff_desk (
  staff   BLOB   NOT NULL,
  desk    TEXT   NOT NULL,
  centre  TEXT   NOT NULL,
  last_at BIGINT NOT NULL,
  PRIMARY KEY (staff, desk)
) WITHOUT ROWID;
CREATE INDEX staff_desk_centre ON staff_desk (centre);
CREATE TABLE token_grant (
  token        BLOB NOT NULL PRIMARY KEY,
  role         TEXT NOT NULL,
  scope        TEXT NOT NULL,
  desk         TEXT NOT NULL,
  centre       TEXT NOT NULL,
  municipality TEXT NOT NULL,
  made_at      BIGINT NOT NULL,
  ends_at      BIGINT NOT NULL
) WITHOUT ROWID;
CREATE TABLE group_centre (
  name   TEXT NOT NULL,
  centre TEXT NOT NULL,
  PRIMARY KEY (name, centre)
) WITHOUT ROWID;
CREATE TABLE staff_helped (
  staff  BLOB   NOT NULL,
  helper BLOB   NOT NULL,
  at     BIGINT NOT NULL,
  PRIMARY KEY (staff, helper)
) WITHOUT ROWID;
CREATE TABLE sign_in_rule (
  from_day   TEXT   NOT NULL PRIMARY KEY,
  second     TEXT   NOT NULL,
  apart_days BIGINT NOT NULL,
  log_days   BIGINT NOT NULL,
  why        TEXT   NOT NULL,
  source     TEXT   NOT NULL,
  who        TEXT   NOT NULL
) WITHOUT ROWID;
