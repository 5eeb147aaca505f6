package tallysql

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/sqldb"
)

// Difference is a row of a tally that does not say what the lines of the journals say.
type Difference struct {
	// Table is tally_kind or tally_service; Row is its key, the columns in order with | between them.
	Table, Row string
	// Stored is what the table says and Counted what the lines say, in acts or residents. Missing is true when there is no such row.
	Stored, Counted int64
	Missing         bool
}

// String returns the difference as one line of a report of verification.
func (d Difference) String() string {
	if d.Missing {
		return fmt.Sprintf("%s has no row %s; the lines make %d", d.Table, d.Row, d.Counted)
	}
	return fmt.Sprintf("%s says %d in row %s; the lines make %d", d.Table, d.Stored, d.Row, d.Counted)
}

// Check counts all lines again and compares the sums with the tables; an empty answer means that they agree.
// Lines in quarantine were never applied and are left out.
func Check(ctx context.Context, r journal.Reader) ([]Difference, error) {
	const lines = `SELECT e.desk, e.kind, e.version, e.body FROM entry e
WHERE e.kind IN ('act.recorded', 'act.undone', 'act.corrected', 'visit.closed', 'acts.imported', 'line.adopted')
AND NOT EXISTS (SELECT 1 FROM quarantine q WHERE q.desk = e.desk AND q.number = e.number AND q.projection IN ('', 'tally'))
ORDER BY e.desk, e.number`
	c := NewChecker()
	err := sqldb.Each(ctx, r, lines, nil, func(rows *sql.Rows) error {
		var desk, kind string
		var version int64
		var body []byte
		if err := rows.Scan(&desk, &kind, &version, &body); err != nil {
			return fmt.Errorf("tallysql: line: %w", err)
		}
		told := audit.Told{Kind: kind, Version: version, Body: body}.Inner()
		return c.Line(desk, told.Kind, int(told.Version), told.Body)
	})
	if err != nil {
		return nil, err
	}
	return c.Compare(ctx, r)
}

// Checker counts lines by itself: it shares no type and no code with the feature that it checks.
type Checker struct {
	kinds, services map[string]int64
	identities      map[string]bool
}

// NewChecker returns a checker that has seen no line.
func NewChecker() *Checker {
	return &Checker{kinds: map[string]int64{}, services: map[string]int64{}, identities: map[string]bool{}}
}

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
	Was      *rawLine `json:"was"`
	Now      *rawLine `json:"now"`
	Served   bool     `json:"served"`
	Identity string   `json:"identity"`
	Act      string   `json:"act"`
	Count    int64    `json:"count"`
	Period   struct {
		From string `json:"from"`
		To   string `json:"to"`
	} `json:"period"`
}

// Line counts one line; kinds that are not counted change nothing. Lines of a desk must come in their order. It returns an
// error for a body that is no JSON and for a version that it does not know.
func (c *Checker) Line(desk, kind string, version int, body []byte) error {
	switch kind {
	case "act.recorded", "act.undone", "act.corrected", "visit.closed", "acts.imported":
	default:
		return nil
	}
	if version != 1 {
		return fmt.Errorf("tallysql: version %d of %s cannot be checked", version, kind)
	}
	var b rawBody
	if err := json.Unmarshal(body, &b); err != nil {
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
	case "acts.imported":
		c.imported(desk, b)
	}
	return nil
}

func (c *Checker) imported(desk string, b rawBody) {
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

func (c *Checker) add(desk string, l rawLine, span, source string, n int64) {
	c.kinds[strings.Join([]string{span, desk, l.Kind, source, l.Centre, l.Municipality}, "|")] += n
	c.services[strings.Join([]string{
		span, desk, l.Service, l.Institution, l.Kind, l.Channel, l.Depth, l.Reason, source, l.Centre, l.Municipality,
	}, "|")] += n
}

// Compare compares what was counted with the tables.
func (c *Checker) Compare(ctx context.Context, r journal.Reader) ([]Difference, error) {
	const kinds = `SELECT month || '|' || desk || '|' || kind || '|' || source || '|' || centre || '|' || municipality, n FROM tally_kind`
	const services = `SELECT month || '|' || desk || '|' || service || '|' || institution || '|' || kind || '|' || channel || '|' || depth || '|' ||
reason || '|' || source || '|' || centre || '|' || municipality, n FROM tally_service`
	first, err := differences(ctx, r, "tally_kind", kinds, c.kinds)
	if err != nil {
		return nil, err
	}
	second, err := differences(ctx, r, "tally_service", services, c.services)
	return append(first, second...), err
}

func differences(ctx context.Context, r journal.Reader, table, query string, counted map[string]int64) ([]Difference, error) {
	var list []Difference
	left := maps.Clone(counted)
	err := sqldb.Each(ctx, r, query, nil, func(rows *sql.Rows) error {
		var key string
		var n int64
		if err := rows.Scan(&key, &n); err != nil {
			return fmt.Errorf("tallysql: %s: %w", table, err)
		}
		// A row that no line makes must not be there at all, not even with 0: an imported 0 is a statement.
		want, known := left[key]
		if !known || n != want {
			list = append(list, Difference{Table: table, Row: key, Stored: n, Counted: want})
		}
		delete(left, key)
		return nil
	})
	for _, key := range slices.Sorted(maps.Keys(left)) {
		list = append(list, Difference{Table: table, Row: key, Counted: left[key], Missing: true})
	}
	return list, err
}
