// Package tillroom hands in the money in drawers and bags.
package tillroom

import (
	"context"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/bill/billroom"
	"vienkopus/internal/centre/centreroom"
	"vienkopus/internal/ledger"
	"vienkopus/internal/ledger/ledgerroom"
	"vienkopus/internal/office/officeroom"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/platform/room"
	"vienkopus/internal/till"
	"vienkopus/internal/till/tillhttp"
	"vienkopus/internal/till/tillsql"
)

// Till is the room, and what later rooms need of it.
type Till struct {
	room.Room
	Service *till.Service
	Store   tillsql.Store
	house   room.House
}

// CountDue tells whether the drawer of a desk is open longer than its rule allows and has not been counted, and since when. It is asked for where the clerk begins, and never
// before a client.
func (t Till) CountDue(ctx context.Context, desk string) (civil.Date, bool, error) {
	return t.Service.CountDue(ctx, t.house.DB, desk, civil.In(t.house.Clock.Now(), lang.Zone))
}

// Needs are what the room needs of others.
type Needs struct {
	Centre centreroom.Centre
	Office officeroom.Office
	Ledger ledgerroom.Ledger
	Bill   billroom.Bill
	// Receipts, Remarks and Stated are those of tillhttp.Deps.
	Remarks  tillhttp.Remarks
	Receipts func(ctx context.Context, r journal.Reader, at ledger.Place) ([]string, error)
	Stated   func(ctx context.Context) (code string, at time.Time, err error)
}

// New makes the room.
func New(h room.House, n Needs) Till {
	t := Till{house: h}
	t.Service = till.New(till.Config{Journal: h.Journal, Store: t.Store, Places: n.Centre.Store, Ledger: n.Ledger.Service})
	t.Room = room.Room{
		Name: "till", Facts: till.Facts(), Projections: []journal.Projection{t.Store}, Permissions: till.Permissions,
		Routes: tillhttp.Routes(tillhttp.Deps{
			Journal: h.Journal, Office: n.Office.Shell, Till: t.Service, Store: t.Store, Creditors: n.Bill.Store, Centres: n.Centre.Store,
			Stated: n.Stated, Receipts: n.Receipts, Remarks: n.Remarks, Issuers: n.Office.Store,
		}),
		Doors: []room.Door{
			{Rank: 30, Permission: till.MayTake, Label: "app.nav_till", Href: "/till"},
			{Rank: 40, Permission: till.MayRead, Label: "app.nav_office", Href: "/office"},
		},
		Office: []room.Tab{
			{Rank: 10, Permission: till.MayRead, Label: "office.room_till", Path: "/till"},
			{Rank: 20, Permission: till.MayRead, Label: "tillpage.room_book", Path: "/cash-book"},
			{Rank: 30, Permission: till.MayRead, Label: "tillpage.room_summary", Path: "/summary"},
		},
		Checks: []audit.Check{tillsql.Check()},
	}
	return t
}
