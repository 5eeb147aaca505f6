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
	entries           []entry
}

// balance is what the bank says stood in the account, in cents, at the end of a day or, for an opening one, at its beginning.
type balance struct {
	day   civil.Date
	cents money.Amount
}

// finish checks the statement and returns it. It is not kept when it is about another currency and empty: an account in several currencies
// has one for each, and most of them say nothing.
func (d *draft) finish(known *known) (s Statement, kept bool, err error) {
	if d.currency != "" && d.currency != euro {
		if len(d.entries) == 0 {
			return Statement{}, false, nil
		}
		return Statement{}, false, otherCurrency(d.currency)
	}
	if d.IBAN, err = account(d.account); err != nil {
		return Statement{}, false, err
	}
	if d.before != nil && d.after != nil {
		d.Opening, d.Closing, d.HasBalances = d.before.cents, d.after.cents, true
	}
	if err := d.check(known); err != nil {
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

// check names the lines and holds them to the balances. A line that stands twice can be right only when the balances count it twice, as
// with two equal fees of a day; one that an earlier statement of the file has already cannot.
func (d *draft) check(known *known) error {
	here, earlier := known.name(d)
	if earlier != nil {
		return earlier
	}
	err := d.add()
	if here != nil && (err != nil || !d.HasBalances) {
		return here
	}
	return err
}

// add decides what reversals mean and holds the lines to the balances. ISO 20022 says that the direction of an entry is its own, so that the
// reversal of a debit is a credit; some banks write the direction of what they reverse. The balances tell which it is; without them nobody can.
func (d *draft) add() error {
	stated, turned, reversal := d.Opening, d.Opening, 0 // none of the sums can overflow, see amountForm
	for _, e := range d.entries {
		stated += e.Cents
		if e.reversal {
			turned -= e.Cents
			reversal = e.number
			continue
		}
		turned += e.Cents
	}
	switch {
	case !d.HasBalances && reversal > 0:
		return invalid("statement.reversal", "Line", reversal)
	case !d.HasBalances, stated == d.Closing:
		return nil
	case turned != d.Closing:
		return invalid("statement.balances", "Expected", stated, "Found", d.Closing)
	}
	for i, e := range d.entries {
		if e.reversal {
			d.entries[i].Cents = -e.Cents
		}
	}
	return nil
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
