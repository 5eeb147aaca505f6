package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"vienkopus/internal/app"
	"vienkopus/internal/payment/paymenthttp"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
)

const (
	// printed is how many receipts one measurement prints.
	printed  = 500
	printAim = 200 // receipts a second
)

// printing is a way from a payment to its paper.
type printing struct {
	name string
	once func(ctx context.Context, a *app.App, s slip, page *bytes.Buffer) error
}

var printings = []printing{
	{"from document and code to the page", func(ctx context.Context, _ *app.App, s slip, page *bytes.Buffer) error {
		return s.print(ctx, page)
	}},
	{"the same, signed anew", func(ctx context.Context, a *app.App, s slip, page *bytes.Buffer) error {
		return s.signed(ctx, a, page)
	}},
	{"the same, the document read from the tables", func(ctx context.Context, a *app.App, s slip, page *bytes.Buffer) error {
		var err error
		if s.document, err = a.Payment.Store.Document(ctx, a.DB, s.document.Receipt.Series, s.document.Receipt.Number); err != nil {
			return fmt.Errorf("print: %w", err)
		}
		return s.signed(ctx, a, page)
	}},
}

func (s slip) signed(ctx context.Context, a *app.App, page *bytes.Buffer) error {
	var err error
	if s.code, err = a.Payment.Code(ctx, a.DB, s.document, nil); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return s.print(ctx, page)
}

// print writes the page with the receipt, for a roll.
func (s slip) print(ctx context.Context, page *bytes.Buffer) error {
	in := paymenthttp.PaperIn{ //nolint:gosec // no credentials, but a receipt
		Document: s.document, Code: s.code, Centre: "Dzērbene", Creditor: "SIA „Ūdens”", Payer: "Anna Bērziņa", BasketCash: s.document.Given,
		VerifyAt: "vienkopus.example.lv/receipt",
	}
	sheet, err := paymenthttp.NewPaper(ctx, in)
	if err != nil {
		return fmt.Errorf("print: %w", err)
	}
	if err := (paymenthttp.Papers{Paper: html.Roll80, Sheets: []paymenthttp.Paper{sheet}}).Render(ctx, page); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}

// benchPrint takes payments and prints their receipts, one after the other.
func benchPrint(ctx context.Context, o options) (tables []*table, err error) {
	path := filepath.Join(o.dir, "print.db")
	a, err := openApp(ctx, path, newRunning(opens))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, a.Close(), throwAway(path)) }()
	slips, err := takeSome(ctx, a)
	if err != nil {
		return nil, err
	}
	ctx = lang.With(ctx, "lv")
	t := &table{title: "Printing a receipt", head: []string{"receipts", "each second", "least–most", "aim", "of the aim", "one takes", "page"}}
	for _, p := range printings {
		var rates []float64
		size := 0
		for range o.rounds {
			var page bytes.Buffer
			begun := clock.System{}.Now()
			for _, s := range slips {
				page.Reset()
				if err := p.once(ctx, a, s, &page); err != nil {
					return nil, err
				}
			}
			rates = append(rates, printed/clock.System{}.Now().Sub(begun).Seconds())
			size = page.Len()
		}
		least, most := spread(rates)
		one := time.Duration(float64(time.Second) / median(rates))
		t.add(p.name, thousands(median(rates)), thousands(least)+"–"+thousands(most), "≥ "+thousands(printAim), percent(median(rates)/printAim),
			fine(float64(one)), kilobytes(size))
	}
	t.note("Medians of %d rounds of %d receipts of one bill, one after the other, each a whole page in Latvian with its QR code, for a roll of 80 mm.", o.rounds, printed)
	return []*table{t}, nil
}

func kilobytes(n int) string { return fmt.Sprintf("%.1f kB", float64(n)/1000) }

// takeSome takes payments and returns their receipts.
func takeSome(ctx context.Context, a *app.App) ([]slip, error) {
	load := &payLoad{app: a}
	var err error
	if load.counters, err = openCounters(ctx, a, 1); err == nil {
		load.bills, err = issue(ctx, a, printed)
	}
	all := make([]slip, printed)
	for i := range all {
		if err == nil {
			all[i], err = load.payOne(ctx, load.counters[0])
		}
	}
	return all, err
}
