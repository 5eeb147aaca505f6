// Package visitroom hands the counter in.
package visitroom

import (
	"context"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/catalogue/catalogueroom"
	"vienkopus/internal/centre/centreroom"
	"vienkopus/internal/office/officeroom"
	"vienkopus/internal/office/officesql"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/jobs"
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
	offices officesql.Store
	house   room.House
}

// draftsKept is how long what was typed and not sent is kept.
const draftsKept = 24 * time.Hour

// Needs are what the room needs of others.
type Needs struct {
	Centre    centreroom.Centre
	Office    officeroom.Office
	Catalogue catalogueroom.Catalogue
	// Unpaid tells what waits unpaid in the basket of a visit, and Drop empties the baskets of a visit.
	Unpaid func(ctx context.Context, who *httpx.Caller, v id.ID) (int, money.Amount, error)
	Drop   func(ctx context.Context, desk string, v id.ID) error
	// Paid tells what was paid in a visit.
	Paid func(ctx context.Context, v visit.Visit) ([]visit.Paid, error)
	// CountDue tells whether the drawer of a desk should have been counted, and since when it is open.
	CountDue func(ctx context.Context, desk string) (civil.Date, bool, error)
}

// New makes the room.
func New(h room.House, n Needs) Visit {
	centres, services := n.Centre, n.Catalogue
	c := Visit{drafts: visitsql.Drafts{DB: h.DB.Side(visitsql.DraftTables), Visits: h.DB, Sealer: h.Sealer}, centres: centres, offices: n.Office.Store, house: h}
	c.Service = visit.New(visit.Config{Journal: h.Journal, Store: c.Store, Places: centres.Store, Offers: services.Store})
	door := visithttp.Deps{
		Journal: h.Journal, Counter: c.Service, Store: c.Store, Drafts: c.drafts, Shelf: services.Shelf, Elsewhere: c.nearest, Place: c.place,
		Unpaid: n.Unpaid, Drop: n.Drop, CountDue: n.CountDue, Paid: n.Paid,
	}
	c.Room = room.Room{
		Name: "visit", Facts: visit.Facts(), Projections: []journal.Projection{c.Store}, Permissions: visit.Permissions,
		Kept:   []room.Kept{{Migration: visitsql.DraftMigration, Losable: []string{"draft"}}},
		Routes: visithttp.Routes(door), Operations: func(api *rest.API) { visithttp.Operations(api, door) },
		Doors: []room.Door{{Rank: 10, Permission: staff.MayServe, Label: "app.nav_counter", Href: "/counter", Landing: 2}},
		Jobs:  []jobs.Job{{Name: "drafts.sweep", Every: time.Hour, Within: time.Minute, Run: c.sweep}},
	}
	return c
}

// sweep forgets what was typed long ago for visits that were never closed.
func (c Visit) sweep(ctx context.Context) error {
	_, err := c.drafts.Sweep(ctx, c.house.Clock.Now().Add(-draftsKept))
	return err
}
