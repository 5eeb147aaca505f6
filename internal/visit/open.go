package visit

import (
	"context"
	"slices"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
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

// Begin makes sure that the desk serves somebody: a visit that began there today goes on, else one begins. It returns the visit that is served, and what Open returns.
func (s *Service) Begin(ctx context.Context, r journal.Request, channel Channel) (Visit, error) {
	if !slices.Contains(Channels, channel) {
		return Visit{}, fault.NewInvalid("visit.channel_unknown").On("channel")
	}
	if err := s.post(ctx, r, []any{"begin", channel}, func(tx *journal.Tx) error {
		_, err := s.BeginIn(ctx, tx, channel)
		return err
	}); err != nil {
		return Visit{}, err
	}
	v, serving, err := s.store.ServedAt(ctx, s.journal.DB(), r.Desk)
	if err == nil && !serving {
		err = fault.NewConflict("visit.already_closed") // by somebody else meanwhile
	}
	return v, err
}

// BeginIn is Begin inside the transaction of another feature, which has looked at the channel. It returns the visit that is served.
func (s *Service) BeginIn(ctx context.Context, tx *journal.Tx, channel Channel) (id.ID, error) {
	place, today, err := s.today(ctx, tx)
	if err != nil {
		return id.ID{}, err
	}
	zone, err := civil.Zone(place.Zone)
	if err != nil {
		return id.ID{}, err
	}
	now, serving, err := s.store.ServedAt(ctx, tx, tx.Desk())
	if err != nil || serving && civil.In(now.OpenedAt, zone) == today {
		return now.ID, err
	}
	if serving { // since yesterday: whoever that was has gone home
		if err := tx.Record(ctx, Held{Visit: now.ID}); err != nil {
			return id.ID{}, err
		}
	}
	v := tx.NewID()
	return v, tx.Record(ctx, Opened{Visit: v, Municipality: place.Municipality, Centre: place.Centre, Channel: channel})
}
