package tallysql

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"time"

	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/sqldb"
)

// Check counts all lines again and compares the sums with the tables. Lines in quarantine were never applied and are left out.
func Check() audit.Check {
	return audit.Check{Name: "tally", Follow: func(context.Context, sqldb.Reader) (audit.Follower, error) {
		return &checker{kinds: counts{}, services: counts{}, identities: map[string]bool{}}, nil
	}}
}

// checker counts lines by itself: it shares no type and no code with the feature that it checks.
type checker struct {
	kinds, services counts
	identities      map[string]bool
	key             []byte
}

// counts are acts or residents by the key of a row: the columns in order with | between them.
type counts map[string]*int64

// rawLine is what a counted line says, as docs/formats describe it.
type rawLine struct {
	Day          string `json:"day"`
	Municipality string `json:"municipality"`
	Centre       string `json:"centre"`
	Kind         string `json:"kind"`
	Channel      string `json:"channel"`
	Service      string `json:"service"`
	Institution  string `json:"institution"`
	Depth        string `json:"depth"`
	Reason       string `json:"reason"`
}

// rawBody is every member that any of the counted kinds of line has.
type rawBody struct {
	rawLine
	Was      *rawLine  `json:"was"`
	Now      *rawLine  `json:"now"`
	Served   bool      `json:"served"`
	Identity string    `json:"identity"`
	Act      string    `json:"act"`
	Count    int64     `json:"count"`
	Shift    int       `json:"shift"`
	Acts     []rawLine `json:"acts"`
	Client   *rawLine  `json:"client"`
	Period   struct {
		From string `json:"from"`
		To   string `json:"to"`
	} `json:"period"`
}

// Line counts one line; kinds that are not counted change nothing. It returns an error for a body that is no JSON and for a version that it does not know.
func (c *checker) Line(l audit.Raw) error {
	desk, kind, version := l.Desk, l.Kind, l.Version
	switch kind {
	case "act.recorded", "act.undone", "act.corrected", "visit.closed", "day.corrected", "acts.imported":
	default:
		return nil
	}
	if !l.Applied("tally") {
		return nil
	}
	if version != 1 {
		return fmt.Errorf("tallysql: version %d of %s cannot be checked", version, kind)
	}
	var b rawBody
	if err := l.Into(&b); err != nil {
		return fmt.Errorf("tallysql: body of %s: %w", kind, err)
	}
	switch kind {
	case "act.recorded":
		c.add(desk, b.rawLine, month(b.Day), "recorded", 1)
	case "act.undone", "act.corrected":
		if b.Was != nil {
			c.add(desk, *b.Was, month(b.Was.Day), "recorded", -1)
		}
		if b.Now != nil {
			c.add(desk, *b.Now, month(b.Now.Day), "recorded", 1)
		}
	case "visit.closed":
		if b.Served {
			b.Kind = "visit"
			c.add(desk, b.rawLine, month(b.Day), "recorded", 1)
		}
	case "day.corrected":
		c.redated(desk, b)
	case "acts.imported":
		c.imported(desk, b)
	}
	return nil
}

// redated moves what a line says to other days.
func (c *checker) redated(desk string, b rawBody) {
	if b.Client != nil {
		b.Client.Kind = "visit"
		b.Acts = append(b.Acts, *b.Client)
	}
	for _, was := range b.Acts {
		c.add(desk, was, month(was.Day), "recorded", -1)
		day, err := time.Parse(time.DateOnly, was.Day)
		if err != nil {
			continue // the day that is missing is found as a difference
		}
		c.add(desk, was, month(day.AddDate(0, 0, b.Shift).Format(time.DateOnly)), "recorded", 1)
	}
}

func (c *checker) imported(desk string, b rawBody) {
	if c.identities[b.Identity] {
		return
	}
	c.identities[b.Identity] = true
	span := "s:" + b.Period.From + "/" + b.Period.To
	if month(b.Period.From) == month(b.Period.To) {
		span = month(b.Period.From)
	}
	b.Kind = b.Act
	c.add(desk, b.rawLine, span, "imported", b.Count)
}

// month cuts the day off a date YYYY-MM-DD.
func month(day string) string {
	if len(day) < len("2025-03") {
		return day
	}
	return day[:len("2025-03")]
}

func (c *checker) add(desk string, l rawLine, span, source string, n int64) {
	c.count(c.kinds, n, span, desk, l.Kind, source, l.Centre, l.Municipality)
	c.count(c.services, n, span, desk, l.Service, l.Institution, l.Kind, l.Channel, l.Depth, l.Reason, source, l.Centre, l.Municipality)
}

func (c *checker) count(in counts, n int64, columns ...string) {
	c.key = c.key[:0]
	for i, column := range columns {
		if i > 0 {
			c.key = append(c.key, '|')
		}
		c.key = append(c.key, column...)
	}
	if sum, known := in[string(c.key)]; known {
		*sum += n
		return
	}
	in[string(c.key)] = &n
}

// End compares what was counted with the tables.
func (c *checker) End(ctx context.Context, r sqldb.Reader, report func(audit.Problem)) (audit.Follower, error) {
	const kinds = `SELECT month || '|' || desk || '|' || kind || '|' || source || '|' || centre || '|' || municipality, n FROM tally_kind`
	const services = `SELECT month || '|' || desk || '|' || service || '|' || institution || '|' || kind || '|' || channel || '|' || depth || '|' ||
reason || '|' || source || '|' || centre || '|' || municipality, n FROM tally_service`
	err := differences(ctx, r, "tally_kind", kinds, c.kinds, audit.Reports(report))
	if err == nil {
		err = differences(ctx, r, "tally_service", services, c.services, audit.Reports(report))
	}
	return nil, err
}

// differences compares the rows of a table; they are taken out of what was counted.
func differences(ctx context.Context, r sqldb.Reader, table, query string, left counts, report func(format string, args ...any)) error {
	err := sqldb.Each(context.WithoutCancel(ctx), r, query, nil, func(rows *sql.Rows) error {
		var key sql.RawBytes
		var n int64
		if err := rows.Scan(&key, &n); err != nil {
			return fmt.Errorf("tallysql: %s: %w", table, err)
		}
		// A row that no line makes must not be there at all, not even with 0: an imported 0 is a statement.
		want, known := left[string(key)]
		if !known {
			want = new(int64)
		}
		if !known || n != *want {
			report("%s says %d in row %s; the lines make %d", table, n, key, *want)
		}
		delete(left, string(key))
		return nil
	})
	for _, key := range slices.Sorted(maps.Keys(left)) {
		report("%s has no row %s; the lines make %d", table, key, *left[key])
	}
	return err
}
