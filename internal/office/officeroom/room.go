// Package officeroom hands the frame of the offices in.
package officeroom

import (
	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/platform/room"
	"vienkopus/internal/territory/territoryroom"
)

// Office is the room, and the frame that later rooms put around their pages.
type Office struct {
	room.Room
	Shell officehttp.Shell
}

// New makes the room; tabs returns the pages of all rooms, once they are made.
func New(h room.House, places territoryroom.Territory, tabs func() []room.Tab) Office {
	shell := officehttp.Shell{Journal: h.Journal, Places: places.Store, Tabs: tabs}
	return Office{Shell: shell, Room: room.Room{Name: "office", Routes: shell.Routes()}}
}
