package harness_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/crashtest"
	"vienkopus/internal/platform/sqldb"
)

// part is what the child is told.
type part struct {
	DSN string
	// Run keeps the keys and the clocks of the runs apart.
	Run   int
	Bills [2][]id.ID
	// Early has the child print before the commit.
	Early bool
	// Loose are other settings of SQLite than the program's.
	Loose crashtest.Loose
	// Limit bounds the size of a file in bytes, when above zero, until the parent says that there is room.
	Limit uint64
	// Patient has the child send a request again until it is answered, as a browser does whose server was away.
	Patient bool
}

func TestMain(m *testing.M) {
	if !crashtest.Play(func(p part) error { return p.play(context.Background()) }) {
		os.Exit(m.Run())
	}
}

// play takes payments until it is killed or its parent is gone.
func (p part) play(ctx context.Context) error {
	if err := crashtest.LimitFiles(p.Limit); err != nil {
		return err
	}
	p.Loose.Set()
	c, err := open(ctx, p)
	if err != nil {
		return err
	}
	if err := c.openTills(ctx); err != nil {
		return err
	}
	orders := bufio.NewScanner(os.Stdin)
	var again []string
	for orders.Scan() && orders.Text() != "go" {
		again = append(again, orders.Text())
	}
	go p.work(ctx, c, again)
	for orders.Scan() {
		crashtest.Obey(orders.Text())
		if orders.Text() == "room" {
			if err := crashtest.FreeFiles(); err != nil {
				return err
			}
			crashtest.Say("raised")
		}
	}
	return nil
}

const workers = 6

// work sends the old requests again and then new ones, some of them twice at once.
func (p part) work(ctx context.Context, c *counter, again []string) {
	var next atomic.Int64
	for w := range workers {
		go func() {
			for i := w; i < len(again); i += workers {
				p.one(ctx, c, again[i])
			}
			for {
				key := fmt.Sprintf("r%d-%d", p.Run, next.Add(1))
				crashtest.Say("try %s", key)
				var both sync.WaitGroup
				for range 1 + rand.IntN(5)/4 {
					both.Go(func() { p.one(ctx, c, key) })
				}
				both.Wait()
			}
		}()
	}
}

// one sends a request and tells the parent when it was not answered as it should have been.
func (p part) one(ctx context.Context, c *counter, key string) {
	err := c.send(ctx, newRequest(key))
	for p.Patient && err != nil && !refused(err) {
		crashtest.Say("away %v", err)
		time.Sleep(20 * time.Millisecond)
		err = c.send(ctx, newRequest(key))
	}
	switch {
	case err == nil:
		crashtest.Say("done %s", key)
	case refused(err):
	case errors.Is(err, sqldb.ErrFull):
		crashtest.Say("full %s", key)
	default:
		crashtest.Say("odd %s: %v", key, err)
	}
}
