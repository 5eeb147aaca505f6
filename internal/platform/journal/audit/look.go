package audit

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"vienkopus/internal/platform/sqldb"
)

// task is a part of an audit that needs a reader, with what it found.
type task struct {
	look func(ctx context.Context, r sqldb.Reader, f *findings) error
	findings
	// of a check: its name, who follows the lines for it, why it cannot go on, and who wants to see the lines once more.
	name     string
	follower Follower
	err      error
	again    Follower
}

// lines goes through all lines, for the trail and for every check, and returns what is left of the checks to be done.
func (a *auditor) lines(ctx context.Context) ([]*task, error) {
	apart, err := a.quarantined(ctx)
	if err != nil {
		return nil, err
	}
	p := &pass{readers: a.readers, apart: apart, followers: []func(*unit){func(u *unit) { a.follow(ctx, u) }}}
	var checks []*task
	for _, c := range a.config.Checks {
		t := &task{name: c.Name}
		if t.look = a.look(t, c.Run); c.Follow != nil {
			r := <-a.readers
			t.follower, t.err = c.Follow(ctx, r)
			a.readers <- r
			p.followers = append(p.followers, t.follow)
		}
		checks = append(checks, t)
	}
	p.run(ctx)
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("audit: lines: %w", err)
	}
	if p.err != nil {
		a.add(Problem{Check: "line", What: fmt.Sprintf("the lines cannot be read any further: %v", p.err)})
	}
	for _, t := range checks {
		if t.follower != nil && t.err == nil {
			t.err = p.err
		}
	}
	a.trail.End()
	a.report.Lines, a.report.Desks, a.decoded = a.trail.Lines(), a.trail.Desks(), p.decoded.Load()
	return checks, nil
}

// follow checks the lines of a unit by themselves and one behind the other.
func (a *auditor) follow(ctx context.Context, u *unit) {
	for i := range u.lines {
		if l := &u.lines[i]; l.unread != nil {
			a.add(*l.unread)
		} else {
			a.trail.next(l, u.input(l))
		}
	}
	if u.err != nil && ctx.Err() == nil {
		a.add(Problem{Check: "line", What: fmt.Sprintf("the lines cannot be read any further: %v", u.err)})
	}
	if a.config.Tell != nil {
		a.config.Tell(a.trail.lines, max(a.total, a.trail.lines))
	}
}

// follow hands the lines of a unit to the check.
func (t *task) follow(u *unit) {
	for i := range u.raws {
		if t.err != nil {
			return
		}
		if t.err = u.raws[i].err; t.err == nil {
			t.err = t.follower.Line(u.raws[i])
		}
	}
	if t.err == nil {
		t.err = u.err
	}
}

// look ends a check. That it could not look is a finding, unless it was given up.
func (a *auditor) look(t *task, run func(context.Context, sqldb.Reader, func(Problem)) error) func(context.Context, sqldb.Reader, *findings) error {
	return func(ctx context.Context, r sqldb.Reader, f *findings) error {
		report := func(p Problem) {
			p.Check = t.name
			f.add(p)
		}
		err := t.err
		switch {
		case err != nil:
		case t.follower != nil:
			t.again, err = t.follower.End(ctx, r, report)
		default:
			err = run(ctx, r, report)
		}
		if err != nil && ctx.Err() != nil {
			return fmt.Errorf("audit: %s: %w", t.name, err)
		}
		if err != nil { // a damaged cell, or tables of another version of the program
			report(Problem{What: "it could not look: " + err.Error()})
		}
		return nil
	}
}

// at does the tasks, as many at once as there are readers.
func (a *auditor) at(ctx context.Context, tasks []*task) error {
	errs := make([]error, len(tasks))
	queue := make(chan int, len(tasks))
	for i := range tasks {
		queue <- i
	}
	close(queue)
	var working sync.WaitGroup
	for range cap(a.readers) {
		working.Go(func() {
			for i := range queue {
				r := <-a.readers
				errs[i] = tasks[i].look(ctx, r, &tasks[i].findings)
				a.readers <- r
			}
		})
	}
	working.Wait()
	return errors.Join(errs...)
}

// again tells the lines once more to the checks that have found that something differs, so that they say what.
func (a *auditor) again(ctx context.Context, checks []*task) error {
	p := &pass{readers: a.readers}
	var once []*task
	for _, t := range checks {
		if t.again == nil {
			continue
		}
		t.follower, t.again, t.findings = t.again, nil, findings{}
		once = append(once, t)
		p.followers = append(p.followers, t.follow)
	}
	if len(once) == 0 {
		return nil
	}
	var err error
	if p.apart, err = a.quarantined(ctx); err != nil {
		return err
	}
	p.run(ctx)
	for _, t := range once {
		if t.err == nil {
			t.err = p.err
		}
	}
	return a.at(ctx, once)
}

// with lends a reader.
func (a *auditor) with(part func(context.Context, sqldb.Reader, *findings) error) func(context.Context) error {
	return func(ctx context.Context) error {
		r := <-a.readers
		defer func() { a.readers <- r }()
		return part(ctx, r, &a.findings)
	}
}

// quarantined returns which projections could not apply which lines. Of a table that cannot be read the rest of the audit speaks.
func (a *auditor) quarantined(ctx context.Context) (map[place][]string, error) {
	apart := map[place][]string{}
	err := a.with(func(ctx context.Context, r sqldb.Reader, _ *findings) error {
		var code, projection string
		var n int64
		ignored := &findings{}
		return each(ctx, table{r, ignored, "quarantine"}, "SELECT desk, number, projection FROM quarantine", []any{&code, &n, &projection}, func() {
			at := place{code, n}
			apart[at] = append(apart[at], projection)
		})
	})(ctx)
	return apart, err
}
