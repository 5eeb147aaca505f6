// Package staffroom hands the people who work in: who they are, what they may do, and where they sit.
package staffroom

import (
	"context"
	"errors"
	"time"

	"vienkopus/internal/base/id"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/centre/centreroom"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/httpx/keep"
	"vienkopus/internal/platform/httpx/session"
	"vienkopus/internal/platform/jobs"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/oidc"
	"vienkopus/internal/platform/room"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/staff"
	"vienkopus/internal/staff/card"
	"vienkopus/internal/staff/denial"
	"vienkopus/internal/staff/personcode"
	"vienkopus/internal/staff/proof"
	"vienkopus/internal/staff/staffhttp"
	"vienkopus/internal/staff/staffhttp/elsewhere"
	"vienkopus/internal/staff/staffsql"
	"vienkopus/internal/staff/ticket"
	"vienkopus/internal/territory/territoryroom"
)

// Staff is the room, and what later rooms need of it.
type Staff struct {
	room.Room
	Service *staff.Service
	// Proofs are what people prove by who they are, beside a password.
	Proofs   *proof.Service
	Store    staffsql.Store
	Sessions *session.Sessions
	// Kept keeps answers to forms, and forms of sessions that were lost.
	Kept keep.Store
	// Door guards the routes of all rooms.
	Door    staffhttp.Deps
	house   room.House
	devices staffsql.Devices
	log     staffsql.Security
}

// Needs are what the room needs of others.
type Needs struct {
	Territory territoryroom.Territory
	Centre    centreroom.Centre
	// Known returns a permission, and false for one that code of no room asks for.
	Known func(permission string) (scope.Permission, bool)
	// PersonKey is the secret by which it is known that two accounts are of one person; nil where there is none.
	PersonKey []byte
	// Cost is that of hashes of passwords; the usual one where nothing is said.
	Cost staff.Cost
	// Elsewhere is the provider at which people have accounts; the zero value is none.
	Elsewhere oidc.Settings
	// Cards is the PEM file with the issuers of eID cards that are trusted; nil trusts none.
	Cards []byte
	// Picture draws a text as a QR code, in SVG.
	Picture func(text string) (string, error)
	// Landing returns the page that somebody works with most.
	Landing func(who *httpx.Caller) string
	// Left is told that somebody has left a desk or signed out, so that nothing of her client waits there; it may be nil.
	Left func(ctx context.Context, who *httpx.Caller) error
}

