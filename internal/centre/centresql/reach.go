package centresql

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/geo"
	"vienkopus/internal/centre"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

// classesThatMay returns the classes that may do a kind of act on a service of an authority, on a day.
func (Store) classesThatMay(ctx context.Context, r journal.Reader, authority, actKind string, on civil.Date) (map[centre.Class]bool, error) {
	const text = `SELECT class FROM tier_rule WHERE valid_from =
(SELECT MAX(valid_from) FROM tier_rule_set WHERE valid_from <= $1) AND authority = $2 AND act = $3`
	classes := map[centre.Class]bool{}
	err := sqldb.Each(ctx, r, text, []any{on, centre.Authority(authority), actKind}, func(rows *sql.Rows) error {
		var c centre.Class
		if err := rows.Scan(&c); err != nil {
			return fmt.Errorf("centre: tier rule: %w", err)
		}
		classes[c] = true
		return nil
	})
	return classes, err
}

// nearest is how many centres NearestThatMay names.
const nearest = 3

// NearestThatMay returns up to three centres that serve on a day and may do a kind of act on a service of an authority, the
// nearest first, with the great-circle distance in metres from the point. None is an answer too.
func (s Store) NearestThatMay(
	ctx context.Context, r journal.Reader, from geo.Point, authority, actKind string, on civil.Date,
) ([]centre.Nearby, error) {
	classes, err := s.classesThatMay(ctx, r, authority, actKind, on)
	if err != nil {
		return nil, err
	}
	all, err := s.Centres(ctx, r)
	if err != nil {
		return nil, err
	}
	var near []centre.Nearby
	for i := range all {
		if c := &all[i]; c.ServesOn(on) && classes[c.TierOn(on).Class()] {
			near = append(near, c.From(from, on))
		}
	}
	slices.SortStableFunc(near, func(a, b centre.Nearby) int { return cmp.Compare(a.Metres, b.Metres) })
	return near[:min(nearest, len(near))], nil
}
