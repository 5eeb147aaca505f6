package civil

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"iter"
	"time"
)

// ErrMonth is returned for text that is no month of the form YYYY-MM.
var ErrMonth = errors.New("civil: not a month")

// Month is one month of one year. It is comparable and can be a map key; the zero value is no month at all.
type Month struct {
	// n counts months: 12 is January of year 1.
	n int32
}

const (
	firstMonth = 12
	lastMonth  = 9999*12 + 11
)

// NewMonth returns a month of a year (1 to 9999). It returns ErrMonth when there is none.
func NewMonth(year int, month time.Month) (Month, error) {
	if year < 1 || year > 9999 || month < time.January || month > time.December {
		return Month{}, ErrMonth
	}
	return monthNumber(year*12 + int(month) - 1), nil
}

// MonthOf returns the month in which the date lies, and no month for no date.
func MonthOf(d Date) Month {
	if d.IsZero() {
		return Month{}
	}
	year, month, _ := d.YMD()
	return monthNumber(year*12 + int(month) - 1)
}

// ParseMonth reads YYYY-MM. It returns ErrMonth for everything else.
func ParseMonth(text string) (Month, error) {
	if len(text) != 7 || text[4] != '-' {
		return Month{}, ErrMonth
	}
	year, okYear := digits(text[:4])
	month, okMonth := digits(text[5:])
	if !okYear || !okMonth {
		return Month{}, ErrMonth
	}
	return NewMonth(year, time.Month(month))
}

// MustMonth is ParseMonth for months that stand in the program; it panics when the text is no month.
func MustMonth(text string) Month {
	m, err := ParseMonth(text)
	if err != nil {
		panic(err.Error() + ": " + text)
	}
	return m
}

// Months yields every month from the first to the last, both included.
func Months(first, last Month) iter.Seq[Month] {
	return func(yield func(Month) bool) {
		if first.IsZero() {
			return
		}
		for n := first.n; n <= last.n; n++ {
			if !yield(Month{n: n}) {
				return
			}
		}
	}
}

func monthNumber(n int) Month {
	return Month{n: int32(min(max(n, firstMonth), lastMonth))}
}

// IsZero says that there is no month.
func (m Month) IsZero() bool { return m.n == 0 }

// Year returns the year, 1 to 9999, or 0 when there is no month.
func (m Month) Year() int { return int(m.n / 12) }

// Month returns the month of the year, or 0 when there is no month.
func (m Month) Month() time.Month {
	if m.IsZero() {
		return 0
	}
	return time.Month(m.n%12 + 1)
}

// First returns the first day of the month, and no date for no month.
func (m Month) First() Date {
	if m.IsZero() {
		return Date{}
	}
	return dateOf(time.Date(m.Year(), m.Month(), 1, 0, 0, 0, 0, time.UTC))
}

// Last returns the last day of the month, and no date for no month.
func (m Month) Last() Date {
	if m.IsZero() {
		return Date{}
	}
	return dateOf(time.Date(m.Year(), m.Month()+1, 0, 0, 0, 0, 0, time.UTC))
}

// Next returns the month after this one.
func (m Month) Next() Month { return m.AddMonths(1) }

// AddMonths returns the month n months later, or earlier when n is negative; it stops at the first and the last month.
// No month stays no month.
func (m Month) AddMonths(n int) Month {
	if m.IsZero() {
		return m
	}
	return monthNumber(int(m.n) + min(max(n, -lastMonth), lastMonth))
}

// Contains says that the date lies in the month.
func (m Month) Contains(d Date) bool { return !m.IsZero() && MonthOf(d) == m }

// Period returns the days of the month, and the zero period for no month.
func (m Month) Period() Period { return Period{From: m.First(), To: m.Last()} }

// Compare returns -1 when m is earlier than the other month, 0 when they are equal, 1 when it is later.
func (m Month) Compare(other Month) int {
	switch {
	case m.n < other.n:
		return -1
	case m.n > other.n:
		return 1
	}
	return 0
}

// Equal says that both are the same month; == says it too.
func (m Month) Equal(other Month) bool { return m == other }

// String returns the month after ISO 8601, 2026-05, and nothing when there is no month.
func (m Month) String() string {
	if m.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d", m.Year(), m.Month())
}

// Display returns the month as people read it, 05.2026, and nothing when there is no month.
func (m Month) Display() string {
	if m.IsZero() {
		return ""
	}
	return fmt.Sprintf("%02d.%04d", m.Month(), m.Year())
}

// MarshalText returns the ISO form; JSON and forms use it. The error is always nil.
func (m Month) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads the ISO form, or nothing for no month. It returns ErrMonth for everything else.
func (m *Month) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*m = Month{}
		return nil
	}
	parsed, err := ParseMonth(string(text))
	if err != nil {
		return err
	}
	*m = parsed
	return nil
}

// Value stores the month as text YYYY-MM, and no month as NULL.
func (m Month) Value() (driver.Value, error) { return textValue(m.String()) }

// Scan reads text YYYY-MM or NULL from the database. It returns ErrMonth for everything else.
func (m *Month) Scan(src any) error { return scanText(src, m.UnmarshalText) }
