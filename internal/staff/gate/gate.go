// Package gate lets those in who want to prove a password, a few at once, because each of them costs much memory and time.
//
// Rules:
//   - Whoever comes from a device on which somebody has signed in before goes first, and no stranger takes her place.
//   - Of strangers the last one who came goes first: whoever floods us waits behind whoever comes next, and is sent away when too many wait.
//   - An address that was wrong too often is sent away at once, until its budget has grown again; a known device is not.
//   - Nobody waits longer than patience. Whoever is sent away did no work and counts as no attempt.
package gate

import (
	"context"
	"errors"
	"sync"
	"time"
)

// ErrBusy says that somebody was sent away and may come again in some seconds.
var ErrBusy = errors.New("gate: too many sign in at once")

// Caller is who wants to be let in.
type Caller struct {
	// Address is where he comes from, as limits count it; empty for somebody inside.
	Address string
	// Known tells that he comes from a device on which somebody has signed in before, or is inside.
	Known bool
}

const (
	// AtOnce is how many are let in at once; each takes 19 MiB.
	AtOnce = 2
	// mostWaiting bounds those who wait, of either kind, and mostOfOne those of one address who are strangers.
	mostWaiting, mostOfOne = 64, 16
	// patience is how long somebody waits.
	patience = 1500 * time.Millisecond
	// budget is how often an address may be wrong at once, and grows how long it takes until it may be wrong once more.
	budget = 60
	grows  = 10 * time.Second
	// mostAddresses bounds what is kept of addresses.
	mostAddresses = 50_000
)

// Gate lets AtOnce in at once.
type Gate struct {
	mu       sync.Mutex
	now      func() time.Time
	inside   int
	known    []*waiter // first come, first served
	strange  []*waiter // last come, first served
	waits    map[string]int
	failures map[string]failed
}

type waiter struct {
	Caller
	let chan bool // true: go in; closed without: go away
}

// failed is how often an address was wrong, as of a moment.
type failed struct {
	times float64
	at    time.Time
}

// New returns a gate that asks now for the time.
func New(now func() time.Time) *Gate {
	return &Gate{now: now, waits: map[string]int{}, failures: map[string]failed{}}
}

// Enter waits until the caller is let in, and returns what he must call when he leaves. It returns ErrBusy when he is sent away, and the error of ctx.
func (g *Gate) Enter(ctx context.Context, c Caller) (leave func(), err error) {
	w, err := g.queue(c)
	if err != nil {
		return nil, err
	}
	if w == nil {
		return g.leave, nil
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case in, open := <-w.let:
		if open && in {
			return g.leave, nil
		}
		return nil, ErrBusy
	case <-timer.C:
		err = ErrBusy
	case <-ctx.Done():
		err = ctx.Err()
	}
	if !g.giveUp(w) {
		g.leave() // he was let in at the same moment
	}
	return nil, err
}

// queue lets the caller in, which is told by no waiter, or has him wait.
func (g *Gate) queue(c Caller) (*waiter, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !c.Known && c.Address != "" && g.wrong(c.Address) >= budget {
		return nil, ErrBusy
	}
	if g.inside < AtOnce {
		g.inside++
		return nil, nil //nolint:nilnil // nobody need wait
	}
	w := &waiter{Caller: c, let: make(chan bool, 1)}
	if c.Known {
		if len(g.known) >= mostWaiting {
			return nil, ErrBusy
		}
		g.known = append(g.known, w)
		return w, nil
	}
	switch {
	case c.Address != "" && g.waits[c.Address] >= mostOfOne:
		g.sendAway(func(o *waiter) bool { return o.Address == c.Address })
	case len(g.strange) >= mostWaiting:
		g.sendAway(func(*waiter) bool { return true })
	}
	g.strange = append(g.strange, w)
	g.waits[c.Address]++
	return w, nil
}

// sendAway sends the stranger away who fits and has waited longest.
func (g *Gate) sendAway(fits func(*waiter) bool) {
	for i, w := range g.strange {
		if fits(w) {
			g.drop(i)
			close(w.let)
			return
		}
	}
}

// drop takes a stranger out of those who wait.
func (g *Gate) drop(i int) {
	w := g.strange[i]
	g.strange = append(g.strange[:i], g.strange[i+1:]...)
	if g.waits[w.Address]--; g.waits[w.Address] == 0 {
		delete(g.waits, w.Address)
	}
}

// giveUp takes somebody out of those who wait, and is false when he waits no more.
func (g *Gate) giveUp(w *waiter) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for i, o := range g.known {
		if o == w {
			g.known = append(g.known[:i], g.known[i+1:]...)
			return true
		}
	}
	for i, o := range g.strange {
		if o == w {
			g.drop(i)
			return true
		}
	}
	in, open := <-w.let
	return !open || !in
}

// leave lets the next one in.
func (g *Gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case len(g.known) > 0:
		next := g.known[0]
		g.known = g.known[1:]
		next.let <- true
	case len(g.strange) > 0:
		last := len(g.strange) - 1
		next := g.strange[last]
		g.drop(last)
		next.let <- true
	default:
		g.inside--
	}
}

// Spent tells whether an address was wrong so often that strangers from there are sent away.
func (g *Gate) Spent(address string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.wrong(address) >= budget
}

// Wrong counts that somebody was wrong.
func (g *Gate) Wrong(c Caller) {
	if c.Address == "" || c.Known {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	times := g.wrong(c.Address) + 1
	if len(g.failures) >= mostAddresses {
		g.forget()
	}
	g.failures[c.Address] = failed{times: times, at: g.now()}
}

// wrong is how often an address was wrong, less what its budget has grown by since.
func (g *Gate) wrong(address string) float64 {
	f, ok := g.failures[address]
	if !ok {
		return 0
	}
	return max(0, f.times-g.now().Sub(f.at).Seconds()/grows.Seconds())
}

// forget forgets addresses whose budget is whole again, and when that are too few, everything: a flood from so many addresses is bounded by those who wait.
func (g *Gate) forget() {
	for address := range g.failures {
		if g.wrong(address) == 0 {
			delete(g.failures, address)
		}
	}
	if len(g.failures) >= mostAddresses {
		clear(g.failures)
	}
}
