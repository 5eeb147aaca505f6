// Package journaltest helps tests to compare what two journals hold.
package journaltest

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

// Steps returns the steps of a database that holds a journal and what more makes, with numbers that follow one another.
func Steps(more ...sqldb.Migration) []sqldb.Migration {
	all := append([]sqldb.Migration{journal.Migration}, more...)
	all = append(all, journal.OneByOne)
	for i := range all {
		all[i].Number = i + 1
	}
	return all
}

// Dump returns every row of the tables as text, in an order that does not depend on the engine or on the order of writing.
func Dump(ctx context.Context, r sqldb.Reader, tables ...string) (string, error) {
	var out strings.Builder
	for _, table := range tables {
		lines, err := rowsOf(ctx, r, table)
		if err != nil {
			// PostgreSQL refuses a prepared statement once, when the table was made anew with other columns.
			lines, err = rowsOf(ctx, r, table)
		}
		if err != nil {
			return "", fmt.Errorf("journaltest: dump of %s: %w", table, err)
		}
		slices.Sort(lines)
		fmt.Fprintf(&out, "== %s: %d rows\n", table, len(lines))
		for _, line := range lines {
			out.WriteString(line + "\n")
		}
	}
	return out.String(), nil
}

func rowsOf(ctx context.Context, r sqldb.Reader, table string) ([]string, error) {
	var lines []string
	err := sqldb.Each(ctx, r, "SELECT * FROM "+table, nil, func(rows *sql.Rows) error {
		names, err := rows.Columns()
		if err != nil {
			return fmt.Errorf("columns: %w", err)
		}
		values := make([]any, len(names))
		into := make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return fmt.Errorf("scan: %w", err)
		}
		cells := make([]string, len(names))
		for i, v := range values {
			cells[i] = names[i] + "=" + text(v)
		}
		lines = append(lines, strings.Join(cells, " "))
		return nil
	})
	return lines, err
}

// text writes a value alike for both engines: SQLite hands booleans over as numbers.
func text(v any) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case bool:
		if v {
			return "1"
		}
		return "0"
	case []byte:
		return fmt.Sprintf("x'%x'", v)
	default:
		return fmt.Sprint(v)
	}
}
