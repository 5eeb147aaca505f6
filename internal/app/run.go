package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"vienkopus/internal/bill/billhttp"
	"vienkopus/internal/catalogue/cataloguehttp"
	"vienkopus/internal/centre"
	"vienkopus/internal/centre/centrehttp"
	"vienkopus/internal/payment/paymenthttp"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/html/licences"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/platform/rest"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/report/reporthttp"
	"vienkopus/internal/staff/staffhttp"
	"vienkopus/internal/till/tillhttp"
	"vienkopus/internal/visit/visithttp"
	"vienkopus/internal/visit/visitsql"
	"vienkopus/web"
)

// Addresses are where the program answers people and programs, and operators.
type Addresses struct{ Site, Probes string }

const (
	// drain is how long requests under way may take once the program is told to stop.
	drain = 20 * time.Second
	// draftsKept is how long what was typed and not sent is kept, and sweepEvery how often old drafts are looked for.
	draftsKept = 24 * time.Hour
	sweepEvery = time.Hour
	// renewEvery is how often the program looks whether the next key of receipts must be introduced, renewAgain how soon after a failure.
	renewEvery = 24 * time.Hour
	renewAgain = time.Hour
)

// Routes returns every route of the program, those of the REST interface among them.
func (a *App) Routes() ([]httpx.Route, error) {
	calendars := centre.NewCalendars(a.calendar)
	counter := visithttp.Deps{
		Journal: a.Journal, Counter: a.Visit, Store: a.stores.visit, Drafts: visitsql.Drafts{DB: a.DB}, Shelf: a.Shelf, Elsewhere: a.elsewhere,
	}
	services := cataloguehttp.Deps{Shelf: a.Shelf}
	finder := centrehttp.Deps{
		Journal: a.Journal, Centres: a.stores.centre, Places: a.stores.territory, Services: finderServices{a.Shelf}, Calendars: calendars,
	}
	reports := reporthttp.Deps{
		Reports: a.Report, Journal: a.Journal, Centres: a.stores.centre, Territories: a.stores.territory, Shelf: a.Shelf,
	}
	api := rest.New("Vienkopus", a.Config.Version)
	cataloguehttp.Operations(api, services)
	centrehttp.Operations(api, finder)
	visithttp.Operations(api, counter)
	billhttp.Operations(api, billhttp.Deps{Journal: a.Journal, Bills: a.Bill})
	reporthttp.Operations(api, reports)
	journalOperations(api, a.Journal)
	operations, err := api.Routes()
	if err != nil {
		return nil, err
	}
	return slices.Concat(
		centrehttp.Routes(finder), cataloguehttp.Routes(services), staffhttp.Routes(a.staffDoor()), visithttp.Routes(counter),
		tillhttp.Routes(a.tillDoor()), reporthttp.Routes(reports), paymenthttp.CheckRoutes(a.checkDoor()), paymenthttp.Routes(a.payDoor()),
		licences.Routes(web.Notices()),
		[]httpx.Route{a.statusRoute(), assets()}, operations,
	), nil
}

func (a *App) staffDoor() staffhttp.Deps {
	return staffhttp.Deps{Staff: a.Staff, Sessions: a.Sessions, Called: a.called}
}

func (a *App) tillDoor() tillhttp.Deps {
	return tillhttp.Deps{
		Journal: a.Journal, Till: a.Till, Bank: a.Bank, Ledger: a.Ledger, Store: a.stores.till, Books: a.stores.ledger, Creditors: a.stores.bill,
		Centres: a.stores.centre, Places: a.stores.territory, Called: a.calledPerson,
	}
}

// assets are scripts, styles and letters; their names change with their contents.
func assets() httpx.Route {
	files := web.Handler()
	return httpx.Route{
		Method: http.MethodGet, Path: "/assets/", Public: true,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			files.ServeHTTP(w, r)
			return nil
		},
	}
}

