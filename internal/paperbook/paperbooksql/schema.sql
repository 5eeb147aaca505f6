-- What was issued of paper books: entry is the number of the line at the office, and to_day the last day, NULL while the book lies at the desk.
CREATE TABLE paper_book (
  book         TEXT   NOT NULL,
  entry        BIGINT NOT NULL,
  municipality TEXT   NOT NULL,
  desk         TEXT   NOT NULL,
  first        BIGINT NOT NULL,
  last         BIGINT NOT NULL,
  from_day     TEXT   NOT NULL,
  to_day       TEXT,
  state        TEXT   NOT NULL,
  at           BIGINT NOT NULL,
  actor        TEXT   NOT NULL,
  PRIMARY KEY (book, municipality, entry)
) WITHOUT ROWID;
CREATE INDEX paper_book_municipality ON paper_book (municipality, book, entry);
