// Package tallytest gives the tests of counts and reports a small network on a real database: the nine sites of Cēsis, one
// centre of Alūksne, a few services, and a journal in which acts can be recorded.
package tallytest

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/id"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/catalogue/cataloguesql"
	"vienkopus/internal/centre"
	"vienkopus/internal/centre/centresql"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/journaltest"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/tally"
	"vienkopus/internal/tally/tallysql"
	"vienkopus/internal/territory"
	"vienkopus/internal/territory/territorysql"
	"vienkopus/internal/visit"
	"vienkopus/internal/visit/visitsql"
)

// Codes of the network.
const (
	Cesis   = "0026000"
	Aluksne = "0021000"
)

// Sites are the centres of Cēsis municipality in the order of the source, each with its desks.
var Sites = []struct {
	Code, Name string
	Tier       centre.Tier
	Desks      []string
}{
	{"cesis", "Cēsis", centre.UnifiedRegional, []string{"CES-1", "CES-2", "CES-3"}},
	{"ridzene", "Rīdzene", centre.ServicePoint, []string{"RID-1"}},
	{"dzerbene", "Dzērbene", centre.ServicePoint, []string{"DZE-1"}},
	{"inesi", "Ineši", centre.ServicePoint, []string{"INE-1"}},
	{"kaive", "Kaive", centre.ServicePoint, []string{"KAI-1"}},
	{"marsneni", "Mārsnēni", centre.ServicePoint, []string{"MRS-1"}},
	{"zoseni", "Zosēni", centre.ServicePoint, []string{"ZOS-1"}},
	{"taurene", "Taurene", centre.UnifiedLocal, []string{"TAU-1"}},
	{"veselava", "Veselava", centre.ServicePoint, []string{"VES-1"}},
}

// Services are the services of the network and whose they are.
var Services = map[string]string{
	"vsaa-maternity-benefit": "VSAA",
	"vid-income-declaration": "VID",
	"water-bill":             "MUNICIPALITY",
	"firewood-benefit":       "MUNICIPALITY",
}

// Clerk is who records.
var Clerk = actor.Staff("s1", "clerk")

// Network is an open database with the reference facts in it.
type Network struct {
	tb      testing.TB
	Journal *journal.Journal
	Clock   *clock.Hand
	Import  *tally.Service
	Rollups *tallysql.Rollups
	keys    atomic.Int64
}

// New opens the network at dsn on 21 November 2026, 9:00 UTC, and closes it with the test. The extra definitions and
// projections join those of visits and counts.
func New(tb testing.TB, dsn string, facts []journal.Definition, extra ...journal.Projection) *Network {
	tb.Helper()
	n := Empty(tb, dsn, facts, extra...)
	n.seed()
	return n
}

// Empty is New without any reference facts, for a test that brings its own.
func Empty(tb testing.TB, dsn string, facts []journal.Definition, extra ...journal.Projection) *Network {
	tb.Helper()
	ctx := tb.Context()
	db, err := sqldb.Open(ctx, dsn)
	must(tb, err)
	tb.Cleanup(func() { must(tb, db.Close()) })
	must(tb, db.Migrate(ctx, journaltest.Steps()))
	n := &Network{tb: tb, Clock: clock.NewHand(time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC))}
	facts = append(facts, visit.Facts()...)
	facts = append(facts, tally.Facts()...)
	facts = append(facts, centre.Facts()...)
	facts = append(facts, catalogue.Facts()...)
	facts = append(facts, territory.Facts()...)
	n.Journal, err = journal.New(journal.Config{
		DB: db, Clock: n.Clock, Facts: facts,
		Projections: append(extra, territorysql.Store{}, centresql.Store{}, cataloguesql.Store{}, visitsql.Store{}, tallysql.Store{}),
	})
	must(tb, err)
	n.Rollups = tallysql.NewRollups(n.Journal)
	must(tb, n.Journal.Learn(nil, []journal.Projection{n.Rollups}))
	_, err = n.Journal.Prepare(ctx, nil)
	must(tb, err)
	n.Import = tally.New(tally.Config{
		Journal: n.Journal, Store: tallysql.Store{}, Places: centresql.Store{}, Catalogue: cataloguesql.Store{},
		Feeds: []string{"PVS"},
	})
	return n
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// Post records the facts at the desk, in one post. A visit that they close without having opened it is opened first.
func (n *Network) Post(desk string, facts ...journal.Fact) []journal.Entry {
	n.tb.Helper()
	key, err := journal.NewKey(fmt.Sprintf("t%d", n.keys.Add(1)), nil)
	must(n.tb, err)
	posted, err := n.Journal.Post(n.tb.Context(), Clerk, desk, key, func(tx *journal.Tx) error {
		for _, f := range append(unopened(facts), facts...) {
			if err := tx.Record(n.tb.Context(), f); err != nil {
				return err
			}
		}
		return nil
	})
	must(n.tb, err)
	return posted.Entries
}

