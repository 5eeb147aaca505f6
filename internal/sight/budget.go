package sight

import (
	"context"
	"slices"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/dated"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/journal"
)

// Budget says how often one person may look in an hour, from a day on.
type Budget struct {
	dated.Basis
	// PerHour is how many searches by name and how many openings together; 0 sets no bound.
	PerHour int `json:"per_hour"`
}

// look posts what rule records, unless whoever asks has used up her budget: then the first refusal of the hour is recorded instead. About says what is looked at:
// one request never stands for two looks. Only what left a line may be shown, also when the request comes again.
func (s *Service) look(ctx context.Context, r journal.Request, about []any, municipality string, rule func(tx *journal.Tx, day civil.Date) error) error {
	posted, err := s.Journal.Do(ctx, r, append([]any{"look", municipality}, about...), func(tx *journal.Tx) error {
		day := civil.In(tx.Now(), s.Zone)
		budgets, err := s.Store.Budgets(ctx, tx)
		if err != nil {
			return err
		}
		most, since := budgetOn(budgets, day), tx.Now().Add(-time.Hour)
		n, told, err := s.Store.Looks(ctx, tx, r.By.Who(), since)
		switch {
		case err != nil:
			return err
		case most == 0 || n < most:
			return rule(tx, day)
		case told:
			return nil
		}
		return tx.Record(ctx, Refused{Day: day, Municipality: municipality, PerHour: most})
	})
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(posted.Entries, func(e journal.Entry) bool { return e.Kind == Searched{}.Kind() || e.Kind == Opened{}.Kind() }) {
		return fault.NewForbidden("sight.budget").On("query")
	}
	return nil
}

// budgetOn is how often one person may look in an hour on a day; 0 is without bound.
func budgetOn(all []Budget, day civil.Date) int {
	if b, there := dated.At(slices.Values(all), day); there {
		return b.PerHour
	}
	return perHour
}

// SetBudget notes a budget from a day on, at the desk of the network. It returns a fault for a number that is none, and those of dated.Basis.
func (s *Service) SetBudget(ctx context.Context, r journal.Request, b Budget) error {
	if b.PerHour < 0 || b.PerHour > mostPerHour {
		return fault.NewInvalid("sight.per_hour", "Max", mostPerHour).On("per_hour")
	}
	if err := b.Check(); err != nil {
		return err
	}
	r.Desk = journal.ReferenceDesk
	_, err := s.Journal.Do(ctx, r, []any{"budget", b}, func(tx *journal.Tx) error { return tx.Record(ctx, BudgetSet{b}) })
	return err
}
