// Package banktest gives the tests of the way to the bank the network of tilltest with a bank in it, and what people do there.
package banktest

import (
	"testing"

	"vienkopus/internal/bank"
	"vienkopus/internal/bank/banksql"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/dated"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/bill/billsql"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit/audittest"
	"vienkopus/internal/till"
	"vienkopus/internal/till/tillsql"
	tt "vienkopus/internal/till/tilltest"
)

// Today is the day on which the network is opened.
var Today = civil.MustDate("2026-11-21")

// World is the network of tilltest with the bank.
type World struct {
	*tt.World
	Bank *bank.Service
	// Banked answers what the tables of the bank hold.
	Banked banksql.Store
}

// New opens the network at dsn, as tilltest.New does.
func New(tb testing.TB, dsn string) *World {
	tb.Helper()
	w := Join(tb, dsn, "")
	w.Seed()
	return w
}

// Join opens a network that is there already, as a second program does.
func Join(tb testing.TB, dsn, name string) *World {
	tb.Helper()
	w := &World{World: tt.Join(tb, dsn, name, More)}
	w.Bank = bank.New(bank.Config{Journal: w.Journal, Store: w.Banked, Bags: w.Store, Ledger: w.Ledger, Creditors: billsql.Store{}, Zone: tt.Zone(tb)})
	return w
}

// More is the bank as it stands in a network.
var More = tt.More{Facts: bank.Facts(), Projections: []journal.Projection{banksql.Store{}}}

// Check returns what the checks of the till and of the bank find.
func (w *World) Check() []string {
	w.TB.Helper()
	found, err := audittest.Look(w.TB.Context(), w.Journal.DB(), tillsql.Check())
	tt.Must(w.TB, err)
	more, err := audittest.Look(w.TB.Context(), w.Journal.DB(), banksql.Check())
	tt.Must(w.TB, err)
	return append(found, more...)
}

// WholeWay brings cash of two centres from the drawers to the bank, settles cards and passes money on. It uses every kind of line.
func (w *World) WholeWay() {
	w.TB.Helper()
	ctx := w.TB.Context()
	must := func(err error) { w.TB.Helper(); tt.Must(w.TB, err) }
	must(w.Till.SetCashLimit(ctx, w.By(tt.Manager, "NETWORK"), till.LatvianCashLimit()))
	must(w.Till.SetCountRule(ctx, w.By(tt.Manager, "NETWORK"), till.CountRule{Basis: dated.On("2026-01-01", "test", "test"), Desk: "CES-1", Keep: till.AWeek, Most: 50_000}))
	for _, desk := range []string{tt.Ces1, tt.Dze1} {
		s, err := w.Till.Open(ctx, w.By(tt.Clerk, desk), 2000)
		must(err)
		must(w.Pay(w.By(tt.Clerk, desk), tt.Water, tt.InCash(1000), tt.ByCard(500)))
		must(w.Pay(w.By(tt.Clerk, desk), tt.Council, tt.InCash(700)))
		must(w.Pay(w.By(tt.Clerk, desk), tt.Council, tt.InCash(-200)))
		for _, found := range []money.Amount{3490, 3495} {
			_, err = w.Till.Count(ctx, w.By(tt.Clerk, desk), tt.Found(found))
			must(err)
		}
		must(w.Till.Explain(ctx, w.By(tt.Clerk, desk), id.ID{}, till.WrongChange))
		_, err = w.Till.Close(ctx, w.By(tt.Clerk, desk), till.CloseIn{Left: 1000, Bag: "B-" + desk, Seal: "P1"})
		must(err)
		must(w.Till.Object(ctx, w.By(tt.Manager, tt.Office), s.ID, till.BagDoubtful))
		must(w.Till.Approve(ctx, w.By(tt.Manager, tt.Office), s.ID))
		must(w.Till.Give(ctx, w.By(tt.Clerk, desk), "B-"+desk, tt.Collector))
		_, err = w.Till.Take(ctx, w.By(tt.Collector, tt.Office), "B-"+desk, "P2")
		must(err)
		// The next morning fifty cents are missing.
		_, err = w.Till.Open(ctx, w.By(tt.Clerk, desk), 950)
		must(err)
	}
	d, err := w.Bank.Deposit(ctx, w.By(tt.Collector, tt.Office), bank.DepositIn{IBAN: tt.Account, Bags: []string{"B-CES-1"}, Slip: "K1"})
	must(err)
	_, err = w.Bank.Deposit(ctx, w.By(tt.Collector, tt.Office), bank.DepositIn{IBAN: tt.Account, Bags: []string{"B-DZE-1"}, Slip: "K2"})
	must(err)
	_, err = w.Bank.Import(ctx, w.By(tt.Manager, tt.Office), bank.StatementIn{IBAN: tt.Account, Lines: []bank.LineIn{
		{Ref: "1", Day: Today, Cents: 2400, Text: "K1"}, {Ref: "2", Day: Today, Cents: 2495, Text: "K2"}, {Ref: "3", Day: Today, Cents: 790},
	}})
	must(err)
	_, err = w.Bank.Match(ctx, w.By(tt.Manager, tt.Office), "1", d.Deposit)
	must(err)
	must(w.Bank.Explain(ctx, w.By(tt.Manager, tt.Office), d.Deposit, bank.BagShort))
	_, err = w.Bank.SettleCards(ctx, w.By(tt.Manager, tt.Office), bank.SettleIn{IBAN: tt.Account, Ref: "3", Fee: 10})
	must(err)
	_, err = w.Bank.Remit(ctx, w.By(tt.Manager, tt.Office), bank.RemitIn{From: tt.Account, Through: Today, Parts: []bank.Owing{{Creditor: tt.Water, Cents: 2800}}})
	must(err)
}
