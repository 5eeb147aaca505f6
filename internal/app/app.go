// Package app puts the program together: the database, the journal with its projections, the features, the doors.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/bill"
	"vienkopus/internal/bill/billsql"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/catalogue/cataloguesql"
	"vienkopus/internal/centre"
	"vienkopus/internal/centre/centresql"
	"vienkopus/internal/ledger"
	"vienkopus/internal/ledger/ledgersql"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/keyring"
	"vienkopus/internal/payment/paymentsql"
	"vienkopus/internal/payment/terminal"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/httpx/session"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/report"
	"vienkopus/internal/report/reportsql"
	"vienkopus/internal/staff"
	"vienkopus/internal/staff/staffsql"
	"vienkopus/internal/tally"
	"vienkopus/internal/tally/tallysql"
	"vienkopus/internal/territory"
	"vienkopus/internal/territory/territorysql"
	"vienkopus/internal/till"
	"vienkopus/internal/till/bank"
	"vienkopus/internal/till/tillsql"
	"vienkopus/internal/visit"
	"vienkopus/internal/visit/visitsql"
)

// Config is what a node is started with.
type Config struct {
	// DSN is the path of an SQLite file, or postgres://…
	DSN string
	// Clock is the system's unless a test or a demonstration brings its own.
	Clock clock.Clock
	// PublicURL is the address by which people reach the program; with https the session cookie is bound to it.
	PublicURL string
	// Node is who signs receipts: the network, a hyphen, and the node's name in it, such as LV-CESIS; DefaultNode when empty.
	Node string
	// Terminal charges cards; nil where clerks type the number of the slip.
	Terminal terminal.Terminal
	// Days are public holidays and moved working days of Latvia that the program does not know by itself.
	Days civil.Orders
	// Version of the program, for the footer and the metrics.
	Version string
	Log     *slog.Logger
	// Progress is told how far a rebuild at start has come; it may be nil.
	Progress journal.Progress
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
	Ledger    *ledger.Service
	Visit     *visit.Service
	Bill      *bill.Service
	Till      *till.Service
	Bank      *bank.Service
	Keyring   *keyring.Service
	Payment   *payment.Service
	Tally     *tally.Service
	Report    *report.Service
	Sessions  *session.Sessions

	stores stores
	// calendar is the one by which centres are open and bills fall due.
	calendar *civil.Calendar
}

// stores are the tables of the features: projections and queries in one.
type stores struct {
	territory territorysql.Store
	centre    centresql.Store
	catalogue cataloguesql.Store
	staff     staffsql.Store
	ledger    ledgersql.Store
	visit     visitsql.Store
	bill      billsql.Store
	till      tillsql.Store
	keyring   paymentsql.Keyring
	payment   paymentsql.Store
	tally     tallysql.Store
	report    reportsql.Store
}

func (s stores) projections() []journal.Projection {
	return []journal.Projection{s.territory, s.centre, s.catalogue, s.staff, s.ledger, s.visit, s.bill, s.till, s.keyring, s.payment, s.tally, s.report}
}

// facts are the kinds of line of all features.
func facts() []journal.Definition {
	return slices.Concat(
		territory.Facts(), centre.Facts(), catalogue.Facts(), staff.Facts(), ledger.Facts(), visit.Facts(), bill.Facts(), till.Facts(),
		bank.Facts(), keyring.Facts(), payment.Facts(), tally.Facts(), report.Facts(),
	)
}

// moneyZone is where bills fall due and books are closed: the network keeps one calendar of money.
const moneyZone = "Europe/Riga"

// DefaultNode signs receipts where nobody has said how the node is called.
const DefaultNode = "LV-NODE"

// feeds are the data feeds of the network: desks that stand in no centre.
var feeds = []string{"PVS"}

// migrations are the tables that are kept for ever, in the order of their numbers.
func migrations() []sqldb.Migration {
	return []sqldb.Migration{
		journal.Migration, staffsql.AccountMigration, session.Migration, visitsql.DraftMigration, staffsql.TokenMigration, billsql.PayerMigration,
		paymentsql.SecretMigration, paymentsql.PayerMigration, paymentsql.BasketMigration, billsql.LinkMigration,
	}
}

// Open opens the database, brings its tables up to date and makes the services. Close it when done.
func Open(ctx context.Context, c Config) (*App, error) {
	db, err := sqldb.Open(ctx, c.DSN)
	if err != nil {
		return nil, err
	}
	a := &App{Config: c, DB: db, calendar: civil.LatvianCalendar(c.Days)}
	if err := a.prepare(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return a, nil
}

func (a *App) prepare(ctx context.Context) error {
	if err := a.DB.Migrate(ctx, migrations()); err != nil {
		return err
	}
	j, err := journal.New(journal.Config{DB: a.DB, Clock: a.Config.Clock, Facts: facts(), Projections: a.stores.projections()})
	if err != nil {
		return err
	}
	if _, err := j.Prepare(ctx, a.Config.Progress); err != nil {
		return fmt.Errorf("app: tables from the journal: %w", err)
	}
	a.Journal = j
	zone, err := time.LoadLocation(moneyZone)
	if err != nil {
		return fmt.Errorf("app: zone: %w", err)
	}
	a.Territory = territory.New(territory.Config{Journal: j, Store: a.stores.territory})
	a.Centre = centre.New(centre.Config{Journal: j, Store: a.stores.centre, Territory: a.stores.territory})
	a.Publisher = catalogue.NewPublisher(j, a.stores.catalogue)
	a.Shelf = catalogue.NewShelf(a.stores.catalogue)
	a.Visit = visit.New(visit.Config{Journal: j, Store: a.stores.visit, Places: a.stores.centre, Offers: a.stores.catalogue, Ties: a.stores.payment})
	a.money(j, zone)
	a.Tally = tally.New(tally.Config{Journal: j, Store: a.stores.tally, Places: a.stores.centre, Catalogue: a.stores.catalogue, Feeds: feeds})
	a.Report = report.New(report.Config{Journal: j, Store: a.stores.report, Centres: a.stores.centre, Territories: a.stores.territory})
	a.Staff = staff.New(staff.Config{
		Journal: j, Accounts: staffsql.Accounts{DB: a.DB}, Attempts: staffsql.Accounts{DB: a.DB}, Roles: a.stores.staff, Seats: a.stores.staff,
		Tokens: a.stores.staff, Places: staffPlaces{centres: a.stores.centre, municipalities: a.stores.territory, clock: a.Config.Clock},
	})
	a.Sessions = session.New(session.Config{DB: a.DB, Clock: a.Config.Clock, PublicURL: a.Config.PublicURL})
	return a.Shelf.Fill(ctx, a.DB)
}

// Close waits for the writes under way and closes the database.
func (a *App) Close() error { return a.DB.Close() }
