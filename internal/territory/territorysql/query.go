package territorysql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/known"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/territory"
)

const (
	municipalityColumns = `SELECT m.code, m.country, m.unverified, m.units_unverified, m.remark_lv, m.remark_en, m.remark_lt,
m.valid_from, m.valid_to, m.into_code, n.valid_from, n.name
FROM municipality m JOIN municipality_name n ON n.code = m.code`
	unitColumns = `SELECT code, municipality, name, type, unverified, valid_from, valid_to FROM unit`
)

// Municipalities returns all municipalities, also those that are no more, in the order of their codes.
func (s Store) Municipalities(ctx context.Context, r journal.Reader) ([]territory.Municipality, error) {
	all, err := s.municipalities.Get(ctx, r, known.Source[[]territory.Municipality]{
		Version: askVersion, Load: func(ctx context.Context, r sqldb.Reader) ([]territory.Municipality, error) {
			return municipalities(ctx, r, municipalityColumns+` ORDER BY m.code, n.valid_from`)
		},
	})
	return slices.Clone(all), err // whoever sorts them sorts his own
}

// Municipality returns the municipality of the code, or the fault NotFound territory.municipality_unknown.
func (Store) Municipality(ctx context.Context, r journal.Reader, code string) (territory.Municipality, error) {
	list, err := municipalities(ctx, r, municipalityColumns+` WHERE m.code = $1 ORDER BY n.valid_from`, code)
	if err != nil {
		return territory.Municipality{}, err
	}
	if len(list) == 0 {
		return territory.Municipality{}, fault.NewNotFound("territory.municipality_unknown")
	}
	return list[0], nil
}

// municipalities folds the rows, one per name, into one municipality each.
func municipalities(ctx context.Context, r journal.Reader, query string, args ...any) ([]territory.Municipality, error) {
	var list []territory.Municipality
	err := sqldb.Each(ctx, r, query, args, func(rows *sql.Rows) error {
		var m territory.Municipality
		var n territory.Name
		err := rows.Scan(&m.Code, &m.Country, &m.Unverified, &m.UnitsUnverified, &m.Remark.LV, &m.Remark.EN, &m.Remark.LT,
			&m.From, &m.To, &m.Into, &n.From, &n.Name)
		if err != nil {
			return fmt.Errorf("territory: municipality: %w", err)
		}
		if len(list) == 0 || list[len(list)-1].Code != m.Code {
			list = append(list, m)
		}
		last := &list[len(list)-1]
		last.Names = append(last.Names, n)
		last.Name = n.Name
		return nil
	})
	return list, err
}

// Units returns the towns and parishes of a municipality, also those that are no more, towns first, then by code.
// For an unknown municipality there are none.
func (s Store) Units(ctx context.Context, r journal.Reader, municipality string) ([]territory.Unit, error) {
	all, err := s.AllUnits(ctx, r)
	return slices.DeleteFunc(all, func(u territory.Unit) bool { return u.Municipality != municipality }), err
}

// AllUnits returns the towns and parishes of all municipalities, by the code of the municipality and in it as Units has them.
func (s Store) AllUnits(ctx context.Context, r journal.Reader) ([]territory.Unit, error) {
	all, err := s.units.Get(ctx, r, known.Source[[]territory.Unit]{Version: askVersion, Load: readUnits})
	return slices.Clone(all), err
}

func readUnits(ctx context.Context, r sqldb.Reader) ([]territory.Unit, error) {
	var list []territory.Unit
	err := sqldb.Each(ctx, r, unitColumns+` ORDER BY municipality, type DESC, code`, nil, func(rows *sql.Rows) error {
		u, err := scanUnit(rows)
		list = append(list, u)
		return err
	})
	return list, err
}

// Unit returns the town or parish of the code, or the fault NotFound territory.unit_unknown.
func (Store) Unit(ctx context.Context, r journal.Reader, code string) (territory.Unit, error) {
	u, err := scanUnit(r.QueryRow(ctx, unitColumns+` WHERE code = $1`, code))
	if errors.Is(err, sql.ErrNoRows) {
		return territory.Unit{}, fault.NewNotFound("territory.unit_unknown")
	}
	return u, err
}

func scanUnit(row interface{ Scan(into ...any) error }) (territory.Unit, error) {
	var u territory.Unit
	err := row.Scan(&u.Code, &u.Municipality, &u.Name, &u.Type, &u.Unverified, &u.From, &u.To)
	if err != nil {
		return territory.Unit{}, fmt.Errorf("territory: unit: %w", err)
	}
	return u, nil
}
