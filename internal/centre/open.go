package centre

import (
	"context"
	"errors"
	"slices"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/territory"
)

// Opening is a centre that opens, and its first tier.
type Opening struct {
	Opened
	// Tier is what it is from TierFrom on, which is the first day where that is known.
	Tier           Tier       `json:"tier"`
	TierFrom       civil.Date `json:"tier_from"`
	TierUnverified bool       `json:"tier_unverified,omitempty"`
}

// Open makes a centre known, with its first tier. A planned centre opens by a second call.
//
// It returns Invalid with every field at fault, NotFound for an unknown municipality or parish, and Conflict
// centre.taken when a centre of that code serves already.
func (s *Service) Open(ctx context.Context, by actor.Actor, key string, in Opening) error {
	return s.post(ctx, by, key, in, func(tx *journal.Tx) error {
		if err := in.check(); err != nil {
			return err
		}
		earlier, err := s.store.Centre(ctx, tx, in.Code)
		if err == nil && (!earlier.Planned || in.Planned) {
			return fault.NewConflict("centre.taken").On("code")
		}
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		m, err := s.territory.Municipality(ctx, tx, in.Municipality)
		if err != nil {
			return err
		}
		if err := s.unitIsIn(ctx, tx, in.Location.Unit, in.Municipality); err != nil {
			return err
		}
		opened := in.Opened
		opened.Country, opened.Zone = m.Country, m.Country.Zone()
		if err := tx.Record(ctx, opened); err != nil {
			return err
		}
		return tx.Record(ctx, TierAssigned{Centre: in.Code, Tier: in.Tier, From: in.TierFrom, Unverified: in.TierUnverified})
	})
}

// unitIsIn refuses a town or parish of another municipality. No unit at all is right for a mobile one.
func (s *Service) unitIsIn(ctx context.Context, tx *journal.Tx, unit, municipality string) error {
	if unit == "" {
		return nil
	}
	u, err := s.territory.Unit(ctx, tx, unit)
	if err == nil && u.Municipality != municipality {
		err = fault.NewInvalid("centre.unit_elsewhere").On("unit")
	}
	return err
}

func (in *Opening) check() error {
	var errs []error
	refuse := func(wrong bool, key, field string) {
		if wrong {
			errs = append(errs, fault.NewInvalid(key).On(field))
		}
	}
	refuse(!territory.IsSlug(in.Code), "centre.code", "code")
	refuse(!isName(in.Name), "centre.name", "name")
	refuse(!slices.Contains(Hosts, in.Host), "centre.host", "host")
	refuse(!in.Tier.IsKnown(), "centre.tier", "tier")
	refuse(in.TierFrom.IsZero() || in.From.After(in.TierFrom), "centre.tier_from", "tier_from")
	errs = append(errs, in.Location.check())
	return errors.Join(errs...)
}
