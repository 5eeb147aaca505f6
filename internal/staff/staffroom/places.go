package staffroom

import (
	"context"
	"slices"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/centre/centresql"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/staff"
	"vienkopus/internal/territory/territorysql"
)

// places tells the staff feature where desks stand.
type places struct {
	centres        centresql.Store
	municipalities territorysql.Store
	clock          clock.Clock
}

func (p places) today() civil.Date { return civil.In(p.clock.Now(), time.UTC) }

// Names returns how municipalities, the places in them and centres are called.
func (p places) Names(ctx context.Context, r journal.Reader) ([]string, error) {
	municipalities, err := p.municipalities.Municipalities(ctx, r)
	if err != nil {
		return nil, err
	}
	units, err := p.municipalities.AllUnits(ctx, r)
	if err != nil {
		return nil, err
	}
	centres, err := p.centres.Centres(ctx, r)
	var names []string
	for _, one := range municipalities {
		names = append(names, one.Name)
	}
	for _, one := range units {
		names = append(names, one.Name)
	}
	for _, one := range centres {
		names = append(names, one.Name)
	}
	return names, err
}

// Municipality returns NotFound for a municipality that is not known.
func (p places) Municipality(ctx context.Context, r journal.Reader, code string) error {
	_, err := p.municipalities.Municipality(ctx, r, code)
	return err
}

// MunicipalityOf returns the municipality of a centre.
func (p places) MunicipalityOf(ctx context.Context, r journal.Reader, code string) (string, error) {
	c, err := p.centres.Centre(ctx, r, code)
	return c.Municipality, err
}

// Zone returns what the clocks at a centre show.
func (p places) Zone(ctx context.Context, r journal.Reader, code string) (*time.Location, error) {
	c, err := p.centres.Centre(ctx, r, code)
	if err != nil {
		return nil, err
	}
	return c.TimeZone()
}

// Desk returns a desk with where it stands.
func (p places) Desk(ctx context.Context, r journal.Reader, code string) (staff.Desk, error) {
	d, err := p.centres.DeskByCode(ctx, r, code)
	if err != nil {
		return staff.Desk{}, err
	}
	c, err := p.centres.Centre(ctx, r, d.Centre)
	if err != nil {
		return staff.Desk{}, err
	}
	return staff.Desk{Code: d.Code, Name: d.Name, Centre: c.Code, CentreName: c.Name, Municipality: c.Municipality}, nil
}

// Desks returns the desks in the scopes that are open today.
func (p places) Desks(ctx context.Context, r journal.Reader, scopes []scope.Scope) ([]staff.Desk, error) {
	open, err := p.centres.Desks(ctx, r, p.today())
	if err != nil {
		return nil, err
	}
	var list []staff.Desk
	for _, d := range open {
		at := scope.Place{Municipality: d.Municipality, Centre: d.Centre, Desk: d.Code}
		if slices.ContainsFunc(scopes, func(s scope.Scope) bool { return s.Covers(at) }) {
			list = append(list, staff.Desk(d))
		}
	}
	return list, nil
}
