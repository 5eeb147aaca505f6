package tillsql

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

// compare looks at every table of the till and at the accounts that it moves.
func (c *checker) compare(ctx context.Context, r journal.Reader) error {
	for _, from := range sorted(c.limits) {
		c.rows["till_cash_limit"] = append(c.rows["till_cash_limit"], c.limits[from])
	}
	for _, table := range journal.Tables(Store{}) {
		if err := c.table(ctx, r, table); err != nil {
			return err
		}
	}
	return c.accounts(ctx, r)
}

func (c *checker) table(ctx context.Context, r journal.Reader, table string) error {
	left := map[string]int{}
	for _, row := range c.rows[table] {
		left[row]++
	}
	err := sqldb.Each(ctx, r, "SELECT * FROM "+table, nil, func(rows *sql.Rows) error {
		row, err := textOf(rows)
		if err != nil {
			return err
		}
		if left[row]--; left[row] < 0 {
			c.report("%s: the lines make no row %s", table, row)
		}
		return nil
	})
	for _, row := range sorted(left) {
		if left[row] > 0 {
			c.report("%s: there is no row %s", table, row)
		}
	}
	return err
}

// textOf returns the columns of a row in order, written alike for both engines.
func textOf(rows *sql.Rows) (string, error) {
	names, err := rows.Columns()
	if err != nil {
		return "", fmt.Errorf("tillsql: columns: %w", err)
	}
	values, into := make([]any, len(names)), make([]any, len(names))
	for i := range values {
		into[i] = &values[i]
	}
	if err := rows.Scan(into...); err != nil {
		return "", fmt.Errorf("tillsql: row: %w", err)
	}
	for i, value := range values {
		switch v := value.(type) {
		case []byte:
			var name id.ID
			if err := name.Scan(v); err != nil {
				return "", fmt.Errorf("tillsql: row: %w", err)
			}
			values[i] = name
		case bool: // SQLite has numbers for these
			values[i] = flag(v)
		}
	}
	return joined(values), nil
}

// accounts compares drawers, terminals and bags with the postings that a cash book shows.
func (c *checker) accounts(ctx context.Context, r journal.Reader) error {
	const query = `SELECT account, CAST(SUM(cents) AS BIGINT) FROM ledger_posting
WHERE account LIKE 'cash:%' OR account LIKE 'card:%' OR account LIKE 'transit:%' GROUP BY account ORDER BY account`
	stored := map[string]int64{}
	err := sqldb.Each(ctx, r, query, nil, func(rows *sql.Rows) error {
		var account string
		var cents int64
		if err := rows.Scan(&account, &cents); err != nil {
			return fmt.Errorf("tillsql: account: %w", err)
		}
		stored[account] = cents
		return nil
	})
	all := slices.Compact(slices.Sorted(slices.Values(append(sorted(stored), sorted(c.drawers)...))))
	for _, account := range all {
		if stored[account] != c.drawers[account] {
			c.report("%s: the postings make %d, the lines of the till %d", account, stored[account], c.drawers[account])
		}
	}
	return err
}
