// Package ledgerroom hands the books in.
package ledgerroom

import (
	"vienkopus/internal/ledger"
	"vienkopus/internal/ledger/ledgerhttp"
	"vienkopus/internal/ledger/ledgersql"
	"vienkopus/internal/office/officeroom"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/room"
)

// Ledger is the room, and what later rooms need of it.
type Ledger struct {
	room.Room
	Service *ledger.Service
	Store   ledgersql.Store
}

// Needs are what the room needs of others.
type Needs struct {
	Office officeroom.Office
	// Creditors knows what creditors are called; it is asked once the house serves.
	Creditors ledgerhttp.Creditors
}

// New makes the room.
func New(h room.House, n Needs) Ledger {
	l := Ledger{}
	l.Service = ledger.New(ledger.Config{Journal: h.Journal, Store: l.Store, Zone: h.Zone})
	l.Room = room.Room{
		Name: "ledger", Facts: ledger.Facts(), Projections: []journal.Projection{l.Store}, Permissions: ledger.Permissions,
		Routes: ledgerhttp.Routes(ledgerhttp.Deps{
			Journal: h.Journal, Office: n.Office.Shell, Ledger: l.Service, Books: l.Store, Creditors: n.Creditors,
		}),
		Office: []room.Tab{
			{Rank: 50, Permission: ledger.MayRead, Label: "ledgerpage.room_trial", Path: "/trial"},
			{Rank: 110, Permission: ledger.MayClose, Label: "ledgerpage.room_period", Path: "/period"},
		},
		Checks: []audit.Check{ledgersql.Check()},
	}
	return l
}
