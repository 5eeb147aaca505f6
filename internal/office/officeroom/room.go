// Package officeroom hands the frame of the offices in.
package officeroom

import (
	"vienkopus/internal/centre/centreroom"
	"vienkopus/internal/office"
	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/office/officesql"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/room"
	"vienkopus/internal/staff/staffroom"
	"vienkopus/internal/territory/territoryroom"
)

// Office is the room, and the frame that later rooms put around their pages.
type Office struct {
	room.Room
	Shell officehttp.Shell
	// Service notes what receipts bear, and Store knows it.
	Service *office.Service
	Store   officesql.Store
}

// Needs are what the room needs of others.
type Needs struct {
	Territory territoryroom.Territory
	Centre    centreroom.Centre
	Staff     staffroom.Staff
	// Tabs returns the pages of all rooms, once they are made.
	Tabs func() []room.Tab
}

// New makes the room.
func New(h room.House, n Needs) Office {
	shell := officehttp.Shell{Journal: h.Journal, Places: n.Territory.Store, Centres: n.Centre.Store, Called: n.Staff.Called, Tabs: n.Tabs}
	return Office{Shell: shell, Service: office.New(h.Journal, n.Territory.Store), Room: room.Room{
		Name: "office", Routes: shell.Routes(), Facts: office.Facts(), Projections: []journal.Projection{officesql.Store{}},
	}}
}
