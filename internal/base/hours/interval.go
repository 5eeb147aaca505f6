package hours

import (
	"fmt"
	"slices"
	"strings"

	"vienkopus/internal/base/civil"
)

// Interval is one stretch of a day, its end not included. It does not run over midnight; 24:00 can be its end.
// In JSON it is "08:00-12:00".
type Interval struct {
	From civil.Clock
	To   civil.Clock
}

// ParseIntervals reads the hours of a day as people type them: "08:00-12:00, 13:00-18:00", with comma or semicolon, any
// dash, "8.00" too. Nothing is no interval. It returns ErrMalformed for everything else; whether the hours make sense
// is for Validate.
func ParseIntervals(text string) ([]Interval, error) {
	var all []Interval
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == ';' }) {
		if strings.TrimSpace(part) == "" {
			continue
		}
		var one Interval
		if err := one.UnmarshalText([]byte(part)); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// FormatIntervals returns the hours of a day as people read them, 08:00–12:00, 13:00–18:00, and nothing for none.
func FormatIntervals(all []Interval) string {
	parts := make([]string, len(all))
	for i, one := range all {
		parts[i] = one.From.String() + "–" + one.To.String()
	}
	return strings.Join(parts, ", ")
}

// Minutes returns the length of the interval, 0 when it ends before it begins.
func (i Interval) Minutes() int { return max(0, int(i.To-i.From)) }

// Contains says that the time of day lies in the interval; its end does not.
func (i Interval) Contains(c civil.Clock) bool { return i.From <= c && c < i.To }

// overlaps says that the two have a minute in common.
func (i Interval) overlaps(other Interval) bool {
	return max(i.From, other.From) < min(i.To, other.To)
}

// String returns the interval as in JSON.
func (i Interval) String() string { return i.From.String() + "-" + i.To.String() }

// MarshalText returns 08:00-12:00. It returns ErrMalformed for times outside the day.
func (i Interval) MarshalText() ([]byte, error) {
	if !i.From.IsValid() || !i.To.IsValid() {
		return nil, fmt.Errorf("%w: %d to %d minutes", ErrMalformed, i.From, i.To)
	}
	return []byte(i.String()), nil
}

var anyDash = strings.NewReplacer("–", "-", "—", "-", "−", "-")

// UnmarshalText reads one interval. It returns ErrMalformed for everything else.
func (i *Interval) UnmarshalText(text []byte) error {
	from, to, found := strings.Cut(anyDash.Replace(string(text)), "-")
	if !found {
		return fmt.Errorf("%w: %q is no interval", ErrMalformed, text)
	}
	begin, err := civil.ParseClock(from)
	if err != nil {
		return fmt.Errorf("%w: %q: %w", ErrMalformed, text, err)
	}
	end, err := civil.ParseClock(to)
	if err != nil {
		return fmt.Errorf("%w: %q: %w", ErrMalformed, text, err)
	}
	*i = Interval{From: begin, To: end}
	return nil
}

// tidy returns the intervals in order, empty ones left out and those that touch or overlap joined. It never changes
// what it was given.
func tidy(all []Interval) []Interval {
	if isTidy(all) {
		return all
	}
	sorted := slices.Clone(all)
	slices.SortFunc(sorted, func(a, b Interval) int { return int(a.From - b.From) })
	var joined []Interval
	for _, one := range sorted {
		if one.Minutes() == 0 {
			continue
		}
		if n := len(joined); n > 0 && one.From <= joined[n-1].To {
			joined[n-1].To = max(joined[n-1].To, one.To)
			continue
		}
		joined = append(joined, one)
	}
	return joined
}

func isTidy(all []Interval) bool {
	end := civil.Clock(-1)
	for _, one := range all {
		if one.From <= end || one.To <= one.From {
			return false
		}
		end = one.To
	}
	return true
}
