CREATE TABLE centre (
  code         TEXT    NOT NULL PRIMARY KEY,
  name         TEXT    NOT NULL,
  municipality TEXT    NOT NULL,
  country      TEXT    NOT NULL,
  host         TEXT    NOT NULL,
  zone         TEXT    NOT NULL,
  phone        TEXT    NOT NULL,
  email        TEXT    NOT NULL,
  opened       TEXT,
  closed       TEXT,
  planned      BOOLEAN NOT NULL,
  unverified   BOOLEAN NOT NULL,
  remark_lv    TEXT    NOT NULL,
  remark_en    TEXT    NOT NULL,
  remark_lt    TEXT    NOT NULL
);
CREATE TABLE centre_location (
  centre     TEXT             NOT NULL,
  valid_from TEXT             NOT NULL,
  unit       TEXT             NOT NULL,
  address    TEXT             NOT NULL,
  lat        DOUBLE PRECISION NOT NULL,
  lon        DOUBLE PRECISION NOT NULL,
  accuracy   TEXT             NOT NULL,
  stops      TEXT             NOT NULL,
  PRIMARY KEY (centre, valid_from)
);
CREATE TABLE centre_tier (
  centre     TEXT    NOT NULL,
  valid_from TEXT    NOT NULL,
  tier       TEXT    NOT NULL,
  unverified BOOLEAN NOT NULL,
  PRIMARY KEY (centre, valid_from)
);
CREATE TABLE centre_hours (
  centre     TEXT    NOT NULL,
  valid_from TEXT    NOT NULL,
  hours      TEXT    NOT NULL,
  unverified BOOLEAN NOT NULL,
  PRIMARY KEY (centre, valid_from)
);
CREATE TABLE centre_finding (
  centre      TEXT    NOT NULL,
  feature     TEXT    NOT NULL,
  surveyed_on TEXT    NOT NULL,
  answer      TEXT    NOT NULL,
  value       BIGINT  NOT NULL,
  unverified  BOOLEAN NOT NULL,
  PRIMARY KEY (centre, feature, surveyed_on)
);
CREATE TABLE desk (
  code   TEXT NOT NULL PRIMARY KEY,
  centre TEXT NOT NULL,
  name   TEXT NOT NULL,
  opened TEXT,
  closed TEXT
);
CREATE INDEX desk_of ON desk (centre);
CREATE TABLE tier_rule_set (
  valid_from TEXT    NOT NULL PRIMARY KEY,
  source     TEXT    NOT NULL,
  unverified BOOLEAN NOT NULL,
  why        TEXT    NOT NULL,
  who        TEXT    NOT NULL
);
CREATE TABLE tier_rule (
  valid_from TEXT NOT NULL,
  class      TEXT NOT NULL,
  authority  TEXT NOT NULL,
  act        TEXT NOT NULL,
  PRIMARY KEY (valid_from, class, authority, act)
);
CREATE TABLE centre_version (
  of TEXT   NOT NULL PRIMARY KEY,
  n  BIGINT NOT NULL
);
