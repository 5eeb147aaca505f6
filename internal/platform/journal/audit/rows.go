package audit

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"

	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/sqldb"
)

// Raw is a line as it is stored, for a check that shares no code with the feature that it checks.
type Raw struct {
	Desk, Kind string
	Number     int64
	// At is when it was recorded, in microseconds since 1970, and Who wrote it (a staff id or a code).
	At   int64
	Who  string
	Body []byte
}

// EachRaw hands over every line that the projection could apply, in the order of desks and numbers. It returns the first error of say.
func EachRaw(ctx context.Context, r sqldb.Reader, projection string, say func(Raw) error) error {
	const lines = `SELECT e.desk, e.number, e.recorded_at, e.actor, e.kind, e.body FROM entry e
WHERE NOT EXISTS (SELECT 1 FROM quarantine q WHERE q.desk = e.desk AND q.number = e.number AND q.projection IN ('', $1)) ORDER BY e.desk, e.number`
	return sqldb.Each(ctx, r, lines, []any{projection}, func(rows *sql.Rows) error {
		var l Raw
		var actor string
		if err := rows.Scan(&l.Desk, &l.Number, &l.At, &actor, &l.Kind, &l.Body); err != nil {
			return fmt.Errorf("audit: line: %w", err)
		}
		told := Told{Kind: l.Kind, Actor: actor, At: l.At, Body: l.Body}.Inner()
		l.Kind, l.At, l.Body = told.Kind, told.At, told.Body
		_, who, _ := strings.Cut(told.Actor, ":")
		l.Who, _, _ = strings.Cut(who, ">")
		return say(l)
	})
}

// Rows are the rows that the lines make, by their table; a check holds them against what is stored.
type Rows map[string][]string

// Add notes a row that a table should have, its columns in order; a boolean is 1 or 0.
func (w Rows) Add(table string, columns ...any) { w[table] = append(w[table], joined(columns)) }

// Drop takes back the rows of a table that begin with these columns: a later line has deleted them.
func (w Rows) Drop(table string, columns ...any) {
	begin := joined(columns)
	w[table] = slices.DeleteFunc(w[table], func(row string) bool { return row == begin || strings.HasPrefix(row, begin+"|") })
}

func joined(columns []any) string {
	texts := make([]string, len(columns))
	for i, column := range columns {
		texts[i] = fmt.Sprint(column)
	}
	return strings.Join(texts, "|")
}

// Compare reports every row of the tables that the lines do not make, and every row that the lines make and that is not there.
func (w Rows) Compare(ctx context.Context, r sqldb.Reader, tables []string, report func(format string, args ...any)) error {
	for _, table := range tables {
		if err := w.compare(ctx, r, table, report); err != nil {
			return err
		}
	}
	return nil
}

func (w Rows) compare(ctx context.Context, r sqldb.Reader, table string, report func(format string, args ...any)) error {
	left := map[string]int{}
	for _, row := range w[table] {
		left[row]++
	}
	err := sqldb.Each(ctx, r, "SELECT * FROM "+table, nil, func(rows *sql.Rows) error {
		row, err := textOf(rows)
		if err != nil {
			return err
		}
		if left[row]--; left[row] < 0 {
			report("%s: the lines make no row %s", table, row)
		}
		return nil
	})
	for _, row := range slices.Sorted(maps.Keys(left)) {
		if left[row] > 0 {
			report("%s: there is no row %s", table, row)
		}
	}
	return err
}

// textOf returns the columns of a row in order, written alike for both engines.
func textOf(rows *sql.Rows) (string, error) {
	names, err := rows.Columns()
	if err != nil {
		return "", fmt.Errorf("audit: columns: %w", err)
	}
	values, into := make([]any, len(names)), make([]any, len(names))
	for i := range values {
		into[i] = &values[i]
	}
	if err := rows.Scan(into...); err != nil {
		return "", fmt.Errorf("audit: row: %w", err)
	}
	for i, value := range values {
		switch v := value.(type) {
		case []byte:
			var name id.ID
			if err := name.Scan(v); err != nil {
				return "", fmt.Errorf("audit: row: %w", err)
			}
			values[i] = name
		case bool: // SQLite has numbers for these
			values[i] = Flag(v)
		}
	}
	return joined(values), nil
}

// Flag writes a boolean as Rows holds it.
func Flag(is bool) int {
	if is {
		return 1
	}
	return 0
}
