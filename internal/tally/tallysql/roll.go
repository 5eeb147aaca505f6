package tallysql

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"

	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

const (
	// linesPerRoll is how many lines are rolled up in one transaction, so that it holds nobody up for long.
	linesPerRoll = 500
	// rowsPerFill is how many rows one transaction of the first filling writes.
	rowsPerFill = 2_000
)

// errRolled says that another program has rolled up meanwhile.
var errRolled = errors.New("tallysql: another program rolls up")

// Roll adds what has come to the roll-ups, transaction by transaction: whoever looks in between, or after the program was killed, finds rows and marks that fit
// each other. Roll-ups that hold nothing are filled from the counts.
func (u *Rollups) Roll(ctx context.Context) error {
	_, ready, err := stateOf(ctx, u.journal.DB())
	if err == nil && !ready {
		err = u.fill(ctx)
	}
	for more := true; more && err == nil; {
		more, err = u.step(ctx)
	}
	return err
}

// mark is how far the lines of a desk are rolled up, and how far they shall be.
type mark struct {
	desk       string
	done, upto int64
}

// step rolls some lines up and tells whether there were any.
func (u *Rollups) step(ctx context.Context) (bool, error) {
	var version string
	var marks []mark
	rows := sums{}
	err := u.journal.DB().Snapshot(ctx, func(r journal.Reader) error {
		var err error
		if version, _, err = stateOf(ctx, r); err != nil {
			return err
		}
		if marks, err = moved(ctx, r); err != nil {
			return err
		}
		for _, m := range marks {
			counts, err := u.counts(ctx, r, deskLines, m.desk, m.done, m.upto)
			if err != nil {
				return err
			}
			for _, c := range counts {
				rows.add(c)
			}
		}
		return nil
	})
	if err != nil || len(marks) == 0 {
		return false, err
	}
	return true, u.change(ctx, version, func(tx *sqldb.Tx) error {
		if err := rows.write(ctx, tx); err != nil {
			return err
		}
		return setMarks(ctx, tx, marks)
	})
}

// moved returns the desks that have lines which are not rolled up, up to linesPerRoll lines of them.
func moved(ctx context.Context, r journal.Reader) ([]mark, error) {
	const query = `SELECT h.desk, COALESCE(d.number, 0), h.number FROM desk_head h LEFT JOIN rollup_desk d ON d.desk = h.desk
WHERE h.number > COALESCE(d.number, 0) ORDER BY h.desk LIMIT $1`
	var marks []mark
	left := int64(linesPerRoll)
	err := sqldb.Each(ctx, r, query, []any{linesPerRoll}, func(rows *sql.Rows) error {
		var m mark
		if err := rows.Scan(&m.desk, &m.done, &m.upto); err != nil {
			return fmt.Errorf("tallysql: mark: %w", err)
		}
		if m.upto = min(m.upto, m.done+left); m.upto > m.done {
			marks = append(marks, m)
			left -= m.upto - m.done
		}
		return nil
	})
	return marks, err
}

// change changes the roll-ups, which are at that version. It returns errRolled when they are not.
func (u *Rollups) change(ctx context.Context, version string, write func(*sqldb.Tx) error) error {
	next := id.New(u.journal.Now()).String()
	return u.journal.DB().Write(ctx, func(tx *sqldb.Tx) error {
		if err := tx.Lock(ctx, "rollup"); err != nil {
			return err
		}
		now, ready, err := stateOf(ctx, tx)
		if err != nil {
			return err
		}
		if now != version || !ready {
			return errRolled
		}
		if err := tx.Run(ctx, "tallysql: version", "UPDATE rollup_state SET version = $1", next); err != nil {
			return err
		}
		return write(tx)
	})
}

// write adds the sums to their rows, in the same order in every program.
func (s sums) write(ctx context.Context, tx *sqldb.Tx) error {
	const query = `INSERT INTO rollup (grain, month, municipality, centre, service, institution, kind, channel, source, n)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (grain, month, municipality, centre, service, institution, kind, channel, source) DO UPDATE SET n = rollup.n + excluded.n`
	for _, c := range slices.SortedFunc(maps.Keys(s), compareCells) {
		err := tx.Run(ctx, "tallysql: roll-up", query, c.grain, c.span, c.municipality, c.centre, c.service, c.institution, c.kind, c.channel, c.source, s[c])
		if err != nil {
			return err
		}
	}
	return nil
}

