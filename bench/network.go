package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"vienkopus/internal/app"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/hours"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/catalogue/cataloguesql"
	"vienkopus/internal/centre"
	democatalogue "vienkopus/internal/demo/catalogue"
	"vienkopus/internal/demo/places"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/rowcode"
)

// by is who makes the network of the bench.
var by = actor.System("bench")

// site is a centre of the bench with its one desk.
type site struct {
	desk, centre, municipality string
}

// openApp opens a database as the program does.
func openApp(ctx context.Context, dsn string, at clock.Clock) (*app.App, error) {
	c, err := sealing(app.Config{DSN: dsn, Clock: at, Version: "bench", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	return app.Open(ctx, c)
}

// openNetwork makes the catalogue and the rules of the demonstration known, through the real services, and opens so many centres
// over its municipalities, each with one desk. All of them are unified centres, which may do everything.
func openNetwork(ctx context.Context, a *app.App, centres int) ([]site, error) {
	known, err := places.Load()
	if err != nil {
		return nil, fmt.Errorf("network: %w", err)
	}
	opened, week := known.Centres[0], known.Hours[0].Hours
	known.Centres, known.Desks, known.Hours, known.Surveys = nil, nil, nil, nil
	if err := known.Seed(ctx, places.Services{Territory: a.Territory, Centre: a.Centre}, by); err != nil {
		return nil, fmt.Errorf("network: %w", err)
	}
	if err := democatalogue.Seed(ctx, a.Publisher, by); err != nil {
		return nil, fmt.Errorf("network: %w", err)
	}
	if err := a.DefineRoles(ctx, by); err != nil {
		return nil, fmt.Errorf("network: %w", err)
	}
	var sites []site
	for i := range centres {
		s := site{
			desk: fmt.Sprintf("BEN-%d", i+1), centre: fmt.Sprintf("bench-%03d", i+1),
			municipality: known.Municipalities[i%len(known.Municipalities)].Code,
		}
		if err := open(ctx, a, s, opened.Location, week); err != nil {
			return nil, fmt.Errorf("network: %s: %w", s.centre, err)
		}
		sites = append(sites, s)
	}
	return sites, a.Shelf.Fill(ctx, a.DB)
}

// open opens one centre and its desk; where it stands is of no importance here.
func open(ctx context.Context, a *app.App, s site, at centre.Location, week hours.Schedule) error {
	at.Unit, at.Stops = "", nil
	in := centre.Opening{
		Opened: centre.Opened{
			Code: s.centre, Name: "Centrs " + s.centre, Municipality: s.municipality, Host: centre.ParishLibrary, Location: at,
		},
		Tier: centre.UnifiedCounty, TierFrom: civil.YearPeriod(2015).From,
	}
	if err := a.Centre.Open(ctx, by, "centre:"+s.centre, in); err != nil {
		return err
	}
	set := centre.HoursSet{Centre: s.centre, From: civil.YearPeriod(2015).From, Hours: week}
	if err := a.Centre.SetHours(ctx, by, "hours:"+s.centre, set); err != nil {
		return err
	}
	return a.Centre.OpenDesk(ctx, by, "desk:"+s.desk, centre.DeskOpened{Desk: s.desk, Centre: s.centre, Name: "Galds"})
}

// offered returns the services of the catalogue in the order of their codes.
func offered(ctx context.Context, a *app.App) ([]catalogue.Offer, error) {
	services, err := (cataloguesql.Store{}).Services(ctx, a.DB)
	if err != nil {
		return nil, fmt.Errorf("network: %w", err)
	}
	var offers []catalogue.Offer
	for i := range services {
		s := &services[i]
		offers = append(offers, catalogue.Offer{
			Code: s.Code, Version: s.Version, Institution: s.Institution, Kinds: slices.Clone(s.Kinds), Identity: s.Identity,
		})
	}
	return offers, nil
}

// netPages are pages about the whole network.
var netPages = []string{
	"/reports/year?year=2025", "/reports/acts?from=2025-01-01&to=2025-12-31&by=service", "/network?year=2025", "/find?open=yes", "/centres",
}

const (
	// pageClients is how many look at once, and pageAim how long 95 of a hundred may wait.
	pageClients = 8
	pageAim     = 30 * time.Millisecond
	// pageViews is how often each page is looked at in a round.
	pageViews = 400
)

// benchPages fills a network of 600 centres and looks at its pages with several clients, while a counter goes on recording, and at what is resident afterwards.
func benchPages(ctx context.Context, o options) (_ []*table, err error) {
	file := yearFile{path: filepath.Join(o.dir, "pages.db"), acts: o.few / 5}
	if err := fillTables(ctx, file.path, yearCentres, file.acts); err != nil {
		return nil, err
	}
	if err := rollUp(ctx, file); err != nil {
		return nil, err
	}
	dir := filepath.Join(o.dir, "pages")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("pages: %w", err)
	}
	c, err := self(o, "vienkopus", file.path)(ctx, dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, c.stop()) }()
	t := &table{
		title: fmt.Sprintf("Pages of a network of %d centres, %s acts, %d clients", yearCentres, thousands(float64(file.acts)), pageClients),
		head:  []string{"page", "pages/s", "wait p50", "p95", "aim", "processor per view", "sent"},
	}
	for _, path := range netPages {
		if err := lookAt(ctx, c, path, t); err != nil {
			return nil, fmt.Errorf("pages: %s: %w", path, err)
		}
	}
	resident, err := memoryOf(c.cmd.Process.Pid, "VmRSS")
	if err != nil {
		return nil, err
	}
	t.note("%d views each, from the request to the last byte, the clients on the same cores; they take compressed answers and do not open them. Resident afterwards: %s.", pageViews, mebibytes(resident))
	return []*table{t}, throwAway(file.path)
}

// lookAt opens one page again and again.
func lookAt(ctx context.Context, c *child, path string, t *table) error {
	var all sync.WaitGroup
	var mu sync.Mutex
	var took []time.Duration
	var failed error
	var sent int64
	worked, err := c.cpu()
	if err != nil {
		return err
	}
	begun := time.Now() //nolint:forbidigo // a measurement
	for range pageClients {
		all.Go(func() {
			for range pageViews / pageClients {
				at := time.Now() //nolint:forbidigo // a measurement
				n, err := download(ctx, "http://"+c.Address+path, c.Tokens[reader])
				d := time.Since(at)
				mu.Lock()
				took, sent, failed = append(took, d), n, errors.Join(failed, err)
				mu.Unlock()
				if err != nil {
					return
				}
			}
		})
	}
	all.Wait()
	if failed != nil {
		return failed
	}
	now, err := c.cpu()
	if err != nil {
		return err
	}
	slices.Sort(took)
	rate := float64(len(took)) / time.Since(begun).Seconds()
	t.add(path, thousands(rate), milliseconds(took[len(took)/2]), milliseconds(took[len(took)*95/100]), "< "+milliseconds(pageAim), milliseconds((now-worked)/time.Duration(len(took))), fmt.Sprintf("%.1f kB", float64(sent)/1000))
	return nil
}

// sealedBy is the variable of the environment that has a measurement run with sealed payers: whatever stands in it is the key. A bench has nothing to hide.
const sealedBy = "BENCH_SEALED"

// sealing gives the program a row key, out of which the key grows that seals, where that is asked for.
func sealing(c app.Config) (app.Config, error) {
	text := os.Getenv(sealedBy)
	if text == "" {
		return c, nil
	}
	secret := sha256.Sum256([]byte(text))
	var err error
	c.Codes.Key, err = rowcode.NewKey(secret[:])
	return c, err //nolint:wrapcheck // it says what it is
}
