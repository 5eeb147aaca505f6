package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// The length of one measurement, and of the run before it that fills the caches.
const (
	warmCalls = 300
	warmTime  = time.Second
	mostCalls = 200_000
)

// result gathers what the rounds of one subject at one number of connections came to.
type result struct {
	rates  []float64       // calls per second
	waits  []time.Duration // the median wait
	longs  []time.Duration // the wait that one call in a hundred exceeds
	cycles []float64       // microseconds of processor time of the server per call
}

// benchActs loads the subjects in turn, round after round, so that a busy neighbour slows all of them.
func benchActs(ctx context.Context, o options) (tables []*table, err error) {
	err = withPostgres(ctx, o.postgres, func(dsn string) error {
		list := subjects(o, dsn)
		children, err := startAll(ctx, o, list)
		for at := 0; at < len(loads) && err == nil; at++ {
			var results [][]result
			if results, err = rounds(ctx, o, loads[at], list, children); err == nil {
				tables = append(tables, actTable(loads[at], list, results, o))
			}
		}
		for _, c := range children {
			err = errors.Join(err, c.stop())
		}
		return err
	})
	return tables, err
}

// startAll starts the servers that are loaded; those that did start are returned with an error too.
func startAll(ctx context.Context, o options, list []subject) ([]*child, error) {
	var children []*child
	for i, s := range list {
		dir := filepath.Join(o.dir, "act-"+strconv.Itoa(i))
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return children, fmt.Errorf("act: %w", err)
		}
		say("starting %s", s.name)
		c, err := s.start(ctx, dir)
		if err != nil {
			return children, fmt.Errorf("%s: %w", s.name, err)
		}
		children = append(children, c)
	}
	return children, nil
}

// rounds returns the results by subject and number of connections.
func rounds(ctx context.Context, o options, l load, list []subject, children []*child) ([][]result, error) {
	results := make([][]result, len(list))
	for i := range results {
		results[i] = make([]result, len(o.connections))
	}
	for round := range o.rounds {
		for at, n := range o.connections {
			for i, s := range list {
				var calls [][]call
				for client := range n {
					calls = append(calls, s.calls(children[i], client, l.long))
				}
				if err := loadOnce(ctx, children[i], calls, o.lasts, &results[i][at]); err != nil {
					return nil, fmt.Errorf("%s at %d connections: %w", s.name, n, err)
				}
			}
		}
		say("%s: round %d of %d is done", l.name, round+1, o.rounds)
	}
	return results, nil
}

// loadOnce makes every client call for a while and notes the outcome.
func loadOnce(ctx context.Context, c *child, calls [][]call, lasts time.Duration, r *result) error {
	clients, err := dial(ctx, c.Address, calls)
	if err == nil {
		_, err = drive(clients, burst{calls: warmCalls, lasts: warmTime})
	}
	if err != nil {
		return errors.Join(err, hangUp(clients))
	}
	before, err := c.cpu()
	if err != nil {
		return errors.Join(err, hangUp(clients))
	}
	o, err := drive(clients, burst{calls: mostCalls, lasts: lasts})
	after, cerr := c.cpu()
	if err = errors.Join(err, cerr, hangUp(clients)); err != nil {
		return err
	}
	r.rates = append(r.rates, o.rate())
	r.waits = append(r.waits, o.wait(0.5))
	r.longs = append(r.longs, o.wait(0.99))
	r.cycles = append(r.cycles, float64((after-before).Microseconds())/float64(o.calls))
	return nil
}

// actAims are what ours should reach of a subject's rate.
var actAims = map[string]string{"bare": "≥ 50 %", "pocketbase": "≥ 5 ×", "pocketbase-full": "≥ 5 ×"}

func actTable(l load, list []subject, results [][]result, o options) *table {
	t := &table{
		title: "Durable requests over HTTP, " + l.name,
		head:  []string{"at once", "subject", "requests/s", "least–most", "ours to it", "aim", "wait p50", "p99", "processor per request"},
	}
	for at, n := range o.connections {
		for i, s := range list {
			r := results[i][at]
			least, most := spread(r.rates)
			t.add(strconv.Itoa(n), s.name, thousands(median(r.rates)), thousands(least)+"–"+thousands(most), compare(results[0][at], r), actAims[s.code],
				milliseconds(median(r.waits)), milliseconds(median(r.longs)), fmt.Sprintf("%.0f µs", median(r.cycles)))
		}
	}
	t.note("Medians of %d rounds of %s, the subjects in turn. The ratio is taken within each round. Processor time is that of the server's process,"+
		" in its own code and in the kernel; PostgreSQL's own processes are not in it.", o.rounds, o.lasts)
	return t
}

// compare says what ours reaches of another's rate: as a share, and above one and a half as a multiple. The ratio is taken in
// each round, between neighbours in time, and the median of those is shown.
func compare(ours, other result) string {
	var ratios []float64
	for round := range ours.rates {
		ratios = append(ratios, ours.rates[round]/other.rates[round])
	}
	if r := median(ratios); r > 1.5 {
		return times(r)
	}
	return percent(median(ratios))
}
