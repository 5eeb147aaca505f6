// Command bench measures what the design promises and prints one report: ratios to the limits and to peers, with the figures
// they are made of beside them. Nothing is asserted as a time; a figure is only as good as the machine was quiet.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// options are what the bench is asked for.
type options struct {
	parts       string
	source      string // the directory of this program, where the module of the peer lies
	dir         string // where the data lies
	rounds      int
	lasts       time.Duration // of one load
	few, many   int           // acts in a year
	bills       int           // that are open
	payments    int           // in a journal
	subjects    string
	connections []int  // how many clients call at once
	postgres    string // address of a server on which databases may be made; empty for none
	profile     string // directory for what the processor does; empty for none
}

func main() {
	var o options
	var s served
	flag.StringVar(&o.parts, "parts", "act,year,pages,volume,start,sign-in,pay,payhttp,print,owed,money", "what to measure")
	flag.StringVar(&o.source, "source", ".", "the directory of this program")
	flag.StringVar(&o.dir, "dir", "", "where the data lies; a temporary directory, thrown away afterwards, when empty")
	flag.IntVar(&o.rounds, "rounds", 5, "how often each measurement is taken")
	flag.DurationVar(&o.lasts, "lasts", 2*time.Second, "how long a load lasts")
	flag.IntVar(&o.few, "few", 1_000_000, "how many acts a year holds")
	flag.IntVar(&o.many, "many", 10_000_000, "and a year with many")
	flag.IntVar(&o.bills, "bills", 2_000_000, "how many bills are open")
	flag.IntVar(&o.payments, "payments", 200_000, "how many payments a journal holds")
	flag.StringVar(&o.subjects, "subjects", "vienkopus,bare,pocketbase,pocketbase-full,postgres", "what is loaded with acts")
	flag.StringVar(&o.profile, "profile", "", "a directory (with -serve a file) for what the processor does")
	flag.StringVar(&s.subject, "serve", "", "be a server for a load: vienkopus or bare; or look: look bills up")
	flag.StringVar(&s.dsn, "dsn", "", "database of the server")
	at := flag.String("connections", "1,8,32", "how many clients call at once")
	flag.Parse()
	o.postgres = os.Getenv("VIENKOPUS_TEST_POSTGRES")
	s.dir, s.profile = o.dir, o.profile
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt) //nolint:forbidigo // where the program begins
	err := begin(ctx, o, s, *at)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func begin(ctx context.Context, o options, s served, at string) error {
	if s.subject == "look" {
		return serveLook(ctx, s.dsn, o.bills)
	}
	if s.subject != "" {
		return serve(ctx, s)
	}
	for text := range strings.SplitSeq(at, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > mostClients {
			return fmt.Errorf("connections: %q is no number from 1 to %d", text, mostClients)
		}
		o.connections = append(o.connections, n)
	}
	if o.dir != "" {
		dir, err := filepath.Abs(o.dir) // the peer is built from another directory
		if err != nil {
			return fmt.Errorf("data: %w", err)
		}
		o.dir = dir
		return run(ctx, o)
	}
	dir, err := os.MkdirTemp("", "vienkopus-bench-")
	if err != nil {
		return fmt.Errorf("data: %w", err)
	}
	o.dir = dir
	err = run(ctx, o)
	if rerr := os.RemoveAll(dir); err == nil && rerr != nil {
		err = fmt.Errorf("data: %w", rerr)
	}
	return err
}

// parts are what can be measured, in the order of the report.
var parts = []struct {
	name    string
	measure func(ctx context.Context, o options) ([]*table, error)
}{
	{"act", benchActs},
	{"year", benchYears},
	{"pages", benchPages},
	{"volume", benchVolume},
	{"start", benchStart},
	{"sign-in", benchSignIn},
	{"pay", benchPay},
	{"payhttp", benchPayHTTP},
	{"print", benchPrint},
	{"owed", benchOwed},
	{"money", benchMoney},
}

func run(ctx context.Context, o options) error {
	if _, err := fmt.Fprintln(os.Stdout, machine()); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	for _, part := range parts {
		if !strings.Contains(","+o.parts+",", ","+part.name+",") {
			continue
		}
		tables, err := part.measure(ctx, o)
		if err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
		for _, t := range tables {
			if _, err := fmt.Fprintln(os.Stdout, t); err != nil {
				return fmt.Errorf("report: %w", err)
			}
		}
	}
	return nil
}
