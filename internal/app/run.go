package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"vienkopus/internal/platform/delivery"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/html/licences"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/jobs"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/platform/rest"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/staff/staffhttp"
	"vienkopus/web"
)

// Addresses are where the program answers people and programs, and operators.
type Addresses struct{ Site, Probes string }

const (
	// drain is how long requests under way may take once the program is told to stop.
	drain = 20 * time.Second
)

// Routes returns every route of the program, those of the REST interface among them.
func (a *App) Routes() ([]httpx.Route, error) {
	api := rest.New("Vienkopus", a.Config.Version)
	routes := append(licences.Routes(web.Notices()), a.statusRoute(), assets(), html.KeptRoute(staffhttp.SignInPath))
	for _, r := range a.rooms {
		routes = append(routes, r.Routes...)
		if r.Operations != nil {
			r.Operations(api)
		}
	}
	operations, err := api.Routes()
	return append(routes, operations...), err
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
	door := a.staff.Door
	return httpx.Build(routes, httpx.Options{
		Clock: a.Config.Clock, Log: a.Config.Log, Metrics: m, PublicURL: a.Config.PublicURL, Proxies: a.Config.Proxies, CSP: html.ContentSecurityPolicy,
		Around:  []func(http.Handler) http.Handler{lang.Negotiate, html.Preferences},
		Prepare: []func(*http.Request) (*http.Request, error){a.current, a.Sessions.Load},
		Guard: func(r *http.Request, route httpx.Route) (*http.Request, error) {
			r, err := door.Guard(r, route)
			if strings.HasPrefix(route.Path, rest.Prefix) {
				return r, err // a program sees no page
			}
			return r.WithContext(html.WithShell(r.Context(), a.shell(r.Context()))), err
		},
		SignIn: staffhttp.SignInPath, Page: a.failurePage, Keeper: a.staff.Kept, Exported: a.Door.Handed, Denied: a.Door.Denied,
	})
}

// current refuses whatever is asked while another program makes the tables anew, or once it has made them otherwise than this program knows them.
func (a *App) current(r *http.Request) (*http.Request, error) { return r, a.ownTables(r.Context()) }

// Run serves until ctx ends, lets the requests under way end, and closes the database. Started is told the addresses once they answer.
func (a *App) Run(ctx context.Context, at Addresses, started func(Addresses)) error {
	return errors.Join(a.run(ctx, at, started), a.Close())
}

func (a *App) run(ctx context.Context, at Addresses, started func(Addresses)) error {
	lease, err := a.DB.Share(ctx)
	if err != nil {
		return err
	}
	ready, metrics := &httpx.Ready{}, httpx.NewMetrics()
	runner, err := a.start(ctx, metrics)
	if err != nil {
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
	var ended error
	var background sync.WaitGroup
	background.Go(func() { stopWithout(serving, lease, stop) })
	background.Go(func() { a.Journal.LookAround(serving) })
	background.Go(func() { ended = runner.Run(serving) })
	started(Addresses{Site: site.Addr().String(), Probes: probe.Addr().String()})
	err = httpx.Serve(serving, httpx.Listeners{
		Site: site, Handler: handler, Probe: probe, Ready: ready, Drain: drain,
		Probes: httpx.Probes(ready, metrics,
			httpx.Check{Name: "database", Ask: a.DB.Ping}, httpx.Check{Name: "writing", Ask: a.DB.CanWrite}, httpx.Check{Name: "tables", Ask: a.ownTables}),
	})
	stop()
	background.Wait()
	return errors.Join(err, ended, lease.Release())
}

// ownTables returns journal.ErrOutdated while the tables are not those of this program.
func (a *App) ownTables(context.Context) error {
	if a.Journal.Outdated() {
		return journal.ErrOutdated
	}
	return nil
}

// start prepares what serving needs, lets the monitoring system read what rooms have to say, and returns who runs the jobs.
func (a *App) start(ctx context.Context, m *httpx.Metrics) (*jobs.Runner, error) {
	if err := a.codes.Locked(); err != nil {
		return nil, err
	}
	if err := a.Journal.CheckClock(ctx); err != nil {
		return nil, err
	}
	var readings []httpx.Reading
	for _, r := range a.rooms {
		if r.Start != nil {
			if err := r.Start(ctx); err != nil {
				return nil, fmt.Errorf("app: room %s: %w", r.Name, err)
			}
		}
		readings = append(readings, r.Readings...)
	}
	runner, err := a.Jobs()
	if err != nil {
		return nil, err
	}
	for _, reading := range append(readings, jobReadings(runner)...) {
		if err := m.Watch(ctx, reading); err != nil {
			return nil, err
		}
	}
	return runner, nil
}

// Jobs returns who knows the jobs, queues and deliveries of all rooms; none of them runs.
func (a *App) Jobs() (*jobs.Runner, error) {
	c := jobs.Config{DB: delivery.Store(a.DB), Clock: a.Config.Clock, Log: a.Config.Log}
	var couriers []*delivery.Courier
	for _, r := range a.rooms {
		c.Jobs, c.Queues = append(c.Jobs, r.Jobs...), append(c.Queues, r.Queues...)
		if a.Config.Mute {
			continue
		}
		for _, k := range r.Deliveries {
			courier := delivery.New(a.Journal, k)
			couriers = append(couriers, courier)
			c.Jobs, c.Queues = append(c.Jobs, courier.Jobs()...), append(c.Queues, courier.Queue())
		}
	}
	runner, err := jobs.New(c)
	if err != nil {
		return nil, err
	}
	for _, courier := range couriers {
		courier.Through(runner)
	}
	return runner, nil
}

// jobReadings are what the monitoring system reads of jobs and queues.
func jobReadings(r *jobs.Runner) []httpx.Reading {
	return []httpx.Reading{
		{Name: "vienkopus_job_overdue", Help: "1 for a job that has not succeeded for longer than it may; any is an alarm.", Label: "job", Read: r.Overdue},
		{Name: "vienkopus_job_last_success_seconds", Help: "For how long a job has not succeeded.", Label: "job", Read: r.LastSuccess},
		{Name: "vienkopus_works_waiting", Help: "Works that are not done yet.", Label: "queue", Read: r.WorksWaiting},
		{Name: "vienkopus_works_stopped", Help: "Works that were given up and wait for a person; any is an alarm.", Label: "queue", Read: r.WorksStopped},
		{Name: "vienkopus_work_oldest_seconds", Help: "For how long the oldest work has waited.", Label: "queue", Read: r.OldestWork},
	}
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
