package report

import (
	"context"
	"regexp"
	"slices"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/tally"
)

var slug = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Publish notes a figure that somebody has published. It returns a fault when something is missing.
func (s *Service) Publish(ctx context.Context, by actor.Actor, key string, f Figure) error {
	k, err := journal.NewKey(key, f)
	if err != nil {
		return err
	}
	if err := f.check(); err != nil {
		return err
	}
	_, err = s.journal.Post(ctx, by, Desk, k, func(tx *journal.Tx) error {
		return tx.Record(ctx, FigurePublished{Figure: f})
	})
	return err
}

func (f Figure) check() error {
	switch {
	case !slug.MatchString(f.Code):
		return fault.NewInvalid("report.figure_code").On("code")
	case f.Label.IsZero():
		return fault.NewInvalid("report.figure_label").On("label")
	case !f.Period.IsValid():
		return fault.NewInvalid("report.period").On("period")
	case f.Value < 0:
		return fault.NewInvalid("report.figure_value").On("value")
	case f.Source == "":
		return fault.NewInvalid("report.figure_source").On("source")
	}
	for _, k := range f.Kinds {
		if !slices.Contains(tally.Kinds, k) {
			return fault.NewInvalid("report.kind_unknown").On("kinds")
		}
	}
	return nil
}
