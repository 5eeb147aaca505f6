package payment

import (
	"context"
	"errors"
	"fmt"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
)

// GivenUpWhy says why a charge is taken back.
type GivenUpWhy string

// The reasons for which a charge is taken back.
const (
	// NotRecorded: the payment that it was to pay was refused.
	NotRecorded GivenUpWhy = "not-recorded"
	// OrderChanged: under the same request the client now pays otherwise.
	OrderChanged GivenUpWhy = "order-changed"
	// LeftOpen: nobody came back to it.
	LeftOpen GivenUpWhy = "left-open"
)

// DefaultPatience is how long an open charge is left to the clerk who asked for it: longer than a client may take at the terminal.
const DefaultPatience = 3 * time.Minute

// openAtOnce is how many open charges are read at once.
const openAtOnce = 100

// TakeUp finishes what stopped between a terminal and the journal: of charges that nobody has come back to for Patience, and of those that are being
// taken back, it takes back what the card has paid and notes it. It is called at start and every minute or so, by one program or several. It asks no card, because the
// client has left. A desk whose terminal does not take back is left until the next call, and the errors of all of them are returned.
func (s *Service) TakeUp(ctx context.Context) error {
	patience := s.Patience
	if patience == 0 {
		patience = DefaultPatience
	}
	until := s.Journal.Now().Add(-patience)
	away := map[string]bool{}
	var errs []error
	for after := (id.ID{}); ; {
		open, err := s.Store.OpenCharges(ctx, s.Journal.DB(), after, openAtOnce)
		if err != nil || len(open) == 0 {
			return errors.Join(append(errs, err)...)
		}
		for _, c := range open {
			after = c.ID
			if away[c.Desk] || c.State == Asked && c.At.After(until) {
				continue
			}
			if err := s.giveUp(ctx, journal.Request{By: actor.System("card-charges")}, c, LeftOpen); err != nil {
				away[c.Desk] = true
				errs = append(errs, err)
			}
		}
	}
}

// giveUp takes a charge back that has paid nothing that is recorded; one that has paid a basket meanwhile stays. First a line says so, from which on no payment can
// be recorded with it, then the terminal takes it back, and then a line says that it did. Wherever that stops, TakeUp goes on.
func (s *Service) giveUp(ctx context.Context, r journal.Request, c Charge, why GivenUpWhy) error {
	var now Charge
	err := s.note(ctx, r, c, "given-up", func(tx *journal.Tx) (f journal.Fact, err error) {
		if now, err = s.Store.Charge(ctx, tx, c.ID); err != nil || now.State != Asked {
			return nil, err
		}
		now.State = GivenUp
		return CardGivenUp{Charge: c.ID, Why: why}, nil
	})
	if err != nil || now.State == Charged || now.State == Refused || now.State == Cancelled {
		return err
	}
	if s.Terminal == nil {
		return fmt.Errorf("payment: a charge at %s is open, and no terminal is there to take it back", c.Desk)
	}
	bounded, cancel := context.WithTimeout(ctx, longestCancel)
	defer cancel()
	if err := s.Terminal.Cancel(bounded, c.atTerminal()); err != nil {
		return fmt.Errorf("payment: the terminal of %s does not take a charge back: %w", c.Desk, err)
	}
	return s.note(ctx, r, c, "cancelled", func(tx *journal.Tx) (journal.Fact, error) {
		return s.when(ctx, tx, c, GivenUp, CardCancelled{Charge: c.ID})
	})
}
