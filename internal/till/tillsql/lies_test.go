package tillsql_test

import (
	"errors"
	"testing"

	bt "vienkopus/internal/bank/banktest"
	"vienkopus/internal/base/id"
	"vienkopus/internal/ledger"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/till"
	tt "vienkopus/internal/till/tilltest"
)

// lies are sound lines of a shift, and what makes them wrong.
type lies struct {
	bt.Sound
	tb testing.TB
}

func (l lies) atTheDesk() []bt.Lie {
	cash, water := ledger.Cash(tt.Ces1), ledger.Creditor(tt.Water)
	short := bt.With(l.Counted, func(c *till.ShiftCounted) {
		c.Counted, c.Difference, c.Denominations, c.Booked = 100, -50, []till.Pieces{{Cents: 50, N: 2}}, bt.Entry(l.tb, cash, ledger.Difference(tt.Ces1), 50)
	})
	return []bt.Lie{
		bt.Told("nothing", "", bt.AtOffice(bt.AtDesk(l.Opened, l.Paid, l.Counted, l.Closed), l.Made, l.Line, l.Matched, l.Remitted)),
		bt.Told("own approval", "by somebody who had a part", append(bt.AtDesk(l.Opened, l.Paid, l.Counted, l.Closed), bt.Said{Desk: tt.Office, Who: tt.Clerk, Fact: till.ShiftApproved{Shift: l.Shift}})),
		bt.Told("early approval", "approves the shift", bt.AtOffice(bt.AtDesk(l.Opened), till.ShiftApproved{Shift: l.Shift})),
		bt.Told("approval before its shift", "", bt.AtOffice(nil, till.ShiftApproved{Shift: l.Shift})),
		bt.Told("two at once", "opens a shift while", bt.AtDesk(l.Opened, bt.With(l.Opened, func(o *till.ShiftOpened) { o.Shift = id.ID{9} }))),
		bt.Told("no shift", "was not opened there", bt.AtDesk(l.Paid)),
		bt.Told("another desk's shift", "was not opened there", append(bt.AtDesk(l.Opened), bt.Said{Desk: tt.Dze1, Who: tt.Clerk, Fact: l.Paid})),
		bt.Told("a float that is not posted", "the drawer holds 100, its account 0", bt.AtDesk(bt.With(l.Opened, func(o *till.ShiftOpened) { o.Ledger = nil }))),
		bt.Told("money that is not posted", "moves 50 by cash and posts 0", bt.AtDesk(l.Opened, bt.With(l.Paid, func(p *tt.Paid) { p.Ledger = nil }))),
		bt.Told("less posted than moved", "moves 50 by cash and posts 40", bt.AtDesk(l.Opened, bt.With(l.Paid, func(p *tt.Paid) { p.Booked = bt.Entry(l.tb, water, cash, 40) }))),
		bt.Told("posted and not moved", "cash:CES-1: the postings make 150, the lines of the till 100", bt.AtDesk(l.Opened, bt.With(l.Paid, func(p *tt.Paid) { p.Parts = nil }))),
		bt.Told("after the count", "which is counted", bt.AtDesk(l.Opened, l.Counted, l.Paid)),
		bt.Told("after the closing", "which is closed", bt.AtDesk(l.Opened, l.Paid, l.Counted, l.Closed, l.Paid)),
		bt.Told("a wrong expectation", "expected 150", bt.AtDesk(l.Opened, l.Paid, bt.With(l.Counted, func(c *till.ShiftCounted) { c.Expected, c.Difference = 140, 10 }))),
		bt.Told("a wrong difference", "difference 1", bt.AtDesk(l.Opened, l.Paid, bt.With(l.Counted, func(c *till.ShiftCounted) { c.Difference = 1 }))),
		bt.Told("a count left out", "make count 1", bt.AtDesk(l.Opened, l.Paid, bt.With(l.Counted, func(c *till.ShiftCounted) { c.Again = 2 }))),
		bt.Told("other pieces", "the pieces make 100", bt.AtDesk(l.Opened, l.Paid, bt.With(l.Counted, func(c *till.ShiftCounted) { c.Denominations = []till.Pieces{{Cents: 50, N: 2}} }))),
		bt.Told("a difference that is not posted", "the drawer holds 100, its account 150", bt.AtDesk(l.Opened, l.Paid, bt.With(short, func(c *till.ShiftCounted) { c.Ledger = nil }))),
		bt.Told("closed without a word", "which nobody explained", bt.AtDesk(l.Opened, l.Paid, short, bt.With(l.Closed, func(c *till.ShiftClosed) {
			c.Counted, c.Packed, c.Booked = 100, 100, bt.Entry(l.tb, cash, ledger.Transit("B1"), 100)
		}))),
		bt.Told("closed without a count", "closes a shift that is open", bt.AtDesk(l.Opened, l.Paid, l.Closed)),
		bt.Told("another sum at the closing", "counted 160", bt.AtDesk(l.Opened, l.Paid, l.Counted, bt.With(l.Closed, func(c *till.ShiftClosed) { c.Counted, c.Left = 160, 10 }))),
		bt.Told("less in the bag", "packed 140, left 0", bt.AtDesk(l.Opened, l.Paid, l.Counted, bt.With(l.Closed, func(c *till.ShiftClosed) { c.Packed, c.Booked = 140, bt.Entry(l.tb, cash, ledger.Transit("B1"), 140) }))),
		bt.Told("packed and not posted", "packs 150 and posts 0", bt.AtDesk(l.Opened, l.Paid, l.Counted, bt.With(l.Closed, func(c *till.ShiftClosed) { c.Ledger = nil }))),
	}
}

// A count, an explanation or a closing of a shift that was not opened at the desk changes no row, and is refused.
func TestNothingIsCountedOfAShiftOfAnotherDesk(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w, l := bt.New(t, dsn), bt.NewSound(t)
		tt.Must(t, w.Post(tt.Ces1, tt.Clerk, l.Opened))
		if err := w.Post(tt.Dze1, tt.Clerk, l.Counted); !errors.Is(err, sqldb.ErrNoRow) {
			t.Errorf("counted at another desk: %v", err)
		}
		tt.Must(t, w.Post(tt.Ces1, tt.Clerk, l.Counted))
	})
}
