// Package sightroom hands in who has looked persons up.
package sightroom

import (
	"vienkopus/internal/bill/billroom"
	"vienkopus/internal/office/officeroom"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/room"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/sight"
	"vienkopus/internal/sight/sighthttp"
	"vienkopus/internal/sight/sightsql"
	"vienkopus/internal/visit/visitroom"
)

// Sight is the room, and what later rooms need of it.
type Sight struct {
	room.Room
	Service *sight.Service
}

// Needs are what the room needs of others.
type Needs struct {
	Office officeroom.Office
	Visit  visitroom.Visit
	Bill   billroom.Bill
	// Key is that by which rows are coded; marks grow out of it. It may be nil.
	Key *rowcode.Key
}

// purpose is what the key of marks grows for.
const purpose = "vienkopus-sight-1"

// New makes the room.
func New(h room.House, n Needs) Sight {
	c := sight.Config{Journal: h.Journal, Store: sightsql.Store{}, Counter: n.Visit.Service, Zone: h.Zone}
	if n.Key != nil {
		c.Key = n.Key.Grow(purpose)
	}
	s := Sight{Service: sight.New(c)}
	s.Room = room.Room{
		Name: "sight", Facts: sight.Facts(), Projections: []journal.Projection{sightsql.Store{}}, Permissions: sight.Permissions,
		Routes: sighthttp.Routes(sighthttp.Deps{
			Journal: h.Journal, Sight: s.Service, Store: sightsql.Store{}, Office: n.Office.Shell, Bills: n.Bill.Service,
		}),
		Office: []room.Tab{
			{Rank: 120, Permission: sight.MayRead, Label: "sight.looks", Path: "/looks"},
			{Rank: 130, Permission: sight.MayTrace, Label: "sight.breach", Path: "/breach"},
		},
	}
	return s
}
