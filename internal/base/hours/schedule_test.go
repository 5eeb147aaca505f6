package hours_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/hours"
)

// library is a parish library as such centres publish their hours: two seasons, a methodical day, an off-site
// day, shorter hours before Christmas, repairs.
const library = `{
  "seasons": [
    {"name": "winter", "from": "10-01", "to": "05-31", "week": {
      "mon": ["08:00-12:00", "13:00-18:00"], "tue": ["08:00-17:00"], "wed": ["08:00-17:00"], "thu": ["08:00-17:00"], "fri": ["08:00-16:00"]}},
    {"name": "summer", "from": "06-01", "to": "09-30", "week": {
      "mon": ["09:00-15:00"], "wed": ["09:00-15:00"], "thu": ["09:00-15:00"]}}
  ],
  "rules": [
    {"nth": 2, "weekday": "wed", "reason": {"key": "methodical-day"}},
    {"nth": -1, "weekday": "fri", "reason": {"key": "off-site", "text": "Rīdzenes bibliotēkā"}},
    {"nth": 1, "weekday": "sat", "hours": ["10:00-13:00"], "reason": {"key": "extra-day"}}
  ],
  "exceptions": [
    {"from": "2026-12-23", "to": "2026-12-23", "hours": ["08:00-12:00"], "reason": {"key": "shorter-day"}},
    {"from": "2026-07-06", "to": "2026-07-19", "reason": {"key": "repairs"}},
    {"from": "2026-06-23", "to": "2026-06-23", "hours": ["09:00-11:00"], "reason": {"key": "event"}}
  ],
  "opens_on": "2026-02-02",
  "closed_from": "2031-01-01"
}`

func parse(t *testing.T, text string) hours.Schedule {
	t.Helper()
	s, err := hours.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestJSONIsStable(t *testing.T) {
	t.Parallel()
	s := parse(t, library)
	if problems := s.Validate(); len(problems) != 0 {
		t.Fatalf("%v", problems)
	}
	first, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	again := parse(t, string(first))
	if !reflect.DeepEqual(again, s) {
		t.Errorf("%+v became %+v", s, again)
	}
	want := strings.Join(strings.Fields(library), "")
	if got := strings.Join(strings.Fields(string(first)), ""); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if empty, err := json.Marshal(hours.Schedule{}); err != nil || string(empty) != "{}" {
		t.Errorf("an empty schedule is %s, %v", empty, err)
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"nothing":             ``,
		"no object":           `[]`,
		"two objects":         `{}{}`,
		"unknown member":      `{"weeks": {}}`,
		"unknown weekday":     `{"week": {"monday": ["08:00-12:00"]}}`,
		"no weekday":          `{"week": {"": ["08:00-12:00"]}}`,
		"no interval":         `{"week": {"mon": ["08:00"]}}`,
		"prose":               `{"week": {"mon": ["every other week"]}}`,
		"25 o'clock":          `{"week": {"mon": ["08:00-25:00"]}}`,
		"30 February":         `{"seasons": [{"from": "02-30", "to": "05-31", "week": {}}]}`,
		"year in a season":    `{"seasons": [{"from": "2026-10-01", "to": "05-31", "week": {}}]}`,
		"short season":        `{"seasons": [{"from": "1-1", "to": "05-31", "week": {}}]}`,
		"no date":             `{"exceptions": [{"from": "24.12.2026", "to": "2026-12-24"}]}`,
		"unknown rule day":    `{"rules": [{"nth": 1, "weekday": "day", "reason": {"key": "other"}}]}`,
		"broken UTF-8 key":    "{\"\xff\": 1}",
		"longer than allowed": `{"opens_on": "` + strings.Repeat(" ", hours.MaxBytes) + `"}`,
	} {
		if s, err := hours.Parse([]byte(text)); !errors.Is(err, hours.ErrMalformed) {
			t.Errorf("%s: %+v, %v", name, s, err)
		}
	}
}

func TestIntervalsAsTyped(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                  "",
		" ":                                 "",
		"08:00-12:00":                       "08:00–12:00",
		"8:00 – 12:00, 13.00—18.00":         "08:00–12:00, 13:00–18:00",
		"08:00-12:00;13:00-24:00":           "08:00–12:00, 13:00–24:00",
		"08:00-12:00,13:00-18:00, ":         "08:00–12:00, 13:00–18:00",
		"8:00-9:00,10:00-11:00,12:00-13:00": "08:00–09:00, 10:00–11:00, 12:00–13:00",
	} {
		got, err := hours.ParseIntervals(text)
		if err != nil || hours.FormatIntervals(got) != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"08:00", "8-12", "08:00-", "-12:00", "08:00-12:00-13:00", "closed", "08:00-12:00 13:00-18:00"} {
		if got, err := hours.ParseIntervals(text); !errors.Is(err, hours.ErrMalformed) {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	if _, err := json.Marshal([]hours.Interval{{From: -1, To: civil.EndOfDay}}); err == nil {
		t.Error("an interval outside the day was written")
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(library))
	f.Add([]byte(`{"week":{"mon":["08:00-12:00","11:00-13:00"]}}`))
	f.Add([]byte(`{"seasons":[{"from":"02-29","to":"02-29","week":{"sun":["00:00-24:00"]}}],"closed_from":"0001-01-01"}`))
	f.Add([]byte(`{"rules":[{"nth":-6,"weekday":"sun","hours":["12:00-08:00"]}],"exceptions":[{}]}`))
	f.Add([]byte(`{"seasons":[{}],"rules":[{}],"exceptions":[{}]}`))
	zone := riga(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := hours.Parse(text)
		if err != nil {
			if !errors.Is(err, hours.ErrMalformed) {
				t.Fatal(err)
			}
			return
		}
		first, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		again, err := hours.Parse(first)
		if err != nil {
			t.Fatalf("%s: %v", first, err)
		}
		second, err := json.Marshal(again)
		if err != nil || string(first) != string(second) {
			t.Fatalf("%s became %s, %v", first, second, err)
		}
		// Whatever was read, nothing panics and every answer is in order.
		problems := s.Validate()
		_ = s.OSM(civil.Date{})
		p := hours.Place{Schedule: s, Zone: zone}
		for d := range (civil.Period{From: civil.MustDate("2028-02-20"), To: civil.MustDate("2028-03-05")}).All() {
			end := civil.Clock(-1)
			for _, i := range p.On(d).Intervals {
				if i.From <= end || i.To <= i.From {
					t.Fatalf("%s: %v (problems %v)", d, p.On(d).Intervals, problems)
				}
				end = i.To
			}
		}
	})
}
