package app_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/app"
	"vienkopus/internal/app/towntest"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/bill"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/staff"
)

// What a resident's program asks needs no token.
func TestServicesAndCentresForEverybody(t *testing.T) {
	inTown(t, func(t *testing.T, h *house) {
		anybody := caller{h: h}
		var found struct {
			Items []struct{ Code, Institution, Authority string }
		}
		for words, code := range map[string]string{"malka": firewood, "vecuma pensija": pension, "firewood": firewood, "senatves pensija": pension} {
			anybody.get("/api/v1/services?q=" + url.QueryEscape(words)).is(http.StatusOK).into(&found)
			codes := make([]string, len(found.Items))
			for i, s := range found.Items {
				codes[i] = s.Code
			}
			if len(codes) > 20 || !slices.Contains(codes[:min(3, len(codes))], code) {
				t.Errorf("%q: %q", words, codes)
			}
		}
		anybody.get("/api/v1/services?limit=200").is(http.StatusOK).into(&found)
		if len(found.Items) < 70 {
			t.Errorf("only %d services", len(found.Items))
		}
		var card struct {
			Code, Authority string
			Name            map[string]string
			Bring           []map[string]string
		}
		anybody.get("/api/v1/services/" + firewood).is(http.StatusOK).into(&card)
		if card.Authority != "municipal" || card.Name["lv"] == "" || card.Name["lt"] == "" || len(card.Bring) == 0 {
			t.Errorf("the card: %+v", card)
		}
		var near struct {
			Items []struct {
				Code, Municipality, Class string
				Metres                    *int
				Does                      []string
			}
		}
		anybody.get("/api/v1/centres?lat=57.3128&lon=25.2748&service=" + pension).is(http.StatusOK).into(&near)
		if len(near.Items) < 2 || near.Items[0].Code != "cesis" || *near.Items[0].Metres > *near.Items[1].Metres || !slices.Contains(near.Items[0].Does, "application") {
			t.Errorf("near Cēsis: %+v", near.Items[:min(2, len(near.Items))])
		}
		anybody.get("/api/v1/centres?municipality=0036000").is(http.StatusOK).into(&near)
		for _, c := range near.Items {
			if c.Municipality != "0036000" {
				t.Errorf("in Līvāni: %+v", c)
			}
		}
		// A token that is not valid is no reason to refuse what everybody may see.
		caller{h: h, token: "vk_nobody"}.get("/api/v1/centres/cesis").is(http.StatusOK)
	})
}

// Every answer of every kind carries what protects a browser, whatever went wrong.
func TestEveryAnswerCarriesItsProtection(t *testing.T) {
	t.Parallel()
	h := newHouse(t, town.SQLite(t))
	clerk := h.clerk(cesis)
	for _, q := range []request{
		get("/"), get("/find"), get("/services"), get("/sign-in"), get("/counter"), get("/atlantis"), get("/assets/atlantis.js"), get("/%ff"),
		{method: http.MethodPost, path: "/sign-in", raw: []byte("sign_in=x&password=y"), kind: "application/x-www-form-urlencoded"},
		{method: http.MethodDelete, path: "/find"},
		{method: http.MethodHead, path: "/find"},
		{method: http.MethodOptions, path: "/find"},
		get("/api/v1/openapi.json"), get("/api/v1/centres"), get("/api/v1/atlantis"), post(visits, what{}), post(visits, what{"x": 1}),
		raw(visits, "", string(make([]byte, 2<<20))),
	} {
		for _, by := range []caller{clerk, {h: h}} {
			r := by.ask(q)
			for name, want := range map[string]string{
				"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
				"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
			} {
				if got := r.head.Get(name); got != want {
					t.Errorf("%s: %d with %s %q", r.asked, r.status, name, got)
				}
			}
			if csp := r.head.Get("Content-Security-Policy"); !isStrict(csp) {
				t.Errorf("%s: %d with the policy %q", r.asked, r.status, csp)
			}
			if r.head.Get("X-Request-Id") == "" || r.head.Get("Server") != "" {
				t.Errorf("%s: %d with %v", r.asked, r.status, r.head)
			}
		}
	}
}