// unopened opens the visits that facts close and do not open.
func unopened(facts []journal.Fact) (first []journal.Fact) {
	opened := map[id.ID]bool{}
	for _, f := range facts {
		switch f := f.(type) {
		case visit.Opened:
			opened[f.Visit] = true
		case visit.Closed:
			if !opened[f.Visit] {
				first = append(first, visit.Opened{Visit: f.Visit, Municipality: f.Municipality, Centre: f.Centre, Channel: f.Channel})
			}
		}
	}
	return first
}

func (n *Network) seed() {
	n.tb.Helper()
	day := civil.MustDate("2010-01-01")
	facts := []journal.Fact{
		territory.Registered{Code: Cesis, Name: "Cēsu novads", Country: territory.Latvia, From: day},
		territory.Registered{Code: Aluksne, Name: "Alūksnes novads", Country: territory.Latvia, From: day},
		opened("aluksne", "Alūksne", Aluksne),
		centre.TierAssigned{Centre: "aluksne", Tier: centre.UnifiedCounty, From: day},
		centre.DeskOpened{Desk: "ALU-1", Centre: "aluksne", Name: "1"},
	}
	for _, s := range Sites {
		facts = append(facts, opened(s.Code, s.Name, Cesis), centre.TierAssigned{Centre: s.Code, Tier: s.Tier, From: day})
		for _, desk := range s.Desks {
			facts = append(facts, centre.DeskOpened{Desk: desk, Centre: s.Code, Name: desk})
		}
	}
	for _, code := range []string{"VSAA", "VID", "MUNICIPALITY"} {
		kind := catalogue.State
		if code == "MUNICIPALITY" {
			kind = catalogue.Municipal
		}
		facts = append(facts, catalogue.InstitutionRegistered{Institution: catalogue.Institution{
			Code: code, Kind: kind, Name: text(code), ShortName: text(code),
		}})
	}
	for code, institution := range Services {
		facts = append(facts, catalogue.ServicePublished{Service: catalogue.Service{
			Code: code, Version: 1, Institution: institution, Name: text(strings.ReplaceAll(code, "-", " ")),
		}})
	}
	n.Post(territory.Network, facts...)
}

func opened(code, name, municipality string) centre.Opened {
	return centre.Opened{Code: code, Name: name, Municipality: municipality, Host: centre.ParishLibrary, Zone: "Europe/Riga"}
}

func text(s string) catalogue.Text { return catalogue.Text{LV: s, EN: s, LT: s} }

// Line is a recorded act of a kind at a desk of the network on a day, in person.
func Line(centreCode string, day string, kind catalogue.ActKind, service string) visit.Line {
	municipality := Cesis
	if centreCode == "aluksne" {
		municipality = Aluksne
	}
	return visit.Line{
		Day: civil.MustDate(day), Municipality: municipality, Centre: centreCode, Kind: kind, Channel: visit.InPerson,
		Service: service, ServiceVersion: 1, Institution: Services[service],
	}
}
