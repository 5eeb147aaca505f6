package tillsql

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
	"vienkopus/internal/platform/sqldb"
)

// Check reads all lines again, follows the money from the drawers to the bank, and compares the sums with the postings and every row with the tables; an empty answer means that
// everything agrees (docs/formats/till.md, "The sums"). Each finding is one line of a report. Lines in quarantine were never applied and are left out.
func Check(ctx context.Context, r journal.Reader) ([]string, error) {
	const lines = `SELECT e.desk, e.number, e.recorded_at, e.actor, e.kind, e.body FROM entry e
WHERE NOT EXISTS (SELECT 1 FROM quarantine q WHERE q.desk = e.desk AND q.number = e.number) ORDER BY e.desk, e.number`
	c := newChecker()
	err := sqldb.Each(ctx, r, lines, nil, func(rows *sql.Rows) error {
		var l rawLine
		var actor string
		var body []byte
		if err := rows.Scan(&l.desk, &l.number, &l.at, &actor, &l.kind, &body); err != nil {
			return fmt.Errorf("tillsql: line: %w", err)
		}
		_, who, _ := strings.Cut(actor, ":")
		l.who, _, _ = strings.Cut(who, ">")
		return c.line(l, body)
	})
	if err != nil {
		return nil, err
	}
	c.finishShifts()
	c.finishBags()
	c.finishBank()
	return c.found, c.compare(ctx, r)
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
	bags     map[string]*checkedBag
	deposits map[string]*checkedDeposit
	lines    map[string]int64    // iban and ref → cents
	uses     map[string][]string // iban and ref → what it is matched with
	matches  []checkedMatch
	matched  map[string]int // deposit → how often
	limits   map[string]string
	// drawers and transits are by the lines of the till, posted is by the member "ledger" of all lines; both account → cents.
	drawers, posted map[string]int64
	rows            map[string][]string // table → rows that it should have
}

func newChecker() *checker {
	c := &checker{
		shifts: map[string]*checkedShift{}, open: map[string]string{}, last: map[string]*checkedShift{},
		bags: map[string]*checkedBag{}, deposits: map[string]*checkedDeposit{}, lines: map[string]int64{}, uses: map[string][]string{},
		limits: map[string]string{}, drawers: map[string]int64{}, posted: map[string]int64{}, rows: map[string][]string{},
		matched: map[string]int{},
	}
	c.steps = map[string]func(rawLine){
		"shift.opened": c.opened, "shift.counted": c.counted, "difference.explained": c.explained, "shift.closed": c.closed,
		"shift.approved": c.judged, "shift.objected": c.judged, "bag.given": c.given, "bag.taken": c.taken, "cash-limit.set": c.limited,
		"deposit.made": c.deposited, "statement.imported": c.imported, "deposit.matched": c.matchedByHand, "deposit.explained": c.depositExplained,
		"card.settled": c.settled, "remittance.made": c.remitted,
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
	IBAN          string          `json:"iban"`
	Slip          string          `json:"slip"`
	Ref           string          `json:"ref"`
	Cents         int64           `json:"cents"`
	Fee           int64           `json:"fee"`
	Remittance    string          `json:"remittance"`
	Creditor      string          `json:"creditor"`
	Through       string          `json:"through"`
	Most          int64           `json:"most"`
	Declare       json.RawMessage `json:"declare"`
	Unverified    bool            `json:"unverified"`
	Why           string          `json:"why"` // absent in version 1 of a rule, and so is Source
	Source        string          `json:"source"`
	Bags          []struct {
		Bag   string `json:"bag"`
		Cents int64  `json:"cents"`
	} `json:"bags"`
	Lines []struct {
		Ref     string `json:"ref"`
		Day     string `json:"day"`
		Cents   int64  `json:"cents"`
		Deposit string `json:"deposit"`
	} `json:"lines"`
	Desks []struct {
		Desk  string `json:"desk"`
		Cents int64  `json:"cents"`
	} `json:"desks"`
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
func (c *checker) row(table string, columns ...any) {
	c.rows[table] = append(c.rows[table], joined(columns))
}

func joined(columns []any) string {
	texts := make([]string, len(columns))
	for i, column := range columns {
		texts[i] = fmt.Sprint(column)
	}
	return strings.Join(texts, "|")
}

func (c *checker) line(l rawLine, body []byte) error {
	step, ours := c.steps[l.kind]
	if !ours && !bytes.Contains(body, []byte(`"parts"`)) && !bytes.Contains(body, []byte(`"ledger"`)) {
		return nil
	}
	var err error
	if ours {
		err = json.Unmarshal(body, &l)
	} else {
		err = json.Unmarshal(body, &l.rawMoney)
	}
	if err != nil {
		return fmt.Errorf("tillsql: body of line %d of %s: %w", l.number, l.desk, err)
	}
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
	default:
		c.besideShifts(l)
	}
	return nil
}

// besideShifts notes what a line of another feature does to a card terminal outside any shift: the bank took a payment back. Cash and bags move in
// shifts and by our own lines alone.
func (c *checker) besideShifts(l rawLine) {
	for _, e := range l.Ledger {
		for _, p := range e.Postings {
			if strings.HasPrefix(p.Account, "card:") {
				c.drawers[p.Account] += p.Cents
			}
		}
	}
}

func (c *checker) limited(l rawLine) {
	c.limits[l.From] = joined([]any{l.From, l.Most, orNull(l.Declare), flag(l.Unverified), l.Why, l.Source, l.who})
}

func orNull(text json.RawMessage) string {
	if len(text) == 0 {
		return "null"
	}
	return string(text)
}

func flag(is bool) int {
	if is {
		return 1
	}
	return 0
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
