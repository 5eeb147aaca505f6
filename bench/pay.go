package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"vienkopus/internal/app"
	"vienkopus/internal/bill"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/journal"
)

const (
	// paidOnce is how many payments one measurement takes; as many are taken before the first one, to fill the caches.
	paidOnce = 1500
	payAim   = 1000 // payments a second with 32 callers
)

// payResult gathers what the rounds of one engine at one number of callers came to, of the program and of the bare statements.
type payResult struct{ ours, bare result }

// payEngine is where payments are taken: a database of the program, and a second one, the same to the byte, for the bare statements.
type payEngine struct {
	name string
	// dsn is that of the database of the program; twin makes the second one once the first is filled and closed.
	dsn     string
	twin    func(ctx context.Context) (string, error)
	bare    func(ctx context.Context, dsn string) (replayer, error)
	profile string
}

// benchPay takes payments on each engine and does the same statements without us, in turn.
func benchPay(ctx context.Context, o options) (tables []*table, err error) {
	err = withPostgres(ctx, o.postgres, func(dsn string) error {
		path := filepath.Join(o.dir, "pay.db")
		engines := []payEngine{{
			name: "SQLite, FULL", dsn: path, twin: func(context.Context) (string, error) { return path + ".twin", copyFile(path, path+".twin") }, bare: openBareSQLite,
		}}
		if dsn != "" && o.asksFor("postgres") {
			engines = append(engines, payEngine{
				name: "PostgreSQL", dsn: dsn, twin: func(ctx context.Context) (string, error) { return twinPostgres(ctx, o.postgres, dsn) }, bare: openBarePostgres,
			})
		}
		t := &table{
			title: "Payments with signed receipts, durable",
			head:  []string{"at once", "subject", "payments/s", "least–most", "of the bare statements", "aim", "wait p50", "p99", "processor per payment"},
		}
		for _, e := range engines {
			if o.profile != "" {
				e.profile = filepath.Join(o.profile, "pay-"+strconv.Itoa(len(tables))+".pprof")
			}
			counted, err := benchPayOn(ctx, o, e, t)
			if err != nil {
				return fmt.Errorf("%s: %w", e.name, err)
			}
			tables = append(tables, counted)
		}
		t.note("Medians of %d rounds of %d payments, each in turn with the same statements on a twin of the database, which at the end holds the same rows."+
			" The ratio is taken within each round. Processor time is that of this process, in its own code and in the kernel.", o.rounds, paidOnce)
		tables = append([]*table{t}, tables...)
		return throwAway(path, path+".twin")
	})
	return tables, err
}

// benchPayOn measures one engine, adds its rows to the table, and returns one of the statements of a payment.
func benchPayOn(ctx context.Context, o options, e payEngine, t *table) (counted *table, err error) {
	c, err := openPay(ctx, e, o)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	results := make([]payResult, len(o.connections))
	for round := range o.rounds {
		for at, n := range o.connections {
			if _, err := c.measure(ctx, n, paidOnce, &results[at]); err != nil {
				return nil, fmt.Errorf("%d callers: %w", n, err)
			}
		}
		say("payments on %s: round %d of %d is done", e.name, round+1, o.rounds)
	}
	list, err := c.measure(ctx, 1, 1, &payResult{})
	if err != nil {
		return nil, err
	}
	if err := c.same(ctx, func(ctx context.Context) (replayer, error) { return e.bare(ctx, e.dsn) }); err != nil {
		return nil, err
	}
	counted = statementTable(e.name, list)
	for at, n := range o.connections {
		addPay(t, e.name, n, &results[at])
	}
	return counted, nil
}

func addPay(t *table, engine string, n int, r *payResult) {
	aim := ""
	if n == mostClients {
		aim = "≥ " + thousands(payAim)
	}
	for _, row := range []struct {
		name, aim, share string
		result
	}{{engine, aim, compare(r.ours, r.bare), r.ours}, {engine + ", the bare statements", "", "100 %", r.bare}} {
		least, most := spread(row.rates)
		wait, long := "", ""
		if len(row.waits) > 0 {
			wait, long = milliseconds(median(row.waits)), milliseconds(median(row.longs))
		}
		t.add(strconv.Itoa(n), row.name, thousands(median(row.rates)), thousands(least)+"–"+thousands(most), row.share, row.aim, wait, long,
			fmt.Sprintf("%.0f µs", median(row.cycles)))
	}
}

