package tillsql

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/till"
)

func opened(ctx context.Context, tx *journal.Tx, e journal.Entry, f till.ShiftOpened) error {
	base, since, err := inherited(ctx, tx, e, f)
	if err != nil {
		return err
	}
	const query = `INSERT INTO till_shift (id, desk, day, since, centre, municipality, state, opened_at, opened_by, closed_by, float_cents, base_cents, counts,
counted_cents, difference_cents, explanation, packed_cents, left_cents, bag, number)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', $10, $11, 0, 0, $12, '', 0, 0, '', $13)`
	return tx.Run(ctx, "till: shift", query, f.Shift, e.Desk, f.Day, since, f.Centre, f.Municipality, string(till.Open), e.RecordedAt.UnixMicro(),
		e.Actor.Who(), int64(f.Float), base, int64(f.Difference()), e.Number)
}

// inherited returns how much of the drawer is change money of the house, in cents, and of which day the oldest other money in it is. Takings that stay
// in the drawer over night do not become change money, so that grows only when new money of the house comes into an empty drawer.
func inherited(ctx context.Context, tx *journal.Tx, e journal.Entry, f till.ShiftOpened) (base int64, since civil.Date, err error) {
	const query = `SELECT base_cents, since FROM till_shift WHERE desk = $1 ORDER BY number DESC LIMIT 1`
	var before civil.Date
	err = tx.QueryRow(ctx, query, e.Desk).Scan(&base, &before)
	switch {
	case errors.Is(err, sql.ErrNoRows) || err == nil && f.NewFloat():
		return int64(f.Float), f.Day, nil
	case err != nil:
		return 0, since, fmt.Errorf("tillsql: the shift before: %w", err)
	}
	base = min(base, int64(f.Float))
	if int64(f.Float) > base {
		return base, before, nil
	}
	return base, f.Day, nil
}

func moved(ctx context.Context, tx *journal.Tx, e journal.Entry, m till.Moved) error {
	const query = `INSERT INTO till_movement (shift, desk, number, part, tender, cents, who) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	for i, p := range m.Parts {
		if err := tx.Run(ctx, "till: movement", query, m.Shift, e.Desk, e.Number, i+1, string(p.Tender), int64(p.Cents), e.Actor.Who()); err != nil {
			return err
		}
	}
	return nil
}

// counted notes the count. A difference that changes needs a new explanation.
func counted(ctx context.Context, tx *journal.Tx, e journal.Entry, f till.ShiftCounted) error {
	pieces, err := json.Marshal(f.Denominations)
	if err != nil {
		return fmt.Errorf("tillsql: denominations: %w", err)
	}
	const insert = `INSERT INTO till_count (shift, desk, number, at, who, again, counted, expected, difference, denominations)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	err = tx.Run(ctx, "till: count", insert, f.Shift, e.Desk, e.Number, e.RecordedAt.UnixMicro(), e.Actor.Who(), f.Again, int64(f.Counted), int64(f.Expected),
		int64(f.Difference), string(pieces))
	if err != nil {
		return err
	}
	const update = `UPDATE till_shift SET state = $1, counts = $2, counted_cents = $3, difference_cents = difference_cents + $4,
explanation = CASE WHEN $5 THEN '' ELSE explanation END WHERE id = $6 AND desk = $7`
	return tx.Change(ctx, "till: count", update, string(till.Counted), f.Again, int64(f.Counted), int64(f.Difference), f.Difference != 0, f.Shift, e.Desk)
}

func explained(ctx context.Context, tx *journal.Tx, e journal.Entry, f till.DifferenceExplained) error {
	const insert = `INSERT INTO till_explanation (shift, desk, number, at, who, reason) VALUES ($1, $2, $3, $4, $5, $6)`
	err := tx.Run(ctx, "till: explanation", insert, f.Shift, e.Desk, e.Number, e.RecordedAt.UnixMicro(), e.Actor.Who(), string(f.Reason))
	if err != nil {
		return err
	}
	return tx.Change(ctx, "till: explanation", `UPDATE till_shift SET explanation = $1 WHERE id = $2 AND desk = $3`, string(f.Reason), f.Shift, e.Desk)
}

