package takings_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/app"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/money"
	"vienkopus/internal/catalogue"
	democatalogue "vienkopus/internal/demo/catalogue"
	"vienkopus/internal/demo/history"
	"vienkopus/internal/demo/places"
	"vienkopus/internal/demo/takings"
	"vienkopus/internal/ledger"
	"vienkopus/internal/ledger/ledgersql"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/journal/mirror"
	"vienkopus/internal/platform/journal/mirror/mirrortest"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/report"
	"vienkopus/internal/till/tillsql"
)

const year = 2025

var now = time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)

// filled is a network with its past, once for each engine.
func filled(t *testing.T, dsn string) (*app.App, *clock.Past) {
	t.Helper()
	past := &clock.Past{}
	past.Set(now)
	a, err := app.Open(t.Context(), app.Config{DSN: dsn, Clock: past, Node: "LV-TEST"})
	must(t, err)
	t.Cleanup(func() { must(t, a.Close()) })
	seedPast(t, a)
	must(t, seed(t.Context(), a, past))
	return a, past
}

// seedPast makes what was there before the money.
func seedPast(t *testing.T, a *app.App) {
	t.Helper()
	by := actor.System("test")
	must(t, places.Seed(t.Context(), places.Services{Territory: a.Territory, Centre: a.Centre}, by))
	must(t, democatalogue.Seed(t.Context(), a.Publisher, by))
	must(t, history.Seed(t.Context(), history.Services{Tally: a.Tally, Report: a.Report}, by, year))
}

func seed(ctx context.Context, a *app.App, past *clock.Past) error {
	return takings.Seed(ctx, takings.Services{
		Office: a.Office, Books: a.Books,
		Bill: a.Bill, Keyring: a.Keyring, Till: a.Till, Bank: a.Bank, Payment: a.Payment, Visit: a.Visit, Clock: past,
	}, year, now)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// paid is how many payments the source prints for each site; the year table has each of them once, taken and not imported.
var paid = map[string]int64{
	"cesis": 950, "ridzene": 11, "dzerbene": 409, "inesi": 141, "kaive": 126, "marsneni": 107, "zoseni": 117, "taurene": 411,
}

// The year of Cēsis stands there exactly, paid through the real service; money is where it should be, to the cent; and a second seeding adds nothing.
func TestTheYearIsPaid(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		a, past := filled(t, dsn)
		wantYear(t, a)
		wantBalances(t, a)
		heads, err := a.Journal.Heads(t.Context(), a.DB)
		must(t, err)
		seedPast(t, a)
		must(t, seed(t.Context(), a, past))
		again, err := a.Journal.Heads(t.Context(), a.DB)
		must(t, err)
		if fmt.Sprint(heads) != fmt.Sprint(again) {
			t.Error("a second seeding wrote lines")
		}
		found, err := a.Verify(t.Context(), nil)
		must(t, err)
		for _, p := range found.Problems {
			t.Error(p)
		}
		wantAnyOrder(t, a)
		if !strings.HasPrefix(dsn, "postgres") { // what is made anew lies in a file, whatever the engine: wantAnyOrder has compared the whole on both
			wantOneByOne(t, a)
		}
		old, err := tillsql.Store{}.Ageing(t.Context(), a.DB, takings.Cesu, civil.In(now, time.UTC).AddDays(-7))
		must(t, err)
		if len(old) > 0 {
			t.Errorf("cash older than a week: %+v", old)
		}
	})
}

// wantAnyOrder holds that the tables do not depend on which desk wrote first: what all desks wrote in turn, replayed in an order by chance, makes the same rows.
func wantAnyOrder(t *testing.T, a *app.App) {
	t.Helper()
	seed := rand.Uint64()
	c := a.Mirror()
	c.Scratch, c.Order = t.TempDir(), mirrortest.Interleaved(rand.New(rand.NewPCG(seed, seed)))
	c.Found = func(p audit.Problem) { t.Errorf("replayed in the order %d: %s", seed, p) }
	result, err := mirror.Run(t.Context(), c)
	must(t, err)
	if result.Rows < 50_000 {
		t.Errorf("%d rows compared", result.Rows)
	}
}

