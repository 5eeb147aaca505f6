package centresql

import (
	"context"
	"database/sql"
	"fmt"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/centre"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

const centreColumns = `SELECT c.code, c.name, c.municipality, c.host, c.zone, c.phone, c.email, c.opened, c.closed, c.planned,
c.unverified, c.remark_lv, c.remark_en, c.remark_lt, t.valid_from, t.tier, t.unverified
FROM centre c JOIN centre_tier t ON t.centre = c.code`

// Centres returns all centres, also planned and closed ones, in the order of their codes.
func (Store) Centres(ctx context.Context, r journal.Reader) ([]centre.Centre, error) {
	return centres(ctx, r, centreColumns+` ORDER BY c.code, t.valid_from`)
}

// Centre returns the centre of the code, or the fault NotFound centre.unknown.
func (Store) Centre(ctx context.Context, r journal.Reader, code string) (centre.Centre, error) {
	list, err := centres(ctx, r, centreColumns+` WHERE c.code = $1 ORDER BY t.valid_from`, code)
	if err == nil && len(list) == 0 {
		err = fault.NewNotFound("centre.unknown", "Centre", code)
	}
	if err != nil {
		return centre.Centre{}, err
	}
	return list[0], nil
}

// centres folds the rows, one per tier, into one centre each.
func centres(ctx context.Context, r journal.Reader, query string, args ...any) ([]centre.Centre, error) {
	var list []centre.Centre
	err := sqldb.Each(ctx, r, query, args, func(rows *sql.Rows) error {
		var c centre.Centre
		var a centre.Assignment
		err := rows.Scan(&c.Code, &c.Name, &c.Municipality, &c.Host, &c.Zone, &c.Phone, &c.Email, &c.Opened, &c.Closed,
			&c.Planned, &c.Unverified, &c.Remark.LV, &c.Remark.EN, &c.Remark.LT, &a.From, &a.Tier, &a.Unverified)
		if err != nil {
			return fmt.Errorf("centre: centre: %w", err)
		}
		if len(list) == 0 || list[len(list)-1].Code != c.Code {
			list = append(list, c)
		}
		last := &list[len(list)-1]
		last.Tiers = append(last.Tiers, a)
		return nil
	})
	return list, err
}
