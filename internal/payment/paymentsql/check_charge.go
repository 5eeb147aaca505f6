package paymentsql

import (
	"context"
	"maps"
	"slices"
	"strings"
)

// openCharge is a charge of a card that no line has ended yet.
type openCharge struct {
	*rawLine // that asked for it
	state    string
}

// aDay is how long a charge may be open, in microseconds.
const aDay = 24 * 60 * 60 * micros

// outcomes are what each kind of line makes of a charge, and out of which state.
var outcomes = map[string][2]string{
	"payment.card_charged":   {"asked", "charged"},
	"payment.card_refused":   {"asked", "refused"},
	"payment.card_given_up":  {"asked", "given-up"},
	"payment.card_cancelled": {"given-up", "cancelled"},
}

// charge looks at what a line says has become of a charge.
func (c *checker) charge(l *rawLine) {
	of, open := c.open[l.Charge]
	if l.kind == "payment.card_asked" {
		if open || l.Cents <= 0 {
			c.report("%s: it asks for charge %s of %d, which cannot be", l, l.Charge, l.Cents)
		}
		c.open[l.Charge] = &openCharge{rawLine: l, state: "asked"}
		c.ended["asked"]++
		return
	}
	step := outcomes[l.kind]
	if !open || of.desk != l.desk || of.state != step[0] {
		c.report("%s: charge %s cannot become %s", l, l.Charge, step[1])
		return
	}
	c.ended[of.state]--
	c.ended[step[1]]++
	if of.state = step[1]; of.state != "given-up" {
		delete(c.open, l.Charge)
	}
	if of.state == "charged" {
		c.desk.due[l.Basket] += of.Cents
	}
}

// unpaid reports the charges of the desk that have paid other than the card part of their basket.
func (c *checker) unpaid() {
	for _, basket := range slices.Sorted(maps.Keys(c.desk.due)) {
		if off := c.desk.due[basket]; off != 0 {
			c.report("desk %s: what cards were charged for basket %s is %d more than its payments say", c.desk.code, basket, off)
		}
	}
}

// charges holds every row of a charge against the line that asked for it and the last one about it, and says which have been open for long.
func (c *checker) charges(ctx context.Context) error {
	c.unpaid() // of the last desk
	for _, charge := range slices.Sorted(maps.Keys(c.open)) {
		if l := c.open[charge]; l.at < c.latest-aDay {
			c.report("%s: charge %s of %d is %s, and nobody has said for a day what became of it", l, charge, l.Cents, l.state)
		}
	}
	rows := map[string]int64{}
	err := c.small(ctx, "card_charge", `SELECT t.id, t.desk, t.entry, t.at, t.actor, t.request, t.cents, e.desk, e.number, e.recorded_at, e.actor, e.kind, e.body,
t.state, t.slip, t.basket, z.desk, z.number, z.recorded_at, z.actor, z.kind, z.body FROM card_charge t
LEFT JOIN entry e ON e.desk = t.desk AND e.number = t.entry LEFT JOIN entry z ON z.desk = t.desk AND z.number = t.last ORDER BY t.id`,
		func(l *rawLine) []any {
			return []any{plain(l.Charge), l.desk, l.number, l.at, l.actor, l.Request, l.Cents}
		},
		func(l *rawLine, others []string) {
			rows[others[0]]++
			c.last(l, others)
		})
	for _, state := range []string{"asked", "charged", "refused", "given-up", "cancelled"} {
		if err == nil && rows[state] != c.ended[state] {
			c.report("card_charge has %d rows that are %s; the lines make %d", rows[state], state, c.ended[state])
		}
	}
	return err
}

// last holds what a row says has become of a charge against the last line about it.
func (c *checker) last(asked *rawLine, others []string) {
	state, slip, basket := others[0], others[1], others[2]
	z, err := lineOf(others[3:])
	if err != nil || z == nil || z.Charge != asked.Charge {
		c.report("card_charge: %s: what it says became of it is in no line", asked)
		return
	}
	want := "asked"
	if z.kind != "payment.card_asked" {
		want = outcomes[z.kind][1]
	}
	wantBasket := none
	if z.Basket != "" {
		wantBasket = plain(z.Basket)
	}
	if state != want || slip != z.Slip || basket != wantBasket {
		c.report("card_charge: %s: it is %s", z, strings.Join([]string{state, slip, basket}, "/"))
	}
}
