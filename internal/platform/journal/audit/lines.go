package audit

import (
	"context"
	"database/sql"
	"fmt"

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
	return sqldb.Each(ctx, a.r, "SELECT desk, number, hash FROM desk_head", nil, func(rows *sql.Rows) error {
		var code string
		var n int64
		var sum []byte
		if err := rows.Scan(&code, &n, &sum); err != nil {
			return fmt.Errorf("audit: head: %w", err)
		}
		d := a.at(code)
		d.promised, d.promisedSum = n, sum
		a.total += n
		return nil
	})
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
		c := chain{auditor: a}
		for b := range full {
			for _, l := range b.lines {
				c.next(l, b.input(l))
			}
			if a.config.Tell != nil {
				a.config.Tell(a.report.Lines, max(a.total, a.report.Lines))
			}
			empty <- b
		}
	}()
	b := <-empty
	b.reset()
	var r row
	// A query that can be interrupted costs a goroutine per row on SQLite; here the end is asked for once per batch.
	err := sqldb.Each(context.WithoutCancel(ctx), a.r, everyLine, nil, func(rows *sql.Rows) error {
		if err := r.scan(rows); err != nil {
			return err
		}
		b.add(&r)
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
	if err != nil {
		return fmt.Errorf("audit: lines: %w", err)
	}
	return nil
}

// chain follows the lines of one desk after the other.
type chain struct {
	*auditor
	d *desk
}

func (c *chain) next(l line, input []byte) {
	code, n := deskOf(input), number(input)
	if c.d == nil || c.d.code != string(code) {
		c.d = c.at(string(code))
		c.report.Desks++
	}
	c.report.Lines++
	d := c.d
	previous := d.sum[:]
	if n != d.last+1 {
		previous = nil
		if n <= d.last {
			c.found(Problem{Check: "line", Desk: d.code, Number: n, What: fmt.Sprintf("it stands behind line %d", d.last)})
			return
		}
		c.missing(d, d.last+1, n-1)
	}
	if err := l.check(input, previous); err != nil {
		c.found(Problem{Check: "line", Desk: d.code, Number: n, What: err.Error()})
	}
	d.last, d.sum = n, l.sum
}

func (a *auditor) missing(d *desk, from, to int64) {
	d.gaps = append(d.gaps, gap{from, to})
	what := "it is missing"
	if to > from {
		what = fmt.Sprintf("it and those up to %d are missing", to)
	}
	a.found(Problem{Check: "line", Desk: d.code, Number: from, What: what})
}

// ends compares the last lines with the heads.
func (a *auditor) ends(context.Context) error {
	for _, code := range a.order {
		d := a.desks[code]
		switch {
		case d.promised < 0:
			a.found(Problem{Check: "head", Desk: code, What: fmt.Sprintf("there is no head, but %d lines", d.last)})
		case d.promised > d.last:
			a.missing(d, d.last+1, d.promised)
		case d.promised < d.last:
			a.found(Problem{Check: "head", Desk: code, What: fmt.Sprintf("it stands at %d, but the last line is %d", d.promised, d.last)})
		case string(d.promisedSum) != string(d.sum[:]):
			a.found(Problem{Check: "head", Desk: code, What: "its hash is not that of the last line"})
		}
	}
	return nil
}
