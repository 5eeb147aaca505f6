package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"vienkopus/internal/platform/sqldb"
)

// errMissing marks the number of a line that is not there.
var errMissing = errors.New("journal: the line is missing")

const (
	// stride is how many numbers of a desk are looked through in one query for lines of some kinds.
	stride = 100_000
	// chunkMoves is how many desks go into one chunk.
	chunkMoves = 1_000
)

// feed reads the lines of a replay ahead of their use.
type feed struct {
	*replay
	chunks chan chunk
	next   chunk
	err    error // why the reading ended early; to be read when chunks is closed
}

// run sends the lines of the spans, in order, packed into chunks that may hold several desks, and closes the channel.
func (f *feed) run(ctx context.Context, spans []Span) {
	defer close(f.chunks)
	read := f.some
	if f.whole {
		read = f.all
	}
	for _, s := range spans {
		if f.err = f.desk(ctx, s, read); f.err != nil {
			return
		}
	}
	if len(f.next.moves) > 0 {
		f.err = f.send(ctx)
	}
}

func (f *feed) send(ctx context.Context) error {
	room := len(f.next.lines) // behind a full chunk there is a full one; behind a small one mostly none
	select {
	case f.chunks <- f.next:
		f.next = chunk{lines: make([]replayed, 0, room)}
		return nil
	case <-ctx.Done():
		return fmt.Errorf("journal: replay: %w", ctx.Err())
	}
}

// desk reads a desk. Read adds lines behind s.Done to the chunk and moves it, no further than there is room.
func (f *feed) desk(ctx context.Context, s Span, read func(context.Context, *Span) error) error {
	for s.Done < s.Upto {
		move := Span{Desk: s.Desk, Done: s.Done}
		if err := read(ctx, &s); err != nil {
			return err
		}
		move.Upto = s.Done
		if last := len(f.next.moves) - 1; last >= 0 && f.next.moves[last].Desk == s.Desk {
			f.next.moves[last].Upto = move.Upto
		} else {
			f.next.moves = append(f.next.moves, move)
		}
		if len(f.next.lines) >= chunkLines || len(f.next.moves) >= chunkMoves {
			if err := f.send(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// all reads every line, and notices those that are not there. Behind a gap that is declared nothing is missing.
func (f *feed) all(ctx context.Context, s *Span) error {
	room, read := chunkLines-len(f.next.lines), 0
	err := f.each(ctx, linesOfDesk, []any{s.Desk, s.Done, room}, func(e Entry, malformed error) {
		read++
		if e.Number > s.Upto {
			if e.Kind == KindResumed { // the span ends in the gap
				s.Done = s.Upto
			}
			f.missing(s, s.Upto)
			return
		}
		if e.Kind == KindResumed && malformed == nil { // it stands behind a gap, and says so; whether rightly, the audit says
			s.Done = e.Number - 1
		} else {
			f.missing(s, e.Number-1)
		}
		if s.Done == e.Number-1 && len(f.next.lines) < chunkLines {
			f.add(e, malformed)
			s.Done = e.Number
		}
	})
	if err == nil && read < room {
		f.missing(s, s.Upto)
	}
	return err
}

// some reads the lines of the kinds that the projections read, and steps over the others.
func (f *feed) some(ctx context.Context, s *Span) error {
	last, limit := min(s.Upto, s.Done+stride), chunkLines-len(f.next.lines)
	args, marks := kindArgs(f.readers.kinds(), []any{s.Desk, s.Done, last, limit})
	query := `SELECT ` + columns + ` FROM entry WHERE desk = $1 AND number > $2 AND number <= $3 AND kind IN (` + marks + `) ORDER BY number LIMIT $4`
	n, end := 0, last
	err := f.each(ctx, query, args, func(e Entry, malformed error) {
		f.add(e, malformed)
		if n++; n == limit {
			end = e.Number
		}
	})
	s.Done = end
	return err
}

// each hands over the lines of a query. One that is none that this program could have written comes with its error.
func (f *feed) each(ctx context.Context, query string, args []any, line func(Entry, error)) error {
	// One query reads a few thousand lines; to make it interruptible would cost more than to wait for it.
	return sqldb.Each(context.WithoutCancel(ctx), f.lines, query, args, func(rows *sql.Rows) error {
		e, err := scanEntry(rows)
		if err != nil && !errors.Is(err, errMalformed) {
			return err
		}
		line(e, err)
		return nil
	})
}

// kindArgs returns the arguments with the kinds behind them, and the marks by which a query names the kinds. No kind at all is none that there is.
func kindArgs(kinds []string, args []any) (all []any, marks string) {
	if len(kinds) == 0 {
		kinds = []string{""}
	}
	names := make([]string, len(kinds))
	for i, k := range kinds {
		args = append(args, k)
		names[i] = fmt.Sprintf("$%d", len(args))
	}
	return args, strings.Join(names, ", ")
}

func (f *feed) add(e Entry, unreadable error) {
	if unreadable == nil {
		unreadable = f.decode(&e)
	}
	f.next.lines = append(f.next.lines, replayed{Entry: e, unreadable: unreadable})
}

// missing stands in for the lines up to and including last that are not there, so that they end up in quarantine, where they are seen.
// It stops when the chunk is full.
func (f *feed) missing(s *Span, last int64) {
	for ; s.Done < last && len(f.next.lines) < chunkLines; s.Done++ {
		f.next.lines = append(f.next.lines, replayed{Entry: Entry{Desk: s.Desk, Number: s.Done + 1}, unreadable: errMissing})
	}
}
