package reportsql_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/id"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/centre/centresql"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/report"
	"vienkopus/internal/report/reportsql"
	"vienkopus/internal/tally"
	"vienkopus/internal/tally/tallytest"
	"vienkopus/internal/territory/territorysql"
	"vienkopus/internal/visit"
)

// openBoth returns reports that read the roll-ups and reports that do not, over one database.
func openBoth(t *testing.T, dsn string) (n *tallytest.Network, with, without *report.Service) {
	t.Helper()
	n, without = open(t, dsn)
	with = report.New(report.Config{
		Journal: n.Journal, Store: reportsql.New(n.Rollups), Centres: centresql.New(), Territories: territorysql.New(),
	})
	return n, with, without
}

// shown is everything that a report shows.
func shown(table *report.Table) string {
	var text strings.Builder
	row := func(r report.Row) {
		fmt.Fprintf(&text, "%s (%s)", r.Code, r.Municipality)
		for _, kind := range append([]catalogue.ActKind{report.AllActs}, tally.Kinds...) {
			fmt.Fprintf(&text, " %+v", r.Cell(kind))
		}
		text.WriteString("\n")
	}
	for _, r := range table.Rows {
		row(r)
	}
	row(table.Total)
	fmt.Fprintln(&text, table.Columns, table.Left, table.Flags)
	return text.String()
}

func same(t interface{ Fatalf(string, ...any) }, ctx context.Context, with, without *report.Service, q report.Query) { //nolint:revive // as Fatalf is asked first
	a, err := with.Acts(ctx, q)
	if err != nil {
		t.Fatalf("%v", err)
	}
	b, err := without.Acts(ctx, q)
	if err != nil {
		t.Fatalf("%v", err)
	}
	if x, y := shown(a), shown(b); x != y {
		t.Fatalf("%+v: with roll-ups\n%s\nwithout\n%s", q, x, y)
	}
}

// longQuery is randomQuery over whole months and years too.
func longQuery(rt *rapid.T) report.Query {
	q := randomQuery(rt)
	switch rapid.IntRange(0, 4).Draw(rt, "time") {
	case 0:
		q.Period = civil.YearPeriod(2026)
	case 1:
		q.Period = period("2025-05-01", "2027-02-28")
	case 2:
		q.Period = period("2026-09-01", "2026-10-31")
	}
	switch rapid.IntRange(0, 5).Draw(rt, "scope") {
	case 0:
		q.Scope = report.Scope{Municipalities: []string{tallytest.Cesis}}
	case 1:
		q.Scope = report.Scope{Centres: []string{"cesis", "aluksne"}}
	case 2:
		q.Only[report.BySpan] = rapid.SampledFrom([]string{"2026-10", "s:2026-08-31/2026-11-01", "2026"}).Draw(rt, "span")
	}
	return q
}

// TestReportsAreTheSameWithRollups records, corrects late and imports at random, lets the job come by now and then, and asks both ways at every moment.
func TestReportsAreTheSameWithRollups(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		n, with, without := openBoth(t, dsn)
		var serial byte
		var acts []visit.ActRecorded
		rapid.Check(t, func(rt *rapid.T) {
			serial++
			desk := rapid.SampledFrom([]string{"CES-1", "CES-2", "RID-1", "ALU-1"}).Draw(rt, "desk")
			facts := something(rt, n, serial)
			n.Post(desk, facts...)
			if a, is := facts[0].(visit.ActRecorded); is && len(facts) == 2 && desk == "CES-1" {
				acts = append(acts, a)
			}
			if len(acts) > 0 && rapid.IntRange(0, 3).Draw(rt, "late") == 0 { // long after it was rolled up
				n.Post("CES-1", visit.ActUndone{Act: acts[0].Act, Visit: acts[0].Visit, Was: acts[0].Line})
				acts = acts[1:]
			}
			if rapid.IntRange(0, 5).Draw(rt, "job") == 0 {
				if err := n.Rollups.Roll(t.Context()); err != nil {
					rt.Fatal(err)
				}
			}
			a, err := with.Network(t.Context(), civil.YearPeriod(2026), civil.MustDate("2026-11-21"), everywhere)
			b, err2 := without.Network(t.Context(), civil.YearPeriod(2026), civil.MustDate("2026-11-21"), everywhere)
			if x, y := fmt.Sprintf("%+v", a), fmt.Sprintf("%+v", b); err != nil || err2 != nil || x != y {
				rt.Fatalf("the network with what is remembered\n%s %v\nwithout\n%s %v", x, err, y, err2)
			}
			for range 2 {
				same(rt, t.Context(), with, without, longQuery(rt))
			}
		})
		if found := compare(t, n); len(found) > 0 {
			t.Errorf("found: %v", found)
		}
	})
}

