// Package bankroom hands in the way of money to the bank and on to the creditors.
package bankroom

import (
	"vienkopus/internal/bank"
	"vienkopus/internal/bank/bankhttp"
	"vienkopus/internal/bank/banksql"
	"vienkopus/internal/bill/billroom"
	"vienkopus/internal/ledger/ledgerroom"
	"vienkopus/internal/office/officeroom"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/room"
	"vienkopus/internal/till"
	"vienkopus/internal/till/tillroom"
)

// Bank is the room, and what later rooms need of it.
type Bank struct {
	room.Room
	Service *bank.Service
	Store   banksql.Store
}

// Needs are what the room needs of others.
type Needs struct {
	Office officeroom.Office
	Ledger ledgerroom.Ledger
	Bill   billroom.Bill
	Till   tillroom.Till
}

// New makes the room.
func New(h room.House, n Needs) Bank {
	b := Bank{}
	b.Service = bank.New(bank.Config{
		Journal: h.Journal, Store: b.Store, Bags: n.Till.Store, Ledger: n.Ledger.Service, Creditors: n.Bill.Store, Zone: h.Zone,
	})
	b.Room = room.Room{
		Name: "bank", Facts: bank.Facts(), Projections: []journal.Projection{b.Store}, Permissions: bank.Permissions,
		Routes: bankhttp.Routes(bankhttp.Deps{
			Journal: h.Journal, Office: n.Office.Shell, Till: n.Till.Service, Bank: b.Service, Cash: n.Till.Store, Store: b.Store, Creditors: n.Bill.Store,
		}),
		Doors: []room.Door{{Rank: 50, Permission: till.MayCollect, Label: "app.nav_collect", Href: "/office", Landing: 4}},
		Office: []room.Tab{
			{Rank: 40, Permission: till.MayRead, Label: "bankpage.room_creditors", Path: "/creditors"},
			{Rank: 90, Permission: bank.MayImport, Label: "bankpage.room_bank", Path: "/bank"},
			{Rank: 100, Permission: bank.MayImport, Label: "bankpage.room_remittances", Path: "/remittances"},
			{Rank: 105, Permission: bank.MayConfirm, Label: "bankpage.room_second", Path: "/second"},
			{Rank: 120, Permission: till.MayCollect, Label: "bankpage.room_collect", Path: "/collect"},
		},
		Checks: []audit.Check{banksql.Check()},
	}
	return b
}
