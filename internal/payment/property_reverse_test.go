package payment_test

import (
	"fmt"

	"pgregory.net/rapid"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/money"
	"vienkopus/internal/consent"
	"vienkopus/internal/consent/consentsql"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/till"
)

func (m *model) void(r *rapid.T) error {
	p, ok := pick(r, m.paid, "payment", whole)
	if !ok {
		return errRefused
	}
	desk := p.Desk
	if seldom(r, "foreign") {
		desk = one(r, "desk", desks...)
	}
	q := m.w.At(desk)
	n, err := m.w.Payment.Void(m.t.Context(), q, p.ID, payment.WrongAmount)
	alone := !m.closed[p.Visit] && p.Paper == (payment.Paper{})
	if err := judge(err, alone && desk == p.Desk && p.given() == 0 && !p.waiting && m.holds(desk, p.Cents(till.Cash))); err != nil {
		return err
	}
	m.again = append(m.again, func() error {
		again, err := m.w.Payment.Void(m.t.Context(), q, p.ID, payment.WrongAmount)
		if err != nil || (n == nil) != (again == nil) || n != nil && *again != *n {
			return fmt.Errorf("voided again: %+v, %w", again, err)
		}
		return nil
	})
	p.voided = true
	return m.gaveBack(p, p.Lines, p.Parts, n)
}

// voidByTwo asks a second person about the void of a payment whose visit has ended or that was written by hand, has somebody decide, and records it. Alone it is refused.
func (m *model) voidByTwo(r *rapid.T) error {
	p, ok := pick(r, m.paid, "payment", func(p *paidFor) bool { return whole(p) && (m.closed[p.Visit] || p.Paper != (payment.Paper{})) })
	if !ok {
		return errRefused
	}
	needs := m.closed[p.Visit] || p.Paper != (payment.Paper{})
	asked, err := m.w.Payment.AskVoid(m.t.Context(), m.w.At(p.Desk), p.ID, payment.WrongAmount)
	if err := judge(err, needs && p.given() == 0 && !p.waiting); err != nil {
		return err
	}
	office, yes := byManager(m.w.At("").Key), often(r, "yes")
	own := seldom(r, "own")
	if own {
		office.By = actor.Staff("s1", "centre-manager")
	}
	err = m.w.Consent.Decide(m.t.Context(), office, consent.Decision{Consent: asked, Municipality: cesu, Agreed: yes})
	if err := judge(err, !own); err != nil {
		return err
	}
	q, err := consentsql.Store{}.Question(m.t.Context(), m.w.DB, asked)
	if err != nil {
		return err
	}
	n, err := m.w.Payment.VoidAgreed(m.t.Context(), m.w.At(p.Desk), q)
	if err := judge(err, yes && m.holds(p.Desk, p.Cents(till.Cash))); err != nil {
		return err
	}
	p.voided = true
	return m.gaveBack(p, p.Lines, p.Parts, n)
}

// ask requests a refund.
func (m *model) ask(r *rapid.T) error {
	p, ok := pick(r, m.paid, "payment", func(p *paidFor) bool {
		return !p.waiting && !p.voided && !p.lost && p.stands() && (p.given() > 0 || rapid.Bool().Draw(r, "fresh"))
	})
	if !ok {
		return errRefused
	}
	f := &refund{of: p, tender: one(r, "tender", till.Tenders...), standing: payment.Requested}
	may := !p.waiting && !p.voided && !p.lost
	for _, l := range p.Lines {
		left := l.Cents - p.back[l.Bill]
		cents := one(r, "cents", left, left, left/2, 1, left+1)
		if left == 0 && often(r, "nothing left") || len(p.Lines) > 1 && rapid.Bool().Draw(r, "not this") {
			continue
		}
		may = may && cents > 0 && cents <= left
		f.lines = append(f.lines, payment.Item{Bill: l.Bill, Cents: cents})
		f.cents += cents
	}
	q := m.w.At(p.Desk)
	order := payment.RefundOrder{Payment: p.ID, Items: f.lines, Tender: f.tender, Reason: payment.PaidTwice}
	var err error
	f.id, err = m.w.Payment.RequestRefund(m.t.Context(), q, order)
	if err := judge(err, may && f.cents > 0); err != nil {
		return err
	}
	m.again = append(m.again, func() error {
		if again, err := m.w.Payment.RequestRefund(m.t.Context(), q, order); err != nil || again != f.id {
			return fmt.Errorf("asked again: %s, %w", again, err)
		}
		return nil
	})
	p.waiting = true
	m.refunds = append(m.refunds, f)
	return nil
}

