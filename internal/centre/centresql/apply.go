// Package centresql keeps the tables of centres, desks and tier rules, and answers questions about them.
package centresql

import (
	"context"
	_ "embed" // the tables
	"encoding/json"
	"fmt"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/centre"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/known"
	"vienkopus/internal/platform/sqldb"
)

//go:embed schema.sql
var schema string

// Store is the projection of the centres and the answers from it. The zero value reads everything each time.
type Store struct {
	centres     *known.Values[[]centre.Centre]
	directories *known.Values[centre.Directory]
}

// New returns a store that keeps in memory what it has read, as long as nothing of it changes.
func New() Store {
	return Store{centres: &known.Values[[]centre.Centre]{}, directories: &known.Values[centre.Directory]{}}
}

// Name implements journal.Projection.
func (Store) Name() string { return "centre" }

// Schema implements journal.Projection.
func (Store) Schema() string { return schema }

// Reads implements journal.Projection.
func (Store) Reads() []journal.Type {
	return []journal.Type{
		journal.Of[centre.Opened](), journal.Of[centre.TierAssigned](), journal.Of[centre.HoursSet](), journal.Of[centre.Surveyed](),
		journal.Of[centre.Moved](), journal.Of[centre.Closed](), journal.Of[centre.TierRuleSet](), journal.Of[centre.DeskOpened](),
		journal.Of[centre.DeskClosed](),
	}
}

// Apply implements journal.Projection. Centres are written at the desk of the network only, so that the order of their
// lines is the same everywhere; should a code come twice all the same, the later line counts.
func (Store) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	var err error
	switch f := e.Fact.(type) {
	case centre.Opened:
		err = applyOpened(ctx, tx, f)
	case centre.TierAssigned:
		err = tx.Run(ctx, "centre: tier", insertTier, f.Centre, f.From, string(f.Tier), f.Unverified)
	case centre.HoursSet:
		err = applyHours(ctx, tx, f)
	case centre.Surveyed:
		err = applySurvey(ctx, tx, f)
	case centre.Moved:
		err = applyLocation(ctx, tx, f.Centre, f.From, f.Location)
	case centre.Closed:
		err = tx.Change(ctx, "centre: closed", `UPDATE centre SET closed = $2 WHERE code = $1`, f.Centre, f.To)
	case centre.TierRuleSet:
		err = applyRules(ctx, tx, e, f)
	case centre.DeskOpened:
		err = tx.Run(ctx, "centre: desk", insertDesk, f.Desk, f.Centre, f.Name, f.From)
	case centre.DeskClosed:
		err = tx.Change(ctx, "centre: desk closed", `UPDATE desk SET closed = $2 WHERE code = $1`, f.Desk, f.To)
	default:
		return nil
	}
	tx.Defer(versionKey{}, sqldb.Count{Upsert: countVersion, Key: []any{"centres"}, N: 1})
	return err
}

// versionKey is the row that tells whoever keeps centres in memory that something has changed. It is written with lines about centres alone, which are few.
type versionKey struct{}

const (
	countVersion = `INSERT INTO centre_version (of, n) VALUES ($1, $2) ON CONFLICT (of) DO UPDATE SET n = centre_version.n + excluded.n`
	askVersion   = `SELECT COALESCE(MAX(n), 0) FROM centre_version`
)

