package banksql_test

import (
	"testing"

	"vienkopus/internal/bank"
	bt "vienkopus/internal/bank/banktest"
	"vienkopus/internal/base/id"
	"vienkopus/internal/ledger"
	"vienkopus/internal/till"
	tt "vienkopus/internal/till/tilltest"
)

// lies are sound lines of the way to the bank, and what makes them wrong.
type lies struct {
	bt.Sound
	tb testing.TB
}

func (l lies) all() []bt.Lie {
	sound := bt.AtDesk(l.Opened, l.Paid, l.Counted, l.Closed)
	atBank := bt.AtOffice(sound, l.Made, l.Line)
	byCard := tt.Paid{Moved: till.Moved{Shift: l.Shift, Parts: []till.Part{tt.ByCard(30)}}, Booked: bt.Entry(l.tb, ledger.Creditor(tt.Water), ledger.Card(tt.Ces1), 30)}
	cards := bt.AtDesk(l.Opened, byCard)
	return []bt.Lie{
		bt.Told("nothing", "", bt.AtOffice(atBank, l.Matched, l.Remitted)),
		bt.Told("deposited twice", "was deposited 2 times", bt.AtOffice(atBank, bt.With(l.Made, func(d *bank.DepositMade) { d.Deposit = id.ID{9} }))),
		bt.Told("a lighter bag", "packed with 150 and deposited with 140", bt.AtOffice(sound, bt.With(l.Made, func(d *bank.DepositMade) { d.Bags, d.Cents = []bank.BagCents{{Bag: "B1", Cents: 140}}, 140 }))),
		bt.Told("a wrong sum", "deposits 151, and its bags make 150", bt.AtOffice(sound, bt.With(l.Made, func(d *bank.DepositMade) { d.Cents = 151 }))),
		bt.Told("not the line", "it says 150", bt.AtOffice(atBank, bt.With(l.Matched, func(m *bank.DepositMatched) { m.Cents, m.Difference = 149, -1 }))),
		bt.Told("a difference for nothing", "difference -1", bt.AtOffice(atBank, bt.With(l.Matched, func(m *bank.DepositMatched) { m.Difference = -1 }))),
		bt.Told("nothing arrives", "the bag B1 holds 0, its account 150", bt.AtOffice(atBank, bt.With(l.Matched, func(m *bank.DepositMatched) { m.Ledger = nil }))),
		bt.Told("matched twice", "is matched 2 times", bt.AtOffice(atBank, l.Matched, l.Matched)),
		bt.Told("one line for two things", "is matched with", bt.AtOffice(atBank, l.Matched, bt.With(l.Settled, func(s *bank.CardSettled) { s.Cents = 150 }))),
		bt.Told("a line again", "came before", bt.AtOffice(atBank, l.Line)),
		bt.Told("cards", "", bt.AtOffice(cards, bt.With(l.Line, func(s *bank.StatementImported) { s.Lines = []bank.StatementLine{{Ref: "1", Day: bt.Today, Cents: 30}} }), l.Settled)),
		bt.Told("the bank takes a card payment back", "", bt.AtOffice(cards, tt.Paid{Booked: bt.Entry(l.tb, ledger.Card(tt.Ces1), ledger.Creditor(tt.Water), 30)})),
		bt.Told("more than the desks", "the desks make 30", bt.AtOffice(cards, bt.With(l.Settled, func(s *bank.CardSettled) { s.Cents = 31 }))),
		bt.Told("cards that nobody posts", "settles 30 of CES-1 and posts 0", bt.AtOffice(cards, bt.With(l.Settled, func(s *bank.CardSettled) { s.Ledger = nil }))),
		bt.Told("passed on and not posted", "passes 50 on and posts 0", bt.AtOffice(sound, bt.With(l.Remitted, func(r *bank.RemittanceMade) { r.Ledger = nil }))),
	}
}
