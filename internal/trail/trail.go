// Package trail answers whoever holds a receipt where his money is: taken at the counter, left with the collector, in the bank, passed on to the creditor,
// confirmed by the creditor.
//
// Rules:
//   - Who has the code of a receipt may ask. He is told of this receipt alone: no name, no other payment, no number of a bag or of an account.
//   - Each step follows from lines of the journal, by way of the tables of the till, the bank and payments; nothing is kept here.
//   - Notes have no names. Cash counts as packed with the first bag after which no takings stay in the drawer that are as old as its line; card money as
//     arrived, and money of a creditor as passed on, once the sums up to the day of the receipt are covered, the oldest first. So the answer is late
//     rather than wrong.
//   - What was taken back is told, and has no steps behind that.
package trail

import (
	"context"
	"time"

	"vienkopus/internal/bank"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/iban"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/lookup"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/till"
)

// Step is a place on the way of the money.
type Step string

// The steps, in their order.
const (
	Taken     Step = "taken"
	Collected Step = "collected" // cash: left with the collector
	Banked    Step = "banked"    // cash: the bank has it
	Settled   Step = "settled"   // card: the bank has it
	Remitted  Step = "remitted"
	Confirmed Step = "confirmed"
)

// Stage is one step and whether the money has made it.
type Stage struct {
	Step Step
	Done bool
	// At is when (UTC), or the local day On where only a day is known; both may be zero for what is done.
	At time.Time
	On civil.Date
	// Nears tells of cash that is not there yet that it has left the place before: it is packed, or it is at the counter of the bank.
	Nears bool
	// Never is set when no answer will come: the creditor has no system that is told.
	Never bool
}

// Back is money that was given back of the payment.
type Back struct {
	Way   payment.Way
	At    time.Time // UTC
	Cents money.Amount
	// Receipt is the number of its paper, or "" where there is none.
	Receipt string
}

// Way is what can be said about a receipt.
type Way struct {
	lookup.Held
	// State is what has become of the payment.
	State payment.State
	Backs []Back
	// Stages are empty for a receipt of what was given back, and behind the first for a payment that was taken back as a whole.
	Stages []Stage
}

// Stands is how much of the payment stands, in cents.
func (w Way) Stands() money.Amount {
	var sum money.Amount // bounded by the payment
	for _, l := range w.Lines {
		sum += l.Cents
	}
	for _, b := range w.Backs {
		sum -= b.Cents
	}
	return sum
}

// finder finds a receipt by its code; lookup.Finder does.
type finder interface {
	Find(ctx context.Context, typed string) (lookup.Held, error)
}

// payments knows what has become of a payment.
type payments interface {
	Payment(ctx context.Context, r journal.Reader, p id.ID) (payment.Payment, error)
	// Backs returns what was given back of a payment, the oldest first.
	Backs(ctx context.Context, r journal.Reader, p id.ID) ([]payment.GivenBack, error)
}

// drawers knows what became of cash.
type drawers interface {
	// BagOf returns the bag that has the cash which a line of a desk put into the drawer of a shift, and whether there is one.
	BagOf(ctx context.Context, r journal.Reader, shift id.ID, desk string, entry int64) (string, bool, error)
	Bag(ctx context.Context, r journal.Reader, code string) (till.Bag, error)
}

// banks knows what reached the bank and the creditors.
type banks interface {
	Deposit(ctx context.Context, r journal.Reader, deposit id.ID) (bank.Deposit, error)
	Line(ctx context.Context, r journal.Reader, account iban.IBAN, ref string) (bank.Line, bool, error)
	// CardArrived returns the day on which all that the terminal of a desk had taken up to a day was paid, and whether it is.
	CardArrived(ctx context.Context, r journal.Reader, desk string, through civil.Date) (civil.Date, bool, error)
	// PassedOn returns the remittance with which all that was taken for a creditor up to a day was passed on, and whether there is one.
	PassedOn(ctx context.Context, r journal.Reader, municipality string, creditor regno.Number, through civil.Date) (bank.Remittance, bool, error)
}

// telling knows what creditors' systems have confirmed.
type telling interface {
	// Told returns how a creditor stands to the notice of a payment.
	Told(ctx context.Context, p payment.Payment) (Notice, error)
}

// Notice is how a creditor's system stands to a notice.
type Notice struct {
	// Owed tells that the creditor has a system that is told.
	Owed bool
	// Confirmed tells that it has answered, at a moment (UTC) that may not be known any more.
	Confirmed bool
	At        time.Time
}

// Config is what a Service is made of.
type Config struct {
	Journal  *journal.Journal
	Finder   finder
	Payments payments
	Drawers  drawers
	Banks    banks
	Telling  telling
}

// Service follows money.
type Service struct{ Config }

// New returns the service and touches no database.
func New(c Config) *Service { return &Service{c} }

// Look returns a receipt by its check code or its whole code and what has become of the payment, without the steps of its money. It returns the faults of lookup.Finder.
func (s *Service) Look(ctx context.Context, typed string) (Way, error) {
	w, _, err := s.look(ctx, typed)
	return w, err
}

// Follow returns the way of the money of a receipt, by its check code or its whole code. It returns the faults of lookup.Finder.
func (s *Service) Follow(ctx context.Context, typed string) (Way, error) {
	w, p, err := s.look(ctx, typed)
	if err != nil || w.Kind != receipt.Payment {
		return w, err
	}
	w.Stages, err = s.stages(ctx, p)
	return w, err
}

func (s *Service) look(ctx context.Context, typed string) (Way, payment.Payment, error) {
	held, err := s.Finder.Find(ctx, typed)
	if err != nil {
		return Way{}, payment.Payment{}, err
	}
	w := Way{Held: held}
	p, err := s.Payments.Payment(ctx, s.Journal.DB(), held.Payment)
	if w.State = p.State; err != nil || held.Kind != receipt.Payment {
		return w, p, err
	}
	backs, err := s.Payments.Backs(ctx, s.Journal.DB(), p.ID)
	for _, b := range backs {
		w.Backs = append(w.Backs, Back{Way: b.Way, At: b.At, Cents: b.Cents, Receipt: b.Receipt})
	}
	return w, p, err
}
