package visit

import (
	"context"

	"vienkopus/internal/catalogue"
	"vienkopus/internal/platform/journal"
)

// AnswerCall notes a telephone call that was answered in between: a visit of its own by telephone, opened and closed at once.
// The visit that the desk serves is not touched.
func (s *Service) AnswerCall(ctx context.Context, r journal.Request) error {
	return s.post(ctx, r, []any{"call"}, func(tx *journal.Tx) error {
		place, day, err := s.today(ctx, tx)
		if err != nil {
			return err
		}
		visit := tx.NewID()
		line := Line{Day: day, Municipality: place.Municipality, Centre: place.Centre, Kind: catalogue.Call, Channel: Telephone}
		for _, f := range []journal.Fact{
			Opened{Visit: visit, Municipality: place.Municipality, Centre: place.Centre, Channel: Telephone},
			ActRecorded{Act: tx.NewID(), Visit: visit, Line: line},
			Closed{
				Visit: visit, Day: day, Served: true,
				Municipality: place.Municipality, Centre: place.Centre, Channel: Telephone,
			},
		} {
			if err := tx.Record(ctx, f); err != nil {
				return err
			}
		}
		return nil
	})
}
