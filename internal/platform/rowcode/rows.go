package rowcode

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"vienkopus/internal/platform/sqldb"
)

// Row is a row of a table with its code.
type Row struct {
	Cells []any
	Code  []byte
}

// rows hands every row of a table to use, in the order of its key.
func rows(ctx context.Context, r sqldb.Reader, t Table, use func(Row) error) error {
	// A query that can be interrupted costs a goroutine per row on SQLite.
	return sqldb.Each(context.WithoutCancel(ctx), r, t.query()+" ORDER BY "+strings.Join(t.key(), ", "), nil, func(rows *sql.Rows) error {
		got, err := t.scan(rows)
		if err != nil {
			return err
		}
		return use(got)
	})
}

func (t Table) key() []string { return t.Columns[:t.Key] }

func (t Table) query() string {
	return "SELECT " + strings.Join(t.Columns, ", ") + ", " + Column + " FROM " + t.Name
}

func (t Table) scan(rows *sql.Rows) (Row, error) {
	cells, code := make([]any, len(t.Columns)), any(nil)
	into := make([]any, 0, len(cells)+1)
	for i := range cells {
		into = append(into, &cells[i])
	}
	if err := rows.Scan(append(into, &code)...); err != nil {
		return Row{}, fmt.Errorf("rowcode: %s: %w", t.Name, err)
	}
	if bytes, ok := code.([]byte); ok {
		return Row{cells, bytes}, nil
	}
	return Row{Cells: cells}, nil // none, or something that is no code
}

// called names a row by its key, in a form that a person can look up. Only keys are shown: they are ids, numbers and sums, never names.
func (t Table) called(r Row) string {
	var parts []string
	for i, name := range t.key() {
		part := fmt.Sprint(r.Cells[i])
		if b, ok := r.Cells[i].([]byte); ok {
			part = fmt.Sprintf("%x", b)
		}
		parts = append(parts, name+" "+fmt.Sprintf("%.80q", part))
	}
	return strings.Join(parts, ", ")
}

// atOnce is how many rows are read before they are written.
const atOnce = 500

// lots hands the rows of a table to use, some at a time and in the order of the key, so that they may be written meanwhile.
func lots(ctx context.Context, tx *sqldb.Tx, t Table, use func([]Row) error) error {
	var after []any
	for {
		query, args := t.query(), after
		if after != nil {
			query += " WHERE (" + strings.Join(t.key(), ", ") + ") > (" + marks(t.Key) + ")"
		}
		query += fmt.Sprintf(" ORDER BY %s LIMIT %d", strings.Join(t.key(), ", "), atOnce)
		var lot []Row
		err := sqldb.Each(ctx, tx, query, args, func(rows *sql.Rows) error {
			got, err := t.scan(rows)
			lot = append(lot, got)
			return err
		})
		if err != nil || len(lot) == 0 {
			return err
		}
		if err := use(lot); err != nil {
			return err
		}
		after = lot[len(lot)-1].Cells[:t.Key]
	}
}

func marks(n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("$%d", i+1)
	}
	return strings.Join(all, ", ")
}

// Change hands the cells of every row of a table to change, and writes those back that it has changed and says so, each with its code. A row whose code did
// not hold keeps it. Keys must stay as they are.
func Change(ctx context.Context, tx *sqldb.Tx, c *Codes, t Table, change func(cells []any) (bool, error)) error {
	return lots(ctx, tx, t, func(lot []Row) error {
		for _, old := range lot {
			cells := slices.Clone(old.Cells)
			changed, err := change(cells)
			if err != nil {
				return err
			}
			if !changed {
				continue
			}
			code, err := c.Recode(t, old, cells...)
			if err != nil {
				return err
			}
			if err := t.writeAll(ctx, tx, cells, code); err != nil {
				return err
			}
		}
		return nil
	})
}

// writeAll writes a row anew, with its code.
func (t Table) writeAll(ctx context.Context, tx *sqldb.Tx, cells []any, code []byte) error {
	var sets []string
	for i, name := range t.Columns[t.Key:] {
		sets = append(sets, fmt.Sprintf("%s = $%d", name, t.Key+i+1))
	}
	query := fmt.Sprintf("UPDATE %s SET %s, %s = $%d WHERE %s", t.Name, strings.Join(sets, ", "), Column, len(t.Columns)+1, t.where())
	return tx.Run(ctx, "rowcode: "+t.Name, query, append(slices.Clone(cells), code)...)
}

// where is the condition that names a row by the first arguments.
func (t Table) where() string {
	var which []string
	for i, name := range t.key() {
		which = append(which, fmt.Sprintf("%s = $%d", name, i+1))
	}
	return strings.Join(which, " AND ")
}

// write gives a row its code.
func (t Table) write(ctx context.Context, tx *sqldb.Tx, r Row, code []byte) error {
	query := fmt.Sprintf("UPDATE %s SET %s = $%d WHERE %s", t.Name, Column, t.Key+1, t.where())
	return tx.Run(ctx, "rowcode: "+t.Name, query, append(append([]any(nil), r.Cells[:t.Key]...), code)...)
}
