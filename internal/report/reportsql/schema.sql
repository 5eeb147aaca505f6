CREATE TABLE published_figure (
  code     TEXT   NOT NULL PRIMARY KEY,
  day_from TEXT   NOT NULL,
  number   BIGINT NOT NULL,
  doc      BLOB   NOT NULL
) WITHOUT ROWID;