func (m *model) decide(r *rapid.T) error {
	f, ok := pick(r, m.refunds, "refund", func(f *refund) bool { return f.standing == payment.Requested })
	if !ok {
		return errRefused
	}
	q := byManager(m.w.At("").Key)
	own := seldom(r, "own")
	if own {
		q.By = actor.Staff("s1", "centre-manager")
	}
	yes := often(r, "yes")
	err := m.w.Payment.DecideRefund(m.t.Context(), q, payment.Decision{Refund: f.id, Municipality: cesu, Approved: yes})
	if err := judge(err, f.standing == payment.Requested && !own); err != nil {
		return err
	}
	f.standing, f.of.waiting = payment.Declined, yes
	if yes {
		f.standing = payment.Approved
	}
	return nil
}

// holds tells whether a drawer holds so much cash: its change money and what has moved since.
func (m *model) holds(desk string, cash money.Amount) bool { return cash <= 2000+m.cash[desk] }

func (m *model) payOut(r *rapid.T) error {
	f, ok := pick(r, m.refunds, "refund", func(f *refund) bool { return f.standing == payment.Approved })
	if !ok {
		return errRefused
	}
	desk := f.of.Desk
	if seldom(r, "foreign") {
		desk = one(r, "desk", desks...)
	}
	q := m.w.At(desk)
	n, err := m.w.Payment.PayRefund(m.t.Context(), q, f.id)
	if err := judge(err, f.standing == payment.Approved && desk == f.of.Desk && (f.tender == till.Card || m.holds(desk, f.cents))); err != nil {
		return err
	}
	m.again = append(m.again, func() error {
		again, err := m.w.Payment.PayRefund(m.t.Context(), q, f.id)
		if err != nil || (n == nil) != (again == nil) || n != nil && *again != *n {
			return fmt.Errorf("paid out again: %+v, %w", again, err)
		}
		return nil
	})
	f.standing, f.of.waiting = payment.PaidOut, false
	var lines []payment.Line
	for _, item := range f.lines {
		lines = append(lines, payment.Line{Bill: item.Bill, Cents: item.Cents})
	}
	return m.gaveBack(f.of, lines, []till.Part{{Tender: f.tender, Cents: f.cents}}, n)
}

// takeReturn notes that the bank took the card part of a payment back.
func (m *model) takeReturn(r *rapid.T) error {
	p, ok := pick(r, m.paid, "payment", func(p *paidFor) bool { return whole(p) && p.Cents(till.Card) > 0 })
	if !ok {
		return errRefused
	}
	card := p.Cents(till.Card)
	back := payment.Return{Payment: p.ID, Municipality: cesu, Day: paymenttest.Day}
	err := m.w.Payment.RecordReturn(m.t.Context(), byManager(m.w.At("").Key), back)
	if err := judge(err, card > 0 && p.given() == 0 && !p.waiting); err != nil {
		return err
	}
	p.lost = true
	m.returned += card
	for _, l := range p.Lines {
		cents := min(l.Cents, card)
		card -= cents
		if cents > 0 {
			p.back[l.Bill] += cents
			m.settle(l.Bill, paymenttest.Day, -cents)
		}
	}
	return nil
}

func (m *model) reprint(r *rapid.T) error {
	series := one(r, "series", desks...)
	desk := series
	if rapid.Bool().Draw(r, "out") {
		series = payment.SeriesOf(desk, 1, true)
	}
	if seldom(r, "foreign") {
		desk = one(r, "desk", desks...)
	}
	number := uint32(1 + dice(r, 6, "number"))
	c, err := m.w.Payment.Reprint(m.t.Context(), m.w.At(desk), series, number)
	own := series == desk || series == payment.SeriesOf(desk, 1, true)
	if err := judge(err, own && int(number) <= m.receipts[series]); err != nil {
		return err
	}
	name := payment.Numbered{Series: series, Number: number}.Name()
	if m.copies[name]++; int(c.Number) != m.copies[name] {
		return fmt.Errorf("copy %d of %s is called %d", m.copies[name], name, c.Number)
	}
	return nil
}

func (m *model) closeVisit(r *rapid.T) error {
	p, ok := pick(r, m.paid, "payment", func(p *paidFor) bool { return !m.closed[p.Visit] })
	if !ok {
		return errRefused
	}
	err := m.w.Visit.Close(m.t.Context(), m.w.At(p.Desk), p.Visit)
	if err := judge(err, !m.closed[p.Visit]); err != nil {
		return err
	}
	m.closed[p.Visit] = true
	return nil
}
