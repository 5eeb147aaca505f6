package sqldb

import (
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// ErrFull says that the disk, or the room given to the database, is used up: nothing of the write is stored.
var ErrFull = errors.New("sqldb: no room left to write")

// ErrDuplicate says that a row with the same unique key is there already.
var ErrDuplicate = errors.New("sqldb: duplicate key")

// PostgreSQL's codes, from appendix A of its manual.
const (
	pgUnique        = "23505"
	pgDiskFull      = "53100"
	pgSerialization = "40001"
	pgDeadlock      = "40P01"
)

// classify marks the errors that callers tell apart, by the engines' codes and never by their words.
func classify(err error) error {
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		switch code := lite.Code(); {
		case code == sqlite3.SQLITE_CONSTRAINT_UNIQUE, code == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
			return fmt.Errorf("%w: %w", ErrDuplicate, err)
		case code&0xff == sqlite3.SQLITE_FULL, code == sqlite3.SQLITE_IOERR_WRITE:
			return fmt.Errorf("%w: %w", ErrFull, err)
		}
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch pg.Code {
		case pgUnique:
			return fmt.Errorf("%w: %w", ErrDuplicate, err)
		case pgDiskFull:
			return fmt.Errorf("%w: %w", ErrFull, err)
		}
	}
	return err
}

// noTransaction recognises SQLite's refusal to roll back what is not open.
func noTransaction(err error) bool {
	var lite *sqlite.Error
	return errors.As(err, &lite) && lite.Code() == sqlite3.SQLITE_ERROR
}

// tryAgain tells whether PostgreSQL gave the transaction up for the sake of another one.
func tryAgain(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == pgSerialization || pg.Code == pgDeadlock)
}
