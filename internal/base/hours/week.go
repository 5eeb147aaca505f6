package hours

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"vienkopus/internal/base/civil"
)

// Week holds the intervals of each weekday, by time.Weekday; a day without intervals is closed. In JSON it is an object
// with the members mon to sun, closed days left out.
type Week [7][]Interval

// Weekday is a day of the week after ISO 8601, 1 is Monday and 7 is Sunday; 0 is none. It is written mon to sun.
type Weekday int

// weekdayNames are in the order of Weekday.
var weekdayNames = [8]string{"", "mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// WeekdayOf returns the weekday of package time.
func WeekdayOf(day time.Weekday) Weekday {
	if day == time.Sunday {
		return 7
	}
	return Weekday(day)
}

// Time returns the weekday of package time; it has no meaning for none.
func (w Weekday) Time() time.Weekday { return time.Weekday(w % 7) }

func (w Weekday) isValid() bool { return w >= 1 && w <= 7 }

// String returns mon to sun, nothing for none, and the number of a weekday that does not exist.
func (w Weekday) String() string {
	if w < 0 || int(w) >= len(weekdayNames) {
		return fmt.Sprintf("weekday %d", int(w))
	}
	return weekdayNames[w]
}

// MarshalText returns mon to sun, and nothing for none. It returns ErrMalformed for a weekday that does not exist.
func (w Weekday) MarshalText() ([]byte, error) {
	if w != 0 && !w.isValid() {
		return nil, fmt.Errorf("%w: %s", ErrMalformed, w)
	}
	return []byte(w.String()), nil
}

// UnmarshalText reads mon to sun, or nothing for none. It returns ErrMalformed for everything else.
func (w *Weekday) UnmarshalText(text []byte) error {
	n := slices.Index(weekdayNames[:], string(text))
	if n < 0 {
		return fmt.Errorf("%w: %q is no weekday", ErrMalformed, text)
	}
	*w = Weekday(n)
	return nil
}

// On returns the intervals of a weekday.
func (w Week) On(day Weekday) []Interval { return w[day.Time()] }

// IsZero says that no day has hours.
func (w Week) IsZero() bool {
	return !slices.ContainsFunc(w[:], func(day []Interval) bool { return len(day) > 0 })
}

// MarshalJSON returns the object, Monday first.
func (w Week) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for day := Weekday(1); day <= 7; day++ {
		if len(w.On(day)) == 0 {
			continue
		}
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		text, err := json.Marshal(w.On(day))
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "%q:%s", day.String(), text)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// UnmarshalJSON reads the object. It returns ErrMalformed for a member that is no weekday.
func (w *Week) UnmarshalJSON(text []byte) error {
	var days map[Weekday][]Interval
	if err := json.Unmarshal(text, &days); err != nil {
		return err
	}
	*w = Week{}
	for day, intervals := range days {
		if day == 0 {
			return fmt.Errorf("%w: hours without a weekday", ErrMalformed)
		}
		if len(intervals) > 0 {
			w[day.Time()] = intervals
		}
	}
	return nil
}

// MonthDay is a day that returns every year, written 10-01 (month and day); the zero value is none. 02-29 stands for the
// end of February in years without it.
type MonthDay struct {
	Month time.Month
	Day   int
}

// monthDayOf returns the day of the year on which the date lies.
func monthDayOf(d civil.Date) MonthDay {
	_, month, day := d.YMD()
	return MonthDay{Month: month, Day: day}
}

func (m MonthDay) compare(other MonthDay) int {
	return int(m.Month)*100 + m.Day - int(other.Month)*100 - other.Day
}

// isValid asks the leap year 2024, so that 02-29 is a day.
func (m MonthDay) isValid() bool {
	_, err := civil.NewDate(2024, m.Month, m.Day)
	return err == nil
}

// String returns month and day, 10-01, and nothing for none.
func (m MonthDay) String() string {
	if m == (MonthDay{}) {
		return ""
	}
	return fmt.Sprintf("%02d-%02d", m.Month, m.Day)
}

// Display returns the day as people read it, 01.10.
func (m MonthDay) Display() string { return fmt.Sprintf("%02d.%02d.", m.Day, m.Month) }

// MarshalText returns month and day, 10-01, and nothing for none. It returns ErrMalformed for a day that does not exist.
func (m MonthDay) MarshalText() ([]byte, error) {
	if m != (MonthDay{}) && !m.isValid() {
		return nil, fmt.Errorf("%w: %s is no day of the year", ErrMalformed, m)
	}
	return []byte(m.String()), nil
}

// UnmarshalText reads month and day, 10-01, or nothing for none. It returns ErrMalformed for everything else.
func (m *MonthDay) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*m = MonthDay{}
		return nil
	}
	d, err := civil.ParseDate("2024-" + string(text))
	if err != nil || len(text) != len("10-01") {
		return fmt.Errorf("%w: %q is no day of the year", ErrMalformed, text)
	}
	*m = monthDayOf(d)
	return nil
}
