package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"vienkopus/internal/app"
	"vienkopus/internal/base/id"
	"vienkopus/internal/bill"
	"vienkopus/internal/bill/epc"
	"vienkopus/internal/platform/clock"
)

const (
	// asked is how often each kind of look-up is made in a round.
	asked = 500
	// findAim is within which time 95 of a hundred look-ups are answered.
	findAim = 20 * time.Millisecond
)

// lookup is a way to look for bills.
type lookup struct {
	name string
	// query is what somebody scans or types for a bill of the drawn payer.
	query func(said bill.Said, c creditor) (string, error)
	// exact tells that the bill must be among what is found.
	exact bool
}

// lookups are what is measured. The first creditor's bills have a structured reference.
var lookups = []lookup{
	{"number", func(s bill.Said, _ creditor) (string, error) { return s.Number, nil }, true},
	{"account or contract", func(s bill.Said, _ creditor) (string, error) { return s.Reference, nil }, true},
	{"structured reference", func(s bill.Said, _ creditor) (string, error) { return string(s.RF), nil }, true},
	{"scanned payment code", scanned, true},
	{"whole name", func(s bill.Said, _ creditor) (string, error) { return s.Payer.Name, nil }, false},
	{"surname", func(s bill.Said, _ creditor) (string, error) { return surname(s), nil }, false},
	{"five letters of a surname", func(s bill.Said, _ creditor) (string, error) { return beginning(s), nil }, false},
}

func surname(s bill.Said) string { return s.Payer.Name[strings.LastIndex(s.Payer.Name, " ")+1:] }

func beginning(s bill.Said) string {
	letters := []rune(surname(s))
	return string(letters[:min(5, len(letters))])
}

func scanned(s bill.Said, c creditor) (string, error) {
	code := epc.Code{Name: c.name, IBAN: c.iban, Amount: s.Total(), Reference: s.RF}
	return code.Encode()
}

// looked is what a child has measured, in nanoseconds; the last row is the read by primary key.
type looked struct {
	Rows []lookedRow `json:"rows"`
	// Opened is what is resident once the database is open, Most the most that ever was, in bytes.
	Opened int64 `json:"opened"`
	Most   int64 `json:"most"`
}

type lookedRow struct {
	P50   time.Duration `json:"p50"`
	P95   time.Duration `json:"p95"`
	Found int           `json:"found"`
}

// benchOwed fills open bills and looks them up, in a process of its own so that its memory can be told.
func benchOwed(ctx context.Context, o options) (tables []*table, err error) {
	err = withPostgres(ctx, o.postgres, func(postgres string) error {
		path, beside := filepath.Join(o.dir, "owed.db"), filepath.Join(o.dir, "owed-lines.db")
		if err := checkBills(ctx, beside, path); err != nil {
			return err
		}
		t := &table{
			title: "Look-up over " + thousands(float64(o.bills)) + " open bills",
			head:  []string{"looked for by", "engine", "bills found", "p50", "p95", "aim", "to the primary key, p50", "p95"},
		}
		for _, dsn := range []string{path, postgres} {
			if dsn == "" || dsn == postgres && !o.asksFor("postgres") {
				continue
			}
			if err := fillBills(ctx, dsn, o.bills); err != nil {
				return err
			}
			if err := lookOn(ctx, o, dsn, t); err != nil {
				return err
			}
		}
		t.note("Medians of %d rounds, each in a process of its own with %d look-ups of each kind, in turn with a read of a bill by its primary key; drawn bills, the files in the page"+
			" cache. What is found is filled in with the payer and what is due today.", o.rounds, asked)
		tables = []*table{t}
		return throwAway(path)
	})
	return tables, err
}

// lookOn runs the rounds on one engine and adds its rows.
func lookOn(ctx context.Context, o options, dsn string, t *table) error {
	engine := "SQLite"
	if strings.HasPrefix(dsn, "postgres") {
		engine = "PostgreSQL"
	}
	var rounds []looked
	for range o.rounds {
		l, err := lookOnce(ctx, o, dsn)
		if err != nil {
			return fmt.Errorf("%s: %w", engine, err)
		}
		rounds = append(rounds, l)
		say("looked up on %s: %d of %d rounds", engine, len(rounds), o.rounds)
	}
	of := func(value func(looked) float64) float64 {
		var all []float64
		for _, r := range rounds {
			all = append(all, value(r))
		}
		return median(all)
	}
	for i := range lookups {
		p50 := of(func(l looked) float64 { return float64(l.Rows[i].P50) })
		p95 := of(func(l looked) float64 { return float64(l.Rows[i].P95) })
		key := len(lookups)
		t.add(lookups[i].name, engine, fmt.Sprintf("%.1f", of(func(l looked) float64 { return float64(l.Rows[i].Found) / asked })),
			fine(p50), fine(p95), "< "+milliseconds(findAim),
			times(of(func(l looked) float64 { return ratio(l.Rows[i].P50, l.Rows[key].P50) })),
			times(of(func(l looked) float64 { return ratio(l.Rows[i].P95, l.Rows[key].P95) })))
	}
	key := len(lookups)
	t.add("primary key, the row alone", engine, "1.0", fine(of(func(l looked) float64 { return float64(l.Rows[key].P50) })),
		fine(of(func(l looked) float64 { return float64(l.Rows[key].P95) })), "", times(1), times(1))
	t.note("%s: %s resident with the database open, %s at most.", engine, mebibytes(int64(of(func(l looked) float64 { return float64(l.Opened) }))),
		mebibytes(int64(of(func(l looked) float64 { return float64(l.Most) }))))
	return nil
}

