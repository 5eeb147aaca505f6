package staffsql

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/platform/seal"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/staff"
)

// AccountMigration makes the table of accounts, which stands outside the journal, and that of failed sign-ins from when they stood here too.
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

// AccountRows and TokenRows say what the codes of the rows cover.
var (
	AccountRows = rowcode.Table{Name: "staff_account", Columns: []string{"staff", "sign_in", "name", "password", "changed_at"}, Key: 1, Sealed: []string{"name"}}
	TokenRows   = rowcode.Table{Name: "token", Columns: []string{"hash", "token", "label"}, Key: 1}
)

// TokenMigration makes the table of token hashes, which stands outside the journal.
var TokenMigration = sqldb.Migration{Number: 5, Name: "tokens", SQL: `
CREATE TABLE token (
  hash  BLOB NOT NULL PRIMARY KEY,
  token BLOB NOT NULL,
  label TEXT NOT NULL
) WITHOUT ROWID;
`}

// CodeMigration gives the rows of both tables their codes.
var CodeMigration = sqldb.Migration{Number: 16, Name: "staff codes", SQL: `
ALTER TABLE staff_account ADD COLUMN code BLOB;
ALTER TABLE token ADD COLUMN code BLOB;
`}

var namePlace = seal.Place{Table: "staff_account", Column: "name"}

// Accounts keeps what is secret or erasable about people, and implements staff.Accounts.
type Accounts struct {
	// Sealer seals names; without one they stand in clear.
	Sealer *seal.Sealer
}

// called returns the name of somebody, of what is stored. Whose name does not open, because its key is lost or not at hand, is called as she signs in.
func called(s *seal.Sealer, person id.ID, stored, signIn string) (string, error) {
	if !seal.IsSealed(stored) {
		return stored, nil
	}
	key, err := seal.Key(person)
	if err != nil {
		return "", err
	}
	name, err := s.OpenText(namePlace, key, stored)
	if errors.Is(err, seal.ErrSealed) || errors.Is(err, seal.ErrNoKey) {
		return signIn, nil
	}
	return name, err
}

const selectAccount = `SELECT a.staff, a.sign_in, a.name, a.password, a.changed_at, COALESCE(m.left_at, 0), COALESCE(m.ended_by, 0)
FROM staff_account a LEFT JOIN staff_member m ON m.staff = a.staff `

// ByName implements staff.Accounts.
func (s Accounts) ByName(ctx context.Context, r journal.Reader, signIn string) (staff.Account, error) {
	return s.account(r.QueryRow(ctx, selectAccount+"WHERE a.sign_in = $1", signIn))
}

// ByID implements staff.Accounts.
func (s Accounts) ByID(ctx context.Context, r journal.Reader, person id.ID) (staff.Account, error) {
	return s.account(r.QueryRow(ctx, selectAccount+"WHERE a.staff = $1", person))
}

// Everybody implements staff.Accounts.
func (s Accounts) Everybody(ctx context.Context, r journal.Reader) ([]staff.Account, error) {
	var all []staff.Account
	err := sqldb.Each(ctx, r, selectAccount+"WHERE m.left_at IS NULL AND m.staff IS NOT NULL", nil, func(rows *sql.Rows) error {
		a, err := s.account(rows)
		all = append(all, a)
		return err
	})
	slices.SortFunc(all, func(a, b staff.Account) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Staff.String(), b.Staff.String()))
	})
	return all, err
}

func (s Accounts) account(row interface{ Scan(into ...any) error }) (staff.Account, error) {
	var a staff.Account
	var changed, left int64
	switch err := row.Scan(&a.Staff, &a.SignIn, &a.Name, &a.Password, &changed, &left, &a.Ended); {
	case errors.Is(err, sql.ErrNoRows):
		return staff.Account{}, fault.NewNotFound("staff.unknown")
	case err != nil:
		return staff.Account{}, fmt.Errorf("staffsql: account: %w", err)
	}
	a.Changed, a.Left = time.UnixMicro(changed).UTC(), left != 0
	var err error
	a.Name, err = called(s.Sealer, a.Staff, a.Name, a.SignIn)
	return a, err
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
	key, err := seal.Key(a.Staff)
	if err != nil {
		return err
	}
	name, err := s.Sealer.SealText(namePlace, key, a.Name)
	if err != nil {
		return err
	}
	cells := []any{a.Staff, a.SignIn, name, a.Password, a.Changed.UnixMicro()}
	code, err := tx.Code(AccountRows, cells...)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "INSERT INTO staff_account (staff, sign_in, name, password, changed_at, code) VALUES ($1, $2, $3, $4, $5, $6)", append(cells, code)...)
	if errors.Is(err, sqldb.ErrDuplicate) {
		return taken
	}
	return err //nolint:wrapcheck // wrapped by the caller
}

// SetPassword implements staff.Accounts.
func (Accounts) SetPassword(ctx context.Context, tx *journal.Tx, person id.ID, hash string) error {
	var signIn, name, password string
	var changed int64
	var old []byte
	row := tx.QueryRow(ctx, "SELECT sign_in, name, password, changed_at, code FROM staff_account WHERE staff = $1", person)
	if err := row.Scan(&signIn, &name, &password, &changed, &old); err != nil {
		return err //nolint:wrapcheck // wrapped by the caller
	}
	now := tx.Now().UnixMicro()
	was := rowcode.Row{Cells: []any{person, signIn, name, password, changed}, Code: old}
	code, err := tx.Recode(AccountRows, was, person, signIn, name, hash, now)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "UPDATE staff_account SET password = $1, changed_at = $2, code = $3 WHERE staff = $4", hash, now, code, person)
	return err //nolint:wrapcheck // wrapped by the caller
}