// payLoad is an open network that takes payments, with its twin.
type payLoad struct {
	app      *app.App
	counters []counter
	bills    []bill.Bill
	next     atomic.Int64 // of bills
	twin     replayer
	profile  *os.File
}

// openPay fills a database with bills, makes its twin, opens both, and takes the first payments.
func openPay(ctx context.Context, e payEngine, o options) (*payLoad, error) {
	now := newRunning(opens)
	a, err := openApp(ctx, e.dsn, now)
	if err != nil {
		return nil, err
	}
	c := &payLoad{}
	if c.counters, err = openCounters(ctx, a, mostClients); err == nil {
		say("issuing bills on %s", e.name)
		c.bills, err = issue(ctx, a, (o.rounds*len(o.connections)+1)*paidOnce+1)
	}
	if err = errors.Join(err, a.Close()); err != nil {
		return nil, err
	}
	twin, err := e.twin(ctx)
	if err != nil {
		return nil, err
	}
	if c.app, err = openApp(ctx, e.dsn, now); err != nil {
		return nil, err
	}
	if c.twin, err = e.bare(ctx, twin); err != nil {
		return nil, errors.Join(err, c.app.Close())
	}
	if _, err := c.measure(ctx, mostClients, paidOnce, &payResult{}); err != nil {
		return nil, errors.Join(err, c.close())
	}
	if e.profile != "" {
		if c.profile, err = os.Create(e.profile); err == nil {
			err = pprof.StartCPUProfile(c.profile)
		}
		if err != nil {
			return nil, errors.Join(fmt.Errorf("profile: %w", err), c.close())
		}
	}
	return c, nil
}

func (c *payLoad) close() error {
	var err error
	if c.profile != nil {
		pprof.StopCPUProfile()
		err = c.profile.Close()
	}
	return errors.Join(err, c.app.Close(), c.twin.close())
}

// measure has so many callers take payments, each at a desk of its own, and has the twin do the same statements at once behind it. It returns them.
func (c *payLoad) measure(ctx context.Context, callers, payments int, r *payResult) ([]step, error) {
	said := &recording{}
	c.app.DB.Watch(said.add)
	before, err := cpuOf(os.Getpid())
	if err != nil {
		return nil, err
	}
	o, err := c.pay(ctx, callers, payments)
	c.app.DB.Watch(nil)
	after, cerr := cpuOf(os.Getpid())
	if err = errors.Join(err, cerr); err != nil {
		return nil, err
	}
	r.ours.add(o, after-before)
	list, err := said.statements()
	if err != nil {
		return nil, err
	}
	again, err := c.twin.prepare(ctx, list)
	if err != nil {
		return nil, err
	}
	if before, err = cpuOf(os.Getpid()); err != nil {
		return nil, err
	}
	begun := clock.System{}.Now()
	if err := again(ctx); err != nil {
		return nil, err
	}
	bare := outcome{calls: o.calls, took: clock.System{}.Now().Sub(begun)}
	after, err = cpuOf(os.Getpid())
	r.bare.add(bare, after-before)
	return list, err
}

// add notes what a load came to.
func (r *result) add(o outcome, cpu time.Duration) {
	r.rates = append(r.rates, o.rate())
	r.cycles = append(r.cycles, float64(cpu.Microseconds())/float64(o.calls))
	if len(o.waits) > 0 {
		r.waits = append(r.waits, o.wait(0.5))
		r.longs = append(r.longs, o.wait(0.99))
	}
}

