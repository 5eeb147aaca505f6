// Package ledgerroom hands the books in.
package ledgerroom

import (
	"vienkopus/internal/ledger"
	"vienkopus/internal/ledger/ledgersql"
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

// New makes the room.
func New(h room.House) Ledger {
	l := Ledger{}
	l.Service = ledger.New(ledger.Config{Journal: h.Journal, Store: l.Store, Zone: h.Zone})
	l.Room = room.Room{
		Name: "ledger", Facts: ledger.Facts(), Projections: []journal.Projection{l.Store}, Permissions: ledger.Permissions,
		Checks: []audit.Check{audit.Found("ledger", ledgersql.Check)},
	}
	return l
}
