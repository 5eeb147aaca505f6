package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"

	"vienkopus/internal/app"
	"vienkopus/internal/bill"
	"vienkopus/internal/payment"
	"vienkopus/internal/platform/journal"
)

// benchMoney fills a journal with payments and what belongs to them, and measures what goes through all of it.
func benchMoney(ctx context.Context, o options) ([]*table, error) {
	path := filepath.Join(o.dir, "money.db")
	if err := fillMoney(ctx, path, o.payments); err != nil {
		return nil, err
	}
	t, err := benchLines(ctx, path, o.rounds)
	if err != nil {
		return nil, err
	}
	t.title += " with " + thousands(float64(o.payments)) + " payments"
	t.note("Bills, visits, acts, payments with receipts, voids and copies, all through the services.")
	return []*table{t}, throwAway(path)
}

// fillMoney makes a database with so many payments, or one more or two, through the services.
func fillMoney(ctx context.Context, dsn string, payments int) error {
	a, err := openApp(ctx, dsn, newRunning(opens))
	if err != nil {
		return err
	}
	m := &morning{app: a, payments: int64(payments)}
	if m.counters, err = openCounters(ctx, a, mostClients); err == nil {
		m.bills, err = issue(ctx, a, payments+mostBasket)
	}
	if err == nil {
		err = m.serve(ctx)
	}
	return errors.Join(err, a.Close())
}

// mostBasket is how many bills somebody pays at most. The bills lie in turn over the creditors, so each is a payment of its own.
const mostBasket = 3

// morning is a network of counters that take money.
type morning struct {
	app      *app.App
	counters []counter
	bills    []bill.Bill
	next     atomic.Int64 // of bills
	payments int64
}

// serve has every counter take money until there are enough payments.
func (m *morning) serve(ctx context.Context) error {
	errs := make([]error, len(m.counters))
	var wait sync.WaitGroup
	for i, at := range m.counters {
		wait.Go(func() {
			for n := 0; errs[i] == nil && m.next.Load() < m.payments; n++ {
				errs[i] = m.client(ctx, at.desk, n)
			}
		})
	}
	wait.Wait()
	return errors.Join(errs...)
}

// client pays one to three bills in a visit of his own; the second of three by card, of every seventh bill only a part. One payment in fifty is voided, and
// one receipt in fifty is printed again.
func (m *morning) client(ctx context.Context, desk string, n int) error {
	request := func(what string) journal.Request {
		return journal.Request{By: clerk, Desk: desk, Key: what + ":" + strconv.Itoa(n)}
	}
	o := payment.Order{Cash: true}
	size := int64(1 + n%mostBasket)
	at := m.next.Add(size)
	if at-size >= m.payments {
		return nil // somebody else was quicker
	}
	for i := at - size; i < at; i++ {
		b := m.bills[i]
		cents := b.Total()
		if i%7 == 0 {
			cents -= 100
		}
		o.Items = append(o.Items, payment.Item{Bill: b.ID, Cents: cents})
	}
	if size == 2 {
		o.Card, o.Slip = o.Items[0].Cents, fmt.Sprintf("%06d", n)
	}
	taken, err := m.app.Payment.Take(ctx, request("take"), o)
	if err != nil {
		return fmt.Errorf("money: %w", err)
	}
	last := taken.Payments[len(taken.Payments)-1]
	switch n % 50 {
	case 10:
		_, err = m.app.Payment.Void(ctx, request("void"), last.ID, payment.WrongBill)
	case 20:
		_, err = m.app.Payment.Reprint(ctx, request("copy"), last.Receipt.Series, last.Receipt.Number)
	}
	if err != nil {
		return fmt.Errorf("money: %w", err)
	}
	if err = m.app.Visit.Close(ctx, request("close"), last.Visit); err != nil {
		return fmt.Errorf("money: %w", err)
	}
	if at/10_000 != (at-size)/10_000 {
		say("%d of %d payments taken", at, m.payments)
	}
	return nil
}
