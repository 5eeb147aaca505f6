package territory_test

import (
	"encoding/json"
	"testing"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/territory"
)

var day = civil.MustDate("2021-07-01")

// written are lines as they stand in journals. They are read for ever: this table grows, its texts never change.
var written = []struct {
	fact journal.Fact
	body string
}{
	{
		territory.Registered{
			Code: "0026000", Country: territory.Latvia, Name: "Cēsu novads", From: day, Unverified: true, UnitsUnverified: true,
			Remark: territory.Remark{LV: "a", EN: "b", LT: "c"},
		},
		`{"code":"0026000","country":"LV","name":"Cēsu novads","from":"2021-07-01","unverified":true,"units_unverified":true,"remark":{"lv":"a","en":"b","lt":"c"}}`,
	},
	{territory.Renamed{Code: "0026000", Name: "x", From: day}, `{"code":"0026000","name":"x","from":"2021-07-01"}`},
	{territory.Dissolved{Code: "0026000", To: day, Into: "0027000"}, `{"code":"0026000","to":"2021-07-01","into":"0027000"}`},
	{
		territory.UnitRegistered{Code: "amatas-parish", Municipality: "0026000", Name: "Amatas pagasts", Type: territory.Parish, From: day, Unverified: true},
		`{"code":"amatas-parish","municipality":"0026000","name":"Amatas pagasts","type":"parish","from":"2021-07-01","unverified":true}`,
	},
	{territory.UnitDissolved{Code: "amatas-parish", To: day}, `{"code":"amatas-parish","to":"2021-07-01"}`},
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
		for _, d := range territory.Facts() {
			if d.Kind != w.fact.Kind() {
				continue
			}
			if read, err := d.Decode([]byte(w.body)); err != nil || read != w.fact {
				t.Errorf("%s reads as %+v, %v", d.Kind, read, err)
			}
		}
	}
	for _, d := range territory.Facts() {
		if !seen[d.Kind] {
			t.Errorf("%s has no example", d.Kind)
		}
	}
}
