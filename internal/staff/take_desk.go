package staff

import (
	"context"
	"fmt"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/platform/journal"
)

// DesksFor returns the desks at which somebody with these grants may serve.
func (s *Service) DesksFor(ctx context.Context, who scope.Grants) ([]Desk, error) {
	return s.desks(ctx, s.Journal.DB(), who)
}

func (s *Service) desks(ctx context.Context, r journal.Reader, who scope.Grants) ([]Desk, error) {
	scopes := who.Scopes(MayServe)
	if len(scopes) == 0 {
		return nil, nil
	}
	desks, err := s.Places.Desks(ctx, r, scopes)
	if err != nil {
		return nil, fmt.Errorf("staff: desks: %w", err)
	}
	return desks, nil
}

// TakeDesk seats a person at a desk; whoever sat there leaves it. Somebody who sits there already stays, and nothing is recorded.
// It returns Forbidden for a desk at which the person may not serve.
func (s *Service) TakeDesk(ctx context.Context, by actor.Actor, staff id.ID, code, key string) error {
	return s.atDesk(ctx, by, code, key, DeskTaken{Staff: staff, Desk: code}, func(tx *journal.Tx) error {
		grants, err := s.Roles.Grants(ctx, tx, staff)
		if err != nil {
			return fmt.Errorf("staff: roles: %w", err)
		}
		desk, err := s.deskIn(ctx, tx, grants, code)
		if err != nil {
			return err
		}
		if err := tx.Permit(scope.Place{Municipality: desk.Municipality, Centre: desk.Centre, Desk: code}); err != nil {
			return err
		}
		seat, taken, err := s.Seats.Seat(ctx, tx, code)
		switch {
		case err != nil:
			return fmt.Errorf("staff: seat: %w", err)
		case taken && seat.Staff == staff:
			return nil
		case taken:
			if err := tx.Record(ctx, DeskReleased{Staff: seat.Staff, Desk: code}); err != nil {
				return err
			}
		}
		return tx.Record(ctx, DeskTaken{Staff: staff, Desk: code, Centre: desk.Centre, Municipality: desk.Municipality})
	})
}

// LeaveDesk frees a desk. It does nothing when the person does not sit there.
func (s *Service) LeaveDesk(ctx context.Context, by actor.Actor, staff id.ID, code, key string) error {
	in := DeskReleased{Staff: staff, Desk: code}
	return s.atDesk(ctx, by, code, key, in, func(tx *journal.Tx) error {
		seat, taken, err := s.Seats.Seat(ctx, tx, code)
		if err != nil {
			return fmt.Errorf("staff: seat: %w", err)
		}
		if !taken || seat.Staff != staff {
			return nil
		}
		tx.Own()
		return tx.Record(ctx, in)
	})
}

func (s *Service) deskIn(ctx context.Context, tx *journal.Tx, who scope.Grants, code string) (Desk, error) {
	desks, err := s.desks(ctx, tx, who)
	if err != nil {
		return Desk{}, err
	}
	for _, d := range desks {
		if d.Code == code {
			return d, nil
		}
	}
	return Desk{}, fault.NewForbidden("staff.desk_foreign", "Desk", code).On("desk")
}

// atDesk writes at the desk's own journal.
func (s *Service) atDesk(ctx context.Context, by actor.Actor, desk, key string, input any, rule func(*journal.Tx) error) error {
	k, err := journal.NewKey(key, input)
	if err != nil {
		return fmt.Errorf("staff: desk: %w", err)
	}
	if desk == "" {
		return fault.NewInvalid("staff.desk_missing").On("desk")
	}
	if _, err := s.Journal.Post(ctx, by, desk, k, rule); err != nil {
		return fmt.Errorf("staff: desk: %w", err)
	}
	return nil
}

// SeatedAt returns who works at a desk, and nobody when it is free.
func (s *Service) SeatedAt(ctx context.Context, code string) (Seated, error) {
	seat, taken, err := s.Seats.Seat(ctx, s.Journal.DB(), code)
	if err != nil || !taken {
		return Seated{}, err //nolint:wrapcheck // says where it comes from
	}
	account, err := s.Accounts.ByID(ctx, s.Journal.DB(), seat.Staff)
	if fault.KindOf(err) == fault.NotFound {
		return Seated{Person: Person{Staff: seat.Staff}, Since: seat.Since}, nil // erased, but the desk is not free
	}
	if err != nil {
		return Seated{}, fmt.Errorf("staff: seat: %w", err)
	}
	return Seated{Person: Person{Staff: seat.Staff, Name: account.Name}, Since: seat.Since}, nil
}

// LastDesk returns the desk that a person took last, or "".
func (s *Service) LastDesk(ctx context.Context, staff id.ID) (string, error) {
	desk, err := s.Seats.LastDesk(ctx, s.Journal.DB(), staff)
	if err != nil {
		return "", fmt.Errorf("staff: last desk: %w", err)
	}
	return desk, nil
}
