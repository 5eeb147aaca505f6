package reportsql_test

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/centre/centresql"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/report"
	"vienkopus/internal/report/reportsql"
	"vienkopus/internal/tally"
	"vienkopus/internal/tally/tallytest"
	"vienkopus/internal/territory/territorysql"
	"vienkopus/internal/visit"
)

var everywhere = report.Scope{Network: true}

func open(t *testing.T, dsn string) (*tallytest.Network, *report.Service) {
	t.Helper()
	n := tallytest.New(t, dsn, report.Facts(), reportsql.Store{})
	return n, report.New(report.Config{
		Journal: n.Journal, Store: reportsql.Store{}, Centres: centresql.Store{}, Territories: territorysql.Store{},
	})
}

func load(t *testing.T, n *tallytest.Network, text string) {
	t.Helper()
	_, err := n.Import.Import(t.Context(), actor.System("test"), tally.Order{
		Overlapping: true, File: "test.csv", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil },
	})
	if err != nil {
		t.Fatal(err)
	}
}

func period(from, to string) civil.Period {
	return civil.Period{From: civil.MustDate(from), To: civil.MustDate(to)}
}

func acts(t *testing.T, s *report.Service, q report.Query) *report.Table {
	t.Helper()
	table, err := s.Acts(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func find(t *testing.T, table *report.Table, code string) report.Row {
	t.Helper()
	for _, r := range table.Rows {
		if r.Code == code {
			return r
		}
	}
	t.Fatalf("no row %q", code)
	return report.Row{}
}

const header = "desk,period,kind,service,channel,count\n"

// TestStatements holds what a report does with imported figures about longer times.
func TestStatements(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		n, s := open(t, dsn)
		load(t, n, header+
			"CES-1,2025,payment,,,950\n"+
			"CES-1,2025-03,payment,,,10\n"+
			"CES-1,2025-03-14,payment,water-bill,in-person,3\n"+
			"CES-1,2015-09-01/2020-12-31,consultation,,,217370\n"+
			"VES-1,2025,payment,,,0\n")
		for _, c := range []struct {
			period   civil.Period
			payments int64
			left     int
		}{
			{period("2025-01-01", "2025-12-31"), 950, 2}, // the month and the day lie inside the year
			{period("2025-01-01", "2025-11-30"), 10, 2},  // the statements about the year of both desks and all, by kind and period; the day lies inside the month
			{period("2025-03-01", "2025-03-31"), 10, 2},
			{period("2025-03-14", "2025-03-14"), 3, 2}, // the year and the month
			{period("2025-03-10", "2025-04-10"), 3, 2},
			{period("2010-01-01", "2026-01-01"), 950, 2},
			{period("2016-01-01", "2016-12-31"), 0, 1},
		} {
			table := acts(t, s, report.Query{Period: c.period, By: report.ByCentre, Scope: everywhere})
			if got := table.Total.Cell(catalogue.Payment); got.N() != c.payments || got.Recorded != 0 {
				t.Errorf("%s: %+v payments, want %d", c.period, got, c.payments)
			}
			if len(table.Left) != c.left {
				t.Errorf("%s: left out %v, want %d", c.period, table.Left, c.left)
			}
		}
		year := acts(t, s, report.Query{Period: civil.YearPeriod(2025), By: report.ByCentre, Scope: everywhere})
		if c := find(t, year, "veselava").Cell(catalogue.Payment); !c.IsStatedZero() {
			t.Errorf("Veselava stated 0 payments, the report has %+v", c)
		}
		if c := find(t, year, "veselava").Cell(catalogue.Letter); !c.IsNone() {
			t.Errorf("Veselava said nothing of letters, the report has %+v", c)
		}
		months := acts(t, s, report.Query{Period: civil.YearPeriod(2025), By: report.ByMonth, Scope: everywhere})
		if got := find(t, months, "2025-03").Cell(catalogue.Payment); !got.IsNone() {
			t.Errorf("March, which the year counts: %+v", got)
		}
		if got := find(t, months, "s:2025-01-01/2025-12-31"); got.Cell(catalogue.Payment).N() != 950 || !got.IsStatement() {
			t.Errorf("the statement about the year: %+v", got)
		}
		if len(months.Rows) != 13 {
			t.Errorf("%d rows for twelve months and a statement", len(months.Rows))
		}
	})
}

