package bank_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"vienkopus/internal/bank"
	bt "vienkopus/internal/bank/banktest"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/ledger"
	"vienkopus/internal/ledger/ledgersql"
	"vienkopus/internal/office"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/till"
	tt "vienkopus/internal/till/tilltest"
)

var today = civil.MustDate("2026-11-21")

func wantFault(t *testing.T, err error, key string) {
	t.Helper()
	if f := fault.First(err); f == nil || f.Key != key {
		t.Errorf("got %v, want %s", err, key)
	}
}

func collector(w *bt.World) journal.Request  { return w.By(tt.Collector, tt.Office) }
func accountant(w *bt.World) journal.Request { return w.By(tt.Manager, tt.Office) }

// taken makes a bag with so much cash at a desk, which the collector has taken.
func taken(t *testing.T, w *bt.World, desk, bag string, cents money.Amount) {
	t.Helper()
	ctx := t.Context()
	_, err := w.Till.Open(ctx, w.By(tt.Clerk, desk), 0)
	tt.Must(t, err)
	tt.Must(t, w.Pay(w.By(tt.Clerk, desk), tt.Water, tt.InCash(cents)))
	_, err = w.Till.Count(ctx, w.By(tt.Clerk, desk), tt.Found(cents))
	tt.Must(t, err)
	_, err = w.Till.Close(ctx, w.By(tt.Clerk, desk), till.CloseIn{Bag: bag, Seal: "P"})
	tt.Must(t, err)
	tt.Must(t, w.Till.Give(ctx, w.By(tt.Clerk, desk), bag, ""))
	_, err = w.Till.Take(ctx, collector(w), bag, "P")
	tt.Must(t, err)
}

func deposit(t *testing.T, w *bt.World, slip string, bags ...string) id.ID {
	t.Helper()
	d, err := w.Bank.Deposit(t.Context(), collector(w), bank.DepositIn{IBAN: tt.Account, Bags: bags, Slip: slip})
	tt.Must(t, err)
	return d.Deposit
}

func load(t *testing.T, w *bt.World, d id.ID) bank.Deposit {
	t.Helper()
	found, err := w.Banked.Deposit(t.Context(), w.Journal.DB(), d)
	tt.Must(t, err)
	return found
}

func line(ref, day string, cents money.Amount, text string) bank.LineIn {
	return bank.LineIn{Ref: ref, Day: civil.MustDate(day), Cents: cents, Text: text}
}

func bankSays(t *testing.T, w *bt.World, lines ...bank.LineIn) bank.Imported {
	t.Helper()
	done, err := w.Bank.Import(t.Context(), accountant(w), bank.StatementIn{IBAN: tt.Account, Lines: lines})
	tt.Must(t, err)
	return done
}

func balance(t *testing.T, w *bt.World, account ledger.Account) money.Amount {
	t.Helper()
	cents, err := ledgersql.Store{}.Balance(t.Context(), w.Journal.DB(), account, civil.MustDate("9999-12-31"))
	tt.Must(t, err)
	return cents
}

func TestCashReachesTheBank(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := bt.New(t, dsn)
		taken(t, w, tt.Ces1, "B1", 1000)
		taken(t, w, tt.Dze1, "B2", 2000)
		taken(t, w, tt.Ces2, "B3", 4000)
		both := deposit(t, w, "K-7/1", "b2", "B1")
		alone := deposit(t, w, "", "B3")
		if d := load(t, w, both); d.Cents != 3000 || d.State != bank.Made || len(d.Bags) != 2 || d.Bags[0].Bag != "B1" || d.Bags[1].Centre != "dzerbene" || d.By != tt.Collector {
			t.Errorf("deposit: %+v", d)
		}
		lines := []bank.LineIn{
			line("A1", "2026-11-21", 3000, "Skaidras naudas iemaksa, kvīts k-7/1, Anna Bērziņa"),
			line("A2", "2026-11-21", 4000, ""),
			line("A3", "2026-11-21", -120, "komisija"),
			line("A4", "2026-11-21", 777, "kāds pārskaitījums"),
		}
		if done := bankSays(t, w, lines...); done != (bank.Imported{New: 4, Matched: 2}) {
			t.Errorf("imported %+v", done)
		}
		for account, want := range map[ledger.Account]money.Amount{
			ledger.Transit("B1"): 0, ledger.Transit("B2"): 0, ledger.Transit("B3"): 0, ledger.Bank(tt.Account): 7000, ledger.Cash(tt.Dze1): 0,
		} {
			if got := balance(t, w, account); got != want {
				t.Errorf("%s holds %s, want %s", account, got, want)
			}
		}
		if d := load(t, w, both); d.State != bank.Matched || d.Ref != "A1" || d.Unexplained() {
			t.Errorf("matched: %+v", d)
		}
		if d := load(t, w, alone); d.Ref != "A2" {
			t.Errorf("by its sum: %+v", d)
		}
		before := w.Lines()
		// The same file, and one that overlaps.
		if done := bankSays(t, w, lines...); done != (bank.Imported{Known: 4, Unproven: 4}) || w.Lines() != before {
			t.Errorf("again: %+v, %d lines more", done, w.Lines()-before)
		}
		if done := bankSays(t, w, append(lines[2:], line("A5", "2026-11-21", 1, ""), line("A5", "2026-11-21", 1, ""))...); done != (bank.Imported{New: 1, Known: 3, Unproven: 2}) {
			t.Errorf("overlapping: %+v", done)
		}
		open, err := w.Banked.Lines(t.Context(), w.Journal.DB(), tt.Cesis, civil.Period{}, true)
		if err != nil || len(open) != 2 || open[0].Ref != "A4" || open[1].Ref != "A5" {
			t.Errorf("open: %+v, %v", open, err)
		}
		entries, err := w.Journal.Lines(t.Context(), w.Journal.DB(), tt.Office, 0, 100)
		tt.Must(t, err)
		for _, e := range entries {
			if bytes.Contains(e.Body, []byte("Anna")) || bytes.Contains(e.Body, []byte("komisija")) {
				t.Errorf("line %d holds the text of the bank: %s", e.Number, e.Body)
			}
		}
	})
}

