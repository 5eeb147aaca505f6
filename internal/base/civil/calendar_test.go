package civil_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"vienkopus/internal/base/civil"
)

// Easter Sundays as printed in church calendars, and the earliest and latest dates there are.
var knownEasters = []string{
	"1818-03-22", "1943-04-25", "1961-04-02", "1999-04-04",
	"2000-04-23", "2001-04-15", "2002-03-31", "2003-04-20", "2004-04-11", "2005-03-27", "2006-04-16", "2007-04-08",
	"2008-03-23", "2009-04-12", "2010-04-04", "2011-04-24", "2012-04-08", "2013-03-31", "2014-04-20", "2015-04-05",
	"2016-03-27", "2017-04-16", "2018-04-01", "2019-04-21", "2020-04-12", "2021-04-04", "2022-04-17", "2023-04-09",
	"2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2028-04-16", "2029-04-01", "2030-04-21", "2031-04-13",
	"2032-03-28", "2033-04-17", "2034-04-09", "2035-03-25", "2036-04-13", "2037-04-05", "2038-04-25", "2039-04-10",
	"2040-04-01", "2285-03-22",
}

func TestEaster(t *testing.T) {
	t.Parallel()
	for _, text := range knownEasters {
		want := civil.MustDate(text)
		if got := civil.Easter(want.Year()); got != want {
			t.Errorf("Easter of %d is %s, want %s", want.Year(), got, want)
		}
	}
	for year := 1583; year <= 9999; year++ {
		e := civil.Easter(year)
		first, last := civil.MustDate(fmt.Sprintf("%04d-03-22", year)), civil.MustDate(fmt.Sprintf("%04d-04-25", year))
		if e.Weekday() != time.Sunday || e.Before(first) || e.After(last) {
			t.Fatalf("Easter of %d is %s, %s", year, e, e.Weekday())
		}
	}
}

func list(holidays []civil.Holiday) []string {
	var all []string
	for _, h := range holidays {
		text := h.Date.String()[5:] + " " + h.Key
		if h.Observed {
			text += " observed"
		}
		all = append(all, text)
	}
	return all
}

func TestLatvianHolidays(t *testing.T) {
	t.Parallel()
	want := []string{
		"01-01 new-year", "04-03 good-friday", "04-05 easter-sunday", "04-06 easter-monday", "05-01 labour-day",
		"05-04 restoration-of-independence", "05-10 mothers-day", "05-24 pentecost", "06-23 midsummer-eve", "06-24 midsummer-day",
		"11-18 proclamation-day", "12-24 christmas-eve", "12-25 christmas-day", "12-26 christmas-second-day", "12-31 new-years-eve",
	}
	if got := list(civil.LatvianHolidays(2026)); !slices.Equal(got, want) {
		t.Errorf("2026: %v", got)
	}
	// The free working days that followed a weekend, as they were.
	observed := map[int]string{
		2017: "11-20", 2018: "07-09 11-19", 2019: "05-06", 2023: "07-10 11-20", 2024: "05-06", 2025: "05-05", 2026: "",
	}
	for year, want := range observed {
		var got string
		for _, h := range civil.LatvianHolidays(year) {
			if h.Observed {
				got += " " + h.Date.String()[5:]
			}
		}
		if got != "" {
			got = got[1:]
		}
		if got != want {
			t.Errorf("%d: free instead of a weekend %q, want %q", year, got, want)
		}
	}
	for _, text := range []string{"2018-09-24", "2023-05-29"} {
		if !slices.ContainsFunc(civil.LatvianHolidays(civil.MustDate(text).Year()), func(h civil.Holiday) bool { return h.Date.String() == text }) {
			t.Errorf("%s is missing", text)
		}
	}
}

func TestLithuanianHolidays(t *testing.T) {
	t.Parallel()
	want := []string{
		"01-01 new-year", "02-16 restoration-of-state", "03-11 restoration-of-independence", "04-05 easter-sunday", "04-06 easter-monday",
		"05-01 labour-day", "05-03 mothers-day", "06-07 fathers-day", "06-24 midsummer-day", "07-06 statehood-day", "08-15 assumption",
		"11-01 all-saints", "11-02 all-souls", "12-24 christmas-eve", "12-25 christmas-day", "12-26 christmas-second-day",
	}
	if got := list(civil.LithuanianHolidays(2026)); !slices.Equal(got, want) {
		t.Errorf("2026: %v", got)
	}
	if slices.Contains(list(civil.LithuanianHolidays(2019)), "11-02 all-souls") {
		t.Error("All Souls' Day was a working day in 2019")
	}
}

