package billsql

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"vienkopus/internal/bill"
	"vienkopus/internal/platform/journal"
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

// SinceMigration notes since when a system is told of payments.
var SinceMigration = sqldb.Migration{Number: 14, Name: "creditor links since", SQL: `
ALTER TABLE creditor_link ADD COLUMN since BIGINT NOT NULL DEFAULT 0;
`}

// SaveLink keeps how the system of a creditor is reached, in place of an earlier way; without a lookup and a notify address it is forgotten.
func (Store) SaveLink(ctx context.Context, tx *journal.Tx, l bill.Link) error {
	if l.Lookup == "" && l.Notify == "" {
		return tx.Run(ctx, "bill: link", `DELETE FROM creditor_link WHERE creditor = $1`, string(l.Creditor))
	}
	const query = `INSERT INTO creditor_link (creditor, lookup_url, notify_url, secret, since) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (creditor) DO UPDATE SET lookup_url = excluded.lookup_url, notify_url = excluded.notify_url, secret = excluded.secret,
since = CASE WHEN creditor_link.notify_url = '' THEN excluded.since ELSE creditor_link.since END`
	return tx.Run(ctx, "bill: link", query, string(l.Creditor), l.Lookup, l.Notify, string(l.Secret), l.Since.UnixMicro())
}

// Links returns how the systems of creditors are reached, by number.
func (Store) Links(ctx context.Context, r journal.Reader) ([]bill.Link, error) {
	var all []bill.Link
	const query = `SELECT creditor, lookup_url, notify_url, secret, since FROM creditor_link ORDER BY creditor`
	err := sqldb.Each(ctx, r, query, nil, func(rows *sql.Rows) error {
		var l bill.Link
		var since int64
		if err := rows.Scan(&l.Creditor, &l.Lookup, &l.Notify, &l.Secret, &since); err != nil {
			return fmt.Errorf("billsql: link: %w", err)
		}
		l.Since = time.UnixMicro(since).UTC()
		all = append(all, l)
		return nil
	})
	return all, err
}
