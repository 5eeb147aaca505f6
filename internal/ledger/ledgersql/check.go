package ledgersql

import (
	"bytes"
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

// Check adds up all lines again and compares the sums with the tables; an empty answer means that they agree and that every
// entry, centre and day sums to zero. Each finding is one line of a report. Lines in quarantine were never applied and are left out.
func Check(ctx context.Context, r journal.Reader) ([]string, error) {
	const lines = `SELECT e.desk, e.number, e.kind, e.body FROM entry e
WHERE NOT EXISTS (SELECT 1 FROM quarantine q WHERE q.desk = e.desk AND q.number = e.number AND q.projection IN ('', 'ledger')) ORDER BY e.desk, e.number`
	c := &checker{postings: map[string]int64{}, debits: map[string]int64{}, credits: map[string]int64{}, days: map[string]int64{}}
	err := sqldb.Each(ctx, r, lines, nil, func(rows *sql.Rows) error {
		var desk string
		var number int64
		var told audit.Told
		if err := rows.Scan(&desk, &number, &told.Kind, &told.Body); err != nil {
			return fmt.Errorf("ledgersql: line: %w", err)
		}
		return c.line(desk, number, told.Inner().Body)
	})
	if err != nil {
		return nil, err
	}
	for _, day := range slices.Sorted(maps.Keys(c.days)) {
		if left := c.days[day]; left != 0 {
			c.report("centre and day %s do not sum to zero: %d cents are left over", day, left)
		}
	}
	return c.found, c.compare(ctx, r)
}

// checker reads bodies by itself: it shares no type and no code with the feature that it checks.
type checker struct {
	postings, debits, credits, days map[string]int64
	found                           []string
}

// rawBody is the one member that moves money, as docs/formats describes it.
type rawBody struct {
	Ledger []struct {
		Day          string `json:"day"`
		Centre       string `json:"centre"`
		Municipality string `json:"municipality"`
		Postings     []struct {
			Account string `json:"account"`
			Cents   int64  `json:"cents"`
		} `json:"postings"`
	} `json:"ledger"`
}

var member = []byte(`"ledger"`)

func (c *checker) report(format string, args ...any) {
	c.found = append(c.found, fmt.Sprintf(format, args...))
}

func (c *checker) line(desk string, number int64, body []byte) error {
	if !bytes.Contains(body, member) {
		return nil
	}
	var b rawBody
	if err := json.Unmarshal(body, &b); err != nil {
		return fmt.Errorf("ledgersql: body of line %d of %s: %w", number, desk, err)
	}
	part := 0
	for _, entry := range b.Ledger {
		var sum int64
		for _, p := range entry.Postings {
			part++
			sum += p.Cents
			c.postings[fmt.Sprintf("%s|%s|%s|%d|%d|%s|%s", p.Account, entry.Day, desk, number, part, entry.Centre, entry.Municipality)] = p.Cents
			key := strings.Join([]string{entry.Municipality, entry.Centre, entry.Day, p.Account}, "|")
			c.debits[key] += max(p.Cents, 0)
			c.credits[key] += max(-p.Cents, 0)
		}
		if sum != 0 {
			c.report("an entry in line %d of %s does not sum to zero: %d cents are left over", number, desk, sum)
		}
		c.days[entry.Centre+" "+entry.Day] += sum
	}
	return nil
}

func (c *checker) compare(ctx context.Context, r journal.Reader) error {
	const balance = `municipality || '|' || centre || '|' || day || '|' || account`
	for _, t := range []struct {
		name, query string
		want        map[string]int64
	}{
		{"ledger_posting", `SELECT account || '|' || day || '|' || desk || '|' || CAST(number AS TEXT) || '|' || CAST(part AS TEXT) || '|' || centre ||
'|' || municipality, cents FROM ledger_posting`, c.postings},
		{"the debits of ledger_balance", `SELECT ` + balance + `, debit FROM ledger_balance`, c.debits},
		{"the credits of ledger_balance", `SELECT ` + balance + `, credit FROM ledger_balance`, c.credits},
	} {
		if err := c.table(ctx, r, t.name, t.query, t.want); err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) table(ctx context.Context, r journal.Reader, name, query string, want map[string]int64) error {
	left := maps.Clone(want)
	err := sqldb.Each(ctx, r, query, nil, func(rows *sql.Rows) error {
		var key string
		var cents int64
		if err := rows.Scan(&key, &cents); err != nil {
			return fmt.Errorf("ledgersql: %s: %w", name, err)
		}
		if expected, known := left[key]; !known || cents != expected {
			c.report("%s: row %s says %d; the lines make %d", name, key, cents, expected)
		}
		delete(left, key)
		return nil
	})
	for _, key := range slices.Sorted(maps.Keys(left)) {
		c.report("%s: there is no row %s; the lines make %d", name, key, left[key])
	}
	return err
}
