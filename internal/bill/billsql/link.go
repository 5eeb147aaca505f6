package billsql

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"vienkopus/internal/base/regno"
	"vienkopus/internal/bill"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/platform/seal"
	"vienkopus/internal/platform/sqldb"
)

// LinkMigration makes the table of the systems of creditors, which stands outside the journal because it holds secrets.
var LinkMigration = sqldb.Migration{Number: 10, Name: "creditor links", SQL: `
CREATE TABLE creditor_link (
  creditor   TEXT NOT NULL PRIMARY KEY,
  lookup_url TEXT NOT NULL,
  notify_url TEXT NOT NULL,
  secret     TEXT NOT NULL
) WITHOUT ROWID;
`}

// CodeMigration gives the rows of both tables outside the journal their codes, and says of a link when it was made: 0 for one from before.
var CodeMigration = sqldb.Migration{Number: 17, Name: "bill codes", SQL: `
ALTER TABLE payer ADD COLUMN code BLOB;
ALTER TABLE creditor_link ADD COLUMN changed_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE creditor_link ADD COLUMN code BLOB;
`}

// LinkRows says what the code of a row covers.
var LinkRows = rowcode.Table{Name: "creditor_link", Columns: []string{"creditor", "lookup_url", "notify_url", "secret", "changed_at"}, Key: 1, Sealed: []string{"secret"}}

var secretPlace = seal.Place{Table: "creditor_link", Column: "secret"}

// SaveLink keeps how the system of a creditor is reached, in place of an earlier way; without a lookup and a notify address it is forgotten.
func (s Store) SaveLink(ctx context.Context, tx *journal.Tx, l bill.Link) error {
	if l.Lookup == "" && l.Notify == "" {
		return tx.Run(ctx, "bill: link", `DELETE FROM creditor_link WHERE creditor = $1`, string(l.Creditor))
	}
	key, err := seal.Key(string(l.Creditor))
	if err != nil {
		return err
	}
	secret, err := s.Sealer.SealText(secretPlace, key, string(l.Secret))
	if err != nil {
		return err
	}
	cells := []any{string(l.Creditor), l.Lookup, l.Notify, secret, tx.Now().UnixMicro()}
	code, err := tx.Code(LinkRows, cells...)
	if err != nil {
		return err
	}
	const query = `INSERT INTO creditor_link (creditor, lookup_url, notify_url, secret, changed_at, code) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (creditor) DO UPDATE SET lookup_url = excluded.lookup_url, notify_url = excluded.notify_url, secret = excluded.secret,
changed_at = excluded.changed_at, code = excluded.code`
	return tx.Run(ctx, "bill: link", query, append(cells, code)...)
}

// Links returns how the systems of creditors are reached, by number.
func (s Store) Links(ctx context.Context, r journal.Reader) ([]bill.Link, error) {
	var all []bill.Link
	const query = `SELECT creditor, lookup_url, notify_url, secret FROM creditor_link ORDER BY creditor`
	err := sqldb.Each(ctx, r, query, nil, func(rows *sql.Rows) error {
		var l bill.Link
		var stored string
		if err := rows.Scan(&l.Creditor, &l.Lookup, &l.Notify, &stored); err != nil {
			return fmt.Errorf("billsql: link: %w", err)
		}
		key, err := seal.Key(string(l.Creditor))
		if err != nil {
			return err
		}
		secret, err := s.Sealer.OpenText(secretPlace, key, stored)
		if err != nil {
			return err
		}
		l.Secret = bill.Secret(secret)
		all = append(all, l)
		return nil
	})
	return all, err
}

// told keeps the times in which a creditor's system is connected to be told of payments, from the lines; until_at is 0 while it is.
func told(ctx context.Context, tx *journal.Tx, e journal.Entry, f bill.CreditorConnected) error {
	if !f.Notify { // a system may never have been told, only asked
		const query = `UPDATE creditor_told SET until_at = $2 WHERE creditor = $1 AND until_at = 0`
		return tx.ChangeIfAny(ctx, "bill: told", query, string(f.Number), e.RecordedAt.UnixMicro())
	}
	const query = `INSERT INTO creditor_told (creditor, from_at, until_at) SELECT CAST($1 AS TEXT), CAST($2 AS BIGINT), 0
WHERE NOT EXISTS (SELECT 1 FROM creditor_told WHERE creditor = $1 AND until_at = 0) ON CONFLICT (creditor, from_at) DO UPDATE SET until_at = 0`
	return tx.Run(ctx, "bill: told", query, string(f.Number), e.RecordedAt.UnixMicro())
}

// Owed tells whether a creditor is to be told of what was recorded at a moment: whether its system was connected then. It follows from the lines, so it is
// the same whenever it is asked, also after the system was disconnected or what waits was lost.
func (Store) Owed(ctx context.Context, r journal.Reader, creditor regno.Number, at time.Time) (bool, error) {
	const query = `SELECT COUNT(*) FROM creditor_told WHERE creditor = $1 AND from_at <= $2 AND (until_at = 0 OR until_at > $2)`
	var n int
	if err := r.QueryRow(ctx, query, string(creditor), at.UnixMicro()).Scan(&n); err != nil {
		return false, fmt.Errorf("billsql: owed: %w", err)
	}
	return n > 0, nil
}
