package staffsql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/staff"
)

// PersonMigration makes the table of who people are: a code of a number, never the number.
var PersonMigration = sqldb.Migration{Number: 20, Name: "persons of staff", SQL: `
CREATE TABLE staff_person (
  staff   BLOB NOT NULL PRIMARY KEY,
  kind    TEXT NOT NULL,
  key     TEXT NOT NULL,
  person  BLOB NOT NULL,
  code    BLOB
) WITHOUT ROWID;
`}

// PersonRows says what the codes of the rows cover.
var PersonRows = rowcode.Table{Name: "staff_person", Columns: []string{"staff", "kind", "key", "person"}, Key: 1}

// Persons keeps who people are, and implements staff.Persons.
type Persons struct{}

// Person implements staff.Persons.
func (Persons) Person(ctx context.Context, r journal.Reader, person id.ID) (staff.Identity, bool, error) {
	const query = `SELECT COALESCE(p.kind, ''), COALESCE(p.key, ''), p.person FROM staff_member m LEFT JOIN staff_person p ON p.staff = m.staff WHERE m.staff = $1`
	var who staff.Identity
	switch err := r.QueryRow(ctx, query, person).Scan(&who.Kind, &who.Key, &who.Code); {
	case errors.Is(err, sql.ErrNoRows):
		return who, false, nil
	case err != nil:
		return who, false, fmt.Errorf("staffsql: person: %w", err)
	}
	return who, true, nil
}

// WithCode implements staff.Persons.
func (Persons) WithCode(ctx context.Context, r journal.Reader, who staff.Identity) ([]id.ID, error) {
	var all []id.ID
	err := sqldb.Each(ctx, r, "SELECT staff FROM staff_person WHERE person = $1 AND kind = $2 AND key = $3 ORDER BY staff", []any{who.Code, who.Kind, who.Key}, func(rows *sql.Rows) error {
		var one id.ID
		if err := rows.Scan(&one); err != nil {
			return fmt.Errorf("staffsql: person: %w", err)
		}
		all = append(all, one)
		return nil
	})
	return all, err
}

// Identify implements staff.Persons.
func (Persons) Identify(ctx context.Context, tx *journal.Tx, person id.ID, who staff.Identity) error {
	cells := []any{person, who.Kind, who.Key, who.Code}
	code, err := tx.Code(PersonRows, cells...)
	if err != nil {
		return err
	}
	return tx.Run(ctx, "staffsql: person", `INSERT INTO staff_person (staff, kind, key, person, code) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (staff) DO UPDATE SET kind = excluded.kind, key = excluded.key, person = excluded.person, code = excluded.code`, append(cells, code)...)
}

// Helped implements staff.Persons.
func (Persons) Helped(ctx context.Context, r journal.Reader, one, other id.ID, since time.Time) (bool, error) {
	const query = `SELECT COUNT(*) FROM staff_helped h LEFT JOIN staff_person p ON p.staff = h.staff LEFT JOIN staff_person q ON q.staff = h.helper
WHERE h.at >= $3 AND (
  (h.staff = $1 OR p.person = (SELECT person FROM staff_person WHERE staff = $1)) AND (h.helper = $2 OR q.person = (SELECT person FROM staff_person WHERE staff = $2)) OR
  (h.staff = $2 OR p.person = (SELECT person FROM staff_person WHERE staff = $2)) AND (h.helper = $1 OR q.person = (SELECT person FROM staff_person WHERE staff = $1)))`
	var n int
	if err := r.QueryRow(ctx, query, one, other, since.UnixMicro()).Scan(&n); err != nil {
		return false, fmt.Errorf("staffsql: helped: %w", err)
	}
	return n > 0, nil
}

// UseTables are those of the last use of tokens, in the side store.
var UseTables = sqldb.SideTables{Owner: "token_uses", SQL: `
CREATE TABLE side_token_use (
  token   BLOB   NOT NULL PRIMARY KEY,
  used_at BIGINT NOT NULL
) WITHOUT ROWID;
`}

// Uses keeps when tokens were used, and implements staff.Uses.
type Uses struct {
	// DB is a side store that was told of UseTables.
	DB *sqldb.DB
}

// Touch implements staff.Uses.
func (u Uses) Touch(ctx context.Context, token id.ID, at time.Time) error {
	return u.DB.Write(ctx, func(tx *sqldb.Tx) error {
		return tx.Run(ctx, "staffsql: use of a token", `INSERT INTO side_token_use (token, used_at) VALUES ($1, $2)
ON CONFLICT (token) DO UPDATE SET used_at = excluded.used_at`, token, at.UnixMicro())
	})
}

// Used implements staff.Uses.
func (u Uses) Used(ctx context.Context) (map[id.ID]time.Time, error) {
	all := map[id.ID]time.Time{}
	err := sqldb.Each(ctx, u.DB, "SELECT token, used_at FROM side_token_use", nil, func(rows *sql.Rows) error {
		var token id.ID
		var at int64
		if err := rows.Scan(&token, &at); err != nil {
			return fmt.Errorf("staffsql: use of a token: %w", err)
		}
		all[token] = time.UnixMicro(at).UTC()
		return nil
	})
	return all, err
}
