package gate_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"vienkopus/internal/staff/gate"
)

// work is how long one who was let in takes.
const work = 25 * time.Millisecond

// try comes once and tells how long it took to be let in.
func try(ctx context.Context, g *gate.Gate, c gate.Caller) (time.Duration, error) {
	begun := time.Now()
	leave, err := g.Enter(ctx, c)
	if err != nil {
		return time.Since(begun), err
	}
	defer leave()
	took := time.Since(begun)
	time.Sleep(work)
	g.Wrong(c)
	return took, nil
}

// flood comes from everywhere at once, all the time, until stop is called.
func flood(t *testing.T, g *gate.Gate, from func(i int) gate.Caller) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for i := range 1000 {
		all.Go(func() {
			for ctx.Err() == nil {
				if _, err := try(ctx, g, from(i)); err != nil {
					time.Sleep(100 * time.Millisecond)
				}
			}
		})
	}
	time.Sleep(time.Second)
	return func() { cancel(); all.Wait() }
}

func TestAThousandWhoGuessAllTheTimeDenyNobody(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		from   func(i int) gate.Caller
		honest gate.Caller
	}{
		"a known device, from the same address": {
			func(int) gate.Caller { return gate.Caller{Address: "a"} }, gate.Caller{Address: "a", Known: true},
		},
		"a known device, while all the world guesses": {
			func(i int) gate.Caller { return gate.Caller{Address: fmt.Sprint(i)} }, gate.Caller{Address: "home", Known: true},
		},
		"a stranger, while one address guesses": {
			func(int) gate.Caller { return gate.Caller{Address: "a"} }, gate.Caller{Address: "home"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				g := gate.New(time.Now)
				stop := flood(t, g, c.from)
				defer stop()
				for range 20 {
					if took, err := try(t.Context(), g, c.honest); err != nil || took > 4*work {
						t.Fatalf("after %v: %v", took, err)
					}
				}
			})
		})
	}
}

func TestTenThousandAtOnceAndThenAnHonestOneOfTheSameAddress(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := gate.New(time.Now)
		var all sync.WaitGroup
		var in, away atomic.Int64
		for range 10_000 {
			all.Go(func() {
				switch _, err := try(t.Context(), g, gate.Caller{Address: "a"}); {
				case errors.Is(err, gate.ErrBusy):
					away.Add(1)
				case err == nil:
					in.Add(1)
				}
			})
		}
		synctest.Wait()
		if took, err := try(t.Context(), g, gate.Caller{Address: "a"}); err != nil || took > 2*time.Second {
			t.Errorf("after %v: %v", took, err)
		}
		all.Wait()
		if in.Load() == 0 || away.Load() < 9000 || in.Load()+away.Load() != 10_000 {
			t.Errorf("%d were let in, %d sent away", in.Load(), away.Load())
		}
	})
}

func TestAnAddressThatWasWrongTooOftenWaitsAndComesBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := gate.New(time.Now)
		a := gate.Caller{Address: "a"}
		wrong := 0
		for ; wrong < 1000; wrong++ {
			if _, err := try(t.Context(), g, a); err != nil {
				break
			}
		}
		if wrong < 30 || wrong > 100 {
			t.Errorf("%d guesses", wrong)
		}
		if _, err := try(t.Context(), g, gate.Caller{Address: "b"}); err != nil {
			t.Errorf("another address: %v", err)
		}
		time.Sleep(time.Minute)
		if _, err := try(t.Context(), g, a); err != nil {
			t.Errorf("a minute later: %v", err)
		}
	})
}

func TestWhoGoesAwayLeavesNoPlaceTaken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := gate.New(time.Now)
		var leave []func()
		for range gate.AtOnce {
			l, err := g.Enter(t.Context(), gate.Caller{})
			if err != nil {
				t.Fatal(err)
			}
			leave = append(leave, l)
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { _, err := g.Enter(ctx, gate.Caller{}); ended <- err }()
		synctest.Wait()
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if _, err := g.Enter(t.Context(), gate.Caller{Known: true}); !errors.Is(err, gate.ErrBusy) {
			t.Errorf("patience: %v", err)
		}
		for _, l := range leave {
			l()
		}
		for range gate.AtOnce {
			if _, err := g.Enter(t.Context(), gate.Caller{}); err != nil {
				t.Error(err)
			}
		}
	})
}
