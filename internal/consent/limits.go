package consent

import (
	"context"
	"slices"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/dated"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/money"
	"vienkopus/internal/platform/journal"
)

// Limits say from which point on a payment needs a second person, from a day on.
type Limits struct {
	dated.Basis
	// PaperDays is how many days ago a receipt may have been written that one person types in alone; 0 lets her type in those of today.
	PaperDays int `json:"paper_days"`
	// Overpaid is how much more than is due one person may take for a bill, in cents, with what was overpaid before.
	Overpaid money.Amount `json:"overpaid"`
	// Forgiven is how much late fee one person may give away by earlier days on receipts written by hand, in cents, with what she and her desk gave away so in the days before
	// (payment.ForgivenDays). Nil, as in lines from before that was asked, is a euro.
	Forgiven *money.Amount `json:"forgiven,omitempty"`
	// VoidMinutes is for how many minutes after it was taken one person may void a payment alone, as long as its visit lasts. Nil, as in lines from before that was asked, is an hour.
	VoidMinutes *int `json:"void_minutes,omitempty"`
}

// ForgivenAlone is how much late fee one person may give away, in cents.
func (l Limits) ForgivenAlone() money.Amount {
	if l.Forgiven == nil {
		return forgiven
	}
	return *l.Forgiven
}

// VoidAlone is for how long after it was taken one person may void a payment alone.
func (l Limits) VoidAlone() time.Duration {
	if l.VoidMinutes == nil {
		return voidMinutes * time.Minute
	}
	return time.Duration(*l.VoidMinutes) * time.Minute
}

const (
	// paperDays, overpaid, forgiven and voidMinutes hold where nobody has set limits.
	paperDays                = 5
	overpaid    money.Amount = 5_000
	forgiven    money.Amount = 100
	voidMinutes              = 60
	// mostDays and mostCents bound a limit: somebody who wants none needs a second person's law for it.
	mostDays                 = 366
	mostCents   money.Amount = 100_000_000
	mostMinutes              = 24 * 60
)

// SetLimits notes from which point on a second person is needed, at the desk of the network. It returns faults for days and sums that are none, and those of dated.Basis.
func (s *Service) SetLimits(ctx context.Context, r journal.Request, l Limits) error {
	switch {
	case l.PaperDays < 0 || l.PaperDays > mostDays:
		return fault.NewInvalid("consent.days", "Max", mostDays).On("days")
	case l.Overpaid < 0 || l.Overpaid > mostCents:
		return fault.NewInvalid("till.amount").On("overpaid")
	case l.ForgivenAlone() < 0 || l.ForgivenAlone() > mostCents:
		return fault.NewInvalid("till.amount").On("forgiven")
	case l.VoidMinutes != nil && (*l.VoidMinutes < 0 || *l.VoidMinutes > mostMinutes):
		return fault.NewInvalid("consent.minutes", "Max", mostMinutes).On("void-minutes")
	}
	if err := l.Check(); err != nil {
		return err
	}
	r.Desk = journal.ReferenceDesk // one rule for the whole network
	_, _, err := journal.Record(ctx, s.Journal, r, []any{"consent-limits", l}, func(*journal.Tx) (LimitsSet, error) { return LimitsSet{l}, nil })
	return err
}

// LimitsOn returns the limits that are in force on a day.
func (s *Service) LimitsOn(ctx context.Context, r journal.Reader, on civil.Date) (Limits, error) {
	all, err := s.Store.Limits(ctx, r)
	l, set := dated.At(slices.Values(all), on)
	if !set {
		l = Limits{PaperDays: paperDays, Overpaid: overpaid}
	}
	return l, err
}
