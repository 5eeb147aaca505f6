package centresql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/centre"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

const (
	deskPlace = `SELECT d.code, d.centre, c.municipality, c.zone, d.closed, COALESCE((SELECT t.tier FROM centre_tier t
WHERE t.centre = d.centre AND t.valid_from <= $2 ORDER BY t.valid_from DESC LIMIT 1), '')
FROM desk d JOIN centre c ON c.code = d.centre WHERE d.code = $1`
	may = `SELECT COUNT(*) FROM tier_rule WHERE valid_from =
(SELECT MAX(valid_from) FROM tier_rule_set WHERE valid_from <= $1) AND class = $2 AND authority = $3 AND act = $4`
	deskColumns = `SELECT code, centre, name, opened, closed FROM desk`
)

// Desk returns where a desk stands and what its centre is on that day. Days before the first tier are answered with no
// tier, so that the past can be looked up. It returns the faults NotFound centre.desk_unknown, and Conflict
// centre.desk_closed for a day after the desk's last.
func (Store) Desk(ctx context.Context, r journal.Reader, desk string, on civil.Date) (centre.DeskPlace, error) {
	type deskOn struct {
		desk string
		on   civil.Date
	}
	return journal.Refer(r, deskOn{desk, on}, func() (centre.DeskPlace, error) { return readDesk(ctx, r, desk, on) })
}

func readDesk(ctx context.Context, r journal.Reader, desk string, on civil.Date) (centre.DeskPlace, error) {
	var p centre.DeskPlace
	var closed civil.Date
	err := r.QueryRow(ctx, deskPlace, desk, on).Scan(&p.Desk, &p.Centre, &p.Municipality, &p.Zone, &closed, &p.Tier)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return centre.DeskPlace{}, fault.NewNotFound("centre.desk_unknown", "Desk", desk)
	case err != nil:
		return centre.DeskPlace{}, fmt.Errorf("centre: desk: %w", err)
	case !closed.IsZero() && on.After(closed):
		return centre.DeskPlace{}, fault.NewConflict("centre.desk_closed", "Desk", desk, "Day", closed.Display())
	}
	return p, nil
}

// May says whether a tier may do a kind of act on a service of an authority (state, municipal, help) on that day, by the
// table in force. An act that names no service has the authority "" and counts as municipal. Before the first table,
// and for the tier "", nothing is allowed.
func (Store) May(
	ctx context.Context, r journal.Reader, tier centre.Tier, authority, actKind string, on civil.Date,
) (bool, error) {
	type ruleOn struct {
		class, authority, act string
		on                    civil.Date
	}
	key := ruleOn{string(tier.Class()), centre.Authority(authority), actKind, on}
	return journal.Refer(r, key, func() (bool, error) {
		var n int
		if err := r.QueryRow(ctx, may, on, key.class, key.authority, key.act).Scan(&n); err != nil {
			return false, fmt.Errorf("centre: tier rule: %w", err)
		}
		return n > 0, nil
	})
}

// DeskByCode returns a desk with its dates, also one that has closed, or the fault NotFound centre.desk_unknown.
func (Store) DeskByCode(ctx context.Context, r journal.Reader, code string) (centre.Desk, error) {
	list, err := desks(ctx, r, deskColumns+` WHERE code = $1`, code)
	if err == nil && len(list) == 0 {
		err = fault.NewNotFound("centre.desk_unknown", "Desk", code)
	}
	if err != nil {
		return centre.Desk{}, err
	}
	return list[0], nil
}

// DesksOf returns the desks of a centre, also those that have closed, by their codes.
func (Store) DesksOf(ctx context.Context, r journal.Reader, code string) ([]centre.Desk, error) {
	return desks(ctx, r, deskColumns+` WHERE centre = $1 ORDER BY code`, code)
}

// Desks returns the desks that are open on a day, in centres that serve on it, by centre and code.
func (Store) Desks(ctx context.Context, r journal.Reader, on civil.Date) ([]centre.OpenDesk, error) {
	const text = `SELECT d.code, d.name, c.code, c.name, c.municipality FROM desk d JOIN centre c ON c.code = d.centre
WHERE (d.closed IS NULL OR d.closed >= $1) AND (c.closed IS NULL OR c.closed >= $1)
AND (d.opened IS NULL OR d.opened <= $1) AND (c.opened IS NULL OR c.opened <= $1) AND c.planned = $2 ORDER BY c.code, d.code`
	var list []centre.OpenDesk
	err := sqldb.Each(ctx, r, text, []any{on, false}, func(rows *sql.Rows) error {
		var d centre.OpenDesk
		if err := rows.Scan(&d.Code, &d.Name, &d.Centre, &d.CentreName, &d.Municipality); err != nil {
			return fmt.Errorf("centre: desk: %w", err)
		}
		list = append(list, d)
		return nil
	})
	return list, err
}

func desks(ctx context.Context, r journal.Reader, query string, args ...any) ([]centre.Desk, error) {
	var list []centre.Desk
	err := sqldb.Each(ctx, r, query, args, func(rows *sql.Rows) error {
		var d centre.Desk
		if err := rows.Scan(&d.Code, &d.Centre, &d.Name, &d.Opened, &d.Closed); err != nil {
			return fmt.Errorf("centre: desk: %w", err)
		}
		list = append(list, d)
		return nil
	})
	return list, err
}
