package statement

import (
	"strings"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/money"
)

// draft is a statement while it is read.
type draft struct {
	Statement
	// account and currency are as the file says them.
	account, currency string
	before, after     *balance
	// between are booked balances in the middle of a day.
	between []balance
	entries []entry
	page    page
	// foreign are what entries of the account in another currency came to, which nobody can add up.
	foreign bool
}

// balance is what the bank says stood in the account, in cents, at the end of a day or, for an opening one, at its beginning. Unsigned is one of which the bank does not
// say whether the account was overdrawn.
type balance struct {
	day      civil.Date
	cents    money.Amount
	unsigned bool
}

// page is where a message or a statement stands among those that are one (MsgPgntn, StmtPgntn).
type page struct{ PgNb, LastPgInd string }

// part tells whether there are other pages, and whether this is the first or the last of them.
func (p page) part() (one, first, last bool) {
	number, end := strings.TrimLeft(strings.TrimSpace(p.PgNb), "0"), strings.TrimSpace(p.LastPgInd)
	first, last = number == "1", end == "true" || end == "1"
	return (number != "" || end != "") && (!first || !last), first, last
}

// take takes an entry in, or sets it aside: nothing moved, or the account was moved in another currency.
func (d *draft) take(e entry, currency string) {
	aside := Aside{Entry: e.number, Day: e.Booked, Amount: e.Cents.String(), Currency: currency}
	switch {
	case currency != euro:
		aside.Why, aside.Currency = OtherCurrency, tidy(len(euro), currency)
		d.foreign = true
	case e.Cents == 0:
		aside.Why = NothingMoved
	default:
		d.entries = append(d.entries, e)
		return
	}
	d.Aside = append(d.Aside, aside)
}

// finish checks the statement and returns it. One about another currency is not kept: an account in several currencies has one for each.
func (d *draft) finish() (s Statement, kept bool, err error) {
	if d.currency != "" && d.currency != euro {
		return Statement{}, false, nil
	}
	if d.IBAN, err = account(d.account); err != nil {
		return Statement{}, false, err
	}
	if err := d.resolve(); err != nil {
		return Statement{}, false, err
	}
	if err := d.check(); err != nil {
		return Statement{}, false, err
	}
	if err := d.period(); err != nil {
		return Statement{}, false, err
	}
	for _, e := range d.entries {
		d.Lines = append(d.Lines, e.Line)
	}
	return d.Statement, true, nil
}

func otherCurrency(code string) error {
	if strings.TrimSpace(code) == "" {
		code = "?"
	}
	return invalid("statement.currency", "Currency", tidy(len(euro), code))
}

// check names the lines and holds them to the balances. A line that stands twice happened twice, unless the balances say otherwise.
func (d *draft) check() error {
	twice := d.name()
	if err := d.add(); err != nil {
		if twice != nil {
			return twice
		}
		return err
	}
	return nil
}

// add decides what reversals mean and holds the lines to the balances. ISO 20022 says that the direction of an entry is its own, so that the
// reversal of a debit is a credit; some banks write the direction of what they reverse. The balances tell which it is; without them nobody can.
func (d *draft) add() error {
	stated, turned, reversal := d.directions()
	both := d.before != nil && d.after != nil
	var moved money.Amount
	if both {
		d.Opening, d.Closing = d.before.cents, d.after.cents
		moved = d.Closing - d.Opening
	}
	parted, first, last := d.page.part()
	switch {
	case both && stated == moved:
		d.HasBalances, d.Placed, d.Unclear = true, true, reversal > 0 && turned == stated && d.mixed()
	case both && turned == moved:
		d.HasBalances, d.Placed = true, true
		d.turn()
	case reversal > 0 && !both:
		return invalid("statement.reversal", "Line", reversal)
	case d.foreign && reversal == 0:
		d.Opening, d.Closing = 0, 0 // the balances count what could not be read; where the lines stand between them nobody knows
	case both && parted && first:
		d.Closing, d.Placed = d.Opening+stated, true
	case both && parted && last:
		d.Opening, d.Placed = d.Closing-stated, true
	case both && parted:
		d.Opening, d.Closing = 0, 0
	case both:
		return invalid("statement.balances", "Expected", d.Opening+stated, "Found", d.Closing)
	case d.before != nil:
		d.Opening, d.Closing, d.Placed = d.before.cents, d.before.cents+stated, true
	case d.after != nil:
		d.Opening, d.Closing, d.Placed = d.after.cents-stated, d.after.cents, true
	}
	return nil
}

// directions returns what the entries come to as they are stated, and with the reversals turned round, and the number of the last reversal, 0 without one. None of the sums can
// overflow, see amountForm.
func (d *draft) directions() (stated, turned money.Amount, reversal int) {
	for _, e := range d.entries {
		stated += e.Cents
		if e.Reversal {
			turned -= e.Cents
			reversal = e.number
			continue
		}
		turned += e.Cents
	}
	return stated, turned, reversal
}

// turn turns the reversals round.
func (d *draft) turn() {
	for i, e := range d.entries {
		if e.Reversal {
			d.entries[i].Cents = -e.Cents
		}
	}
}

// mixed tells whether there are reversals in both directions that cancel each other out: then nobody can tell what they mean.
func (d *draft) mixed() bool {
	in, out := false, false
	for _, e := range d.entries {
		in, out = in || e.Reversal && e.Cents > 0, out || e.Reversal && e.Cents < 0
	}
	return in && out
}

// period fills in the days that the file does not name, and the ID that is made of them.
func (d *draft) period() error {
	var days []civil.Date
	for _, b := range []*balance{d.before, d.after} {
		if b != nil {
			days = append(days, b.day)
		}
	}
	for _, e := range d.entries {
		days = append(days, e.Booked)
	}
	var first, last civil.Date
	for _, day := range days {
		if !day.IsZero() && (first.IsZero() || day.Before(first)) {
			first = day
		}
		if day.After(last) {
			last = day
		}
	}
	if d.From.IsZero() {
		d.From = first
	}
	if d.To.IsZero() {
		d.To = last
	}
	if d.To.Before(d.From) {
		return invalid("statement.period")
	}
	if d.ID == "" {
		d.ID = strings.Join([]string{string(d.IBAN), d.From.String(), d.To.String()}, "/")
	}
	return nil
}

// longestID bounds the ID of a statement in characters (ISO 20022 Max35Text, and some banks write more).
const longestID = 70

// days reads the period of a statement; a file that names none has none here.
func (d *draft) days(from, to string) error {
	if strings.TrimSpace(from+to) == "" {
		return nil
	}
	var first, last bool
	d.From, first = day(from)
	d.To, last = day(to)
	if !first || !last {
		return invalid("statement.period")
	}
	return nil
}
