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

// Keep says for how long a drawer may stay open.
type Keep string

// How long a drawer may stay open.
const (
	// ADay: it is counted on the day on which it was opened.
	ADay Keep = "day"
	// AWeek: it is counted in the week, from Monday on, in which it was opened, or when more is in it than the rule allows. The cash book may be kept by the week where
	// little is taken (MK 625).
	AWeek Keep = "week"
)

// Keeps are all, in the order in which screens show them.
var Keeps = []Keep{ADay, AWeek}

// CountRule says until when a drawer is counted, from a day on. It stops no client: the shift goes on, and whoever opens the counter is asked to count.
type CountRule struct {
	dated.Basis
	// Desk is "" for every desk that has no rule of its own.
	Desk string `json:"desk,omitempty"`
	Keep Keep   `json:"keep"`
	// Most is the sum above which a drawer that may stay open for a week is counted all the same, from the next day on, in cents, the change money among it; 0 for a day.
	Most money.Amount `json:"most,omitempty"`
}

// SetCountRule notes until when drawers are counted, at the desk of the network. It returns faults for an unknown span, a week without a sum, a desk that is not there, and those of
// dated.Basis.
func (s *Service) SetCountRule(ctx context.Context, r journal.Request, rule CountRule) error {
	switch {
	case !slices.Contains(Keeps, rule.Keep):
		return fault.NewInvalid("till.keep").On("keep")
	case rule.Keep == ADay && rule.Most != 0, rule.Keep == AWeek && (rule.Most <= 0 || rule.Most > largestLimit):
		return fault.NewInvalid("till.amount").On("most")
	}
	if err := rule.Check(); err != nil {
		return err
	}
	r.Desk = journal.ReferenceDesk // one place for all rules
	_, _, err := journal.Record(ctx, s.journal, r, []any{"count-rule", rule}, func(tx *journal.Tx) (CountRuleSet, error) {
		if rule.Desk == "" {
			return CountRuleSet{rule}, nil
		}
		_, err := s.places.Desk(ctx, tx, rule.Desk, rule.From)
		return CountRuleSet{rule}, err
	})
	return err
}

// CountRuleOn returns the rule for a desk that is in force on a day: its own, else that of all desks, else a day.
func CountRuleOn(rules []CountRule, desk string, on civil.Date) CountRule {
	for _, of := range []string{desk, ""} {
		own := slices.DeleteFunc(slices.Clone(rules), func(r CountRule) bool { return r.Desk != of })
		if rule, set := dated.At(slices.Values(own), on); set {
			return rule
		}
	}
	return CountRule{Keep: ADay}
}

// Due tells whether a drawer that was opened on a day and holds so much, in cents, should have been counted by today.
func (r CountRule) Due(opened, today civil.Date, holds money.Amount) bool {
	if !opened.Before(today) {
		return false
	}
	return r.Keep != AWeek || holds > r.Most || monday(opened).Before(monday(today))
}

// monday is the first day of the week of a day.
func monday(d civil.Date) civil.Date { return d.AddDays(-((int(d.Weekday()) + 6) % 7)) }

// CountDue tells whether the open drawer of a desk should have been counted by a local day, and since which it is open.
func (s *Service) CountDue(ctx context.Context, r journal.Reader, desk string, today civil.Date) (civil.Date, bool, error) {
	shift, open, err := s.store.OpenAt(ctx, r, desk)
	if err != nil || !open || shift.State != Open || !shift.Day.Before(today) {
		return shift.Day, false, err
	}
	rules, err := s.store.CountRules(ctx, r)
	if err != nil {
		return shift.Day, false, err
	}
	holds, err := s.store.Expected(ctx, r, shift.ID)
	return shift.Day, CountRuleOn(rules, desk, today).Due(shift.Day, today, holds), err
}
