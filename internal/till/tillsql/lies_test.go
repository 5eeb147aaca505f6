package tillsql_test

import (
	"vienkopus/internal/base/id"
	"vienkopus/internal/ledger"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/till"
	"vienkopus/internal/till/bank"
	tt "vienkopus/internal/till/tilltest"
)

// lies are sound lines of a shift and its way to the bank, and what makes them wrong.
type lies struct {
	opened   till.ShiftOpened
	paid     tt.Paid
	counted  till.ShiftCounted
	closed   till.ShiftClosed
	made     bank.DepositMade
	line     bank.StatementImported
	matched  bank.DepositMatched
	settled  bank.CardSettled
	remitted bank.RemittanceMade
	shift    id.ID
	entry    func(from, to ledger.Account, cents int64) ledger.Booked
}

type said struct {
	desk, who string
	fact      journal.Fact
}

type lie struct {
	name, says string
	lines      []said
}

func desk(facts ...journal.Fact) []said {
	var all []said
	for _, f := range facts {
		all = append(all, said{tt.Ces1, tt.Clerk, f})
	}
	return all
}

func atOffice(before []said, facts ...journal.Fact) []said {
	all := append([]said(nil), before...)
	for _, f := range facts {
		all = append(all, said{tt.Office, tt.Manager, f})
	}
	return all
}

func (l lies) all() []lie {
	sound := desk(l.opened, l.paid, l.counted, l.closed)
	atBank := atOffice(sound, l.made, l.line)
	byCard := tt.Paid{Moved: till.Moved{Shift: l.shift, Parts: []till.Part{tt.ByCard(30)}}, Booked: l.entry(ledger.Creditor(tt.Water), ledger.Card(tt.Ces1), 30)}
	cards := desk(l.opened, byCard)
	return append(l.atTheDesk(), []lie{
		{"nothing", "", atOffice(atBank, l.matched, l.remitted)},
		{"own approval", "by somebody who had a part", append(desk(l.opened, l.paid, l.counted, l.closed), said{tt.Office, tt.Clerk, till.ShiftApproved{Shift: l.shift}})},
		{"early approval", "approves the shift", atOffice(desk(l.opened), till.ShiftApproved{Shift: l.shift})},
		{"approval before its shift", "", atOffice(nil, till.ShiftApproved{Shift: l.shift})},
		{"deposited twice", "was deposited 2 times", atOffice(atBank, with(l.made, func(d *bank.DepositMade) { d.Deposit = id.ID{9} }))},
		{"a lighter bag", "packed with 150 and deposited with 140", atOffice(sound, with(l.made, func(d *bank.DepositMade) { d.Bags, d.Cents = []bank.BagCents{{Bag: "B1", Cents: 140}}, 140 }))},
		{"a wrong sum", "deposits 151, and its bags make 150", atOffice(sound, with(l.made, func(d *bank.DepositMade) { d.Cents = 151 }))},
		{"not the line", "it says 150", atOffice(atBank, with(l.matched, func(m *bank.DepositMatched) { m.Cents, m.Difference = 149, -1 }))},
		{"a difference for nothing", "difference -1", atOffice(atBank, with(l.matched, func(m *bank.DepositMatched) { m.Difference = -1 }))},
		{"nothing arrives", "the bag B1 holds 0, its account 150", atOffice(atBank, with(l.matched, func(m *bank.DepositMatched) { m.Ledger = nil }))},
		{"matched twice", "is matched 2 times", atOffice(atBank, l.matched, l.matched)},
		{"one line for two things", "is matched with", atOffice(atBank, l.matched, with(l.settled, func(s *bank.CardSettled) { s.Cents = 150 }))},
		{"a line again", "came before", atOffice(atBank, l.line)},
		{"cards", "", atOffice(cards, with(l.line, func(s *bank.StatementImported) { s.Lines = []bank.StatementLine{{Ref: "1", Day: today, Cents: 30}} }), l.settled)},
		{"the bank takes a card payment back", "", atOffice(cards, tt.Paid{Booked: l.entry(ledger.Card(tt.Ces1), ledger.Creditor(tt.Water), 30)})},
		{"more than the desks", "the desks make 30", atOffice(cards, with(l.settled, func(s *bank.CardSettled) { s.Cents = 31 }))},
		{"cards that nobody posts", "settles 30 of CES-1 and posts 0", atOffice(cards, with(l.settled, func(s *bank.CardSettled) { s.Ledger = nil }))},
		{"passed on and not posted", "passes 50 on and posts 0", atOffice(sound, with(l.remitted, func(r *bank.RemittanceMade) { r.Ledger = nil }))},
	}...)
}

