package hours

import (
	"iter"
	"time"

	"vienkopus/internal/base/civil"
)

// Place is a schedule at a place whose public holidays and time zone are known.
type Place struct {
	Schedule Schedule
	// Calendar gives the public holidays and moved working days; nil means there are none.
	Calendar *civil.Calendar
	// Zone is the zone of the people there, Europe/Riga for instance; it must not be nil.
	Zone *time.Location
}

// Day is what a place does on one date.
type Day struct {
	Date civil.Date
	// Intervals are in order and do not touch; none means closed. They are shared: do not change them.
	Intervals []Interval
	// Reason says why the place is closed or has other hours than in its week; empty on an ordinary day.
	Reason Reason
	// Holiday is the public holiday of the date, also when an exception opens the place; its key is empty on other days.
	Holiday civil.Holiday
}

// IsOpen says that the place opens at all on that date.
func (d Day) IsOpen() bool { return len(d.Intervals) > 0 }

// On returns the hours of one date, and why they are not the usual ones.
func (p Place) On(d civil.Date) Day {
	day := p.decide(d)
	day.Date = d
	day.Intervals = tidy(day.Intervals)
	if h, found := p.Calendar.HolidayOn(d); found {
		day.Holiday = h
	}
	return day
}

// decide goes through the rules of the package, the strongest first.
func (p Place) decide(d civil.Date) Day {
	s := &p.Schedule
	if d.Before(s.OpensOn) {
		return closed(ReasonNotYetOpen)
	}
	if !s.ClosedFrom.IsZero() && !d.Before(s.ClosedFrom) {
		return closed(ReasonClosedForGood)
	}
	for i := range s.Exceptions {
		if e := &s.Exceptions[i]; e.Period().Contains(d) {
			return Day{Intervals: e.Hours, Reason: e.Reason}
		}
	}
	if _, holiday := p.Calendar.HolidayOn(d); holiday {
		return closed(ReasonHoliday)
	}
	weekday := d.Weekday()
	var reason Reason
	if s.FollowsMovedDays {
		if m, moved := p.Calendar.MovedOn(d); moved {
			if m.From == d {
				return closed(ReasonMovedDay)
			}
			weekday, reason = m.From.Weekday(), Reason{Key: ReasonMovedDay}
		}
	}
	if r := s.ruleFor(d); r != nil {
		return Day{Intervals: r.Hours, Reason: r.Reason}
	}
	hours := s.weekOf(d)[weekday]
	if len(hours) == 0 {
		return closed(ReasonWeekly)
	}
	return Day{Intervals: hours, Reason: reason}
}

func closed(key string) Day { return Day{Reason: Reason{Key: key}} }

// ruleFor returns the rule for the date: the first that closes, otherwise the last with hours, otherwise nil.
func (s *Schedule) ruleFor(d civil.Date) *Rule {
	var found *Rule
	for i := range s.Rules {
		r := &s.Rules[i]
		if !r.hits(d) {
			continue
		}
		if len(r.Hours) == 0 {
			return r
		}
		found = r
	}
	return found
}

// weekOf returns the week of the season in which the date lies.
func (s *Schedule) weekOf(d civil.Date) *Week {
	if len(s.Seasons) > 0 {
		day := monthDayOf(d)
		for i := range s.Seasons {
			if s.Seasons[i].contains(day) {
				return &s.Seasons[i].Week
			}
		}
	}
	return &s.Week
}

// Week returns the seven days, Monday first, of the week in which the date lies.
func (p Place) Week(d civil.Date) [7]Day {
	monday := d.AddDays(-(int(d.Weekday()) + 6) % 7)
	var week [7]Day
	for i := range week {
		week[i] = p.On(monday.AddDays(i))
	}
	return week
}

// OpenAt says whether the place is open at a moment.
func (p Place) OpenAt(t time.Time) bool {
	d := civil.In(t, p.Zone)
	for _, i := range p.On(d).Intervals {
		if !i.From.On(d, p.Zone).After(t) && i.To.On(d, p.Zone).After(t) {
			return true
		}
	}
	return false
}

// horizon is how far NextChange looks, in days: two years and a month, so that a season of one day is met.
const horizon = 2*366 + 31

// NextChange returns the first moment after t at which the place opens (opens is true) or closes. The result ok is false
// when nothing changes within two years of t, or of the opening day when that is later.
func (p Place) NextChange(t time.Time) (at time.Time, opens, ok bool) {
	first := civil.In(t, p.Zone)
	if p.Schedule.OpensOn.After(first) {
		first = p.Schedule.OpensOn
	}
	for start, end := range p.spans(first) {
		if start.After(t) {
			return start, true, true
		}
		if end.IsZero() {
			return time.Time{}, false, false
		}
		if end.After(t) {
			return end, false, true
		}
	}
	return time.Time{}, false, false
}

// spans yields the times without a break during which the place is open, in order, from the first day on. An end is
// the zero time when it lies beyond the horizon.
func (p Place) spans(first civil.Date) iter.Seq2[time.Time, time.Time] {
	return func(yield func(start, end time.Time) bool) {
		var start, end time.Time
		for n := range horizon {
			d := first.AddDays(n)
			for _, i := range p.On(d).Intervals {
				from, to := i.From.On(d, p.Zone), i.To.On(d, p.Zone)
				switch {
				case !from.Before(to): // swallowed by a change of the clocks
				case from.Equal(end):
					end = to
				case start.IsZero():
					start, end = from, to
				default:
					if !yield(start, end) {
						return
					}
					start, end = from, to
				}
			}
		}
		if start.IsZero() {
			return
		}
		if !end.Before(civil.Clock(0).On(first.AddDays(horizon), p.Zone)) {
			end = time.Time{}
		}
		yield(start, end)
	}
}
