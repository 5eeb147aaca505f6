package centresql_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/centre"
	"vienkopus/internal/centre/centresql"
	"vienkopus/internal/centre/centretest"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/territory/territorysql"
	"vienkopus/internal/visit"
)

var (
	store = centresql.Store{}
	today = civil.MustDate("2026-11-21")
)

func eachSeeded(t *testing.T, test func(t *testing.T, n centretest.Network)) {
	t.Helper()
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) { test(t, centretest.Seeded(t, dsn)) })
}

// everything returns what the two stores say, to compare before and after.
func everything(t *testing.T, n centretest.Network) string {
	t.Helper()
	ctx, r := t.Context(), n.Journal.DB()
	var parts []any
	add := func(part any, err error) {
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, part)
	}
	municipalities, err := territorysql.Store{}.Municipalities(ctx, r)
	add(municipalities, err)
	for _, m := range municipalities {
		units, err := territorysql.Store{}.Units(ctx, r, m.Code)
		add(units, err)
	}
	centres, err := store.Centres(ctx, r)
	add(centres, err)
	for _, c := range centres {
		desks, err := store.DesksOf(ctx, r, c.Code)
		add(desks, err)
		tables, err := store.TimetablesOf(ctx, r, c.Code)
		add(tables, err)
	}
	known, err := store.Known(ctx, r, today)
	add(known, err)
	rules, err := may(ctx, r, today)
	add(rules, err)
	return fmt.Sprintf("%+v", parts)
}

func TestSeedingAgainChangesNothing(t *testing.T) {
	eachSeeded(t, func(t *testing.T, n centretest.Network) {
		heads, err := n.Journal.Heads(t.Context(), n.Journal.DB())
		if err != nil {
			t.Fatal(err)
		}
		before := everything(t, n)
		n.Seed(t.Context(), t)
		again, err := n.Journal.Heads(t.Context(), n.Journal.DB())
		if err != nil || cmp.Diff(heads, again) != "" || everything(t, n) != before {
			t.Errorf("seeding again wrote lines: %v, %v, %v", heads, again, err)
		}
		if len(heads) != 1 || heads[0].Desk != "NETWORK" {
			t.Errorf("places were written at %v", heads)
		}
	})
}

func TestRebuildGivesTheSameTables(t *testing.T) {
	eachSeeded(t, func(t *testing.T, n centretest.Network) {
		ctx := t.Context()
		for _, err := range []error{
			n.Centre.Move(ctx, centretest.By, "m", centre.Moved{Centre: "veselava", From: today, Location: centre.Location{
				Unit: "veselavas-parish", Address: "Bērnudārzs", Point: veselava, Precision: centre.Building,
			}}),
			n.Centre.AssignTier(ctx, centretest.By, "t", centre.TierAssigned{Centre: "ridzene", Tier: centre.CustomerCentre, From: today}),
			n.Centre.Close(ctx, centretest.By, "c", centre.Closed{Centre: "kaive", To: today}),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		before := everything(t, n)
		if err := n.Journal.Rebuild(ctx, nil); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, everything(t, n)); diff != "" {
			t.Error(diff)
		}
		if bad, err := n.Journal.Quarantine(ctx, n.Journal.DB()); err != nil || len(bad) > 0 {
			t.Errorf("quarantined: %v, %v", bad, err)
		}
	})
}

// may returns what every tier may do, as the store answers it.
func may(ctx context.Context, r journal.Reader, on civil.Date) (map[string]bool, error) {
	table := map[string]bool{}
	for _, tier := range append([]centre.Tier{"", "palace"}, centre.Tiers...) {
		for _, authority := range append([]string{"", "church"}, centre.Authorities...) {
			for _, act := range append([]string{"dance"}, centre.Acts...) {
				ok, err := store.May(ctx, r, tier, authority, act, on)
				if err != nil {
					return nil, err
				}
				table[fmt.Sprintf("%s %s %s", tier, authority, act)] = ok
			}
		}
	}
	return table, nil
}

// TestTierRules writes the table of domain.md out by hand, in other words than the data do.
func TestTierRules(t *testing.T) {
	eachSeeded(t, func(t *testing.T, n centretest.Network) {
		got, err := may(t.Context(), n.Journal.DB(), today)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]bool{}
		for key := range got {
			parts := strings.Split(key, " ")
			want[key] = domainAllows(parts[0], parts[1], parts[2])
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		before, err := may(t.Context(), n.Journal.DB(), civil.MustDate("2014-12-31"))
		if err != nil {
			t.Fatal(err)
		}
		for key, ok := range before {
			if ok {
				t.Errorf("before the first table %s was allowed", key)
			}
		}
	})
}

func domainAllows(tier, authority, act string) bool {
	known := authority == "" || authority == "state" || authority == "municipal" || authority == "help"
	if !known || act == "dance" || tier == "" || tier == "palace" {
		return false
	}
	if act == "call" || act == "unmet" {
		return true
	}
	switch tier {
	case "service-point":
		return (authority == "municipal" || authority == "") && act != "eservice_help"
	case "customer-centre":
		return authority != "state" || act == "eservice_help"
	}
	return true
}

// TestWordsAgree holds the words of the rules to those of the catalogue and of the visits.
func TestWordsAgree(t *testing.T) {
	t.Parallel()
	var kinds []string
	for _, k := range visit.Kinds {
		kinds = append(kinds, string(k))
	}
	if diff := cmp.Diff(kinds, centre.Acts); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{string(catalogue.State), string(catalogue.Municipal), string(catalogue.Help)}, centre.Authorities); diff != "" {
		t.Error(diff)
	}
	classes := []centre.Class{catalogue.TierServicePoint, catalogue.TierCustomerCentre, catalogue.TierUnified, catalogue.TierMobile}
	if diff := cmp.Diff(classes, centre.Classes); diff != "" {
		t.Error(diff)
	}
}

func TestDesk(t *testing.T) {
	eachSeeded(t, func(t *testing.T, n centretest.Network) {
		ctx, r := t.Context(), n.Journal.DB()
		got, err := store.Desk(ctx, r, "MRS-1", today)
		want := centre.DeskPlace{Desk: "MRS-1", Centre: "marsneni", Municipality: "0026000", Tier: centre.ServicePoint, Zone: "Europe/Riga"}
		if err != nil || got != want {
			t.Errorf("%+v, %v", got, err)
		}
		if got, err := store.Desk(ctx, r, "MAZ-1", today); err != nil || got.Zone != "Europe/Vilnius" || got.Tier != centre.CustomerCentre {
			t.Errorf("%+v, %v", got, err)
		}
		if got, err := store.Desk(ctx, r, "ANN-1", civil.MustDate("2023-03-06")); err != nil || got.Tier != "" {
			t.Errorf("the day before Anna opened: %+v, %v", got, err)
		}
		if _, err := store.Desk(ctx, r, "XXX-1", today); fault.KindOf(err) != fault.NotFound {
			t.Errorf("unknown desk: %v", err)
		}
		if err := n.Centre.CloseDesk(ctx, centretest.By, "k", centre.DeskClosed{Desk: "CES-3", To: today}); err != nil {
			t.Fatal(err)
		}
		if _, err := store.Desk(ctx, r, "CES-3", today); err != nil {
			t.Errorf("on its last day: %v", err)
		}
		if _, err := store.Desk(ctx, r, "CES-3", today.AddDays(1)); fault.KindOf(err) != fault.Conflict {
			t.Errorf("after its last day: %v", err)
		}
	})
}
