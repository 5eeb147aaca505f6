// Package paperbookroom hands in the paper books.
package paperbookroom

import (
	"context"

	"vienkopus/internal/centre/centreroom"
	"vienkopus/internal/office/officeroom"
	"vienkopus/internal/paperbook"
	"vienkopus/internal/paperbook/paperbookhttp"
	"vienkopus/internal/paperbook/paperbooksql"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/room"
)

// Books is the room, and what later rooms need of it.
type Books struct {
	room.Room
	Service *paperbook.Service
	Store   paperbooksql.Store
}

// Needs are what the room needs of others.
type Needs struct {
	Office officeroom.Office
	Centre centreroom.Centre
	// Written is that of paperbookhttp.Deps.
	Written func(ctx context.Context, r journal.Reader, book string) ([]paperbook.Written, error)
}

// New makes the room.
func New(h room.House, n Needs) Books {
	b := Books{}
	b.Service = &paperbook.Service{Journal: h.Journal, Store: b.Store, Places: n.Centre.Store}
	b.Room = room.Room{
		Name: "paperbook", Facts: paperbook.Facts(), Projections: []journal.Projection{b.Store}, Permissions: paperbook.Permissions,
		Routes: paperbookhttp.Routes(paperbookhttp.Deps{
			Journal: h.Journal, Office: n.Office.Shell, Books: b.Service, Store: b.Store, Desks: n.Centre.Store, Written: n.Written,
		}),
		Office: []room.Tab{{Rank: 35, Permission: paperbook.MayIssue, Label: "paperbook.title", Path: "/paper-books"}},
	}
	return b
}
