package paymentsql

import (
	"context"
	"database/sql"
	"fmt"

	"vienkopus/internal/payment/lookup"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

// CodeTables are where check codes lead, in the side store: they are made again from the lines.
var CodeTables = sqldb.SideTables{Owner: "receipt codes", SQL: `
CREATE TABLE side_receipt_code (
  code   TEXT   NOT NULL,
  series TEXT   NOT NULL,
  number BIGINT NOT NULL,
  copy   BIGINT NOT NULL,
  PRIMARY KEY (code, series, number, copy)
) WITHOUT ROWID;
CREATE TABLE side_receipt_code_read (
  desk   TEXT   NOT NULL PRIMARY KEY,
  number BIGINT NOT NULL,
  hash   BLOB   NOT NULL
) WITHOUT ROWID;
`}

// Codes is the index of check codes.
type Codes struct {
	// DB is a side store that was told of CodeTables.
	DB *sqldb.DB
}

// Places returns where a check code leads.
func (c Codes) Places(ctx context.Context, code string) ([]lookup.Place, error) {
	var all []lookup.Place
	const query = `SELECT code, series, number, copy FROM side_receipt_code WHERE code = $1 ORDER BY series, number, copy`
	err := sqldb.Each(ctx, c.DB, query, []any{code}, func(rows *sql.Rows) error {
		var p lookup.Place
		if err := rows.Scan(&p.Code, &p.Series, &p.Number, &p.Copy); err != nil {
			return fmt.Errorf("paymentsql: check code: %w", err)
		}
		all = append(all, p)
		return nil
	})
	return all, err
}

// Read returns the last line of each desk that the index knows.
func (c Codes) Read(ctx context.Context) (map[string]journal.Head, error) {
	all := map[string]journal.Head{}
	err := sqldb.Each(ctx, c.DB, `SELECT desk, number, hash FROM side_receipt_code_read`, nil, func(rows *sql.Rows) error {
		var h journal.Head
		var hash []byte
		if err := rows.Scan(&h.Desk, &h.Number, &hash); err != nil {
			return fmt.Errorf("paymentsql: check codes: %w", err)
		}
		copy(h.Hash[:], hash)
		all[h.Desk] = h
		return nil
	})
	return all, err
}

// Add takes places in, and notes up to which line of a desk that is all.
func (c Codes) Add(ctx context.Context, places []lookup.Place, through journal.Head) error {
	const place = `INSERT INTO side_receipt_code (code, series, number, copy) VALUES ($1, $2, $3, $4) ON CONFLICT (code, series, number, copy) DO NOTHING`
	const read = `INSERT INTO side_receipt_code_read (desk, number, hash) VALUES ($1, $2, $3)
ON CONFLICT (desk) DO UPDATE SET number = excluded.number, hash = excluded.hash`
	return c.DB.Write(ctx, func(tx *sqldb.Tx) error {
		for _, p := range places {
			if _, err := tx.Exec(ctx, place, p.Code, p.Series, int64(p.Number), int64(p.Copy)); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, read, through.Desk, through.Number, through.Hash[:])
		return err
	})
}
