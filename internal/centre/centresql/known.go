package centresql

import (
	"context"
	"database/sql"
	"fmt"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/hours"
	"vienkopus/internal/centre"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

// Timetables returns the hours in force on a day, by the code of the centre. A centre without hours is not in the map.
func (Store) Timetables(ctx context.Context, r journal.Reader, on civil.Date) (map[string]centre.Timetable, error) {
	const text = `SELECT h.centre, h.valid_from, h.hours, h.unverified FROM centre_hours h
WHERE h.valid_from = (SELECT MAX(l.valid_from) FROM centre_hours l WHERE l.centre = h.centre AND l.valid_from <= $1)`
	tables := map[string]centre.Timetable{}
	err := sqldb.Each(ctx, r, text, []any{on}, func(rows *sql.Rows) error {
		t, err := scanTimetable(rows)
		tables[t.Centre] = t
		return err
	})
	return tables, err
}

// TimetablesOf returns all hours that a centre had, has and will have, the earliest first.
func (Store) TimetablesOf(ctx context.Context, r journal.Reader, code string) ([]centre.Timetable, error) {
	const text = `SELECT centre, valid_from, hours, unverified FROM centre_hours WHERE centre = $1 ORDER BY valid_from`
	var list []centre.Timetable
	err := sqldb.Each(ctx, r, text, []any{code}, func(rows *sql.Rows) error {
		t, err := scanTimetable(rows)
		list = append(list, t)
		return err
	})
	return list, err
}

func scanTimetable(rows *sql.Rows) (centre.Timetable, error) {
	var t centre.Timetable
	var text string
	err := rows.Scan(&t.Centre, &t.From, &text, &t.Unverified)
	if err == nil {
		t.Hours, err = hours.Parse([]byte(text))
	}
	if err != nil {
		return centre.Timetable{}, fmt.Errorf("centre: hours: %w", err)
	}
	return t, nil
}

// Known returns what surveys found up to a day, the latest answer to each question, by the code of the centre.
func (Store) Known(ctx context.Context, r journal.Reader, on civil.Date) (map[string][]centre.Known, error) {
	const text = `SELECT f.centre, f.feature, f.surveyed_on, f.answer, f.value, f.unverified FROM centre_finding f
WHERE f.surveyed_on = (SELECT MAX(l.surveyed_on) FROM centre_finding l
WHERE l.centre = f.centre AND l.feature = f.feature AND l.surveyed_on <= $1) ORDER BY f.centre, f.feature`
	known := map[string][]centre.Known{}
	err := sqldb.Each(ctx, r, text, []any{on}, func(rows *sql.Rows) error {
		var code string
		var k centre.Known
		if err := rows.Scan(&code, &k.Feature, &k.On, &k.Answer, &k.Value, &k.Unverified); err != nil {
			return fmt.Errorf("centre: finding: %w", err)
		}
		known[code] = append(known[code], k)
		return nil
	})
	return known, err
}
