package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"vienkopus/internal/bill"
	"vienkopus/internal/platform/clock"
)

// benchPayHTTP takes payments as a clerk's browser does: the form is sent, and the page with the receipt to print is fetched. The program is a process of its own.
func benchPayHTTP(ctx context.Context, o options) (tables []*table, err error) {
	dir := filepath.Join(o.dir, "pay-http")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("pay: %w", err)
	}
	w := &window{}
	path := filepath.Join(dir, "vienkopus.db")
	if err := w.fill(ctx, path, (o.rounds*len(o.connections)+1)*paidOnce); err != nil {
		return nil, err
	}
	if w.child, err = self(o, "vienkopus", path)(ctx, dir); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, w.stop(), os.RemoveAll(dir)) }()
	w.browser = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: mostClients}}
	if err := w.measure(ctx, mostClients, &result{}); err != nil {
		return nil, err
	}
	results := make([]result, len(o.connections))
	for round := range o.rounds {
		for i, n := range o.connections {
			if err := w.measure(ctx, n, &results[i]); err != nil {
				return nil, fmt.Errorf("%d browsers: %w", n, err)
			}
		}
		say("payments over HTTP: round %d of %d is done", round+1, o.rounds)
	}
	t := &table{
		title: "Payments over HTTP: the form, and the page with the signed receipt",
		head:  []string{"at once", "payments/s", "least–most", "wait p50", "p99", "processor of the program per payment"},
	}
	for i, n := range o.connections {
		r := results[i]
		least, most := spread(r.rates)
		t.add(strconv.Itoa(n), thousands(median(r.rates)), thousands(least)+"–"+thousands(most), milliseconds(median(r.waits)), milliseconds(median(r.longs)),
			fmt.Sprintf("%.0f µs", median(r.cycles)))
	}
	t.note("Medians of %d rounds of %d payments, two requests each, on SQLite. The browsers are this process, on the same cores.", o.rounds, paidOnce)
	return []*table{t}, nil
}

// window is the program with open counters, and browsers in front of it.
type window struct {
	*child
	counters []counter
	bills    []bill.Bill
	next     atomic.Int64
	browser  *http.Client
}

// fill opens the counters by the clock of the machine, because the program goes by it.
func (w *window) fill(ctx context.Context, path string, bills int) error {
	a, err := openApp(ctx, path, clock.System{})
	if err != nil {
		return err
	}
	if w.counters, err = openCounters(ctx, a, mostClients); err == nil {
		say("issuing bills")
		w.bills, err = issue(ctx, a, bills)
	}
	return errors.Join(err, a.Close())
}

// measure has so many browsers pay.
func (w *window) measure(ctx context.Context, browsers int, r *result) error {
	before, err := w.cpu()
	if err != nil {
		return err
	}
	var left atomic.Int64
	left.Store(paidOnce)
	waits, errs := make([][]time.Duration, browsers), make([]error, browsers)
	var wait sync.WaitGroup
	begun := clock.System{}.Now()
	for i := range browsers {
		wait.Go(func() {
			for errs[i] == nil && left.Add(-1) >= 0 {
				begun := clock.System{}.Now()
				errs[i] = w.pay(ctx, i)
				waits[i] = append(waits[i], clock.System{}.Now().Sub(begun))
			}
		})
	}
	wait.Wait()
	o := outcome{calls: paidOnce, took: clock.System{}.Now().Sub(begun), waits: slices.Concat(waits...)}
	slices.Sort(o.waits)
	after, err := w.cpu()
	if err = errors.Join(append(errs, err)...); err != nil {
		return err
	}
	r.add(o, after-before)
	return nil
}

// pay sends the form for the next bill and reads the page that it leads to, which must hold the receipt.
func (w *window) pay(ctx context.Context, i int) error {
	n := w.next.Add(1) - 1
	b := w.bills[n]
	form := url.Values{
		"key": {"pay:" + strconv.FormatInt(n, 10)}, "visit": {w.counters[i].visit.String()}, "bill": {b.ID.String()},
		"amount-" + b.ID.String(): {b.Total().String()},
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+w.Address+"/pay", strings.NewReader(form.Encode()))
	if err != nil {
		return fmt.Errorf("pay: %w", err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Authorization", "Bearer "+w.Tokens[i])
	answer, err := w.browser.Do(request)
	if err != nil {
		return fmt.Errorf("pay: %w", err)
	}
	page, err := io.ReadAll(answer.Body)
	err = errors.Join(err, answer.Body.Close())
	if err == nil && (answer.StatusCode != http.StatusOK || !strings.Contains(string(page), `class="vk-qr"`) || !strings.Contains(string(page), b.Number)) {
		err = fmt.Errorf("%s without a receipt for %s: %.300s", answer.Status, b.Number, page)
	}
	if err != nil {
		return fmt.Errorf("pay: %w", err)
	}
	return nil
}
