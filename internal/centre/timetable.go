package centre

import (
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/hours"
	"vienkopus/internal/territory"
)

// Timetable is when a centre is open, from a day on.
type Timetable struct {
	Centre     string
	From       civil.Date
	Hours      hours.Schedule
	Unverified bool
}

// Calendars are the public holidays of the countries of the network.
type Calendars struct {
	latvia, lithuania *civil.Calendar
}

// NewCalendars returns the calendar of Latvia, which is the one by which bills fall due too, and beside it that of Lithuania by its law.
func NewCalendars(latvia *civil.Calendar) *Calendars {
	return &Calendars{latvia: latvia, lithuania: civil.NewCalendar(civil.LithuanianHolidays, nil, nil)}
}

// Of returns the calendar of a country; an unknown one has the holidays of Latvia.
func (c *Calendars) Of(country territory.Country) *civil.Calendar {
	if country == territory.Lithuania {
		return c.lithuania
	}
	return c.latvia
}

// Place returns the centre as a place with hours, which answers when it is open.
// It returns an error when the machine does not know the zone of the centre.
func (c *Calendars) Place(of *Centre, t Timetable) (hours.Place, error) {
	zone, err := of.TimeZone()
	if err != nil {
		return hours.Place{}, err
	}
	schedule := t.Hours
	if !of.Closed.IsZero() {
		last := of.Closed.AddDays(1)
		if schedule.ClosedFrom.IsZero() || last.Before(schedule.ClosedFrom) {
			schedule.ClosedFrom = last
		}
	}
	if of.Opened.After(schedule.OpensOn) {
		schedule.OpensOn = of.Opened
	}
	return hours.Place{Schedule: schedule, Calendar: c.Of(of.Country), Zone: zone}, nil
}
