package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/bill"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/platform/checkpoint"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/custody"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/staff"
)

// elsewhere is an empty database of the same engine as another.
func elsewhere(t *testing.T, dsn string) string {
	t.Helper()
	if dbtest.Engine(dsn) == "postgres" {
		return dbtest.Postgres(t)
	}
	return dbtest.SQLite(t)
}

// takes takes money for bills on a database, and returns the codes of the receipts and how they are called.
func takes(t *testing.T, dsn, keys, key string, bills ...bill.Bill) (codes, names []string) {
	t.Helper()
	t.Run(key, func(t *testing.T) {
		var needs rowcode.Needs
		held, err := custody.Read(keys)
		switch {
		case err == nil:
			needs = held.Codes()
		case !errors.Is(err, checkpoint.ErrNoKey): // before the first start with one
			t.Fatal(err)
		}
		w := paymenttest.OpenWith(t, dsn, needs)
		w.Clock.Set(clock.System{}.Now())
		for i, b := range bills {
			basket, err := w.Payment.Take(t.Context(), journal.Request{By: paymenttest.Clerk, Desk: "CES-1", Key: fmt.Sprint(key, i)}, paymenttest.Whole(b))
			if err != nil {
				t.Fatal(err)
			}
			n := basket.Payments[0].Receipt
			d, err := w.Payment.Store.Document(t.Context(), w.DB, n.Series, n.Number)
			if err != nil {
				t.Fatal(err)
			}
			code, err := w.Payment.Code(t.Context(), w.DB, d, nil)
			if err != nil {
				t.Fatal(err)
			}
			codes, names = append(codes, code.Text()), append(names, n.Name())
		}
	})
	return codes, names
}

// walk is the playbook of a restore with real files.
type walk struct {
	old, key, backup string
	bills            []bill.Bill
	lost             []string // codes of receipts that the backup does not know
}

// yesterday plays two days on a database: the backup is made between them.
func yesterday(t *testing.T, dsn string) *walk {
	t.Helper()
	w := &walk{old: dsn, key: filepath.Join(t.TempDir(), "node.key"), backup: filepath.Join(t.TempDir(), "day1.vkb")}
	t.Run("day 1", func(t *testing.T) {
		world := paymenttest.Open(t, dsn)
		world.Clock.Set(clock.System{}.Now())
		for i := range 6 {
			w.bills = append(w.bills, world.Bill(paymenttest.Water, money.Amount(100<<i)))
		}
		world.OpenTill("CES-1")
	})
	takes(t, dsn, w.key, "day1", w.bills[0])
	call(t, "node", "state", "--db", dsn, "--node-key", w.key).well()
	call(t, "backup", w.backup, "--db", dsn).well()
	var names []string
	w.lost, names = takes(t, dsn, w.key, "day2", w.bills[1], w.bills[2])
	call(t, "node", "state", "--db", dsn, "--node-key", w.key).well()
	if strings.Join(names, ", ") != "CES-1 2, CES-1 3" {
		t.Fatalf("the receipts of day 2 are %v", names)
	}
	return w
}

// paid sees that exactly these bills were paid, that the drawer holds what they make, and that everything is sound.
func (w *walk) paid(t *testing.T, dsn string, which ...int) {
	t.Helper()
	t.Run("paid", func(t *testing.T) {
		world := paymenttest.Open(t, dsn)
		want := money.Amount(2000)
		for i, b := range w.bills {
			paid, err := world.Payment.Store.PaidFor(t.Context(), world.DB, []id.ID{b.ID})
			if err != nil || (len(paid) == 1) != slices.Contains(which, i) {
				t.Errorf("bill %d was paid: %t, %v", i, len(paid) == 1, err)
			}
			if slices.Contains(which, i) {
				want += b.Total()
			}
		}
		var cash money.Amount
		err := world.DB.QueryRow(t.Context(), `SELECT COALESCE(SUM(cents), 0) FROM ledger_posting WHERE account = 'cash:CES-1'`).Scan((*int64)(&cash))
		if err != nil || cash != want-2000 && cash != want {
			t.Errorf("the drawer holds %d, not %d, %v", cash, want, err)
		}
		world.Sound()
		world.SameAfterRebuild()
	})
	call(t, "verify", "--tables", "--db", dsn).well().has("problems: 0")
}

