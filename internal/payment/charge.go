package payment

import (
	"context"
	"errors"
	"fmt"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/payment/terminal"
	"vienkopus/internal/platform/journal"
)

// Charge is what a card was asked to pay at a desk, for one request. The journal hears of it before the terminal does, so that nothing is charged that no line
// knows of; what has become of it is a line too. A request whose charge failed gets another one: a name that was taken back is never used again.
type Charge struct {
	ID   id.ID // its name at the terminal
	Desk string
	// Request is the key of the payment for which it was asked.
	Request string
	Cents   money.Amount
	At      time.Time // UTC
	State   ChargeState
}

// atTerminal is how the terminal knows it.
func (c Charge) atTerminal() terminal.Charge {
	return terminal.Charge{Name: c.ID.String(), Desk: c.Desk, Cents: c.Cents}
}

// inTheWay tells whether it must be taken back before so many cents can be asked for: it may have paid, and is not what is to be paid now.
func (c Charge) inTheWay(cents money.Amount) bool {
	return c.State == GivenUp || c.State == Asked && c.Cents != cents
}

const (
	// longestCharge bounds how long a client may take at the terminal, and longestCancel how long the terminal may take to give back.
	longestCharge = 2 * time.Minute
	longestCancel = 30 * time.Second
)

// ask notes that the card of a client is about to be asked, after it has seen that the order can be recorded. It returns the charge that is open for this request already,
// or that has paid it, instead of a second one. It returns the conflict "payment.card_not_cancelled" while an earlier charge of the request cannot be taken back.
func (s *Service) ask(ctx context.Context, r journal.Request, o Order) (Charge, error) {
	last, err := s.Store.LastCharge(ctx, s.Journal.DB(), r.Desk, r.Key)
	if err != nil {
		return Charge{}, err
	}
	if last.inTheWay(o.Card) {
		if err := s.giveUp(ctx, r, last, OrderChanged); err != nil {
			return Charge{}, errors.Join(fault.NewConflict("payment.card_not_cancelled").On("card"), err)
		}
	}
	fresh := Charge{ID: id.New(s.Journal.Now()), Desk: r.Desk, Request: r.Key, Cents: o.Card, State: Asked}
	asked := fresh
	err = s.note(ctx, r, fresh, "asked", func(tx *journal.Tx) (journal.Fact, error) {
		last, err := s.Store.LastCharge(ctx, tx, r.Desk, r.Key)
		switch {
		case err != nil:
			return nil, err
		case last.State == Charged, last.State == Asked && last.Cents == o.Card:
			asked = last
			return nil, nil
		case last.inTheWay(o.Card):
			return nil, fault.NewConflict("payment.card_not_cancelled").On("card")
		}
		asked = fresh
		_, err = s.agreed(ctx, tx, o)
		return CardAsked{Charge: fresh.ID, Request: r.Key, Cents: o.Card}, err
	})
	return asked, err
}

// note posts the line about a charge that the rule answers, or none where it answers nil. The same step of a charge has one effect, whoever takes it.
func (s *Service) note(ctx context.Context, r journal.Request, c Charge, step string, rule func(*journal.Tx) (journal.Fact, error)) error {
	key, err := journal.NewKey("card:"+c.ID.String()+":"+step, nil)
	if err != nil {
		return err
	}
	_, err = s.Journal.Post(ctx, r.By, c.Desk, key, func(tx *journal.Tx) error {
		f, err := rule(tx)
		if err != nil || f == nil {
			return err
		}
		return tx.Record(ctx, f)
	})
	return err
}

// charge has the terminal of the desk charge the card, outside any transaction, and returns the number on the slip. What is refused is noted. What the terminal does
// not say stays open: the same request asks again, or TakeUp takes it back.
func (s *Service) charge(ctx context.Context, r journal.Request, c Charge) (string, error) {
	bounded, cancel := context.WithTimeout(ctx, longestCharge)
	defer cancel()
	slip, err := s.Terminal.Charge(bounded, c.atTerminal())
	switch {
	case errors.Is(err, terminal.ErrRefused):
		refused := s.note(ctx, r, c, "refused", func(tx *journal.Tx) (journal.Fact, error) {
			return s.when(ctx, tx, c, Asked, CardRefused{Charge: c.ID})
		})
		return "", errors.Join(fault.NewConflict("payment.card_refused").On("card"), refused)
	case errors.Is(err, terminal.ErrUnknown):
		return "", fault.NewConflict("payment.card_unknown").On("slip")
	case err != nil:
		return "", fmt.Errorf("payment: the terminal of %s: %w", r.Desk, err)
	}
	return slip, nil
}

// when returns the fact if the charge is in the state, as the transaction sees it, and none otherwise.
func (s *Service) when(ctx context.Context, tx *journal.Tx, c Charge, state ChargeState, f journal.Fact) (journal.Fact, error) {
	now, err := s.Store.Charge(ctx, tx, c.ID)
	if err != nil || now.State != state {
		return nil, err
	}
	return f, nil
}

// settle says, in the transaction of the payment, what has become of the charge that was asked for under the same request: it has paid this basket, or it is given up
// because the client pays otherwise. Asked is the charge that the terminal has just answered; it has no id where the clerk has typed the slip or no card pays.
// It returns the conflict "payment.card_taken_back" when the charge was given up meanwhile: then nothing may be recorded as paid by it.
func (s *Service) settle(ctx context.Context, tx *journal.Tx, o Order, asked Charge, basket id.ID) error {
	if s.Terminal == nil {
		return nil
	}
	last, err := s.Store.LastCharge(ctx, tx, tx.Desk(), asked.Request)
	pays := o.Card > 0 && o.Card == last.Cents
	switch {
	case err != nil:
		return err
	case last.State == Asked && pays && (asked.ID.IsZero() || asked.ID == last.ID):
		return tx.Record(ctx, CardCharged{Charge: last.ID, Basket: basket, Slip: o.Slip})
	case !asked.ID.IsZero(), pays && (last.State == GivenUp || last.State == Cancelled):
		return fault.NewConflict("payment.card_taken_back").On("slip")
	case last.State == Asked:
		return tx.Record(ctx, CardGivenUp{Charge: last.ID, Why: OrderChanged})
	}
	return nil
}

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
