package tillsql

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"vienkopus/internal/ledger/ledgersql"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/sqldb"
)

// Check follows the money of all lines through the drawers into the bags, and compares the sums with the postings and every row with the tables
// (docs/formats/till.md, "The sums"). Lines in quarantine were never applied and are left out.
func Check() audit.Check {
	return audit.Check{Name: "till", Follow: func(context.Context, sqldb.Reader) (audit.Follower, error) { return newChecker(audit.NewRows()), nil }}
}

// End looks at what can only be said when all lines are read.
func (c *checker) End(ctx context.Context, r sqldb.Reader, report func(audit.Problem)) (audit.Follower, error) {
	c.finishShifts()
	again, err := c.compare(ctx, r)
	if again != nil {
		return newChecker(again), nil
	}
	for _, what := range c.found {
		report(audit.Problem{What: what})
	}
	return nil, err
}

// checker follows the money by itself: it shares no type and no code with the feature that it checks.
type checker struct {
	found    []string
	steps    map[string]func(rawLine) // kind → what its lines mean
	shifts   map[string]*checkedShift
	order    []string                 // shifts in the order of their lines
	open     map[string]string        // desk → the shift that is not closed
	last     map[string]*checkedShift // by desk
	verdicts []checkedVerdict
	limits   map[string]func() // from, or desk and from → notes its row
	// drawers are by the lines of the till, posted is by the member "ledger" of all lines; both account → cents.
	drawers, posted map[string]int64
	rows            *audit.Rows
}

func newChecker(rows *audit.Rows) *checker {
	c := &checker{
		shifts: map[string]*checkedShift{}, open: map[string]string{}, last: map[string]*checkedShift{}, limits: map[string]func(){},
		drawers: map[string]int64{}, posted: map[string]int64{}, rows: rows,
	}
	c.steps = map[string]func(rawLine){
		"shift.opened": c.opened, "shift.counted": c.counted, "difference.explained": c.explained, "shift.closed": c.closed,
		"shift.approved": c.judged, "shift.objected": c.judged, "bag.given": c.given, "bag.taken": c.taken, "cash-limit.set": c.limited,
		"count-rule.set": c.counting,
		"deposit.made":   c.deposited, "statement.imported": c.imported, "deposit.matched": c.matched, "deposit.explained": c.arrivalExplained, "match.undone": c.unarrived,
	}
	return c
}

// rawLine is a line of a journal, with every member that a line about the till may have, as docs/formats describes them.
type rawLine struct {
	desk, who, kind string
	number, at      int64

	rawMoney
	Day           string          `json:"day"`
	Centre        string          `json:"centre"`
	Municipality  string          `json:"municipality"`
	Float         int64           `json:"float"`
	Counted       int64           `json:"counted"`
	Expected      int64           `json:"expected"`
	Difference    int64           `json:"difference"`
	Again         int64           `json:"again"`
	Left          int64           `json:"left"`
	Packed        int64           `json:"packed"`
	Denominations json.RawMessage `json:"denominations"`
	Reason        string          `json:"reason"`
	Bag           string          `json:"bag"`
	Seal          string          `json:"seal"`
	From          string          `json:"from"`
	To            string          `json:"to"`
	Deposit       string          `json:"deposit"`
	Most          int64           `json:"most"`
	Declare       json.RawMessage `json:"declare"`
	Unverified    bool            `json:"unverified"`
	Only          string          `json:"desk"`
	Keep          string          `json:"keep"`
	Why           string          `json:"why"` // absent in version 1 of a rule, and so is Source
	Source        string          `json:"source"`
	Bags          []struct {
		Bag string `json:"bag"`
	} `json:"bags"`
	Lines []struct {
		Deposit string `json:"deposit"`
	} `json:"lines"`
}

// rawMoney is what every line that moves money may have, whatever feature writes it.
type rawMoney struct {
	Shift string `json:"shift"`
	Parts []struct {
		Tender string `json:"tender"`
		Cents  int64  `json:"cents"`
	} `json:"parts"`
	Ledger []struct {
		Postings []struct {
			Account string `json:"account"`
			Cents   int64  `json:"cents"`
		} `json:"postings"`
	} `json:"ledger"`
}

// posted is what the line itself posts to an account.
func (l rawLine) posted(account string) int64 {
	var sum int64
	for _, e := range l.Ledger {
		for _, p := range e.Postings {
			if p.Account == account {
				sum += p.Cents
			}
		}
	}
	return sum
}

func (c *checker) report(format string, args ...any) {
	c.found = append(c.found, fmt.Sprintf(format, args...))
}

// row notes a row that a table should have, its columns in order.
func (c *checker) row(table string, columns ...any) { c.rows.Add(table, columns...) }

// Line follows one line.
func (c *checker) Line(raw audit.Raw) error {
	step, ours := c.steps[raw.Kind]
	if !ours && !bytes.Contains(raw.Body, []byte(`"parts"`)) && !bytes.Contains(raw.Body, []byte(`"ledger"`)) || !raw.Applied("till") {
		return nil
	}
	var l rawLine
	var err error
	if ours {
		err = raw.Into(&l)
	} else {
		err = raw.Into(&l.rawMoney)
	}
	if err != nil {
		return fmt.Errorf("tillsql: body of line %d of %s: %w", raw.Number, raw.Desk, err)
	}
	l.desk, l.who, l.kind, l.number, l.at = raw.Desk, raw.Who(), raw.Kind, raw.Number, raw.At
	for _, e := range l.Ledger {
		for _, p := range e.Postings {
			c.posted[p.Account] += p.Cents
		}
	}
	switch {
	case ours:
		step(l)
	case l.Shift != "" && len(l.Parts) > 0:
		c.moved(l)
	}
	return nil
}

// limited notes a cash limit; one of the same day that comes later takes its place.
func (c *checker) limited(l rawLine) {
	c.limits[l.From] = func() {
		c.row("till_cash_limit", l.From, l.Most, orNull(l.Declare), audit.Flag(l.Unverified), l.Why, l.Source, l.who)
	}
}

// counting notes until when drawers are counted, likewise.
func (c *checker) counting(l rawLine) {
	c.limits["count "+l.Only+" "+l.From] = func() { c.row("till_count_rule", l.Only, l.From, l.Keep, l.Most, l.Why, l.Source, l.who) }
}

func orNull(text json.RawMessage) string {
	if len(text) == 0 {
		return "null"
	}
	return string(text)
}

// compare looks at every table of the till and at the drawers.
func (c *checker) compare(ctx context.Context, r journal.Reader) (again *audit.Rows, err error) {
	for _, note := range c.limits {
		note()
	}
	again, err = c.rows.Compare(ctx, r, journal.Tables(Store{}), c.report)
	if again != nil || err != nil {
		return again, err
	}
	stored, err := ledgersql.Stored(ctx, r, "cash")
	both := maps.Clone(stored)
	maps.Copy(both, c.drawers)
	for _, account := range slices.Sorted(maps.Keys(both)) {
		if stored[account] != c.drawers[account] {
			c.report("%s: the postings make %d, the lines of the till %d", account, stored[account], c.drawers[account])
		}
	}
	return nil, err
}
