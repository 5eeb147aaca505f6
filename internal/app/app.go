// Package app puts the program together: the database, the journal, the rooms of all features, the doors.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"time"

	"vienkopus/internal/bank"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/bill"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/centre"
	"vienkopus/internal/consent"
	"vienkopus/internal/ledger"
	"vienkopus/internal/office"
	"vienkopus/internal/paperbook"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/keyring"
	"vienkopus/internal/payment/terminal"
	"vienkopus/internal/platform/checkpoint/checkpointroom"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/egress"
	"vienkopus/internal/platform/httpx/session"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/oidc"
	"vienkopus/internal/platform/room"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/platform/seal"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/report"
	"vienkopus/internal/sight"
	"vienkopus/internal/sms"
	"vienkopus/internal/staff"
	"vienkopus/internal/staff/proof"
	"vienkopus/internal/staff/staffhttp"
	"vienkopus/internal/tally"
	"vienkopus/internal/tally/tallysql"
	"vienkopus/internal/territory"
	"vienkopus/internal/till"
	"vienkopus/internal/visit"
)

// Config is what a node is started with.
type Config struct {
	// DSN is the path of an SQLite file, or postgres://…
	DSN string
	// Clock is the system's unless a test or a demonstration brings its own.
	Clock clock.Clock
	// PublicURL is the address by which people reach the program; with https the session cookie is bound to it.
	PublicURL string
	// Ahead is how far the clock may be ahead of the newest line of all desks; 0 is without bound.
	Ahead time.Duration
	// Outside is where the program may go that was told of in the database: the world outside alone, unless it is said by name.
	Outside egress.Policy
	// Node is who signs receipts: the network, a hyphen, and the node's name in it, such as LV-CESIS; DefaultNode when empty.
	Node string
	// Mute tells the outside nothing of what is recorded: for a copy that is tried out.
	Mute bool
	// Checkpoints say with which key the node states its heads, and where they are handed out.
	Checkpoints checkpointroom.Needs
	// Codes say with which key the rows that follow from no line are proven.
	Codes rowcode.Needs
	// Erasures is the file of the list of erasures, which an old backup does not take back; "" for none.
	Erasures string
	// Persons is the secret by which it is known that two accounts are of one person; without it nobody can be a second person.
	Persons []byte
	// Passwords is what their hashes cost; only tests that are not about passwords say something else than nothing, which is the usual cost.
	Passwords staff.Cost
	// Proxies are the addresses of proxies in front of the program, beside this machine, whose word counts for whom they ask.
	Proxies []netip.Prefix
	// Elsewhere is the provider at which people have accounts by which they sign in; the zero value is none.
	Elsewhere oidc.Settings
	// Cards is the PEM file with the issuers of eID cards by which people sign in; nil trusts none.
	Cards []byte
	// Terminal charges cards; nil where clerks type the number of the slip.
	Terminal terminal.Terminal
	// SMS sends text messages to whoever wishes the link to his receipt; nil where the operator names no gateway.
	SMS sms.Gateway
	// Days are public holidays and moved working days of Latvia that the program does not know by itself.
	Days civil.Orders
	// Version of the program, for the footer and the metrics.
	Version string
	Log     *slog.Logger
	// Progress is told how far a rebuild at start has come; it may be nil.
	Progress journal.Progress
	// Told is told what is made anew, and how long that takes; it may be nil.
	Told func(journal.Plan)
	// TakeOver makes tables anew although other programs serve from the database; they answer 503 from then on.
	TakeOver bool
	// More makes rooms that stand behind those of the house; it may be nil.
	More func(room.House) []room.Room
}

// Rooms are those that stand behind the rooms of the house.
func (c Config) Rooms(h room.House) []room.Room {
	if c.More == nil {
		return nil
	}
	return c.More(h)
}

// App is a running node without its listeners.
type App struct {
	Config  Config
	DB      *sqldb.DB
	Journal *journal.Journal

	Territory *territory.Service
	Centre    *centre.Service
	Publisher *catalogue.Publisher
	Shelf     *catalogue.Shelf
	Staff     *staff.Service
	Office    *office.Service
	Ledger    *ledger.Service
	Visit     *visit.Service
	Bill      *bill.Service
	Sight     *sight.Service
	Till      *till.Service
	Bank      *bank.Service
	Keyring   *keyring.Service
	Books     *paperbook.Service
	Consent   *consent.Service
	Payment   *payment.Service
	SMS       *sms.Service
	Tally     *tally.Service
	Rollups   *tallysql.Rollups
	Report    *report.Service
	Sessions  *session.Sessions
	Proofs    *proof.Service
	// Door tells who asks, and where people are signed in.
	Door staffhttp.Deps

	*house
}

