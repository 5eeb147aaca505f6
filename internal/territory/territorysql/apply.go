// Package territorysql keeps the tables of the places and answers questions about them.
package territorysql

import (
	"context"
	_ "embed" // the tables

	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/known"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/territory"
)

//go:embed schema.sql
var schema string

// Store is the projection of the places and the answers from it. The zero value reads everything each time.
type Store struct {
	municipalities *known.Values[[]territory.Municipality]
	units          *known.Values[[]territory.Unit]
}

// New returns a store that keeps in memory what it has read, as long as nothing of it changes.
func New() Store {
	return Store{municipalities: &known.Values[[]territory.Municipality]{}, units: &known.Values[[]territory.Unit]{}}
}

// Name implements journal.Projection.
func (Store) Name() string { return "territory" }

// Schema implements journal.Projection.
func (Store) Schema() string { return schema }

// A fact of another desk never meets these rows: places are written at the desk of the network only. Registering a
// code twice is refused by the rules; should it come twice all the same, the later line counts.
const (
	insertMunicipality = `INSERT INTO municipality
(code, country, unverified, units_unverified, remark_lv, remark_en, remark_lt, valid_from, into_code)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '')
ON CONFLICT (code) DO UPDATE SET country = excluded.country, unverified = excluded.unverified,
units_unverified = excluded.units_unverified, remark_lv = excluded.remark_lv, remark_en = excluded.remark_en,
remark_lt = excluded.remark_lt, valid_from = excluded.valid_from`
	insertName = `INSERT INTO municipality_name (code, valid_from, name) VALUES ($1, $2, $3)
ON CONFLICT (code, valid_from) DO UPDATE SET name = excluded.name`
	endMunicipality = `UPDATE municipality SET valid_to = $2, into_code = $3 WHERE code = $1`
	insertUnit      = `INSERT INTO unit (code, municipality, name, type, unverified, valid_from)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (code) DO UPDATE SET municipality = excluded.municipality, name = excluded.name, type = excluded.type,
unverified = excluded.unverified, valid_from = excluded.valid_from`
	endUnit = `UPDATE unit SET valid_to = $2 WHERE code = $1`
)

// Reads implements journal.Projection.
func (Store) Reads() []journal.Type {
	return []journal.Type{
		journal.Of[territory.Registered](), journal.Of[territory.Renamed](), journal.Of[territory.Dissolved](), journal.Of[territory.UnitRegistered](),
		journal.Of[territory.UnitDissolved](),
	}
}

// Apply implements journal.Projection.
func (Store) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	var err error
	switch f := e.Fact.(type) {
	case territory.Registered:
		err = tx.Run(ctx, "territory: place", insertMunicipality, f.Code, string(f.Country), f.Unverified, f.UnitsUnverified,
			f.Remark.LV, f.Remark.EN, f.Remark.LT, f.From)
		if err == nil {
			err = tx.Run(ctx, "territory: place", insertName, f.Code, f.From, f.Name)
		}
	case territory.Renamed:
		err = tx.Run(ctx, "territory: place", insertName, f.Code, f.From, f.Name)
	case territory.Dissolved:
		err = tx.Change(ctx, "territory: dissolved", endMunicipality, f.Code, f.To, f.Into)
	case territory.UnitRegistered:
		err = tx.Run(ctx, "territory: place", insertUnit, f.Code, f.Municipality, f.Name, string(f.Type), f.Unverified, f.From)
	case territory.UnitDissolved:
		err = tx.Change(ctx, "territory: unit dissolved", endUnit, f.Code, f.To)
	default:
		return nil
	}
	tx.Defer(versionKey{}, sqldb.Count{Upsert: countVersion, Key: []any{"places"}, N: 1})
	return err
}

// versionKey is the row that tells whoever keeps places in memory that something has changed.
type versionKey struct{}

const (
	countVersion = `INSERT INTO territory_version (of, n) VALUES ($1, $2) ON CONFLICT (of) DO UPDATE SET n = territory_version.n + excluded.n`
	askVersion   = `SELECT COALESCE(MAX(n), 0) FROM territory_version`
)
