package finderhttp_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/hours"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/platform/sqldb/dbtest"
)

type item struct {
	Code         string `json:"code"`
	Tier         string `json:"tier"`
	OpeningHours string `json:"opening_hours"`
	OpenNow      bool   `json:"open_now"`
	Unverified   bool   `json:"opening_hours_unverified"`
	Metres       *int   `json:"metres"`
	Does         []string
	Features     []struct {
		Feature, Answer string
		Unverified      bool
	} `json:"features"`
}

func TestAPI(t *testing.T) {
	t.Parallel()
	h := seeded(t, dbtest.SQLite(t), friday)
	ask := func(path string) []item {
		status, body := get(t, h, "/api/v1"+path, "lv")
		var list struct{ Items []item }
		if err := json.Unmarshal([]byte(body), &list); err != nil || status != http.StatusOK {
			t.Fatalf("%s: %d %s %v", path, status, body, err)
		}
		return list.Items
	}
	if all := ask("/centres"); len(all) != 31 || all[0].Metres != nil {
		t.Errorf("%d centres: the planned one is left out", len(all))
	}
	near := ask("/centres?lat=57.4215&lon=25.5809&service=maternity&open_now=true&step_free=true")
	if near[0].Code != "cesis" || *near[0].Metres < 20_000 || !near[0].OpenNow || strings.Join(near[0].Does, " ") != "consultation eservice_help application call unmet" {
		t.Errorf("%+v", near[0])
	}
	if near[0].OpeningHours != "Mo 08:00-18:00; Tu-Th 08:00-17:00; Fr 08:00-16:00; PH off" || near[0].Unverified {
		t.Errorf("Cēsis: %q", near[0].OpeningHours)
	}
	if list := ask("/centres?municipality=0036000"); len(list) != 5 {
		t.Errorf("Līvāni has %d", len(list))
	}
	status, body := get(t, h, "/api/v1/centres/marsneni", "lv")
	var one item
	if err := json.Unmarshal([]byte(body), &one); err != nil || status != http.StatusOK || one.Tier != "service-point" || !one.Unverified || len(one.Features) != 6 || !one.Features[0].Unverified {
		t.Errorf("%s %v", body, err)
	}
	for _, path := range []string{"/centres/nowhere", "/centres?service=nothing"} {
		if status, _ := get(t, h, "/api/v1"+path, "lv"); status != http.StatusNotFound {
			t.Errorf("%s: %d", path, status)
		}
	}
}

// A key that code puts together has its message in every language.
func TestHolidaysReasonsAndProblemsHaveTheirWords(t *testing.T) {
	t.Parallel()
	var keys []string
	for prefix, some := range map[string][]string{"holiday.": civil.HolidayKeys(), "hours.": hours.ReasonKeys(), "hours.problem.": hours.ProblemKeys()} {
		for _, key := range some {
			keys = append(keys, prefix+key)
		}
	}
	for _, language := range lang.Languages() {
		ctx := lang.With(t.Context(), language.Code)
		for _, key := range keys {
			if !lang.Has(ctx, key) {
				t.Errorf("%s says nothing for %s", language.Code, key)
			}
		}
	}
}
