// Package tillsql keeps shifts and every movement of money in them.
package tillsql

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/till"
)

//go:embed schema.sql
var schema string

// Store is the projection and the queries of the till.
type Store struct{}

// Name implements journal.Projection.
func (Store) Name() string { return "till" }

// Schema implements journal.Projection.
func (Store) Schema() string { return schema }

// Apply implements journal.Projection. Movements are noted of whatever fact holds some.
func (Store) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	if f, ok := e.Fact.(till.ShiftOpened); ok {
		return insertShift(ctx, tx, e, f)
	}
	if m, ok := e.Fact.(till.Mover); ok {
		return insertMovement(ctx, tx, e, m.Movement())
	}
	return nil
}

func insertShift(ctx context.Context, tx *journal.Tx, e journal.Entry, f till.ShiftOpened) error {
	const query = `INSERT INTO till_shift (id, desk, day, centre, municipality, state, opened_at, float_cents, left_cents, number)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9)`
	_, err := tx.Exec(ctx, query, f.Shift, e.Desk, f.Day, f.Centre, f.Municipality, string(till.Open), e.RecordedAt.UnixMicro(), int64(f.Float), e.Number)
	if err != nil {
		return fmt.Errorf("tillsql: shift: %w", err)
	}
	return nil
}

func insertMovement(ctx context.Context, tx *journal.Tx, e journal.Entry, m till.Moved) error {
	const query = `INSERT INTO till_movement (shift, desk, number, part, tender, cents) VALUES ($1, $2, $3, $4, $5, $6)`
	for i, p := range m.Parts {
		if _, err := tx.Exec(ctx, query, m.Shift, e.Desk, e.Number, i+1, string(p.Tender), int64(p.Cents)); err != nil {
			return fmt.Errorf("tillsql: movement: %w", err)
		}
	}
	return nil
}

const shiftColumns = `id, desk, day, centre, municipality, state, opened_at, float_cents`

func scanShift(r interface{ Scan(into ...any) error }) (till.Shift, error) {
	var s till.Shift
	var opened, float int64
	if err := r.Scan(&s.ID, &s.Desk, &s.Day, &s.Centre, &s.Municipality, &s.State, &opened, &float); err != nil {
		return s, fmt.Errorf("tillsql: shift: %w", err)
	}
	s.OpenedAt, s.Float = time.UnixMicro(opened).UTC(), money.Amount(float)
	return s, nil
}

// OpenAt returns the shift of the desk that is not closed, and whether there is one.
func (Store) OpenAt(ctx context.Context, r journal.Reader, desk string) (till.Shift, bool, error) {
	const query = `SELECT ` + shiftColumns + ` FROM till_shift WHERE desk = $1 AND state <> 'closed' ORDER BY opened_at DESC LIMIT 1`
	s, err := scanShift(r.QueryRow(ctx, query, desk))
	if errors.Is(err, sql.ErrNoRows) {
		return s, false, nil
	}
	return s, err == nil, err
}

// Shift returns a shift, or the fault "till.shift_unknown".
func (Store) Shift(ctx context.Context, r journal.Reader, shift id.ID) (till.Shift, error) {
	s, err := scanShift(r.QueryRow(ctx, `SELECT `+shiftColumns+` FROM till_shift WHERE id = $1`, shift))
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
