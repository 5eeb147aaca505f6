package centresql

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/centre"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/known"
	"vienkopus/internal/platform/sqldb"
)

// Each takes the condition on the centre's code behind it, so that one centre and all are read by the same text.
const (
	selectCentres = `SELECT code, name, municipality, country, host, zone, phone, email, opened, closed, planned,
unverified, remark_lv, remark_en, remark_lt FROM centre`
	selectTiers     = `SELECT centre, valid_from, tier, unverified FROM centre_tier`
	selectLocations = `SELECT centre, valid_from, unit, address, lat, lon, accuracy, stops FROM centre_location`
)

// Centres returns all centres, also planned and closed ones, in the order of their codes.
func (s Store) Centres(ctx context.Context, r journal.Reader) ([]centre.Centre, error) {
	all, err := s.centres.Get(ctx, r, known.Source[[]centre.Centre]{
		Version: askVersion, Load: func(ctx context.Context, r sqldb.Reader) ([]centre.Centre, error) { return read(ctx, r, query{}) },
	})
	return slices.Clone(all), err // whoever sorts them sorts his own
}

// Centre returns the centre of the code, or the fault NotFound centre.unknown.
func (Store) Centre(ctx context.Context, r journal.Reader, code string) (centre.Centre, error) {
	list, err := read(ctx, r, query{where: ` WHERE %s = $1`, args: []any{code}})
	if err == nil && len(list) == 0 {
		err = fault.NewNotFound("centre.unknown", "Centre", code)
	}
	if err != nil {
		return centre.Centre{}, err
	}
	return list[0], nil
}

// query is which centres are meant; where holds the name of the column with the code.
type query struct {
	where string
	args  []any
}

func (q query) text(sel, column, order string) string {
	if q.where == "" {
		return sel + " ORDER BY " + order
	}
	return sel + fmt.Sprintf(q.where, column) + " ORDER BY " + order
}

// read reads the centres, then their tiers, then their places.
func read(ctx context.Context, r journal.Reader, q query) ([]centre.Centre, error) {
	var list []centre.Centre
	at := map[string]int{}
	err := sqldb.Each(ctx, r, q.text(selectCentres, "code", "code"), q.args, func(rows *sql.Rows) error {
		var c centre.Centre
		err := rows.Scan(&c.Code, &c.Name, &c.Municipality, &c.Country, &c.Host, &c.Zone, &c.Phone, &c.Email, &c.Opened,
			&c.Closed, &c.Planned, &c.Unverified, &c.Remark.LV, &c.Remark.EN, &c.Remark.LT)
		if err != nil {
			return fmt.Errorf("centre: centre: %w", err)
		}
		at[c.Code] = len(list)
		list = append(list, c)
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = sqldb.Each(ctx, r, q.text(selectTiers, "centre", "centre, valid_from"), q.args, func(rows *sql.Rows) error {
		var code string
		var a centre.Assignment
		if err := rows.Scan(&code, &a.From, &a.Tier, &a.Unverified); err != nil {
			return fmt.Errorf("centre: tier: %w", err)
		}
		if i, ok := at[code]; ok {
			list[i].Tiers = append(list[i].Tiers, a)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = sqldb.Each(ctx, r, q.text(selectLocations, "centre", "centre, valid_from"), q.args, func(rows *sql.Rows) error {
		code, w, err := scanLocation(rows)
		if i, ok := at[code]; ok {
			list[i].Places = append(list[i].Places, w)
		}
		return err
	})
	return list, err
}

func scanLocation(rows *sql.Rows) (code string, w centre.Whereabouts, err error) {
	var stops string
	err = rows.Scan(&code, &w.From, &w.Unit, &w.Address, &w.Point.Lat, &w.Point.Lon, &w.Precision, &stops)
	if err == nil {
		err = json.Unmarshal([]byte(stops), &w.Stops)
	}
	if err != nil {
		return "", centre.Whereabouts{}, fmt.Errorf("centre: location: %w", err)
	}
	return code, w, nil
}