func compareCells(a, b cell) int {
	return cmp.Or(
		cmp.Compare(a.grain, b.grain), cmp.Compare(a.span, b.span), cmp.Compare(a.municipality, b.municipality), cmp.Compare(a.centre, b.centre),
		cmp.Compare(a.service, b.service), cmp.Compare(a.institution, b.institution), cmp.Compare(a.kind, b.kind), cmp.Compare(a.channel, b.channel),
		cmp.Compare(a.source, b.source),
	)
}

func setMarks(ctx context.Context, tx *sqldb.Tx, marks []mark) error {
	const query = `INSERT INTO rollup_desk (desk, number) VALUES ($1, $2) ON CONFLICT (desk) DO UPDATE SET number = excluded.number`
	for _, m := range marks {
		if err := tx.Run(ctx, "tallysql: mark", query, m.desk, m.upto); err != nil {
			return err
		}
	}
	return nil
}

// fill makes all rows from the counts as they stand in one snapshot. Nobody reads them before the last transaction, which also sets the marks; a filling that was cut off
// begins anew.
func (u *Rollups) fill(ctx context.Context) error {
	f := &filling{rollups: u, token: id.New(u.journal.Now()).String(), rows: sums{}}
	return u.journal.DB().Snapshot(sqldb.Patient(ctx), func(r journal.Reader) error {
		var marks []mark
		heads, err := u.journal.Heads(ctx, r)
		if err != nil {
			return err
		}
		for _, h := range heads {
			marks = append(marks, mark{desk: h.Desk, upto: h.Number})
		}
		spans, err := texts(ctx, r, "SELECT DISTINCT month FROM tally_kind ORDER BY month")
		if err != nil {
			return err
		}
		if err := f.begin(ctx); err != nil {
			return err
		}
		for _, span := range withYears(spans) {
			for _, grain := range grainsOf(span) {
				err := grainRows(ctx, r, grain, span, func(c cell, n int64) error { return f.add(ctx, c, n) })
				if err != nil {
					return err
				}
			}
		}
		if err := f.flush(ctx); err != nil {
			return err
		}
		return f.write(ctx, func(tx *sqldb.Tx) error {
			if err := setMarks(ctx, tx, marks); err != nil {
				return err
			}
			return tx.Run(ctx, "tallysql: ready", "UPDATE rollup_state SET ready = $1", true)
		})
	})
}

// filling is one run of fill. Its token is the version while it lasts.
type filling struct {
	rollups *Rollups
	token   string
	rows    sums
}

// begin throws away what is there.
func (f *filling) begin(ctx context.Context) error {
	return f.rollups.journal.DB().Write(ctx, func(tx *sqldb.Tx) error {
		if err := tx.Lock(ctx, "rollup"); err != nil {
			return err
		}
		for _, text := range []string{"DELETE FROM rollup_state", "DELETE FROM rollup_desk", "DELETE FROM rollup"} {
			if err := tx.Run(ctx, "tallysql: roll-ups", text); err != nil {
				return err
			}
		}
		return tx.Run(ctx, "tallysql: roll-ups", "INSERT INTO rollup_state (version, ready) VALUES ($1, $2)", f.token, false)
	})
}

func (f *filling) add(ctx context.Context, c cell, n int64) error {
	if f.rows[c] = n; len(f.rows) < rowsPerFill {
		return nil
	}
	return f.flush(ctx)
}

func (f *filling) flush(ctx context.Context) error {
	err := f.write(ctx, func(tx *sqldb.Tx) error { return f.rows.write(ctx, tx) })
	clear(f.rows)
	return err
}

// write writes as long as no other program has begun a filling of its own.
func (f *filling) write(ctx context.Context, write func(*sqldb.Tx) error) error {
	return f.rollups.journal.DB().Write(ctx, func(tx *sqldb.Tx) error {
		if err := tx.Lock(ctx, "rollup"); err != nil {
			return err
		}
		now, _, err := stateOf(ctx, tx)
		if err != nil {
			return err
		}
		if now != f.token {
			return errRolled
		}
		return write(tx)
	})
}
