// Package tallyroom hands the counts of acts in.
package tallyroom

import (
	"context"

	"vienkopus/internal/catalogue/catalogueroom"
	"vienkopus/internal/centre/centreroom"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/room"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/tally"
	"vienkopus/internal/tally/tallysql"
)

// Tally is the room, and what later rooms need of it.
type Tally struct {
	room.Room
	Service *tally.Service
	Store   tallysql.Store
}

// feeds are the data feeds of the network: desks that stand in no centre.
var feeds = []string{"PVS"}

// New makes the room.
func New(h room.House, centres centreroom.Centre, services catalogueroom.Catalogue) Tally {
	t := Tally{}
	t.Service = tally.New(tally.Config{Journal: h.Journal, Store: t.Store, Places: centres.Store, Catalogue: services.Store, Feeds: feeds})
	t.Room = room.Room{
		Name: "tally", Facts: tally.Facts(), Projections: []journal.Projection{t.Store}, Permissions: tally.Permissions,
		Checks: []audit.Check{{Name: "tally", Run: check}},
	}
	return t
}

func check(ctx context.Context, r sqldb.Reader, report func(audit.Problem)) error {
	differences, err := tallysql.Check(ctx, r)
	for _, d := range differences {
		report(audit.Problem{What: d.String()})
	}
	return err
}
