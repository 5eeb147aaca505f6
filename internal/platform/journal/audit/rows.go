package audit

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/sqldb"
)

// Rows are the rows that the lines make, by their table; a check holds them against what is stored. At first it keeps sums alone. Where these differ,
// Compare returns other Rows: for them the lines are read once more, and they say which rows it is.
type Rows struct {
	sums  map[string]*Sums
	among map[string]*Differing // when it is said which rows differ: among which they are
	texts map[string]map[string]int
	held  map[string][][]any // what a later line may take back
	row   []byte
}

// NewRows returns no rows.
func NewRows() *Rows { return &Rows{sums: map[string]*Sums{}} }

// Add notes a row that a table should have, its columns in order; a boolean is 1 or 0.
func (w *Rows) Add(table string, columns ...any) {
	w.row = w.row[:0]
	for i, column := range columns {
		if i > 0 {
			w.row = append(w.row, '|')
		}
		w.row = appendColumn(w.row, column)
	}
	if w.among == nil {
		w.of(table).Add(w.row, w.row)
		return
	}
	if among := w.among[table]; among != nil && among.Has(w.row) {
		w.texts[table][string(w.row)]++
	}
}

// Hold notes a row as Add does, which a later line may take back. Such rows are held one by one, so there must not be many.
func (w *Rows) Hold(table string, columns ...any) {
	if w.held == nil {
		w.held = map[string][][]any{}
	}
	w.held[table] = append(w.held[table], columns)
}

// Drop takes back the held rows of a table that begin with these columns: a later line has deleted them.
func (w *Rows) Drop(table string, columns ...any) {
	w.held[table] = slices.DeleteFunc(w.held[table], func(row []any) bool { return slices.Equal(row[:len(columns)], columns) })
}

// settle adds the rows that no line has taken back.
func (w *Rows) settle() {
	for table, rows := range w.held {
		for _, row := range rows {
			w.Add(table, row...)
		}
	}
	w.held = nil
}

func (w *Rows) of(table string) *Sums {
	if w.sums[table] == nil {
		w.sums[table] = NewSums()
	}
	return w.sums[table]
}

func appendColumn(row []byte, column any) []byte {
	switch v := column.(type) {
	case string:
		return append(row, v...)
	case int64:
		return strconv.AppendInt(row, v, 10)
	case int:
		return strconv.AppendInt(row, int64(v), 10)
	}
	return fmt.Append(row, column)
}

// Compare reports every row of the tables that the lines do not make, and every row that the lines make and that is not there. It reports nothing, and returns
// the rows to which the lines must be told once more, when it has found that something differs.
func (w *Rows) Compare(ctx context.Context, r sqldb.Reader, tables []string, report func(format string, args ...any)) (again *Rows, err error) {
	w.settle()
	for _, table := range tables {
		if w.among != nil {
			err = w.differences(ctx, r, table, report)
		} else {
			again, err = w.compare(ctx, r, table, again)
		}
		if err != nil {
			return nil, err
		}
	}
	return again, nil
}

func (w *Rows) compare(ctx context.Context, r sqldb.Reader, table string, again *Rows) (*Rows, error) {
	want := w.of(table)
	have := want.Like()
	err := eachRow(ctx, r, table, func(row []byte) { have.Add(row, row) })
	if err != nil {
		return nil, err
	}
	differing := want.Differing(have)
	if differing == nil {
		return again, nil
	}
	if again == nil {
		again = &Rows{among: map[string]*Differing{}, texts: map[string]map[string]int{}}
	}
	again.among[table], again.texts[table] = differing, map[string]int{}
	return again, nil
}

func (w *Rows) differences(ctx context.Context, r sqldb.Reader, table string, report func(format string, args ...any)) error {
	among, left := w.among[table], w.texts[table]
	if among == nil {
		return nil
	}
	err := eachRow(ctx, r, table, func(row []byte) {
		if !among.Has(row) {
			return
		}
		if left[string(row)]--; left[string(row)] < 0 {
			report("%s: the lines make no row %s", table, row)
		}
	})
	for _, row := range slices.Sorted(maps.Keys(left)) {
		if left[row] > 0 {
			report("%s: there is no row %s", table, row)
		}
	}
	return err
}

// eachRow hands over the columns of every row in order, written alike for both engines.
func eachRow(ctx context.Context, r sqldb.Reader, table string, use func(row []byte)) error {
	var values, into []any
	var text []byte
	n := 0
	// A query that can be interrupted costs a goroutine per row on SQLite; here the end is asked for now and then.
	return sqldb.Each(context.WithoutCancel(ctx), r, "SELECT * FROM "+table, nil, func(rows *sql.Rows) error {
		if values == nil {
			names, err := rows.Columns()
			if err != nil {
				return fmt.Errorf("audit: columns: %w", err)
			}
			values, into = make([]any, len(names)), make([]any, len(names))
			for i := range values {
				into[i] = &values[i]
			}
		}
		if n++; n%unitLines == 0 && ctx.Err() != nil {
			return fmt.Errorf("audit: %w", ctx.Err())
		}
		if err := rows.Scan(into...); err != nil {
			return fmt.Errorf("audit: row: %w", err)
		}
		var err error
		if text, err = appendStored(text[:0], values); err != nil {
			return err
		}
		use(text)
		return nil
	})
}

// appendStored appends the values of a row as the database holds them.
func appendStored(row []byte, values []any) ([]byte, error) {
	for i, value := range values {
		if i > 0 {
			row = append(row, '|')
		}
		switch v := value.(type) {
		case []byte:
			var name id.ID
			if err := name.Scan(v); err != nil {
				return row, fmt.Errorf("audit: row: %w", err)
			}
			row = append(row, name.String()...)
		case bool: // SQLite has numbers for these
			row = appendColumn(row, Flag(v))
		default:
			row = appendColumn(row, v)
		}
	}
	return row, nil
}

// Flag writes a boolean as Rows holds it.
func Flag(is bool) int {
	if is {
		return 1
	}
	return 0
}