func TestTheRestoreOfThePlaybook(t *testing.T) {
	t.Parallel()
	paymenttest.Template.Each(t, func(t *testing.T, dsn string) {
		w := yesterday(t, dsn)
		restored := elsewhere(t, dsn)
		at := []string{"--db", restored, "--node-key", w.key}
		call(t, "restore", w.backup, "--db", restored).well()
		serves := append([]string{"serve", "--listen", "127.0.0.1:0", "--probes", "127.0.0.1:0"}, at...)
		call(t, serves...).badly(failed, "holds less than this node has stated", "vienkopus desk resume")
		call(t, append([]string{"node", "accept", "--why", "a table was lost"}, at...)...).badly(failed, "vienkopus desk resume")
		call(t, append([]string{"desk", "resume", "--why", "mistyped", "--seen", "CES-1=99999999999"}, at...)...).badly(failed, "Check --seen")
		call(t, append([]string{"desk", "resume", "--why", "mistyped", "--desk", "CES-99"}, at...)...).badly(failed, "Check --desk")
		resumes := append([]string{"desk", "resume", "--why", "the disk broke"}, at...)
		w.killed(t, resumes)
		call(t, resumes...).well()
		call(t, resumes...).well().has("No desk had to go on")
		call(t, append([]string{"node", "state"}, at...)...).well()
		p := serve(t, restored, "--node-key", w.key)
		p.stop()

		fresh, names := takes(t, restored, w.key, "day3", w.bills[3])
		if names[0] != "CES-1/2 1" {
			t.Errorf("the first receipt behind the gap is %s", names[0])
		}
		known := func(code, says string, status int) {
			t.Helper()
			got := call(t, "receipt", "verify", code, "--db", restored)
			if got.shows("The receipt is genuine.", says); got.code != status {
				t.Errorf("%s: ended with %d", got.asked, got.code)
			}
		}
		known(fresh[0], "The register holds this receipt.", 0)
		known(w.lost[0], "its line may be lost", uncertain)
		w.paid(t, restored, 0, 3)

		returns := []string{"desk", "return", w.old, "--why", "the old disk was read", "--db", restored}
		w.killed(t, returns)
		call(t, returns...).well()
		call(t, returns...).well().has("no line that is missing")
		for _, code := range append(fresh, w.lost...) {
			known(code, "The register holds this receipt.", 0)
		}
		w.paid(t, restored, 0, 1, 2, 3)
	})
}

// killed starts a command and kills it, each time a little later.
func (*walk) killed(t *testing.T, args []string) {
	t.Helper()
	for n := range 6 {
		cmd := command(t.Context(), nil, args...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(n*n) * 12 * time.Millisecond)
		if err := cmd.Process.Kill(); err != nil {
			t.Log(err)
		}
		_ = cmd.Wait()
	}
}

func TestTwoReceiptsWithOneNumber(t *testing.T) {
	t.Parallel()
	paymenttest.Template.Each(t, func(t *testing.T, dsn string) {
		w := yesterday(t, dsn)
		put := elsewhere(t, dsn)
		call(t, "restore", w.backup, "--db", put, "--node-key", w.key, "--unsigned").well() // and nobody has said that it was put back
		twin, names := takes(t, put, w.key, "twin", w.bills[4])
		if names[0] != "CES-1 2" {
			t.Fatalf("the receipt is %s", names[0])
		}
		call(t, "receipt", "verify", w.lost[0], "--db", put).badly(uncertain).shows("ANOTHER receipt under this number")

		newest := filepath.Join(t.TempDir(), "day2.vkb")
		call(t, "backup", newest, "--db", w.old).well()
		call(t, "desk", "return", newest, "--why", "day 2 was found", "--db", put).well().has("waiting for a decision: 8", "the same numbers were given twice")
		if listed := call(t, "desk", "strays", "--db", put).well().out; strings.Count(listed, "payment.taken") != 2 {
			t.Errorf("the stray lines are\n%s", listed)
		}
		call(t, "verify", "--db", put).well().has("problems: 0")
		call(t, "desk", "adopt", "--desk", "CES-1", "--db", put).well().has("decided in line")
		if listed := call(t, "desk", "strays", "--db", put).well().out; listed != "" {
			t.Errorf("still open:\n%s", listed)
		}
		for _, code := range append(twin, w.lost...) {
			call(t, "receipt", "verify", code, "--db", put).well().shows("The register holds this receipt.")
		}
		if _, names := takes(t, put, w.key, "after", w.bills[5]); names[0] != "CES-1/2 1" {
			t.Errorf("the next receipt is %s", names[0])
		}
		w.paid(t, put, 0, 1, 2, 4, 5)
		again := elsewhere(t, dsn)
		whole := filepath.Join(t.TempDir(), "all.vkb")
		call(t, "backup", whole, "--db", put).well()
		call(t, "restore", whole, "--db", again).well()
		w.paid(t, again, 0, 1, 2, 4, 5)
	})
}

