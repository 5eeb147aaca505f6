package tillsql

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/till"
)

// shiftColumns are those of till_shift s. What the office has said counts once the shift is closed; an approval counts more than objections.
const shiftColumns = `s.id, s.desk, s.day, s.centre, s.municipality, s.state, s.opened_at, s.float_cents, s.counts, s.counted_cents, s.difference_cents,
s.explanation, s.packed_cents, s.left_cents, s.bag, COALESCE((SELECT MIN(v.verdict) FROM till_verdict v WHERE v.shift = s.id), '')`

func scanShift(r interface{ Scan(into ...any) error }) (till.Shift, error) {
	var s till.Shift
	var at int64
	var verdict till.State
	err := r.Scan(&s.ID, &s.Desk, &s.Day, &s.Centre, &s.Municipality, &s.State, &at, (*int64)(&s.Float), &s.Counts, (*int64)(&s.Counted),
		(*int64)(&s.Difference), &s.Explanation, (*int64)(&s.Packed), (*int64)(&s.Left), &s.Bag, &verdict)
	if err != nil {
		return till.Shift{}, fmt.Errorf("tillsql: shift: %w", err)
	}
	s.OpenedAt = sqldb.Moment(at)
	if s.State == till.Closed && verdict != "" {
		s.State = verdict
	}
	return s, nil
}

// OpenAt returns the shift of the desk that is not closed, and whether there is one.
func (Store) OpenAt(ctx context.Context, r journal.Reader, desk string) (till.Shift, bool, error) {
	const query = `SELECT ` + shiftColumns + ` FROM till_shift s WHERE s.desk = $1 AND s.state <> 'closed' ORDER BY s.opened_at DESC LIMIT 1`
	s, err := scanShift(r.QueryRow(ctx, query, desk))
	if errors.Is(err, sql.ErrNoRows) {
		return s, false, nil
	}
	return s, err == nil, err
}

// Shift returns a shift, or the fault "till.shift_unknown".
func (Store) Shift(ctx context.Context, r journal.Reader, shift id.ID) (till.Shift, error) {
	s, err := scanShift(r.QueryRow(ctx, `SELECT `+shiftColumns+` FROM till_shift s WHERE s.id = $1`, shift))
	if errors.Is(err, sql.ErrNoRows) {
		return s, fault.NewNotFound("till.shift_unknown")
	}
	return s, err
}

// Left returns what the last closed shift of the desk left in the drawer, in cents; 0 when there was none.
func (Store) Left(ctx context.Context, r journal.Reader, desk string) (money.Amount, error) {
	const query = `SELECT left_cents FROM till_shift WHERE desk = $1 AND state = 'closed' ORDER BY number DESC LIMIT 1`
	var cents int64
	if err := r.QueryRow(ctx, query, desk).Scan(&cents); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("tillsql: left: %w", err)
	}
	return money.Amount(cents), nil
}

// Expected returns what should be in the drawer of a shift before it is packed, in cents: its float, what moved in cash, and what its counts found so far.
// It returns the fault "till.shift_unknown".
func (Store) Expected(ctx context.Context, r journal.Reader, shift id.ID) (money.Amount, error) {
	const query = `SELECT CAST(s.float_cents
+ COALESCE((SELECT SUM(m.cents) FROM till_movement m WHERE m.shift = s.id AND m.tender = 'cash'), 0)
+ COALESCE((SELECT SUM(c.difference) FROM till_count c WHERE c.shift = s.id), 0) AS BIGINT) FROM till_shift s WHERE s.id = $1`
	var cents int64
	err := r.QueryRow(ctx, query, shift).Scan(&cents)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, fault.NewNotFound("till.shift_unknown")
	}
	if err != nil {
		return 0, fmt.Errorf("tillsql: expected: %w", err)
	}
	return money.Amount(cents), nil
}

// Actors returns who opened, counted, explained or closed the shift or moved money in it (staff ids).
func (Store) Actors(ctx context.Context, r journal.Reader, shift id.ID) ([]string, error) {
	const query = `SELECT opened_by FROM till_shift WHERE id = $1 UNION SELECT closed_by FROM till_shift WHERE id = $1 AND closed_by <> ''
UNION SELECT who FROM till_count WHERE shift = $1 UNION SELECT who FROM till_explanation WHERE shift = $1
UNION SELECT who FROM till_movement WHERE shift = $1 ORDER BY 1`
	var all []string
	err := sqldb.Each(ctx, r, query, []any{shift}, func(rows *sql.Rows) error {
		var who string
		if err := rows.Scan(&who); err != nil {
			return fmt.Errorf("tillsql: actor: %w", err)
		}
		all = append(all, who)
		return nil
	})
	return all, err
}

