package sightsql

import (
	"context"
	"database/sql"
	_ "embed" // the tables
	"fmt"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/sight"
)

// among are the looks of a municipality, or of whoever asks about one, between two days and perhaps of one person.
const among = ` FROM sight WHERE municipality = $1 AND day >= $2 AND day <= $3 AND ($4 = '' OR staff = $4)`

// Count returns how many looks there are.
func (Store) Count(ctx context.Context, r journal.Reader, q sight.Asked) (n int, err error) {
	err = r.QueryRow(ctx, `SELECT COUNT(*)`+among, q.Municipality, q.Over.From, q.Over.To, q.Staff).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("sightsql: count: %w", err)
	}
	return n, nil
}

// List returns a part of the looks, the latest first.
func (Store) List(ctx context.Context, r journal.Reader, q sight.Asked, p sight.Part) ([]sight.Look, error) {
	const query = `SELECT desk, number, at, day, kind, staff, role, municipality, mark, found, why` + among + ` AND (day, at, desk, number) < ($5, $6, $7, $8)
ORDER BY day DESC, at DESC, desk DESC, number DESC LIMIT $9`
	var all []sight.Look
	args := []any{q.Municipality, q.Over.From, q.Over.To, q.Staff, p.Day, p.Micros, p.Desk, p.Number, p.Limit}
	err := sqldb.Each(ctx, r, query, args, func(rows *sql.Rows) error {
		var l sight.Look
		var micros int64
		if err := rows.Scan(&l.Desk, &l.Number, &micros, &l.Day, &l.Kind, &l.Staff, &l.Role, &l.Municipality, &l.Mark, &l.Found, &l.Why); err != nil {
			return fmt.Errorf("sightsql: look: %w", err)
		}
		l.At = time.UnixMicro(micros).UTC()
		all = append(all, l)
		return nil
	})
	return all, err
}

// paid tells of a look v whether one of its bills was paid at its desk on its day.
const paid = `EXISTS (SELECT 1 FROM sight_bill b JOIN bill_settlement s ON s.bill = b.bill AND s.day = v.day AND s.desk = v.desk
  WHERE b.desk = v.desk AND b.number = v.number)`

// Habits returns how each person looked on each day, the latest day first. Idle are openings behind which nothing was paid for any of the bills at that desk on that day.
func (Store) Habits(ctx context.Context, r journal.Reader, municipality string, over civil.Period) ([]sight.Habit, error) {
	const query = `SELECT day, staff, SUM(CASE WHEN kind IN ('search', 'asked') THEN 1 ELSE 0 END), SUM(CASE WHEN kind IN ('open', 'number') THEN 1 ELSE 0 END),
SUM(CASE WHEN kind = 'refused' THEN 1 ELSE 0 END), SUM(CASE WHEN kind IN ('open', 'number') AND NOT ` + paid + ` THEN 1 ELSE 0 END)
FROM sight v WHERE municipality = $1 AND day >= $2 AND day <= $3 AND kind <> 'export' GROUP BY day, staff ORDER BY day DESC, staff`
	var all []sight.Habit
	err := sqldb.Each(ctx, r, query, []any{municipality, over.From, over.To}, func(rows *sql.Rows) error {
		var h sight.Habit
		if err := rows.Scan(&h.Day, &h.Staff, &h.Searches, &h.Opened, &h.Refused, &h.Idle); err != nil {
			return fmt.Errorf("sightsql: habit: %w", err)
		}
		all = append(all, h)
		return nil
	})
	return all, err
}

// Seen returns the bills of a municipality that an account or a token has opened between two moments (UTC), each once, with the first time; at a desk, unless that is "". At most so many.
func (Store) Seen(ctx context.Context, r journal.Reader, q sight.Trace, most int) ([]sight.Seen, error) {
	const query = `SELECT b.bill, MIN(v.at), COUNT(*) FROM sight v JOIN sight_bill b ON b.desk = v.desk AND b.number = v.number
WHERE v.staff = $1 AND v.at >= $2 AND v.at < $3 AND v.municipality = $4 AND ($5 = '' OR v.desk = $5) GROUP BY b.bill ORDER BY 2, 1 LIMIT $6`
	var all []sight.Seen
	args := []any{q.Staff, q.From.UnixMicro(), q.To.UnixMicro(), q.Municipality, q.Desk, most}
	err := sqldb.Each(ctx, r, query, args, func(rows *sql.Rows) error {
		var s sight.Seen
		var b id.ID
		var micros int64
		if err := rows.Scan(&b, &micros, &s.Times); err != nil {
			return fmt.Errorf("sightsql: seen: %w", err)
		}
		s.Bill, s.First = b, time.UnixMicro(micros).UTC()
		all = append(all, s)
		return nil
	})
	return all, err
}

// OpenedSince tells whether somebody has opened a bill since a moment (UTC).
func (Store) OpenedSince(ctx context.Context, r journal.Reader, staff string, b id.ID, since time.Time) (seen bool, err error) {
	const query = `SELECT EXISTS (SELECT 1 FROM sight v JOIN sight_bill b ON b.desk = v.desk AND b.number = v.number WHERE v.staff = $1 AND v.at >= $2 AND b.bill = $3)`
	if err := r.QueryRow(ctx, query, staff, since.UnixMicro(), b).Scan(&seen); err != nil {
		return false, fmt.Errorf("sightsql: opened: %w", err)
	}
	return seen, nil
}

// Together returns which bills somebody has opened together with one since a moment (UTC), that one too; none when she has not opened it.
func (Store) Together(ctx context.Context, r journal.Reader, staff string, b id.ID, since time.Time) ([]id.ID, error) {
	const query = `SELECT DISTINCT o.bill FROM sight v JOIN sight_bill b ON b.desk = v.desk AND b.number = v.number
JOIN sight_bill o ON o.desk = v.desk AND o.number = v.number WHERE v.staff = $1 AND v.at >= $2 AND b.bill = $3 ORDER BY o.bill DESC`
	var all []id.ID
	err := sqldb.Each(ctx, r, query, []any{staff, since.UnixMicro(), b}, func(rows *sql.Rows) error {
		var one id.ID
		if err := rows.Scan(&one); err != nil {
			return fmt.Errorf("sightsql: together: %w", err)
		}
		all = append(all, one)
		return nil
	})
	return all, err
}
