package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"vienkopus/internal/platform/sqldb"
)

// errMissing marks the number of a line that is not there.
var errMissing = errors.New("journal: the line is missing")

// feed reads the lines of a replay ahead of their use.
type feed struct {
	journal *Journal
	lines   Reader
	chunks  chan []replayed
	chunk   []replayed
	err     error // why the reading ended early; to be read when chunks is closed
}

// run sends the lines of the spans, in order, packed into chunks that may hold several desks, and closes the channel.
func (f *feed) run(ctx context.Context, spans []Span) {
	defer close(f.chunks)
	for _, s := range spans {
		if f.err = f.desk(ctx, s); f.err != nil {
			return
		}
	}
	if len(f.chunk) > 0 {
		f.err = f.send(ctx)
	}
}

func (f *feed) send(ctx context.Context) error {
	select {
	case f.chunks <- f.chunk:
		f.chunk = make([]replayed, 0, chunkLines)
		return nil
	case <-ctx.Done():
		return fmt.Errorf("journal: replay: %w", ctx.Err())
	}
}

func (f *feed) desk(ctx context.Context, s Span) error {
	for s.Done < s.Upto {
		room, read := chunkLines-len(f.chunk), 0
		// One query reads a few thousand lines; to make it interruptible would cost more than to wait for it.
		args := []any{s.Desk, s.Done, room}
		err := sqldb.Each(context.WithoutCancel(ctx), f.lines, linesOfDesk, args, func(rows *sql.Rows) error {
			e, err := scanEntry(rows)
			if err != nil && !errors.Is(err, errMalformed) {
				return err
			}
			read++
			f.next(&s, e, err)
			return nil
		})
		if err != nil {
			return err
		}
		if read < room {
			f.missing(&s, s.Upto)
		}
		if len(f.chunk) == chunkLines {
			if err := f.send(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// next takes the next line of a span that is there; those before it are missing, unless it stands behind a gap and says so. Whether rightly, the audit says.
func (f *feed) next(s *Span, e Entry, malformed error) {
	after := s.Done
	switch declared := e.Kind == KindResumed && malformed == nil; {
	case declared:
		s.Done = min(s.Upto, e.Number-1)
	default:
		f.missing(s, min(s.Upto, e.Number-1))
		after = s.Done
	}
	if e.Number <= s.Upto && s.Done == e.Number-1 && len(f.chunk) < chunkLines {
		f.add(replayed{Entry: e, after: after, unreadable: malformed})
		s.Done = e.Number
	}
}

func (f *feed) add(r replayed) {
	if r.unreadable == nil {
		r.unreadable = f.journal.decode(&r.Entry)
	}
	f.chunk = append(f.chunk, r)
}

// missing stands in for the lines up to and including last that are not there, so that they end up in quarantine, where they are seen.
// It stops when the chunk is full.
func (f *feed) missing(s *Span, last int64) {
	for ; s.Done < last && len(f.chunk) < chunkLines; s.Done++ {
		f.chunk = append(f.chunk, replayed{Entry: Entry{Desk: s.Desk, Number: s.Done + 1}, after: s.Done, unreadable: errMissing})
	}
}
