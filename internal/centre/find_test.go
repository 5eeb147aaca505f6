package centre_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/geo"
	"vienkopus/internal/centre"
	"vienkopus/internal/centre/centresql"
	"vienkopus/internal/centre/centretest"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/territory"
	"vienkopus/internal/territory/territorysql"
)

var (
	riga     = mustZone("Europe/Riga")
	marsneni = geo.Point{Lat: 57.4215, Lon: 25.5809}
	sutri    = geo.Point{Lat: 56.3133, Lon: 26.5269}
	// Firewood is a municipal benefit, maternity one of the state, e-help is what the counter itself gives.
	firewood  = &centre.Need{Authority: "municipal", Acts: []string{"consultation", "application"}, Classes: []string{"service-point", "customer-centre", "unified", "mobile"}}
	maternity = &centre.Need{Authority: "state", Acts: []string{"consultation", "eservice_help", "application"}, Classes: []string{"unified", "mobile"}}
)

func mustZone(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return zone
}

func at(text string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", text, riga)
	if err != nil {
		panic(err)
	}
	return t
}

func directory(t *testing.T) centre.Directory {
	t.Helper()
	n := centretest.Seeded(t, dbtest.SQLite(t))
	d, err := centresql.Store{}.Directory(t.Context(), n.Journal.DB(), civil.MustDate("2026-11-21"), centre.NewCalendars(civil.LatvianCalendar(civil.Orders{})))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func find(t *testing.T, d centre.Directory, q centre.Query) ([]string, centre.Outcome) {
	t.Helper()
	out, err := d.Find(q)
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, s := range out.Found {
		codes = append(codes, s.Centre.Code)
	}
	return codes, out
}

func TestFind(t *testing.T) {
	t.Parallel()
	d := directory(t)
	for _, c := range []struct {
		name   string
		q      centre.Query
		first  string
		nearer string
		lacks  []centre.Lack
	}{
		{"anything, anywhere near", centre.Query{From: &marsneni, At: at("2026-11-20 10:00")}, "marsneni", "", nil},
		{"the state only from a unified centre", centre.Query{From: &marsneni, At: at("2026-11-20 10:00"), Need: maternity}, "cesis", "marsneni", []centre.Lack{centre.LacksService}},
		{"firewood at the library", centre.Query{From: &marsneni, At: at("2026-11-20 10:00"), Need: firewood, OpenNow: true}, "marsneni", "", nil},
		// On Mondays in winter the library is closed, and Cēsis is open until 18.
		{"closed on Monday", centre.Query{From: &marsneni, At: at("2026-11-16 17:30"), Need: firewood, OpenNow: true}, "cesis", "marsneni", []centre.Lack{centre.LacksOpen}},
		// In summer it is open on Mondays.
		{"open on a summer Monday", centre.Query{From: &marsneni, At: at("2026-07-06 10:00"), OpenNow: true}, "marsneni", "", nil},
		{"at lunch", centre.Query{From: &marsneni, At: at("2026-11-19 12:10"), OpenNow: true}, "cesis", "marsneni", []centre.Lack{centre.LacksOpen}},
		{"no step", centre.Query{From: &geo.Point{Lat: 57.2622, Lon: 25.4294}, At: at("2026-11-20 10:00"), StepFree: true}, "cesis", "ridzene", []centre.Lack{centre.LacksStepFree}},
		{"the bus lets wheels in", centre.Query{From: &sutri, At: at("2026-11-19 11:00"), StepFree: true, Need: maternity}, "livani-bus", "", nil},
		{"the bus may be elsewhere", centre.Query{From: &sutri, At: at("2026-11-19 11:00"), OpenNow: true}, "rozupe", "livani-bus", []centre.Lack{centre.LacksStop}},
		{"the bus stands still", centre.Query{From: &sutri, At: at("2026-11-20 11:00"), OpenNow: true, StepFree: true}, "livani", "livani-bus", []centre.Lack{centre.LacksOpen}},
	} {
		t.Run(c.name, func(t *testing.T) {
			codes, out := find(t, d, c.q)
			if len(codes) == 0 || codes[0] != c.first {
				t.Errorf("found %v, want %s first", codes, c.first)
			}
			nearer := ""
			if out.Nearer != nil {
				nearer = out.Nearer.Centre.Code
			}
			if nearer != c.nearer || !slices.Equal(out.Lacks, c.lacks) {
				t.Errorf("nearer is %q with %v, want %q with %v", nearer, out.Lacks, c.nearer, c.lacks)
			}
			if slices.Contains(codes, "mazeikiai-bus") {
				t.Error("a bus that is only planned was found")
			}
		})
	}
}

func TestHolidaysAndDistances(t *testing.T) {
	t.Parallel()
	d := directory(t)
	// 18 November is a holiday in Latvia and a working Wednesday in Mažeikiai; 16 February is one in Lithuania only.
	codes, out := find(t, d, centre.Query{From: &marsneni, At: at("2026-11-18 10:00"), OpenNow: true})
	if diff := cmp.Diff([]string{"mazeikiai"}, codes); diff != "" {
		t.Error(diff)
	}
	if out.Nearer == nil || out.Nearer.Hours.Today.Holiday.Key != civil.ProclamationDay || !out.Nearer.Hours.Change.Equal(at("2026-11-19 09:00")) {
		t.Errorf("%+v", out.Nearer.Hours.Today)
	}
	codes, _ = find(t, d, centre.Query{From: &marsneni, At: at("2026-02-16 10:00"), OpenNow: true})
	if slices.Contains(codes, "mazeikiai") || !slices.Contains(codes, "cesis") {
		t.Errorf("on 16 February: %v", codes)
	}
	_, out = find(t, d, centre.Query{From: &marsneni, At: at("2026-11-20 10:00")})
	if !slices.IsSortedFunc(out.Found, func(a, b centre.Seen) int { return a.Nearby.Metres - b.Nearby.Metres }) || len(out.Found) != 31 {
		t.Errorf("%d centres, or not by distance", len(out.Found))
	}
	codes, _ = find(t, d, centre.Query{At: at("2026-11-20 10:00")})
	if codes[0] != "aloja" {
		t.Errorf("without a place they stand by name: %v", codes)
	}
}

func TestWhatACentreMayDoForANeed(t *testing.T) {
	t.Parallel()
	d := directory(t)
	for class, want := range map[centre.Class]string{
		centre.ClassServicePoint: "", centre.ClassCustomerCentre: "eservice_help", centre.ClassUnified: "consultation eservice_help application",
	} {
		if got := strings.Join(maternity.DoneBy(d.Rules, class), " "); got != want {
			t.Errorf("%s does %q, want %q", class, got, want)
		}
	}
	// The catalogue may be narrower than the rules: then its word counts for applications.
	narrow := *firewood
	narrow.Classes = []string{"unified"}
	if got := narrow.DoneBy(d.Rules, centre.ClassServicePoint); !slices.Equal(got, []string{"consultation"}) {
		t.Errorf("%v", got)
	}
}

func gazetteer(t *testing.T) *centre.Gazetteer {
	t.Helper()
	ctx := t.Context()
	n := centretest.Seeded(t, dbtest.SQLite(t))
	centres, err := centresql.Store{}.Centres(ctx, n.Journal.DB())
	if err != nil {
		t.Fatal(err)
	}
	places, err := territorysql.Store{}.Municipalities(ctx, n.Journal.DB())
	if err != nil {
		t.Fatal(err)
	}
	var units []territory.Unit
	for _, m := range places {
		some, err := territorysql.Store{}.Units(ctx, n.Journal.DB(), m.Code)
		if err != nil {
			t.Fatal(err)
		}
		units = append(units, some...)
	}
	return centre.NewGazetteer(centres, units, places, civil.MustDate("2026-11-21"))
}

func TestGazetteer(t *testing.T) {
	t.Parallel()
	g := gazetteer(t)
	for typed, want := range map[string]string{
		"Mārsnēni": "Mārsnēni", "marsneni": "Mārsnēni", "  MARSNENOS ": "Mārsnēni", "marsnenu pagasts": "Mārsnēnu pagasts",
		"marsnenu pag.": "Mārsnēni", "cesis": "Cēsis", "rozupe": "Rožupe", "kolbergis": "Kolberģis", "turki": "Turki",
		"marsneny": "Mārsnēni", "ziemera": "Ziemera pagasts", "amata": "Amatas pagasts (Cēsis)", "pededze": "Pededzes pagasts (Alūksne)",
		"cesu novads": "Cēsu novads (Cēsis)", "mazeikiai": "Mažeikiai", "Mažeikiuose": "", "taurene": "Taurene", "tauren": "Taurene",
		"atlantīda": "", "": "", "?!": "",
	} {
		got := ""
		if spots := g.Find(typed); len(spots) > 0 {
			got = spots[0].Name
			if spots[0].Instead != "" {
				got += " (" + spots[0].Instead + ")"
			}
		}
		if got != want {
			t.Errorf("%q is %q, want %q", typed, got, want)
		}
	}
	if spots := g.Find("jaun"); len(spots) < 3 {
		t.Errorf("jaun could be more than %+v", spots)
	}
}