// The tables that a statement speaks of, and those of the journal, which a replay writes for itself.
var (
	spoken = regexp.MustCompile(`(?i)\b(FROM|JOIN|INTO|UPDATE) (?:ONLY )?(\w+)`)
	ours   = strings.Fields("rebuild_cursor projection quarantine")
)

// wantOneByOne holds that each projection, made anew by itself where the tables of others are not even there, has the rows that it has in life, and that its
// statements speak of its own tables alone.
func wantOneByOne(t *testing.T, a *app.App) {
	t.Helper()
	for _, p := range a.Mirror().Projections {
		c := a.Mirror()
		c.Scratch, c.Only = t.TempDir(), []string{p.Name()}
		own, foreign := append(journal.Tables(p), ours...), map[string]bool{}
		if l, leans := p.(journal.Leaner); leans {
			c.Only = append(c.Only, l.LeansOn()...)
		}
		c.Watch = func(s sqldb.Statement) {
			for _, found := range spoken.FindAllStringSubmatch(s.Query, -1) {
				if table := found[2]; table != "SET" && !slices.Contains(own, table) {
					foreign[table] = true
				}
			}
		}
		c.Found = func(found audit.Problem) { t.Errorf("%s made anew by itself: %s", p.Name(), found) }
		_, err := mirror.Run(t.Context(), c)
		must(t, err)
		if _, leans := p.(journal.Leaner); !leans && len(foreign) > 0 {
			t.Errorf("%s speaks of tables that are not its own: %v", p.Name(), slices.Sorted(maps.Keys(foreign)))
		}
	}
}

func wantYear(t *testing.T, a *app.App) {
	t.Helper()
	q := report.Query{Period: civil.YearPeriod(year), By: report.ByCentre, Scope: report.Scope{Municipalities: []string{takings.Cesu}}}
	table, err := a.Report.Acts(t.Context(), q)
	must(t, err)
	seen := 0
	for _, row := range table.Rows {
		c := row.Cell(catalogue.Payment)
		want, pays := paid[row.Code]
		switch {
		case pays && (c.N() != want || c.Recorded != want):
			t.Errorf("%s: %+v, the source has %d", row.Code, c, want)
		case !pays && c.Recorded != 0:
			t.Errorf("%s: %+v", row.Code, c)
		}
		if pays {
			seen++
		}
	}
	if seen != len(paid) {
		t.Errorf("%d of %d sites", seen, len(paid))
	}
	var odd []string
	for _, f := range table.Flags {
		odd = append(odd, f.Row+" "+string(f.Odd))
	}
	if got := strings.Join(odd, ", "); got != "ridzene mirror, veselava almost_nothing" {
		t.Errorf("flags: %s", got)
	}
}

// wantBalances holds that all sums to zero, that nothing is on its way, and that the creditors have got what was theirs.
func wantBalances(t *testing.T, a *app.App) {
	t.Helper()
	sums, err := ledgersql.Store{}.Trial(t.Context(), a.DB, takings.Cesu, "", civil.YearPeriod(year))
	must(t, err)
	var all money.Amount
	kinds := map[ledger.AccountKind]money.Amount{}
	for _, s := range sums {
		all += s.Closing
		kinds[s.Account.Kind()] += s.Closing
	}
	if all != 0 || len(sums) < 20 {
		t.Errorf("%d accounts sum to %s", len(sums), all)
	}
	for _, k := range []ledger.AccountKind{ledger.KindTransit, ledger.KindCard, ledger.KindCreditor} {
		if kinds[k] != 0 {
			t.Errorf("%s holds %s", k, kinds[k])
		}
	}
	if kinds[ledger.KindCash]+kinds[ledger.KindFloat] != 0 {
		t.Errorf("the drawers hold %s, their change money is %s", kinds[ledger.KindCash], kinds[ledger.KindFloat])
	}
}
