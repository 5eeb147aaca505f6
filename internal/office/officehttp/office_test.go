package officehttp_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/room"
	"vienkopus/internal/territory"
)

// places are two municipalities, and one that was taken over.
type places struct{}

var all = []territory.Municipality{
	municipality("0026000", "Cēsu novads"), municipality("0020200", "Alūksnes novads"),
	func() territory.Municipality {
		m := municipality("0000001", "Vecpiebalgas novads")
		m.To = civil.MustDate("2021-06-30")
		return m
	}(),
}

func municipality(code, name string) territory.Municipality {
	return territory.Municipality{Code: code, Name: name, From: civil.MustDate("2009-07-01")}
}

func (places) Municipalities(context.Context, journal.Reader) ([]territory.Municipality, error) {
	return all, nil
}

func (places) Municipality(_ context.Context, _ journal.Reader, code string) (territory.Municipality, error) {
	for _, m := range all {
		if m.Code == code {
			return m, nil
		}
	}
	return territory.Municipality{}, fault.NewNotFound("territory.municipality_unknown")
}

// people have one role each.
var people = map[string]scope.Grants{
	"manager":   {{Scope: scope.Municipality("0026000"), Permissions: []string{"till.read", "refund.approve"}}},
	"collector": {{Scope: scope.Municipality("0026000"), Permissions: []string{"cash.collect"}}},
	"auditor":   {{Scope: scope.Network, Permissions: []string{"till.read"}}},
	"clerk":     {{Scope: scope.Municipality("0026000"), Permissions: []string{"counter.serve"}}},
	"nobody":    nil,
}

// tabs come from several features, in no order.
func tabs() []room.Tab {
	return []room.Tab{
		{Rank: 30, Permission: "till.read", Label: "office.offices", Path: "/books"},
		{Rank: 20, Permission: "refund.approve", Label: "shell.show", Path: "/refunds"},
		{Rank: 10, Permission: "till.read", Label: "shell.total", Path: "/till"},
		{Rank: 40, Permission: "cash.collect", Label: "shell.home", Path: "/collect"},
	}
}

func ask(t *testing.T, who, path string) *httptest.ResponseRecorder {
	t.Helper()
	j, err := journal.New(journal.Config{Clock: clock.NewHand(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))})
	if err != nil {
		t.Fatal(err)
	}
	shell := officehttp.Shell{Journal: j, Places: places{}, Tabs: tabs}
	page := officehttp.Route(http.MethodGet, "/books", "till.read", func(w http.ResponseWriter, r *http.Request) error {
		v, err := shell.View(r, "/books")
		if err != nil {
			return err
		}
		return html.Render(w, r, http.StatusOK, officehttp.Around(v))
	})
	site, err := httpx.Build(append(shell.Routes(), page), httpx.Options{
		Clock: clock.System{}, Log: slog.New(slog.DiscardHandler),
		Guard: func(r *http.Request, _ httpx.Route) (*http.Request, error) {
			return r.WithContext(httpx.WithCaller(r.Context(), &httpx.Caller{Grants: people[who]})), nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	site.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody))
	return w
}

// Whoever works in one municipality is led to her first page there; whoever works in several chooses; whoever works in none is refused.
func TestTheWayIn(t *testing.T) {
	t.Parallel()
	for who, to := range map[string]string{"manager": "/office/0026000/till", "collector": "/office/0026000/collect"} {
		if w := ask(t, who, "/office"); w.Code != http.StatusSeeOther || w.Header().Get("Location") != to {
			t.Errorf("%s: %d to %q", who, w.Code, w.Header().Get("Location"))
		}
	}
	for _, who := range []string{"clerk", "nobody"} {
		if w := ask(t, who, "/office"); w.Code != http.StatusForbidden {
			t.Errorf("%s: %d", who, w.Code)
		}
	}
	w := ask(t, "auditor", "/office")
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Alūksnes novads") || strings.Contains(w.Body.String(), "Vecpiebalgas") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// The tabs of all features stand in their order, for those who may see them, and the page that is shown is marked.
func TestTheTabs(t *testing.T) {
	t.Parallel()
	page := ask(t, "manager", "/office/0026000/books").Body.String()
	last := -1
	for _, path := range []string{"/till\"", "/refunds\"", "/books\" aria-current=\"page\""} {
		at := strings.Index(page, "/office/0026000"+path)
		if at <= last {
			t.Errorf("%s is missing or out of order: %s", path, page)
		}
		last = at
	}
	if strings.Contains(page, "/collect") {
		t.Errorf("a page of somebody else: %s", page)
	}
	if page := ask(t, "collector", "/office/0026000/books").Body.String(); strings.Contains(page, "<nav") {
		t.Errorf("a choice of one: %s", page)
	}
	if w := ask(t, "auditor", "/office/9999999/books"); w.Code != http.StatusNotFound {
		t.Errorf("an unknown municipality: %d", w.Code)
	}
}