func TestWhatIsNotCertainIsLeftToPeople(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := bt.New(t, dsn)
		bags := map[string]money.Amount{"B1": 1000, "B2": 1000, "B3": 3000, "B4": 4000, "B5": 5000}
		for _, bag := range []string{"B1", "B2", "B3", "B4", "B5"} {
			taken(t, w, tt.Ces1, bag, bags[bag])
		}
		deposit(t, w, "", "B1")
		deposit(t, w, "", "B2")
		deposit(t, w, "123", "B3")
		deposit(t, w, "", "B4")
		w.Clock.Advance(20 * 24 * time.Hour)
		deposit(t, w, "", "B5")
		done := bankSays(
			t, w,
			line("1", "2026-11-22", 1000, "two deposits of this sum"),
			line("2", "2026-11-22", 2999, "slip 123, one cent less"),
			line("3", "2026-11-22", 4000, "slip 123 named, another sum"),
			line("4", "2026-11-22", 3000, "slip 1234 is another slip; the sum is that of 123"),
			line("5", "2026-11-22", 5000, "nearly three weeks before its deposit"),
			line("6", "2026-11-23", 4000, "the right one, number 91234"),
			line("7", "2026-11-24", -4000, "money that went out"),
		)
		// Line 4 names slip 123 at its end, and line 6 is the only one of its sum, because line 3 names another slip.
		if done.New != 7 || done.Matched != 2 {
			t.Errorf("imported %+v", done)
		}
		for ref, want := range map[string]bool{"1": false, "2": false, "3": false, "4": true, "5": false, "6": true} {
			l, ok, err := w.Banked.Line(t.Context(), w.Journal.DB(), tt.Account, ref)
			if err != nil || !ok || l.Used() != want {
				t.Errorf("line %s: %+v, %t, %v", ref, l, ok, err)
			}
		}
	})
}

// Two lines of one sum, one deposit: nobody knows which.
func TestTwoLinesForOneDeposit(t *testing.T) {
	t.Parallel()
	w := bt.New(t, dbtest.SQLite(t))
	taken(t, w, tt.Ces1, "B1", 1000)
	deposit(t, w, "", "B1")
	if done := bankSays(t, w, line("1", "2026-11-21", 1000, ""), line("2", "2026-11-21", 1000, "")); done.Matched != 0 {
		t.Errorf("imported %+v", done)
	}
}

