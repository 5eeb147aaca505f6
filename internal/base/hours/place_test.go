package hours_test

import (
	"fmt"
	"testing"
	"time"
	_ "time/tzdata"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/hours"
)

func riga(t testing.TB) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("Europe/Riga")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func calendar() *civil.Calendar {
	return civil.NewCalendar(civil.LatvianHolidays, nil, []civil.MovedDay{
		{From: civil.MustDate("2026-01-02"), To: civil.MustDate("2026-01-17")},
		{From: civil.MustDate("2026-06-22"), To: civil.MustDate("2026-06-27")},
	})
}

func place(t *testing.T, schedule string) hours.Place {
	t.Helper()
	return hours.Place{Schedule: parse(t, schedule), Calendar: calendar(), Zone: riga(t)}
}

func TestOn(t *testing.T) {
	t.Parallel()
	p := place(t, library)
	for _, c := range []struct{ date, hours, reason, why string }{
		{"2026-01-30", "", "not-yet-open", "Friday before it opens"},
		{"2026-02-02", "08:00–12:00, 13:00–18:00", "", "the first Monday"},
		{"2026-02-11", "", "methodical-day", "second Wednesday"},
		{"2026-02-18", "08:00–17:00", "", "third Wednesday"},
		{"2026-02-20", "08:00–16:00", "", "third of four Fridays"},
		{"2026-02-27", "", "off-site", "last Friday"},
		{"2026-05-22", "08:00–16:00", "", "fourth of five Fridays"},
		{"2026-05-29", "", "off-site", "fifth and last Friday"},
		{"2026-03-07", "10:00–13:00", "extra-day", "first Saturday"},
		{"2026-03-14", "", "weekly", "second Saturday"},
		{"2026-04-06", "", "holiday", "Easter Monday"},
		{"2026-05-04", "", "holiday", "4 May"},
		{"2026-05-28", "08:00–17:00", "", "still winter"},
		{"2026-06-01", "09:00–15:00", "", "already summer"},
		{"2026-06-02", "", "weekly", "no Tuesday in summer"},
		{"2026-06-23", "09:00–11:00", "event", "an exception opens on a holiday"},
		{"2026-06-24", "", "holiday", "Jāņi, although a Wednesday"},
		{"2026-07-06", "", "repairs", "first day of repairs"},
		{"2026-07-19", "", "repairs", "last day of repairs"},
		{"2026-07-20", "09:00–15:00", "", "after the repairs"},
		{"2026-09-30", "09:00–15:00", "", "the last summer day"},
		{"2026-10-01", "08:00–17:00", "", "the first winter day"},
		{"2026-12-23", "08:00–12:00", "shorter-day", "before Christmas"},
		{"2026-12-31", "", "holiday", "Old Year's Day"},
		{"2027-01-04", "08:00–12:00, 13:00–18:00", "", "winter runs over New Year"},
		{"2027-02-10", "", "methodical-day", "the next year too"},
		{"2028-02-29", "08:00–17:00", "", "a leap day is winter"},
		{"2025-11-20", "", "not-yet-open", "long before"},
		{"2030-12-30", "08:00–12:00, 13:00–18:00", "", "the last day"},
		{"2031-01-06", "", "closed-for-good", "closed for good"},
	} {
		day := p.On(civil.MustDate(c.date))
		if got := hours.FormatIntervals(day.Intervals); got != c.hours || day.Reason.Key != c.reason || day.IsOpen() != (c.hours != "") {
			t.Errorf("%s (%s): %q because of %q, want %q because of %q", c.date, c.why, got, day.Reason.Key, c.hours, c.reason)
		}
	}
	if day := p.On(civil.MustDate("2026-06-23")); day.Holiday.Key != civil.MidsummerEve {
		t.Errorf("23 June is %q", day.Holiday.Key)
	}
	if day := p.On(civil.MustDate("2026-02-27")); day.Reason.Text != "Rīdzenes bibliotēkā" || day.Holiday.Key != "" {
		t.Errorf("%+v", day)
	}
}

