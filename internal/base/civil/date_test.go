package civil_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"

	"vienkopus/internal/base/civil"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestParseDate(t *testing.T) {
	t.Parallel()
	good := map[string]string{
		"2026-05-04":     "2026-05-04",
		" 2026-05-04 ":   "2026-05-04",
		"04.05.2026":     "2026-05-04",
		"4.5.2026":       "2026-05-04",
		"4. 5. 2026.":    "2026-05-04",
		"04 . 05 . 2026": "2026-05-04",
		"29.02.2024":     "2024-02-29",
		"0001-01-01":     "0001-01-01",
		"9999-12-31":     "9999-12-31",
	}
	for text, want := range good {
		got, err := civil.ParseDate(text)
		if err != nil || got.String() != want {
			t.Errorf("ParseDate(%q) = %v, %v; want %s", text, got, err, want)
		}
	}
	bad := []string{
		"", " ", "2026", "2026-5-4", "2026-02-30", "29.02.2025", "31.04.2026", "00.01.2026", "01.00.2026", "01.13.2026",
		"0000-01-01", "1.5.26", "1.5", "1.5.2026.1", "+1.5.2026", "2026-05-04T10:00", "2026/05/04", "20/6-05-04", "5.4.2026 10:00", "１.5.2026", "-026-01-01",
	}
	for _, text := range bad {
		if got, err := civil.ParseDate(text); !errors.Is(err, civil.ErrDate) {
			t.Errorf("ParseDate(%q) = %v, %v; want ErrDate", text, got, err)
		}
	}
}

func TestDateTexts(t *testing.T) {
	t.Parallel()
	d := civil.MustDate("2026-05-04")
	if d.Display() != "04.05.2026" || d.Weekday() != time.Monday || d.Year() != 2026 || d.Month() != time.May || d.Day() != 4 {
		t.Errorf("%s: %s %s", d, d.Display(), d.Weekday())
	}
	var none civil.Date
	if none.String() != "" || none.Display() != "" || !none.IsZero() || !none.Before(d) || !none.AddDays(3).IsZero() || !none.AddMonths(1).IsZero() {
		t.Error("no date must stay no date")
	}
}

func TestAddMonthsKeepsToTheMonth(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from   string
		months int
		want   string
	}{
		{"2026-01-31", 1, "2026-02-28"},
		{"2024-01-31", 1, "2024-02-29"},
		{"2026-03-31", -1, "2026-02-28"},
		{"2026-01-15", 4, "2026-05-15"},
		{"2026-12-31", 2, "2027-02-28"},
		{"2024-02-29", 12, "2025-02-28"},
		{"9999-12-31", 1, "9999-12-31"},
		{"0001-01-31", -1, "0001-01-31"},
	} {
		if got := civil.MustDate(c.from).AddMonths(c.months); got.String() != c.want {
			t.Errorf("%s + %d months = %s, want %s", c.from, c.months, got, c.want)
		}
	}
}

func TestInAsksTheZone(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 6, 30, 21, 30, 0, 0, time.UTC)
	if got := civil.In(at, zone(t, "Europe/Riga")).String(); got != "2026-07-01" {
		t.Errorf("in Riga it is %s", got)
	}
	if got := civil.In(at, time.UTC).String(); got != "2026-06-30" {
		t.Errorf("in UTC it is %s", got)
	}
	if got := civil.ClockIn(at, zone(t, "Europe/Riga")).String(); got != "00:30" {
		t.Errorf("the clock shows %s", got)
	}
}

func TestDateInJSONAndDatabase(t *testing.T) {
	t.Parallel()
	type row struct {
		D civil.Date  `json:"d"`
		M civil.Month `json:"m,omitzero"`
	}
	text, err := json.Marshal(row{D: civil.MustDate("2026-05-04")})
	if err != nil || string(text) != `{"d":"2026-05-04"}` {
		t.Errorf("%s, %v", text, err)
	}
	var back row
	if err := json.Unmarshal([]byte(`{"d":"2026-05-04","m":"2026-05"}`), &back); err != nil || back.M != civil.MonthOf(back.D) {
		t.Errorf("%+v, %v", back, err)
	}
	for _, broken := range []string{`{"d":"04.05.2026"}`, `{"d":"2026-02-30"}`, `{"m":"2026-13"}`, `{"m":"26-1"}`, `{"d":5}`} {
		if err := json.Unmarshal([]byte(broken), &back); err == nil {
			t.Errorf("%s was read", broken)
		}
	}
	var d civil.Date
	for _, src := range []any{"2026-05-04", []byte("2026-05-04")} {
		if err := d.Scan(src); err != nil || d.String() != "2026-05-04" {
			t.Errorf("Scan(%v): %v, %v", src, d, err)
		}
	}
	if v, err := d.Value(); err != nil || v != "2026-05-04" {
		t.Errorf("Value = %v, %v", v, err)
	}
	if err := d.Scan(nil); err != nil || !d.IsZero() {
		t.Errorf("Scan(nil): %v, %v", d, err)
	}
	if v, err := d.Value(); err != nil || v != nil {
		t.Errorf("no date is stored as %v, %v", v, err)
	}
	if err := d.Scan(20260504); err == nil {
		t.Error("a number was read as a date")
	}
	var m civil.Month
	if err := m.Scan("2026-05"); err != nil || m.String() != "2026-05" {
		t.Errorf("Scan: %v, %v", m, err)
	}
}

// The calendar of package time is the oracle: same day, same weekday, same distance.
func TestDateAgreesWithTime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		day := rapid.IntRange(0, 3652058).Draw(t, "day")
		step := rapid.IntRange(-4000000, 4000000).Draw(t, "step")
		base := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
		want := base.AddDate(0, 0, day)
		d := civil.MustDate("0001-01-01").AddDays(day)
		if d.String() != want.Format("2006-01-02") || d.Weekday() != want.Weekday() {
			t.Fatalf("%d days: %s %s, want %s", day, d, d.Weekday(), want)
		}
		if again, err := civil.ParseDate(d.Display()); err != nil || again != d {
			t.Fatalf("%s is read as %s, %v", d.Display(), again, err)
		}
		if other := d.AddDays(step); day+step >= 0 && day+step < 3652059 {
			if d.DaysUntil(other) != step || other.AddDays(-step) != d || d.Before(other) != (step > 0) || d.Compare(other) != -other.Compare(d) {
				t.Fatalf("%s and %d days: %s", d, step, other)
			}
		}
	})
}

func FuzzParseDate(f *testing.F) {
	for _, seed := range []string{"2026-05-04", "4. 5. 2026.", "", "31.02.2026", "0001-01-01", "1..2026"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := civil.ParseDate(text)
		if err != nil {
			if !errors.Is(err, civil.ErrDate) || !d.IsZero() {
				t.Fatalf("%q: %v, %v", text, d, err)
			}
			return
		}
		for _, again := range []string{d.String(), d.Display()} {
			if same, err := civil.ParseDate(again); err != nil || same != d {
				t.Fatalf("%q became %q became %v, %v", text, again, same, err)
			}
		}
	})
}
