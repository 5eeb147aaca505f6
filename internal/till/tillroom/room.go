// Package tillroom hands in the money in drawers and bags.
package tillroom

import (
	"vienkopus/internal/bill/billroom"
	"vienkopus/internal/centre/centreroom"
	"vienkopus/internal/ledger"
	"vienkopus/internal/ledger/ledgerroom"
	"vienkopus/internal/office/officeroom"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/room"
	"vienkopus/internal/staff/staffroom"
	"vienkopus/internal/till"
	"vienkopus/internal/till/bank"
	"vienkopus/internal/till/tillhttp"
	"vienkopus/internal/till/tillsql"
)

// Till is the room, and what later rooms need of it.
type Till struct {
	room.Room
	Service *till.Service
	Bank    *bank.Service
	Store   tillsql.Store
}

// Needs are what the room needs of others.
type Needs struct {
	Centre centreroom.Centre
	Staff  staffroom.Staff
	Office officeroom.Office
	Ledger ledgerroom.Ledger
	Bill   billroom.Bill
}

// New makes the room.
func New(h room.House, n Needs) Till {
	t := Till{}
	t.Service = till.New(till.Config{Journal: h.Journal, Store: t.Store, Places: n.Centre.Store, Ledger: n.Ledger.Service})
	t.Bank = bank.New(bank.Config{Journal: h.Journal, Store: t.Store, Ledger: n.Ledger.Service, Creditors: n.Bill.Store, Zone: h.Zone})
	t.Room = room.Room{
		Name: "till", Facts: append(till.Facts(), bank.Facts()...), Projections: []journal.Projection{t.Store}, Permissions: append(till.Permissions, bank.Permissions...),
		Routes: tillhttp.Routes(tillhttp.Deps{
			Journal: h.Journal, Office: n.Office.Shell, Till: t.Service, Bank: t.Bank, Ledger: n.Ledger.Service, Store: t.Store, Books: n.Ledger.Store,
			Creditors: n.Bill.Store, Centres: n.Centre.Store, Called: n.Staff.Called,
		}),
		Doors: []room.Door{
			{Rank: 30, Permission: till.MayTake, Label: "app.nav_till", Href: "/till"},
			{Rank: 40, Permission: till.MayRead, Label: "app.nav_office", Href: "/office"},
			{Rank: 50, Permission: till.MayCollect, Label: "app.nav_collect", Href: "/office", Landing: 4},
		},
		Office: []room.Tab{
			{Rank: 10, Permission: till.MayRead, Label: "tillpage.room_till", Path: "/till"},
			{Rank: 20, Permission: till.MayRead, Label: "tillpage.room_book", Path: "/cash-book"},
			{Rank: 30, Permission: till.MayRead, Label: "tillpage.room_summary", Path: "/summary"},
			{Rank: 40, Permission: till.MayRead, Label: "tillpage.room_creditors", Path: "/creditors"},
			{Rank: 50, Permission: till.MayRead, Label: "tillpage.room_trial", Path: "/trial"},
			{Rank: 90, Permission: bank.MayImport, Label: "tillpage.room_bank", Path: "/bank"},
			{Rank: 100, Permission: bank.MayImport, Label: "tillpage.room_remittances", Path: "/remittances"},
			{Rank: 110, Permission: ledger.MayClose, Label: "tillpage.room_period", Path: "/period"},
			{Rank: 120, Permission: till.MayCollect, Label: "tillpage.room_collect", Path: "/collect"},
		},
		Checks: []audit.Check{audit.Found("till", tillsql.Check)},
	}
	return t
}