// A witness knows what a restore has lost: the desks go on behind a gap and the witness begins anew, each by somebody who answers for it. Neither alone will do.
func TestAfterARestoreDesksAndTheWitnessGoOnTogether(t *testing.T) {
	t.Parallel()
	paymenttest.Template.Each(t, func(t *testing.T, dsn string) {
		var liga id.ID
		t.Run("who answers for it", func(t *testing.T) {
			var err error
			liga, err = paymenttest.Open(t, dsn).Staff.Enrol(t.Context(), operator, staff.NewPerson{SignIn: "liga", Name: "Līga", Scope: scope.Network}, "liga")
			if err != nil {
				t.Fatal(err)
			}
		})
		w, dir, restored := yesterday(t, dsn), filepath.Join(t.TempDir(), "witness"), elsewhere(t, dsn)
		at := func(db string, words ...string) []string { return append(words, "--db", db, "--node-key", w.key) }
		call(t, "witness", "make", "VARAM", "--dir", dir).well()
		call(t, "witness", "know", strings.TrimSpace(call(t, at(dsn, "node", "key")...).well().out), "--dir", dir).well()
		elsewhere, told := beginWitness(t, dir)
		call(t, at(dsn, append([]string{"node", "state"}, told...)...)...).well() // the second day is cosigned

		call(t, at(restored, "restore", w.backup, "--unsigned")...).well()
		serves := at(restored, append([]string{"serve", "--listen", "127.0.0.1:0", "--probes", "127.0.0.1:0"}, told...)...)
		call(t, serves...).badly(failed, "vienkopus desk resume")
		resumes := at(restored, "desk", "resume", "--why", "the disk broke")
		call(t, append(resumes, "--by=nobody")...).badly(failed)
		call(t, append(resumes, "--by=liga")...).well().has("Receipts from now on: CES-1/2")
		call(t, serves...).badly(failed, "holds less than this node has stated", "witness VARAM")
		elsewhere.stop()
		call(t, "witness", "restart", "LV-NODE", "--why", "Līga says that the disk broke", "--dir", dir).well()

		elsewhere, told = beginWitness(t, dir)
		call(t, at(restored, append([]string{"node", "state"}, told...)...)...).well()
		p := serve(t, restored, append(told, "--node-key", w.key)...)
		p.stop()
		elsewhere.stop()
		call(t, "witness", "list", "--dir", dir).well().has("LV-NODE")
		call(t, at(restored, "verify", "--tables")...).well().has("problems: 0")
		t.Run("it says who", func(t *testing.T) {
			var by string
			err := paymenttest.Open(t, restored).DB.QueryRow(t.Context(), `SELECT actor FROM entry WHERE kind = 'journal.resumed' AND desk = 'CES-1'`).Scan(&by)
			if err != nil || by != "operator:"+liga.String() {
				t.Errorf("it was %q, %v", by, err)
			}
		})
	})
}

// beginWitness starts a witness, and returns how nodes are told of it.
func beginWitness(t *testing.T, dir string) (s *server, told []string) {
	t.Helper()
	s = begin(t, nil, "witness", "serve", "--dir", dir, "--listen", "127.0.0.1:0")
	found := s.awaits(t, witnessAt)
	return s, []string{"--witness", found[2] + "@" + found[1]}
}

// The playbook of a clock that stood a month ahead, word for word; given again it begins no further series.
func TestAClockThatStoodAheadIsMendedFromTheCommandLine(t *testing.T) {
	t.Parallel()
	paymenttest.Template.Each(t, func(t *testing.T, dsn string) {
		var ahead bill.Bill
		t.Run("work", func(t *testing.T) {
			w := paymenttest.Open(t, dsn)
			w.Clock.Set(clock.System{}.Now())
			w.OpenTill("CES-1")
			w.Pay("CES-1", w.Bill(paymenttest.Water, 200))
			ahead = w.Bill(paymenttest.Water, 300)
			w.Clock.Advance(31 * 24 * time.Hour)
			w.Pay("CES-1", ahead)
		})
		var first, last string
		for line := range strings.Lines(call(t, "clock", "jumps", "--db", dsn).well().out) {
			if lines, is := strings.CutPrefix(line, "CES-1: lines "); is {
				first, lines, _ = strings.Cut(lines, "–")
				last, _, _ = strings.Cut(lines, " ")
			}
		}
		if first == "" || last == "" {
			t.Fatal("no line of the desk is dated ahead")
		}
		mend := func(shift string) said {
			return call(t, "clock", "mend", "CES-1", "--first", first, "--last", last, "--shift="+shift, "--why", "The clock stood a month ahead.", "--db", dsn)
		}
		mend("0").badly(failed)
		mend("-31").well().has("Receipts from now on: CES-1/2")
		if again := mend("-31").well(); strings.Contains(again.out, "CES-1/3") {
			t.Errorf("given again it began one more series:\n%s", again.out)
		}
		clean(t, dsn)
	})
}
