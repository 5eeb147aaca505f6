package till

import (
	"context"
	"slices"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/dated"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/money"
	"vienkopus/internal/platform/journal"
)

// CashLimit says how much cash may be taken for one deal, from a day on.
type CashLimit struct {
	dated.Basis
	// Most cents and more are refused. In Latvia it is forbidden to take 7 200 euro or more in cash from one payer for one deal
	// (law "Par nodokļiem un nodevām").
	Most money.Amount `json:"most"`
	// Declare are the sums, in cents, from which cash has to be declared; in Latvia 1 500 and 3 000 euro.
	Declare []money.Amount `json:"declare,omitempty"`
	// Unverified is set when nobody has checked the sums or the day.
	Unverified bool `json:"unverified,omitempty"`
}

// LatvianCashLimit is the rule of Latvia as a network begins with it. The sums were read in public sources; since when they have been in force is unverified.
func LatvianCashLimit() CashLimit {
	basis := dated.On("2017-01-01", "The network begins with the rule of the law.", "Likums “Par nodokļiem un nodevām”, 30. pants")
	return CashLimit{Basis: basis, Most: 720_000, Declare: []money.Amount{150_000, 300_000}, Unverified: true}
}

const (
	// mostDeclared bounds how many sums a limit names.
	mostDeclared = 10
	// largestLimit bounds a limit, in cents: a million euro.
	largestLimit money.Amount = 100_000_000
)

// SetCashLimit notes the cash limit from a day on, at the desk of the network. It returns faults for a limit that is not above zero, for sums to
// declare that do not rise from above zero up to the limit, and those of dated.Basis.
func (s *Service) SetCashLimit(ctx context.Context, r journal.Request, l CashLimit) error {
	switch {
	case l.Most <= 0 || l.Most > largestLimit:
		return fault.NewInvalid("till.amount").On("most")
	case len(l.Declare) > mostDeclared || !slices.IsSorted(l.Declare):
		return fault.NewInvalid("till.amount").On("declare")
	}
	for i, sum := range l.Declare {
		if sum <= 0 || sum > l.Most || i > 0 && sum == l.Declare[i-1] {
			return fault.NewInvalid("till.amount").On("declare")
		}
	}
	if err := l.Check(); err != nil {
		return err
	}
	r.Desk = journal.ReferenceDesk // one rule for the whole network
	_, _, err := journal.Record(ctx, s.journal, r, []any{"cash-limit", l}, func(*journal.Tx) (CashLimitSet, error) { return CashLimitSet{l}, nil })
	return err
}

// AdmitCash is asked before cash is taken for one deal, inside the transaction at the desk. It returns the fault "till.cash_limit" when it is as much as the limit
// in force on this day or more; without a limit everything is admitted.
func (s *Service) AdmitCash(ctx context.Context, tx *journal.Tx, cents money.Amount) error {
	limits, err := s.store.CashLimits(ctx, tx)
	if err != nil || !slices.ContainsFunc(limits, func(l CashLimit) bool { return cents >= l.Most }) {
		return err // small sums need not ask which day it is
	}
	at, err := s.Here(ctx, tx)
	if err != nil {
		return err
	}
	if l, ok := LimitOn(limits, at.Day); ok && cents >= l.Most {
		return fault.NewInvalid("till.cash_limit", "Max", l.Most).On("cash")
	}
	return nil
}

// CashLimit returns the sum from which on cash is forbidden for one deal on a day, in cents; 0 where there is no limit.
func (s *Service) CashLimit(ctx context.Context, tx *journal.Tx, on civil.Date) (money.Amount, error) {
	limits, err := s.store.CashLimits(ctx, tx)
	l, _ := LimitOn(limits, on)
	return l.Most, err
}

// LimitOn returns the limit that is in force on a day, and whether there is one.
func LimitOn(limits []CashLimit, on civil.Date) (CashLimit, bool) {
	return dated.At(slices.Values(limits), on)
}
