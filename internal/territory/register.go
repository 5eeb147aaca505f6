package territory

import (
	"context"
	"errors"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/journal"
)

// Register makes a municipality known. A code that is no ATVK code counts as unverified.
// It returns Invalid for a bad code, name, country or day, and Conflict when the code is taken.
func (s *Service) Register(ctx context.Context, by actor.Actor, key string, in Registered) error {
	in.Unverified = in.Unverified || !IsATVK(in.Code)
	return s.post(ctx, by, key, in, func(tx *journal.Tx) error {
		err := place(in.Code, in.Name, in.From)
		if !in.Country.IsKnown() {
			err = errors.Join(err, fault.NewInvalid("territory.country").On("country"))
		}
		if err != nil {
			return err
		}
		_, known := s.store.Municipality(ctx, tx, in.Code)
		if err := free(known, "territory.municipality_taken"); err != nil {
			return err
		}
		return tx.Record(ctx, in)
	})
}

// Rename gives a municipality another name from a day on.
// It returns NotFound for an unknown municipality and Invalid for a bad name or a day on which it does not exist.
func (s *Service) Rename(ctx context.Context, by actor.Actor, key string, in Renamed) error {
	return s.post(ctx, by, key, in, func(tx *journal.Tx) error {
		m, err := s.store.Municipality(ctx, tx, in.Code)
		if err != nil {
			return err
		}
		if err := named(in.Name); err != nil {
			return err
		}
		if !m.ExistsOn(in.From) {
			return fault.NewInvalid("territory.not_then").On("from")
		}
		return tx.Record(ctx, in)
	})
}

// Dissolve says up to which day a municipality exists, and which one takes it over.
// It returns NotFound for an unknown municipality and Invalid for a day on which it does not exist.
func (s *Service) Dissolve(ctx context.Context, by actor.Actor, key string, in Dissolved) error {
	return s.post(ctx, by, key, in, func(tx *journal.Tx) error {
		m, err := s.store.Municipality(ctx, tx, in.Code)
		if err != nil {
			return err
		}
		if in.To.IsZero() || !m.ExistsOn(in.To) || in.Into == in.Code {
			return fault.NewInvalid("territory.not_then").On("to")
		}
		if in.Into != "" {
			if _, err := s.store.Municipality(ctx, tx, in.Into); err != nil {
				return err
			}
		}
		return tx.Record(ctx, in)
	})
}

// RegisterUnit makes a town or a parish known. A code that is no ATVK code counts as unverified.
// It returns Invalid for a bad code, name, type or day, NotFound for an unknown municipality, and Conflict when the code is taken.
func (s *Service) RegisterUnit(ctx context.Context, by actor.Actor, key string, in UnitRegistered) error {
	in.Unverified = in.Unverified || !IsATVK(in.Code)
	return s.post(ctx, by, key, in, func(tx *journal.Tx) error {
		err := place(in.Code, in.Name, in.From)
		if in.Type != Town && in.Type != Parish {
			err = errors.Join(err, fault.NewInvalid("territory.type").On("type"))
		}
		if err != nil {
			return err
		}
		if _, err := s.store.Municipality(ctx, tx, in.Municipality); err != nil {
			return err
		}
		_, known := s.store.Unit(ctx, tx, in.Code)
		if err := free(known, "territory.unit_taken"); err != nil {
			return err
		}
		return tx.Record(ctx, in)
	})
}

// DissolveUnit says up to which day a town or a parish exists.
// It returns NotFound for an unknown one and Invalid for a day on which it does not exist.
func (s *Service) DissolveUnit(ctx context.Context, by actor.Actor, key string, in UnitDissolved) error {
	return s.post(ctx, by, key, in, func(tx *journal.Tx) error {
		u, err := s.store.Unit(ctx, tx, in.Code)
		if err != nil {
			return err
		}
		if in.To.IsZero() || !u.ExistsOn(in.To) {
			return fault.NewInvalid("territory.not_then").On("to")
		}
		return tx.Record(ctx, in)
	})
}
