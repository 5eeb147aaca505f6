package till_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/dated"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
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

// day is an evening in the library of Dzērbene: 20 euro of change money, 30 in cash and 8 by card taken.
func day(t *testing.T, w *tt.World) till.Shift {
	t.Helper()
	s, err := w.Till.Open(t.Context(), w.By(tt.Clerk, tt.Dze1), 2000)
	tt.Must(t, err)
	tt.Must(t, w.Pay(w.By(tt.Clerk, tt.Dze1), tt.Water, tt.InCash(1000), tt.ByCard(800)))
	tt.Must(t, w.Pay(w.By(tt.Colleague, tt.Dze1), tt.Council, tt.InCash(2500)))
	tt.Must(t, w.Pay(w.By(tt.Clerk, tt.Dze1), tt.Council, tt.InCash(-500)))
	return s
}

func shift(t *testing.T, w *tt.World, of id.ID) till.Shift {
	t.Helper()
	s, err := w.Store.Shift(t.Context(), w.Journal.DB(), of)
	tt.Must(t, err)
	return s
}

func TestAnEveningWithOneClerk(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := tt.New(t, dsn)
		ctx := t.Context()
		s := day(t, w)
		_, err := w.Till.Close(ctx, w.By(tt.Clerk, tt.Dze1), till.CloseIn{Left: 2000})
		wantFault(t, err, "till.not_counted")
		first, err := w.Till.Count(ctx, w.By(tt.Clerk, tt.Dze1), tt.Found(4950))
		if err != nil || first.Again != 1 || first.Counted != 4950 || first.Expected != 5000 || first.Difference != -50 || first.By != tt.Clerk {
			t.Fatalf("first count: %+v, %v", first, err)
		}
		wantFault(t, w.Pay(w.By(tt.Clerk, tt.Dze1), tt.Water, tt.InCash(1)), "till.no_shift")
		again, err := w.Till.Count(ctx, w.By(tt.Clerk, tt.Dze1), tt.Found(4980))
		if err != nil || again.Again != 2 || again.Expected != 4950 || again.Difference != 30 {
			t.Fatalf("second count: %+v, %v", again, err)
		}
		if got := shift(t, w, s.ID); got.Difference != -20 || got.Counted != 4980 || got.Waits() != till.ClerkExplains {
			t.Errorf("after two counts: %+v", got)
		}
		in := till.CloseIn{Left: 2000, Bag: " b-000123 ", Seal: "p 77"}
		_, err = w.Till.Close(ctx, w.By(tt.Clerk, tt.Dze1), in)
		wantFault(t, err, "till.unexplained")
		tt.Must(t, w.Till.Explain(ctx, w.By(tt.Clerk, tt.Dze1), id.ID{}, till.WrongChange))
		// The same sum again changes nothing that was explained.
		_, err = w.Till.Count(ctx, w.By(tt.Clerk, tt.Dze1), tt.Found(4980))
		tt.Must(t, err)
		f, err := w.Till.Close(ctx, w.By(tt.Clerk, tt.Dze1), in)
		if err != nil || f.Packed != 2980 || f.Bag != "B-000123" || f.Seal != "P77" || f.Counted != 4980 {
			t.Fatalf("closed: %+v, %v", f, err)
		}
		wantFault(t, w.Till.Approve(ctx, w.By(tt.Clerk, tt.Office), s.ID), "till.own_shift")
		wantFault(t, w.Till.Approve(ctx, w.By(tt.Colleague, tt.Office), s.ID), "till.own_shift")
		wantFault(t, w.Till.Approve(ctx, w.By(tt.Manager, office.Desk(tt.Aluksne)), s.ID), "till.other_office")
		tt.Must(t, w.Till.Object(ctx, w.By(tt.Manager, tt.Office), s.ID, till.ReasonDoubtful))
		if got := shift(t, w, s.ID); got.State != till.Objected {
			t.Errorf("objected: %+v", got)
		}
		wantFault(t, w.Till.Explain(ctx, w.By(tt.Clerk, tt.Ces1), s.ID, till.Unknown), "till.other_desk")
		tt.Must(t, w.Till.Explain(ctx, w.By(tt.Second, tt.Dze1), s.ID, till.BillMistaken))
		wantFault(t, w.Till.Approve(ctx, w.By(tt.Second, tt.Office), s.ID), "till.own_shift")
		tt.Must(t, w.Till.Approve(ctx, w.By(tt.Manager, tt.Office), s.ID))
		if got := shift(t, w, s.ID); got.State != till.Approved || got.Explanation != till.BillMistaken || got.Left != 2000 || got.Waits() != till.NoWait {
			t.Errorf("approved: %+v", got)
		}
		verdicts, err := w.Store.Verdicts(ctx, w.Journal.DB(), s.ID)
		if err != nil || len(verdicts) != 2 || verdicts[0].Why != till.ReasonDoubtful || verdicts[1].By != tt.Manager {
			t.Errorf("verdicts %+v, %v", verdicts, err)
		}
		counts, err := w.Store.Counts(ctx, w.Journal.DB(), s.ID)
		if err != nil || len(counts) != 3 || !slices.Equal(counts[0].Pieces, first.Pieces) || counts[1].Difference != 30 {
			t.Errorf("counts %+v, %v", counts, err)
		}
	})
}

