package banksql

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"vienkopus/internal/ledger/ledgersql"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/sqldb"
)

// Check follows the money of all lines from the bags and card terminals to the bank and on, and compares the sums with the postings and every row with the
// tables (docs/formats/bank.md, "The sums"). Lines in quarantine were never applied and are left out.
func Check() audit.Check {
	return audit.Check{Name: "bank", Follow: func(context.Context, sqldb.Reader) (audit.Follower, error) { return newChecker(audit.NewRows()), nil }}
}

// End looks at what can only be said when all lines are read.
func (c *checker) End(ctx context.Context, r sqldb.Reader, report func(audit.Problem)) (audit.Follower, error) {
	c.finishLines()
	c.finishBags()
	c.finishBank()
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
	bags     map[string]*checkedBag
	deposits map[string]*checkedDeposit
	lines    map[string]int64 // iban and ref → cents
	kept     map[string]*checkedLine
	order    []string            // the lines as they came
	uses     map[string][]string // iban and ref → what it is matched with
	matches  []checkedMatch
	matched  map[string]int     // deposit → how often
	arrivals map[string]arrival // by the deposit
	doubts   map[string]string  // who asked
	gone     map[string]bool    // remittances that were handed out
	// moved is what is in bags and terminals by the lines, posted is by the member "ledger" of all lines; both account → cents.
	moved, posted map[string]int64
	rows          *audit.Rows
	once          map[string]bool // rows that several lines may make
}

func newChecker(rows *audit.Rows) *checker {
	c := &checker{
		bags: map[string]*checkedBag{}, deposits: map[string]*checkedDeposit{}, lines: map[string]int64{}, kept: map[string]*checkedLine{}, uses: map[string][]string{}, matched: map[string]int{}, arrivals: map[string]arrival{}, doubts: map[string]string{}, gone: map[string]bool{},
		moved: map[string]int64{}, posted: map[string]int64{}, rows: rows, once: map[string]bool{},
	}
	c.steps = map[string]func(rawLine){
		// Cash and bags move by lines of the till; of these only the closing fills a bag, and none touches a card terminal.
		"shift.opened": ignored, "shift.counted": ignored, "shift.closed": c.packed,
		"deposit.made": c.deposited, "statement.imported": c.imported, "deposit.matched": c.matchedByHand, "deposit.explained": c.depositExplained,
		"card.settled": c.settled, "remittance.made": c.remitted, "match.doubted": c.doubted, "doubt.dismissed": c.dismissed, "match.undone": c.undone,
		"line.set_aside": c.setAside, "remittance.asked": c.asked, "remittance.decided": c.approved, "remittance.sent": c.sent, "remittance.cancelled": c.cancelled,
	}
	return c
}

func ignored(rawLine) {}

// rawLine is a line of a journal, with every member that a line about the bank may have, as docs/formats describes them.
type rawLine struct {
	desk, who, kind string
	number, at      int64

	rawMoney
	Day          string `json:"day"`
	Municipality string `json:"municipality"`
	Difference   int64  `json:"difference"`
	Packed       int64  `json:"packed"`
	Reason       string `json:"reason"`
	Bag          string `json:"bag"`
	From         string `json:"from"`
	To           string `json:"to"`
	Deposit      string `json:"deposit"`
	IBAN         string `json:"iban"`
	Slip         string `json:"slip"`
	Ref          string `json:"ref"`
	Cents        int64  `json:"cents"`
	Fee          int64  `json:"fee"`
	Remittance   string `json:"remittance"`
	Creditor     string `json:"creditor"`
	Through      string `json:"through"`
	Bags         []struct {
		Bag   string `json:"bag"`
		Cents int64  `json:"cents"`
	} `json:"bags"`
	Lines  []rawStatementLine `json:"lines"`
	Moved  []rawPlace         `json:"moved"`
	More   []rawPlace         `json:"more"`
	Format string             `json:"format"`
	Storno string             `json:"storno"`
	Doubt  string             `json:"doubt"`
	Asked  string             `json:"asked"`
	// Approved is of a decision, and Parts are what somebody asked to be passed on.
	Approved bool `json:"approved"`
	Held     bool `json:"held"`
	Desks    []struct {
		Desk  string `json:"desk"`
		Cents int64  `json:"cents"`
	} `json:"desks"`
}

// rawStatementLine is a line of a statement.
type rawStatementLine struct {
	Ref      string   `json:"ref"`
	Day      string   `json:"day"`
	Cents    int64    `json:"cents"`
	Before   *int64   `json:"before"`
	Mark     string   `json:"mark"`
	Reversal bool     `json:"reversal"`
	Returns  string   `json:"returns"`
	Deposit  string   `json:"deposit"`
	Likely   []string `json:"likely"`
}

// rawPlace names a line of a statement, with the balance before it or with its sum.
type rawPlace struct {
	Ref    string `json:"ref"`
	Before int64  `json:"before"`
	Cents  int64  `json:"cents"`
}

// rawMoney is what every line that moves money may have, whatever feature writes it.
type rawMoney struct {
	Shift string `json:"shift"`
	Parts []struct {
		Tender   string `json:"tender"`
		Creditor string `json:"creditor"` // in place of the tender, where somebody asks to pass money on
		Cents    int64  `json:"cents"`
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
	step, known := c.steps[raw.Kind]
	if !known && !bytes.Contains(raw.Body, []byte(`"parts"`)) && !bytes.Contains(raw.Body, []byte(`"ledger"`)) || !raw.Applied("bank") {
		return nil
	}
	var l rawLine
	var err error
	if known {
		err = raw.Into(&l)
	} else {
		err = raw.Into(&l.rawMoney)
	}
	if err != nil {
		return fmt.Errorf("banksql: body of line %d of %s: %w", raw.Number, raw.Desk, err)
	}
	l.desk, l.who, l.kind, l.number, l.at = raw.Desk, raw.Who(), raw.Kind, raw.Number, raw.At
	for _, e := range l.Ledger {
		for _, p := range e.Postings {
			c.posted[p.Account] += p.Cents
		}
	}
	switch {
	case known:
		step(l)
	case l.Shift != "" && len(l.Parts) > 0:
		c.paid(l)
	default:
		c.besideShifts(l)
	}
	return nil
}

// paid notes what a line that moves money in a shift took by card. That it posts as much is seen to by the check of the till.
func (c *checker) paid(l rawLine) {
	for _, p := range l.Parts {
		if p.Tender == "card" {
			c.moved["card:"+l.desk] += p.Cents
		}
	}
}

// besideShifts notes what a line of another feature does to a card terminal outside any shift: the bank took a payment back. Bags move by our own lines
// and those of the till alone.
func (c *checker) besideShifts(l rawLine) {
	for _, e := range l.Ledger {
		for _, p := range e.Postings {
			if strings.HasPrefix(p.Account, "card:") {
				c.moved[p.Account] += p.Cents
			}
		}
	}
}

// compare looks at every table of the bank, and compares terminals and bags with the postings.
func (c *checker) compare(ctx context.Context, r journal.Reader) (again *audit.Rows, err error) {
	again, err = c.rows.Compare(ctx, r, journal.Tables(Store{}), c.report)
	if again != nil || err != nil {
		return again, err
	}
	stored, err := ledgersql.Stored(ctx, r, "card", "transit")
	both := maps.Clone(stored)
	maps.Copy(both, c.moved)
	for _, account := range slices.Sorted(maps.Keys(both)) {
		if stored[account] != c.moved[account] {
			c.report("%s: the postings make %d, the lines %d", account, stored[account], c.moved[account])
		}
	}
	return nil, err
}
