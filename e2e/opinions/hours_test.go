package opinions_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/hours"
	"vienkopus/internal/centre"
	"vienkopus/internal/centre/centresql"
	"vienkopus/internal/centre/centretest"
	"vienkopus/internal/platform/sqldb/dbtest"
)

const (
	// drawn is how many schedules are made up beside those of the demonstration, and seed which.
	drawn, seed = 60, 20260417
	// compared is for how many days from today on half hours are compared: a year and what follows its turn.
	compared = 400
)

// text is what we publish about a place.
type text struct {
	Country string `json:"country"`
	Value   string `json:"value"`
}

// reading is what opening_hours.js makes of the texts.
type reading struct {
	// Holidays are the public holidays that it knows, by country.
	Holidays map[string][]civil.Date `json:"holidays"`
	Answers  []struct {
		// Open has beginnings and ends in seconds of Unix time.
		Open     [][2]int64 `json:"open"`
		Warnings []string   `json:"warnings"`
	} `json:"answers"`
}

// world is where texts are read: from a midnight on, for some days.
type world struct {
	today civil.Date
	zone  *time.Location
}

func (w world) read(t *testing.T, days int, texts []text) reading {
	t.Helper()
	var r reading
	ask(t, "hours.mjs", map[string]any{
		"from": civil.Clock(0).On(w.today, w.zone), "to": civil.Clock(0).On(w.today.AddDays(days), w.zone), "values": texts,
	}, &r)
	if len(r.Answers) != len(texts) {
		t.Fatalf("%d answers to %d texts", len(r.Answers), len(texts))
	}
	return r
}

// differences counts half hours, and among them those at which the place is not as the reading has it; it returns the first.
func (w world) differences(p hours.Place, open [][2]int64) (asked, differ int, first time.Time) {
	end := civil.Clock(0).On(w.today.AddDays(compared), w.zone)
	for at := civil.Clock(0).On(w.today, w.zone); at.Before(end); at = at.Add(30 * time.Minute) {
		for len(open) > 0 && open[0][1] <= at.Unix() {
			open = open[1:]
		}
		theirs := len(open) > 0 && open[0][0] <= at.Unix()
		if asked++; theirs != p.OpenAt(at) {
			if differ++; differ == 1 {
				first = at
			}
		}
	}
	return asked, differ, first
}

func here(t *testing.T) world {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Riga")
	if err != nil {
		t.Fatal(err)
	}
	return world{civil.In(time.Now(), zone), zone}
}

// theirs is a calendar of the holidays that they know, so that hours are compared and not lists of holidays.
func theirs(r reading, country string) *civil.Calendar {
	all := make([]civil.Holiday, len(r.Holidays[country]))
	for i, d := range r.Holidays[country] {
		all[i] = civil.Holiday{Date: d, Key: civil.PublicHoliday}
	}
	return civil.NewCalendar(nil, all, nil)
}

// Whoever reads our opening_hours with the program that maps use opens the door in the same half hours as we do.
func TestOpeningHoursAreReadAsTheyAreMeant(t *testing.T) {
	t.Parallel()
	w := here(t)
	places, countries := centres(t)
	random := rand.New(rand.NewPCG(seed, seed))
	for range drawn {
		places, countries = append(places, hours.Place{Schedule: w.draw(random), Zone: w.zone}), append(countries, []string{"lv", "lt"}[random.IntN(2)])
	}
	texts := make([]text, len(places))
	for i, p := range places {
		texts[i] = text{countries[i], p.Schedule.OSM(w.today)}
	}
	r := w.read(t, compared, texts)
	total := 0
	for i, p := range places {
		p.Calendar = theirs(r, countries[i])
		asked, differ, first := w.differences(p, r.Answers[i].Open)
		if total += asked; differ > 0 {
			t.Errorf("%d of %d half hours differ, the first at %s: %s", differ, asked, first.In(w.zone), texts[i].Value)
		}
		if len(r.Answers[i].Warnings) > 0 {
			t.Errorf("%s: they warn %q", texts[i].Value, r.Answers[i].Warnings)
		}
	}
	t.Logf("%d texts, %d half hours", len(texts), total)
	if len(places) < drawn+20 {
		t.Errorf("only %d centres of the demonstration have hours", len(places)-drawn)
	}
}