func TestScope(t *testing.T) {
	t.Parallel()
	n, s := open(t, dbtest.SQLite(t))
	load(t, n, header+"CES-1,2025,payment,,,1\nTAU-1,2025,payment,,,2\nALU-1,2025,payment,,,4\n")
	for want, scope := range map[int64]report.Scope{
		7: everywhere,
		3: {Municipalities: []string{tallytest.Cesis}},
		2: {Centres: []string{"taurene"}},
		6: {Municipalities: []string{tallytest.Aluksne}, Centres: []string{"taurene"}},
	} {
		q := report.Query{Period: civil.YearPeriod(2025), By: report.ByCentre, Scope: scope}
		table := acts(t, s, q)
		if got := table.Total.Cell(catalogue.Payment).N(); got != want {
			t.Errorf("%+v: %d payments", scope, got)
		}
		for _, r := range table.Rows {
			if !scope.Covers(r.Municipality, r.Code) {
				t.Errorf("%+v shows %s", scope, r.Code)
			}
		}
		page, err := s.Lines(t.Context(), q, report.Cursor{}, 10)
		if err != nil {
			t.Fatal(err)
		}
		if sum := sumOf(page.Lines); sum != want {
			t.Errorf("%+v: the lines make %d", scope, sum)
		}
	}
	_, err := s.Acts(t.Context(), report.Query{Period: civil.YearPeriod(2025), By: report.ByCentre})
	if fault.KindOf(err) != fault.Forbidden {
		t.Errorf("an empty scope: %v", err)
	}
}

func sumOf(lines []report.Line) int64 {
	var sum int64
	for _, l := range lines {
		sum += l.Count
	}
	return sum
}

// count makes the table of a query from its lines alone.
func count(ctx context.Context, s *report.Service, q report.Query) (map[string]int64, error) {
	var all []report.Line
	err := s.EachLine(ctx, q, func(l report.Line) error {
		all = append(all, l)
		return nil
	})
	sums := map[string]int64{}
	for _, l := range all {
		if slices.ContainsFunc(all, func(longer report.Line) bool { return countsToo(longer, l) }) {
			continue
		}
		code := map[report.Dimension]string{
			report.ByCentre: l.Centre, report.ByMunicipality: l.Municipality, report.ByService: l.Service,
			report.ByInstitution: l.Institution, report.ByChannel: string(l.Channel), report.ByKind: string(l.Kind),
			report.ByMonth: tally.SpanOf(l.Days),
		}[q.By]
		sums[fmt.Sprintf("%s %s %s", code, l.Kind, l.Source)] += l.Count
	}
	return sums, err
}

// countsToo tells whether an imported line states, for a longer time that overlaps, what the other one counts.
func countsToo(longer, l report.Line) bool {
	a, b := longer.Days.Days(), l.Days.Days()
	names := func(longer, l string) bool { return longer == "" || longer == l }
	return longer.Source == tally.FromFile && l.Source == tally.FromFile && longer.Desk == l.Desk && longer.Kind == l.Kind && longer.Days != l.Days && longer.Days.Overlaps(l.Days) &&
		(a > b || a == b && longer.Number < l.Number) &&
		names(longer.Service, l.Service) && names(longer.Institution, l.Institution) && names(string(longer.Channel), string(l.Channel))
}

// cells writes a table as count does; stated zeros are left out, as lines of 0 add nothing.
func cells(table *report.Table) map[string]int64 {
	sums := map[string]int64{}
	for _, r := range table.Rows {
		for _, kind := range tally.Kinds {
			c := r.Cell(kind)
			sums[fmt.Sprintf("%s %s %s", r.Code, kind, tally.Recorded)] += c.Recorded
			sums[fmt.Sprintf("%s %s %s", r.Code, kind, tally.FromFile)] += c.Imported
		}
	}
	maps.DeleteFunc(sums, func(_ string, n int64) bool { return n == 0 })
	return sums
}

// TestReportsEqualTheirLines asks random reports of random acts and imports, and counts their lines.
func TestReportsEqualTheirLines(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		n, s := open(t, dsn)
		var serial byte
		rapid.Check(t, func(rt *rapid.T) {
			serial++
			n.Post(rapid.SampledFrom([]string{"CES-1", "CES-2", "RID-1", "ALU-1"}).Draw(rt, "desk"), something(rt, n, serial)...)
			if serial%4 != 0 {
				return
			}
			q := randomQuery(rt)
			table, err := s.Acts(t.Context(), q)
			if err != nil {
				rt.Fatal(err)
			}
			want, err := count(t.Context(), s, q)
			if err != nil {
				rt.Fatal(err)
			}
			maps.DeleteFunc(want, func(_ string, n int64) bool { return n == 0 })
			if got := cells(table); !maps.Equal(got, want) {
				rt.Fatalf("%+v:\n%v\nthe lines make\n%v", q, got, want)
			}
			addsUp(rt, table)
		})
	})
}

