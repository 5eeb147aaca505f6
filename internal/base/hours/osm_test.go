package hours_test

import (
	"strings"
	"testing"

	"vienkopus/internal/base/civil"
)

// That others read such values as they are meant is tested beside the journeys, with opening_hours.js.
func TestOSM(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ schedule, want string }{
		{`{}`, ""},
		{`{"week": {"mon": ["08:00-17:00"], "tue": ["08:00-17:00"], "wed": ["08:00-17:00"], "thu": ["08:00-17:00"], "fri": ["08:00-17:00"]}}`, "Mo-Fr 08:00-17:00; PH off"},
		{
			`{"week": {"mon": ["08:00-12:00", "13:00-18:00"], "tue": ["08:00-17:00"], "wed": ["08:00-17:00"], "thu": ["08:00-17:00"], "fri": ["08:00-16:00"]},
			  "rules": [{"nth": 2, "weekday": "wed", "reason": {"key": "methodical-day"}}]}`,
			"Mo 08:00-12:00,13:00-18:00; Tu-Th 08:00-17:00; Fr 08:00-16:00; PH off; We[2] off",
		},
		{`{"week": {"mon": ["08:00-12:00"], "tue": ["08:00-12:00"], "thu": ["08:00-12:00"], "sun": ["10:00-24:00"]}}`, "Mo,Tu,Th 08:00-12:00; Su 10:00-24:00; PH off"},
		{
			library,
			"Oct 01-May 31: Mo 08:00-12:00,13:00-18:00; Oct 01-May 31: Tu-Th 08:00-17:00; Oct 01-May 31: Fr 08:00-16:00; " +
				"Jun 01-Sep 30: Mo,We,Th 09:00-15:00; Sa[1] 10:00-13:00; PH off; We[2] off; Fr[-1] off; " +
				"2026 Dec 23 08:00-12:00; 2026 Jul 06-2026 Jul 19 off; 2026 Jun 23 09:00-11:00; " +
				"1970 Jan 01-2026 Feb 01 off; 2031 Jan 01-2099 Dec 31 off",
		},
		{
			`{"week": {"mon": ["08:00-17:00"], "tue": ["08:00-17:00"]}, "seasons": [{"from": "07-01", "to": "07-31", "week": {"tue": ["10:00-12:00"]}}]}`,
			"Mo,Tu 08:00-17:00; Jul 01-Jul 31: Mo,We-Su off; Jul 01-Jul 31: Tu 10:00-12:00; PH off",
		},
		{
			`{"week": {"wed": ["08:00-17:00"]}, "rules": [
				{"nth": 0, "weekday": "thu", "reason": {"key": "off-site"}},
				{"nth": 0, "weekday": "wed", "hours": ["10:00-14:00"], "reason": {"key": "staff-absent"}},
				{"nth": -2, "weekday": "wed", "hours": ["12:00-18:00"], "reason": {"key": "event"}}]}`,
			"We 08:00-17:00; We 10:00-14:00; We[-2] 12:00-18:00; PH off; Th off",
		},
		{`{"week": {"mon": ["08:00-12:00", "12:00-17:00"]}}`, "Mo 08:00-17:00; PH off"},
	} {
		if got := parse(t, c.schedule).OSM(civil.Date{}); got != c.want {
			t.Errorf("\n got %s\nwant %s", got, c.want)
		}
	}
}

// What is wholly past says nothing any more, and grows with the years.
func TestOSMLeavesThePastOut(t *testing.T) {
	t.Parallel()
	s := parse(t, library)
	whole := s.OSM(civil.Date{})
	for day, gone := range map[string][]string{
		"2026-01-31": nil,
		"2026-02-01": nil, // it opens tomorrow
		"2026-02-02": {"; 1970 Jan 01-2026 Feb 01 off"},
		"2026-07-19": {"; 1970 Jan 01-2026 Feb 01 off", "; 2026 Jun 23 09:00-11:00"},
		"2026-07-20": {"; 1970 Jan 01-2026 Feb 01 off", "; 2026 Jun 23 09:00-11:00", "; 2026 Jul 06-2026 Jul 19 off"},
		"2032-01-01": {"; 1970 Jan 01-2026 Feb 01 off", "; 2026 Jun 23 09:00-11:00", "; 2026 Jul 06-2026 Jul 19 off", "; 2026 Dec 23 08:00-12:00"},
	} {
		want := whole
		for _, rule := range gone {
			want = strings.Replace(want, rule, "", 1)
		}
		if got := s.OSM(civil.MustDate(day)); got != want {
			t.Errorf("on %s\n got %s\nwant %s", day, got, want)
		}
	}
}
