package visit

import (
	"context"
	"slices"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/journal"
)

// Open begins a visit at the desk. Whoever is being served there waits from now on.
// It returns a fault when the channel or the desk is unknown, or the key was used for another request.
func (s *Service) Open(ctx context.Context, r journal.Request, channel Channel) (Visit, error) {
	if !slices.Contains(Channels, channel) {
		return Visit{}, fault.NewInvalid("visit.channel_unknown").On("channel")
	}
	posted, err := s.journal.Do(ctx, r, []any{"open", channel}, func(tx *journal.Tx) error {
		place, _, err := s.today(ctx, tx)
		if err != nil {
			return err
		}
		if err := s.pause(ctx, tx); err != nil {
			return err
		}
		return tx.Record(ctx, Opened{Visit: tx.NewID(), Municipality: place.Municipality, Centre: place.Centre, Channel: channel})
	})
	if err != nil {
		return Visit{}, err
	}
	opened, line, err := journal.Answer[Opened](posted)
	if err != nil {
		return Visit{}, err
	}
	return Visit{
		ID: opened.Visit, Desk: r.Desk, Municipality: opened.Municipality, Centre: opened.Centre,
		Channel: opened.Channel, State: Serving, OpenedAt: line.RecordedAt,
	}, nil
}