// The comparison would see a text that says something else.
func TestAWrongTextIsSeen(t *testing.T) {
	t.Parallel()
	w := here(t)
	plain, err := hours.Parse([]byte(`{"week": {"mon": ["08:00-12:00", "13:00-18:00"], "tue": ["08:00-17:00"], "sat": ["22:00-24:00"]}, "rules": [{"nth": 2, "weekday": "tue", "reason": {"key": "event"}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	value := plain.OSM(w.today)
	wrong := []text{{"lv", value}}
	for _, change := range [][2]string{{"Mo 08:00", "Mo 08:30"}, {"Tu[2]", "Tu[3]"}, {"; PH off", ""}, {"22:00-24:00", "22:00-23:30"}, {"Sa", "Su"}, {"; Tu[2] off", ""}} {
		wrong = append(wrong, text{"lv", strings.Replace(value, change[0], change[1], 1)})
	}
	r := w.read(t, compared, wrong)
	for i, said := range wrong {
		p := hours.Place{Schedule: plain, Calendar: theirs(r, "lv"), Zone: w.zone}
		if _, differ, _ := w.differences(p, r.Answers[i].Open); (differ > 0) != (said.Value != value) {
			t.Errorf("%s: %d half hours differ", said.Value, differ)
		}
	}
	past := w.read(t, 1, []text{{"lv", "Mo 08:00-12:00; 2020 Jan 01-2020 Feb 01 off"}})
	if len(past.Answers[0].Warnings) == 0 {
		t.Error("they do not warn of a rule that is wholly past")
	}
}

// Where their lists of holidays differ from ours is known: two Sundays of the Latvian law.
func TestTheirHolidaysAreOurs(t *testing.T) {
	t.Parallel()
	w := here(t)
	w.today = civil.MustDate("2026-01-01")
	r := w.read(t, 730, []text{})
	for country, rules := range map[string]civil.Rules{"lv": civil.LatvianHolidays, "lt": civil.LithuanianHolidays} {
		known := r.Holidays[country]
		for year := 2026; year <= 2027; year++ {
			for _, h := range rules(year) {
				at := slices.Index(known, h.Date)
				if at >= 0 {
					known = slices.Delete(known, at, at+1)
				} else if h.Key != civil.MothersDay && h.Key != civil.Pentecost && h.Key != civil.FathersDay {
					t.Errorf("%s: they do not know %s on %s", country, h.Key, h.Date)
				}
			}
		}
		if len(known) > 0 {
			t.Errorf("%s: we do not know %v", country, known)
		}
	}
}

// centres are those of the demonstration that have hours, and where they are.
func centres(t *testing.T) (places []hours.Place, countries []string) {
	t.Helper()
	n := centretest.Seeded(t, dbtest.SQLite(t))
	d, err := centresql.Store{}.Directory(t.Context(), n.Journal.DB(), civil.In(time.Now(), time.UTC), centre.NewCalendars(nil))
	if err != nil {
		t.Fatal(err)
	}
	for i := range d.Centres {
		c := &d.Centres[i]
		table, ok := d.Timetables[c.Code]
		if !ok || table.Hours.OSM(civil.Date{}) == "" {
			continue
		}
		p, err := d.Calendars.Place(c, table)
		if err != nil {
			t.Fatal(err)
		}
		places, countries = append(places, p), append(countries, strings.ToLower(string(c.Country)))
	}
	return places, countries
}

// draw makes up a schedule of every kind that holds together, in the year from yesterday on.
func (w world) draw(random *rand.Rand) hours.Schedule {
	for {
		s := hours.Schedule{Week: week(random)}
		if random.IntN(2) == 0 {
			from := w.today.AddDays(random.IntN(365))
			to := from.AddDays(random.IntN(200))
			s.Seasons = []hours.Season{{
				From: hours.MonthDay{Month: from.Month(), Day: from.Day()}, To: hours.MonthDay{Month: to.Month(), Day: to.Day()}, Week: week(random),
			}}
		}
		for range random.IntN(4) {
			s.Rules = append(s.Rules, hours.Rule{
				Nth: random.IntN(11) - 5, Weekday: hours.Weekday(1 + random.IntN(7)), Hours: day(random), Reason: hours.Reason{Key: hours.ReasonEvent},
			})
		}
		for range random.IntN(4) {
			from := w.today.AddDays(random.IntN(365) - 20)
			s.Exceptions = append(s.Exceptions, hours.Exception{
				From: from, To: from.AddDays(random.IntN(21)), Hours: day(random), Reason: hours.Reason{Key: hours.ReasonEvent},
			})
		}
		if random.IntN(3) == 0 {
			s.OpensOn = w.today.AddDays(random.IntN(200) - 50)
		}
		if random.IntN(3) == 0 {
			s.ClosedFrom = w.today.AddDays(random.IntN(500))
		}
		if len(s.Validate()) == 0 {
			return s
		}
	}
}

func week(random *rand.Rand) hours.Week {
	var w hours.Week
	for i := range w {
		w[i] = day(random)
	}
	return w
}

// day gives none to three intervals, also at night, so that they meet the changes of the clocks.
func day(random *rand.Rand) []hours.Interval {
	marks := random.Perm(49)[:random.IntN(7)]
	slices.Sort(marks)
	var all []hours.Interval
	for i := 0; i+1 < len(marks); i += 2 {
		all = append(all, hours.Interval{From: civil.Clock(marks[i] * 30), To: civil.Clock(marks[i+1] * 30)})
	}
	return all
}
