// Package tallyroom hands the counts of acts in.
package tallyroom

import (
	"time"

	"vienkopus/internal/catalogue/catalogueroom"
	"vienkopus/internal/centre/centreroom"
	"vienkopus/internal/platform/jobs"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/room"
	"vienkopus/internal/tally"
	"vienkopus/internal/tally/tallysql"
)

// Tally is the room, and what later rooms need of it.
type Tally struct {
	room.Room
	Service *tally.Service
	Store   tallysql.Store
	Rollups *tallysql.Rollups
}

// feeds are the data feeds of the network: desks that stand in no centre.
var feeds = []string{"PVS"}

// New makes the room.
func New(h room.House, centres centreroom.Centre, services catalogueroom.Catalogue) Tally {
	t := Tally{Rollups: tallysql.NewRollups(h.Journal)}
	t.Service = tally.New(tally.Config{Journal: h.Journal, Store: t.Store, Places: centres.Store, Catalogue: services.Store, Feeds: feeds})
	t.Room = room.Room{
		Name: "tally", Facts: tally.Facts(), Projections: []journal.Projection{t.Store, t.Rollups}, Permissions: tally.Permissions,
		// The first run, and one after an upgrade, adds up everything that was ever counted.
		Jobs:   []jobs.Job{{Name: "tally.rollup", Every: 30 * time.Second, Within: 30 * time.Minute, Overdue: time.Hour, Run: t.Rollups.Roll}},
		Checks: []audit.Check{tallysql.Check()},
	}
	return t
}
