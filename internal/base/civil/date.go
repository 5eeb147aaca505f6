// Package civil knows days, months, times of day and working days as people write them, without a time zone.
//
// Rules:
//   - A date is a day in the proleptic Gregorian calendar, from 0001-01-01 to 9999-12-31; the zero value is "no date".
//   - A date becomes a moment, and a moment a date, only together with a named zone.
//   - Public holidays follow from a rule with its law (LatvianHolidays, LithuanianHolidays); what a law or an
//     order of the Cabinet gives for one date is data with its source (latvia_orders.csv, and a file of an operator).
package civil

import (
	"time"
)

// Date is a day without a time zone. It is comparable and can be a map key; the zero value is no date at all.
type Date struct {
	// n counts days: 1 is 0001-01-01. Adding, comparing and weekdays are then plain arithmetic.
	n int32
}

const (
	secondsPerDay = 24 * 60 * 60
	// dayZero is the day before 0001-01-01, in seconds of Unix time.
	dayZero = -62135596800 - secondsPerDay
	// lastDay is 9999-12-31.
	lastDay = 3652059
)

// NewDate returns the day of a year (1 to 9999), month and day of month. It returns ErrDate when there is no such day.
func NewDate(year int, month time.Month, day int) (Date, error) {
	if year < 1 || year > 9999 {
		return Date{}, ErrDate
	}
	t := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	if t.Year() != year || t.Month() != month || t.Day() != day {
		return Date{}, ErrDate
	}
	return dateOf(t), nil
}

// In returns the day that a wall calendar in the zone shows at the moment t.
func In(t time.Time, zone *time.Location) Date {
	year, month, day := t.In(zone).Date()
	return dateOf(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

// dateOf expects midnight UTC.
func dateOf(t time.Time) Date { return fromNumber(int((t.Unix() - dayZero) / secondsPerDay)) }

// fromNumber keeps the date within its years, so that arithmetic never leaves them.
func fromNumber(n int) Date {
	return Date{n: int32(min(max(n, 1), lastDay))}
}

// IsZero says that there is no date.
func (d Date) IsZero() bool { return d.n == 0 }

// YMD returns year, month and day of month, and zeros when there is no date.
func (d Date) YMD() (year int, month time.Month, day int) {
	if d.IsZero() {
		return 0, 0, 0
	}
	return time.Unix(int64(d.n)*secondsPerDay+dayZero, 0).UTC().Date()
}

// Year returns the year, 1 to 9999, or 0 when there is no date.
func (d Date) Year() int {
	year, _, _ := d.YMD()
	return year
}

// Month returns the month of the year, or 0 when there is no date. MonthOf returns it together with its year.
func (d Date) Month() time.Month {
	_, month, _ := d.YMD()
	return month
}

// Day returns the day of the month, 1 to 31, or 0 when there is no date.
func (d Date) Day() int {
	_, _, day := d.YMD()
	return day
}

// Weekday returns the day of the week; 0001-01-01 was a Monday.
func (d Date) Weekday() time.Weekday { return time.Weekday(d.n % 7) }

// AddDays returns the date n days later, or earlier when n is negative; it stops at the first and the last date.
// No date stays no date.
func (d Date) AddDays(n int) Date {
	if d.IsZero() {
		return d
	}
	return fromNumber(int(d.n) + min(max(n, -lastDay), lastDay))
}

// AddMonths returns the same day n months later, or earlier when n is negative. Where the month is too short it
// returns its last day: 31 January and one month is 28 or 29 February. No date stays no date.
func (d Date) AddMonths(n int) Date {
	if d.IsZero() {
		return d
	}
	month := MonthOf(d).AddMonths(n)
	return month.First().AddDays(min(d.Day(), month.Last().Day()) - 1)
}

// DaysUntil returns the days from d to the other date, negative when that is earlier.
func (d Date) DaysUntil(other Date) int { return int(other.n) - int(d.n) }

// Compare returns -1 when d is earlier than the other date, 0 when they are equal, 1 when it is later.
// No date is earlier than every date.
func (d Date) Compare(other Date) int {
	switch {
	case d.n < other.n:
		return -1
	case d.n > other.n:
		return 1
	}
	return 0
}

// Before says that d is earlier than the other date.
func (d Date) Before(other Date) bool { return d.n < other.n }

// After says that d is later than the other date.
func (d Date) After(other Date) bool { return d.n > other.n }

// Equal says that both are the same day; == says it too.
func (d Date) Equal(other Date) bool { return d == other }