// What the next morning finds in the drawer is compared with what the evening left; the difference has to be explained before that shift can be closed.
func TestTheMorningFindsSomethingElse(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := tt.New(t, dsn)
		ctx := t.Context()
		for _, c := range []struct {
			float, found, difference money.Amount
			explained                bool
		}{
			{2000, 2000, 0, false},   // new change money
			{2000, 2000, 0, false},   // as it was left
			{1900, 1900, -100, true}, // one euro is missing over night
			{2100, 1900, 0, false},   // miscounted in the morning: the evening takes it back
		} {
			s, err := w.Till.Open(ctx, w.By(tt.Clerk, tt.Ces1), c.float)
			tt.Must(t, err)
			_, err = w.Till.Count(ctx, w.By(tt.Clerk, tt.Ces1), tt.Found(c.found))
			tt.Must(t, err)
			got := shift(t, w, s.ID)
			if got.Difference != c.difference || got.Unexplained() != c.explained {
				t.Errorf("%+v: %+v", c, got)
			}
			err = w.Till.Explain(ctx, w.By(tt.Clerk, tt.Ces1), s.ID, till.FloatWrong)
			if !c.explained {
				wantFault(t, err, "till.nothing_to_explain")
			} else {
				tt.Must(t, err)
			}
			_, err = w.Till.Close(ctx, w.By(tt.Clerk, tt.Ces1), till.CloseIn{Left: c.found})
			tt.Must(t, err)
			w.Clock.Advance(24 * time.Hour)
		}
	})
}