// A schedule with one week and a summer in it: outside the season the week holds.
func TestSeasonBesideAWeek(t *testing.T) {
	t.Parallel()
	p := place(t, `{"week": {"mon": ["08:00-17:00"], "tue": ["08:00-17:00"]},
		"seasons": [{"from": "07-01", "to": "07-31", "week": {"tue": ["10:00-12:00"]}}]}`)
	for date, want := range map[string]string{
		"2026-06-29": "08:00–17:00", "2026-06-30": "08:00–17:00", "2026-07-06": "", "2026-07-07": "10:00–12:00", "2026-08-03": "08:00–17:00",
	} {
		if got := hours.FormatIntervals(p.On(civil.MustDate(date)).Intervals); got != want {
			t.Errorf("%s: %q, want %q", date, got, want)
		}
	}
}

func TestRulesForTheSameDay(t *testing.T) {
	t.Parallel()
	// 12 August 2026 is the second Wednesday, 26 August the last and the fourth one.
	p := place(t, `{"week": {"wed": ["08:00-17:00"]}, "rules": [
		{"nth": 0, "weekday": "wed", "hours": ["10:00-14:00"], "reason": {"key": "staff-absent"}},
		{"nth": 4, "weekday": "wed", "hours": ["12:00-18:00"], "reason": {"key": "event"}},
		{"nth": 2, "weekday": "wed", "reason": {"key": "methodical-day"}},
		{"nth": -1, "weekday": "sun", "hours": ["11:00-12:00"], "reason": {"key": "extra-day"}}]}`)
	for date, want := range map[string]string{"2026-08-05": "10:00–14:00", "2026-08-12": "", "2026-08-26": "12:00–18:00", "2026-08-23": "", "2026-08-30": "11:00–12:00"} {
		if got := hours.FormatIntervals(p.On(civil.MustDate(date)).Intervals); got != want {
			t.Errorf("%s: %q, want %q", date, got, want)
		}
	}
}

func TestMovedWorkingDays(t *testing.T) {
	t.Parallel()
	const week = `"week": {"mon": ["08:00-18:00"], "fri": ["08:00-16:00"], "sat": ["09:00-12:00"]}`
	follows, not := place(t, `{`+week+`, "follows_moved_days": true}`), place(t, `{`+week+`}`)
	for _, c := range []struct{ date, follows, reason, not string }{
		{"2026-01-02", "", "moved-day", "08:00–16:00"},
		{"2026-01-17", "08:00–16:00", "moved-day", "09:00–12:00"},
		{"2026-06-22", "", "moved-day", "08:00–18:00"},
		{"2026-06-27", "08:00–18:00", "moved-day", "09:00–12:00"},
		{"2026-01-09", "08:00–16:00", "", "08:00–16:00"},
	} {
		d := civil.MustDate(c.date)
		if got := follows.On(d); hours.FormatIntervals(got.Intervals) != c.follows || got.Reason.Key != c.reason {
			t.Errorf("%s: %+v", d, got)
		}
		if got := not.On(d); hours.FormatIntervals(got.Intervals) != c.not || got.Reason.Key != "" {
			t.Errorf("%s without moved days: %+v", d, got)
		}
	}
}

func TestWeek(t *testing.T) {
	t.Parallel()
	p := place(t, library)
	for _, date := range []string{"2026-02-09", "2026-02-11", "2026-02-15"} {
		week := p.Week(civil.MustDate(date))
		if week[0].Date.String() != "2026-02-09" || week[6].Date.String() != "2026-02-15" || week[6].Date.Weekday() != time.Sunday {
			t.Errorf("the week of %s runs from %s to %s", date, week[0].Date, week[6].Date)
		}
		if week[2].Reason.Key != hours.ReasonMethodicalDay || !week[3].IsOpen() {
			t.Errorf("%+v", week)
		}
	}
}

