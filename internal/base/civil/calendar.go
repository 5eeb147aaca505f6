package civil

import "slices"

// MovedDay is a working day that an order moves: From is free, To is worked instead, usually a Saturday. In Latvia the
// Cabinet orders it by 1 July for the next year (Darba likums §133 part 4); it binds state institutions with a five-day
// week and is only advice to municipalities, so it is data of a network, never a rule.
type MovedDay struct {
	From Date `json:"from"`
	To   Date `json:"to"`
}

// Calendar knows which days are worked. It never changes after NewCalendar, so many may read it at once; a nil calendar
// knows weekends only.
type Calendar struct {
	rules Rules
	extra []Holiday
	moved []MovedDay
	known map[Date]Holiday
}

// Holidays of these years are calculated once; others are calculated when asked for.
const (
	calendarFirst = 2000
	calendarLast  = 2100
)

// NewCalendar returns the calendar of a country's rules, of holidays given for one date only, and of moved working days.
// Rules may be nil.
func NewCalendar(rules Rules, extra []Holiday, moved []MovedDay) *Calendar {
	c := &Calendar{
		rules: rules,
		extra: slices.Clone(extra),
		moved: slices.Clone(moved),
		known: make(map[Date]Holiday),
	}
	for year := calendarFirst; year <= calendarLast; year++ {
		for _, h := range c.calculate(year) {
			if _, taken := c.known[h.Date]; !taken {
				c.known[h.Date] = h
			}
		}
	}
	return c
}

// calculate returns all holidays of a year; two can share a date.
func (c *Calendar) calculate(year int) []Holiday {
	y := holidayYear{year: year}
	if c.rules != nil {
		y.all = c.rules(year)
	}
	for _, h := range c.extra {
		if h.Date.Year() == year {
			y.all = append(y.all, h)
		}
	}
	return y.sorted()
}

// HolidayOn returns the public holiday of that day, the first in the law's order when two meet.
func (c *Calendar) HolidayOn(d Date) (Holiday, bool) {
	if c == nil || d.IsZero() {
		return Holiday{}, false
	}
	year := d.Year()
	if year >= calendarFirst && year <= calendarLast {
		h, found := c.known[d]
		return h, found
	}
	for _, h := range c.calculate(year) {
		if h.Date == d {
			return h, true
		}
	}
	return Holiday{}, false
}

// Holidays returns the public holidays of a period in order; two can share a date.
func (c *Calendar) Holidays(p Period) []Holiday {
	if c == nil || !p.IsValid() {
		return nil
	}
	var all []Holiday
	for year := p.From.Year(); year <= p.To.Year(); year++ {
		for _, h := range c.calculate(year) {
			if p.Contains(h.Date) {
				all = append(all, h)
			}
		}
	}
	return all
}

// MovedOn returns the move that makes the day free or worked; its From or its To is that day.
func (c *Calendar) MovedOn(d Date) (MovedDay, bool) {
	if c == nil {
		return MovedDay{}, false
	}
	for _, m := range c.moved {
		if m.From == d || m.To == d {
			return m, true
		}
	}
	return MovedDay{}, false
}

// IsWorkingDay says that the day is no public holiday, and neither on a weekend nor moved away, unless a working day was
// moved onto it.
func (c *Calendar) IsWorkingDay(d Date) bool {
	if _, holiday := c.HolidayOn(d); holiday {
		return false
	}
	if m, moved := c.MovedOn(d); moved {
		return m.To == d
	}
	return !isWeekend(d)
}

// NextWorkingDay returns the first working day after the date. A term that ends on a free day runs to it.
func (c *Calendar) NextWorkingDay(d Date) Date { return c.AddWorkingDays(d, 1) }

// AddWorkingDays returns the n-th working day after the date, or before it when n is negative; the date itself is not
// counted, and with n = 0 it is returned as it is. It stops at the first and the last date.
func (c *Calendar) AddWorkingDays(d Date, n int) Date {
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for n > 0 {
		next := d.AddDays(step)
		if next == d {
			return d
		}
		d = next
		if c.IsWorkingDay(d) {
			n--
		}
	}
	return d
}
