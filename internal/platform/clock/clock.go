// Package clock is where the time comes from.
package clock

import (
	"sync"
	"time"
)

// Clock tells the time. Business code asks the transaction first, then a Clock, never the time package.
type Clock interface {
	// Now returns the present moment in UTC.
	Now() time.Time
}

// System is the clock of the machine.
type System struct{}

// Now returns the machine's time in UTC.
func (System) Now() time.Time {
	return time.Now().UTC() //nolint:forbidigo // the one place that asks the machine
}

// Hand is a clock that moves only when it is told to, for tests and demonstrations.
type Hand struct {
	mu  sync.Mutex
	now time.Time
}

// NewHand returns a clock that stands at t.
func NewHand(t time.Time) *Hand { return &Hand{now: t.UTC()} }

// Now returns where the hand stands, in UTC.
func (h *Hand) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

// Set moves the hand to t, also backwards.
func (h *Hand) Set(t time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = t.UTC()
}

// Advance moves the hand by d.
func (h *Hand) Advance(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

// Past is the clock of the machine, but for the time in which it is set: a demonstration makes its past with it.
type Past struct {
	mu   sync.Mutex
	hand time.Time
}

// Now returns where the clock was set to, in UTC, and the machine's time when it is not set.
func (p *Past) Now() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.hand.IsZero() {
		return System{}.Now()
	}
	return p.hand
}

// Set moves the clock into the past, to t; the zero time lets it go with the machine again.
func (p *Past) Set(t time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hand = t.UTC()
	if t.IsZero() {
		p.hand = time.Time{}
	}
}
