package sms

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
)

// again is how long the program waits before it tells a gateway once more that did not answer.
const again = 20 * time.Second

// SendOpen hands over what waits and is due, and notes what became of it. It can be cut off anywhere: the gateway is told the same name again.
func (s *Service) SendOpen(ctx context.Context) error {
	open, err := s.Store.Open(ctx, s.Journal.DB())
	if err != nil {
		return err
	}
	var failed []error
	for _, h := range open {
		if ctx.Err() != nil {
			break
		}
		if s.Journal.Now().Before(h.Next) {
			continue
		}
		failed = append(failed, s.send(ctx, h))
	}
	return errors.Join(failed...)
}

func (s *Service) send(ctx context.Context, h Held) error {
	late := s.Journal.Now().Sub(h.At) > patience
	switch {
	case !h.OK:
		return s.end(ctx, h.Message, Lost)
	case s.Gateway == nil: // it was taken away while this one waited
		if late {
			return s.end(ctx, h.Message, GivenUp)
		}
		return nil
	}
	err := s.Gateway.Send(ctx, h.ID, h.Content)
	switch {
	case err == nil:
		return s.end(ctx, h.Message, Sent)
	case errors.Is(err, ErrRefused):
		return s.end(ctx, h.Message, Refused)
	case late:
		return s.end(ctx, h.Message, GivenUp)
	}
	slog.WarnContext(ctx, "a text message was not taken by the gateway", slog.String("message", h.ID.String()), slog.Any("error", err))
	return s.Store.Later(ctx, h.ID, s.Journal.Now().Add(again))
}

// end notes an outcome once, and forgets the number with it.
func (s *Service) end(ctx context.Context, m Message, o Outcome) error {
	r := journal.Request{By: actor.System("sms"), Desk: m.Desk, Key: "sms:" + m.ID.String()}
	_, err := s.Journal.Do(ctx, r, []any{"sms-ended", m.ID}, func(tx *journal.Tx) error {
		now, err := s.Store.Message(ctx, tx, m.ID)
		if err != nil || now.Outcome != Waiting {
			return err
		}
		if err := s.Store.Drop(ctx, tx, m.ID); err != nil {
			return err
		}
		return tx.Record(ctx, Ended{Message: m.ID, Payment: m.Payment, Outcome: o})
	})
	return err
}

// OfVisit returns what was asked for in a visit, the first first.
func (s *Service) OfVisit(ctx context.Context, visit id.ID) ([]Message, error) {
	return s.Store.OfVisit(ctx, s.Journal.DB(), visit)
}
