package audit

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"vienkopus/internal/platform/sqldb"
)

const (
	// batchLines is how many lines go from the reader to the checker at once.
	batchLines = 500
	// batches are under way at most; they are used again and again.
	batches = 4
)

// heads reads what the table of heads promises.
func (a *auditor) heads(ctx context.Context) error {
	var code string
	var n int64
	var sum []byte
	err := a.each(ctx, "head", "SELECT desk, number, hash FROM desk_head", []any{&code, &n, &sum}, func() {
		a.trail.Head(code, n, slices.Clone(sum))
		a.total += n
	})
	if err != nil {
		return err
	}
	const gaps = `SELECT s.desk, s.number, e.body FROM entry_subject s JOIN entry e ON e.desk = s.desk AND e.number = s.number WHERE s.subject = 'journal:resumed'`
	var body []byte
	return a.each(ctx, "gap", gaps, []any{&code, &n, &body}, func() {
		var r resumed
		if json.Unmarshal(body, &r) == nil { // the line itself is looked at when it comes
			a.trail.Gap(code, r.From)
			a.total -= n - r.From
		}
	})
}

// row reads rows of the table entry. Its fields are those of the last row.
type row struct {
	number, at, version                        int64
	desk, id, actor, kind, body, previous, sum sql.RawBytes
}

const everyLine = `SELECT desk, number, id, recorded_at, actor, kind, version, body, prev, hash FROM entry ORDER BY desk, number`

func (r *row) scan(rows *sql.Rows) (*Line, error) {
	err := rows.Scan(&r.desk, &r.number, &r.id, &r.at, &r.actor, &r.kind, &r.version, &r.body, &r.previous, &r.sum)
	if err != nil {
		return nil, fmt.Errorf("audit: line: %w", err)
	}
	return &Line{
		Number: r.number, RecordedAt: r.at, Version: r.version, Desk: r.desk, Actor: r.actor, Kind: r.kind,
		ID: r.id, Body: r.body, Prev: r.previous, Hash: r.sum,
	}, nil
}

// lines reads every line in one goroutine and checks it in another.
func (a *auditor) lines(ctx context.Context) error {
	full, empty := make(chan *batch, batches), make(chan *batch, batches)
	for range batches {
		empty <- &batch{}
	}
	checked := make(chan struct{})
	go func() {
		defer close(checked)
		for b := range full {
			for _, l := range b.lines {
				a.trail.next(l, b.input(l))
			}
			if a.config.Tell != nil {
				a.config.Tell(a.trail.lines, max(a.total, a.trail.lines))
			}
			empty <- b
		}
	}()
	b := <-empty
	b.reset()
	var r row
	// A query that can be interrupted costs a goroutine per row on SQLite; here the end is asked for once per batch.
	err := sqldb.Each(context.WithoutCancel(ctx), a.r, everyLine, nil, func(rows *sql.Rows) error {
		l, err := r.scan(rows)
		if err != nil {
			a.unreadable(rows, err)
			return nil
		}
		b.add(l)
		if len(b.lines) < batchLines {
			return nil
		}
		full <- b
		b = <-empty
		b.reset()
		return ctx.Err()
	})
	full <- b
	close(full)
	<-checked
	switch {
	case err != nil && ctx.Err() != nil:
		return fmt.Errorf("audit: lines: %w", err)
	case err != nil:
		a.found(Problem{Check: "line", What: fmt.Sprintf("the lines cannot be read any further: %v", err)})
	}
	a.trail.End()
	a.report.Lines, a.report.Desks = a.trail.Lines(), a.trail.Desks()
	return nil
}

// unreadable reports a line with a cell that holds what it must not, a text instead of a number for example. To the trail it is missing.
func (a *auditor) unreadable(rows *sql.Rows, cause error) {
	var desk, number, rest sql.RawBytes
	p := Problem{Check: "line", What: fmt.Sprintf("a line has a cell that cannot be read: %v", cause)}
	if rows.Scan(&desk, &number, &rest, &rest, &rest, &rest, &rest, &rest, &rest, &rest) == nil {
		p.Desk = string(desk)
		p.What = fmt.Sprintf("line %s has a cell that cannot be read: %v", number, cause)
	}
	a.found(p)
}
