package billsql_test

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"vienkopus/internal/base/dated"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/money"
	"vienkopus/internal/bill"
	"vienkopus/internal/bill/billsql"
	"vienkopus/internal/bill/billtest"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb/dbtest"
)

func outside(number, reference string, cents money.Amount, on string) bill.OutsideOf {
	return bill.OutsideOf{Number: number, Outside: bill.Outside{Cents: cents, Day: day(on), Reference: reference}}
}

// settle reports payments elsewhere, and returns which were news.
func (o *office) settle(payments ...bill.OutsideOf) ([]bool, error) {
	return o.service.SettleOutside(o.tb.Context(), bill.OutsideBatch{By: billtest.Accountant, Key: o.at("").Key, Creditor: water, Payments: payments})
}

// A bill that was paid by bank transfer is not asked for again, whatever way the news takes, and never counts twice.
func TestAPaymentElsewhereCountsOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		o := open(t, dsn)
		feed := bill.Feed(water)
		b := o.put(feed, content(water, "W-1", "C-100", 1230), anna)
		o.pay(b.ID, 30)
		news, err := o.settle(outside("w-1", "SEB 77", 500, "2026-11-18"))
		must(t, err)
		if got := o.find("W-1"); !news[0] || !slices.Equal(got, []string{"W-1 partly-paid 7.00 true"}) {
			t.Errorf("%v, found %q", news, got)
		}
		before := o.lines()
		for _, again := range []string{"SEB 77", " seb\u00a077 ", "ＳＥＢ77"} {
			if news, err = o.settle(outside("W-1", again, 500, "2026-11-18")); err != nil || news[0] {
				t.Errorf("%q again: %v, %v", again, news, err)
			}
		}
		said := bill.Said{Content: b.Content, Settled: []bill.Outside{{Cents: 500, Day: day("2026-11-18"), Reference: "SEB 77"}}}
		_, err = o.service.PutAll(t.Context(), bill.Batch{By: billtest.Accountant, Key: "with", Bills: []bill.Said{said}})
		must(t, err)
		if o.lines() != before {
			t.Errorf("%d lines more", o.lines()-before)
		}
		said.Settled = append(said.Settled, bill.Outside{Cents: 700, Day: day("2026-11-19"), Reference: "SEB 78"})
		_, err = o.service.PutAll(t.Context(), bill.Batch{By: billtest.Accountant, Key: "more", Bills: []bill.Said{said}})
		must(t, err)
		if got := o.find("W-1"); !slices.Equal(got, []string{"W-1 paid 0.00 true"}) {
			t.Errorf("found %q", got)
		}
		// The creditor was mistaken: the money is owed again, once, and the reference is used up.
		back := bill.OutsideOf{Number: "W-1", Outside: bill.Outside{Reference: "seb 77"}, TakenBack: true}
		for i, want := range []bool{true, false} {
			if news, err = o.settle(back); err != nil || news[0] != want {
				t.Errorf("taken back %d: %v, %v", i, news, err)
			}
		}
		if got := o.find("W-1"); !slices.Equal(got, []string{"W-1 partly-paid 5.00 true"}) {
			t.Errorf("found %q", got)
		}
		for _, c := range []struct {
			says bill.OutsideOf
			key  string
		}{
			{outside("W-1", "SEB 77", 500, "2026-11-18"), "bill.outside_gone"},
			{outside("W-1", "SEB 78", 701, "2026-11-19"), "bill.outside_other"},
			{outside("W-1", "SEB 78", 700, "2026-11-18"), "bill.outside_other"},
			{outside("W-2", "X", 700, "2026-11-18"), "bill.unknown"},
			{outside("W-1", "X", 0, "2026-11-18"), "bill.amount_zero"},
			{outside("W-1", "X", -1, "2026-11-18"), "bill.outside_negative"},
			{outside("W-1", "X", 1, "2026-11-22"), "bill.outside_future"},
			{outside("W-1", "", 1, "2026-11-18"), "bill.code"},
			{outside("W-1", "4,41E+10", 1, "2026-11-18"), "sheet.scientific"},
			{bill.OutsideOf{Number: "W-1", Outside: bill.Outside{Reference: "X"}, TakenBack: true}, "bill.outside_unknown"},
		} {
			before := o.lines()
			_, err := o.settle(outside("W-1", "good", 1, "2026-11-18"), c.says)
			wantFault(t, err, c.key)
			if f := fault.First(err); f != nil && !strings.HasPrefix(f.Field, "payments[1].") || o.lines() != before {
				t.Errorf("%s: on %v, %d lines", c.key, f, o.lines()-before)
			}
		}
		// The tables follow from the lines.
		tables := journal.Tables(billsql.Store{})
		was := o.dump(tables...)
		must(t, o.journal.Rebuild(t.Context(), nil))
		if is := o.dump(tables...); is != was {
			t.Errorf("a rebuild makes\n%s\nwas\n%s", is, was)
		}
	})
}

