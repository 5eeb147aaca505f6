// Package trailroom hands in the pages on which whoever holds a receipt sees where his money is.
package trailroom

import (
	"vienkopus/internal/bank/bankroom"
	"vienkopus/internal/bill/billroom"
	"vienkopus/internal/centre/centreroom"
	"vienkopus/internal/office/officeroom"
	"vienkopus/internal/payment/paymentroom"
	"vienkopus/internal/platform/room"
	"vienkopus/internal/sight/sightroom"
	"vienkopus/internal/till"
	"vienkopus/internal/till/tillroom"
	"vienkopus/internal/trail"
	"vienkopus/internal/trail/trailhttp"
)

// Needs are what the room needs of others.
type Needs struct {
	Office  officeroom.Office
	Centre  centreroom.Centre
	Bill    billroom.Bill
	Sight   sightroom.Sight
	Till    tillroom.Till
	Payment paymentroom.Payment
	Bank    bankroom.Bank
}

// New makes the room.
func New(h room.House, n Needs) room.Room {
	service := trail.New(trail.Config{
		Journal: h.Journal, Finder: n.Payment.Lookup, Payments: n.Payment.Store, Drawers: n.Till.Store, Banks: n.Bank.Store,
		Telling: trail.Notices{Journal: h.Journal, Links: n.Bill.Store, Confirmed: n.Payment.Confirmed},
	})
	return room.Room{
		Name: "trail",
		Routes: trailhttp.Routes(trailhttp.Deps{
			Journal: h.Journal, Trail: service, Places: n.Centre.Store, Creditors: n.Bill.Store, PublicURL: h.PublicURL,
			Keys: n.Payment.Keyring, Coder: n.Payment.Service, Office: n.Office.Shell, Issuers: n.Office.Store, Counts: n.Till.Store, Money: n.Bank.Store,
			Bills: n.Bill.Service, Sight: n.Sight.Service,
		}),
		Office: []room.Tab{{Rank: 45, Permission: till.MayRead, Label: "trail.acts", Path: "/acts"}},
	}
}
