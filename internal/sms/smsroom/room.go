// Package smsroom hands the text messages in.
package smsroom

import (
	"time"

	"vienkopus/internal/payment/paymenthttp"
	"vienkopus/internal/payment/paymentroom"
	"vienkopus/internal/platform/jobs"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/room"
	"vienkopus/internal/sms"
	"vienkopus/internal/sms/smshttp"
	"vienkopus/internal/sms/smssql"
)

// SMS is the room, and what others need of it.
type SMS struct {
	room.Room
	Service *sms.Service
}

// Needs are what the room needs of others.
type Needs struct {
	Payment paymentroom.Payment
	// Gateway sends; nil offers nothing.
	Gateway sms.Gateway
}

// New makes the room.
func New(h room.House, n Needs) SMS {
	store := smssql.Store{DB: h.DB, Sealer: h.Sealer}
	s := SMS{Service: sms.New(sms.Config{Journal: h.Journal, Store: store, Gateway: n.Gateway})}
	s.Room = room.Room{
		Name: "sms", Facts: sms.Facts(), Projections: []journal.Projection{store},
		Kept: []room.Kept{{Migration: smssql.WaitingMigration, Losable: []string{"sms_waiting"}}},
		Routes: smshttp.Routes(smshttp.Deps{
			Journal: h.Journal, SMS: s.Service, Store: n.Payment.Store, Coder: n.Payment.Service, VerifyPath: paymenthttp.CheckPath, PublicURL: h.PublicURL,
		}),
		Jobs: []jobs.Job{{
			Name: "sms.send", Every: 20 * time.Second, Within: 2 * time.Minute, Overdue: 10 * time.Minute, Wake: h.Journal.ChangedBy(sms.Asked{}.Kind()), Run: s.Service.SendOpen,
		}},
	}
	return s
}
