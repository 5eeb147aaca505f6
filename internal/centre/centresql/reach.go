package centresql

import (
	"cmp"
	"context"
	"slices"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/geo"
	"vienkopus/internal/centre"
	"vienkopus/internal/platform/journal"
)

// nearest is how many centres NearestThatMay names.
const nearest = 3

// NearestThatMay returns up to three centres that serve on a day and may do a kind of act on a service of an authority, the
// nearest first, with the great-circle distance in metres from the point. None is an answer too.
func (s Store) NearestThatMay(
	ctx context.Context, r journal.Reader, from geo.Point, authority, actKind string, on civil.Date,
) ([]centre.Nearby, error) {
	rules, err := s.Rules(ctx, r, on)
	if err != nil {
		return nil, err
	}
	all, err := s.Centres(ctx, r)
	if err != nil {
		return nil, err
	}
	var near []centre.Nearby
	for i := range all {
		if c := &all[i]; c.ServesOn(on) && rules.Allows(c.TierOn(on).Class(), authority, actKind) {
			near = append(near, c.From(from, on))
		}
	}
	slices.SortStableFunc(near, func(a, b centre.Nearby) int { return cmp.Compare(a.Metres, b.Metres) })
	return near[:min(nearest, len(near))], nil
}