// Open opens the database, brings its tables up to date and makes the services. Close it when done.
func Open(ctx context.Context, c Config) (*App, error) {
	db, err := sqldb.Open(ctx, c.DSN)
	if err != nil {
		return nil, err
	}
	a, err := assemble(db, c)
	if err == nil {
		err = a.prepare(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	a.Journal.Bound(c.Ahead)
	return a, nil
}

// assemble makes the rooms and names the services that commands and tests ask for.
func assemble(db *sqldb.DB, c Config) (*App, error) {
	h, err := build(db, c)
	if err != nil {
		return nil, err
	}
	return &App{
		Config: c, DB: db, Journal: h.journal, house: h,
		Territory: h.territory.Service, Centre: h.centre.Service, Publisher: h.catalogue.Publisher, Shelf: h.catalogue.Shelf, Staff: h.staff.Service,
		Office: h.office.Service, Ledger: h.ledger.Service, Visit: h.visit.Service, Bill: h.bill.Service, Sight: h.sight.Service, Till: h.till.Service, Bank: h.bank.Service, Keyring: h.payment.Keyring,
		Books: h.books.Service, Consent: h.consent.Service, Payment: h.payment.Service, SMS: h.sms.Service, Tally: h.tally.Service, Rollups: h.tally.Rollups, Report: h.report.Service,
		Sessions: h.staff.Sessions, Door: h.staff.Door, Proofs: h.staff.Proofs,
	}, nil
}

// prepare brings the tables up to date and fills what is kept in memory.
func (a *App) prepare(ctx context.Context) error {
	if err := a.DB.Migrate(ctx, a.migrations()); err != nil {
		return err
	}
	// Keysets first: codes note in the key file that its key is not fresh any more, and then nobody would know that what does not open is lost.
	if err := a.sealer.Unlock(ctx, a.DB, seal.Needs{Rows: a.Config.Codes.Key, Anew: a.Config.Codes.Anew}, a.Config.Clock.Now()); err != nil {
		return fmt.Errorf("app: what is sealed: %w", err)
	}
	if err := a.codes.Open(ctx, a.DB, a.coded(), a.Config.Clock.Now()); err != nil {
		return fmt.Errorf("app: rows that follow from no line: %w", err)
	}
	if err := a.sealClear(ctx); err != nil {
		return fmt.Errorf("app: what stands in clear: %w", err)
	}
	ready := a.Journal.Prepare
	if a.Config.TakeOver {
		ready = a.Journal.TakeOver
	}
	if _, err := ready(ctx, a.Config.Progress); err != nil {
		return fmt.Errorf("app: tables from the journal: %w", err)
	}
	for _, r := range a.rooms {
		for _, fill := range []func(context.Context) error{r.Fill, r.Load} {
			if fill == nil {
				continue
			}
			if err := fill(ctx); err != nil {
				return fmt.Errorf("app: room %s: %w", r.Name, err)
			}
		}
	}
	return nil
}

// sealClear seals what was written while there was no key: by an earlier version, or by a program that had none at hand. It looks at every such row once
// at each start.
func (a *App) sealClear(ctx context.Context) error {
	if !a.sealer.Seals() {
		return nil
	}
	for _, t := range a.coded() {
		if len(t.Sealed) == 0 {
			continue
		}
		sealed := 0
		err := a.DB.Write(sqldb.Patient(ctx), func(tx *sqldb.Tx) error {
			if err := tx.Lock(ctx, t.Name); err != nil {
				return err
			}
			var err error
			sealed, err = a.sealer.Clear(ctx, tx, a.codes, t)
			return err
		})
		if err != nil {
			return err
		}
		if sealed > 0 && a.Config.Log != nil {
			a.Config.Log.InfoContext(ctx, "sealed what stood in clear", slog.String("table", t.Name), slog.Int("rows", sealed))
		}
	}
	return nil
}

// ErasePayer erases the payer of a creditor's bill from all stores, or with person whoever he is from all bills, and puts it into the list of erasures. Pages that
// are kept for browsers are thrown away. When it fails behind the line it can be repeated.
func (a *App) ErasePayer(ctx context.Context, r journal.Request, of bill.PayerOf, person bool) error {
	erase := a.Bill.ErasePayer
	if person {
		erase = a.Bill.ErasePerson
	}
	if err := erase(ctx, r, of.Creditor, of.Number); err != nil {
		return err
	}
	return errors.Join(a.bill.Obey(ctx), a.forgetPages(ctx))
}

// forgetPages throws away the pages that are kept for browsers, where a program has ever served: a command makes no side store.
func (a *App) forgetPages(ctx context.Context) error {
	look, err := sqldb.Look(ctx, a.Config.DSN)
	if err != nil {
		return err
	}
	query := `SELECT COUNT(*) FROM side_kept`
	if look.Engine() == sqldb.Postgres { // which has no file to be missing
		query = `SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 'side_kept'`
	}
	var n int64
	err = look.Side().QueryRow(ctx, query).Scan(&n)
	if closed := look.Close(); err != nil || closed != nil || n == 0 {
		if errors.Is(err, sqldb.ErrNotServed) {
			err = nil
		}
		return errors.Join(err, closed)
	}
	return a.staff.Kept.ForgetAll(ctx)
}

// Close waits for the writes under way and closes the database.
func (a *App) Close() error { return a.DB.Close() }
