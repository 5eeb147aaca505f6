package tillsql_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"vienkopus/internal/bank"
	bt "vienkopus/internal/bank/banktest"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/id"
	"vienkopus/internal/ledger"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/till"
	tt "vienkopus/internal/till/tilltest"
)

func TestTheCashBookOfADay(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := bt.New(t, dsn)
		w.WholeWay()
		b, err := w.Store.CashBook(t.Context(), w.Journal.DB(), tt.Ces1, today)
		tt.Must(t, err)
		var got []string
		for _, l := range b.Lines {
			got = append(got, fmt.Sprintf("%d %s +%s -%s", l.Number, l.Kind, l.In, l.Out))
		}
		want := []string{
			"1 shift.opened +20.00 -0.00", "2 money.moved +10.00 -0.00", "3 money.moved +7.00 -0.00", "4 money.moved +0.00 -2.00",
			"5 shift.counted +0.00 -0.10", "6 shift.counted +0.05 -0.00", "8 shift.closed +0.00 -24.95", "10 shift.opened +0.00 -0.50",
		}
		if !slices.Equal(got, want) {
			t.Errorf("lines %q", got)
		}
		if b.Opening != 0 || b.Closing != 950 || b.In != 3705 || b.Out != 2755 || b.Opening+b.In-b.Out != b.Closing {
			t.Errorf("book %+v", b)
		}
		next, err := w.Store.CashBook(t.Context(), w.Journal.DB(), tt.Ces1, today.AddDays(1))
		if err != nil || next.Opening != 950 || next.Closing != 950 || len(next.Lines) > 0 {
			t.Errorf("the day after: %+v, %v", next, err)
		}
		days, err := w.Store.BookDays(t.Context(), w.Journal.DB(), tt.Ces1, civil.Period{From: today.AddDays(-5), To: today.AddDays(5)})
		if err != nil || !slices.Equal(days, []civil.Date{today}) {
			t.Errorf("days %v, %v", days, err)
		}
	})
}

func TestTheSummaryOrder(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := bt.New(t, dsn)
		w.WholeWay()
		for _, centre := range []string{"cesis", "dzerbene"} {
			s, err := w.Store.Summary(t.Context(), w.Journal.DB(), ledger.Place{Day: today, Centre: centre, Municipality: tt.Cesis})
			tt.Must(t, err)
			tenders := []till.TenderSum{{Tender: till.Cash, Received: 1700, Returned: 200}, {Tender: till.Card, Received: 500}}
			creditors := []till.CreditorSum{{Creditor: tt.Council, Received: 700, Returned: 200}, {Creditor: tt.Water, Received: 1500}}
			if !slices.Equal(s.Tenders, tenders) || !slices.Equal(s.Creditors, creditors) {
				t.Errorf("%s: %+v", centre, s)
			}
		}
		s, err := w.Store.Summary(t.Context(), w.Journal.DB(), ledger.Place{Day: today, Centre: "cesis", Municipality: tt.Aluksne})
		if err != nil || len(s.Tenders) != 2 || s.Tenders[0].Received != 0 || len(s.Creditors) > 0 {
			t.Errorf("elsewhere: %+v, %v", s, err)
		}
	})
}

func TestShiftsAndDifferences(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := bt.New(t, dsn)
		ctx := t.Context()
		w.WholeWay()
		list := func(f till.ShiftFilter) string {
			f.Municipality = tt.Cesis
			shifts, err := w.Store.Shifts(ctx, w.Journal.DB(), f)
			tt.Must(t, err)
			var text string
			for _, s := range shifts {
				text += fmt.Sprintf("%s %s %s %s %s; ", s.Desk, s.State, s.Difference, s.Explanation, s.Waits())
			}
			return text
		}
		const ces = "CES-1 open -0.50  clerk-counts; CES-1 approved -0.05 wrong-change ; "
		if got := list(till.ShiftFilter{Centre: "cesis"}); got != ces {
			t.Errorf("Cēsis: %s", got)
		}
		if got := list(till.ShiftFilter{Over: civil.Period{From: today, To: today}}); got != ces+"DZE-1 open -0.50  clerk-counts; DZE-1 approved -0.05 wrong-change ; " {
			t.Errorf("all: %s", got)
		}
		if got := list(till.ShiftFilter{Waiting: true, Centre: "cesis"}); got != "CES-1 open -0.50  clerk-counts; " {
			t.Errorf("waiting: %s", got)
		}
		if got := list(till.ShiftFilter{Over: civil.Period{From: today.AddDays(1), To: today.AddDays(1)}}); got != "" {
			t.Errorf("tomorrow: %s", got)
		}
		open, err := w.Store.Differences(ctx, w.Journal.DB(), tt.Cesis)
		if err != nil || len(open) != 2 || open[0].Desk != tt.Ces1 || open[0].Cents != -50 || open[0].State != till.Open {
			t.Errorf("differences %+v, %v", open, err)
		}
		if open, err = w.Store.Differences(ctx, w.Journal.DB(), tt.Aluksne); err != nil || len(open) != 0 {
			t.Errorf("differences of Alūksne %+v, %v", open, err)
		}
		if open, err = w.Store.Differences(ctx, w.Journal.DB(), ""); err != nil || len(open) != 2 {
			t.Errorf("differences of all %+v, %v", open, err)
		}
		// Explained, it waits for the approval.
		_, err = w.Till.Count(ctx, w.By(tt.Clerk, tt.Ces1), tt.Found(950))
		tt.Must(t, err)
		tt.Must(t, w.Till.Explain(ctx, w.By(tt.Clerk, tt.Ces1), id.ID{}, till.FoundLater))
		if open, err = w.Store.Differences(ctx, w.Journal.DB(), tt.Cesis); err != nil || len(open) != 2 || open[0].Reason != "found-later" || open[0].State != till.Counted {
			t.Errorf("differences %+v, %v", open, err)
		}
	})
}

