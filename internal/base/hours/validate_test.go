package hours_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/hours"
)

func TestValidate(t *testing.T) {
	t.Parallel()
	const open = `"week": {"mon": ["08:00-17:00"]}`
	for _, c := range []struct{ schedule, want string }{
		{`{` + open + `}`, ""},
		{`{"week": {"mon": ["08:00-12:00", "12:00-17:00"]}}`, ""},
		{`{}`, "week no-hours"},
		{`{"seasons": [{"from": "01-01", "to": "12-31", "week": {}}]}`, "week no-hours"},
		{`{"week": {"mon": ["08:00-12:00", "11:00-17:00"]}}`, "week.mon overlap"},
		{`{"week": {"mon": ["13:00-17:00", "08:00-13:30"]}}`, "week.mon overlap"},
		{`{"week": {"mon": ["08:00-12:00", "08:00-12:00"]}}`, "week.mon overlap"},
		{`{"week": {"mon": ["08:00-17:00", "12:00-13:00"]}}`, "week.mon overlap"},
		{`{"week": {"mon": ["08:00-10:00", "11:00-12:00", "09:00-11:30"]}}`, "week.mon overlap, week.mon overlap"},
		{`{"week": {"tue": ["12:00-08:00"]}}`, "week.tue end-before-start"},
		{`{"week": {"tue": ["08:00-08:00"]}}`, "week.tue end-before-start"},
		{`{"week": {"tue": [null]}}`, "week.tue end-before-start"},
		{`{"seasons": [{"from": "10-01", "to": "05-31", "week": {"fri": ["08:00-12:00", "11:59-13:00"]}}, {"from": "06-01", "to": "09-30", "week": {}}]}`, "seasons[0].week.fri overlap"},
		{`{"seasons": [{"from": "10-01", "to": "06-05", ` + open + `}, {"from": "06-01", "to": "09-30", ` + open + `}]}`, "seasons[1] season-overlap 01.06.–05.06."},
		{`{"seasons": [{"from": "01-01", "to": "12-31", ` + open + `}, {"from": "12-31", "to": "01-01", ` + open + `}]}`, "seasons[1] season-overlap 01.01.–01.01., seasons[1] season-overlap 31.12.–31.12."},
		{`{"seasons": [{"from": "10-01", "to": "04-30", ` + open + `}, {"from": "06-01", "to": "08-31", ` + open + `}]}`, "seasons season-gap 01.05.–31.05., seasons season-gap 01.09.–30.09."},
		{`{` + open + `, "seasons": [{"from": "06-01", "to": "08-31", "week": {}}]}`, ""},
		{`{` + open + `, "rules": [{"nth": 2, "reason": {"key": "training"}}]}`, "rules[0].weekday unknown-weekday"},
		{`{` + open + `, "seasons": [{"from": "06-01", "week": {}}]}`, "seasons[0] unknown-day"},
		{`{` + open + `, "exceptions": [{"to": "2026-12-24", "reason": {"key": "event"}}]}`, "exceptions[0] period"},
		{`{` + open + `, "rules": [{"nth": 6, "weekday": "wed", "reason": {"key": "training"}}]}`, "rules[0].nth unknown-nth"},
		{`{` + open + `, "rules": [{"nth": 2, "weekday": "wed", "reason": {"key": "training"}}, {"nth": 2, "weekday": "wed", "reason": {"key": "repairs"}}]}`, "rules[1] same-rule"},
		{`{` + open + `, "rules": [{"nth": 2, "weekday": "wed", "hours": ["09:00-08:00"], "reason": {"key": "training"}}]}`, "rules[0].hours end-before-start"},
		{`{` + open + `, "rules": [{"nth": 2, "weekday": "wed", "reason": {"key": ""}}]}`, "rules[0].reason reason-missing"},
		{`{` + open + `, "rules": [{"nth": 2, "weekday": "wed", "reason": {"key": "holiday"}}]}`, "rules[0].reason unknown-reason"},
		{`{` + open + `, "exceptions": [{"from": "2026-12-24", "to": "2026-12-23", "reason": {"key": "event"}}]}`, "exceptions[0] period"},
		{`{` + open + `, "exceptions": [{"from": "2026-12-24", "to": "2026-12-24"}]}`, "exceptions[0].reason reason-missing"},
		{`{` + open + `, "exceptions": [{"from": "2026-12-24", "to": "2026-12-24", "reason": {"key": "other"}}]}`, "exceptions[0].reason reason-text-missing"},
		{
			`{` + open + `, "exceptions": [{"from": "2026-07-01", "to": "2026-07-10", "reason": {"key": "repairs"}}, {"from": "2026-07-10", "to": "2026-07-10", "hours": ["10:00-11:00", "10:30-12:00"], "reason": {"key": "event"}}]}`,
			"exceptions[1] exception-overlap, exceptions[1].hours overlap",
		},
		{`{` + open + `, "opens_on": "2026-03-01", "closed_from": "2026-03-01"}`, "closed_from closed-before-open"},
	} {
		var got []string
		for _, p := range parse(t, c.schedule).Validate() {
			text := p.Field + " " + p.Key
			if strings.HasPrefix(p.Key, "season-") {
				text += " " + p.Detail
			}
			got = append(got, text)
			if !slices.Contains(hours.ProblemKeys(), p.Key) || p.Error() == "" {
				t.Errorf("%v is not among the keys", p)
			}
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s:\n got %q\nwant %q", c.schedule, got, c.want)
		}
	}
}

// What JSON cannot hold, a program can still build.
func TestValidateValuesFromCode(t *testing.T) {
	t.Parallel()
	s := hours.Schedule{
		Seasons: []hours.Season{{From: hours.MonthDay{Month: 2, Day: 30}, To: hours.MonthDay{Month: 5, Day: 1}}},
		Rules:   []hours.Rule{{Weekday: 8, Reason: hours.Reason{Key: hours.ReasonTraining}}},
	}
	s.Week[1] = []hours.Interval{{From: -60, To: 2000}}
	var got []string
	for _, p := range s.Validate() {
		got = append(got, p.Key)
	}
	if want := []string{hours.ProblemOutsideDay, hours.ProblemUnknownDay, hours.ProblemUnknownWeekday}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	_ = s.OSM(civil.Date{})
}

// The national list of another country had 142 cells whose hours overlap. A map of the minutes of the day is the oracle:
// hours are refused exactly when some minute is taken twice or an interval is empty or reversed.
func TestEveryOverlapIsFound(t *testing.T) {
	t.Parallel()
	refused := 0
	rapid.Check(t, func(t *rapid.T) {
		var cell []hours.Interval
		for i := range rapid.IntRange(1, 4).Draw(t, "intervals") {
			from := rapid.IntRange(0, 1440).Draw(t, fmt.Sprint("from", i))
			to := rapid.IntRange(0, 1440).Draw(t, fmt.Sprint("to", i))
			cell = append(cell, hours.Interval{From: civil.Clock(from), To: civil.Clock(to)})
		}
		var taken [1440]int
		wrong := false
		for _, i := range cell {
			wrong = wrong || i.To <= i.From
			for m := i.From; m < i.To; m++ {
				taken[m]++
				wrong = wrong || taken[m] > 1
			}
		}
		problems := hours.ValidateIntervals("mon", cell)
		if (len(problems) > 0) != wrong {
			t.Fatalf("%v: %v, but wrong is %t", cell, problems, wrong)
		}
		if wrong {
			refused++
		}
	})
	if refused == 0 {
		t.Error("no cell was wrong: the test tried nothing")
	}
}
