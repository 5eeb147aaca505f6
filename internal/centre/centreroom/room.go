// Package centreroom hands the centres in.
package centreroom

import (
	"vienkopus/internal/centre"
	"vienkopus/internal/centre/centresql"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/room"
	"vienkopus/internal/territory/territoryroom"
)

// Centre is the room, and what later rooms need of it.
type Centre struct {
	room.Room
	Service *centre.Service
	Store   centresql.Store
	// Calendars say which days are holidays where.
	Calendars *centre.Calendars
}

// New makes the room.
func New(h room.House, places territoryroom.Territory) Centre {
	c := Centre{Calendars: centre.NewCalendars(h.Calendar)}
	c.Store = centresql.New()
	c.Service = centre.New(centre.Config{Journal: h.Journal, Store: c.Store, Territory: places.Store})
	c.Room = room.Room{Name: "centre", Facts: centre.Facts(), Projections: []journal.Projection{c.Store}, Permissions: centre.Permissions}
	return c
}
