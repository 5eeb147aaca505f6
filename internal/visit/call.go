package visit

import (
	"context"
	"time"

	"vienkopus/internal/catalogue"
	"vienkopus/internal/platform/journal"
)

// AnswerCall notes a telephone call that was answered in between: a visit of its own by telephone, opened and closed at once.
// The visit that the desk serves is not touched. It returns the call, which Undo takes back for a while.
func (s *Service) AnswerCall(ctx context.Context, r journal.Request) (ActRecorded, error) {
	posted, err := s.journal.Do(ctx, r, []any{"call"}, func(tx *journal.Tx) error {
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
	if err != nil {
		return ActRecorded{}, err
	}
	call, _, err := journal.Answer[ActRecorded](posted)
	return call, err
}

// callUndone is for how long a call can be undone that was noted by a key pressed by mistake: its visit has ended with it.
const callUndone = 10 * time.Minute

// isCall tells whether a visit that has ended is a call just noted by AnswerCall.
func isCall(v Visit, now time.Time) bool {
	return v.State == Ended && v.Channel == Telephone && v.OpenedAt.Equal(v.ClosedAt) && now.Sub(v.ClosedAt) <= callUndone
}
