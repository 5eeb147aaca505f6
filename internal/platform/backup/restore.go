package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

// Source is a backup to restore.
type Source struct {
	From io.Reader
	// Tell is told how many rows are in; it may be nil.
	Tell func(rows int64)
	// Then runs in the transaction once all rows are in; nothing is restored when it returns an error. It may be nil.
	Then func(ctx context.Context, tx *sqldb.Tx, s Summary) error
}

// Restore puts a backup into a migrated database whose tables are empty, of either engine: all of it, or nothing.
// The next Prepare of the journal makes the projections.
//
// It returns ErrNotEmpty, ErrDamaged, ErrNewer (also when the database is of an older program than the backup),
// or sqldb.ErrInUse when another process uses the database.
func Restore(ctx context.Context, db *sqldb.DB, from Source) (Summary, error) {
	lease, err := db.Exclude(ctx)
	if err != nil {
		return Summary{}, fmt.Errorf("backup: restore: %w", err)
	}
	ctx = sqldb.Patient(ctx)
	var summary Summary
	began := false
	err = db.Write(ctx, func(tx *sqldb.Tx) error {
		if began {
			return errors.New("backup: restore was interrupted; begin again") // the file cannot be read twice
		}
		began = true
		in := &intake{tx: tx}
		if summary, err = read(ctx, from.From, in, from.Tell); err != nil {
			return err
		}
		if err := in.flush(ctx); err != nil {
			return err
		}
		if from.Then != nil {
			if err := from.Then(ctx, tx, summary); err != nil {
				return err
			}
		}
		return journal.Unapplied(ctx, tx)
	})
	return summary, errors.Join(err, lease.Release())
}

// atOnce is how many rows go into one statement.
const atOnce = 50

// intake is the sink that fills the database.
type intake struct {
	tx    *sqldb.Tx
	table table
	args  []any
	rows  int
}

// open sees that the database is not older than the one that the backup was taken from.
func (in *intake) open(ctx context.Context, h header) error {
	var step int
	if err := in.tx.QueryRow(ctx, "SELECT COALESCE(MAX(number), 0) FROM schema_migration").Scan(&step); err != nil {
		return fmt.Errorf("backup: step: %w", err)
	}
	if h.Step > step {
		return fmt.Errorf("%w: the backup was taken at step %d, this database stands at %d", ErrNewer, h.Step, step)
	}
	return nil
}

// begin sees that the table is there and empty.
func (in *intake) begin(ctx context.Context, t table) error {
	if err := in.flush(ctx); err != nil {
		return err
	}
	in.table = t
	known, err := describe(ctx, in.tx, t.Name)
	if err != nil {
		return err
	}
	names := map[string]bool{}
	for _, c := range known.Columns {
		names[c.Name] = true
	}
	for _, c := range t.Columns {
		if !names[c.Name] {
			return fmt.Errorf("backup: this database has no column %s in %s", c.Name, t.Name)
		}
	}
	var filled bool
	if err := in.tx.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM "+t.Name+")").Scan(&filled); err != nil {
		return fmt.Errorf("backup: %s: %w", t.Name, err)
	}
	if filled {
		return fmt.Errorf("%w: there are rows in %s", ErrNotEmpty, t.Name)
	}
	return nil
}

func (in *intake) row(ctx context.Context, _ table, cells []any) error {
	in.args = append(in.args, cells...)
	if in.rows++; in.rows < atOnce {
		return nil
	}
	return in.flush(ctx)
}

func (in *intake) flush(ctx context.Context) error {
	if in.rows == 0 {
		return nil
	}
	_, err := in.tx.Exec(ctx, in.insert(), in.args...)
	in.args, in.rows = in.args[:0], 0
	if err != nil {
		return fmt.Errorf("backup: %s: %w", in.table.Name, err)
	}
	return nil
}

func (in *intake) insert() string {
	var text strings.Builder
	text.WriteString("INSERT INTO " + in.table.Name + " (")
	for i, c := range in.table.Columns {
		if i > 0 {
			text.WriteString(", ")
		}
		text.WriteString(c.Name)
	}
	text.WriteString(") VALUES ")
	for row := range in.rows {
		for i := range in.table.Columns {
			separator := ", "
			switch {
			case i == 0 && row == 0:
				separator = "("
			case i == 0:
				separator = "), ("
			}
			fmt.Fprintf(&text, "%s$%d", separator, row*len(in.table.Columns)+i+1)
		}
	}
	return text.String() + ")"
}
