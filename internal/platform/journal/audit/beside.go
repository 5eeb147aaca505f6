package audit

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"

	"vienkopus/internal/platform/sqldb"
)

// requests sees that every line is the answer to exactly one request, and that no request answers with lines that are not there.
// A request that is gone would have a second effect when it is sent again. The table is read once, in whatever order it lies.
func (a *auditor) requests(ctx context.Context, r sqldb.Reader, f *findings) error {
	answered := map[string]*marks{}
	for _, code := range a.trail.order {
		answered[code] = newMarks(a.trail.desks[code].last)
		for _, g := range a.trail.desks[code].gaps {
			if g.declared {
				answered[code].set(g.from, g.to)
			}
		}
	}
	strangers := map[string]bool{}
	const query = "SELECT desk, key, input, first, count FROM request"
	var asked asked
	err := each(ctx, table{r, f, "request"}, query, []any{&asked.desk, &asked.key, &asked.input, &asked.first, &asked.count}, func() {
		a.report.Requests++
		code, first, count := asked.desk, asked.first, asked.count
		m, known := answered[string(code)]
		switch {
		case !known:
			strangers[string(code)] = true
		case count < 1 || first < 1 || first+count-1 > m.last:
			f.add(Problem{Check: "request", Desk: string(code), Number: first, What: "a request answers with lines that are not there"})
		default:
			a.trail.bound.request(&asked)
			if n, fresh := m.set(first, first+count-1); !fresh {
				f.add(Problem{Check: "request", Desk: string(code), Number: n, What: "two requests answer with it"})
			}
		}
	})
	for _, code := range slices.Sorted(maps.Keys(strangers)) {
		f.add(Problem{Check: "request", Desk: code, What: "there are requests, but no lines"})
	}
	for _, code := range a.trail.order {
		for n := range answered[code].missing() {
			f.add(Problem{Check: "request", Desk: code, Number: n, What: "no request answers with it"})
		}
		if a.trail.bound.sums[code] != 0 && err == nil {
			err = unbound(ctx, r, f, code)
		}
	}
	return err
}

// marks are the numbers 1 to last, each marked or not.
type marks struct {
	last int64
	bits []uint64
}

func newMarks(last int64) *marks { return &marks{last: last, bits: make([]uint64, last/64+1)} }

// set marks the numbers from to to. It returns the first that was marked before, and whether there was none.
func (m *marks) set(from, to int64) (twice int64, fresh bool) {
	fresh = true
	for n := to; n >= from; n-- {
		bit := uint64(1) << (n % 64)
		if m.bits[n/64]&bit != 0 {
			twice, fresh = n, false
		}
		m.bits[n/64] |= bit
	}
	return twice, fresh
}

func (m *marks) has(n int64) bool { return m.bits[n/64]&(1<<(n%64)) != 0 }

// missing returns the first number of every run of numbers that are not marked.
func (m *marks) missing() iter.Seq[int64] {
	return func(yield func(int64) bool) {
		for n := int64(1); n <= m.last; n++ {
			if !m.has(n) && (n == 1 || m.has(n-1)) && !yield(n) {
				return
			}
		}
	}
}

// table is a table beside the lines that is read, and where what is wrong with it is noted.
type table struct {
	sqldb.Reader
	*findings
	name string
}

// each reads rows of a table into cells. A row that holds what it must not, and a table that cannot be read on, are findings.
func each(ctx context.Context, t table, query string, cells []any, row func()) error {
	n := 0
	err := sqldb.Each(context.WithoutCancel(ctx), t, query, nil, func(rows *sql.Rows) error {
		if n++; n%unitLines == 0 && ctx.Err() != nil {
			return fmt.Errorf("audit: %w", ctx.Err())
		}
		if err := rows.Scan(cells...); err != nil {
			t.add(Problem{Check: t.name, What: fmt.Sprintf("row %d of the table %s holds what it must not: %v", n, t.name, err)})
			return nil
		}
		row()
		return nil
	})
	if err != nil && ctx.Err() == nil {
		t.add(Problem{Check: t.name, What: fmt.Sprintf("the table %s cannot be read behind row %d: %v", t.name, n, err)})
		return nil
	}
	return err
}

// heads reads what the table of heads promises.
func (a *auditor) heads(ctx context.Context, r sqldb.Reader, f *findings) error {
	var code string
	var n int64
	var sum []byte
	err := each(ctx, table{r, f, "head"}, "SELECT desk, number, hash FROM desk_head", []any{&code, &n, &sum}, func() {
		a.trail.Head(code, n, slices.Clone(sum))
		a.total += n
	})
	if err != nil {
		return err
	}
	const gaps = `SELECT s.desk, s.number, e.body FROM entry_subject s JOIN entry e ON e.desk = s.desk AND e.number = s.number WHERE s.subject = 'journal:resumed'`
	var body []byte
	return each(ctx, table{r, f, "gap"}, gaps, []any{&code, &n, &body}, func() {
		var r resumed
		if json.Unmarshal(body, &r) == nil { // the line itself is looked at when it comes
			a.trail.Gap(code, r.From)
			a.total -= n - r.From
		}
	})
}

// subjects sees that every subject belongs to a line. Whether a line lacks one, only its feature can tell.
func (a *auditor) subjects(ctx context.Context, r sqldb.Reader, f *findings) error {
	var code sql.RawBytes
	var n int64
	return each(ctx, table{r, f, "subject"}, "SELECT desk, number FROM entry_subject", []any{&code, &n}, func() {
		a.report.Subjects++
		if d, known := a.trail.desks[string(code)]; !known || !d.has(n) {
			f.add(Problem{Check: "subject", Desk: string(code), Number: n, What: "a subject names it, but it is not there"})
		}
	})
}

// rest reports what stands beside the lines and needs somebody's attention.
func (a *auditor) rest(ctx context.Context, r sqldb.Reader, f *findings) error {
	for _, part := range []struct{ check, query string }{
		{"quarantine", `SELECT desk, number, CASE WHEN projection = '' THEN reason ELSE 'not in ' || projection || ': ' || reason END FROM quarantine
ORDER BY desk, number, projection`},
		{"rebuild", "SELECT desk, number, 'the tables are incomplete: a rebuild stopped behind this line' FROM rebuild_cursor ORDER BY desk"},
		{"follower", `SELECT c.desk, c.number, c.follower || ' believes to have seen it, but it is not there' FROM follower_cursor c
LEFT JOIN desk_head h ON h.desk = c.desk WHERE c.number > COALESCE(h.number, 0) ORDER BY c.desk, c.follower`},
	} {
		check, query := part.check, part.query
		p := Problem{Check: check}
		if err := each(ctx, table{r, f, check}, query, []any{&p.Desk, &p.Number, &p.What}, func() { f.add(p) }); err != nil {
			return err
		}
	}
	return nil
}
