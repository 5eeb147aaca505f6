package places

import (
	"context"
	"fmt"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/centre"
	"vienkopus/internal/territory"
)

// Services are the real services that the places are handed to.
type Services struct {
	Territory *territory.Service
	Centre    *centre.Service
}

// Seed makes the places known, in the name of whoever runs the demonstration. It may be run again at any time: what is
// there already stays as it is. It returns a conflict when the files have changed since, so that nothing is overwritten silently.
func Seed(ctx context.Context, s Services, by actor.Actor) error {
	p, err := Load()
	if err != nil {
		return err
	}
	return p.Seed(ctx, s, by)
}

// Seed makes these places known; see the function of that name.
func (p *Places) Seed(ctx context.Context, s Services, by actor.Actor) error {
	for _, step := range []func() error{
		func() error {
			return each(ctx, by, "municipality", p.Municipalities, municipalityKey, s.Territory.Register)
		},
		func() error { return each(ctx, by, "unit", p.Units, unitKey, s.Territory.RegisterUnit) },
		func() error { return s.Centre.SetTierRules(ctx, by, "places:rules:"+p.Rules.From.String(), p.Rules) },
		func() error { return each(ctx, by, "centre", p.Centres, centreKey, s.Centre.Open) },
		func() error { return each(ctx, by, "desk", p.Desks, deskKey, s.Centre.OpenDesk) },
		func() error { return each(ctx, by, "hours", p.Hours, hoursKey, s.Centre.SetHours) },
		func() error { return each(ctx, by, "survey", p.Surveys, surveyKey, s.Centre.Survey) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func municipalityKey(in territory.Registered) string { return in.Code }
func unitKey(in territory.UnitRegistered) string     { return in.Code }
func centreKey(in centre.Opening) string             { return in.Code }
func deskKey(in centre.DeskOpened) string            { return in.Desk }
func hoursKey(in centre.HoursSet) string             { return in.Centre + ":" + in.From.String() }
func surveyKey(in centre.Surveyed) string            { return in.Centre + ":" + in.On.String() }

// each hands every item to its service, under a request key that is the same every time.
func each[T any](
	ctx context.Context, by actor.Actor, thing string, items []T, key func(T) string,
	post func(ctx context.Context, by actor.Actor, key string, in T) error,
) error {
	for _, item := range items {
		name := "places:" + thing + ":" + key(item)
		if err := post(ctx, by, name, item); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}
