package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"

	"vienkopus/internal/app"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/httpx"
)

type serveCmd struct {
	database
	nodeName
	Listen    string `help:"Address for people and programs." default:"localhost:8080" env:"VIENKOPUS_LISTEN"`
	Probes    string `help:"Address for operators: /healthz, /readyz, /metrics." default:"localhost:8081" env:"VIENKOPUS_PROBES"`
	PublicURL string `help:"Address by which people reach the program, for example https://centrs.example." env:"VIENKOPUS_PUBLIC_URL"`
	Quiet     bool   `help:"Log faults of the program only, not every request."`
}

// Run serves until it is told to stop.
func (c serveCmd) Run(ctx context.Context) error {
	log := logger(os.Stderr, c.Quiet)
	slog.SetDefault(log)
	a, err := app.Open(ctx, app.Config{
		DSN: c.DB, Node: c.Node, Clock: clock.System{}, PublicURL: c.PublicURL, Version: version, Log: log, Progress: progress("rebuild"),
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
