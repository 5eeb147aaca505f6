package cards_test

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/payment"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/platform/crashtest"
	"vienkopus/internal/platform/sqldb"
)

func newPart(t *testing.T, dsn string) part {
	t.Helper()
	p := part{DSN: dsn, Terminal: filepath.Join(t.TempDir(), "terminal")}
	w := paymenttest.Open(t, dsn)
	for range 20 {
		p.Bills = append(p.Bills, w.Bill(paymenttest.Water, 100_000).ID)
	}
	must(t, w.Close())
	return p
}

// reopen opens the database after the child is gone, with the same terminal, long after the last line.
func (p part) reopen(t *testing.T) (*paymenttest.World, *box) {
	t.Helper()
	w, b := paymenttest.Open(t, p.DSN), &box{path: p.Terminal, at: func(string) {}, failed: map[string]bool{}}
	w.Payment.Terminal = b
	w.Clock.Advance(time.Duration(p.Run)*apart + time.Hour)
	return w, b
}

// compare says where the terminal and the journal differ once everything is taken up.
func compare(t *testing.T, w *paymenttest.World, b *box) []string {
	t.Helper()
	w.Clock.Advance(payment.DefaultPatience + time.Second)
	must(t, w.Payment.TakeUp(t.Context()))
	var wrong []string
	if n := ask[int](t, w, `SELECT COUNT(*) FROM card_charge WHERE state IN ('asked', 'given-up')`); n > 0 {
		wrong = append(wrong, fmt.Sprintf("%d charges are open", n))
	}
	paid := ask[int64](t, w, `SELECT CAST(COALESCE(SUM(card), 0) AS BIGINT) FROM payment`)
	sum, err := b.sum()
	must(t, err)
	if int64(sum) != paid {
		wrong = append(wrong, fmt.Sprintf("cards have paid %d, the journal says %d", sum, paid))
	}
	return wrong
}

// The program ends at each point; then the clerk presses again, or nobody comes back.
func TestAKillBetweenTheTerminalAndTheJournal(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		point    string
		payments int // when nobody comes back; the clerk who does always gets hers
	}{{asked, 0}, {charged, 0}, {done, 1}, {givenUp, 0}, {takenBack, 0}} {
		for _, clerk := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, clerk %t", c.point, clerk), func(t *testing.T) {
				t.Parallel()
				paymenttest.Template.Each(t, func(t *testing.T, dsn string) {
					p := newPart(t, dsn)
					p.Hold = c.point
					p.endAt(t, clerk, clerk && c.payments == 0)
				})
			})
		}
	}
}

// endAt kills a child at its point and has the clerk press again, or nobody. More says that a payment more must stand then.
func (p part) endAt(t *testing.T, clerk, more bool) {
	t.Helper()
	child := crashtest.Start(t, p, nil)
	child.Await(t, "at "+p.Hold, 0, 1)
	child.Kill(t)
	w, b := p.reopen(t)
	want := payments(t, w)
	if more {
		want++
	}
	if clerk {
		key := ask[string](t, w, lastRequest)
		for range 2 {
			_, err := w.Payment.Take(t.Context(), request(key), p.order(strings.TrimRight(key, "0123456789")))
			must(t, err)
		}
	}
	for _, wrong := range compare(t, w, b) {
		t.Error(wrong)
	}
	if got := payments(t, w); got != want {
		t.Errorf("%d payments, want %d", got, want)
	}
	w.Sound()
	w.SameAfterRebuild()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// ask returns the one value that a query answers.
func ask[T any](t *testing.T, w *paymenttest.World, query string) (v T) {
	t.Helper()
	must(t, w.DB.QueryRow(t.Context(), query).Scan(&v))
	return v
}

func payments(t *testing.T, w *paymenttest.World) int {
	t.Helper()
	return ask[int](t, w, `SELECT COUNT(*) FROM payment`)
}

// lastRequest is what the clerk was at.
const lastRequest = `SELECT request FROM card_charge ORDER BY id DESC LIMIT 1`

// kills is how often a child is killed per engine.
const kills = 20

// killOnce runs a child for a moment and adds up what it was answered.
func (p *part) killOnce(t *testing.T, done map[string]bool) {
	t.Helper()
	p.Run++
	c := crashtest.Start(t, *p, nil)
	c.Await(t, []string{"try", "done"}[p.Run%2], 0, 1)
	time.Sleep(time.Duration(rand.IntN(250)) * time.Millisecond)
	for _, line := range c.Kill(t) {
		switch word, rest, _ := strings.Cut(line, " "); word {
		case "done":
			done[rest] = true
		case "odd", "broken":
			t.Error(line)
		}
	}
}

// Killed at random, with a terminal that refuses, does not answer and does not take back now and then.
func TestNoChargeIsUnheardOf(t *testing.T) {
	t.Parallel()
	paymenttest.Template.Each(t, func(t *testing.T, dsn string) {
		p, done := newPart(t, dsn), map[string]bool{}
		for over := crashtest.Often(t, kills); !over(p.Run); {
			p.killOnce(t, done)
		}
		w, b := p.reopen(t)
		for key := range done { // answered is answered: the same again, without a card
			before, err := b.sum()
			must(t, err)
			if _, err := w.Payment.Take(t.Context(), request(key), p.order(key)); err != nil {
				t.Errorf("%s was taken: %v", key, err)
			}
			if after, err := b.sum(); err != nil || after != before {
				t.Errorf("%s was charged again: %d, %d, %v", key, before, after, err)
			}
		}
		for _, wrong := range compare(t, w, b) {
			t.Error(wrong)
		}
		w.Sound()
		w.SameAfterRebuild()
		became := map[string]int{}
		must(t, sqldb.Each(t.Context(), w.DB, `SELECT state, COUNT(*) FROM card_charge GROUP BY state`, nil, func(rows *sql.Rows) error {
			var state string
			var n int
			err := rows.Scan(&state, &n)
			became[state] = n
			return err
		}))
		if t.Logf("%d kills, %d answered, charges: %v", p.Run, len(done), became); len(done) < p.Run/2 || became["cancelled"] < p.Run/4 {
			t.Error("too little was paid or taken back: this proves nothing")
		}
	})
}

// A program that asks the terminal before the journal is found out.
func TestAProgramThatChargesUnheardIsCaught(t *testing.T) {
	t.Parallel()
	paymenttest.Template.Each(t, func(t *testing.T, dsn string) {
		p := newPart(t, dsn)
		p.Cheat, p.Hold = true, charged
		child := crashtest.Start(t, p, nil)
		child.Await(t, "at charged", 0, 1)
		child.Kill(t)
		w, b := p.reopen(t)
		if wrong := strings.Join(compare(t, w, b), "\n"); !strings.Contains(wrong, "the journal says 0") {
			t.Errorf("it was not caught: %s", wrong)
		}
	})
}
