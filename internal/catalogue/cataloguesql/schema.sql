CREATE TABLE institution (
  code TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  doc  BLOB NOT NULL
);
CREATE TABLE service (
  code        TEXT    NOT NULL PRIMARY KEY,
  version     BIGINT  NOT NULL,
  institution TEXT    NOT NULL,
  kinds       TEXT    NOT NULL,
  tiers       TEXT    NOT NULL,
  identity    TEXT    NOT NULL,
  offered     BOOLEAN NOT NULL,
  doc         BLOB    NOT NULL
);
CREATE TABLE service_version (
  code         TEXT   NOT NULL,
  version      BIGINT NOT NULL,
  published_at BIGINT NOT NULL,
  doc          BLOB   NOT NULL,
  PRIMARY KEY (code, version)
);
CREATE TABLE basket (
  code       TEXT   NOT NULL,
  version    BIGINT NOT NULL,
  valid_from TEXT   NOT NULL,
  doc        BLOB   NOT NULL,
  PRIMARY KEY (code, version)
);