// takeSettled imports a file of payments elsewhere.
func (o *office) takeSettled(text string, dry bool) (string, bill.Result, error) {
	var all []string
	result, err := o.service.ImportOutside(o.tb.Context(), billtest.Accountant, bill.Order{
		DryRun: dry, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil },
		Answer: func(a bill.RowAnswer) {
			told := fmt.Sprintf("%d %s", a.Row, a.Outcome)
			for _, f := range a.Faults {
				told += " " + f.Field + " " + f.Key
			}
			all = append(all, told)
		},
	})
	return strings.Join(all, ", "), result, err
}

// A file of payments elsewhere is taken as a whole or not at all.
func TestAFileOfPaymentsElsewhere(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		o := open(t, dsn)
		o.put(bill.Feed(water), content(water, "W-1", "C-100", 1230), anna)
		o.put(bill.Feed(water), content(water, "W-2", "C-101", 500), anna)
		const good = "sep=;\r\nKreditors;Numurs;Atsauce;Diena;Summa;Atsaukts\r\n900000 28508;W-1;A1;18.11.2026 0:00;5,00 €;\r\n" + water + ";w-2;A1;2026-11-19;5;\r\n" + water + ";W-1;a1;18.11.2026;5,00;\r\n"
		before := o.lines()
		got, _, err := o.takeSettled(good+water+";W-9;A1;2026-11-19;5;\r\n", true)
		wantFault(t, err, "bill.errors")
		if want := "2 issued, 3 issued, 4 unchanged, 5 error number bill.unknown"; got != want {
			t.Errorf("%s, want %s", got, want)
		}
		for _, bad := range []string{
			water + ";W-9;A1;2026-11-19;5;", water + ";W-1;A2;2026-11-19;-5;", water + ";W-1;A2;19/11/2026;5;", water + ";W-1;A1;2026-11-17;5;",
			water + ";W-1;A2;2026-11-22;5;", water + ";W-1;A2;2026-11-19;12,300;", water + ";W-1;A2;;5;", water + ";W-1;A9;;;x", water + ";W-1;A2;2026-11-19;5;perhaps",
			"40003032949;W-1;A2;2026-11-19;5;", "9,00E+10;W-1;A2;2026-11-19;5;", water + ";W-1;4,41E+10;2026-11-19;5;",
		} {
			if got, result, err := o.takeSettled(good+bad+"\r\n", false); err == nil || result.Failed != 1 || o.lines() != before || strings.Contains(fmt.Sprint(err), "perhaps") {
				t.Errorf("%s: %s, %+v, %v, %d lines", bad, got, result, err, o.lines()-before)
			}
		}
		if _, result, err := o.takeSettled(good, false); err != nil || result.Written != 2 || result.Unchanged != 1 {
			t.Errorf("%+v, %v", result, err)
		}
		if got := o.find("C-101"); !slices.Equal(got, []string{"W-1 partly-paid 7.30 false", "W-2 paid 0.00 true"}) {
			t.Errorf("found %q", got)
		}
		if _, result, err := o.takeSettled(good, false); err != nil || result.Written != 0 || result.Unchanged != 3 {
			t.Errorf("again: %+v, %v", result, err)
		}
		if got, result, err := o.takeSettled("creditor,number,reference,day,amount,taken_back\n"+water+",W-2,A1,,,x\n", false); err != nil || result.Written != 1 {
			t.Errorf("taken back: %s, %+v, %v", got, result, err)
		}
		if got := o.find("C-101"); !slices.Equal(got, []string{"W-1 partly-paid 7.30 false", "W-2 open 5.00 true"}) {
			t.Errorf("found %q", got)
		}
	})
}

