package bank_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/bank"
	bt "vienkopus/internal/bank/banktest"
	"vienkopus/internal/bank/statement"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/money"
	"vienkopus/internal/ledger"
	"vienkopus/internal/ledger/ledgersql"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb/dbtest"
	tt "vienkopus/internal/till/tilltest"
)

func TestWhatIsNoStatement(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := bt.New(t, dsn)
		bankSays(t, w, line("1", "2026-11-20", 100, ""))
		before := w.Lines()
		for name, c := range map[string]struct {
			lines []bank.LineIn
			key   string
		}{
			"empty":             {nil, "till.statement"},
			"too long":          {make([]bank.LineIn, bank.MostLines+1), "till.statement"},
			"no reference":      {[]bank.LineIn{line("", "2026-11-20", 100, "")}, "till.bank_ref"},
			"a long reference":  {[]bank.LineIn{line(strings.Repeat("x", 201), "2026-11-20", 100, "")}, "till.bank_ref"},
			"a broken one":      {[]bank.LineIn{line("a\xff", "2026-11-20", 100, "")}, "till.bank_ref"},
			"one of two lines":  {[]bank.LineIn{line("a\nb", "2026-11-20", 100, "")}, "till.bank_ref"},
			"no day":            {[]bank.LineIn{{Ref: "2", Cents: 1}}, "till.day_missing"},
			"nothing":           {[]bank.LineIn{line("2", "2026-11-20", 0, "")}, "till.amount"},
			"too much":          {[]bank.LineIn{line("2", "2026-11-20", ledger.LargestPosting+1, "")}, "till.amount"},
			"two in one":        {[]bank.LineIn{line("2", "2026-11-20", 1, ""), line("2", "2026-11-20", 2, "")}, "till.bank_line_changed"},
			"another sum now":   {[]bank.LineIn{line("1", "2026-11-20", 101, "")}, "till.bank_line_changed"},
			"another day now":   {[]bank.LineIn{line("1", "2026-11-19", 100, "")}, "till.bank_line_changed"},
			"new beside wrong":  {[]bank.LineIn{line("3", "2026-11-20", 1, ""), line("1", "2026-11-19", 100, "")}, "till.bank_line_changed"},
			"an amount of none": {[]bank.LineIn{line("4", "2026-11-20", 1, ""), {}}, "till.bank_ref"},
		} {
			_, err := w.Bank.Import(t.Context(), accountant(w), bank.StatementIn{IBAN: tt.Account, Lines: c.lines})
			if f := fault.First(err); f == nil || f.Key != c.key {
				t.Errorf("%s: %v", name, err)
			}
		}
		_, err := w.Bank.Import(t.Context(), accountant(w), bank.StatementIn{IBAN: "XX", Lines: []bank.LineIn{line("2", "2026-11-20", 1, "")}})
		wantFault(t, err, "till.iban")
		_, err = w.Bank.Import(t.Context(), w.By(tt.Manager, tt.Ces1), bank.StatementIn{IBAN: tt.Account, Lines: []bank.LineIn{line("2", "2026-11-20", 1, "")}})
		wantFault(t, err, "till.not_office")
		// A day that has not come is no mistake of the bank: its lines are left for later, the others are taken.
		done, err := w.Bank.Import(t.Context(), accountant(w), bank.StatementIn{IBAN: tt.Account, Lines: []bank.LineIn{line("2", "2026-11-22", 1, "")}})
		if err != nil || done != (bank.Imported{Later: 1, LaterDay: civil.MustDate("2026-11-22")}) {
			t.Errorf("tomorrow: %+v, %v", done, err)
		}
		if w.Lines() != before {
			t.Error("what was refused left a line")
		}
	})
}

// A long statement makes several lines, each with its own days; every reference is there once.
func TestALongStatement(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := bt.New(t, dsn)
		var lines []bank.LineIn
		for i := range 1201 {
			lines = append(lines, bank.LineIn{Ref: fmt.Sprint("R", i), Day: today.AddDays(-i % 30), Cents: money.Amount(i + 1)})
		}
		before := w.Lines()
		if done := bankSays(t, w, lines...); done.New != 1201 || w.Lines() != before+3 {
			t.Errorf("imported %+v in %d lines", done, w.Lines()-before)
		}
		all, err := w.Banked.Lines(t.Context(), w.Journal.DB(), tt.Cesis, civil.Period{From: today.AddDays(-9), To: today}, false)
		if err != nil || len(all) != 401 || !slices.IsSortedFunc(all, func(a, b bank.Line) int { return a.Day.Compare(b.Day) }) {
			t.Errorf("%d lines of ten days, %v", len(all), err)
		}
	})
}

// What the bank booked in a period that is closed by now is posted today.
func TestAClosedPeriod(t *testing.T) {
	t.Parallel()
	w := bt.New(t, dbtest.SQLite(t))
	taken(t, w, tt.Ces1, "B1", 1000)
	deposit(t, w, "", "B1")
	w.Clock.Advance(5 * 24 * time.Hour)
	_, err := w.Ledger.Close(t.Context(), journal.Request{By: accountant(w).By, Desk: tt.Office, Key: "close"}, tt.Cesis, civil.MustDate("2026-11-23"))
	tt.Must(t, err)
	if done := bankSays(t, w, line("A1", "2026-11-22", 1000, "")); done.Matched != 1 {
		t.Errorf("imported %+v", done)
	}
	book, err := ledgersql.Store{}.Movements(t.Context(), w.Journal.DB(), ledger.Bank(tt.Account), civil.Period{From: today, To: today.AddDays(30)})
	if err != nil || len(book) != 1 || book[0].Day.String() != "2026-11-26" {
		t.Errorf("posted %+v, %v", book, err)
	}
}

// A file of a bank, from its bytes to the postings. Its text names the bag.
func TestAFileOfTheBank(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := bt.New(t, dsn)
		w.Clock.Set(time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC))
		taken(t, w, tt.Ces1, "B-000123", 41230)
		taken(t, w, tt.Dze1, "B-000124", 41230)
		named := deposit(t, w, "", "B-000123")
		other := deposit(t, w, "", "B-000124")
		w.Clock.Set(time.Date(2026, 6, 2, 9, 0, 0, 0, time.UTC))
		for round := range 2 {
			file, err := os.Open("statement/testdata/camt02.xml")
			tt.Must(t, err)
			defer file.Close()
			read, err := statement.Read(file)
			tt.Must(t, err)
			statements := read.Statements
			done, err := w.Bank.Import(t.Context(), accountant(w), bank.Lines(statements[0]))
			want := bank.Imported{New: len(statements[0].Lines), Matched: 1}
			if round > 0 {
				want = bank.Imported{Known: want.New}
			}
			if err != nil || done != want || want.New+want.Known < 5 {
				t.Errorf("round %d: %+v, %v", round, done, err)
			}
		}
		if d := load(t, w, named); d.State != bank.Matched {
			t.Errorf("named in the text: %+v", d)
		}
		if d := load(t, w, other); d.State != bank.Made {
			t.Errorf("not named: %+v", d)
		}
	})
}
