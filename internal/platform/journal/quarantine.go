package journal

import (
	"context"
	"database/sql"
	"fmt"

	"vienkopus/internal/platform/sqldb"
)

// nobody stands in the place of the projection where no projection can tell that the line is its own: it is missing, or of a kind that this program does
// not know.
const nobody = ""

// Quarantined is a line that a projection could not apply. It stays in the journal, the other projections have it, and it does not stop the ones behind it.
type Quarantined struct {
	// Projection is whose tables lack the line, "" when nobody can tell.
	Projection string
	Desk       string
	Number     int64
	Reason     string
}

// Quarantine returns the lines that could not be applied, by desk, number and projection.
func (j *Journal) Quarantine(ctx context.Context, r Reader) ([]Quarantined, error) {
	var list []Quarantined
	const query = "SELECT projection, desk, number, reason FROM quarantine ORDER BY desk, number, projection"
	err := sqldb.Each(ctx, r, query, nil, func(rows *sql.Rows) error {
		var q Quarantined
		if err := rows.Scan(&q.Projection, &q.Desk, &q.Number, &q.Reason); err != nil {
			return fmt.Errorf("journal: quarantine: %w", err)
		}
		list = append(list, q)
		return nil
	})
	return list, err
}

// apart applies the lines of the chunk, each projection in a savepoint of its own. What a projection cannot apply is noted with the reason, and it goes on.
func (r *replay) apart(ctx context.Context, c chunk) error {
	return r.db.Write(ctx, func(stx *sqldb.Tx) error {
		for i := range c.lines {
			line := &c.lines[i]
			if line.unreadable != nil {
				if err := r.unread(ctx, stx, line); err != nil {
					return err
				}
				continue
			}
			for _, p := range r.readersOf(line) {
				if err := r.applyApart(ctx, stx, p, line); err != nil {
					return err
				}
			}
		}
		return moveCursors(ctx, stx, c.moves)
	})
}

// applyApart applies a line to one projection, or notes why not.
func (r *replay) applyApart(ctx context.Context, stx *sqldb.Tx, p Projection, line *replayed) error {
	failed, err := stx.Apart(ctx, func(own *sqldb.Tx) error {
		return r.at(own, line).apply(ctx, line.Entry, []Projection{p})
	})
	switch {
	case err != nil || failed == nil:
		return err
	case sqldb.Unavailable(failed):
		return failed
	}
	return quarantine(ctx, stx, p.Name(), line, failed)
}

// unread notes a line that cannot be read for everybody who would have read it.
func (r *replay) unread(ctx context.Context, tx *sqldb.Tx, line *replayed) error {
	why := fmt.Errorf("%w: %w", errUnreadable, line.unreadable)
	readers := r.readers.ofKind(line.Kind, r.projections)
	if len(readers) == 0 {
		return quarantine(ctx, tx, nobody, line, why)
	}
	for _, p := range readers {
		if err := quarantine(ctx, tx, p.Name(), line, why); err != nil {
			return err
		}
	}
	return nil
}

// quarantine notes why the line is in no table of the projection.
func quarantine(ctx context.Context, tx *sqldb.Tx, projection string, line *replayed, why error) error {
	const query = `INSERT INTO quarantine (projection, desk, number, reason) VALUES ($1, $2, $3, $4)
ON CONFLICT (desk, number, projection) DO UPDATE SET reason = excluded.reason`
	return tx.Run(ctx, "journal: quarantine", query, projection, line.Desk, line.Number, why.Error())
}
