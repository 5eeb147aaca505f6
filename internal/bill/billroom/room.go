// Package billroom hands in what people owe.
package billroom

import (
	"context"

	"vienkopus/internal/bill"
	"vienkopus/internal/bill/billhttp"
	"vienkopus/internal/bill/billsql"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/rest"
	"vienkopus/internal/platform/room"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/territory/territoryroom"
)

// Bill is the room, and what later rooms need of it.
type Bill struct {
	room.Room
	Service *bill.Service
	Store   billsql.Store
}

// New makes the room.
func New(h room.House, places territoryroom.Territory) Bill {
	b := Bill{Store: billsql.Store{Sealer: h.Sealer}}
	b.Service = bill.New(bill.Config{
		Journal: h.Journal, Store: b.Store, Calendar: h.Calendar, Zone: h.Zone, Territory: places.Store, Remote: billhttp.NewRemote(0, h.Outside),
	})
	door := billhttp.Deps{Journal: h.Journal, Bills: b.Service}
	b.Room = room.Room{
		Name: "bill", Facts: bill.Facts(), Projections: []journal.Projection{b.Store}, Permissions: bill.Permissions,
		Kept: []room.Kept{
			{Migration: billsql.PayerMigration, Backup: []string{"payer", "payer_beginning"}},
			{Migration: billsql.LinkMigration, Backup: []string{"creditor_link"}},
			{Migration: billsql.CodeMigration, Coded: []rowcode.Table{billsql.PayerRows, billsql.LinkRows}, Checked: []string{"payer_beginning"}},
			{Migration: billsql.MarkMigration, Backup: []string{"payer_mark"}, Checked: []string{"payer_mark"}},
		},
		Fill:       func(ctx context.Context) error { return b.Store.Refill(ctx, h.DB) },
		Checks:     []audit.Check{b.Store.CheckKept()},
		Operations: func(api *rest.API) { billhttp.Operations(api, door) },
	}
	return b
}
