package terminal

import (
	"context"
	"fmt"
	"sync"
	"time"

	"vienkopus/internal/base/money"
)

// The last two digits of an amount make the simulated terminal misbehave, so that each case can be tried on purpose.
const (
	CentsRefused money.Amount = 13 // 5,13 is refused
	CentsUnknown money.Amount = 17 // 5,17 gets no answer the first time; asked again, it has been paid
	CentsSlow    money.Amount = 19 // 5,19 takes Slow
)

// Simulated is a terminal without a bank behind it.
type Simulated struct {
	// Slow is how long a slow answer takes.
	Slow time.Duration

	mu      sync.Mutex
	charges map[string]*charged
	last    int
}

type charged struct {
	Charge
	slip      string
	asked     int
	cancelled bool
}

// NewSimulated returns a terminal that has charged nothing.
func NewSimulated(slow time.Duration) *Simulated {
	return &Simulated{Slow: slow, charges: map[string]*charged{}}
}

// Charge implements Terminal.
func (s *Simulated) Charge(ctx context.Context, c Charge) (string, error) {
	if c.Cents%100 == CentsSlow {
		timer := time.NewTimer(s.Slow)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			return "", fmt.Errorf("%w: %w", ErrUnknown, ctx.Err())
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.Cents%100 == CentsRefused {
		return "", ErrRefused
	}
	known, there := s.charges[c.Name]
	if !there {
		s.last++
		known = &charged{Charge: c, slip: fmt.Sprintf("%06d", s.last)}
		s.charges[c.Name] = known
	}
	if known.cancelled || known.Cents != c.Cents {
		return "", ErrRefused
	}
	if known.asked++; known.asked == 1 && c.Cents%100 == CentsUnknown {
		return "", ErrUnknown
	}
	return known.slip, nil
}

// Cancel implements Terminal.
func (s *Simulated) Cancel(_ context.Context, c Charge) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	known, there := s.charges[c.Name]
	if !there {
		known = &charged{Charge: c}
		s.charges[c.Name] = known
	}
	known.cancelled = true
	return nil
}

// Charged is what the cards have paid and was not cancelled, in cents.
func (s *Simulated) Charged() money.Amount {
	s.mu.Lock()
	defer s.mu.Unlock()
	var sum money.Amount
	for _, c := range s.charges {
		if !c.cancelled {
			sum += c.Cents
		}
	}
	return sum
}
