// Package officeroom hands the frame of the offices in.
package officeroom

import (
	"vienkopus/internal/centre/centreroom"
	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/platform/room"
	"vienkopus/internal/staff/staffroom"
	"vienkopus/internal/territory/territoryroom"
)

// Office is the room, and the frame that later rooms put around their pages.
type Office struct {
	room.Room
	Shell officehttp.Shell
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
	return Office{Shell: shell, Room: room.Room{Name: "office", Routes: shell.Routes()}}
}
