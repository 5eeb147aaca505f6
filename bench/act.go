package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/clock"
)

// acts are what the clients record, in turn: the body of a request, the same for every subject.
var acts = []string{
	`{"kind":"consultation","service":"vsaa-maternity-benefit"}`,
	`{"kind":"document_received"}`,
	`{"kind":"consultation","service":"vid-annual-income-declaration"}`,
	`{"kind":"call"}`,
	`{"kind":"application","service":"vsaa-childbirth-benefit","identity":"passport"}`,
}

// load is what the clients of a subject do.
type load struct {
	name string
	// long tells that all acts go into one visit, instead of visits that are opened, hold five acts, and are closed.
	long bool
}

var loads = []load{{"whole visits: opened, five acts, closed", false}, {"acts alone, in one long visit", true}}

// subject is a server that records acts.
type subject struct {
	code, name string
	// start brings the server up with its data in dir.
	start func(ctx context.Context, dir string) (*child, error)
	// calls are what one client does, again and again, first of all opening a visit.
	calls func(c *child, client int, long bool) []call
}

// subjects are what is compared, those that were asked for. The first is ours, the second the yardstick.
func subjects(o options, postgres string) []subject {
	list := []subject{
		{"vienkopus", "Vienkopus", self(o, "vienkopus", ""), visitCalls},
		{"bare", "bare handler", self(o, "bare", ""), visitCalls},
		{"pocketbase", "PocketBase, its own setting (NORMAL)", pocketBase(o, false), pocketBaseCalls},
		{"pocketbase-full", "PocketBase, FULL", pocketBase(o, true), pocketBaseCalls},
	}
	if postgres != "" {
		list = append(list, subject{"postgres", "Vienkopus on PostgreSQL", self(o, "vienkopus", postgres), visitCalls})
	}
	return slices.DeleteFunc(list, func(s subject) bool { return !o.asksFor(s.code) })
}

// asksFor tells whether a subject is to be measured.
func (o options) asksFor(subject string) bool {
	return slices.Contains(strings.Split(o.subjects, ","), subject)
}

// self starts this program as a server.
func self(o options, name, dsn string) func(context.Context, string) (*child, error) {
	return func(ctx context.Context, dir string) (*child, error) {
		program, err := os.Executable()
		if err != nil {
			return nil, fmt.Errorf("act: %w", err)
		}
		args := []string{"-serve", name, "-dir", dir, "-dsn", dsn}
		if o.profile != "" {
			args = append(args, "-profile", filepath.Join(o.profile, filepath.Base(dir)+".pprof"))
		}
		return start(ctx, program, args...)
	}
}

func pocketBase(o options, full bool) func(context.Context, string) (*child, error) {
	return func(ctx context.Context, dir string) (*child, error) {
		program := filepath.Join(o.dir, "pocketbase")
		build := exec.CommandContext(ctx, "go", "build", "-C", filepath.Join(o.source, "pocketbase"), "-o", program, ".") //nolint:gosec // our own module
		if out, err := build.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("act: PocketBase: %w: %s", err, out)
		}
		return start(ctx, program, "-dir", filepath.Join(dir, "pb"), fmt.Sprintf("-full=%t", full), "-clients", fmt.Sprint(mostClients))
	}
}

// visitCalls are those of our REST interface.
func visitCalls(c *child, client int, long bool) []call {
	const visits = "/api/v1/visits"
	token := c.Tokens[client]
	open := newCall(c.Address, visits, token, `{"channel":"in-person"}`)
	open.opens, open.once = true, long
	calls := []call{open}
	for _, body := range acts {
		calls = append(calls, newCall(c.Address, visits+"/"+visitMark+"/acts", token, body))
	}
	if !long {
		calls = append(calls, newCall(c.Address, visits+"/"+visitMark+"/close", token, ""))
	}
	return calls
}

// pocketBaseCalls create one record for each of our calls. PocketBase derives nothing, so what a client says is all that it
// stores: less than the row of an act.
func pocketBaseCalls(c *child, client int, long bool) []call {
	bodies := []string{`{"kind":"opened","channel":"in-person"}`}
	bodies = append(bodies, acts...)
	if !long {
		bodies = append(bodies, `{"kind":"closed"}`)
	}
	visit := id.New(clock.System{}.Now()).String()
	var calls []call
	for _, body := range bodies {
		calls = append(calls, newCall(c.Address, "/api/collections/acts/records", c.Tokens[client], `{"visit":"`+visit+`",`+body[1:]))
	}
	calls[0].once = long
	return calls
}
