package staffsql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/staff"
)

// AccountMigration makes the tables of accounts and of failed sign-ins, which stand outside the journal.
var AccountMigration = sqldb.Migration{Number: 2, Name: "staff accounts", SQL: `
CREATE TABLE staff_account (
  staff       BLOB   NOT NULL PRIMARY KEY,
  sign_in     TEXT   NOT NULL,
  name        TEXT   NOT NULL,
  password    TEXT   NOT NULL,
  changed_at  BIGINT NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX staff_account_sign_in ON staff_account (sign_in);
CREATE TABLE sign_in_failure (
  name     BLOB   NOT NULL PRIMARY KEY,
  failures BIGINT NOT NULL,
  last_at  BIGINT NOT NULL
) WITHOUT ROWID;
`}

// TokenMigration makes the table of token hashes, which stands outside the journal.
var TokenMigration = sqldb.Migration{Number: 5, Name: "tokens", SQL: `
CREATE TABLE token (
  hash  BLOB NOT NULL PRIMARY KEY,
  token BLOB NOT NULL,
  label TEXT NOT NULL
) WITHOUT ROWID;
`}

// Accounts keeps what is secret or erasable about people, and implements staff.Accounts and staff.Attempts.
type Accounts struct {
	// DB is where attempts are counted, outside any journal transaction.
	DB *sqldb.DB
}

const selectAccount = `SELECT a.staff, a.sign_in, a.name, a.password, a.changed_at, COALESCE(m.left_at, 0)
FROM staff_account a LEFT JOIN staff_member m ON m.staff = a.staff `

// ByName implements staff.Accounts.
func (Accounts) ByName(ctx context.Context, r journal.Reader, signIn string) (staff.Account, error) {
	return account(r.QueryRow(ctx, selectAccount+"WHERE a.sign_in = $1", signIn))
}

// ByID implements staff.Accounts.
func (Accounts) ByID(ctx context.Context, r journal.Reader, person id.ID) (staff.Account, error) {
	return account(r.QueryRow(ctx, selectAccount+"WHERE a.staff = $1", person))
}

func account(row *sql.Row) (staff.Account, error) {
	var a staff.Account
	var changed, left int64
	switch err := row.Scan(&a.Staff, &a.SignIn, &a.Name, &a.Password, &changed, &left); {
	case errors.Is(err, sql.ErrNoRows):
		return staff.Account{}, fault.NewNotFound("staff.unknown")
	case err != nil:
		return staff.Account{}, fmt.Errorf("staffsql: account: %w", err)
	}
	a.Changed, a.Left = time.UnixMicro(changed).UTC(), left != 0
	return a, nil
}

// Add implements staff.Accounts.
func (s Accounts) Add(ctx context.Context, tx *journal.Tx, a staff.Account) error {
	taken := fault.NewConflict("staff.sign_in_taken").On("sign_in")
	// Asked first: on PostgreSQL a violated index would end the transaction.
	switch _, err := s.ByName(ctx, tx, a.SignIn); {
	case err == nil:
		return taken
	case fault.KindOf(err) != fault.NotFound:
		return err
	}
	_, err := tx.Exec(ctx, "INSERT INTO staff_account (staff, sign_in, name, password, changed_at) VALUES ($1, $2, $3, $4, $5)",
		a.Staff, a.SignIn, a.Name, a.Password, a.Changed.UnixMicro())
	if errors.Is(err, sqldb.ErrDuplicate) {
		return taken
	}
	return err //nolint:wrapcheck // wrapped by the caller
}

// SetPassword implements staff.Accounts.
func (Accounts) SetPassword(ctx context.Context, tx *journal.Tx, person id.ID, hash string) error {
	_, err := tx.Exec(ctx, "UPDATE staff_account SET password = $1, changed_at = $2 WHERE staff = $3", hash, tx.Now().UnixMicro(), person)
	return err //nolint:wrapcheck // wrapped by the caller
}

// Begin implements staff.Attempts.
func (s Accounts) Begin(ctx context.Context, name staff.NameHash, rule func(staff.Tries) (staff.Tries, error)) error {
	const upsert = `INSERT INTO sign_in_failure (name, failures, last_at) VALUES ($1, $2, $3)
ON CONFLICT (name) DO UPDATE SET failures = excluded.failures, last_at = excluded.last_at`
	return s.DB.Write(ctx, func(tx *sqldb.Tx) error {
		if err := tx.Lock(ctx, "sign-in:"+string(name[:])); err != nil {
			return err
		}
		var tries staff.Tries
		var last int64
		row := tx.QueryRow(ctx, "SELECT failures, last_at FROM sign_in_failure WHERE name = $1", name[:])
		if err := row.Scan(&tries.Failures, &last); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("staffsql: failures: %w", err)
		}
		tries.Last = time.UnixMicro(last).UTC()
		next, err := rule(tries)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, upsert, name[:], next.Failures, next.Last.UnixMicro())
		return err
	})
}

// Clear implements staff.Attempts. It forgets what is a day old of other names too: nobody waits for that any more.
func (s Accounts) Clear(ctx context.Context, name staff.NameHash) error {
	return s.DB.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM sign_in_failure WHERE name = $1
OR last_at < (SELECT last_at FROM sign_in_failure WHERE name = $1) - 86400000000`, name[:])
		return err
	})
}