// pay takes so many payments and signs their receipts.
func (c *payLoad) pay(ctx context.Context, callers, payments int) (outcome, error) {
	var left atomic.Int64
	left.Store(int64(payments))
	waits, errs := make([][]time.Duration, callers), make([]error, callers)
	var wait sync.WaitGroup
	begun := clock.System{}.Now()
	for i := range callers {
		wait.Go(func() {
			for errs[i] == nil && left.Add(-1) >= 0 {
				begun := clock.System{}.Now()
				_, errs[i] = c.payOne(ctx, c.counters[i])
				waits[i] = append(waits[i], clock.System{}.Now().Sub(begun))
			}
		})
	}
	wait.Wait()
	o := outcome{calls: int64(payments), took: clock.System{}.Now().Sub(begun), waits: slices.Concat(waits...)}
	slices.Sort(o.waits)
	return o, errors.Join(errs...)
}

// same sees that both databases hold the same rows: then the twin has done the same.
func (c *payLoad) same(ctx context.Context, open func(context.Context) (replayer, error)) (err error) {
	ours, err := open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ours.close()) }()
	is, err := ours.sums(ctx)
	if err != nil {
		return err
	}
	twin, err := c.twin.sums(ctx)
	if err != nil {
		return err
	}
	for name, sum := range is {
		if twin[name] != sum {
			return fmt.Errorf("the twin holds other rows in %s: %d, and the program %d", name, twin[name].rows, sum.rows)
		}
	}
	if is["payment"].rows == 0 {
		return errors.New("no payment was taken")
	}
	return nil
}

// statementTable counts the statements of one payment.
func statementTable(engine string, list []step) *table {
	t := &table{title: "The statements of one payment of one bill, " + engine, head: []string{"statement", "times"}}
	times := map[string]int{}
	var texts []string
	for _, s := range list {
		if times[s.query]++; times[s.query] == 1 {
			texts = append(texts, s.query)
		}
	}
	asked := 0
	for _, text := range texts {
		if reads(text) {
			asked += times[text]
		}
		t.add("`"+short(text)+"`", strconv.Itoa(times[text]))
	}
	t.note("%d statements, %d of them questions.", len(list), asked)
	return t
}

// short is the beginning of a statement, and of one that asks what it asks.
func short(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	depth := 0
	for i, c := range text {
		switch c {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth == 0 && i > 30 && strings.HasPrefix(text[i:], " FROM ") {
			text = text[:30] + " …" + text[i:]
			break
		}
	}
	if runes := []rune(text); len(runes) > 110 {
		text = string(runes[:110]) + " …"
	}
	return text
}

// payOne takes the next bill in cash and makes the code of its receipt, as it would be printed.
func (c *payLoad) payOne(ctx context.Context, at counter) (slip, error) {
	n := c.next.Add(1) - 1
	b := c.bills[n]
	r := journal.Request{By: clerk, Desk: at.desk, Key: "pay:" + strconv.FormatInt(n, 10)}
	o := payment.Order{Cash: true, Visit: at.visit, Items: []payment.Item{{Bill: b.ID, Cents: b.Total()}}}
	taken, err := c.app.Payment.Take(ctx, r, o)
	if err != nil {
		return slip{}, fmt.Errorf("pay: %w", err)
	}
	s := slip{document: documentOf(taken.Payments[0])}
	if s.code, err = c.app.Payment.Code(ctx, c.app.DB, s.document, nil); err != nil {
		return slip{}, fmt.Errorf("receipt: %w", err)
	}
	return s, nil
}

// slip is a receipt that can be printed.
type slip struct {
	document payment.Document
	code     *receipt.Code
}

// documentOf is the receipt of a payment that was just taken, as the store would read it.
func documentOf(p payment.Payment) payment.Document {
	return payment.Document{
		Kind: receipt.Payment, Payment: p.ID, Basket: p.Basket, Desk: p.Desk, At: p.At, Place: p.Place, Creditor: p.Creditor, Lines: p.Lines,
		Parts: p.Parts, Given: p.Given, Receipt: p.Receipt,
	}
}

func copyFile(from, to string) error {
	content, err := os.ReadFile(from) //nolint:gosec // our own file
	if err == nil {
		err = os.WriteFile(to, content, 0o600) //nolint:gosec // beside it
	}
	if err != nil {
		return fmt.Errorf("copy: %w", err)
	}
	return nil
}
