package territorysql_test

import (
	"testing"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/journaltest"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/territory"
	"vienkopus/internal/territory/territorysql"
)

var (
	by     = actor.System("test")
	store  = territorysql.Store{}
	reform = civil.MustDate("2021-07-01")
)

func open(t *testing.T, dsn string) (*territory.Service, *journal.Journal) {
	t.Helper()
	ctx := t.Context()
	db, err := sqldb.Open(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := db.Migrate(ctx, journaltest.Steps()); err != nil {
		t.Fatal(err)
	}
	j, err := journal.New(journal.Config{
		DB: db, Clock: clock.NewHand(time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)),
		Facts: territory.Facts(), Projections: []journal.Projection{store},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := j.Prepare(ctx, nil); err != nil {
		t.Fatal(err)
	}
	return territory.New(territory.Config{Journal: j, Store: store}), j
}

func TestTerritory(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		ctx := t.Context()
		s, j := open(t, dsn)
		in := territory.Registered{Code: "0026000", Country: territory.Latvia, Name: "Cēsu novads", From: reform, Remark: territory.Remark{LV: "jā"}}
		refuse := func(want fault.Kind, err error) {
			t.Helper()
			if fault.KindOf(err) != want || err == nil {
				t.Errorf("want %s, have %v", want, err)
			}
		}
		refuse(fault.Invalid, s.Register(ctx, by, "0", territory.Registered{Code: "00 26", Name: " x", Country: "EE"}))
		ok(t, s.Register(ctx, by, "1", in))
		ok(t, s.Register(ctx, by, "1", in))
		refuse(fault.Conflict, s.Register(ctx, by, "2", in))
		ok(t, s.Register(ctx, by, "3", territory.Registered{Code: "limbazu-novads", Country: territory.Latvia, Name: "Limbažu novads", From: reform}))
		ok(t, s.RegisterUnit(ctx, by, "u1", territory.UnitRegistered{Code: "0026200", Municipality: "0026000", Name: "Cēsis", Type: territory.Town, From: reform}))
		ok(t, s.RegisterUnit(ctx, by, "u2", territory.UnitRegistered{Code: "amatas-parish", Municipality: "0026000", Name: "Amatas pagasts", Type: territory.Parish, From: reform}))
		refuse(fault.Conflict, s.RegisterUnit(ctx, by, "u3", territory.UnitRegistered{Code: "0026200", Municipality: "0026000", Name: "Cēsis", Type: territory.Town, From: reform}))
		refuse(fault.NotFound, s.RegisterUnit(ctx, by, "u4", territory.UnitRegistered{Code: "x", Municipality: "0099000", Name: "X", Type: territory.Town, From: reform}))
		refuse(fault.Invalid, s.RegisterUnit(ctx, by, "u5", territory.UnitRegistered{Code: "x", Municipality: "0026000", Name: "X", Type: "moon", From: reform}))

		change := civil.MustDate("2025-07-01")
		ok(t, s.Rename(ctx, by, "n1", territory.Renamed{Code: "0026000", Name: "Cēsu un Siguldas novads", From: change}))
		refuse(fault.Invalid, s.Rename(ctx, by, "n2", territory.Renamed{Code: "0026000", Name: "x", From: reform.AddDays(-1)}))
		ok(t, s.Dissolve(ctx, by, "d1", territory.Dissolved{Code: "limbazu-novads", To: change.AddDays(-1), Into: "0026000"}))
		refuse(fault.Invalid, s.Dissolve(ctx, by, "d2", territory.Dissolved{Code: "limbazu-novads", To: change}))
		ok(t, s.DissolveUnit(ctx, by, "d3", territory.UnitDissolved{Code: "amatas-parish", To: change}))

		for range 2 { // as written, and as rebuilt
			check(t, j, change)
			ok(t, j.Rebuild(ctx, nil))
		}
	})
}

func check(t *testing.T, j *journal.Journal, change civil.Date) {
	t.Helper()
	ctx := t.Context()
	all, err := store.Municipalities(ctx, j.DB())
	if err != nil || len(all) != 2 {
		t.Fatalf("%+v, %v", all, err)
	}
	m := all[0]
	if m.Name != "Cēsu un Siguldas novads" || m.NameOn(change.AddDays(-1)) != "Cēsu novads" || m.NameOn(change) != m.Name ||
		m.NameOn(reform.AddDays(-1)) != "Cēsu novads" || m.Unverified || m.Remark.LV != "jā" {
		t.Errorf("%+v", m)
	}
	gone := all[1]
	if !gone.Unverified || gone.Into != "0026000" || !gone.ExistsOn(change.AddDays(-1)) || gone.ExistsOn(change) || gone.ExistsOn(reform.AddDays(-1)) {
		t.Errorf("%+v", gone)
	}
	units, err := store.Units(ctx, j.DB(), "0026000")
	if err != nil || len(units) != 2 || units[0].Name != "Cēsis" || units[0].Unverified || !units[1].Unverified || units[1].ExistsOn(change.AddDays(1)) {
		t.Errorf("%+v, %v", units, err)
	}
	if _, err := store.Municipality(ctx, j.DB(), "x"); fault.First(err) == nil || fault.First(err).Key != "territory.municipality_unknown" {
		t.Error(err)
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}
