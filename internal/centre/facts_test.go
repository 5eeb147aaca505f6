package centre_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/dated"
	"vienkopus/internal/base/geo"
	"vienkopus/internal/base/hours"
	"vienkopus/internal/centre"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/territory"
)

var day = civil.MustDate("2026-11-21")

// written are lines as they stand in journals. They are read for ever: this table grows, its texts never change.
var written = []struct {
	fact journal.Fact
	body string
}{
	{
		centre.Opened{
			Code: "livani-bus", Name: "Līvānu autobuss", Municipality: "0036000", Country: territory.Latvia, Host: centre.ElectricMinibus,
			Zone: "Europe/Riga", Location: centre.Location{
				Unit: "livani-town", Address: "Rīgas iela 77", Point: geo.Point{Lat: 56.3558, Lon: 26.1795}, Precision: centre.Village,
				Stops: []centre.Stop{{Name: "Turki", Point: geo.Point{Lat: 56.4555, Lon: 26.274}}},
			},
			Phone: "+371 65000000", Email: "kac@livani.lv", From: day, Planned: true, Unverified: true, Remark: territory.Remark{LV: "a", EN: "b", LT: "c"},
		},
		`{"code":"livani-bus","name":"Līvānu autobuss","municipality":"0036000","host":"electric-minibus","zone":"Europe/Riga","country":"LV",` +
			`"location":{"unit":"livani-town","address":"Rīgas iela 77","point":{"lat":56.3558,"lon":26.1795},"precision":"village",` +
			`"stops":[{"name":"Turki","point":{"lat":56.4555,"lon":26.274}}]},"phone":"+371 65000000","email":"kac@livani.lv",` +
			`"from":"2026-11-21","planned":true,"unverified":true,"remark":{"lv":"a","en":"b","lt":"c"}}`,
	},
	{
		centre.TierAssigned{Centre: "cesis", Tier: centre.UnifiedRegional, From: day, Unverified: true},
		`{"centre":"cesis","tier":"unified-regional","from":"2026-11-21","unverified":true}`,
	},
	{
		centre.HoursSet{Centre: "cesis", From: day, Hours: hours.Schedule{Week: hours.Week{1: {{From: civil.MustClock("08:00"), To: civil.MustClock("18:00")}}}}},
		`{"centre":"cesis","from":"2026-11-21","hours":{"week":{"mon":["08:00-18:00"]}}}`,
	},
	{
		centre.Surveyed{Centre: "cesis", On: day, Findings: []centre.Finding{{Feature: centre.DoorWidth, Answer: centre.Yes, Value: 90}}, Source: "x", Unverified: true},
		`{"centre":"cesis","on":"2026-11-21","findings":[{"feature":"door-width","answer":"yes","value":90}],"source":"x","unverified":true}`,
	},
	{
		centre.Moved{Centre: "veselava", From: day, Location: centre.Location{Point: geo.Point{Lat: 57.2887, Lon: 25.4776}, Precision: centre.Building}},
		`{"centre":"veselava","from":"2026-11-21","location":{"point":{"lat":57.2887,"lon":25.4776},"precision":"building"}}`,
	},
	{centre.Closed{Centre: "kaive", To: day}, `{"centre":"kaive","to":"2026-11-21"}`},
	{
		centre.TierRuleSet{Basis: dated.Basis{From: day, Why: "The bus begins", Source: "MK 401/2017"}, Rules: []centre.Rule{{Class: centre.ClassMobile, Authority: "state", Acts: []string{"application"}}}},
		`{"from":"2026-11-21","why":"The bus begins","source":"MK 401/2017","rules":[{"class":"mobile","authority":"state","acts":["application"]}]}`,
	},
	{centre.DeskOpened{Desk: "CES-1", Centre: "cesis", Name: "Cēsis 1"}, `{"desk":"CES-1","centre":"cesis","name":"Cēsis 1"}`},
	{centre.DeskClosed{Desk: "CES-1", Centre: "cesis", To: day}, `{"desk":"CES-1","centre":"cesis","to":"2026-11-21"}`},
}

func TestWrittenFacts(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, w := range written {
		body, err := json.Marshal(w.fact)
		if err != nil || string(body) != w.body {
			t.Errorf("%s is written as\n%s, was\n%s %v", w.fact.Kind(), body, w.body, err)
		}
		seen[w.fact.Kind()] = true
		for _, d := range centre.Facts() {
			if d.Kind != w.fact.Kind() || d.Version != w.fact.Version() {
				continue
			}
			read, err := d.Decode([]byte(w.body))
			if diff := cmp.Diff(w.fact, read, cmp.Comparer(func(a, b civil.Date) bool { return a == b })); err != nil || diff != "" {
				t.Errorf("%s reads otherwise: %v\n%s", d.Kind, err, diff)
			}
		}
	}
	for _, d := range centre.Facts() {
		if !seen[d.Kind] {
			t.Errorf("%s has no example", d.Kind)
		}
	}
}

// FuzzFacts feeds bodies to every reader: a line that cannot be read is refused and never panics.
func FuzzFacts(f *testing.F) {
	for _, w := range written {
		f.Add([]byte(w.body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, d := range centre.Facts() {
			fact, err := d.Decode(body)
			if err != nil {
				continue
			}
			if again, err := json.Marshal(fact); err == nil {
				if _, err := d.Decode(again); err != nil {
					t.Errorf("%s writes what it cannot read: %s %v", d.Kind, again, err)
				}
			}
		}
	})
}
