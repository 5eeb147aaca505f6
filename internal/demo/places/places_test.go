package places_test

import (
	"encoding/csv"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"vienkopus/internal/centre"
	"vienkopus/internal/demo/places"
	"vienkopus/internal/territory"
)

func load(t *testing.T) places.Places {
	t.Helper()
	p, err := places.Load()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestEveryCentreOfTheSource compares with the table that the sources were read into, cell by cell.
func TestEveryCentreOfTheSource(t *testing.T) {
	t.Parallel()
	p := load(t)
	file, err := os.Open("testdata/source_centres.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows)-1 != len(p.Centres) || len(p.Centres) != 32 {
		t.Fatalf("the source has %d centres, we have %d", len(rows)-1, len(p.Centres))
	}
	names := map[string]string{}
	for _, m := range p.Municipalities {
		names[m.Code] = m.Name
	}
	for i, r := range rows[1:] {
		c := p.Centres[i]
		// municipality,atvk,country,name,tier,host,lat,lon,note
		note := r[8]
		if names[c.Municipality] != r[0] || r[1] != "" && c.Municipality != r[1] || c.Name != r[3] || string(c.Tier) != r[4] ||
			string(c.Host) != strings.ReplaceAll(r[5], " ", "-") {
			t.Errorf("%v became %+v", r, c)
		}
		if lat, lon := number(t, r[6]), number(t, r[7]); c.Location.Point.Lat != lat || c.Location.Point.Lon != lon {
			t.Errorf("%s stands at %s", r[3], c.Location.Point)
		}
		doubtful := strings.Contains(note, "doubtful") || strings.Contains(note, "point unverified")
		if doubtful && c.Location.Precision != centre.Doubtful || c.Planned != (note == "planned") {
			t.Errorf("%s has lost its note %q", r[3], note)
		}
		if strings.HasPrefix(note, "opened 2023-03-07") && c.From.String() != "2023-03-07" {
			t.Errorf("%s opened on %s", r[3], c.From)
		}
		if note != "" && !strings.HasPrefix(note, "opened 2023-03-07") && c.Location.Address == "" && c.Remark.IsZero() && !doubtful {
			t.Errorf("nothing is left of the note on %s: %q", r[3], note)
		}
	}
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestEveryPlaceIsComplete looks for remarks, hours, surveys, stops and desks of centres that do not exist, and for centres without a desk.
func TestEveryPlaceIsComplete(t *testing.T) {
	t.Parallel()
	p := load(t)
	known := map[string]bool{}
	for _, c := range p.Centres {
		known[c.Code] = true
	}
	desks := map[string][]string{}
	for _, d := range p.Desks {
		if !known[d.Centre] {
			t.Errorf("desk %s is in the unknown centre %s", d.Desk, d.Centre)
		}
		desks[d.Centre] = append(desks[d.Centre], d.Desk)
	}
	if !slices.Equal(desks["cesis"], []string{"CES-1", "CES-2", "CES-3"}) || desks["livani-bus"][0] != "LIV-BUS-1" {
		t.Errorf("the desks of Cēsis are %v, of the bus %v", desks["cesis"], desks["livani-bus"])
	}
	hours := map[string]centre.HoursSet{}
	for _, h := range p.Hours {
		hours[h.Centre] = h
	}
	for _, c := range p.Centres {
		if len(desks[c.Code]) == 0 {
			t.Errorf("%s has no desk", c.Code)
		}
		if h, ok := hours[c.Code]; !ok && !c.Planned || ok && !h.Unverified && c.Code != "cesis" {
			t.Errorf("%s has no hours, or hours that claim to be verified", c.Code)
		}
	}
	for _, s := range p.Surveys {
		if !known[s.Centre] {
			t.Errorf("a survey of the unknown centre %s", s.Centre)
		}
	}
	if got := len(p.Centres[slices.IndexFunc(p.Centres, func(c centre.Opening) bool { return c.Code == "livani-bus" })].Location.Stops); got != 2 {
		t.Errorf("the bus has %d stops", got)
	}
	for _, m := range p.Municipalities {
		if m.Code == "0021000" && (!strings.Contains(m.Remark.LV, "14") || !strings.Contains(m.Remark.LV, "13")) {
			t.Errorf("the contradiction of Alūksne is not told: %q", m.Remark.LV)
		}
		if !m.UnitsUnverified && m.Country == territory.Latvia {
			t.Errorf("the units of %s claim to be verified", m.Name)
		}
	}
}