// fine writes a time in nanoseconds that may be far below a millisecond.
func fine(nanoseconds float64) string { return fmt.Sprintf("%.2f ms", nanoseconds/1e6) }

// lookOnce has a child look bills up.
func lookOnce(ctx context.Context, o options, dsn string) (looked, error) {
	var l looked
	program, err := os.Executable()
	if err != nil {
		return l, fmt.Errorf("look-up: %w", err)
	}
	cmd := exec.CommandContext(ctx, program, "-serve", "look", "-dsn", dsn, "-bills", fmt.Sprint(o.bills)) //nolint:gosec // our own program
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err == nil {
		err = json.Unmarshal(out, &l)
	}
	if err != nil {
		return l, fmt.Errorf("look-up: %w", err)
	}
	return l, nil
}

// serveLook is the child: it looks bills up and says how long it took.
func serveLook(ctx context.Context, dsn string, bills int) error {
	a, err := openApp(ctx, dsn, newRunning(opens))
	if err != nil {
		return err
	}
	l := looked{}
	if l.Opened, err = memoryOf(os.Getpid(), "VmRSS"); err == nil {
		err = l.look(ctx, a, bills)
	}
	if err == nil {
		l.Most, err = memoryOf(os.Getpid(), "VmHWM")
	}
	if err = errors.Join(err, a.Close()); err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(l); err != nil {
		return fmt.Errorf("look-up: %w", err)
	}
	return nil
}

// look makes all look-ups in turn, for bills drawn anew each time.
func (l *looked) look(ctx context.Context, a *app.App, bills int) error {
	took := make([][]time.Duration, len(lookups)+1)
	l.Rows = make([]lookedRow, len(took))
	for range asked {
		for i := range took {
			n := rand.IntN(bills / len(creditors)) //nolint:gosec // any bill will do
			said, err := drawBill(0, n)
			if err != nil {
				return err
			}
			measure := l.find
			if i == len(lookups) {
				measure = l.byKey
			}
			once, err := measure(ctx, a, i, said)
			if err != nil {
				return err
			}
			took[i] = append(took[i], once)
		}
	}
	for i := range took {
		slices.Sort(took[i])
		l.Rows[i].P50, l.Rows[i].P95 = took[i][asked/2], took[i][asked*95/100]
	}
	return nil
}

// find makes one look-up and sees that it finds what it should.
func (l *looked) find(ctx context.Context, a *app.App, i int, said bill.Said) (time.Duration, error) {
	query, err := lookups[i].query(said, creditors[0])
	if err != nil {
		return 0, fmt.Errorf("look-up: %w", err)
	}
	begun := clock.System{}.Now()
	found, err := a.Bill.Find(ctx, query)
	took := clock.System{}.Now().Sub(begun)
	if err != nil {
		return 0, fmt.Errorf("look-up by %s %q: %w", lookups[i].name, query, err)
	}
	is := slices.ContainsFunc(found, func(f bill.Found) bool { return f.Exact && f.Number == said.Number })
	if len(found) == 0 || is != lookups[i].exact {
		return 0, fmt.Errorf("look-up: %s %q finds %d bills, the one itself: %t", lookups[i].name, query, len(found), is)
	}
	l.Rows[i].Found += len(found)
	return took, nil
}

// byKey reads the row of one bill by its primary key.
func (*looked) byKey(ctx context.Context, a *app.App, _ int, said bill.Said) (time.Duration, error) {
	var key id.ID
	row := a.DB.QueryRow(ctx, `SELECT bill FROM bill_key WHERE key = $1`, bill.Key(said.Number))
	if err := row.Scan(&key); err != nil {
		return 0, fmt.Errorf("look-up: %w", err)
	}
	var desk, creditor, number, reference, kind, municipality, rf, issued, instalments string
	var line int64
	var cancelled bool
	begun := clock.System{}.Now()
	err := a.DB.QueryRow(ctx, `SELECT desk, line, creditor, number, reference, kind, municipality, rf, issued, instalments, cancelled
FROM bill WHERE id = $1`, key).Scan(&desk, &line, &creditor, &number, &reference, &kind, &municipality, &rf, &issued, &instalments, &cancelled)
	took := clock.System{}.Now().Sub(begun)
	if err == nil && number != said.Number {
		err = fmt.Errorf("%s is another bill than %s", number, said.Number)
	}
	if err != nil {
		return 0, fmt.Errorf("look-up: %w", err)
	}
	return took, nil
}
