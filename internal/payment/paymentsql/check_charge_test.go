package paymentsql_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/payment/terminal"
	"vienkopus/internal/visit"
)

// openCards holds a charge in each state: two that paid (one for two creditors), one refused, one that is open, and one that was taken back when the client paid in cash.
func openCards(t *testing.T, dsn string) day {
	t.Helper()
	d := day{paymenttest.Open(t, dsn), t}
	d.Payment.Terminal = terminal.NewSimulated(0)
	d.OpenTill("DZE-1")
	byCard := func(cents money.Amount, key string) {
		o := paymenttest.Whole(d.Bill(paymenttest.Water, cents), d.Bill(paymenttest.Council, 50))
		o.Card = cents
		if _, err := d.Payment.Take(t.Context(), d.At("DZE-1"), o); err != nil || key != "" {
			paymenttest.WantFault(t, err, fault.Conflict, key)
		}
	}
	byCard(200, "")
	byCard(300, "")
	byCard(413, "payment.card_refused")
	byCard(517, "payment.card_unknown")
	r, o := d.At("DZE-1"), paymenttest.Whole(d.Bill(paymenttest.Water, 617))
	o.Card = 617
	_, err := d.Payment.Take(t.Context(), r, o)
	paymenttest.WantFault(t, err, fault.Conflict, "payment.card_unknown")
	o.Card = 0
	if _, err := d.Payment.Take(t.Context(), r, o); err != nil {
		t.Fatal(err)
	}
	d.must(d.Payment.TakeUp(t.Context()))
	d.clean()
	return d
}

// Every cell of a charge is held against its lines.
func TestCheckSeesEveryCellOfACharge(t *testing.T) {
	t.Parallel()
	paymenttest.Template.Each(t, func(t *testing.T, dsn string) {
		d := openCards(t, dsn)
		d.everyCell("card_charge", "WHERE state = 'charged'")
		d.clean()
	})
}

// What cannot have become of a charge is said, and so is what nobody has looked at for a day.
func TestCheckSeesEveryUntruthAboutACharge(t *testing.T) {
	t.Parallel()
	paymenttest.Template.Each(t, func(t *testing.T, dsn string) {
		d := openCards(t, dsn)
		for _, c := range []struct{ change, back, says string }{
			{
				"UPDATE entry SET kind = 'payment.card_refused' WHERE kind = 'payment.card_cancelled'",
				"UPDATE entry SET kind = 'payment.card_cancelled' WHERE kind = 'payment.card_refused' AND number > (SELECT MIN(number) FROM entry WHERE kind = 'payment.card_given_up')",
				"cannot become refused",
			},
			{"UPDATE entry SET kind = 'nothing.said' WHERE kind = 'payment.card_given_up'", "UPDATE entry SET kind = 'payment.card_given_up' WHERE kind = 'nothing.said'", "cannot become cancelled"},
			{"UPDATE entry SET kind = 'nothing.said' WHERE kind = 'payment.card_refused'", "UPDATE entry SET kind = 'payment.card_refused' WHERE kind = 'nothing.said'", "card_charge has 1 rows that are asked; the lines make 2"},
			{"UPDATE card_charge SET state = 'asked', last = entry WHERE state = 'refused'", "UPDATE card_charge SET state = 'refused', last = (SELECT number FROM entry WHERE kind = 'payment.card_refused') WHERE cents = 413", "card_charge has 2 rows that are asked; the lines make 1"},
			{"INSERT INTO quarantine (desk, number, reason) SELECT desk, number, '' FROM entry WHERE kind = 'payment.card_refused'", "DELETE FROM quarantine", "card_charge has 1 rows that are asked; the lines make 2"},
		} {
			d.must(d.exec(c.change))
			if found := d.check(); !strings.Contains(found, c.says) {
				t.Errorf("%s; found\n%s\nwant %s", c.change, found, c.says)
			}
			d.must(d.exec(c.back))
		}
		d.clean()
		for _, c := range []struct {
			line
			old, new, says string
		}{
			{line{"payment.card_asked", 0}, `"cents":200`, `"cents":201`, "is 1 more than its payments say"},
			{line{"payment.card_asked", 0}, `"cents":200`, `"cents":-200`, "which cannot be"},
			{line{"payment.card_charged", 1}, `"basket":"`, `"basket":"1`, "is 300 more than its payments say"},
			{line{"payment.card_charged", 1}, `"charge":"`, `"charge":"1`, "cannot become charged"},
		} {
			r := d.find(c.line)
			body, ok := r.cells[r.cell("body")].([]byte)
			if !ok || !strings.Contains(string(body), c.old) {
				t.Fatalf("%s does not stand in %s", c.old, body)
			}
			d.change("UPDATE entry SET body = $1 WHERE hash = $2", []byte(strings.Replace(string(body), c.old, c.new, 1)), r.cells[r.cell("hash")])
			if found := d.check(); !strings.Contains(found, c.says) {
				t.Errorf("%s became %s; found\n%s\nwant %s", c.old, c.new, found, c.says)
			}
			d.change("UPDATE entry SET body = $1 WHERE hash = $2", body, r.cells[r.cell("hash")])
		}
		d.clean()
	})
}

// A charge that has been open for a day is said; when it is taken up, it is not said any more.
func TestCheckSeesAChargeThatIsOpenForADay(t *testing.T) {
	t.Parallel()
	paymenttest.Template.Each(t, func(t *testing.T, dsn string) {
		d := openCards(t, dsn)
		broken, cards := errors.New("the terminal is away"), d.Payment.Terminal
		d.Payment.Terminal = away{cards, broken}
		for range 2 { // once it is given up and not taken back, and so it stays
			d.Clock.Advance(12*time.Hour + time.Second)
			if err := d.Payment.TakeUp(t.Context()); !errors.Is(err, broken) {
				t.Fatal(err)
			}
			_, err := d.Visit.Record(t.Context(), d.At("DZE-1"), id.ID{}, visit.What{Kind: catalogue.Letter})
			d.must(err)
		}
		if found := d.check(); !strings.Contains(found, "is given-up, and nobody has said for a day what became of it") || strings.Count(found, "\n") > 0 {
			t.Errorf("found %q", found)
		}
		d.Payment.Terminal = cards
		d.must(d.Payment.TakeUp(t.Context()))
		d.clean()
	})
}

// away is a terminal that takes nothing back.
type away struct {
	terminal.Terminal
	err error
}

func (a away) Cancel(context.Context, terminal.Charge) error { return a.err }
