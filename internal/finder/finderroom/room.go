// Package finderroom hands in what everybody sees without signing in: the finder of centres and services.
package finderroom

import (
	"vienkopus/internal/catalogue/catalogueroom"
	"vienkopus/internal/centre/centreroom"
	"vienkopus/internal/finder/finderhttp"
	"vienkopus/internal/platform/rest"
	"vienkopus/internal/platform/room"
	"vienkopus/internal/territory/territoryroom"
)

// New makes the room.
func New(h room.House, places territoryroom.Territory, centres centreroom.Centre, services catalogueroom.Catalogue) room.Room {
	door := finderhttp.Deps{
		Journal: h.Journal, Centres: centres.Store, Places: places.Store, Services: finderhttp.Shelf{Shelf: services.Shelf}, Calendars: centres.Calendars,
	}
	return room.Room{
		Name: "finder", Routes: finderhttp.Routes(door), Operations: func(api *rest.API) { finderhttp.Operations(api, door) },
		Doors: []room.Door{
			{Rank: 90, Label: "app.nav_find", Href: "/find"},
			{Rank: 110, Label: "app.nav_centres", Href: "/centres"},
		},
	}
}
