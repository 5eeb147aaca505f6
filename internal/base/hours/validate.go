package hours

import (
	"fmt"
	"slices"

	"vienkopus/internal/base/civil"
)

// Problem is one thing that is wrong with a schedule; the centre's form shows all of them together.
type Problem struct {
	// Field leads to the place of the mistake as in JSON, for example seasons[0].week.mon.
	Field string
	// Key names the problem; its message in lang/ is "hours.problem." and the key.
	Key string
	// Detail is the text at fault, for example 08:00-12:00, 11:00-13:00.
	Detail string
}

// Error returns the problem for logs; users read the message of Key instead.
func (p Problem) Error() string { return fmt.Sprintf("hours: %s: %s (%s)", p.Field, p.Key, p.Detail) }

// The problems that Validate finds.
const (
	ProblemNoHours          = "no-hours"
	ProblemOutsideDay       = "outside-day"
	ProblemEndBeforeStart   = "end-before-start"
	ProblemOverlap          = "overlap"
	ProblemUnknownDay       = "unknown-day"
	ProblemSeasonOverlap    = "season-overlap"
	ProblemSeasonGap        = "season-gap"
	ProblemUnknownWeekday   = "unknown-weekday"
	ProblemUnknownNth       = "unknown-nth"
	ProblemSameRule         = "same-rule"
	ProblemUnknownReason    = "unknown-reason"
	ProblemReasonMissing    = "reason-missing"
	ProblemReasonText       = "reason-text-missing"
	ProblemPeriod           = "period"
	ProblemExceptionOverlap = "exception-overlap"
	ProblemClosedBeforeOpen = "closed-before-open"
)

// ProblemKeys returns every key that a problem can have, so that a test can look for their messages.
func ProblemKeys() []string {
	return []string{
		ProblemNoHours, ProblemOutsideDay, ProblemEndBeforeStart, ProblemOverlap, ProblemUnknownDay, ProblemSeasonOverlap,
		ProblemSeasonGap, ProblemUnknownWeekday, ProblemUnknownNth, ProblemSameRule, ProblemUnknownReason,
		ProblemReasonMissing, ProblemReasonText, ProblemPeriod, ProblemExceptionOverlap, ProblemClosedBeforeOpen,
	}
}

// ValidateIntervals returns what is wrong with the hours of one day: an end that is not after its beginning, times
// outside the day, intervals that overlap. Intervals that touch are right.
func ValidateIntervals(field string, all []Interval) []Problem {
	var c check
	c.intervals(field, all)
	return c.found
}

// Validate returns everything that is wrong with the schedule; none means that it can be published.
func (s Schedule) Validate() []Problem {
	var c check
	c.week("week", s.Week)
	for i, season := range s.Seasons {
		c.week(fmt.Sprintf("seasons[%d].week", i), season.Week)
	}
	c.seasons(s)
	c.rules(s.Rules)
	c.exceptions(s.Exceptions)
	if !s.ClosedFrom.IsZero() && !s.ClosedFrom.After(s.OpensOn) {
		c.add("closed_from", ProblemClosedBeforeOpen, s.ClosedFrom.String())
	}
	if !s.hasHours() {
		c.add("week", ProblemNoHours, "")
	}
	return c.found
}

func (s Schedule) hasHours() bool {
	return !s.Week.IsZero() ||
		slices.ContainsFunc(s.Seasons, func(season Season) bool { return !season.Week.IsZero() }) ||
		slices.ContainsFunc(s.Rules, func(r Rule) bool { return len(r.Hours) > 0 }) ||
		slices.ContainsFunc(s.Exceptions, func(e Exception) bool { return len(e.Hours) > 0 })
}

// check collects problems.
type check struct{ found []Problem }

func (c *check) add(field, key, detail string) {
	c.found = append(c.found, Problem{Field: field, Key: key, Detail: detail})
}

