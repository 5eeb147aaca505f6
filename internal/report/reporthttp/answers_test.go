package reporthttp_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"vienkopus/internal/report"
)

func scopes(t *testing.T, d *door) {
	for _, c := range []struct {
		who, address string
		status       int
		says, hides  string
	}{
		{"aluksne", "/reports/year", http.StatusOK, "Alūksnes novads", "Rīdzene"},
		{"aluksne", "/reports/year?territory=" + cesis, http.StatusForbidden, "", "Rīdzene"},
		{"aluksne", "/reports/acts?centre=ridzene", http.StatusForbidden, "", "Rīdzene"},
		{"aluksne", "/reports/lines?desk=RID-1", http.StatusOK, "Acts in all: 0", "RID-1 no. 1"},
		{"aluksne", "/reports/lines.csv?centre=ridzene", http.StatusForbidden, "", "RID-1"},
		{"aluksne", "/reports/acts?centre=nowhere", http.StatusNotFound, "", ""},
		{"aluksne", "/reports/published", http.StatusOK, "25,500", "1,049"},
		{"aluksne", "/network", http.StatusForbidden, "", ""},
		{"aluksne", "/reports/acts?feed=yes&from=2016-08-01&to=2016-08-31", http.StatusOK, "There are no acts", "25,450"},
		{"taurene", "/reports/year", http.StatusOK, "Taurene", "Dzērbene"},
		{"network", "/reports/acts?from=2016-08-01&to=2016-08-31", http.StatusOK, "25,450", ""},
		{"nobody", "/reports/year", http.StatusUnauthorized, "", ""},
	} {
		w := d.get(t, c.who, c.address)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) {
			t.Errorf("%s asks %s: %d, says %q: %v", c.who, c.address, w.Code, c.says, strings.Contains(w.Body.String(), c.says))
		}
		if c.hides != "" && strings.Contains(w.Body.String(), c.hides) {
			t.Errorf("%s asks %s and sees %q", c.who, c.address, c.hides)
		}
	}
}

func bad(t *testing.T, d *door) {
	for address, say := range map[string]string{
		"/reports/year?year=abc":                       "Write the year with four digits",
		"/reports/year?year=99999":                     "Write the year with four digits",
		"/reports/acts?from=31.02.2025&to=31.03.2025":  "Write the date as 23.06.2026",
		"/reports/acts?from=2025-03-01":                "Write the date as 23.06.2026",
		"/reports/acts?from=2025-03-01&to=2025-02-01":  "The time ends before it begins",
		"/reports/acts?by=weather":                     "There is no report by that",
		"/reports/acts?source=rumour":                  "The origin can be recorded or imported",
		"/reports/acts?kind=gossip":                    "There is no such kind of act",
		"/reports/acts?from=0001-01-01&to=9999-12-31":  "A report cannot cover such a long time",
		"/reports/lines?after=%21":                     "The link to this page is no longer good",
		"/reports/acts.csv?from=2025-03-01&to=garbage": "Write the date as 23.06.2026",
	} {
		w := d.get(t, "cesis", address)
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), say) {
			t.Errorf("%s: %d, no %q", address, w.Code, say)
		}
	}
}

func published(t *testing.T, d *door) {
	page := d.get(t, "network", "/reports/published").Body.String()
	for _, say := range []string{
		"The published figure is 50 more than the sum of its parts (25,450).", "Our lines make 25,450, which is 50 less than published.",
		"The published figure is 8 more than the sum of its parts (35).", "Our lines make exactly the same.", "406,050", "242,145",
	} {
		if !strings.Contains(page, say) {
			t.Errorf("the page does not say %q", say)
		}
	}
}

func network(t *testing.T, d *door) {
	page := d.get(t, "network", "/network").Body.String()
	for _, say := range []string{"Cēsu novads", "Alūksnes novads", "32,994", "A centre in every parish", "none yet", "Silent for more than 30 days"} {
		if !strings.Contains(page, say) {
			t.Errorf("the page does not say %q", say)
		}
	}
	if w := d.get(t, "network", "/network?year=x"); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("%d", w.Code)
	}
}

func programs(t *testing.T, d *door) {
	w := d.get(t, "cesis", "/api/v1/reports/acts?from=2025-01-01&to=2025-12-31&by=centre")
	var body struct {
		Rows []struct {
			Code    string
			Figures []struct {
				Kind     string
				N        int64
				Imported int64
				Stated   bool
			}
		}
		Flags []struct{ Code, Odd string }
	}
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil || w.Code != http.StatusOK {
		t.Fatalf("%d %s: %v", w.Code, w.Body, err)
	}
	got := map[string]string{}
	for _, r := range body.Rows {
		for _, f := range r.Figures {
			got[r.Code] += fmt.Sprintf("%s=%d/%d ", f.Kind, f.N, f.Imported)
		}
	}
	if len(body.Rows) != 9 || got["ridzene"] != "acts=1049/1049 document_received=1038/1038 payment=11/11 " || got["veselava"] != "acts=0/0 payment=0/0 visit=3/3 " {
		t.Errorf("%v", got)
	}
	if fmt.Sprint(body.Flags) != "[{ridzene mirror} {veselava almost_nothing}]" {
		t.Errorf("flags: %v", body.Flags)
	}
	for address, status := range map[string]int{
		"/api/v1/reports/acts?from=2025-01-01&to=2025-12-31&territory=" + cesis: http.StatusForbidden,
		"/api/v1/reports/acts?from=x&to=2025-12-31":                             http.StatusUnprocessableEntity,
	} {
		if w := d.get(t, "aluksne", address); w.Code != status {
			t.Errorf("%s: %d, want %d", address, w.Code, status)
		}
	}
}

// dimensions holds that every way to look at the year has the same total.
func dimensions(t *testing.T, d *door) {
	for _, by := range report.Dimensions {
		rows := grid(d.get(t, "cesis", "/reports/acts?by="+string(by)).Body.String())
		last := rows[len(rows)-1]
		if got := last[len(last)-1]; got != "32,994" {
			t.Errorf("by %s the total is %s", by, got)
		}
	}
}

func order(t *testing.T, d *door) {
	for sort, want := range map[string]string{
		"": "Cēsis", "name": "Cēsis", "-name": "Zosēni", "-payment": "Cēsis", "payment": "Veselava", "document_received": "Ineši", "sum": "Veselava",
	} {
		rows := grid(d.get(t, "cesis", "/reports/year?"+url.Values{"sort": {sort}}.Encode()).Body.String())
		if rows[0][0] != want {
			t.Errorf("sort=%s begins with %s, want %s", sort, rows[0][0], want)
		}
	}
}
