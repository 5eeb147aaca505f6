package civil

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// ErrClock is returned for text that is no time of day.
var ErrClock = errors.New("civil: not a time of day")

// Clock is a time of day in minutes since midnight, 0 to 1440; 1440 is 24:00, the end of the day.
type Clock int

// EndOfDay is 24:00, which only an end can be.
const EndOfDay Clock = 24 * 60

// ParseClock reads 08:00, 8:00 and 8.00, up to 24:00. It returns ErrClock for everything else.
func ParseClock(text string) (Clock, error) {
	hour, minute, found := strings.Cut(strings.TrimSpace(text), ":")
	if !found {
		hour, minute, found = strings.Cut(strings.TrimSpace(text), ".")
	}
	if !found || len(hour) > 2 || len(minute) != 2 {
		return 0, ErrClock
	}
	h, okHour := digits(hour)
	m, okMinute := digits(minute)
	c := Clock(h*60 + m)
	if !okHour || !okMinute || m > 59 || c > EndOfDay {
		return 0, ErrClock
	}
	return c, nil
}

// MustClock is ParseClock for times that stand in the program; it panics when the text is no time of day.
func MustClock(text string) Clock {
	c, err := ParseClock(text)
	if err != nil {
		panic(err.Error() + ": " + text)
	}
	return c
}

// ClockIn returns the time of day that a clock on the wall in the zone shows at the moment t, whole minutes only.
func ClockIn(t time.Time, zone *time.Location) Clock {
	hour, minute, _ := t.In(zone).Clock()
	return Clock(hour*60 + minute)
}

// IsValid says that the time lies between 00:00 and 24:00.
func (c Clock) IsValid() bool { return c >= 0 && c <= EndOfDay }

// On returns the moment at which a clock on the wall in the zone first shows this time on that day. When the clocks are
// put back and it shows it twice, that is the first time; when they are put forward and it never shows it, that is
// the moment of the change.
func (c Clock) On(d Date, zone *time.Location) time.Time {
	year, month, day := d.YMD()
	t := time.Date(year, month, day, 0, int(c), 0, 0, zone)
	want := time.Date(year, month, day, 0, int(c), 0, 0, time.UTC).Unix()
	start, end := t.ZoneBounds()
	if wall(t) != want {
		// The time was skipped; time.Date then answers a moment on either side of the change.
		if wall(t) < want {
			return end
		}
		return start
	}
	// A moment before the zone's last change that shows the same time is the first of two.
	if !start.IsZero() {
		_, offset := t.Zone()
		_, before := start.Add(-time.Second).Zone()
		if earlier := t.Add(time.Duration(offset-before) * time.Second); earlier.Before(start) {
			return earlier
		}
	}
	return t
}

// wall returns what the clock on the wall shows, as if it were UTC, in seconds.
func wall(t time.Time) int64 {
	_, offset := t.Zone()
	return t.Unix() + int64(offset)
}

// String returns the time as HH:MM.
func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", int(c)/60, int(c)%60) }

// MarshalText returns the time as HH:MM; JSON and forms use it. It returns ErrClock for a value outside the day.
func (c Clock) MarshalText() ([]byte, error) {
	if !c.IsValid() {
		return nil, ErrClock
	}
	return []byte(c.String()), nil
}

// UnmarshalText reads what ParseClock reads. It returns ErrClock for everything else.
func (c *Clock) UnmarshalText(text []byte) error {
	parsed, err := ParseClock(string(text))
	if err != nil {
		return err
	}
	*c = parsed
	return nil
}