func TestWhatCannotBe(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := tt.New(t, dsn)
		ctx := t.Context()
		s := day(t, w)
		before := w.Lines()
		for name, c := range map[string]struct {
			in  till.CountIn
			key string
		}{
			"nothing said":    {till.CountIn{}, "till.count_empty"},
			"no such coin":    {till.CountIn{Pieces: []till.Pieces{{Cents: 300, N: 1}}}, "till.denomination"},
			"the same twice":  {till.CountIn{Pieces: []till.Pieces{{Cents: 200, N: 1}, {Cents: 200, N: 1}}}, "till.denomination"},
			"fewer than none": {till.CountIn{Pieces: []till.Pieces{{Cents: 200, N: -1}}}, "till.pieces"},
			"too many":        {till.CountIn{Pieces: []till.Pieces{{Cents: 200, N: till.MostPieces + 1}}}, "till.pieces"},
		} {
			_, err := w.Till.Count(ctx, w.By(tt.Clerk, tt.Dze1), c.in)
			if f := fault.First(err); f == nil || f.Key != c.key || f.Field != "count" {
				t.Errorf("%s: %v", name, err)
			}
		}
		if w.Lines() != before {
			t.Error("what was refused left a line")
		}
		_, err := w.Till.Count(ctx, w.By(tt.Clerk, tt.Dze1), tt.Found(5000))
		tt.Must(t, err)
		for name, c := range map[string]struct {
			in         till.CloseIn
			key, field string
		}{
			"less than nothing":   {till.CloseIn{Left: -1}, "till.left", "left"},
			"more than counted":   {till.CloseIn{Left: 5001}, "till.left", "left"},
			"more than a float":   {till.CloseIn{Left: till.LargestFloat + 1}, "till.left", "left"},
			"no bag":              {till.CloseIn{Left: 0, Seal: "P1"}, "till.bag_missing", "bag"},
			"no seal":             {till.CloseIn{Left: 0, Bag: "B1"}, "till.bag_missing", "seal"},
			"a bag for nothing":   {till.CloseIn{Left: 5000, Bag: "B1"}, "till.bag_needless", "bag"},
			"a seal for nothing":  {till.CloseIn{Left: 5000, Seal: "P1"}, "till.bag_needless", "seal"},
			"a bag with a colon":  {till.CloseIn{Left: 0, Bag: "B:1", Seal: "P1"}, "till.code", "bag"},
			"a bag with letters":  {till.CloseIn{Left: 0, Bag: "soma Ē", Seal: "P1"}, "till.code", "bag"},
			"a seal without end":  {till.CloseIn{Left: 0, Bag: "B1", Seal: fmt.Sprintf("%065d", 1)}, "till.code", "seal"},
			"a seal of two lines": {till.CloseIn{Left: 0, Bag: "B1", Seal: "P\x00"}, "till.code", "seal"},
		} {
			_, err := w.Till.Close(ctx, w.By(tt.Clerk, tt.Dze1), c.in)
			if f := fault.First(err); f == nil || f.Key != c.key || f.Field != c.field {
				t.Errorf("%s: %v", name, err)
			}
		}
		_, err = w.Till.Open(ctx, w.By(tt.Clerk, tt.Dze1), 1)
		wantFault(t, err, "till.already_open")
		wantFault(t, w.Till.Explain(ctx, w.By(tt.Clerk, tt.Dze1), id.ID{}, "because"), "till.reason")
		wantFault(t, w.Till.Explain(ctx, w.By(tt.Clerk, tt.Dze1), id.ID{1}, till.Unknown), "till.shift_unknown")
		wantFault(t, w.Till.Object(ctx, w.By(tt.Manager, tt.Office), s.ID, "because"), "till.reason")
		wantFault(t, w.Till.Approve(ctx, w.By(tt.Manager, tt.Office), id.ID{1}), "till.shift_unknown")
		_, err = w.Till.Close(ctx, w.By(tt.Clerk, tt.Dze1), till.CloseIn{Left: 4000, Bag: "B1", Seal: "P1"})
		tt.Must(t, err)
		_, err = w.Till.Open(ctx, w.By(tt.Clerk, tt.Dze1), 4000)
		tt.Must(t, err)
		_, err = w.Till.Count(ctx, w.By(tt.Clerk, tt.Dze1), tt.Found(4000))
		tt.Must(t, err)
		_, err = w.Till.Close(ctx, w.By(tt.Clerk, tt.Dze1), till.CloseIn{Left: 2000, Bag: "b1", Seal: "P2"})
		wantFault(t, err, "till.bag_used")
	})
}

// A drawer that was forgotten stops no client: what it takes stands in the cash book of the day on which it was taken. It can be counted and closed all the same; what was
// found is dated with the day on which it was found.
func TestAForgottenDrawerStopsNoClient(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := tt.New(t, dsn)
		ctx := t.Context()
		s := day(t, w)
		w.Clock.Advance(24 * time.Hour)
		tt.Must(t, w.Pay(w.By(tt.Clerk, tt.Dze1), tt.Water, tt.InCash(700)))
		book, err := w.Store.CashBook(ctx, w.Journal.DB(), tt.Dze1, s.Day.AddDays(1))
		tt.Must(t, err)
		if book.In != 700 || len(book.Lines) != 1 {
			t.Errorf("the book of the day has %d in %d lines", book.In, len(book.Lines))
		}
		tt.Must(t, w.Pay(w.By(tt.Clerk, tt.Dze1), tt.Water, tt.InCash(-700)))
		_, err = w.Till.Count(ctx, w.By(tt.Clerk, tt.Dze1), tt.Found(5010))
		tt.Must(t, err)
		tt.Must(t, w.Till.Explain(ctx, w.By(tt.Clerk, tt.Dze1), s.ID, till.Unknown))
		f, err := w.Till.Close(ctx, w.By(tt.Clerk, tt.Dze1), till.CloseIn{Left: 2000, Bag: "B1", Seal: "P1"})
		tt.Must(t, err)
		b, err := w.Store.Bag(ctx, w.Journal.DB(), "B1")
		if err != nil || f.Day.String() != "2026-11-22" || b.Since.String() != "2026-11-21" || b.Day != f.Day {
			t.Errorf("packed on %s: %+v, %v", f.Day, b, err)
		}
	})
}

