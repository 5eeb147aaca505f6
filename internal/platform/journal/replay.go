package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"vienkopus/internal/platform/sqldb"
)

const (
	// chunkLines is how many lines are replayed in one transaction.
	chunkLines = 5_000
	// ahead is how many chunks are read and decoded while one is being applied.
	ahead = 2
)

// replayed is a line on its way into the tables. A body that cannot be read is the line's own fault.
type replayed struct {
	Entry
	after      int64 // the number of the line before: behind a gap it is not the next lower one
	unreadable error
}

// Span is how far a desk has been replayed, and how far it shall be: lines posted since then were applied when they were posted.
type Span struct {
	Desk       string
	Done, Upto int64
}

// ReplayFrom applies lines that stand in another database, where lines reads them, to the tables of this one, behind those that were replayed before.
// Nobody may post here meanwhile.
func (j *Journal) ReplayFrom(ctx context.Context, lines Reader, spans []Span, tell Progress) error {
	const query = `INSERT INTO rebuild_cursor (desk, number, upto) VALUES ($1, $2, $3)`
	err := j.db.Write(ctx, func(tx *sqldb.Tx) error {
		for _, s := range spans {
			if _, err := tx.Exec(ctx, query, s.Desk, s.Done, s.Upto); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return j.replay(ctx, lines, tell)
}

// replay applies the lines behind the cursor of every desk and takes the cursors away at the end.
// Lines are read from lines and decoded in one goroutine and applied in another.
func (j *Journal) replay(ctx context.Context, lines Reader, tell Progress) error {
	spans, done, total, err := j.spans(ctx)
	if err != nil {
		return err
	}
	reading, stop := context.WithCancel(ctx)
	f := &feed{journal: j, lines: lines, chunks: make(chan []replayed, ahead)}
	go f.run(reading, spans)
	defer func() {
		stop()
		for range f.chunks { // what is left is thrown away, and the reader is gone when it ends
		}
	}()
	for chunk := range f.chunks {
		if err := j.replayChunk(ctx, chunk); err != nil {
			return err
		}
		done += int64(len(chunk))
		if tell != nil {
			tell(done, total)
		}
	}
	if f.err != nil {
		return f.err
	}
	return j.db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM rebuild_cursor")
		return err
	})
}

func (j *Journal) spans(ctx context.Context) (spans []Span, done, total int64, err error) {
	const query = `SELECT desk, number, upto FROM rebuild_cursor ORDER BY desk`
	err = sqldb.Each(ctx, j.db, query, nil, func(rows *sql.Rows) error {
		var s Span
		if err := rows.Scan(&s.Desk, &s.Done, &s.Upto); err != nil {
			return fmt.Errorf("journal: cursor: %w", err)
		}
		spans = append(spans, s)
		done += s.Done
		total += s.Upto
		return nil
	})
	return spans, done, total, err
}

// replayChunk applies the lines together; when one of them fails, it applies them one by one and quarantines those that fail.
func (j *Journal) replayChunk(ctx context.Context, chunk []replayed) error {
	err := j.replayTogether(ctx, chunk)
	if !linesFault(err) {
		return err
	}
	for i := range chunk {
		one := chunk[i : i+1]
		err := j.replayTogether(ctx, one)
		if linesFault(err) {
			err = j.quarantine(ctx, one, err)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// errUnreadable marks a line whose body this program cannot read.
var errUnreadable = errors.New("journal: unreadable line")

// linesFault tells a line that cannot be applied from a database that cannot write now.
func linesFault(err error) bool {
	var apply *applyError
	return (errors.As(err, &apply) || errors.Is(err, errUnreadable) || sqldb.Deferred(err)) && !sqldb.Unavailable(err)
}

func (j *Journal) replayTogether(ctx context.Context, chunk []replayed) error {
	return j.db.Write(ctx, func(stx *sqldb.Tx) error {
		for i := range chunk {
			line := &chunk[i]
			if line.unreadable != nil {
				return fmt.Errorf("%w: %w", errUnreadable, line.unreadable)
			}
			tx := &Tx{Tx: stx, journal: j, desk: line.Desk, by: line.Actor, now: line.RecordedAt}
			if err := tx.apply(ctx, line.Entry); err != nil {
				return err
			}
		}
		if err := stx.Settle(ctx); err != nil {
			return &applyError{projection: "a projection", kind: "the lines", cause: err}
		}
		return moveCursors(ctx, stx, chunk)
	})
}

// moveCursors notes how far each desk of the chunk is replayed, and fails when somebody else has moved a cursor meanwhile.
func moveCursors(ctx context.Context, tx *sqldb.Tx, chunk []replayed) error {
	const query = "UPDATE rebuild_cursor SET number = $1 WHERE desk = $2 AND number = $3"
	for first := 0; first < len(chunk); {
		desk, last := chunk[first].Desk, first
		for last+1 < len(chunk) && chunk[last+1].Desk == desk {
			last++
		}
		n, err := tx.Exec(ctx, query, chunk[last].Number, desk, chunk[first].after)
		if err != nil {
			return err
		}
		if n != 1 {
			return fmt.Errorf("journal: replay of %s: %w", desk, sqldb.ErrInUse)
		}
		first = last + 1
	}
	return nil
}
