package app

import (
	"context"
	"slices"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/centre/centresql"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/staff"
	"vienkopus/internal/staff/staffsql"
	"vienkopus/internal/territory/territorysql"
	"vienkopus/internal/visit/visithttp"
)

// staffPlaces tells the staff feature where desks stand.
type staffPlaces struct {
	centres        centresql.Store
	municipalities territorysql.Store
	clock          clock.Clock
}

func (p staffPlaces) today() civil.Date { return civil.In(p.clock.Now(), time.UTC) }

// Municipality returns NotFound for a municipality that is not known.
func (p staffPlaces) Municipality(ctx context.Context, r journal.Reader, code string) error {
	_, err := p.municipalities.Municipality(ctx, r, code)
	return err
}

// MunicipalityOf returns the municipality of a centre.
func (p staffPlaces) MunicipalityOf(ctx context.Context, r journal.Reader, code string) (string, error) {
	c, err := p.centres.Centre(ctx, r, code)
	return c.Municipality, err
}

// Desk returns a desk with where it stands.
func (p staffPlaces) Desk(ctx context.Context, r journal.Reader, code string) (staff.Desk, error) {
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
func (p staffPlaces) Desks(ctx context.Context, r journal.Reader, scopes []staff.Scope) ([]staff.Desk, error) {
	open, err := p.centres.Desks(ctx, r, p.today())
	if err != nil {
		return nil, err
	}
	var list []staff.Desk
	for _, d := range open {
		at := staff.Place{Municipality: d.Municipality, Centre: d.Centre, Desk: d.Code}
		if slices.ContainsFunc(scopes, func(s staff.Scope) bool { return s.Covers(at) }) {
			list = append(list, staff.Desk(d))
		}
	}
	return list, nil
}

// elsewhere returns the nearest other centre that may do for a service what the centre of that code may not.
func (a *App) elsewhere(ctx context.Context, from string, offer catalogue.Offer, kind catalogue.ActKind) (visithttp.Near, bool, error) {
	today := civil.In(a.Journal.Now(), time.UTC)
	c, err := a.stores.centre.Centre(ctx, a.DB, from)
	if err != nil {
		return visithttp.Near{}, false, err
	}
	near, err := a.stores.centre.NearestThatMay(ctx, a.DB, c.LocationOn(today).Point, string(offer.Authority), string(kind), today)
	if err != nil || len(near) == 0 {
		return visithttp.Near{}, false, err
	}
	return visithttp.Near{Code: near[0].Code, Name: near[0].Name, Metres: near[0].Metres}, true, nil
}

// called returns the name of a municipality or centre, and its code when it cannot be found.
func (a *App) called(ctx context.Context, s staff.Scope) string {
	switch s.Level {
	case staff.LevelMunicipality:
		if m, err := a.stores.territory.Municipality(ctx, a.DB, s.Code); err == nil {
			return m.NameOn(civil.In(a.Journal.Now(), time.UTC))
		}
	case staff.LevelCentre:
		if c, err := a.stores.centre.Centre(ctx, a.DB, s.Code); err == nil {
			return c.Name
		}
	case staff.LevelNetwork:
	}
	return s.Code
}

// calledPerson returns the name of somebody by her staff id, or "" when nobody knows it any more.
func (a *App) calledPerson(ctx context.Context, person string) (string, error) {
	who, err := id.Parse(person)
	if err != nil {
		return "", nil //nolint:nilerr // an import or the program itself has no name
	}
	account, err := staffsql.Accounts{}.ByID(ctx, a.DB, who)
	if fault.KindOf(err) == fault.NotFound {
		return "", nil
	}
	return account.Name, err
}
