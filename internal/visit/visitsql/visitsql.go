// Package visitsql keeps the tables of the counter: visits, spans of time, acts, and the drafts of what is being typed.
package visitsql

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"math"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/visit"
)

//go:embed schema.sql
var schema string

// Store reads the counter's tables and applies its facts to them.
type Store struct{}

// Name implements journal.Projection.
func (Store) Name() string { return "visit" }

// Schema implements journal.Projection.
func (Store) Schema() string { return schema }

const visitColumns = `id, desk, municipality, centre, channel, state, opened_at, closed_at`

// row is a row, or the present one of many.
type row interface{ Scan(into ...any) error }

func scanVisit(r row) (visit.Visit, error) {
	var v visit.Visit
	var opened, closed int64
	err := r.Scan(&v.ID, &v.Desk, &v.Municipality, &v.Centre, &v.Channel, &v.State, &opened, &closed)
	if err != nil {
		return v, fmt.Errorf("visitsql: visit: %w", err)
	}
	v.OpenedAt, v.ClosedAt = sqldb.Moment(opened), sqldb.Moment(closed)
	return v, nil
}

// Visit returns the visit, or the fault "visit.unknown".
func (Store) Visit(ctx context.Context, r journal.Reader, v id.ID) (visit.Visit, error) {
	found, err := scanVisit(r.QueryRow(ctx, `SELECT `+visitColumns+` FROM visit WHERE id = $1`, v))
	if errors.Is(err, sql.ErrNoRows) {
		return found, fault.NewNotFound("visit.unknown")
	}
	return found, err
}

// ServedAt returns the visit that the desk serves at present, if any.
func (Store) ServedAt(ctx context.Context, r journal.Reader, desk string) (visit.Visit, bool, error) {
	const query = `SELECT ` + visitColumns + ` FROM visit WHERE desk = $1 AND state <> 'closed' AND state = 'serving'`
	found, err := scanVisit(r.QueryRow(ctx, query, desk))
	if errors.Is(err, sql.ErrNoRows) {
		return found, false, nil
	}
	return found, err == nil, err
}

// OpenAt returns the visits of the desk that are not closed, the oldest first.
func (Store) OpenAt(ctx context.Context, r journal.Reader, desk string) ([]visit.Visit, error) {
	const query = `SELECT ` + visitColumns + ` FROM visit WHERE desk = $1 AND state <> 'closed' ORDER BY opened_at, id`
	return visits(ctx, r, query, desk)
}

const closedOn = ` FROM visit WHERE state = 'closed' AND id IN (SELECT visit FROM act WHERE desk = $1 AND day = $2)`

// Last returns up to limit closed visits of the desk with acts on the day ("YYYY-MM-DD"), the latest first: those closed before a moment, or then and
// with a smaller id. The zero moment is the end of time.
func (Store) Last(ctx context.Context, r journal.Reader, p visit.Part) ([]visit.Visit, error) {
	const query = `SELECT ` + visitColumns + closedOn + ` AND (closed_at < $3 OR closed_at = $3 AND id < $4) ORDER BY closed_at DESC, id DESC LIMIT $5`
	at := int64(math.MaxInt64)
	if !p.Before.IsZero() {
		at = p.Before.UnixMicro()
	}
	return visits(ctx, r, query, p.Desk, p.Day, at, p.ID[:], p.Limit)
}

// LastCount returns how many closed visits of the desk have acts on the day.
func (Store) LastCount(ctx context.Context, r journal.Reader, desk, day string) (int, error) {
	var n int
	if err := r.QueryRow(ctx, `SELECT COUNT(*)`+closedOn, desk, day).Scan(&n); err != nil {
		return 0, fmt.Errorf("visitsql: closed visits: %w", err)
	}
	return n, nil
}

func visits(ctx context.Context, r journal.Reader, query string, args ...any) ([]visit.Visit, error) {
	var list []visit.Visit
	err := sqldb.Each(ctx, r, query, args, func(rows *sql.Rows) error {
		v, err := scanVisit(rows)
		list = append(list, v)
		return err
	})
	return list, err
}