// addsUp holds that the rows make the total and the kinds make the sum of acts.
func addsUp(rt *rapid.T, table *report.Table) {
	for _, kind := range append([]catalogue.ActKind{report.AllActs}, tally.Kinds...) {
		var sum int64
		for _, r := range table.Rows {
			sum += r.Cell(kind).N()
		}
		if sum != table.Total.Cell(kind).N() {
			rt.Fatalf("column %s: %d, total %d", kind, sum, table.Total.Cell(kind).N())
		}
	}
	var all int64
	for _, kind := range visit.Kinds {
		all += table.Total.Cell(kind).N()
	}
	if all != table.Total.Cell(report.AllActs).N() {
		rt.Fatalf("the kinds make %d, all acts are %d", all, table.Total.Cell(report.AllActs).N())
	}
}

var days = []string{"2026-08-31", "2026-09-01", "2026-09-17", "2026-09-30", "2026-10-01", "2026-10-15", "2026-10-31", "2026-11-01"}

func randomQuery(rt *rapid.T) report.Query {
	from, to := rapid.IntRange(0, len(days)-1).Draw(rt, "from"), rapid.IntRange(0, len(days)-1).Draw(rt, "to")
	q := report.Query{
		Period: period(days[min(from, to)], days[max(from, to)]), By: rapid.SampledFrom(report.Dimensions).Draw(rt, "by"), Scope: everywhere,
		Source: rapid.SampledFrom([]tally.Source{"", tally.Recorded, tally.FromFile}).Draw(rt, "source"), Only: map[report.Dimension]string{},
	}
	for d, codes := range map[report.Dimension][]string{
		report.ByService: {"", "water-bill"}, report.ByChannel: {"in-person", "post"}, report.ByKind: {"payment", "visit"},
		report.ByInstitution: {"VSAA"}, report.ByCentre: {"cesis"}, report.ByDesk: {"CES-1"}, report.ByMunicipality: {tallytest.Cesis},
	} {
		if rapid.IntRange(0, 5).Draw(rt, "narrow "+string(d)) == 0 {
			q.Only[d] = rapid.SampledFrom(codes).Draw(rt, string(d))
		}
	}
	if rapid.IntRange(0, 3).Draw(rt, "some kinds") == 0 {
		q.Kinds = []catalogue.ActKind{catalogue.Payment, catalogue.Call, tally.Served}
	}
	return q
}

func something(rt *rapid.T, n *tallytest.Network, serial byte) []journal.Fact {
	line := func() visit.Line {
		l := tallytest.Line(
			rapid.SampledFrom([]string{"cesis", "ridzene", "aluksne"}).Draw(rt, "centre"), rapid.SampledFrom(days).Draw(rt, "day"),
			rapid.SampledFrom(visit.Kinds).Draw(rt, "kind"), rapid.SampledFrom([]string{"", "water-bill", "vsaa-maternity-benefit"}).Draw(rt, "service"))
		l.Channel = rapid.SampledFrom([]visit.Channel{visit.InPerson, visit.Post}).Draw(rt, "channel")
		return l
	}
	if rapid.Bool().Draw(rt, "import") {
		from, to := rapid.IntRange(0, len(days)-1).Draw(rt, "first"), rapid.IntRange(0, len(days)-1).Draw(rt, "last")
		l := line()
		return []journal.Fact{tally.Imported{
			Identity: id.New(n.Clock.Now()).String(), Period: period(days[min(from, to)], days[max(from, to)]), Centre: l.Centre, Municipality: l.Municipality,
			Act: rapid.SampledFrom(tally.Kinds).Draw(rt, "act"), Service: l.Service, Institution: l.Institution, Channel: l.Channel,
			Count: rapid.Int64Range(0, 9).Draw(rt, "count"),
		}}
	}
	v := id.New(n.Clock.Now())
	var facts []journal.Fact
	for range rapid.IntRange(1, 3).Draw(rt, "acts") {
		a := visit.ActRecorded{Act: id.New(n.Clock.Now()), Visit: v, Line: line()}
		facts = append(facts, a)
		switch rapid.IntRange(0, 4).Draw(rt, "fate") {
		case 1:
			facts = append(facts, visit.ActUndone{Act: a.Act, Visit: v, Was: a.Line})
		case 2:
			now := line()
			facts = append(facts, visit.ActCorrected{Act: a.Act, Visit: v, Why: visit.WrongKind, Was: a.Line, Now: &now})
		case 3: // a clock had stood wrong
			facts = append(facts, visit.DayCorrected{Visit: v, Shift: rapid.SampledFrom([]int{-40, 3}).Draw(rt, "shift"), Acts: []visit.Redated{{Act: a.Act, Line: a.Line}}})
		}
	}
	return append(facts, visit.Closed{
		Visit: v, Day: civil.MustDate(days[int(serial)%len(days)]), Served: rapid.Bool().Draw(rt, "served"),
		Municipality: tallytest.Cesis, Centre: "cesis", Channel: visit.InPerson,
	})
}
