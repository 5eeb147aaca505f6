package hours_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/hours"
)

// drawHours gives none to three intervals, also at night, so that they meet the changes of the clocks.
func drawHours(t *rapid.T, label string) []hours.Interval {
	marks := rapid.SliceOfNDistinct(rapid.IntRange(0, 96), 0, 6, rapid.ID[int]).Draw(t, label)
	slices.Sort(marks)
	var all []hours.Interval
	for i := 0; i+1 < len(marks); i += 2 {
		all = append(all, hours.Interval{From: civil.Clock(marks[i] * 15), To: civil.Clock(marks[i+1] * 15)})
	}
	return all
}

func drawWeek(t *rapid.T, label string) hours.Week {
	var w hours.Week
	for i := range w {
		w[i] = drawHours(t, fmt.Sprint(label, i))
	}
	return w
}

// drawSchedule gives a schedule of every kind around the year 2026.
func drawSchedule(t *rapid.T) hours.Schedule {
	var s hours.Schedule
	s.Week = drawWeek(t, "week")
	if rapid.Bool().Draw(t, "seasons") {
		from := rapid.IntRange(0, 365).Draw(t, "season")
		day := civil.MustDate("2024-01-01").AddDays(from)
		end := day.AddDays(rapid.IntRange(0, 200).Draw(t, "season days"))
		s.Seasons = []hours.Season{{
			From: hours.MonthDay{Month: day.Month(), Day: day.Day()},
			To:   hours.MonthDay{Month: end.Month(), Day: end.Day()},
			Week: drawWeek(t, "summer"),
		}}
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "rules") {
		s.Rules = append(s.Rules, hours.Rule{
			Nth:     rapid.IntRange(-5, 5).Draw(t, fmt.Sprint("nth", i)),
			Weekday: hours.Weekday(rapid.IntRange(1, 7).Draw(t, fmt.Sprint("weekday", i))),
			Hours:   drawHours(t, fmt.Sprint("rule", i)),
			Reason:  hours.Reason{Key: hours.ReasonEvent},
		})
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "exceptions") {
		from := civil.MustDate("2026-01-01").AddDays(rapid.IntRange(0, 365).Draw(t, fmt.Sprint("from", i)))
		s.Exceptions = append(s.Exceptions, hours.Exception{
			From: from, To: from.AddDays(rapid.IntRange(0, 20).Draw(t, fmt.Sprint("days", i))),
			Hours: drawHours(t, fmt.Sprint("exception", i)), Reason: hours.Reason{Key: hours.ReasonEvent},
		})
	}
	if rapid.Bool().Draw(t, "will open") {
		s.OpensOn = civil.MustDate("2026-01-01").AddDays(rapid.IntRange(0, 365).Draw(t, "opens"))
	}
	if rapid.Bool().Draw(t, "will close") {
		s.ClosedFrom = civil.MustDate("2026-01-01").AddDays(rapid.IntRange(0, 365).Draw(t, "closes"))
	}
	s.FollowsMovedDays = rapid.Bool().Draw(t, "follows")
	return s
}

// drawMoment likes the nights on which the clocks change.
func drawMoment(t *rapid.T) time.Time {
	base := rapid.SampledFrom([]string{"2026-01-01T00:00:00Z", "2026-03-28T22:00:00Z", "2026-10-24T21:00:00Z", "2026-06-22T00:00:00Z"}).Draw(t, "base")
	at, err := time.Parse(time.RFC3339, base)
	if err != nil {
		t.Fatal(err)
	}
	return at.Add(time.Duration(rapid.IntRange(-3*24*60, 12*24*60).Draw(t, "minutes")) * time.Minute)
}

// Between a moment and its next change nothing changes, at the change it does, and both agree with the hours of the date.
func TestOpenAtAgreesWithNextChangeAndOn(t *testing.T) {
	t.Parallel()
	cal, zone := calendar(), riga(t)
	rapid.Check(t, func(t *rapid.T) {
		p := hours.Place{Schedule: drawSchedule(t), Calendar: cal, Zone: zone}
		now := drawMoment(t)
		open := p.OpenAt(now)
		day := p.On(civil.In(now, zone))
		if open && !day.IsOpen() || !day.IsOpen() && day.Reason.IsZero() {
			t.Fatalf("open %t at %s, but the day is %+v", open, now, day)
		}
		// On days without a change of the clocks the wall clock alone decides.
		if _, offset := civil.Clock(0).On(day.Date, zone).Zone(); offset == offsetAt(civil.EndOfDay.On(day.Date, zone).Add(-1)) {
			byWall := slices.ContainsFunc(day.Intervals, func(i hours.Interval) bool { return i.Contains(civil.ClockIn(now, zone)) })
			if byWall != open {
				t.Fatalf("%s: open %t, by the wall clock %t (%v)", now.In(zone), open, byWall, day.Intervals)
			}
		}
		next, opens, ok := p.NextChange(now)
		until := now.Add(30 * 24 * time.Hour)
		if ok {
			if !next.After(now) || opens == open || p.OpenAt(next) != opens || p.OpenAt(next.Add(-time.Second)) != open {
				t.Fatalf("%s (open %t): next change %s, opens %t", now.In(zone), open, next.In(zone), opens)
			}
			if next.Before(until) {
				until = next
			}
		}
		for at := now; at.Before(until); at = at.Add(15 * time.Minute) {
			if p.OpenAt(at) != open {
				t.Fatalf("%s (open %t): a change at %s was missed, next is %s", now.In(zone), open, at.In(zone), next.In(zone))
			}
		}
	})
}

func offsetAt(t time.Time) int {
	_, offset := t.Zone()
	return offset
}

// A schedule is the same after a way through JSON, and a broken one never passes for a right one.
func TestScheduleSurvivesJSON(t *testing.T) {
	t.Parallel()
	cal, zone := calendar(), riga(t)
	rapid.Check(t, func(t *rapid.T) {
		s := drawSchedule(t)
		again := throughJSON(t, s)
		p, q := hours.Place{Schedule: s, Calendar: cal, Zone: zone}, hours.Place{Schedule: again, Calendar: cal, Zone: zone}
		for d := range civil.YearPeriod(2026).All() {
			one, two := p.On(d), q.On(d)
			if one.Reason != two.Reason || !slices.Equal(one.Intervals, two.Intervals) {
				t.Fatalf("%s: %+v became %+v", d, one, two)
			}
		}
		if fmt.Sprint(s.Validate()) != fmt.Sprint(again.Validate()) || s.OSM(civil.Date{}) != again.OSM(civil.Date{}) {
			t.Fatal("another schedule came back")
		}
	})
}

func throughJSON(t *rapid.T, s hours.Schedule) hours.Schedule {
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	again, err := hours.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return again
}