// Counts returns the counts of a shift in their order.
func (Store) Counts(ctx context.Context, r journal.Reader, shift id.ID) ([]till.Counting, error) {
	const query = `SELECT again, counted, expected, difference, denominations, at, who FROM till_count WHERE shift = $1 ORDER BY desk, number`
	var all []till.Counting
	err := sqldb.Each(ctx, r, query, []any{shift}, func(rows *sql.Rows) error {
		c := till.Counting{Shift: shift}
		var pieces string
		var at int64
		if err := rows.Scan(&c.Again, (*int64)(&c.Counted), (*int64)(&c.Expected), (*int64)(&c.Difference), &pieces, &at, &c.By); err != nil {
			return fmt.Errorf("tillsql: count: %w", err)
		}
		if err := json.Unmarshal([]byte(pieces), &c.Pieces); err != nil {
			return fmt.Errorf("tillsql: denominations: %w", err)
		}
		c.At = sqldb.Moment(at)
		all = append(all, c)
		return nil
	})
	return all, err
}

// Verdicts returns what the office said about a shift, in the order of time.
func (Store) Verdicts(ctx context.Context, r journal.Reader, shift id.ID) ([]till.Verdict, error) {
	const query = `SELECT verdict, reason, who, at FROM till_verdict WHERE shift = $1 ORDER BY at, desk, number`
	var all []till.Verdict
	err := sqldb.Each(ctx, r, query, []any{shift}, func(rows *sql.Rows) error {
		var v till.Verdict
		var at int64
		if err := rows.Scan(&v.State, &v.Why, &v.By, &at); err != nil {
			return fmt.Errorf("tillsql: verdict: %w", err)
		}
		v.At = sqldb.Moment(at)
		all = append(all, v)
		return nil
	})
	return all, err
}

// Shifts returns the shifts that the filter names, the newest day first. Those that wait for somebody are found with Waiting, however old they are.
func (Store) Shifts(ctx context.Context, r journal.Reader, f till.ShiftFilter) ([]till.Shift, error) {
	const query = `SELECT ` + shiftColumns + ` FROM till_shift s WHERE s.municipality = $1 AND (s.centre = $2 OR $2 = '') AND s.day >= $3 AND s.day <= $4
AND (NOT $5 OR s.state <> 'closed' OR NOT EXISTS (SELECT 1 FROM till_verdict v WHERE v.shift = s.id AND v.verdict = 'approved'))
ORDER BY s.day DESC, s.desk, s.number DESC LIMIT $6`
	over := f.Over
	if f.Over.From.IsZero() {
		over = always
	}
	var all []till.Shift
	err := sqldb.Each(ctx, r, query, []any{f.Municipality, f.Centre, over.From, over.To, f.Waiting, till.MostShifts}, func(rows *sql.Rows) error {
		s, err := scanShift(rows)
		all = append(all, s)
		return err
	})
	return all, err
}

// CashLimits returns all cash limits, in the order of their days.
func (Store) CashLimits(ctx context.Context, r journal.Reader) ([]till.CashLimit, error) {
	type cashLimits struct{}
	return journal.Refer(r, cashLimits{}, func() ([]till.CashLimit, error) { return readLimits(ctx, r) })
}

func readLimits(ctx context.Context, r journal.Reader) ([]till.CashLimit, error) {
	var all []till.CashLimit
	const query = `SELECT from_day, most, declared, unverified, why, source, who FROM till_cash_limit ORDER BY from_day`
	err := sqldb.Each(ctx, r, query, nil, func(rows *sql.Rows) error {
		var l till.CashLimit
		var declared string
		if err := rows.Scan(&l.From, (*int64)(&l.Most), &declared, &l.Unverified, &l.Why, &l.Source, &l.Who); err != nil {
			return fmt.Errorf("tillsql: cash limit: %w", err)
		}
		if err := json.Unmarshal([]byte(declared), &l.Declare); err != nil {
			return fmt.Errorf("tillsql: cash limit: %w", err)
		}
		all = append(all, l)
		return nil
	})
	return all, err
}

// CountRules returns all rules about when drawers are counted, in the order of their days.
func (Store) CountRules(ctx context.Context, r journal.Reader) ([]till.CountRule, error) {
	type countRules struct{}
	return journal.Refer(r, countRules{}, func() ([]till.CountRule, error) {
		var all []till.CountRule
		const query = `SELECT desk, from_day, keep, most, why, source, who FROM till_count_rule ORDER BY from_day, desk`
		err := sqldb.Each(ctx, r, query, nil, func(rows *sql.Rows) error {
			var c till.CountRule
			if err := rows.Scan(&c.Desk, &c.From, &c.Keep, (*int64)(&c.Most), &c.Why, &c.Source, &c.Who); err != nil {
				return fmt.Errorf("tillsql: count rule: %w", err)
			}
			all = append(all, c)
			return nil
		})
		return all, err
	})
}
