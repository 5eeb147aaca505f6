package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"vienkopus/internal/app"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/httpx"
)

type serveCmd struct {
	database
	nodeName
	extraDays
	Listen    string `help:"Address for people and programs." default:"localhost:8080" env:"VIENKOPUS_LISTEN"`
	Probes    string `help:"Address for operators: /healthz, /readyz, /metrics." default:"localhost:8081" env:"VIENKOPUS_PROBES"`
	PublicURL string `help:"Address by which people reach the program, for example https://centrs.example." env:"VIENKOPUS_PUBLIC_URL"`
	Quiet     bool   `help:"Log faults of the program only, not every request."`
}

// Run serves until it is told to stop.
func (c serveCmd) Run(ctx context.Context) error {
	log := logger(os.Stderr, c.Quiet)
	slog.SetDefault(log)
	days, err := c.readDays()
	if err != nil {
		return err
	}
	a, err := app.Open(ctx, app.Config{
		DSN: c.DB, Node: c.Node, Clock: clock.System{}, PublicURL: c.PublicURL, Days: days, Version: version, Log: log, Progress: progress("rebuild"),
	})
	if err != nil {
		return err
	}
	return a.Run(ctx, app.Addresses{Site: c.Listen, Probes: c.Probes}, func(at app.Addresses) {
		fmt.Fprintf(os.Stderr, "vienkopus %s: http://%s (probes http://%s)\n", version, at.Site, at.Probes)
	})
}

// logger writes JSON lines; those that are written during a request carry its id.
func logger(to io.Writer, quiet bool) *slog.Logger {
	level := slog.LevelInfo
	if quiet {
		level = slog.LevelWarn
	}
	return slog.New(httpx.LogHandler(slog.NewJSONHandler(to, &slog.HandlerOptions{Level: level})))
}

// extraDays is the flag of every command for which it matters which days are worked.
type extraDays struct {
	Days string `help:"CSV of public holidays and moved working days that this version does not know: kind,date,instead,source." env:"VIENKOPUS_DAYS" placeholder:"FILE"`
}

// readDays returns the days of the file, none without one.
func (d extraDays) readDays() (civil.Orders, error) {
	if d.Days == "" {
		return civil.Orders{}, nil
	}
	file, err := os.Open(d.Days)
	if err != nil {
		return civil.Orders{}, err
	}
	orders, err := civil.ReadOrders(file)
	if err != nil {
		err = fmt.Errorf("%s: %w", d.Days, err)
	}
	return orders, errors.Join(err, file.Close())
}
