package ledgersql

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/sqldb"
)

// Check adds up all lines again and compares the sums with the tables; it sees whether every entry, centre and day sums to zero. Lines in quarantine were never
// applied and are left out.
func Check() audit.Check {
	return audit.Check{Name: "ledger", Follow: func(context.Context, sqldb.Reader) (audit.Follower, error) { return newChecker(nil), nil }}
}

func newChecker(among *audit.Differing) *checker {
	return &checker{
		sums: audit.NewSums(), among: among, postings: map[string]int64{}, debits: map[string]int64{}, credits: map[string]int64{}, days: map[string]int64{},
	}
}

// checker reads bodies by itself: it shares no type and no code with the feature that it checks.
type checker struct {
	// sums are of all postings; of these only those are held one by one among which some differ.
	sums  *audit.Sums
	among *audit.Differing
	row   []byte

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

// Line adds a line up.
func (c *checker) Line(l audit.Raw) error {
	if !bytes.Contains(l.Body, member) || !l.Applied("ledger") {
		return nil
	}
	var b rawBody
	if err := l.Into(&b); err != nil {
		return fmt.Errorf("ledgersql: body of line %d of %s: %w", l.Number, l.Desk, err)
	}
	part := int64(0)
	for _, entry := range b.Ledger {
		var sum int64
		for _, p := range entry.Postings {
			part++
			sum += p.Cents
			c.posting(p.Cents, p.Account, entry.Day, l.Desk, strconv.FormatInt(l.Number, 10), strconv.FormatInt(part, 10), entry.Centre, entry.Municipality)
			key := strings.Join([]string{entry.Municipality, entry.Centre, entry.Day, p.Account}, "|")
			c.debits[key] += max(p.Cents, 0)
			c.credits[key] += max(-p.Cents, 0)
		}
		if sum != 0 {
			c.report("an entry in line %d of %s does not sum to zero: %d cents are left over", l.Number, l.Desk, sum)
		}
		c.days[entry.Centre+" "+entry.Day] += sum
	}
	return nil
}

// posting notes a row of ledger_posting by its key, the columns in order with | between them.
func (c *checker) posting(cents int64, columns ...string) {
	c.row = c.row[:0]
	for i, column := range columns {
		if i > 0 {
			c.row = append(c.row, '|')
		}
		c.row = append(c.row, column...)
	}
	if c.among == nil {
		c.row = addTo(c.sums, c.row, cents)
	} else if c.among.Has(c.row) {
		c.postings[string(c.row)] = cents
	}
}

// addTo adds a row of a key and an amount.
func addTo(s *audit.Sums, key []byte, cents int64) []byte {
	row := strconv.AppendInt(append(key, '='), cents, 10)
	s.Add(row[:len(key)], row)
	return row
}

// End compares what was added up with the tables.
func (c *checker) End(ctx context.Context, r sqldb.Reader, report func(audit.Problem)) (audit.Follower, error) {
	if c.among == nil {
		have := c.sums.Like()
		err := eachSum(ctx, r, "ledger_posting", postings, func(key []byte, cents int64) { c.row = addTo(have, append(c.row[:0], key...), cents) })
		if err != nil {
			return nil, err
		}
		if differing := c.sums.Differing(have); differing != nil {
			return newChecker(differing), nil
		}
	}
	for _, day := range slices.Sorted(maps.Keys(c.days)) {
		if left := c.days[day]; left != 0 {
			c.report("centre and day %s do not sum to zero: %d cents are left over", day, left)
		}
	}
	err := c.compare(ctx, r)
	for _, what := range c.found {
		report(audit.Problem{What: what})
	}
	return nil, err
}

const postings = `SELECT account || '|' || day || '|' || desk || '|' || CAST(number AS TEXT) || '|' || CAST(part AS TEXT) || '|' || centre ||
'|' || municipality, cents FROM ledger_posting`

func (c *checker) compare(ctx context.Context, r journal.Reader) error {
	if c.among != nil {
		if err := c.table(ctx, r, "ledger_posting", postings, c.postings, c.among.Has); err != nil {
			return err
		}
	}
	const balance = `municipality || '|' || centre || '|' || day || '|' || account`
	every := func([]byte) bool { return true }
	err := c.table(ctx, r, "the debits of ledger_balance", `SELECT `+balance+`, debit FROM ledger_balance`, c.debits, every)
	if err == nil {
		err = c.table(ctx, r, "the credits of ledger_balance", `SELECT `+balance+`, credit FROM ledger_balance`, c.credits, every)
	}
	return err
}

// table compares the rows of a table that are looked at; those that are there are taken out of what the lines make.
func (c *checker) table(ctx context.Context, r journal.Reader, name, query string, left map[string]int64, among func(key []byte) bool) error {
	err := eachSum(ctx, r, name, query, func(key []byte, cents int64) {
		if !among(key) {
			return
		}
		if expected, known := left[string(key)]; !known || cents != expected {
			c.report("%s: row %s says %d; the lines make %d", name, key, cents, expected)
		}
		delete(left, string(key))
	})
	for _, key := range slices.Sorted(maps.Keys(left)) {
		c.report("%s: there is no row %s; the lines make %d", name, key, left[key])
	}
	return err
}

func eachSum(ctx context.Context, r journal.Reader, name, query string, use func(key []byte, cents int64)) error {
	return sqldb.Each(context.WithoutCancel(ctx), r, query, nil, func(rows *sql.Rows) error {
		var key sql.RawBytes
		var cents int64
		if err := rows.Scan(&key, &cents); err != nil {
			return fmt.Errorf("ledgersql: %s: %w", name, err)
		}
		use(key, cents)
		return nil
	})
}