func TestHolidayKeysAreComplete(t *testing.T) {
	t.Parallel()
	keys := map[string]bool{}
	for year := 2000; year < 2100; year++ {
		for _, rules := range []civil.Rules{civil.LatvianHolidays, civil.LithuanianHolidays} {
			all := rules(year)
			if !slices.IsSortedFunc(all, func(a, b civil.Holiday) int { return a.Date.Compare(b.Date) }) {
				t.Errorf("%d is out of order", year)
			}
			for _, h := range all {
				keys[h.Key] = true
				if h.Date.Year() != year || h.Observed && (h.Date.Weekday() == time.Saturday || h.Date.Weekday() == time.Sunday) {
					t.Errorf("%d: %+v", year, h)
				}
			}
		}
	}
	keys[civil.PublicHoliday] = true // in no year but those of an operator's file
	known := civil.HolidayKeys()
	for key := range keys {
		if !slices.Contains(known, key) {
			t.Errorf("%s is not among the keys", key)
		}
	}
	if len(known) != len(keys) {
		t.Errorf("%d keys are listed, %d are used", len(known), len(keys))
	}
}

// The working days that the Cabinet moved in 2026, and the festival as announced for 2028.
func latvia() *civil.Calendar {
	return civil.NewCalendar(civil.LatvianHolidays, civil.SongFestivalClosing(civil.MustDate("2028-07-09")), []civil.MovedDay{
		{From: civil.MustDate("2026-01-02"), To: civil.MustDate("2026-01-17")},
		{From: civil.MustDate("2026-06-22"), To: civil.MustDate("2026-06-27")},
	})
}

func TestWorkingDays(t *testing.T) {
	t.Parallel()
	c := latvia()
	for text, want := range map[string]bool{
		"2026-01-01": false, "2026-01-02": false, "2026-01-05": true, "2026-01-17": true, "2026-01-18": false, "2026-01-24": false,
		"2026-06-22": false, "2026-06-27": true, "2026-05-04": false, "2025-05-05": false, "2028-07-09": false, "2028-07-10": false, "2028-07-11": true,
		"2150-12-25": false, "2150-12-28": true,
	} {
		if got := c.IsWorkingDay(civil.MustDate(text)); got != want {
			t.Errorf("%s is a working day: %t", text, got)
		}
	}
	for _, s := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-04-02", 1, "2026-04-07"}, // Maundy Thursday: over Easter
		{"2026-12-23", 1, "2026-12-28"},
		{"2026-12-30", 1, "2027-01-04"},
		{"2026-12-30", 0, "2026-12-30"},
		{"2027-01-04", -1, "2026-12-30"},
		{"2025-12-30", 1, "2026-01-05"},
		{"2026-01-16", 1, "2026-01-17"}, // the Saturday to which Friday 2.1. was moved
		{"2026-03-31", 10, "2026-04-16"},
	} {
		if got := c.AddWorkingDays(civil.MustDate(s.from), s.n); got.String() != s.want {
			t.Errorf("%s and %d working days is %s, want %s", s.from, s.n, got, s.want)
		}
	}
	if got := c.NextWorkingDay(civil.MustDate("2026-04-02")); got.String() != "2026-04-07" {
		t.Errorf("after 2.4.2026 comes %s", got)
	}
	if got := c.AddWorkingDays(civil.MustDate("9999-12-30"), 5); got.String() != "9999-12-31" {
		t.Errorf("the calendar ends at %s", got)
	}
	var none *civil.Calendar
	if !none.IsWorkingDay(civil.MustDate("2026-05-04")) || none.IsWorkingDay(civil.MustDate("2026-05-03")) || none.Holidays(civil.YearPeriod(2026)) != nil {
		t.Error("a nil calendar knows weekends only")
	}
}

func TestHolidaysOfAPeriod(t *testing.T) {
	t.Parallel()
	c := latvia()
	got := list(c.Holidays(period("2026-12-20", "2027-01-10")))
	want := []string{"12-24 christmas-eve", "12-25 christmas-day", "12-26 christmas-second-day", "12-31 new-years-eve", "01-01 new-year"}
	if !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	// In Lithuania 1 May 2033 is the first Sunday of May too: two holidays, one date.
	lt := civil.NewCalendar(civil.LithuanianHolidays, nil, nil)
	if got := list(lt.Holidays(period("2033-05-01", "2033-05-01"))); !slices.Equal(got, []string{"05-01 labour-day", "05-01 mothers-day"}) {
		t.Errorf("%v", got)
	}
	if h, found := lt.HolidayOn(civil.MustDate("2033-05-01")); !found || h.Key != civil.LabourDay {
		t.Errorf("%v, %t", h, found)
	}
}

// Counting day by day is the oracle for AddWorkingDays.
func TestAddWorkingDaysCounts(t *testing.T) {
	t.Parallel()
	c := latvia()
	rapid.Check(t, func(t *rapid.T) {
		from := civil.MustDate("2025-01-01").AddDays(rapid.IntRange(0, 1400).Draw(t, "from"))
		n := rapid.IntRange(1, 60).Draw(t, "n")
		to := c.AddWorkingDays(from, n)
		count := 0
		for d := range (civil.Period{From: from.AddDays(1), To: to}).All() {
			if c.IsWorkingDay(d) {
				count++
			}
		}
		if count != n || !c.IsWorkingDay(to) {
			t.Fatalf("from %s to %s are %d working days, want %d", from, to, count, n)
		}
		if c.IsWorkingDay(from) && c.AddWorkingDays(to, -n) != from {
			t.Fatalf("%d working days back from %s is not %s", n, to, from)
		}
	})
}
