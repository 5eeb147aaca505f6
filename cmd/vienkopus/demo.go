package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"vienkopus/internal/app"
	"vienkopus/internal/demo"
	"vienkopus/internal/demo/history"
	"vienkopus/internal/demo/places"
	"vienkopus/internal/demo/takings"
	"vienkopus/internal/payment/terminal"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/egress"
)

// demoNode signs the receipts of the demonstration; nobody shall take them for real ones.
const demoNode = "LV-DEMO"

// slowCard is how long the simulated card terminal takes when it is slow.
const slowCard = 3 * time.Second

type demoCmd struct {
	Data   string `help:"Directory of the demonstration." default:"demo-data"`
	DB     string `help:"Another database than the one in the directory, for example postgres://…"`
	Listen string `help:"Address for people and programs." default:"localhost:8080"`
	Probes string `help:"Address for operators." default:"localhost:0"`
	provider
	AllowPrivate []string `help:"Host inside the network that may be asked, by name. Repeatable." placeholder:"HOST"`
}

// Run fills the demonstration where it is not full yet, and serves it until it is told to stop.
func (c demoCmd) Run(ctx context.Context) error {
	log := logger(os.Stderr, true)
	slog.SetDefault(log)
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return err
	}
	dsn := c.DB
	if dsn == "" {
		dsn = filepath.Join(c.Data, "vienkopus.db")
	}
	config, err := stating{}.config(ctx, database{DB: dsn, NodeKey: filepath.Join(c.Data, "vienkopus.key")}, demoNode)
	if err != nil {
		return err
	}
	now := &clock.Past{}
	config.Clock, config.Terminal, config.Version, config.Log, config.Progress, config.Told = now, terminal.NewSimulated(slowCard), version, log, progress("rebuild"), toldPlan(ctx)
	config.Outside = egress.Policy{Inside: c.AllowPrivate}
	if config.Elsewhere, err = c.settings(); err != nil {
		return err
	}
	a, err := app.Open(ctx, config)
	if err != nil {
		return err
	}
	sheet, err := c.fill(ctx, a, now)
	if err != nil {
		return errors.Join(err, a.Close())
	}
	return a.Run(ctx, app.Addresses{Site: c.Listen, Probes: c.Probes}, func(at app.Addresses) {
		sheet.Address, sheet.Probes = "http://"+at.Site, "http://"+at.Probes
		if err := sheet.Write(c.Data); err != nil {
			log.ErrorContext(ctx, "the sheet could not be written", slog.Any("error", err))
		}
		show(sheet, c.Data)
	})
}

func (c demoCmd) fill(ctx context.Context, a *app.App, now *clock.Past) (demo.Sheet, error) {
	sheet, err := demo.ReadSheet(c.Data)
	if err != nil || sheet.Filled {
		return sheet, err
	}
	fmt.Fprintln(os.Stderr, "Filling the demonstration network; this takes a few seconds, once.")
	if sheet.Year == 0 {
		sheet.Year = time.Now().Year() - 1
	}
	to := demo.Services{
		Places: places.Services{Territory: a.Territory, Centre: a.Centre}, Publisher: a.Publisher,
		Staff: a.Staff, Roles: a.DefineRoles, Visit: a.Visit,
		History: func(ctx context.Context, year int) error {
			return history.Seed(ctx, history.Services{Tally: a.Tally, Report: a.Report}, demo.By, year)
		},
		Takings: func(ctx context.Context, year int) error {
			defer now.Set(time.Time{})
			return takings.Seed(ctx, takings.Services{
				Office: a.Office, Books: a.Books,
				Bill: a.Bill, Keyring: a.Keyring, Till: a.Till, Bank: a.Bank, Payment: a.Payment, Visit: a.Visit, Clock: now,
			}, year, time.Now())
		},
	}
	err = sheet.Fill(ctx, to, func() error { return sheet.Write(c.Data) })
	if err == nil {
		err = a.Shelf.Fill(ctx, a.DB)
	}
	return sheet, err
}

// show prints where to go and with what.
func show(s demo.Sheet, dir string) {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "\nVienkopus  %s\n\n", s.Address)
	for _, in := range s.SignIns {
		fmt.Fprintf(w, "  %s\t%s\t%s\t%s\n", in.User, in.Password, in.Role, in.Scope)
	}
	fmt.Fprintf(w, "\nTokens stand in %s. Stop with Ctrl+C; the data stay.\n", filepath.Join(dir, "demo.json"))
	if err := w.Flush(); err != nil {
		slog.Warn("the sign-ins could not be shown", slog.Any("error", err))
	}
}