// closed ends the shift. What is packed is taken for the oldest money in the drawer; what stays above the change money is of this day when this shift took as much.
func closed(ctx context.Context, tx *journal.Tx, e journal.Entry, f till.ShiftClosed) error {
	since := f.Day
	var held struct{ day, since civil.Date }
	var float, base int64
	const shift = `SELECT day, since, float_cents, base_cents FROM till_shift WHERE id = $1 AND desk = $2`
	err := tx.QueryRow(ctx, shift, f.Shift, e.Desk).Scan(&held.day, &held.since, &float, &base)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("tillsql: closing: %w", err)
	}
	if err == nil {
		since = held.since
		if int64(f.Left)-base <= int64(f.Counted)-float {
			held.since = held.day
		}
		const update = `UPDATE till_shift SET state = $1, closed_by = $2, packed_cents = $3, left_cents = $4, bag = $5, since = $6 WHERE id = $7`
		err = tx.Change(ctx, "till: closing", update, string(till.Closed), e.Actor.Who(), int64(f.Packed), int64(f.Left), f.Bag, held.since, f.Shift)
		if err != nil {
			return err
		}
	}
	if f.Bag == "" {
		return nil
	}
	const insert = `INSERT INTO till_bag (bag, desk, number, shift, since, day, centre, municipality, seal, cents, at, who)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`
	return tx.Run(ctx, "till: bag", insert, f.Bag, e.Desk, e.Number, f.Shift, since, f.Day, f.Centre, f.Municipality, f.Seal, int64(f.Packed),
		e.RecordedAt.UnixMicro(), e.Actor.Who())
}

func judged(ctx context.Context, tx *journal.Tx, e journal.Entry, shift id.ID, verdict till.State, why till.Objection) error {
	const query = `INSERT INTO till_verdict (shift, desk, number, at, who, verdict, reason) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	return tx.Run(ctx, "till: verdict", query, shift, e.Desk, e.Number, e.RecordedAt.UnixMicro(), e.Actor.Who(), string(verdict), string(why))
}

func limited(ctx context.Context, tx *journal.Tx, e journal.Entry, f till.CashLimitSet) error {
	declared, err := json.Marshal(f.Declare)
	if err != nil {
		return fmt.Errorf("tillsql: cash limit: %w", err)
	}
	const query = `INSERT INTO till_cash_limit (from_day, most, declared, unverified, why, source, who) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (from_day) DO UPDATE SET most = excluded.most, declared = excluded.declared, unverified = excluded.unverified, why = excluded.why,
source = excluded.source, who = excluded.who`
	return tx.Run(ctx, "till: cash limit", query, f.From, int64(f.Most), string(declared), f.Unverified, f.Why, f.Source, e.Actor.Who())
}

func deposited(ctx context.Context, tx *journal.Tx, b till.Banking) error {
	const query = `INSERT INTO till_bag_deposited (bag, deposit, part, municipality, day) VALUES ($1, $2, $3, $4, $5)`
	for i, bag := range b.Bags {
		if err := tx.Run(ctx, "till: deposited bag", query, bag, b.Deposit, i+1, b.Municipality, b.Day); err != nil {
			return err
		}
	}
	return nil
}

func arrived(ctx context.Context, tx *journal.Tx, e journal.Entry, all []till.Arrival) error {
	const query = `INSERT INTO till_arrival (deposit, desk, number, difference) VALUES ($1, $2, $3, $4)`
	for _, a := range all {
		if err := tx.Run(ctx, "till: arrival", query, a.Deposit, e.Desk, e.Number, int64(a.Difference)); err != nil {
			return err
		}
	}
	return nil
}

// unarrived takes arrivals back. They stand at the same desk in earlier lines.
func unarrived(ctx context.Context, tx *journal.Tx, deposits []id.ID) error {
	for _, d := range deposits {
		if err := tx.ChangeIfAny(ctx, "till: arrival taken back", `DELETE FROM till_arrival WHERE deposit = $1`, d); err != nil {
			return err
		}
		if err := tx.ChangeIfAny(ctx, "till: explanation taken back", `DELETE FROM till_arrival_explained WHERE deposit = $1`, d); err != nil {
			return err
		}
	}
	return nil
}

func counting(ctx context.Context, tx *journal.Tx, e journal.Entry, f till.CountRuleSet) error {
	const query = `INSERT INTO till_count_rule (desk, from_day, keep, most, why, source, who) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (desk, from_day) DO UPDATE SET keep = excluded.keep, most = excluded.most, why = excluded.why, source = excluded.source, who = excluded.who`
	return tx.Run(ctx, "till: count rule", query, f.Desk, f.From, string(f.Keep), int64(f.Most), f.Why, f.Source, e.Actor.Who())
}
