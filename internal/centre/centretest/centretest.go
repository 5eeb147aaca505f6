// Package centretest gives tests a network of places on a real database.
package centretest

import (
	"context"
	"testing"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/centre"
	"vienkopus/internal/centre/centresql"
	"vienkopus/internal/demo/places"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/journaltest"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/territory"
	"vienkopus/internal/territory/territorysql"
)

// Network is the places on an empty database, with their services.
type Network struct {
	Journal   *journal.Journal
	Clock     *clock.Hand
	Territory *territory.Service
	Centre    *centre.Service
}

// By is who writes in tests.
var By = actor.System("test")

// Now is where the clock of the tests begins: Saturday, 21 November 2026, 11:00 in Rīga.
var Now = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

// Open makes the tables at dsn and returns the services on them; the database is closed with the test.
func Open(t *testing.T, dsn string) Network {
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
	n := Network{Clock: clock.NewHand(Now)}
	n.Journal, err = journal.New(journal.Config{
		DB: db, Clock: n.Clock,
		Facts:       append(territory.Facts(), centre.Facts()...),
		Projections: []journal.Projection{territorysql.Store{}, centresql.Store{}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := n.Journal.Prepare(ctx, nil); err != nil {
		t.Fatal(err)
	}
	n.Territory = territory.New(territory.Config{Journal: n.Journal, Store: territorysql.Store{}})
	n.Centre = centre.New(centre.Config{Journal: n.Journal, Store: centresql.Store{}, Territory: territorysql.Store{}})
	return n
}

// Seeded is Open with the places of the demonstration.
func Seeded(t *testing.T, dsn string) Network {
	t.Helper()
	n := Open(t, dsn)
	n.Seed(t.Context(), t)
	return n
}

// Seed makes the places of the demonstration known.
func (n Network) Seed(ctx context.Context, t *testing.T) {
	t.Helper()
	if err := places.Seed(ctx, places.Services{Territory: n.Territory, Centre: n.Centre}, By); err != nil {
		t.Fatal(err)
	}
}