const actColumns = `id, visit, number, recorded_at, day, municipality, centre, kind, channel, service, service_version,
institution, depth, reason, identity, state`

func scanAct(r row) (visit.Act, error) {
	var a visit.Act
	var at int64
	err := r.Scan(&a.ID, &a.Visit, &a.Number, &at, &a.Day, &a.Municipality, &a.Centre, &a.Kind, &a.Channel,
		&a.Service, &a.ServiceVersion, &a.Institution, &a.Depth, &a.Reason, &a.Identity, &a.State)
	if err != nil {
		return a, fmt.Errorf("visitsql: act: %w", err)
	}
	a.RecordedAt = sqldb.Moment(at)
	return a, nil
}

// Act returns the act of the visit, or the fault "visit.act_unknown".
func (Store) Act(ctx context.Context, r journal.Reader, v, act id.ID) (visit.Act, error) {
	a, err := scanAct(r.QueryRow(ctx, `SELECT `+actColumns+` FROM act WHERE visit = $1 AND id = $2`, v, act))
	if errors.Is(err, sql.ErrNoRows) {
		return a, fault.NewNotFound("visit.act_unknown")
	}
	return a, err
}

// Acts returns all acts of the visit in the order of their lines, also those that no longer count.
func (Store) Acts(ctx context.Context, r journal.Reader, v id.ID) ([]visit.Act, error) {
	var list []visit.Act
	const query = `SELECT ` + actColumns + ` FROM act WHERE visit = $1 ORDER BY number`
	err := sqldb.Each(ctx, r, query, []any{v}, func(rows *sql.Rows) error {
		a, err := scanAct(rows)
		list = append(list, a)
		return err
	})
	return list, err
}

// ActsOf returns the acts of several visits, each in the order of their lines, also those that no longer count.
func (Store) ActsOf(ctx context.Context, r journal.Reader, of []id.ID) (map[id.ID][]visit.Act, error) {
	all := map[id.ID][]visit.Act{}
	err := sqldb.InLots(of, func(list string, args []any) error {
		return sqldb.Each(ctx, r, `SELECT `+actColumns+` FROM act WHERE visit IN `+list+` ORDER BY number`, args, func(rows *sql.Rows) error {
			a, err := scanAct(rows)
			all[a.Visit] = append(all[a.Visit], a)
			return err
		})
	})
	return all, err
}

// Counts tells whether the visit holds an act that still counts.
func (Store) Counts(ctx context.Context, r journal.Reader, v id.ID) (bool, error) {
	var n int
	err := r.QueryRow(ctx, `SELECT COUNT(*) FROM act WHERE visit = $1 AND state = ''`, v).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("visitsql: acts of a visit: %w", err)
	}
	return n > 0, nil
}

// Tied tells whether the act counts a fact of another feature (visit.Tied).
func (Store) Tied(ctx context.Context, r journal.Reader, act id.ID) (bool, error) {
	var n int
	if err := r.QueryRow(ctx, `SELECT COUNT(*) FROM act_tie WHERE act = $1`, act).Scan(&n); err != nil {
		return false, fmt.Errorf("visitsql: ties of an act: %w", err)
	}
	return n > 0, nil
}

// Spans returns the stretches of time of the visit in order.
func (Store) Spans(ctx context.Context, r journal.Reader, v id.ID) ([]visit.Span, error) {
	var list []visit.Span
	const query = `SELECT serving, from_at, to_at FROM visit_span WHERE visit = $1 ORDER BY number`
	err := sqldb.Each(ctx, r, query, []any{v}, func(rows *sql.Rows) error {
		var s visit.Span
		var from, to int64
		if err := rows.Scan(&s.Serving, &from, &to); err != nil {
			return fmt.Errorf("visitsql: span: %w", err)
		}
		s.From, s.To = sqldb.Moment(from), sqldb.Moment(to)
		list = append(list, s)
		return nil
	})
	return list, err
}