// New makes the room. It returns personcode.ErrSecret for a key that is none, and oidc.ErrSettings for a provider that cannot be one.
func New(h room.House, n Needs) (Staff, error) {
	s := Staff{Store: staffsql.Store{Sealer: h.Sealer}, house: h, devices: staffsql.Devices{DB: h.DB.Side(staffsql.AttemptTables)}}
	key, err := personKey(n.PersonKey)
	if err != nil {
		return s, err
	}
	log := staffsql.Security{DB: h.DB, Codes: h.Codes, Clock: h.Clock, From: httpx.AddressIn}
	s.log = log
	s.Service = staff.New(staff.Config{
		Journal: h.Journal, Accounts: staffsql.Accounts{Sealer: h.Sealer}, Attempts: staffsql.Attempts{DB: s.devices.DB}, Roles: s.Store, Seats: s.Store, Tokens: s.Store,
		Places: places{centres: n.Centre.Store, municipalities: n.Territory.Store, clock: h.Clock}, Known: n.Known,
		Uses: staffsql.Uses{DB: h.DB.Side(staffsql.UseTables)}, Devices: s.devices, Log: log, Persons: staffsql.Persons{}, PersonKey: key, Cost: n.Cost,
	})
	uses, proofs := staffsql.ProofUses{DB: h.DB.Side(staffsql.ProofTables)}, staffsql.Proofs{Sealer: h.Sealer}
	s.Proofs = &proof.Service{Staff: s.Service, Journal: h.Journal, Store: proofs, Uses: uses, Tickets: ticket.Office{Store: uses, Now: h.Journal.Now}}
	s.Service.Proofs = s.Proofs
	if n.Elsewhere.Issuer != "" {
		if s.Proofs.Provider, err = elsewhere.New(oidc.Config{Settings: n.Elsewhere, Outside: h.Outside, Clock: h.Clock}); err != nil {
			return s, err //nolint:wrapcheck // says it all
		}
	}
	if n.Cards != nil {
		if s.Proofs.Cards, err = card.NewReader(n.Cards); err != nil {
			return s, err //nolint:wrapcheck // says it all
		}
	}
	h.Journal.Heed(staff.Rights{Service: s.Service})
	s.Sessions = session.New(session.Config{DB: h.DB.Side(session.Tables), Clock: h.Clock, PublicURL: h.PublicURL})
	s.Kept = keep.Store{DB: h.DB.Side(keep.Tables), Clock: h.Clock, Sealer: h.Sealer}
	s.Door = staffhttp.Deps{Staff: s.Service, Proofs: s.Proofs, Picture: n.Picture, Events: s.events, Denials: denial.New(h.Journal.Now), WaysChanged: s.waysChanged, Sessions: s.Sessions, PublicURL: h.PublicURL, Landing: n.Landing, Called: called(h, n), Left: s.left(n.Left)}
	s.Room = room.Room{
		Name: "staff", Facts: staff.Facts(), Projections: []journal.Projection{s.Store}, Permissions: staff.Permissions,
		Kept: []room.Kept{
			{Migration: staffsql.AccountMigration, Backup: []string{"staff_account"}, Losable: []string{"sign_in_failure"}},
			{Migration: session.Migration, Losable: []string{"session"}},
			{Migration: staffsql.TokenMigration, Backup: []string{"token"}},
			{Migration: staffsql.CodeMigration, Coded: []rowcode.Table{staffsql.AccountRows, staffsql.TokenRows}},
			{Migration: staffsql.PersonMigration, Backup: []string{"staff_person"}, Coded: []rowcode.Table{staffsql.PersonRows}},
			{Migration: staffsql.SecurityMigration, Backup: []string{"security_event"}, Coded: []rowcode.Table{staffsql.SecurityRows}},
			{Migration: staffsql.ProofMigration, Backup: []string{"staff_proof"}, Coded: []rowcode.Table{staffsql.ProofRows}},
		},
		Checks: []audit.Check{staffsql.CheckKept(), staffsql.CheckProofs()},
		Routes: staffhttp.Routes(s.Door),
		Jobs:   []jobs.Job{{Name: "sessions.sweep", Every: 15 * time.Minute, Within: time.Minute, Run: s.sweep}},
	}
	return s, nil
}

func personKey(secret []byte) (*personcode.Key, error) {
	if secret == nil {
		return nil, nil //nolint:nilnil // no key is no error
	}
	return personcode.NewKey(secret)
}

// called returns the name of a municipality or centre, and its code when it cannot be found.
func called(h room.House, n Needs) func(context.Context, scope.Scope) string {
	return func(ctx context.Context, s scope.Scope) string {
		switch s.Level {
		case scope.LevelMunicipality:
			return n.Territory.Name(ctx, s.Code)
		case scope.LevelCentre:
			if c, err := n.Centre.Store.Centre(ctx, h.DB, s.Code); err == nil {
				return c.Name
			}
		case scope.LevelNetwork, scope.LevelGroup:
		}
		return s.Code
	}
}

// left throws away what is kept of somebody who leaves, and tells the others.
func (s Staff) left(more func(context.Context, *httpx.Caller) error) func(context.Context, *httpx.Caller) error {
	return func(ctx context.Context, who *httpx.Caller) error {
		err := s.Kept.Forget(ctx, httpx.Mark(who))
		if more != nil {
			err = errors.Join(err, more(ctx, who))
		}
		return err
	}
}

func (s Staff) events(ctx context.Context, ask staff.Asked) ([]staff.Event, error) {
	return s.log.Events(ctx, s.house.DB, ask)
}

func (s Staff) waysChanged(ctx context.Context, person id.ID) ([]journal.Entry, error) {
	return staffsql.WaysChanged(ctx, s.house.Journal, person)
}

// sweep throws away sessions that have ended, and what was kept for them.
func (s Staff) sweep(ctx context.Context) error {
	_, err := s.Sessions.Sweep(ctx)
	now := s.house.Clock.Now()
	rule, failed := s.Service.RuleAt(ctx, s.house.DB, now)
	if failed == nil {
		failed = s.log.Sweep(ctx, now.AddDate(0, 0, -rule.LogDays))
	}
	return errors.Join(err, failed, s.Kept.Sweep(ctx), s.devices.Sweep(ctx, s.house.Clock.Now()))
}
