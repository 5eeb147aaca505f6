package sqldb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// ErrFull says that the disk, or the room given to the database, is used up: nothing of the write is stored.
var ErrFull = errors.New("sqldb: no room left to write")

// ErrDuplicate says that a row with the same unique key is there already.
var ErrDuplicate = errors.New("sqldb: duplicate key")

// errDeferred marks the failure of a change that had been left to the end of the transaction.
var errDeferred = errors.New("sqldb: a deferred change failed")

// PostgreSQL's codes, from appendix A of its manual.
const (
	pgUnique        = "23505"
	pgDiskFull      = "53100"
	pgSerialization = "40001"
	pgDeadlock      = "40P01"
	pgNoTable       = "42P01"
	pgDivision      = "22012"
)

// fileFull are SQLite's codes for a file that could not grow. A limit of the user or of the process (EDQUOT, EFBIG) shows
// as a failed write, a full disk (ENOSPC) as FULL or, when it is the index of the log that cannot grow, as SHMSIZE.
var fileFull = []int{sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE}

// classify marks the errors that callers tell apart, by the engines' codes and never by their words.
func classify(err error) error {
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		switch code := lite.Code(); {
		case code == sqlite3.SQLITE_CONSTRAINT_UNIQUE, code == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
			return fmt.Errorf("%w: %w", ErrDuplicate, err)
		case slices.Contains(fileFull, code):
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

// errDamaged says that a file holds something else than a sound database.
var errDamaged = errors.New("sqldb: the file is damaged")

// damaged tells whether a file is no sound database, for which there is no cure but another one.
func damaged(err error) bool {
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		code := lite.Code()
		return code&0xff == sqlite3.SQLITE_CORRUPT || code&0xff == sqlite3.SQLITE_NOTADB || code == sqlite3.SQLITE_IOERR_SHORT_READ
	}
	return errors.Is(err, errDamaged)
}

// doubtful tells whether a file may be damaged, or a table gone, so that it is worth to look.
func doubtful(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == pgNoTable
	}
	var lite *sqlite.Error
	return damaged(err) || errors.As(err, &lite) && lite.Code()&0xff == sqlite3.SQLITE_IOERR && !slices.Contains(fileFull, lite.Code())
}

// tryAgain tells whether PostgreSQL gave the transaction up for the sake of another one.
func tryAgain(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == pgSerialization || pg.Code == pgDeadlock)
}

// litesFault are SQLite's primary codes for trouble with the file or the machine.
var litesFault = []int{
	sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_INTERRUPT,
	sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_NOTADB,
}

// pgsFault are PostgreSQL's classes for trouble with the connection, the room, the operator, the system and the server itself.
var pgsFault = []string{"08", "40", "53", "57", "58", "XX"}

// Unavailable tells whether err is the fault of the database or of the caller's haste (full, away, closing, cancelled), so that
// the same statement may succeed later. Any other error belongs to the statement and will come again.
func Unavailable(err error) bool {
	for _, known := range []error{
		ErrFull, ErrClosed, ErrUnknown, context.Canceled, context.DeadlineExceeded, driver.ErrBadConn, sql.ErrConnDone, sql.ErrTxDone, io.EOF, io.ErrUnexpectedEOF,
	} {
		if errors.Is(err, known) {
			return true
		}
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return slices.Contains(litesFault, lite.Code()&0xff)
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return len(pg.Code) >= 2 && slices.Contains(pgsFault, pg.Code[:2])
	}
	var connect *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connect) || errors.As(err, &network) || pgconn.SafeToRetry(err)
}
