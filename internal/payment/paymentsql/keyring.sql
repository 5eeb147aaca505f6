CREATE TABLE receipt_key (
  node    TEXT   NOT NULL,
  kid     TEXT   NOT NULL,
  public  BLOB   NOT NULL,
  from_at BIGINT NOT NULL,
  to_at   BIGINT NOT NULL,
  desk    TEXT   NOT NULL,
  number  BIGINT NOT NULL,
  PRIMARY KEY (node, kid)
) WITHOUT ROWID;
CREATE TABLE receipt_key_compromised (
  node  TEXT   NOT NULL,
  kid   TEXT   NOT NULL,
  since BIGINT NOT NULL,
  PRIMARY KEY (node, kid)
) WITHOUT ROWID;
