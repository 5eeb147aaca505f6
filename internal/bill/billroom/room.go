// Package billroom hands in what people owe.
package billroom

import (
	"context"
	"errors"

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
	obeyed  func() billsql.Obeyed
}

// Obey makes the database and the list of erasures say the same.
func (b Bill) Obey(ctx context.Context) error { return b.Store.Obey(ctx, b.obeyed()) }

// New makes the room. Erased erases what later rooms keep of payers.
func New(h room.House, places territoryroom.Territory, erased bill.Erased) Bill {
	b := Bill{Store: billsql.Store{Sealer: h.Sealer}}
	b.Service = bill.New(bill.Config{
		Journal: h.Journal, Store: b.Store, Calendar: h.Calendar, Zone: h.Zone, Territory: places.Store, Remote: billhttp.NewRemote(0, h.Outside), Erased: erased,
	})
	b.obeyed = func() billsql.Obeyed {
		return billsql.Obeyed{DB: h.DB, Codes: h.Codes, Path: h.Erasures, Now: h.Clock.Now(), Erased: erased}
	}
	door := billhttp.Deps{Journal: h.Journal, Bills: b.Service}
	b.Room = room.Room{
		Name: "bill", Facts: bill.Facts(), Projections: []journal.Projection{b.Store}, Permissions: bill.Permissions,
		Kept: []room.Kept{
			{Migration: billsql.PayerMigration, Backup: []string{"payer", "payer_beginning"}},
			{Migration: billsql.LinkMigration, Backup: []string{"creditor_link"}},
			{Migration: billsql.CodeMigration, Coded: []rowcode.Table{billsql.PayerRows, billsql.LinkRows}, Checked: []string{"payer_beginning"}},
			{Migration: billsql.MarkMigration, Backup: []string{"payer_mark"}, Checked: []string{"payer_mark"}},
			{Migration: billsql.ErasedMigration, Backup: []string{"payer_erased"}, Coded: []rowcode.Table{billsql.ErasedRows}},
		},
		Fill:       func(ctx context.Context) error { return errors.Join(b.Store.Refill(ctx, h.DB), b.Obey(ctx)) },
		Checks:     []audit.Check{b.Store.CheckKept()},
		Operations: func(api *rest.API) { billhttp.Operations(api, door) },
	}
	return b
}
