// Package reportroom hands the reports in.
package reportroom

import (
	"vienkopus/internal/catalogue/catalogueroom"
	"vienkopus/internal/centre/centreroom"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/rest"
	"vienkopus/internal/platform/room"
	"vienkopus/internal/report"
	"vienkopus/internal/report/reporthttp"
	"vienkopus/internal/report/reportsql"
	"vienkopus/internal/tally/tallyroom"
	"vienkopus/internal/territory/territoryroom"
)

// Report is the room, and what later rooms need of it.
type Report struct {
	room.Room
	Service *report.Service
	Store   reportsql.Store
}

// New makes the room.
func New(h room.House, places territoryroom.Territory, centres centreroom.Centre, services catalogueroom.Catalogue, counts tallyroom.Tally) Report {
	p := Report{Store: reportsql.New(counts.Rollups)}
	p.Service = report.New(report.Config{Journal: h.Journal, Store: p.Store, Centres: centres.Store, Territories: places.Store})
	door := reporthttp.Deps{Reports: p.Service, Journal: h.Journal, Centres: centres.Store, Territories: places.Store, Shelf: services.Shelf}
	p.Room = room.Room{
		Name: "report", Facts: report.Facts(), Projections: []journal.Projection{p.Store}, Permissions: report.Permissions,
		Routes: reporthttp.Routes(door), Operations: func(api *rest.API) { reporthttp.Operations(api, door) },
		Doors: []room.Door{
			{Rank: 60, Permission: report.MayRead, Label: "app.nav_year", Href: "/reports/year", Landing: 3},
			{Rank: 70, Permission: report.MayRead, Label: "app.nav_acts", Href: "/reports/acts"},
			{Rank: 80, Permission: report.MaySeeNetwork, Label: "app.nav_network", Href: "/network", Landing: 1},
		},
	}
	return p
}
