// Package denial bounds how many refusals of one person, or of one token, the security log notes: whoever is refused over and over, by mistake or on purpose, neither fills the log nor keeps the
// database busy with it. That there were more is a line itself.
package denial

import (
	"sync"
	"time"
)

// Verdict is what becomes of a refusal.
type Verdict int

const (
	// Note it.
	Note Verdict = iota
	// Many were noted within the hour: that there are more is noted instead, once.
	Many
	// Drop it: that there are more stands in the log already.
	Drop
)

const (
	// perHour is how many refusals of one account are noted in an hour: more than somebody causes who looks around, and few for a year.
	perHour = 60
	// mostKnown bounds the accounts that are remembered. Only who has signed in is one; all others share one.
	mostKnown = 10_000
)

// Bound counts refusals in memory: a program that starts again notes some more. The zero value cannot be used; New makes one.
type Bound struct {
	now func() time.Time
	mu  sync.Mutex
	by  map[string]span
}

// span is the hour since somebody was refused for the first time.
type span struct {
	began time.Time
	n     int
}

// New returns a bound by a clock.
func New(now func() time.Time) *Bound { return &Bound{now: now, by: map[string]span{}} }

// Count counts a refusal of an account, "" for whoever has not signed in, and says what becomes of it.
func (b *Bound) Count(who string) Verdict {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	s, known := b.by[who]
	if age := now.Sub(s.began); !known || age >= time.Hour || age < 0 {
		if s = (span{began: now}); len(b.by) >= mostKnown {
			clear(b.by)
		}
	}
	s.n++
	b.by[who] = s
	switch {
	case s.n <= perHour:
		return Note
	case s.n == perHour+1:
		return Many
	}
	return Drop
}
