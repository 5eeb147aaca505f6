package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime/pprof"

	"vienkopus/internal/app"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/staff"
)

// mostClients is how many connections a load has at most; each has a desk and a token of its own.
const mostClients = 32

// reader is where the token stands that reads the figures of the whole network.
const reader = mostClients

// served is what a child is asked to be.
type served struct {
	subject string // "vienkopus" or "bare"
	dir     string
	dsn     string // of Vienkopus; a file in dir when empty
	profile string // where the time goes is written here when it ends
}

// serve answers until the input ends, and says on the output where.
func serve(ctx context.Context, s served) error {
	ctx, stop := context.WithCancel(ctx)
	go func() {
		defer stop()
		if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
			say("input: %v", err)
		}
	}()
	if s.subject == "bare" {
		return serveBare(ctx, s)
	}
	return serveVienkopus(ctx, s)
}

// tell says where to load, and with which tokens. From here on the profile runs, so that filling is not in it.
func (s served) tell(at ready) (end func() error, err error) {
	end = func() error { return nil }
	if s.profile != "" {
		file, err := os.Create(s.profile)
		if err != nil {
			return end, fmt.Errorf("profile: %w", err)
		}
		if err := pprof.StartCPUProfile(file); err != nil {
			return end, fmt.Errorf("profile: %w", err)
		}
		end = func() error {
			pprof.StopCPUProfile()
			return file.Close()
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(at); err != nil {
		return end, fmt.Errorf("serve: %w", err)
	}
	return end, nil
}

func serveBare(ctx context.Context, s served) error {
	b, err := openBare(ctx, s.dir)
	if err != nil {
		return err
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return errors.Join(fmt.Errorf("serve: %w", err), b.close())
	}
	mux := http.NewServeMux()
	for _, path := range []string{"/api/v1/visits", "/api/v1/visits/{visit}/acts", "/api/v1/visits/{visit}/close"} {
		mux.Handle("POST "+path, b)
	}
	server := &http.Server{Handler: mux, ReadHeaderTimeout: patience}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	end, err := s.tell(ready{Address: listener.Addr().String(), Tokens: make([]string, mostClients)})
	if err == nil {
		<-ctx.Done()
	}
	err = errors.Join(err, server.Close(), end())
	if serr := <-ended; !errors.Is(serr, http.ErrServerClosed) {
		err = errors.Join(err, serr)
	}
	return errors.Join(err, b.close())
}

// serveVienkopus is the whole program with its usual settings, on a network with a desk for each client. Its log goes to a file.
func serveVienkopus(ctx context.Context, s served) error {
	log, err := os.Create(filepath.Join(s.dir, "log.json"))
	if err != nil {
		return fmt.Errorf("serve: %w", err)
	}
	if s.dsn == "" {
		s.dsn = filepath.Join(s.dir, "vienkopus.db")
	}
	a, err := app.Open(ctx, app.Config{DSN: s.dsn, Clock: clock.System{}, Version: "bench", Log: slog.New(slog.NewJSONHandler(log, nil))})
	if err != nil {
		return err
	}
	tokens, err := makeTokens(ctx, a)
	if err != nil {
		return errors.Join(err, a.Close())
	}
	end := func() error { return nil }
	var failed error
	err = a.Run(ctx, app.Addresses{Site: "127.0.0.1:0", Probes: "127.0.0.1:0"}, func(at app.Addresses) {
		end, failed = s.tell(ready{Address: at.Site, Tokens: tokens})
	})
	return errors.Join(err, failed, end(), log.Close())
}

// makeTokens makes the network and a token per desk, through the real services.
func makeTokens(ctx context.Context, a *app.App) ([]string, error) {
	sites, err := openNetwork(ctx, a, mostClients)
	if err != nil {
		return nil, err
	}
	var tokens []string
	for _, s := range sites {
		in := staff.NewToken{Label: s.desk, Role: "clerk", Desk: s.desk, Scope: scope.Centre(s.centre)}
		secret, _, err := a.Staff.CreateToken(ctx, by, in, "token:"+s.desk)
		if err != nil {
			return nil, fmt.Errorf("token of %s: %w", s.desk, err)
		}
		tokens = append(tokens, secret)
	}
	secret, _, err := a.Staff.CreateToken(ctx, by, staff.NewToken{Label: "figures", Role: "network-manager", Scope: scope.Network}, "token:figures")
	if err != nil {
		return nil, fmt.Errorf("token of figures: %w", err)
	}
	return append(tokens, secret), enrolHonest(ctx, a)
}
