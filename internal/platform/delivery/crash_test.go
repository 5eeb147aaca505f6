package delivery_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/platform/crashtest"
	"vienkopus/internal/platform/delivery"
	"vienkopus/internal/platform/jobs"
	"vienkopus/internal/platform/sqldb"
)

// part is what a child is told: where the database is.
type part struct{ DSN string }

// play posts lines and delivers what they say, and says what it was answered, until it is killed or its parent is gone.
func (p part) play(ctx context.Context) error {
	db, err := sqldb.Open(ctx, p.DSN)
	if err != nil {
		return err
	}
	j := journalOn(db)
	r, err := runner(j, kindOf(func(_ context.Context, m delivery.Message) error {
		crashtest.Say("told %s", m.ID)
		return nil
	}), jobs.Config{Lease: time.Second, Poll: 20 * time.Millisecond})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error)
	go func() { ended <- r.Run(ctx) }()
	go func() {
		for n := 0; ctx.Err() == nil; n++ {
			desk := fmt.Sprint("D", n%3)
			if err := say(ctx, j, desk, fmt.Sprintf("%d-%d", os.Getpid(), n), "water", fmt.Sprint("r", n%5)); err == nil {
				crashtest.Say("posted")
			}
			time.Sleep(5 * time.Millisecond) // what is posted here must be delivered below
		}
	}()
	for orders := bufio.NewScanner(os.Stdin); orders.Scan(); { // ends with its parent
	}
	cancel()
	return <-ended
}

func TestNoMessageIsLostWhenTheProgramIsKilled(t *testing.T) {
	t.Parallel()
	empty.Each(t, func(t *testing.T, dsn string) {
		told := map[string]bool{}
		hear := func(words []string) {
			for _, line := range words {
				if id, ok := strings.CutPrefix(line, "told "); ok {
					told[id] = true
				}
			}
		}
		enough := crashtest.Often(t, 4)
		for kills := 0; !enough(kills); kills++ {
			c := crashtest.Start(t, part{DSN: dsn}, nil)
			c.Await(t, []string{"posted", "told"}[kills%2], 0, 3+kills*5) // between the line and its messages, or among the messages
			hear(c.Kill(t))
		}
		w := newWorld()
		p := startWith(t, dsn, w, 100*time.Millisecond)
		for end := time.Now().Add(5 * time.Minute); ; time.Sleep(50 * time.Millisecond) {
			missing := 0
			for _, to := range []string{"water", "r0", "r1", "r2", "r3", "r4"} {
				has := w.has(to)
				for _, id := range p.owed(to) {
					if !told[id] && !slices.Contains(has, id) {
						missing++
					}
				}
			}
			if missing == 0 {
				return
			}
			if time.Now().After(end) {
				t.Fatalf("%d messages were never told", missing)
			}
		}
	})
}