func (c *check) intervals(field string, all []Interval) {
	for i, one := range all {
		switch {
		case !one.From.IsValid() || !one.To.IsValid():
			c.add(field, ProblemOutsideDay, one.String())
		case one.To <= one.From:
			c.add(field, ProblemEndBeforeStart, one.String())
		}
		for _, earlier := range all[:i] {
			if one.overlaps(earlier) {
				c.add(field, ProblemOverlap, earlier.String()+", "+one.String())
			}
		}
	}
}

func (c *check) week(field string, w Week) {
	for day := Weekday(1); day <= 7; day++ {
		c.intervals(field+"."+day.String(), w.On(day))
	}
}

// seasons looks for two that share a day and, unless a week stands outside them, for days that none has.
func (c *check) seasons(s Schedule) {
	for i, season := range s.Seasons {
		field := fmt.Sprintf("seasons[%d]", i)
		if !season.From.isValid() || !season.To.isValid() {
			c.add(field, ProblemUnknownDay, season.From.String()+", "+season.To.String())
			return
		}
		for _, earlier := range s.Seasons[:i] {
			both := func(d MonthDay) bool { return season.contains(d) && earlier.contains(d) }
			for _, run := range runs(both) {
				c.add(field, ProblemSeasonOverlap, run)
			}
		}
	}
	if len(s.Seasons) == 0 || !s.Week.IsZero() {
		return
	}
	none := func(d MonthDay) bool {
		return !slices.ContainsFunc(s.Seasons, func(season Season) bool { return season.contains(d) })
	}
	for _, run := range runs(none) {
		c.add("seasons", ProblemSeasonGap, run)
	}
}

// runs returns the stretches of a leap year whose days are wanted, as people read them: 01.06.–05.06.
func runs(wanted func(MonthDay) bool) []string {
	var all []string
	var run civil.Period
	year := civil.YearPeriod(2024)
	for d := range year.All() {
		in := wanted(monthDayOf(d))
		if in && run.From.IsZero() {
			run.From = d
		}
		if in {
			run.To = d
		}
		if !run.From.IsZero() && (!in || d == year.To) {
			all = append(all, monthDayOf(run.From).Display()+"–"+monthDayOf(run.To).Display())
			run = civil.Period{}
		}
	}
	return all
}

func (c *check) rules(rules []Rule) {
	for i, r := range rules {
		field := fmt.Sprintf("rules[%d]", i)
		if !r.Weekday.isValid() {
			c.add(field+".weekday", ProblemUnknownWeekday, r.Weekday.String())
		}
		if r.Nth < -5 || r.Nth > 5 {
			c.add(field+".nth", ProblemUnknownNth, fmt.Sprint(r.Nth))
		}
		if slices.ContainsFunc(rules[:i], func(e Rule) bool { return e.Nth == r.Nth && e.Weekday == r.Weekday }) {
			c.add(field, ProblemSameRule, fmt.Sprintf("%s %d", r.Weekday, r.Nth))
		}
		c.intervals(field+".hours", r.Hours)
		c.reason(field+".reason", r.Reason)
	}
}

func (c *check) exceptions(all []Exception) {
	for i, e := range all {
		field := fmt.Sprintf("exceptions[%d]", i)
		if !e.Period().IsValid() {
			c.add(field, ProblemPeriod, e.Period().String())
		}
		for _, earlier := range all[:i] {
			if e.Period().Overlaps(earlier.Period()) {
				c.add(field, ProblemExceptionOverlap, earlier.Period().String())
			}
		}
		c.intervals(field+".hours", e.Hours)
		c.reason(field+".reason", e.Reason)
	}
}

// reason demands one: a client before a closed door wants to read why.
func (c *check) reason(field string, r Reason) {
	switch {
	case r.Key == "":
		c.add(field, ProblemReasonMissing, "")
	case !slices.Contains(GivenReasons(), r.Key):
		c.add(field, ProblemUnknownReason, r.Key)
	case r.Key == ReasonOther && r.Text == "":
		c.add(field, ProblemReasonText, "")
	}
}
