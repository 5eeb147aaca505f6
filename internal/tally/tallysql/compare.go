package tallysql

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"

	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/tally"
)

// Compare implements journal.Recomputed: it adds the counts of the desks up again and tells of every row of the roll-ups that does not say what they come to, and of
// every mark that lies behind the end of its desk. A mark that was set too far, or back, shows in the rows.
func (u *Rollups) Compare(ctx context.Context, r journal.Reader, differs func(what string)) error {
	_, ready, err := stateOf(ctx, r)
	if err != nil || !ready {
		return err // nothing is read of rows that are not ready
	}
	if err := marksBehind(ctx, r, differs); err != nil {
		return err
	}
	c := &comparison{reader: r, differs: differs, rest: sums{}}
	rest, err := u.rest(ctx, r)
	if err != nil {
		return err
	}
	for _, count := range rest {
		c.rest.add(count)
	}
	spans, err := texts(ctx, r, "SELECT DISTINCT month FROM tally_service UNION SELECT DISTINCT month FROM rollup")
	if err != nil {
		return err
	}
	spans = withYears(spans)
	slices.Sort(spans)
	for _, span := range slices.Compact(spans) {
		if err := c.span(ctx, span); err != nil {
			return err
		}
	}
	return nil
}

// comparison goes from span to span, so that no more than the rows of one are kept in memory.
type comparison struct {
	reader  journal.Reader
	differs func(what string)
	rest    sums // what is not rolled up, to be taken away from what the desks counted
}

func (c *comparison) span(ctx context.Context, span string) error {
	want := sums{}
	for at, n := range c.rest {
		if at.span == span {
			want[at] = -n
		}
	}
	for _, grain := range grainsOf(span) {
		err := grainRows(ctx, c.reader, grain, span, func(at cell, n int64) error {
			want[at] += n
			return nil
		})
		if err != nil {
			return err
		}
	}
	if err := c.compare(ctx, span, want); err != nil {
		return err
	}
	c.missing(want)
	return nil
}

// compare compares the rows of one span with what the counts make, and takes them away from it.
func (c *comparison) compare(ctx context.Context, span string, want sums) error {
	const query = `SELECT grain, municipality, centre, service, institution, kind, channel, source, n FROM rollup WHERE month = $1`
	return sqldb.Each(ctx, c.reader, query, []any{span}, func(rows *sql.Rows) error {
		at := cell{span: span}
		var n int64
		if err := rows.Scan(&at.grain, &at.municipality, &at.centre, &at.service, &at.institution, &at.kind, &at.channel, &at.source, &n); err != nil {
			return fmt.Errorf("tallysql: roll-up: %w", err)
		}
		made, known := want[at]
		if n != made || !known {
			c.differs(fmt.Sprintf("rollup: row %s says %d; the counts make %d", at, n, made))
		}
		delete(want, at)
		return nil
	})
}

// missing tells of the rows that should be there. Recorded acts that were all taken back need none; an imported 0 is a statement, and has its row as soon as it is rolled up.
func (c *comparison) missing(want sums) {
	for _, at := range slices.SortedFunc(maps.Keys(want), compareCells) {
		_, open := c.rest[at]
		if want[at] != 0 || (at.source == string(tally.FromFile) && !open) {
			c.differs(fmt.Sprintf("rollup: there is no row %s; the counts make %d", at, want[at]))
		}
	}
}

func marksBehind(ctx context.Context, r journal.Reader, differs func(string)) error {
	const query = `SELECT d.desk, d.number, COALESCE(h.number, 0) FROM rollup_desk d LEFT JOIN desk_head h ON h.desk = d.desk
WHERE d.number > COALESCE(h.number, 0) ORDER BY d.desk`
	return sqldb.Each(ctx, r, query, nil, func(rows *sql.Rows) error {
		var desk string
		var number, head int64
		if err := rows.Scan(&desk, &number, &head); err != nil {
			return fmt.Errorf("tallysql: mark: %w", err)
		}
		differs(fmt.Sprintf("rollup_desk: %s is rolled up to line %d, and ends with line %d", desk, number, head))
		return nil
	})
}

// String returns the key as a report of verification shows it.
func (c cell) String() string {
	return strings.Join([]string{c.grain, c.span, c.municipality, c.centre, c.service, c.institution, c.kind, c.channel, c.source}, "|")
}