// A bill of which its creditor has said nothing for longer than the rule allows is asked about, until the creditor speaks again.
func TestAnOldBillIsAskedAbout(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		o := open(t, dsn)
		b := o.put(bill.Feed(water), content(water, "W-1", "C-100", 1230), anna)
		asks := func() bool {
			t.Helper()
			found, err := o.service.Find(t.Context(), "W-1")
			must(t, err)
			return found[0].AskFirst
		}
		o.Clock.Advance(40 * 24 * 60 * 60 * 1e9)
		if asks() {
			t.Error("asked although nobody has set a rule")
		}
		limits := bill.Limits{Basis: dated.On("2026-01-01", "test", "test"), OldestDays: 3653, AskDays: 30}
		must(t, o.service.SetLimits(t.Context(), o.at(""), limits))
		if b.AsOf != day("2026-11-21") || !asks() {
			t.Errorf("as of %s, it is not asked about", b.AsOf)
		}
		before := o.lines()
		for range 2 {
			o.put(bill.Feed(water), b.Content, anna)
		}
		if asks() || o.lines() != before+1 {
			t.Errorf("said again: asked %v, %d lines more", asks(), o.lines()-before)
		}
		limits.From, limits.AskDays = day("2027-01-01"), 0
		must(t, o.service.SetLimits(t.Context(), o.at(""), limits))
		o.Clock.Advance(400 * 24 * 60 * 60 * 1e9)
		if asks() {
			t.Error("asked although the rule has ended")
		}
		for _, wrong := range []bill.Limits{{Basis: limits.Basis}, {Basis: limits.Basis, OldestDays: 1, AskDays: -1}, {OldestDays: 1}} {
			if err := o.service.SetLimits(t.Context(), o.at(""), wrong); fault.First(err) == nil {
				t.Errorf("%+v: %v", wrong, err)
			}
		}
	})
}

// Numbers that differ in case, spaces, dashes, or how a letter is composed are one bill; those that differ in other marks are never taken for two.
func TestTwinNumbersAreOneBill(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		o := open(t, dsn)
		feed := bill.Feed(water)
		for number, writings := range map[string][]string{
			"Rē-1": {"Re\u0304-1", "RĒ-1", " rē-1\u00a0", "rē\u20131", "Rē -\u202f1", "\u200bRē-1"},
			"RS-1": {"rs-1", "RS\u00a0-1", "ＲＳ-1"},
			"7/26": {"7 / 26", "7/26\u00a0"},
		} {
			c := content(water, number, "C-"+number, 1230)
			first := o.put(feed, c, anna)
			before := o.lines()
			for _, writing := range writings {
				c.Number = writing
				if again := o.put(feed, c, anna); again.ID != first.ID || o.lines() != before || again.Number != number {
					t.Errorf("%q is another bill than %q", writing, number)
				}
			}
			c.Number, c.Instalments[0].Cents = writings[0], 1500
			if changed := o.put(feed, c, anna); changed.ID != first.ID || changed.Number != number || changed.Total() != 1500 {
				t.Errorf("%q changes %+v", writings[0], changed)
			}
		}
		o.put(feed, content(water, "00123", "C-9", 1230), anna)
		before := o.lines()
		for _, twin := range []string{"RS 1", "RS\u00a01", "RS1", "RS/1", "rs_1", "123", "0123"} {
			_, err := o.service.Put(t.Context(), o.at(feed), content(water, twin, "other", 77), anna)
			wantFault(t, err, "bill.twin")
		}
		if o.lines() != before {
			t.Errorf("%d lines more", o.lines()-before)
		}
		for _, unlike := range []string{"1-11", "11-1", "111", "RS-11", "7-2-6", "1230"} {
			o.put(feed, content(water, unlike, "C-8", 1230), anna)
		}
		if got := o.lines() - before; got != 6 {
			t.Errorf("%d bills are new", got)
		}
		// In one request, and in one file, they are the same bill twice.
		batch := bill.Batch{By: billtest.Accountant, Key: "twins", Bills: []bill.Said{{Content: content(water, "T-1", "C", 1)}, {Content: content(water, "t-1", "C", 1)}}}
		_, err := o.service.PutAll(t.Context(), batch)
		wantFault(t, err, "bill.twice")
		got, _, err := o.take(header + row("T-1", "2026-11-20", "7", "A") + row("T-2", "2026-11-20", "7", "A") + row("t\u20111", "2026-11-20", "7", "A"))
		wantFault(t, err, "bill.errors")
		if want := "2 issued, 3 issued, 4 error number bill.row_again"; got != want {
			t.Errorf("%s, want %s", got, want)
		}
	})
}
