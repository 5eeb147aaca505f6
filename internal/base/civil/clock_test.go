package civil_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"vienkopus/internal/base/civil"
)

func TestParseClock(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"08:00": "08:00", "8:05": "08:05", " 8.30 ": "08:30", "24:00": "24:00", "00:00": "00:00", "23:59": "23:59"} {
		if got, err := civil.ParseClock(text); err != nil || got.String() != want {
			t.Errorf("ParseClock(%q) = %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "8", "8:5", "24:01", "25:00", "08:60", "-1:00", "08:00:00", "0800", "a:00", "8:+1"} {
		if got, err := civil.ParseClock(text); !errors.Is(err, civil.ErrClock) {
			t.Errorf("ParseClock(%q) = %v, %v", text, got, err)
		}
	}
	if text, err := json.Marshal(civil.MustClock("7:30")); err != nil || string(text) != `"07:30"` {
		t.Errorf("%s, %v", text, err)
	}
	if _, err := json.Marshal(civil.Clock(1441)); err == nil {
		t.Error("a clock beyond the day was written")
	}
}

// In Riga the clocks go forward on 29.3.2026 from 03:00 to 04:00 and back on 25.10.2026 from 04:00 to 03:00.
func TestClockOnDaysOfChange(t *testing.T) {
	t.Parallel()
	riga := zone(t, "Europe/Riga")
	for _, c := range []struct{ day, clock, utc string }{
		{"2026-03-29", "02:59", "2026-03-29T00:59:00Z"},
		{"2026-03-29", "03:00", "2026-03-29T01:00:00Z"},
		{"2026-03-29", "03:30", "2026-03-29T01:00:00Z"}, // never shown: the moment of the change
		{"2026-03-29", "04:00", "2026-03-29T01:00:00Z"},
		{"2026-03-29", "08:00", "2026-03-29T05:00:00Z"},
		{"2026-10-25", "02:59", "2026-10-24T23:59:00Z"},
		{"2026-10-25", "03:00", "2026-10-25T00:00:00Z"},
		{"2026-10-25", "03:30", "2026-10-25T00:30:00Z"}, // shown twice: the first time
		{"2026-10-25", "04:00", "2026-10-25T02:00:00Z"},
		{"2026-10-25", "24:00", "2026-10-25T22:00:00Z"},
		{"2026-06-01", "00:00", "2026-05-31T21:00:00Z"},
	} {
		got := civil.MustClock(c.clock).On(civil.MustDate(c.day), riga).UTC().Format(time.RFC3339)
		if got != c.utc {
			t.Errorf("%s %s is %s, want %s", c.day, c.clock, got, c.utc)
		}
	}
}

// West of Greenwich package time looks at a skipped time from the other side of the change.
func TestClockOnWestOfGreenwich(t *testing.T) {
	t.Parallel()
	for clock, utc := range map[string]string{"01:59": "06:59", "02:30": "07:00", "03:00": "07:00"} {
		got := civil.MustClock(clock).On(civil.MustDate("2026-03-08"), zone(t, "America/New_York")).UTC().Format("15:04")
		if got != utc {
			t.Errorf("%s is %s UTC, want %s", clock, got, utc)
		}
	}
}

// On returns the first moment of the day at which the wall clock shows the time or a later one.
func TestClockOnIsTheFirstMoment(t *testing.T) {
	t.Parallel()
	// The clocks' days of change, west and east of Greenwich.
	changes := []string{"2026-03-08", "2026-11-01", "2026-03-29", "2026-10-25", "2026-04-24", "2026-10-30"}
	zones := []*time.Location{zone(t, "America/New_York"), zone(t, "Europe/Riga"), zone(t, "Europe/Vilnius"), zone(t, "America/St_Johns"), zone(t, "Africa/Cairo"), time.UTC}
	rapid.Check(t, func(t *rapid.T) {
		loc := rapid.SampledFrom(zones).Draw(t, "zone")
		day := civil.MustDate("2023-01-01").AddDays(rapid.IntRange(0, 1500).Draw(t, "day"))
		if rapid.Bool().Draw(t, "change") {
			day = civil.MustDate(rapid.SampledFrom(changes).Draw(t, "day of change"))
		}
		clock := civil.Clock(rapid.IntRange(0, 1439).Draw(t, "clock"))
		at := clock.On(day, loc)
		reached := func(m time.Time) bool {
			return civil.In(m, loc).After(day) || civil.In(m, loc) == day && civil.ClockIn(m, loc) >= clock
		}
		if !reached(at) || reached(at.Add(-time.Second)) {
			t.Fatalf("%s %s in %s: %s", day, clock, loc, at)
		}
	})
}
