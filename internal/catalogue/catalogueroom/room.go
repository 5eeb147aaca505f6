// Package catalogueroom hands the catalogue of services in.
package catalogueroom

import (
	"context"
	"time"

	"vienkopus/internal/catalogue"
	"vienkopus/internal/catalogue/cataloguehttp"
	"vienkopus/internal/catalogue/cataloguesql"
	"vienkopus/internal/platform/jobs"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/rest"
	"vienkopus/internal/platform/room"
)

// Catalogue is the room, and what later rooms need of it.
type Catalogue struct {
	room.Room
	Publisher *catalogue.Publisher
	// Shelf is the catalogue in memory.
	Shelf *catalogue.Shelf
	Store cataloguesql.Store
}

// New makes the room.
func New(h room.House) Catalogue {
	c := Catalogue{}
	c.Publisher, c.Shelf = catalogue.NewPublisher(h.Journal, c.Store), catalogue.NewShelf(c.Store)
	door := cataloguehttp.Deps{Shelf: c.Shelf}
	c.Room = room.Room{
		Name: "catalogue", Facts: catalogue.Facts(), Projections: []journal.Projection{c.Store}, Permissions: catalogue.Permissions,
		Routes: cataloguehttp.Routes(door), Operations: func(api *rest.API) { cataloguehttp.Operations(api, door) },
		Doors: []room.Door{{Rank: 100, Label: "app.nav_services", Href: "/services"}},
		Load:  func(ctx context.Context) error { return c.Shelf.Fill(ctx, h.DB) },
		// Most commits are acts of counters, which are nothing to the shelf.
		Jobs: []jobs.Job{{
			Name: "catalogue.shelf", Everywhere: true, Every: 5 * time.Second, Within: 10 * time.Second, Wake: h.Journal.ChangedBy(kinds()...), Apart: 250 * time.Millisecond,
			Run: func(ctx context.Context) error { return c.Shelf.Refresh(ctx, h.Journal) },
		}},
	}
	return c
}

// kinds are the kinds of line that change the catalogue.
func kinds() []string {
	var all []string
	for _, d := range catalogue.Facts() {
		all = append(all, d.Kind)
	}
	return all
}
