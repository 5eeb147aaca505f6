package audit

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"

	"vienkopus/internal/platform/sqldb"
)

// requests sees that every line is the answer to exactly one request, and that no request answers with lines that are not there.
// A request that is gone would have a second effect when it is sent again.
func (a *auditor) requests(ctx context.Context) error {
	for _, code := range a.trail.order {
		d := a.trail.desks[code]
		answers, err := a.answers(ctx, code)
		if err != nil {
			return err
		}
		next := int64(1)
		for _, g := range answers {
			a.report.Requests++
			switch {
			case g.to < g.from || g.from < 1 || g.to > d.last:
				a.found(Problem{Check: "request", Desk: code, Number: g.from, What: "a request answers with lines that are not there"})
				continue
			case g.from < next:
				a.found(Problem{Check: "request", Desk: code, Number: g.from, What: "two requests answer with it"})
			case g.from > next:
				a.found(Problem{Check: "request", Desk: code, Number: next, What: "no request answers with it"})
			}
			next = max(next, g.to+1)
		}
		if next <= d.last {
			a.found(Problem{Check: "request", Desk: code, Number: next, What: "no request answers with it"})
		}
	}
	return a.strangers(ctx)
}

// answers returns the lines of each request at the desk, in order.
func (a *auditor) answers(ctx context.Context, code string) ([]gap, error) {
	var list []gap
	const query = "SELECT first, count FROM request WHERE desk = $1"
	err := sqldb.Each(context.WithoutCancel(ctx), a.r, query, []any{code}, func(rows *sql.Rows) error {
		var first, count int64
		if err := rows.Scan(&first, &count); err != nil {
			return fmt.Errorf("audit: request: %w", err)
		}
		list = append(list, gap{first, first + count - 1})
		return nil
	})
	slices.SortFunc(list, func(x, y gap) int { return cmp.Or(cmp.Compare(x.from, y.from), cmp.Compare(x.to, y.to)) })
	return list, err
}

// strangers are requests at desks that have no lines.
func (a *auditor) strangers(ctx context.Context) error {
	return sqldb.Each(ctx, a.r, "SELECT DISTINCT desk FROM request", nil, func(rows *sql.Rows) error {
		var code string
		if err := rows.Scan(&code); err != nil {
			return fmt.Errorf("audit: request: %w", err)
		}
		if _, known := a.trail.desks[code]; !known {
			a.found(Problem{Check: "request", Desk: code, What: "there are requests, but no lines"})
		}
		return nil
	})
}

// subjects sees that every subject belongs to a line. Whether a line lacks one, only its feature can tell.
func (a *auditor) subjects(ctx context.Context) error {
	var code sql.RawBytes
	var n int64
	const query = "SELECT desk, number FROM entry_subject"
	return sqldb.Each(context.WithoutCancel(ctx), a.r, query, nil, func(rows *sql.Rows) error {
		if err := rows.Scan(&code, &n); err != nil {
			return fmt.Errorf("audit: subject: %w", err)
		}
		if a.report.Subjects++; a.report.Subjects%batchLines == 0 && ctx.Err() != nil {
			return fmt.Errorf("audit: %w", ctx.Err())
		}
		if d, known := a.trail.desks[string(code)]; !known || !d.has(n) {
			a.found(Problem{Check: "subject", Desk: string(code), Number: n, What: "a subject names it, but it is not there"})
		}
		return nil
	})
}

// rest reports what stands beside the lines and needs somebody's attention.
func (a *auditor) rest(ctx context.Context) error {
	for _, part := range []struct{ check, query string }{
		{"quarantine", "SELECT desk, number, reason FROM quarantine ORDER BY desk, number"},
		{"rebuild", "SELECT desk, number, 'the tables are incomplete: a rebuild stopped behind this line' FROM rebuild_cursor ORDER BY desk"},
		{"follower", `SELECT c.desk, c.number, c.follower || ' believes to have seen it, but it is not there' FROM follower_cursor c
LEFT JOIN desk_head h ON h.desk = c.desk WHERE c.number > COALESCE(h.number, 0) ORDER BY c.desk, c.follower`},
	} {
		check, query := part.check, part.query
		err := sqldb.Each(ctx, a.r, query, nil, func(rows *sql.Rows) error {
			p := Problem{Check: check}
			if err := rows.Scan(&p.Desk, &p.Number, &p.What); err != nil {
				return fmt.Errorf("audit: %s: %w", check, err)
			}
			a.found(p)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
