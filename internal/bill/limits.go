package bill

import (
	"context"
	"slices"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/dated"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/territory"
)

// Limits say what of bills is believed, from a day on.
type Limits struct {
	dated.Basis
	// OldestDays is how many days ago a bill may have been issued, at most, when it comes in.
	OldestDays int `json:"oldest_days"`
	// AskDays is after how many days without a word of the creditor whoever takes money for a bill is asked whether it was paid elsewhere; 0 asks never.
	AskDays int `json:"ask_days"`
}

const (
	// oldestDays stands where nobody has set a limit: ten years, after which a claim is prescribed (Civillikums, section 1895).
	oldestDays = 3_653
	// mostDays bounds a limit.
	mostDays = 36_525
	// aheadDays is how far in the future a bill may be issued, and furthestDue how long after that an instalment may fall due: what lies beyond is a year mistyped.
	aheadDays   = 62
	furthestDue = 3_653
)

// places knows the municipalities.
type places interface {
	// Municipality returns the municipality of the code, or a fault that it is not found.
	Municipality(ctx context.Context, r journal.Reader, code string) (territory.Municipality, error)
}

// SetLimits notes what of bills is believed from a day on. It returns a fault for days that are none, and those of dated.Basis.
func (s *Service) SetLimits(ctx context.Context, r journal.Request, l Limits) error {
	for field, days := range map[string]int{"oldest_days": l.OldestDays, "ask_days": l.AskDays} {
		if days < 0 || days > mostDays || days == 0 && field == "oldest_days" {
			return fault.NewInvalid("bill.limit_days", "Max", mostDays).On(field)
		}
	}
	if err := l.Check(); err != nil {
		return err
	}
	r.Desk = journal.ReferenceDesk
	return s.record(ctx, r, []any{"limits", l}, func(*journal.Tx) (journal.Fact, error) { return LimitsSet{l}, nil })
}

// limitsOn returns the limits of a day.
func limitsOn(all []Limits, on civil.Date) Limits {
	l, there := dated.At(slices.Values(all), on)
	if !there {
		l.OldestDays = oldestDays
	}
	return l
}

// MustAsk tells whether whoever takes money for the bill today is asked first whether it was paid elsewhere: its creditor has said nothing about it for longer than
// the limits allow, or its figure of the fee is valid no more.
func (b Bill) MustAsk(due Due, all []Limits, today civil.Date) bool {
	l := limitsOn(all, today)
	return due.Total > 0 && (due.Expired || l.AskDays > 0 && b.AsOf.AddDays(l.AskDays).Before(today))
}

// stale tells whether a new word of the creditor is worth a line: half of the days are over after which somebody would be asked.
func (b Bill) stale(all []Limits, asOf civil.Date) bool {
	l := limitsOn(all, asOf)
	return l.AskDays > 0 && b.AsOf.AddDays(l.AskDays/2).Before(asOf)
}

// plausible looks at what of a bill needs the database: that its municipality is one, and that its day is near enough. A municipality that is known to be one already is in
// known, which is kept up; it may be nil.
func (s *Service) plausible(ctx context.Context, r journal.Reader, c Content, known map[string]bool) error {
	limits, err := s.store.Limits(ctx, r)
	if err != nil {
		return err
	}
	today := civil.In(s.journal.Now(), s.zone)
	switch days := limitsOn(limits, today).OldestDays; {
	case c.Issued.AddDays(days).Before(today):
		return fault.NewInvalid("bill.too_old", "Days", days).On("issued")
	case c.Issued.After(today.AddDays(aheadDays)):
		return fault.NewInvalid("bill.too_early", "Days", aheadDays).On("issued")
	}
	if s.places == nil || known[c.Municipality] {
		return nil
	}
	_, err = s.places.Municipality(ctx, r, c.Municipality)
	if f := fault.First(err); f != nil {
		return s.noPlace(ctx, r, c.Municipality).On("municipality")
	}
	if err == nil && known != nil {
		known[c.Municipality] = true
	}
	return err
}

// noPlace is the fault of a code that no municipality has: a spreadsheet may have eaten the zeros in front.
func (s *Service) noPlace(ctx context.Context, r journal.Reader, code string) *fault.Fault {
	for padded := "0" + code; len(padded) <= atvkDigits; padded = "0" + padded {
		if _, err := s.places.Municipality(ctx, r, padded); err == nil {
			return fault.NewInvalid("bill.municipality_zeros")
		}
	}
	return fault.NewInvalid("bill.municipality_unknown")
}

// atvkDigits is how long the code of a municipality is in the classifier ATVK.
const atvkDigits = 7