func TestOpenAtAndNextChange(t *testing.T) {
	t.Parallel()
	p := place(t, library)
	for _, c := range []struct {
		at   string
		open bool
		next string
	}{
		{"2026-02-02 07:59", false, "2026-02-02 08:00 opens"},
		{"2026-02-02 08:00", true, "2026-02-02 12:00 closes"},
		{"2026-02-02 11:59", true, "2026-02-02 12:00 closes"},
		{"2026-02-02 12:00", false, "2026-02-02 13:00 opens"},
		{"2026-02-10 17:00", false, "2026-02-12 08:00 opens"}, // over the methodical day
		{"2026-04-02 17:00", false, "2026-04-04 10:00 opens"}, // Good Friday, then the first Saturday
		{"2026-07-03 12:00", false, "2026-07-04 10:00 opens"},
		{"2026-07-04 13:00", false, "2026-07-20 09:00 opens"}, // over the repairs
		{"2020-01-01 00:00", false, "2026-02-02 08:00 opens"}, // will open
		{"2030-12-30 17:59", true, "2030-12-30 18:00 closes"},
		{"2030-12-30 18:00", false, "never"},
	} {
		at, err := time.ParseInLocation("2006-01-02 15:04", c.at, p.Zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.OpenAt(at.UTC()); got != c.open {
			t.Errorf("%s: open %t", c.at, got)
		}
		got := "never"
		if next, opens, ok := p.NextChange(at.UTC()); ok {
			got = fmt.Sprintf("%s %s", next.In(p.Zone).Format("2006-01-02 15:04"), map[bool]string{true: "opens", false: "closes"}[opens])
		}
		if got != c.next {
			t.Errorf("%s: next %s, want %s", c.at, got, c.next)
		}
	}
}

// A night shift over both changes of the clocks in 2026: the place is open for two hours in March, and for four in October.
func TestChangeOfTheClocks(t *testing.T) {
	t.Parallel()
	p := hours.Place{Schedule: parse(t, `{"week": {"sun": ["02:00-05:00"]}}`), Zone: riga(t)}
	for date, want := range map[string]time.Duration{"2026-03-22": 3 * time.Hour, "2026-03-29": 2 * time.Hour, "2026-10-25": 4 * time.Hour} {
		opens, isOpening, ok := p.NextChange(civil.Clock(0).On(civil.MustDate(date), p.Zone))
		closes, isOpeningAgain, okAgain := p.NextChange(opens)
		if !ok || !okAgain || !isOpening || isOpeningAgain || closes.Sub(opens) != want {
			t.Errorf("%s: open from %s to %s, want %s", date, opens, closes, want)
		}
	}
	// 03:00 to 04:00 does not exist on 29 March: the next opening is a week later.
	p.Schedule = parse(t, `{"week": {"sun": ["03:00-04:00"]}}`)
	next, opens, ok := p.NextChange(civil.Clock(0).On(civil.MustDate("2026-03-29"), p.Zone))
	if !ok || !opens || next.In(p.Zone).Format("2006-01-02 15:04") != "2026-04-05 03:00" {
		t.Errorf("next is %s, %t, %t", next, opens, ok)
	}
}

func TestAlwaysAndNeverOpen(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 20, 10, 0, 0, 0, time.UTC)
	always := hours.Place{Zone: riga(t)}
	for i := range always.Schedule.Week {
		always.Schedule.Week[i] = []hours.Interval{{From: 0, To: civil.EndOfDay}}
	}
	if at, _, ok := always.NextChange(now); ok || !always.OpenAt(now) {
		t.Errorf("a place that never closes changes at %s", at)
	}
	always.Schedule.ClosedFrom = civil.MustDate("2026-06-01")
	if at, opens, ok := always.NextChange(now); !ok || opens || at.In(always.Zone).Format("2006-01-02 15:04") != "2026-06-01 00:00" {
		t.Errorf("closed for good at %s", at)
	}
	never := hours.Place{Zone: riga(t)}
	if at, _, ok := never.NextChange(now); ok || never.OpenAt(now) {
		t.Errorf("a place without hours changes at %s", at)
	}
}
