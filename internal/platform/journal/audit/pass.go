package audit

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"vienkopus/internal/platform/sqldb"
)

// Follower goes through the lines for one check. What it is handed was read and taken apart once, for all of them.
type Follower interface {
	// Line is handed every line, in the order of desks and numbers. After an error it gets no other.
	Line(l Raw) error
	// End comes behind the last line. It holds what the lines say against the tables. When it returns another follower, nothing that it reported counts: the
	// other one is told every line once more, and says what differs.
	End(ctx context.Context, r sqldb.Reader, report func(Problem)) (again Follower, err error)
}

// Reports returns how a check reports a line of text.
func Reports(report func(Problem)) func(format string, args ...any) {
	return func(format string, args ...any) { report(Problem{What: fmt.Sprintf(format, args...)}) }
}

// pass is one way through all lines of all desks.
type pass struct {
	readers   chan sqldb.Reader
	apart     map[place][]string
	followers []func(*unit)
	decoded   atomic.Int64 // lines of which the body was taken apart
	err       error        // why there are no more units
}

// run plans the units, has them read, and hands each to every follower in order. It returns when all have gone through all.
func (p *pass) run(ctx context.Context) {
	readers := cap(p.readers)
	free, queue := make(chan *unit, unitsEach*readers), make(chan *unit, unitsEach*readers)
	for range cap(free) {
		free <- &unit{}
	}
	var reading, following sync.WaitGroup
	for range readers {
		reading.Go(func() {
			for u := range queue {
				r := <-p.readers
				u.fill(ctx, r, p)
				p.readers <- r
				close(u.ready)
			}
		})
	}
	streams := make([]chan *unit, len(p.followers))
	for i, follow := range p.followers {
		streams[i] = make(chan *unit, cap(free))
		following.Go(func() {
			for u := range streams[i] {
				<-u.ready
				follow(u)
				if u.left.Add(-1) == 0 {
					free <- u
				}
			}
		})
	}
	p.err = p.plan(ctx, func() *unit { return <-free }, func(u *unit) {
		u.ready = make(chan struct{})
		u.left.Store(int32(len(streams))) //nolint:gosec // there are some ten
		queue <- u
		for _, s := range streams {
			s <- u
		}
	})
	close(queue)
	for _, s := range streams {
		close(s)
	}
	reading.Wait()
	following.Wait()
}

// plan finds the units, desk after desk.
func (p *pass) plan(ctx context.Context, blank func() *unit, send func(*unit)) error {
	desk, err := p.one(ctx, firstDesk)
	for err == nil && desk != nil {
		var upto any
		for first := true; err == nil && (first || upto != nil); first = false {
			u := blank()
			u.desk, u.after = desk, upto
			if first {
				u.upto, err = p.one(ctx, nthNumber, desk, unitLines-1)
			} else {
				u.upto, err = p.one(ctx, nextNumber, desk, upto, unitLines-1)
			}
			if err == nil {
				upto = u.upto
				send(u)
			}
		}
		if err == nil {
			desk, err = p.one(ctx, nextDesk, desk)
		}
	}
	return err
}

// one asks for one cell, as it is stored; nil when there is none.
func (p *pass) one(ctx context.Context, query string, args ...any) (cell any, err error) {
	r := <-p.readers
	err = r.QueryRow(context.WithoutCancel(ctx), query, args...).Scan(&cell)
	p.readers <- r
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil //nolint:nilnil // there is none
	}
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("audit: lines: %w", err)
	}
	return cell, nil
}