func (l lies) atTheDesk() []lie {
	cash, water := ledger.Cash(tt.Ces1), ledger.Creditor(tt.Water)
	short := with(l.counted, func(c *till.ShiftCounted) {
		c.Counted, c.Difference, c.Denominations, c.Booked = 100, -50, []till.Pieces{{Cents: 50, N: 2}}, l.entry(cash, ledger.Difference(tt.Ces1), 50)
	})
	return []lie{
		{"two at once", "opens a shift while", desk(l.opened, with(l.opened, func(o *till.ShiftOpened) { o.Shift = id.ID{9} }))},
		{"no shift", "was not opened there", desk(l.paid)},
		{"another desk's shift", "was not opened there", append(desk(l.opened), said{tt.Dze1, tt.Clerk, l.counted})},
		{"a float that is not posted", "the drawer holds 100, its account 0", desk(with(l.opened, func(o *till.ShiftOpened) { o.Ledger = nil }))},
		{"money that is not posted", "moves 50 by cash and posts 0", desk(l.opened, with(l.paid, func(p *tt.Paid) { p.Ledger = nil }))},
		{"less posted than moved", "moves 50 by cash and posts 40", desk(l.opened, with(l.paid, func(p *tt.Paid) { p.Booked = l.entry(water, cash, 40) }))},
		{"posted and not moved", "cash:CES-1: the postings make 150, the lines of the till 100", desk(l.opened, with(l.paid, func(p *tt.Paid) { p.Parts = nil }))},
		{"after the count", "which is counted", desk(l.opened, l.counted, l.paid)},
		{"after the closing", "which is closed", desk(l.opened, l.paid, l.counted, l.closed, l.paid)},
		{"a wrong expectation", "expected 150", desk(l.opened, l.paid, with(l.counted, func(c *till.ShiftCounted) { c.Expected, c.Difference = 140, 10 }))},
		{"a wrong difference", "difference 1", desk(l.opened, l.paid, with(l.counted, func(c *till.ShiftCounted) { c.Difference = 1 }))},
		{"a count left out", "make count 1", desk(l.opened, l.paid, with(l.counted, func(c *till.ShiftCounted) { c.Again = 2 }))},
		{"other pieces", "the pieces make 100", desk(l.opened, l.paid, with(l.counted, func(c *till.ShiftCounted) { c.Denominations = []till.Pieces{{Cents: 50, N: 2}} }))},
		{"a difference that is not posted", "the drawer holds 100, its account 150", desk(l.opened, l.paid, with(short, func(c *till.ShiftCounted) { c.Ledger = nil }))},
		{"closed without a word", "which nobody explained", desk(l.opened, l.paid, short, with(l.closed, func(c *till.ShiftClosed) {
			c.Counted, c.Packed, c.Booked = 100, 100, l.entry(cash, ledger.Transit("B1"), 100)
		}))},
		{"closed without a count", "closes a shift that is open", desk(l.opened, l.paid, l.closed)},
		{"another sum at the closing", "counted 160", desk(l.opened, l.paid, l.counted, with(l.closed, func(c *till.ShiftClosed) { c.Counted, c.Left = 160, 10 }))},
		{"less in the bag", "packed 140, left 0", desk(l.opened, l.paid, l.counted, with(l.closed, func(c *till.ShiftClosed) { c.Packed, c.Booked = 140, l.entry(cash, ledger.Transit("B1"), 140) }))},
		{"packed and not posted", "packs 150 and posts 0", desk(l.opened, l.paid, l.counted, with(l.closed, func(c *till.ShiftClosed) { c.Ledger = nil }))},
	}
}

// with returns the fact after a change.
func with[F any](f F, change func(*F)) F {
	change(&f)
	return f
}