func compare(t *testing.T, n *tallytest.Network) []string {
	t.Helper()
	var found []string
	err := n.Journal.DB().Snapshot(t.Context(), func(r sqldb.Reader) error {
		return n.Rollups.Compare(t.Context(), r, func(what string) { found = append(found, what) })
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func roll(t *testing.T, n *tallytest.Network) {
	t.Helper()
	if err := n.Rollups.Roll(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// post records some acts on a day.
func post(n *tallytest.Network, day string, acts int) {
	for range acts {
		v := id.New(n.Clock.Now())
		n.Post("CES-1", visit.ActRecorded{Act: id.New(n.Clock.Now()), Visit: v, Line: tallytest.Line("cesis", day, catalogue.Call, "water-bill")})
	}
}

// TestAChangedRollupIsFound plants what an owner of the database, or a fault of ours, could leave behind.
func TestAChangedRollupIsFound(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		n, with, without := openBoth(t, dsn)
		post(n, "2026-09-30", 3)
		load(t, n, header+"CES-1,2025,payment,,,0\nCES-1,2025-03,payment,,,4\n")
		roll(t, n)
		post(n, "2026-09-30", 2) // not rolled up yet
		if found := compare(t, n); len(found) > 0 {
			t.Fatalf("found: %v", found)
		}
		q := report.Query{Period: civil.YearPeriod(2026), By: report.ByService, Scope: everywhere}
		same(t, t.Context(), with, without, q)
		for name, fault := range map[string]string{
			"a cell":                   "UPDATE rollup SET n = n + 1 WHERE grain = 'network' AND month = 'y:2026'",
			"a cell of a month":        "UPDATE rollup SET n = n - 1 WHERE grain = 'place' AND month = '2026-09'",
			"a row less":               "DELETE FROM rollup WHERE grain = 'centre' AND month = 'y:2026'",
			"a stated zero less":       "DELETE FROM rollup WHERE n = 0",
			"a year less":              "DELETE FROM rollup WHERE month = 'y:2026'",
			"a row more":               "INSERT INTO rollup (grain, month, municipality, centre, service, institution, kind, channel, source, n) VALUES ('place', '2020-01', '', '', '', '', 'call', '', 'recorded', 1)",
			"a mark set too far":       "UPDATE rollup_desk SET number = number + 1 WHERE desk = 'CES-1'",
			"a mark behind the end":    "UPDATE rollup_desk SET number = number + 99 WHERE desk = 'CES-1'",
			"a mark set back":          "UPDATE rollup_desk SET number = number - 1 WHERE desk = 'CES-1'",
			"a mark lost":              "DELETE FROM rollup_desk WHERE desk = 'CES-1'",
			"a mark of no desk":        "INSERT INTO rollup_desk (desk, number) VALUES ('X', 1)",
			"counts under a roll-up":   "UPDATE tally_service SET n = n + 1 WHERE month = '2026-09'",
			"a place that was renamed": "UPDATE rollup SET municipality = 'X' WHERE grain = 'detail' AND month = '2026-09'",
		} {
			keep := errors.New("keep")
			var found []string
			err := n.Journal.DB().Write(t.Context(), func(tx *sqldb.Tx) error {
				if done, err := tx.Exec(t.Context(), fault); err != nil || done == 0 {
					return fmt.Errorf("%s: %d rows, %w", name, done, err)
				}
				if err := n.Rollups.Compare(t.Context(), tx, func(what string) { found = append(found, what) }); err != nil {
					return err
				}
				return keep // nothing of it
			})
			if !errors.Is(err, keep) || len(found) == 0 {
				t.Errorf("%s: %v, found %q", name, err, found)
			}
		}
	})
}

// TestAJobThatStandsStill lets more lines come than a report reads beside the roll-ups.
func TestAJobThatStandsStill(t *testing.T) {
	t.Parallel()
	n, with, without := openBoth(t, dbtest.SQLite(t))
	post(n, "2026-09-30", 3)
	roll(t, n)
	q := report.Query{Period: civil.YearPeriod(2026), By: report.ByService, Scope: everywhere}
	var text strings.Builder
	text.WriteString("desk,period,kind,service,channel,count,ref\n")
	for i := range 4_000 {
		fmt.Fprintf(&text, "CES-1,2026-0%d,payment,water-bill,,%d,%d\n", 1+i%9, i%7, i)
	}
	load(t, n, text.String())
	same(t, t.Context(), with, without, q)
	roll(t, n)
	if found := compare(t, n); len(found) > 0 {
		t.Errorf("found: %v", found)
	}
	same(t, t.Context(), with, without, q)
}
