// Package hours knows when a centre is open: seasons, weekdays with several intervals, n-th weekdays, dated exceptions,
// public holidays, an opening day and a last day.
//
// Rules, the stronger first:
//   - Before the day it opens and from the day it closes for good, a centre is closed.
//   - A dated exception replaces everything below it: other hours, or closed.
//   - On public holidays a centre is closed.
//   - A centre that follows moved working days is closed on the day moved away, and works by that day's hours on the
//     other one.
//   - A rule for weekdays of the month (second Wednesday, last Friday, every Thursday) replaces the week; of several
//     rules for one day a closed one wins, then the later one.
//   - Otherwise the week of the season applies; seasons return every year and may run over New Year. A day in no
//     season has the week that stands outside the seasons.
//
// Hours are times on the wall: an interval begins when the clock first shows its beginning and ends when it first shows
// its end, also on days on which the clocks change.
//
// As JSON a schedule is one object; every member may be absent:
//
//	{
//	  "week":       {"mon": ["08:00-12:00", "13:00-18:00"], "tue": ["08:00-17:00"]},
//	  "seasons":    [{"name": "summer", "from": "06-01", "to": "09-30", "week": {"mon": ["09:00-15:00"]}}],
//	  "rules":      [{"nth": 2, "weekday": "wed", "reason": {"key": "methodical-day"}}],
//	  "exceptions": [{"from": "2026-12-23", "to": "2026-12-23", "hours": ["08:00-12:00"], "reason": {"key": "shorter-day"}}],
//	  "opens_on": "2026-03-01", "closed_from": "2031-01-01", "follows_moved_days": true
//	}
package hours

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"vienkopus/internal/base/civil"
)

// ErrMalformed is returned by Parse for text that is no schedule.
var ErrMalformed = errors.New("hours: not a schedule")

// MaxBytes is the longest schedule that Parse reads, in bytes; a full year of exceptions fits.
const MaxBytes = 64 << 10

// Schedule is what a centre publishes about its hours. Validate says what is wrong with it; a Place answers when it is open.
type Schedule struct {
	// Week holds all year, or outside the seasons when there are any.
	Week Week `json:"week,omitzero"`
	// Seasons return every year; two must not overlap.
	Seasons []Season `json:"seasons,omitempty"`
	// Rules replace the week on some weekdays of the month.
	Rules []Rule `json:"rules,omitempty"`
	// Exceptions replace everything on their dates; two must not overlap.
	Exceptions []Exception `json:"exceptions,omitempty"`
	// OpensOn is the first day of a centre that will open, or no date.
	OpensOn civil.Date `json:"opens_on,omitzero"`
	// ClosedFrom is the first day of a centre that closed for good, or no date.
	ClosedFrom civil.Date `json:"closed_from,omitzero"`
	// FollowsMovedDays says that working days moved by order of the Cabinet move here too.
	FollowsMovedDays bool `json:"follows_moved_days,omitempty"`
}

// Season is a part of every year with a week of its own.
type Season struct {
	// Name is free; people see it above the table.
	Name string `json:"name,omitempty"`
	// From and To are both included; a season from 10-01 to 05-31 runs over New Year.
	From MonthDay `json:"from"`
	To   MonthDay `json:"to"`
	Week Week     `json:"week"`
}

// Rule replaces the week on one weekday, once a month or always.
type Rule struct {
	// Nth is 1 for the first such weekday of the month, -1 for the last, to 5 and -5; 0 is every one.
	Nth     int     `json:"nth"`
	Weekday Weekday `json:"weekday"`
	// Hours are the intervals of that day; none means closed.
	Hours  []Interval `json:"hours,omitempty"`
	Reason Reason     `json:"reason"`
}

// Exception replaces everything on some dates.
type Exception struct {
	// From and To are both included.
	From civil.Date `json:"from"`
	To   civil.Date `json:"to"`
	// Hours are the intervals of each of these days; none means closed.
	Hours  []Interval `json:"hours,omitempty"`
	Reason Reason     `json:"reason,omitzero"`
}

// Period returns the dates of the exception.
func (e Exception) Period() civil.Period { return civil.Period{From: e.From, To: e.To} }

// Parse reads the JSON of a schedule and refuses members it does not know. It returns ErrMalformed, with the place of
// the mistake; the rules of the field are for Validate.
func Parse(text []byte) (Schedule, error) {
	var s Schedule
	if len(text) > MaxBytes {
		return Schedule{}, fmt.Errorf("%w: longer than %d bytes", ErrMalformed, MaxBytes)
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&s); err != nil {
		return Schedule{}, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Schedule{}, fmt.Errorf("%w: text after the schedule", ErrMalformed)
	}
	return s, nil
}

// contains says whether the day of the year lies in the season.
func (s Season) contains(d MonthDay) bool {
	if s.From.compare(s.To) <= 0 {
		return s.From.compare(d) <= 0 && d.compare(s.To) <= 0
	}
	return s.From.compare(d) <= 0 || d.compare(s.To) <= 0
}

// hits says whether the rule is about this date.
func (r Rule) hits(d civil.Date) bool {
	if r.Weekday != WeekdayOf(d.Weekday()) {
		return false
	}
	switch {
	case r.Nth > 0:
		return (d.Day()-1)/7+1 == r.Nth
	case r.Nth < 0:
		return d.DaysUntil(civil.MonthOf(d).Last())/7+1 == -r.Nth
	}
	return true
}
