package banktest

import (
	"strings"
	"testing"

	"vienkopus/internal/bank"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/ledger"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/till"
	tt "vienkopus/internal/till/tilltest"
)

// Sound are sound lines of a shift and its way to the bank; a lie says one of them otherwise.
type Sound struct {
	Opened   till.ShiftOpened
	Paid     tt.Paid
	Counted  till.ShiftCounted
	Closed   till.ShiftClosed
	Made     bank.DepositMade
	Line     bank.StatementImported
	Matched  bank.DepositMatched
	Settled  bank.CardSettled
	Remitted bank.RemittanceMade
	Shift    id.ID
}

// Entry moves cents between two accounts in the town of Cēsis.
func Entry(tb testing.TB, from, to ledger.Account, cents money.Amount) ledger.Booked {
	tb.Helper()
	at := ledger.Place{Day: Today, Centre: "cesis", Municipality: tt.Cesis}
	e, err := ledger.NewEntry(at, ledger.Posting{Account: to, Cents: cents}, ledger.Posting{Account: from, Cents: -cents})
	tt.Must(tb, err)
	return ledger.Booked{Ledger: []ledger.Entry{e}}
}

// NewSound returns the lines.
func NewSound(tb testing.TB) Sound {
	tb.Helper()
	at := ledger.Place{Day: Today, Centre: "cesis", Municipality: tt.Cesis}
	shift, deposit := id.ID{1}, id.ID{2}
	entry := func(from, to ledger.Account, cents money.Amount) ledger.Booked {
		tb.Helper()
		return Entry(tb, from, to, cents)
	}
	cash, card, bag, iban := ledger.Cash(tt.Ces1), ledger.Card(tt.Ces1), ledger.Transit("B1"), ledger.Bank(tt.Account)
	water := ledger.Creditor(tt.Water)
	return Sound{
		Opened:  till.ShiftOpened{Shift: shift, Place: at, Float: 100, Booked: entry(ledger.Float(tt.Ces1), cash, 100)},
		Paid:    tt.Paid{Moved: till.Moved{Shift: shift, Parts: []till.Part{tt.InCash(50)}}, Booked: entry(water, cash, 50)},
		Counted: till.ShiftCounted{Shift: shift, Place: at, Counted: 150, Expected: 150, Again: 1, Denominations: []till.Pieces{{Cents: 50, N: 3}}},
		Closed:  till.ShiftClosed{Shift: shift, Place: at, Counted: 150, Packed: 150, Bag: "B1", Seal: "P", Booked: entry(cash, bag, 150)},
		Made:    bank.DepositMade{Deposit: deposit, Municipality: tt.Cesis, Day: Today, IBAN: tt.Account, Bags: []bank.BagCents{{Bag: "B1", Cents: 150}}, Cents: 150},
		Line:    bank.StatementImported{Municipality: tt.Cesis, IBAN: tt.Account, From: Today, To: Today, Lines: []bank.StatementLine{{Ref: "1", Day: Today, Cents: 150}}},
		Matched: bank.DepositMatched{Deposit: deposit, IBAN: tt.Account, Ref: "1", Day: Today, Cents: 150, Booked: entry(bag, iban, 150)},
		Settled: bank.CardSettled{
			IBAN: tt.Account, Ref: "1", Day: Today, Municipality: tt.Cesis, Cents: 30, Desks: []bank.DeskCents{{Desk: tt.Ces1, Cents: 30}}, Booked: entry(card, iban, 30),
		},
		Remitted: bank.RemittanceMade{
			Remittance: id.ID{3}, Municipality: tt.Cesis, Day: Today, Creditor: tt.Water, Through: Today, Cents: 50, From: tt.Account, To: tt.Account, Booked: entry(iban, water, 50),
		},
		Shift: shift,
	}
}

// Said is a line that somebody writes at a desk without a rule.
type Said struct {
	Desk, Who string
	Fact      journal.Fact
}

// Lie is a row of lines, and what a check says about them; nothing for lines that are sound.
type Lie struct {
	Name, Says string
	Lines      []Said
}

// Told is a lie, or a truth when a check says nothing about it.
func Told(name, says string, lines []Said) Lie { return Lie{Name: name, Says: says, Lines: lines} }

// AtDesk are lines of a clerk.
func AtDesk(facts ...journal.Fact) []Said {
	var all []Said
	for _, f := range facts {
		all = append(all, Said{tt.Ces1, tt.Clerk, f})
	}
	return all
}

// AtOffice are lines of the office behind others.
func AtOffice(before []Said, facts ...journal.Fact) []Said {
	all := append([]Said(nil), before...)
	for _, f := range facts {
		all = append(all, Said{tt.Office, tt.Manager, f})
	}
	return all
}

// With returns the fact after a change.
func With[F any](f F, change func(*F)) F {
	change(&f)
	return f
}

// Tell writes each lie into a network of its own and holds what a check finds against what it should say.
func Tell(t *testing.T, lies []Lie, check func(w *World) []string) {
	t.Helper()
	for _, c := range lies {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			w := New(t, dbtest.SQLite(t))
			for _, l := range c.Lines {
				tt.Must(t, w.Post(l.Desk, l.Who, l.Fact))
			}
			found := strings.Join(check(w), "\n")
			if c.Says == "" && found != "" || !strings.Contains(found, c.Says) {
				t.Errorf("found %q, want %q", found, c.Says)
			}
		})
	}
}

// Spoil changes the tables by each statement once and holds what a check finds against what it should say; then the tables are made anew.
func (w *World) Spoil(t *testing.T, statements map[string]string, check func(w *World) []string) {
	t.Helper()
	if found := check(w); len(found) > 0 {
		t.Fatalf("before: %q", found)
	}
	sound := w.Dump()
	for statement, says := range statements {
		w.Plant(statement)
		if found := strings.Join(check(w), "\n"); !strings.Contains(found, says) {
			t.Errorf("%s: found %q", statement, found)
		}
		tt.Must(t, w.Journal.Rebuild(t.Context(), nil))
	}
	if found := check(w); len(found) > 0 || w.Dump() != sound {
		t.Errorf("after the rebuilds: %q", found)
	}
}
