package sms

import (
	"context"
	"regexp"
	"strings"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/payment"
	"vienkopus/internal/platform/journal"
)

// home is put before a number of eight digits: those of Latvia's mobile telephones begin with 2. Source: the numbering plan of Latvia.
const home = "+371"

var (
	mobile  = regexp.MustCompile(`^2\d{7}$`)
	foreign = regexp.MustCompile(`^\+[1-9]\d{7,14}$`)
)

// Number returns a telephone number as it is dialled from everywhere. It returns the fault "sms.number" for what is none.
func Number(typed string) (string, error) {
	n := strings.NewReplacer(" ", "", "\u00a0", "", "-", "", "(", "", ")", "").Replace(typed)
	if rest, ok := strings.CutPrefix(n, "00"); ok {
		n = "+" + rest
	}
	if mobile.MatchString(n) {
		n = home + n
	}
	if !foreign.MatchString(n) || strings.HasPrefix(n, home) && !mobile.MatchString(strings.TrimPrefix(n, home)) {
		return "", fault.NewInvalid("sms.number").On("phone")
	}
	return n, nil
}

// Ask notes that a payer wishes the link to a receipt, and keeps the number until it is sent. It returns the faults "sms.none" where nothing can be sent, "sms.number", and
// "sms.limit" when the visit of the payment has sent all that it may.
func (s *Service) Ask(ctx context.Context, r journal.Request, p payment.Payment, c Content) error {
	if !s.Offers() {
		return fault.NewNotFound("sms.none")
	}
	var err error
	if c.To, err = Number(c.To); err != nil {
		return err
	}
	// The number is no part of what the request says: it would stand in its hash, and eight digits are soon guessed.
	_, err = s.Journal.Do(ctx, r, []any{"sms", p.ID}, func(tx *journal.Tx) error {
		before, err := s.Store.OfVisit(ctx, tx, p.Visit)
		if err != nil {
			return err
		}
		if len(before) >= MostPerVisit {
			return fault.NewConflict("sms.limit", "Max", MostPerVisit).On("phone")
		}
		message := id.New(tx.Now())
		if err := s.Store.Hold(ctx, tx, message, c); err != nil {
			return err
		}
		return tx.Record(ctx, Asked{Message: message, Payment: p.ID, Visit: p.Visit, Receipt: p.Name()})
	})
	return err
}
