package tillsql

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/till"
)

// Ageing returns the desks of a municipality ("" for all) whose cash has not reached the bank: what is in the drawer above the change money of the house, and the bags that
// the bank has not confirmed. With a day it returns those alone whose oldest cash is of that day or older. The oldest come first.
func (s Store) Ageing(ctx context.Context, r journal.Reader, municipality string, before civil.Date) ([]till.Site, error) {
	sites, err := drawers(ctx, r, municipality)
	if err != nil {
		return nil, err
	}
	open, err := s.Bags(ctx, r, municipality, civil.Period{}, true)
	if err != nil {
		return nil, err
	}
	for _, b := range open {
		at, ok := sites[b.Desk]
		if !ok {
			at = &till.Site{Desk: b.Desk, Centre: b.Centre, Municipality: b.Municipality}
			sites[b.Desk] = at
		}
		at.Bags = append(at.Bags, b)
		at.Total += b.Cents
		if at.Oldest.IsZero() || b.Since.Before(at.Oldest) {
			at.Oldest = b.Since
		}
	}
	var all []till.Site
	for _, at := range sites {
		if at.Total > 0 && (before.IsZero() || !at.Oldest.After(before)) {
			all = append(all, *at)
		}
	}
	slices.SortFunc(all, func(a, b till.Site) int {
		return cmp.Or(a.Oldest.Compare(b.Oldest), cmp.Compare(a.Centre, b.Centre), cmp.Compare(a.Desk, b.Desk))
	})
	return all, nil
}

// drawers returns the desks with what is in their drawers above the change money.
func drawers(ctx context.Context, r journal.Reader, municipality string) (map[string]*till.Site, error) {
	const query = `SELECT s.desk, s.centre, s.municipality, s.since, CAST(COALESCE((SELECT SUM(b.debit - b.credit) FROM ledger_balance b
WHERE b.account = 'cash:' || s.desk), 0) - s.base_cents AS BIGINT) FROM till_shift s
WHERE (s.municipality = $1 OR $1 = '') AND NOT EXISTS (SELECT 1 FROM till_shift o WHERE o.desk = s.desk AND o.number > s.number) ORDER BY s.desk`
	sites := map[string]*till.Site{}
	err := sqldb.Each(ctx, r, query, []any{municipality}, func(rows *sql.Rows) error {
		var at till.Site
		if err := rows.Scan(&at.Desk, &at.Centre, &at.Municipality, &at.DrawerSince, (*int64)(&at.Drawer)); err != nil {
			return fmt.Errorf("tillsql: drawer: %w", err)
		}
		if at.Drawer <= 0 {
			at.Drawer, at.DrawerSince = 0, civil.Date{}
		}
		at.Total, at.Oldest = at.Drawer, at.DrawerSince
		sites[at.Desk] = &at
		return nil
	})
	return sites, err
}

// Differences returns what was too much or too little in the drawers and bags of a municipality ("" for all) and is not both explained and approved, the oldest first.
func (Store) Differences(ctx context.Context, r journal.Reader, municipality string) ([]till.Difference, error) {
	const drawer = `SELECT ` + shiftColumns + ` FROM till_shift s WHERE (s.municipality = $1 OR $1 = '') AND s.difference_cents <> 0
AND (s.explanation = '' OR s.state <> 'closed' OR NOT EXISTS (SELECT 1 FROM till_verdict v WHERE v.shift = s.id AND v.verdict = 'approved'))`
	var all []till.Difference
	err := sqldb.Each(ctx, r, drawer, []any{municipality}, func(rows *sql.Rows) error {
		s, err := scanShift(rows)
		all = append(all, till.Difference{
			Shift: s.ID, Desk: s.Desk, Centre: s.Centre, Municipality: s.Municipality, Day: s.Day, Cents: s.Difference, Reason: string(s.Explanation), State: s.State,
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	counted, err := countedOtherwise(ctx, r, municipality)
	all = append(all, counted...)
	slices.SortFunc(all, func(a, b till.Difference) int {
		return cmp.Or(a.Day.Compare(b.Day), cmp.Compare(a.Desk, b.Desk), cmp.Compare(a.Shift.String()+a.Deposit.String(), b.Shift.String()+b.Deposit.String()))
	})
	return all, err
}

// countedOtherwise returns what the bank counted more or less than was deposited and nobody has explained; it is that of the desk whose bag comes first. Where
// a deposit arrived twice, or a bag was packed twice, the first line says how and where.
func countedOtherwise(ctx context.Context, r journal.Reader, municipality string) ([]till.Difference, error) {
	const query = `SELECT d.deposit, COALESCE(b.desk, ''), COALESCE(b.centre, ''), d.municipality, d.day, a.difference
FROM till_arrival a JOIN till_bag_deposited d ON d.deposit = a.deposit AND d.part = 1 LEFT JOIN till_bag b ON b.bag = d.bag
  AND NOT EXISTS (SELECT 1 FROM till_bag o WHERE o.bag = b.bag AND (o.desk < b.desk OR o.desk = b.desk AND o.number < b.number))
WHERE (d.municipality = $1 OR $1 = '') AND a.difference <> 0
AND NOT EXISTS (SELECT 1 FROM till_arrival o WHERE o.deposit = a.deposit AND (o.desk < a.desk OR o.desk = a.desk AND o.number < a.number))
AND NOT EXISTS (SELECT 1 FROM till_arrival_explained x WHERE x.deposit = a.deposit) ORDER BY d.day, d.deposit`
	var all []till.Difference
	err := sqldb.Each(ctx, r, query, []any{municipality}, func(rows *sql.Rows) error {
		var d till.Difference
		if err := rows.Scan(&d.Deposit, &d.Desk, &d.Centre, &d.Municipality, &d.Day, (*int64)(&d.Cents)); err != nil {
			return fmt.Errorf("tillsql: arrival: %w", err)
		}
		all = append(all, d)
		return nil
	})
	return all, err
}