// How long a drawer may stay open is a dated rule of its desk: a day, or a week up to a sum. Whatever it says, money is taken; the rule says when to ask for the count.
func TestUntilWhenADrawerIsCounted(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := tt.New(t, dsn)
		ctx := t.Context()
		s := day(t, w) // a Saturday
		due := func(desk string, after int, want bool) {
			t.Helper()
			since, got, err := w.Till.CountDue(ctx, w.Journal.DB(), desk, s.Day.AddDays(after))
			if err != nil || got != want || desk == tt.Dze1 && since != s.Day {
				t.Errorf("%s after %d days: %t since %s, %v", desk, after, got, since, err)
			}
		}
		due(tt.Dze1, 0, false)
		due(tt.Dze1, 1, true)
		due(tt.Ces1, 9, false) // nothing is open there
		set := func(r till.CountRule) error { return w.Till.SetCountRule(ctx, w.By(tt.Manager, "NETWORK"), r) }
		basis := dated.On("2026-01-01", "test", "test")
		tt.Must(t, set(till.CountRule{Basis: basis, Desk: tt.Dze1, Keep: till.AWeek, Most: 10_000}))
		due(tt.Dze1, 1, false) // the Sunday of its week
		due(tt.Dze1, 2, true)  // the next Monday
		tt.Must(t, w.Pay(w.By(tt.Clerk, tt.Dze1), tt.Water, tt.InCash(10_001)))
		due(tt.Dze1, 0, false)
		due(tt.Dze1, 1, true) // there is too much in it
		tt.Must(t, set(till.CountRule{Basis: dated.On("2027-01-01", "test", "test"), Keep: till.AWeek, Most: 10_000_000}))
		for _, c := range []struct {
			on   string
			desk string
			want till.Keep
		}{{"2026-12-31", tt.Ces1, till.ADay}, {"2027-01-01", tt.Ces1, till.AWeek}, {"2027-01-01", tt.Dze1, till.AWeek}} {
			rules, err := w.Store.CountRules(ctx, w.Journal.DB())
			tt.Must(t, err)
			if got := till.CountRuleOn(rules, c.desk, civil.MustDate(c.on)); got.Keep != c.want {
				t.Errorf("%+v: %+v", c, got)
			}
		}
		for _, wrong := range []till.CountRule{{Basis: basis, Keep: "month"}, {Basis: basis, Keep: till.AWeek}, {Basis: basis, Keep: till.ADay, Most: 1}, {Keep: till.ADay}, {Basis: basis, Keep: till.ADay, Desk: "NOWHERE-1"}} {
			if err := set(wrong); fault.First(err) == nil {
				t.Errorf("%+v: %v", wrong, err)
			}
		}
	})
}

