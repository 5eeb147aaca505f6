package main

import (
	"context"
	"fmt"
	"log/slog"
	"slices"

	"vienkopus/internal/app"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/catalogue/cataloguesql"
	"vienkopus/internal/centre"
	democatalogue "vienkopus/internal/demo/catalogue"
	"vienkopus/internal/demo/places"
	"vienkopus/internal/platform/clock"
)

// by is who makes the network of the bench.
var by = actor.System("bench")

// site is a centre of the bench with its one desk.
type site struct {
	desk, centre, municipality string
}

// openApp opens a database as the program does.
func openApp(ctx context.Context, dsn string, at clock.Clock) (*app.App, error) {
	return app.Open(ctx, app.Config{DSN: dsn, Clock: at, Version: "bench", Log: slog.New(slog.DiscardHandler)})
}

// openNetwork makes the catalogue and the rules of the demonstration known, through the real services, and opens so many centres
// over its municipalities, each with one desk. All of them are unified centres, which may do everything.
func openNetwork(ctx context.Context, a *app.App, centres int) ([]site, error) {
	known, err := places.Load()
	if err != nil {
		return nil, fmt.Errorf("network: %w", err)
	}
	opened := known.Centres[0]
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
		if err := open(ctx, a, s, opened.Location); err != nil {
			return nil, fmt.Errorf("network: %s: %w", s.centre, err)
		}
		sites = append(sites, s)
	}
	return sites, a.Shelf.Fill(ctx, a.DB)
}

// open opens one centre and its desk; where it stands is of no importance here.
func open(ctx context.Context, a *app.App, s site, at centre.Location) error {
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
