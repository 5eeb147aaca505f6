// Package finderroom hands in what everybody sees without signing in: the finder of centres and services.
package finderroom

import (
	"context"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/catalogue/catalogueroom"
	"vienkopus/internal/centre"
	"vienkopus/internal/centre/centreroom"
	"vienkopus/internal/finder/finderhttp"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/rest"
	"vienkopus/internal/platform/room"
	"vienkopus/internal/territory/territoryroom"
)

// Phone returns the telephone of a centre on a day, or ""; a later feature knows those of municipalities.
type Phone = func(ctx context.Context, r journal.Reader, c centre.Centre, on civil.Date) (string, error)

// New makes the room.
func New(h room.House, places territoryroom.Territory, centres centreroom.Centre, services catalogueroom.Catalogue, phone Phone) room.Room {
	door := finderhttp.Deps{
		Journal: h.Journal, Centres: centres.Store, Places: places.Store, Services: finderhttp.Shelf{Shelf: services.Shelf}, Calendars: centres.Calendars, Phone: phone,
	}
	return room.Room{
		Name: "finder", Routes: finderhttp.Routes(door), Operations: func(api *rest.API) { finderhttp.Operations(api, door) },
		Doors: []room.Door{
			{Rank: 90, Label: "app.nav_find", Href: "/find"},
			{Rank: 110, Label: "app.nav_centres", Href: "/centres"},
		},
	}
}