// isStrict tells whether a policy lets nothing in but what is ours.
func isStrict(csp string) bool {
	rules := map[string][]string{}
	for rule := range strings.SplitSeq(csp, ";") {
		if words := strings.Fields(rule); len(words) > 0 {
			rules[words[0]] = words[1:]
		}
	}
	for name, from := range rules {
		for _, source := range from {
			if source != "'self'" && source != "'none'" && (name != "img-src" || source != "data:") {
				return false
			}
		}
	}
	return slices.Equal(rules["default-src"], []string{"'none'"}) && slices.Equal(rules["frame-ancestors"], []string{"'none'"})
}

func TestAPolicyWithAHoleIsSeen(t *testing.T) {
	t.Parallel()
	for _, csp := range []string{
		"", "default-src 'self'", "default-src 'none'", "default-src 'none'; frame-ancestors 'none'; script-src 'self' 'unsafe-inline'",
		"default-src 'none'; frame-ancestors 'none'; script-src *", "default-src 'none'; frame-ancestors 'none'; font-src https://fonts.example",
	} {
		if isStrict(csp) {
			t.Errorf("%q passes", csp)
		}
	}
}

// What an operator's file frees closes centres and moves the days on which bills are due: there is one calendar.
func TestCentresAndBillsKnowTheDaysOfTheOperator(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Europe/Riga")
	if err != nil {
		t.Fatal(err)
	}
	law := civil.LatvianCalendar(civil.Orders{})
	day := law.NextWorkingDay(civil.In(time.Now(), zone))
	for day.Weekday() != time.Wednesday || !law.IsWorkingDay(day) {
		day = day.AddDays(1)
	}
	year := day.Year() + 1
	due := civil.MustDate(fmt.Sprintf("%d-03-31", year))
	for !law.IsWorkingDay(due) {
		due = law.NextWorkingDay(due)
	}
	file := fmt.Sprintf("kind,date,instead,source\npublic-holiday,%s,,a test\npublic-holiday,%s,,a test\n", day, due)
	days, err := civil.ReadOrders(strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	town.Each(t, func(t *testing.T, dsn string) {
		for _, s := range []struct {
			days civil.Orders
			open bool
			due  civil.Date
		}{{civil.Orders{}, true, due}, {days, false, law.NextWorkingDay(due)}} {
			a, err := app.Open(t.Context(), app.Config{DSN: dsn, Passwords: towntest.Cheap, Clock: clock.NewHand(civil.MustClock("10:00").On(day, zone)), Days: s.days})
			if err != nil {
				t.Fatal(err)
			}
			if open := cesisIsOpen(t, a); open != s.open {
				t.Errorf("open on %s: %t", day, open)
			}
			if first := firstDue(t, a, year); first != s.due {
				t.Errorf("the tax of %d is due on %s, want %s", year, first, s.due)
			}
			if err := a.Close(); err != nil {
				t.Error(err)
			}
		}
	})
}

func cesisIsOpen(t *testing.T, a *app.App) bool {
	t.Helper()
	site, err := a.Handler(nil)
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	site.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v1/centres/cesis", nil))
	var centre struct {
		OpenNow bool `json:"open_now"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &centre); err != nil || w.Code != http.StatusOK {
		t.Fatalf("%d %s %v", w.Code, w.Body, err)
	}
	return centre.OpenNow
}

// firstDue imports the tax of a year and returns the day on which its first part is due.
func firstDue(t *testing.T, a *app.App, year int) civil.Date {
	t.Helper()
	by := actor.System("test")
	council := bill.Creditor{Number: "90000028508", Name: "Novads", IBAN: "LV80BANK0000435195001"}
	if err := a.Bill.RegisterCreditor(t.Context(), journal.Request{By: by, Desk: staff.NetworkDesk, Key: "council"}, council); err != nil {
		t.Fatal(err)
	}
	rows := fmt.Sprintf("creditor,number,reference,kind,municipality,issued,due,amount\n90000028508,N-1,K-1,property-tax,0026000,01.02.%d,%d,100.00\n", year, year)
	_, err := a.Bill.Import(t.Context(), by, bill.Order{Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(rows)), nil }})
	if err != nil {
		t.Fatal(err)
	}
	found, err := a.Bill.Find(t.Context(), "N-1")
	if err != nil || len(found) != 1 || len(found[0].Instalments) != 4 {
		t.Fatalf("%+v, %v", found, err)
	}
	return found[0].Instalments[0].Due
}