const (
	insertCentre = `INSERT INTO centre
(code, name, municipality, country, host, zone, phone, email, opened, planned, unverified, remark_lv, remark_en, remark_lt)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT (code) DO UPDATE SET name = excluded.name, municipality = excluded.municipality, country = excluded.country,
host = excluded.host, zone = excluded.zone, phone = excluded.phone, email = excluded.email, opened = excluded.opened,
planned = excluded.planned, unverified = excluded.unverified, remark_lv = excluded.remark_lv,
remark_en = excluded.remark_en, remark_lt = excluded.remark_lt`
	insertLocation = `INSERT INTO centre_location (centre, valid_from, unit, address, lat, lon, accuracy, stops)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (centre, valid_from) DO UPDATE SET unit = excluded.unit, address = excluded.address, lat = excluded.lat,
lon = excluded.lon, accuracy = excluded.accuracy, stops = excluded.stops`
	insertTier = `INSERT INTO centre_tier (centre, valid_from, tier, unverified) VALUES ($1, $2, $3, $4)
ON CONFLICT (centre, valid_from) DO UPDATE SET tier = excluded.tier, unverified = excluded.unverified`
	insertHours = `INSERT INTO centre_hours (centre, valid_from, hours, unverified) VALUES ($1, $2, $3, $4)
ON CONFLICT (centre, valid_from) DO UPDATE SET hours = excluded.hours, unverified = excluded.unverified`
	insertFinding = `INSERT INTO centre_finding (centre, feature, surveyed_on, answer, value, unverified)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (centre, feature, surveyed_on) DO UPDATE SET answer = excluded.answer, value = excluded.value,
unverified = excluded.unverified`
	insertDesk = `INSERT INTO desk (code, centre, name, opened) VALUES ($1, $2, $3, $4)
ON CONFLICT (code) DO UPDATE SET centre = excluded.centre, name = excluded.name, opened = excluded.opened`
	insertRuleSet = `INSERT INTO tier_rule_set (valid_from, source, unverified, why, who) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (valid_from) DO UPDATE SET source = excluded.source, unverified = excluded.unverified, why = excluded.why, who = excluded.who`
	insertRule = `INSERT INTO tier_rule (valid_from, class, authority, act) VALUES ($1, $2, $3, $4)
ON CONFLICT (valid_from, class, authority, act) DO NOTHING`
)

// always is the first day of something whose first day is not known.
var always = civil.MustDate("0001-01-01")

// applyOpened begins anew: a planned centre that opens may have another place and another tier than was planned.
func applyOpened(ctx context.Context, tx *journal.Tx, f centre.Opened) error {
	for _, text := range []string{`DELETE FROM centre_location WHERE centre = $1`, `DELETE FROM centre_tier WHERE centre = $1`} {
		if err := tx.ChangeIfAny(ctx, "centre: planned", text, f.Code); err != nil {
			return err
		}
	}
	err := tx.Run(ctx, "centre: centre", insertCentre, f.Code, f.Name, f.Municipality, string(f.Country), string(f.Host), f.Zone,
		f.Phone, f.Email, f.From, f.Planned, f.Unverified, f.Remark.LV, f.Remark.EN, f.Remark.LT)
	if err != nil {
		return err
	}
	return applyLocation(ctx, tx, f.Code, always, f.Location)
}

func applyLocation(ctx context.Context, tx *journal.Tx, code string, from civil.Date, l centre.Location) error {
	stops, err := json.Marshal(l.Stops)
	if err != nil {
		return fmt.Errorf("centre: stops of %s: %w", code, err)
	}
	return tx.Run(ctx, "centre: location", insertLocation, code, from, l.Unit, l.Address, l.Point.Lat, l.Point.Lon, string(l.Precision), string(stops))
}

func applyHours(ctx context.Context, tx *journal.Tx, f centre.HoursSet) error {
	text, err := json.Marshal(f.Hours)
	if err != nil {
		return fmt.Errorf("centre: hours of %s: %w", f.Centre, err)
	}
	return tx.Run(ctx, "centre: hours", insertHours, f.Centre, f.From, string(text), f.Unverified)
}

func applySurvey(ctx context.Context, tx *journal.Tx, f centre.Surveyed) error {
	for _, found := range f.Findings {
		err := tx.Run(ctx, "centre: finding", insertFinding, f.Centre, string(found.Feature), f.On, string(found.Answer), found.Value, f.Unverified)
		if err != nil {
			return err
		}
	}
	return nil
}

// applyRules replaces the table that begins on the same day, if there is one.
func applyRules(ctx context.Context, tx *journal.Tx, e journal.Entry, f centre.TierRuleSet) error {
	if err := tx.Run(ctx, "centre: rules", insertRuleSet, f.From, f.Source, f.Unverified, f.Why, e.Actor.Who()); err != nil {
		return err
	}
	if err := tx.ChangeIfAny(ctx, "centre: rules", `DELETE FROM tier_rule WHERE valid_from = $1`, f.From); err != nil {
		return err
	}
	for _, rule := range f.Rules {
		for _, act := range rule.Acts {
			if err := tx.Run(ctx, "centre: rule", insertRule, f.From, string(rule.Class), rule.Authority, act); err != nil {
				return err
			}
		}
	}
	return nil
}