func TestTheBankCountedLess(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := bt.New(t, dsn)
		ctx := t.Context()
		taken(t, w, tt.Ces1, "B1", 1000)
		taken(t, w, tt.Dze1, "B2", 2000)
		taken(t, w, tt.Ces1, "B3", 500)
		d := deposit(t, w, "K1", "B1", "B2", "B3")
		bankSays(t, w, line("A1", "2026-11-21", 3450, "K1"), line("A2", "2026-11-21", -5, ""))
		_, err := w.Bank.Match(ctx, accountant(w), "A9", d)
		wantFault(t, err, "till.bank_line_unknown")
		_, err = w.Bank.Match(ctx, accountant(w), "A2", d)
		wantFault(t, err, "till.bank_line_out")
		_, err = w.Bank.Match(ctx, w.By(tt.Manager, office.Desk(tt.Aluksne)), "A1", d)
		wantFault(t, err, "till.other_office")
		_, err = w.Bank.Match(ctx, accountant(w), "A1", id.ID{1})
		wantFault(t, err, "till.deposit_unknown")
		wantFault(t, w.Bank.Explain(ctx, accountant(w), d, bank.BagShort), "till.deposit_open")
		r := accountant(w)
		for range 2 {
			f, err := w.Bank.Match(ctx, r, "A1", d)
			if err != nil || f.Difference != -50 || f.Cents != 3450 || len(f.Ledger) != 2 {
				t.Fatalf("matched: %+v, %v", f, err)
			}
		}
		for account, want := range map[ledger.Account]money.Amount{
			ledger.Transit("B1"): 0, ledger.Transit("B2"): 0, ledger.Transit("B3"): 0, ledger.Bank(tt.Account): 3450, ledger.Difference(tt.Ces1): 50, ledger.Difference(tt.Dze1): 0,
		} {
			if got := balance(t, w, account); got != want {
				t.Errorf("%s holds %s, want %s", account, got, want)
			}
		}
		open, err := w.Store.Differences(ctx, w.Journal.DB(), tt.Cesis)
		if err != nil || len(open) != 1 || open[0].Deposit != d || open[0].Cents != -50 || open[0].Desk != tt.Ces1 {
			t.Errorf("differences: %+v, %v", open, err)
		}
		wantFault(t, w.Bank.Explain(ctx, accountant(w), d, "because"), "till.reason")
		wantFault(t, w.Bank.Explain(ctx, w.By(tt.Manager, office.Desk(tt.Aluksne)), d, bank.BagShort), "till.other_office")
		tt.Must(t, w.Bank.Explain(ctx, accountant(w), d, bank.Unknown))
		tt.Must(t, w.Bank.Explain(ctx, accountant(w), d, bank.FalseNote))
		if got := load(t, w, d); got.Reason != bank.FalseNote || got.Unexplained() {
			t.Errorf("explained: %+v", got)
		}
		if open, err = w.Store.Differences(ctx, w.Journal.DB(), tt.Cesis); err != nil || len(open) != 0 {
			t.Errorf("differences: %+v, %v", open, err)
		}
		_, err = w.Bank.Match(ctx, accountant(w), "A1", d)
		wantFault(t, err, "till.deposit_matched")
		taken(t, w, tt.Ces1, "B4", 3450)
		_, err = w.Bank.Match(ctx, accountant(w), "A1", deposit(t, w, "", "B4"))
		wantFault(t, err, "till.bank_line_used")
	})
}

// The bank may count nothing in the first bag, or more than there was.
func TestDifferencesOfEverySize(t *testing.T) {
	t.Parallel()
	w := bt.New(t, dbtest.SQLite(t))
	for i, counted := range []money.Amount{1, 1999, 2000, 2001, 3000, 9999} {
		first, second := fmt.Sprint("A", i), fmt.Sprint("B", i)
		taken(t, w, tt.Ces1, first, 1000)
		taken(t, w, tt.Dze1, second, 2000)
		d := deposit(t, w, "", first, second)
		ref := fmt.Sprint("R", i)
		before := balance(t, w, ledger.Bank(tt.Account))
		if bankSays(t, w, line(ref, "2026-11-21", counted, "")).Matched == 0 {
			_, err := w.Bank.Match(t.Context(), accountant(w), ref, d)
			tt.Must(t, err)
		}
		if got := balance(t, w, ledger.Bank(tt.Account)) - before; got != counted || balance(t, w, ledger.Transit(first)) != 0 || balance(t, w, ledger.Transit(second)) != 0 {
			t.Errorf("counted %s: %s came to the bank", counted, got)
		}
	}
}

func TestWhatCannotBeDeposited(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := bt.New(t, dsn)
		taken(t, w, tt.Ces1, "B1", 1000)
		taken(t, w, tt.Ces1, "B2", 1000)
		deposit(t, w, "K1", "B1")
		before := w.Lines()
		in := func(bags ...string) bank.DepositIn { return bank.DepositIn{IBAN: tt.Account, Bags: bags} }
		slip := in("B2")
		slip.Slip = "k1"
		wrongSlip := in("B2")
		wrongSlip.Slip = "K:1"
		for name, c := range map[string]struct {
			by  journal.Request
			in  bank.DepositIn
			key string
		}{
			"no office":         {w.By(tt.Collector, tt.Ces1), in("B2"), "till.not_office"},
			"another office":    {w.By(tt.Collector, office.Desk(tt.Aluksne)), in("B2"), "till.other_office"},
			"no bag":            {collector(w), in(), "till.bags"},
			"too many":          {collector(w), in(make([]string, bank.MostBags+1)...), "till.bags"},
			"a bag twice":       {collector(w), in("B2", "b2"), "till.bag_repeated"},
			"no number":         {collector(w), in(""), "till.code"},
			"unknown":           {collector(w), in("B2", "B9"), "till.bag_unknown"},
			"deposited":         {collector(w), in("B2", "B1"), "till.bag_deposited"},
			"somebody else's":   {w.By(tt.Second, tt.Office), in("B2"), "till.bag_other_collector"},
			"a slip again":      {collector(w), slip, "till.slip_used"},
			"a slip that isn't": {collector(w), wrongSlip, "till.code"},
			"no account":        {collector(w), bank.DepositIn{IBAN: "LV80", Bags: []string{"B2"}}, "till.iban"},
		} {
			t.Run(name, func(t *testing.T) {
				_, err := w.Bank.Deposit(t.Context(), c.by, c.in)
				wantFault(t, err, c.key)
			})
		}
		if w.Lines() != before {
			t.Error("what was refused left a line")
		}
	})
}