// Handler returns the whole site. It counts requests in m, which may be nil.
func (a *App) Handler(m *httpx.Metrics) (http.Handler, error) {
	routes, err := a.Routes()
	if err != nil {
		return nil, err
	}
	door := a.staffDoor()
	return httpx.Build(routes, httpx.Options{
		Clock: a.Config.Clock, Log: a.Config.Log, Metrics: m, PublicURL: a.Config.PublicURL, CSP: html.ContentSecurityPolicy,
		Around:  []func(http.Handler) http.Handler{lang.Negotiate, html.Preferences},
		Prepare: []func(*http.Request) (*http.Request, error){a.Sessions.Load},
		Guard: func(r *http.Request, route httpx.Route) (*http.Request, error) {
			r, err := door.Guard(r, route)
			if strings.HasPrefix(route.Path, rest.Prefix) {
				return r, err // a program sees no page
			}
			return r.WithContext(html.WithShell(r.Context(), a.shell(r.Context()))), err
		},
		SignIn: staffhttp.SignInPath, Page: failurePage,
	})
}

// Run serves until ctx ends, lets the requests under way end, and closes the database. Started is told the addresses once they answer.
func (a *App) Run(ctx context.Context, at Addresses, started func(Addresses)) error {
	return errors.Join(a.run(ctx, at, started), a.Close())
}

func (a *App) run(ctx context.Context, at Addresses, started func(Addresses)) error {
	lease, err := a.DB.Share(ctx)
	if err != nil {
		return err
	}
	if err := a.Keyring.Ensure(ctx); err != nil {
		return errors.Join(err, lease.Release())
	}
	ready, metrics := &httpx.Ready{}, httpx.NewMetrics()
	seen := &witness{journal: a.Journal}
	if err := a.watch(ctx, metrics, seen); err != nil {
		return errors.Join(err, lease.Release())
	}
	handler, err := a.Handler(metrics)
	if err != nil {
		return errors.Join(err, lease.Release())
	}
	site, probe, err := listen(ctx, at)
	if err != nil {
		return errors.Join(err, lease.Release())
	}
	serving, stop := context.WithCancel(ctx)
	var jobs sync.WaitGroup
	jobs.Go(func() { stopWithout(serving, lease, stop) })
	for _, job := range []func(context.Context){a.watchShelf, a.Sessions.Sweep, a.sweepDrafts, a.renewKeys, a.tell, a.sweepBaskets, seen.run} {
		jobs.Go(func() { job(serving) })
	}
	started(Addresses{Site: site.Addr().String(), Probes: probe.Addr().String()})
	err = httpx.Serve(serving, httpx.Listeners{
		Site: site, Handler: handler, Probe: probe, Ready: ready, Drain: drain,
		Probes: httpx.Probes(ready, metrics, httpx.Check{Name: "database", Ask: a.DB.Ping}),
	})
	stop()
	jobs.Wait()
	return errors.Join(err, lease.Release())
}

func listen(ctx context.Context, at Addresses) (site, probe net.Listener, err error) {
	var c net.ListenConfig
	if site, err = c.Listen(ctx, "tcp", at.Site); err != nil {
		return nil, nil, fmt.Errorf("app: listen: %w", err)
	}
	if probe, err = c.Listen(ctx, "tcp", at.Probes); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("app: listen for probes: %w", err), site.Close())
	}
	return site, probe, nil
}

// stopWithout ends the serving when the lease on the database is lost: another process may then be making the tables anew.
func stopWithout(ctx context.Context, lease *sqldb.Lease, stop context.CancelFunc) {
	select {
	case <-lease.Lost():
		slog.ErrorContext(ctx, "the lease on the database is lost: serving ends")
		stop()
	case <-ctx.Done():
	}
}

func (a *App) watchShelf(ctx context.Context) { a.Shelf.Watch(ctx, a.Journal) }

// sweepDrafts forgets what was typed long ago for visits that were never closed.
func (a *App) sweepDrafts(ctx context.Context) {
	drafts := visitsql.Drafts{DB: a.DB}
	for {
		if _, err := drafts.Sweep(ctx, a.Journal.Now().Add(-draftsKept)); err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "old drafts could not be forgotten", slog.Any("error", err))
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(sweepEvery):
		}
	}
}

// checkDoor is how strangers check receipts.
func (a *App) checkDoor() paymenthttp.CheckDeps {
	return paymenthttp.CheckDeps{Keys: a.Keyring, Reader: a.DB, Page: web.VerifyPage()}
}

// renewKeys introduces the next key of receipts when it is time. The first look is that of the start.
func (a *App) renewKeys(ctx context.Context) {
	wait := renewEvery
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		wait = renewEvery
		if err := a.Keyring.Ensure(ctx); err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "the next key of receipts could not be introduced", slog.Any("error", err))
			wait = renewAgain
		}
	}
}
