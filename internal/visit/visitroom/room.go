// Package visitroom hands the counter in.
package visitroom

import (
	"context"
	"log/slog"
	"time"

	"vienkopus/internal/catalogue/catalogueroom"
	"vienkopus/internal/centre/centreroom"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/rest"
	"vienkopus/internal/platform/room"
	"vienkopus/internal/staff"
	"vienkopus/internal/visit"
	"vienkopus/internal/visit/visithttp"
	"vienkopus/internal/visit/visitsql"
)

// Visit is the room, and what later rooms need of it.
type Visit struct {
	room.Room
	Service *visit.Service
	Store   visitsql.Store
	drafts  visitsql.Drafts
	centres centreroom.Centre
	house   room.House
}

const (
	// draftsKept is how long what was typed and not sent is kept, and sweepEvery how often old drafts are looked for.
	draftsKept = 24 * time.Hour
	sweepEvery = time.Hour
)

// New makes the room.
func New(h room.House, centres centreroom.Centre, services catalogueroom.Catalogue) Visit {
	c := Visit{drafts: visitsql.Drafts{DB: h.DB}, centres: centres, house: h}
	c.Service = visit.New(visit.Config{Journal: h.Journal, Store: c.Store, Places: centres.Store, Offers: services.Store})
	door := visithttp.Deps{
		Journal: h.Journal, Counter: c.Service, Store: c.Store, Drafts: c.drafts, Shelf: services.Shelf, Elsewhere: c.nearest,
	}
	c.Room = room.Room{
		Name: "visit", Facts: visit.Facts(), Projections: []journal.Projection{c.Store}, Permissions: visit.Permissions,
		Kept:   []room.Kept{{Migration: visitsql.DraftMigration}},
		Routes: visithttp.Routes(door), Operations: func(api *rest.API) { visithttp.Operations(api, door) },
		Doors: []room.Door{{Rank: 10, Permission: staff.MayServe, Label: "app.nav_counter", Href: "/counter", Landing: 2}},
		Jobs:  []func(context.Context){c.sweep},
	}
	return c
}

// sweep forgets what was typed long ago for visits that were never closed.
func (c Visit) sweep(ctx context.Context) {
	for {
		if _, err := c.drafts.Sweep(ctx, c.house.Clock.Now().Add(-draftsKept)); err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "old drafts could not be forgotten", slog.Any("error", err))
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(sweepEvery):
		}
	}
}