func TestCashLimits(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := tt.New(t, dsn)
		ctx := t.Context()
		_, err := w.Till.Open(ctx, w.By(tt.Clerk, tt.Ces1), 0)
		tt.Must(t, err)
		pay := func(cents money.Amount) error { return w.Pay(w.By(tt.Clerk, tt.Ces1), tt.Water, tt.InCash(cents)) }
		tt.Must(t, pay(900_000)) // nobody has set a limit
		latvian := till.LatvianCashLimit()
		tt.Must(t, w.Till.SetCashLimit(ctx, w.By(tt.Manager, "NETWORK"), latvian))
		tt.Must(t, w.Till.SetCashLimit(ctx, w.By(tt.Manager, "NETWORK"), till.CashLimit{Basis: dated.On("2027-01-01", "test", "test"), Most: 100_000}))
		wantFault(t, pay(720_000), "till.cash_limit")
		tt.Must(t, pay(719_999))
		tt.Must(t, w.Pay(w.By(tt.Clerk, tt.Ces1), tt.Water, tt.ByCard(720_000)))
		limits, err := w.Store.CashLimits(ctx, w.Journal.DB())
		if err != nil || len(limits) != 2 || !limits[0].Unverified || !slices.Equal(limits[0].Declare, latvian.Declare) || limits[1].Most != 100_000 ||
			limits[0].Source != latvian.Source || limits[0].Why != latvian.Why || limits[0].Who != tt.Manager {
			t.Errorf("limits %+v, %v", limits, err)
		}
		if l, ok := till.LimitOn(limits, civil.MustDate("2026-12-31")); !ok || l.Most != 720_000 {
			t.Errorf("in December %+v", l)
		}
		if _, ok := till.LimitOn(limits, civil.MustDate("2000-01-01")); ok {
			t.Error("there was no limit then")
		}
		for name, l := range map[string]till.CashLimit{
			"no day":           {Most: 1},
			"no reason":        {Basis: dated.Basis{From: latvian.From, Source: latvian.Source}, Most: 1},
			"no source":        {Basis: dated.Basis{From: latvian.From, Why: latvian.Why}, Most: 1},
			"nothing":          {Basis: latvian.Basis},
			"too much":         {Basis: latvian.Basis, Most: 100_000_001},
			"nothing declared": {Basis: latvian.Basis, Most: 10, Declare: []money.Amount{0}},
			"twice":            {Basis: latvian.Basis, Most: 10, Declare: []money.Amount{5, 5}},
			"falling":          {Basis: latvian.Basis, Most: 10, Declare: []money.Amount{6, 5}},
			"above":            {Basis: latvian.Basis, Most: 10, Declare: []money.Amount{11}},
		} {
			if err := w.Till.SetCashLimit(ctx, w.By(tt.Manager, "NETWORK"), l); fault.First(err) == nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// The same request has one effect, and the same answer.
func TestTheSameKeyAgain(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := tt.New(t, dsn)
		ctx := t.Context()
		open := w.By(tt.Clerk, tt.Dze1)
		s, err := w.Till.Open(ctx, open, 2000)
		tt.Must(t, err)
		count := w.By(tt.Clerk, tt.Dze1)
		c, err := w.Till.Count(ctx, count, tt.Found(1990))
		tt.Must(t, err)
		tt.Must(t, w.Till.Explain(ctx, w.By(tt.Clerk, tt.Dze1), s.ID, till.Unknown))
		closing := w.By(tt.Clerk, tt.Dze1)
		f, err := w.Till.Close(ctx, closing, till.CloseIn{Bag: "B1", Seal: "P1"})
		tt.Must(t, err)
		before := w.Lines()
		if again, err := w.Till.Open(ctx, open, 2000); err != nil || again != s {
			t.Errorf("opened %+v, %v", again, err)
		}
		if again, err := w.Till.Count(ctx, count, tt.Found(1990)); err != nil || again.Counted != c.Counted || again.Expected != c.Expected || again.At != c.At {
			t.Errorf("counted %+v, %v", again, err)
		}
		if again, err := w.Till.Close(ctx, closing, till.CloseIn{Bag: "B1", Seal: "P1"}); err != nil || again.Shift != f.Shift || again.Packed != f.Packed {
			t.Errorf("closed %+v, %v", again, err)
		}
		_, err = w.Till.Close(ctx, closing, till.CloseIn{Bag: "B2", Seal: "P1"})
		wantFault(t, err, "request.key_reused")
		if w.Lines() != before {
			t.Error("a repeated request left a line")
		}
		_, err = w.Till.Count(ctx, journal.Request{By: count.By, Desk: tt.Dze1}, tt.Found(1))
		wantFault(t, err, "request.key")
	})
}

func TestDrawerAndOffice(t *testing.T) {
	t.Parallel()
	dsn := dbtest.SQLite(t)
	w := tt.New(t, dsn)
	day(t, w)
	errEnd := errors.New("looked")
	for desk, want := range map[string]money.Amount{tt.Dze1: 5000, tt.Ces1: -1} {
		r := w.By(tt.Clerk, desk)
		key, err := journal.NewKey(r.Key, nil)
		tt.Must(t, err)
		_, err = w.Journal.Post(t.Context(), r.By, desk, key, func(tx *journal.Tx) error {
			cents, err := w.Till.Drawer(t.Context(), tx)
			if want < 0 {
				wantFault(t, err, "till.no_shift")
			} else if err != nil || cents != want {
				t.Errorf("%s: %s, %v", desk, cents, err)
			}
			return errEnd
		})
		if !errors.Is(err, errEnd) {
			t.Error(err)
		}
	}
	if m, ok := office.Municipality(office.Desk(tt.Cesis)); !ok || m != tt.Cesis {
		t.Error(m)
	}
	for _, desk := range []string{"", "OFFICE-", tt.Ces1} {
		if _, ok := office.Municipality(desk); ok {
			t.Errorf("%q is no office", desk)
		}
	}
}