// Five days in a library. Cash stays in the drawer, then goes into bags; the list says since when it lies there until the bank has it.
func TestCashGrowsOld(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := bt.New(t, dsn)
		ctx := t.Context()
		ageing := func(before civil.Date) string {
			t.Helper()
			sites, err := w.Store.Ageing(ctx, w.Journal.DB(), tt.Cesis, before)
			tt.Must(t, err)
			var text string
			for _, s := range sites {
				text += fmt.Sprintf("%s %s since %s, %d bags, %s since %s; ", s.Desk, s.Drawer, s.DrawerSince, len(s.Bags), s.Total, s.Oldest)
			}
			return text
		}
		want := func(text string) {
			t.Helper()
			if got := ageing(civil.Date{}); got != text {
				t.Errorf("%s\nwant %s", got, text)
			}
		}
		day := func(float, taken, left int64, bag string) {
			t.Helper()
			_, err := w.Till.Open(ctx, w.By(tt.Clerk, tt.Dze1), amount(float))
			tt.Must(t, err)
			tt.Must(t, w.Pay(w.By(tt.Clerk, tt.Dze1), tt.Water, tt.InCash(amount(taken))))
			_, err = w.Till.Count(ctx, w.By(tt.Clerk, tt.Dze1), tt.Found(amount(float+taken)))
			tt.Must(t, err)
			_, err = w.Till.Close(ctx, w.By(tt.Clerk, tt.Dze1), till.CloseIn{Left: amount(left), Bag: bag, Seal: bag})
			tt.Must(t, err)
			w.Clock.Advance(24 * time.Hour)
		}
		want("")
		day(2000, 1000, 3000, "") // 21 November: everything stays in the drawer
		want("DZE-1 10.00 since 2026-11-21, 0 bags, 10.00 since 2026-11-21; ")
		day(3000, 500, 3500, "")
		want("DZE-1 15.00 since 2026-11-21, 0 bags, 15.00 since 2026-11-21; ")
		day(3500, 700, 2700, "B1") // the older takings go into the bag; seven euro of today stay
		want("DZE-1 7.00 since 2026-11-23, 1 bags, 22.00 since 2026-11-21; ")
		day(2700, 100, 2000, "B2")
		want("DZE-1 0.00 since , 2 bags, 23.00 since 2026-11-21; ")
		_, err := w.Till.Take(ctx, w.By(tt.Collector, tt.Office), "B1", "B1")
		tt.Must(t, err)
		_, err = w.Bank.Deposit(ctx, w.By(tt.Collector, tt.Office), bank.DepositIn{IBAN: tt.Account, Bags: []string{"B1"}})
		tt.Must(t, err)
		want("DZE-1 0.00 since , 2 bags, 23.00 since 2026-11-21; ")
		_, err = w.Bank.Import(ctx, w.By(tt.Manager, tt.Office), bank.StatementIn{IBAN: tt.Account, Lines: []bank.LineIn{{Ref: "1", Day: today.AddDays(4), Cents: 1500}}})
		tt.Must(t, err)
		want("DZE-1 0.00 since , 1 bags, 8.00 since 2026-11-23; ")
		if got := ageing(today.AddDays(1)); got != "" {
			t.Errorf("older than tomorrow: %s", got)
		}
		if got := ageing(today.AddDays(2)); got == "" {
			t.Error("the bag of the fourth day holds money of the third")
		}
		// The float goes into a bag too; new change money is no takings.
		day(2000, 300, 0, "B3")
		want("DZE-1 0.00 since , 2 bags, 31.00 since 2026-11-23; ")
		day(2500, 400, 2900, "")
		want("DZE-1 4.00 since 2026-11-26, 2 bags, 35.00 since 2026-11-23; ")
		if found := check(w); len(found) > 0 {
			t.Errorf("found %q", found)
		}
	})
}
