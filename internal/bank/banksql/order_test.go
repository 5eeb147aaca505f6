package banksql_test

import (
	"slices"
	"testing"

	"vienkopus/internal/bank"
	bt "vienkopus/internal/bank/banktest"
	"vienkopus/internal/base/id"
	"vienkopus/internal/ledger"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/till"
	tt "vienkopus/internal/till/tilltest"
)

// Whichever desk's lines a node gets first, the rows are the same, and so is what is shown of them: where the bag is, and what the bank counted otherwise.
func TestDesksComeInAnyOrder(t *testing.T) {
	t.Parallel()
	s := bt.NewSound(t)
	desk := bt.AtDesk(s.Opened, s.Paid, s.Counted, s.Closed)
	short := bt.With(s.Matched, func(m *bank.DepositMatched) {
		m.Cents, m.Difference, m.Booked = 140, -10, bt.Entry(t, ledger.Transit("B1"), ledger.Bank(tt.Account), 140)
	})
	office := bt.AtOffice(nil, till.BagTaken{Bag: "B1", Seal: "P"}, s.Made, bt.With(s.Line, func(l *bank.StatementImported) { l.Lines[0].Cents = 140 }), short)
	explained := bt.AtOffice(nil, bank.DepositExplained{Deposit: s.Made.Deposit, Reason: bank.BagShort})
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := bt.New(t, dsn)
		rows := w.Dump()
		told := map[string]string{}
		for name, lines := range map[string][]bt.Said{
			"the desk first":         slices.Concat(desk, office),
			"the office first":       slices.Concat(office, desk),
			"mixed":                  slices.Concat(desk[:2], office[:2], desk[2:], office[2:]),
			"the confirmation first": slices.Concat(office[:3], desk[:1], office[3:], desk[1:]),
		} {
			w := bt.New(t, dbtest.SQLite(t))
			if dbtest.Engine(dsn) == "postgres" {
				w = bt.New(t, dbtest.Postgres(t))
			}
			say(t, w, lines)
			told[name] = w.Dump()
			b, err := w.Store.Bag(t.Context(), w.Journal.DB(), "B1")
			if err != nil || b.State != till.Matched || b.Deposit != s.Made.Deposit || !slices.Equal(b.Contradictions, []till.Contradiction{till.NeverGiven}) {
				t.Errorf("%s: the bag %+v, %v", name, b, err)
			}
			open := differences(t, w)
			want := till.Difference{Deposit: s.Made.Deposit, Desk: tt.Ces1, Centre: "cesis", Municipality: tt.Cesis, Day: bt.Today, Cents: -10}
			if len(open) != 1 || open[0] != want {
				t.Errorf("%s: differences %+v", name, open)
			}
			say(t, w, explained)
			if open := differences(t, w); len(open) > 0 {
				t.Errorf("%s: explained, and listed: %+v", name, open)
			}
		}
		for name, dump := range told {
			if dump == rows || dump != told["the desk first"] {
				t.Errorf("%s: other rows:\n%s\nwant\n%s", name, dump, told["the desk first"])
			}
		}
	})
}

// What the bank counted otherwise of a bag that nobody has packed yet is shown without a desk, and gets its desk with the line of the shift.
func TestADifferenceBeforeItsBag(t *testing.T) {
	t.Parallel()
	s := bt.NewSound(t)
	w := bt.New(t, dbtest.SQLite(t))
	say(t, w, bt.AtOffice(nil, bt.With(s.Matched, func(m *bank.DepositMatched) { m.Difference = 5 })))
	if open := differences(t, w); len(open) > 0 {
		t.Errorf("of no deposit: %+v", open)
	}
	say(t, w, bt.AtOffice(nil, s.Made))
	if open := differences(t, w); len(open) != 1 || open[0].Desk != "" || open[0].Cents != 5 {
		t.Errorf("of no bag: %+v", open)
	}
	say(t, w, bt.AtDesk(s.Opened, s.Paid, s.Counted, s.Closed))
	if open := differences(t, w); len(open) != 1 || open[0].Desk != tt.Ces1 {
		t.Errorf("of a bag: %+v", open)
	}
	// A node that did not know of the match matched it too: the first line counts, as in the accounts.
	say(t, w, bt.AtOffice(nil, bt.With(s.Matched, func(m *bank.DepositMatched) { m.Difference = 7 })))
	if open := differences(t, w); len(open) != 1 || open[0].Cents != 5 {
		t.Errorf("matched twice: %+v", open)
	}
	d, err := w.Banked.Deposit(t.Context(), w.Journal.DB(), s.Made.Deposit)
	if err != nil || d.Difference != 5 || d.ID == (id.ID{}) {
		t.Errorf("the deposit: %+v, %v", d, err)
	}
}

func say(t *testing.T, w *bt.World, lines []bt.Said) {
	t.Helper()
	for _, l := range lines {
		tt.Must(t, w.Post(l.Desk, l.Who, l.Fact))
	}
}

func differences(t *testing.T, w *bt.World) []till.Difference {
	t.Helper()
	open, err := w.Store.Differences(t.Context(), w.Journal.DB(), tt.Cesis)
	tt.Must(t, err)
	return open
}
