package backup

import (
	"compress/gzip"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strings"
	"time"

	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

// Write writes a backup of the database as it is at this moment, while others may go on writing.
// Read the file back with Check before you rely on it.
func Write(ctx context.Context, db *sqldb.DB, w io.Writer, plan Plan) (Summary, error) {
	ctx = sqldb.Patient(ctx)
	compressed := gzip.NewWriter(w)
	o := &output{sum: sha256.New(), summary: Summary{Version: plan.version(), At: plan.At.UTC().Truncate(time.Second), Rows: map[string]int64{}}, tell: plan.Tell}
	o.to = io.MultiWriter(compressed, o.sum)
	err := db.Snapshot(ctx, func(r sqldb.Reader) error { return o.all(ctx, r, slices.Concat(journal.Durable, plan.Tables)) })
	if err != nil {
		return Summary{}, err
	}
	o.summary.Sum = hex.EncodeToString(o.sum.Sum(nil))
	last, err := json.Marshal(trailer{Rows: o.summary.Rows, Sum: o.summary.Sum})
	if err != nil {
		return Summary{}, fmt.Errorf("backup: trailer: %w", err)
	}
	last = append(last, '\n')
	if plan.Sign != nil {
		line, err := plan.signature(&o.summary)
		if err != nil {
			return Summary{}, err
		}
		last = append(last, line...)
	}
	_, err = compressed.Write(last)
	if err := errors.Join(err, compressed.Close()); err != nil {
		return Summary{}, fmt.Errorf("backup: write: %w", err)
	}
	return o.summary, nil
}

// output is a backup being written.
type output struct {
	to      io.Writer
	sum     hash.Hash
	summary Summary
	written int64
	tell    func(int64)
}

func (o *output) line(v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	if _, err := o.to.Write(append(b, '\n')); err != nil {
		return fmt.Errorf("backup: write: %w", err)
	}
	return nil
}

func (o *output) all(ctx context.Context, r sqldb.Reader, names []string) error {
	h := header{Format: formatName, Version: o.summary.Version, At: o.summary.At.Format(time.RFC3339)}
	if err := r.QueryRow(ctx, "SELECT COALESCE(MAX(number), 0) FROM schema_migration").Scan(&h.Step); err != nil {
		return fmt.Errorf("backup: step: %w", err)
	}
	o.summary.Step = h.Step
	for _, name := range names {
		t, err := describe(ctx, r, name)
		if err != nil {
			return err
		}
		h.Tables = append(h.Tables, t)
	}
	if err := o.line(h); err != nil {
		return err
	}
	for _, t := range h.Tables {
		if err := o.line(begin{Table: t.Name}); err != nil {
			return err
		}
		o.summary.Rows[t.Name] = 0
		if err := o.rows(ctx, r, t); err != nil {
			return fmt.Errorf("backup: table %s, row %d: %w", t.Name, o.summary.Rows[t.Name]+1, err)
		}
	}
	o.summary.Lines, o.summary.Desks = o.summary.Rows["entry"], o.summary.Rows["desk_head"]
	return nil
}

// describe asks the engine for the columns of a table.
func describe(ctx context.Context, r sqldb.Reader, name string) (t table, err error) {
	if !plainName.MatchString(name) {
		return t, fmt.Errorf("backup: a table called %q", name)
	}
	rows, err := r.Query(ctx, "SELECT * FROM "+name+" WHERE 1 = 0")
	if err != nil {
		return t, fmt.Errorf("backup: table %s: %w", name, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	types, err := rows.ColumnTypes()
	if err != nil {
		return t, fmt.Errorf("backup: table %s: %w", name, err)
	}
	t.Name = name
	for _, c := range types {
		k, known := kinds[c.DatabaseTypeName()]
		if !known {
			return t, fmt.Errorf("backup: table %s: column %s has the type %q, which a backup cannot hold", name, c.Name(), c.DatabaseTypeName())
		}
		t.Columns = append(t.Columns, column{Name: c.Name(), Type: k})
	}
	if err := rows.Err(); err != nil {
		return t, fmt.Errorf("backup: table %s: %w", name, err)
	}
	return t, nil
}

// tellEvery is how many rows lie between two reports of progress.
const tellEvery = 10_000

// rows writes the table in the order of its first three columns, which hold the key of every table of the journal,
// so that the same contents make the same file.
func (o *output) rows(ctx context.Context, r sqldb.Reader, t table) error {
	order := " ORDER BY " + strings.Join([]string{"1", "2", "3"}[:min(3, len(t.Columns))], ", ")
	values, into := make([]any, len(t.Columns)), make([]any, len(t.Columns))
	for i := range values {
		into[i] = &values[i]
	}
	cells := make([]any, len(t.Columns))
	// A query that can be interrupted costs a goroutine per row on SQLite; the end is asked for with the progress.
	return sqldb.Each(context.WithoutCancel(ctx), r, "SELECT * FROM "+t.Name+order, nil, func(rows *sql.Rows) error {
		if err := rows.Scan(into...); err != nil {
			return fmt.Errorf("scan: %w", err)
		}
		for i, c := range t.Columns {
			var err error
			if cells[i], err = c.Type.out(values[i]); err != nil {
				return fmt.Errorf("column %s: %w", c.Name, err)
			}
		}
		if err := o.line(cells); err != nil {
			return err
		}
		o.summary.Rows[t.Name]++
		if o.written++; o.written%tellEvery == 0 {
			if o.tell != nil {
				o.tell(o.written)
			}
			return ctx.Err()
		}
		return nil
	})
}
