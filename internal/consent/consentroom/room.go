// Package consentroom hands in what a second person is asked about payments.
package consentroom

import (
	"vienkopus/internal/bill/billroom"
	"vienkopus/internal/consent"
	"vienkopus/internal/consent/consenthttp"
	"vienkopus/internal/consent/consentsql"
	"vienkopus/internal/office/officeroom"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/room"
)

// Consent is the room, and what later rooms need of it.
type Consent struct {
	room.Room
	Service *consent.Service
	Store   consentsql.Store
}

// Needs are what the room needs of others.
type Needs struct {
	Office officeroom.Office
	Bill   billroom.Bill
}

// New makes the room.
func New(h room.House, n Needs) Consent {
	c := Consent{}
	c.Service = &consent.Service{Journal: h.Journal, Store: c.Store}
	c.Room = room.Room{
		Name: "consent", Facts: consent.Facts(), Projections: []journal.Projection{c.Store}, Permissions: consent.Permissions,
		Routes: consenthttp.Routes(consenthttp.Deps{
			Journal: h.Journal, Office: n.Office.Shell, Consents: c.Service, Store: c.Store, Bills: n.Bill.Store, Creditors: n.Bill.Store,
		}),
		Office: []room.Tab{{Rank: 55, Permission: consent.MayDecide, Label: "consent.title", Path: "/consents"}},
	}
	return c
}
