package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"vienkopus/internal/platform/sqldb"
)

const (
	// chunkLines is how many lines are replayed in one transaction.
	chunkLines = 5_000
	// ahead is how many chunks are read and decoded while one is being applied.
	ahead = 2
	// sampleDesks are those whose first lines show the pace of a replay, sampleLines as many of each, when there are more than sampled to be replayed.
	sampleDesks, sampleLines, sampled = 8, 250, 20_000
)

// replayed is a line on its way into the tables. A body that cannot be read is the line's own fault.
type replayed struct {
	Entry
	unreadable error
}

// chunk is what is replayed in one transaction: lines, and how far each desk has got with them.
type chunk struct {
	lines []replayed
	moves []Span
}

// Span is how far a desk has been replayed, and how far it shall be: lines posted since then were applied when they were posted.
type Span struct {
	Desk       string
	Done, Upto int64
}

// replay is one way of the lines into the tables of some projections.
type replay struct {
	*Journal
	lines       Reader
	projections []Projection
	readers     readers
	// whole is set when all projections are filled: then every line is looked at, and one that is not there is noticed.
	whole       bool
	tell        Progress
	done, total int64 // lines
}

// ReplayFrom applies lines that stand in another database, where lines reads them, to the tables of this one, behind those that were replayed before.
// Nobody may post here meanwhile. Some is set for a journal that knows a part of the projections only: then lines that none of them reads are passed over.
func (j *Journal) ReplayFrom(ctx context.Context, lines Reader, spans []Span, some bool, tell Progress) error {
	const query = `INSERT INTO rebuild_cursor (desk, number, upto) VALUES ($1, $2, $3)`
	err := j.db.Write(ctx, func(tx *sqldb.Tx) error {
		for _, s := range spans {
			if err := tx.Run(ctx, "journal: cursor", query, s.Desk, s.Done, s.Upto); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	r := j.newReplay(j.projections, lines, tell)
	r.whole = !some
	for _, s := range spans {
		r.done, r.total = r.done+s.Done, r.total+s.Upto
	}
	return r.run(ctx, spans)
}

func (j *Journal) newReplay(into []Projection, lines Reader, tell Progress) *replay {
	return &replay{Journal: j, lines: lines, projections: into, readers: j.readersOf(into), whole: len(into) == len(j.projections), tell: tell}
}

// replay applies the lines behind the cursor of every desk to these projections, and takes the cursors away at the end.
func (j *Journal) replay(ctx context.Context, into []Projection, lines Reader, tell Progress) error {
	r := j.newReplay(into, lines, tell)
	spans, err := j.spans(ctx)
	if err == nil && len(into) > 0 {
		err = r.count(ctx, spans)
	}
	if err != nil {
		return err
	}
	plan := Plan{Lines: r.total - r.done}
	for _, p := range into {
		plan.Projections = append(plan.Projections, p.Name())
	}
	if plan.Lines > 0 {
		j.announcePlan(plan)
	}
	if plan.Lines > sampled {
		before, begun := r.done, time.Now() //nolint:forbidigo // how long it takes in truth, whatever the clock of the journal says
		if err := r.apply(ctx, sample(spans)); err != nil {
			return err
		}
		if n := r.done - before; n > 0 {
			plan.Lines = r.total - r.done
			plan.Takes = time.Duration(float64(time.Since(begun)) / float64(n) * float64(plan.Lines))
			j.announcePlan(plan)
		}
		if spans, err = j.spans(ctx); err != nil {
			return err
		}
	}
	return r.run(ctx, spans)
}

func (j *Journal) announcePlan(p Plan) {
	if j.told != nil {
		j.told(p)
	}
}

// sample returns the next lines of the desks with the most.
func sample(spans []Span) []Span {
	some := slices.Clone(spans)
	slices.SortStableFunc(some, func(a, b Span) int { return int(min(max(b.Upto-b.Done-(a.Upto-a.Done), -1), 1)) })
	some = some[:min(len(some), sampleDesks)]
	for i := range some {
		some[i].Upto = min(some[i].Upto, some[i].Done+sampleLines)
	}
	return some
}

// count finds out how many lines are to be replayed and how many have been.
func (r *replay) count(ctx context.Context, spans []Span) error {
	if r.whole {
		for _, s := range spans {
			r.done, r.total = r.done+s.Done, r.total+s.Upto
		}
		return nil
	}
	args, marks := kindArgs(r.readers.kinds(), nil)
	query := `SELECT CAST(COALESCE(SUM(CASE WHEN e.number <= c.number THEN 1 ELSE 0 END), 0) AS BIGINT), COUNT(*)
FROM rebuild_cursor c JOIN entry e ON e.desk = c.desk AND e.number <= c.upto WHERE e.kind IN (` + marks + `)`
	return r.db.Snapshot(ctx, func(in sqldb.Reader) error { // of patient work
		if err := in.QueryRow(ctx, query, args...).Scan(&r.done, &r.total); err != nil {
			return fmt.Errorf("journal: lines to replay: %w", err)
		}
		return nil
	})
}

// run applies the lines of the spans, and ends the replay.
func (r *replay) run(ctx context.Context, spans []Span) error {
	if err := r.apply(ctx, spans); err != nil {
		return err
	}
	return r.db.Write(ctx, func(tx *sqldb.Tx) error {
		if err := tx.Run(ctx, "journal: replay", "DELETE FROM rebuild_cursor"); err != nil {
			return err
		}
		return tx.Run(ctx, "journal: replay", "UPDATE projection SET replaying = FALSE WHERE replaying")
	})
}

// apply reads and decodes lines in one goroutine and applies them in another.
func (r *replay) apply(ctx context.Context, spans []Span) error {
	reading, stop := context.WithCancel(ctx)
	f := &feed{replay: r, chunks: make(chan chunk, ahead)}
	go f.run(reading, spans)
	defer func() {
		stop()
		for range f.chunks { // what is left is thrown away, and the reader is gone when it ends
		}
	}()
	for c := range f.chunks {
		if err := r.chunk(ctx, c); err != nil {
			return err
		}
		r.done += int64(len(c.lines))
		if r.tell != nil && len(c.lines) > 0 {
			r.tell(r.done, r.total)
		}
	}
	return f.err
}

func (j *Journal) spans(ctx context.Context) (spans []Span, err error) {
	const query = `SELECT desk, number, upto FROM rebuild_cursor ORDER BY desk`
	err = sqldb.Each(ctx, j.db, query, nil, func(rows *sql.Rows) error {
		var s Span
		if err := rows.Scan(&s.Desk, &s.Done, &s.Upto); err != nil {
			return fmt.Errorf("journal: cursor: %w", err)
		}
		spans = append(spans, s)
		return nil
	})
	return spans, err
}

// chunk applies the lines together; when one of them fails, it applies them anew, each projection in a savepoint of its own.
func (r *replay) chunk(ctx context.Context, c chunk) error {
	err := r.together(ctx, c)
	if linesFault(err) {
		err = r.apart(ctx, c)
	}
	return err
}

// errUnreadable marks a line whose body this program cannot read.
var errUnreadable = errors.New("journal: unreadable line")

// linesFault tells a line that cannot be applied from a database that cannot write now.
func linesFault(err error) bool {
	var apply *applyError
	return (errors.As(err, &apply) || errors.Is(err, errUnreadable) || sqldb.Deferred(err)) && !sqldb.Unavailable(err)
}

// at is the transaction of a line.
func (r *replay) at(stx *sqldb.Tx, line *replayed) *Tx {
	return &Tx{Tx: stx, journal: r.Journal, desk: line.Desk, by: line.Actor, now: line.RecordedAt}
}

func (r *replay) readersOf(line *replayed) []Projection {
	return r.readers.of(line.Entry)
}

func (r *replay) together(ctx context.Context, c chunk) error {
	return r.db.Write(ctx, func(stx *sqldb.Tx) error {
		for i := range c.lines {
			line := &c.lines[i]
			if line.unreadable != nil {
				return fmt.Errorf("%w: %w", errUnreadable, line.unreadable)
			}
			if err := r.at(stx, line).apply(ctx, line.Entry, r.readersOf(line)); err != nil {
				return err
			}
		}
		if err := stx.Settle(ctx); err != nil {
			return &applyError{projection: "a projection", kind: "the lines", cause: err}
		}
		return moveCursors(ctx, stx, c.moves)
	})
}

// moveCursors notes how far each desk of the chunk is replayed, and fails when somebody else has moved a cursor meanwhile.
func moveCursors(ctx context.Context, tx *sqldb.Tx, moves []Span) error {
	const query = "UPDATE rebuild_cursor SET number = $1 WHERE desk = $2 AND number = $3"
	var err error
	for _, m := range moves {
		if err == nil {
			err = tx.Change(ctx, "journal: replay of "+m.Desk, query, m.Upto, m.Desk, m.Done)
		}
	}
	if err == nil {
		err = tx.Settle(ctx)
	}
	if errors.Is(err, sqldb.ErrNoRow) {
		return fmt.Errorf("%w: %w", sqldb.ErrInUse, err)
	}
	return err
}

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
