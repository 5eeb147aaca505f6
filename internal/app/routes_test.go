package app_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"vienkopus/internal/app"
	"vienkopus/internal/app/towntest"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/demo/places"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/staff"
	"vienkopus/internal/staff/staffhttp"
	"vienkopus/internal/staff/staffhttp/routetest"
)

// network is the demonstration's places, with nobody in them but the roles of the house.
var network = dbtest.NewTemplate(func(ctx context.Context, dsn string) error {
	a, err := app.Open(ctx, app.Config{DSN: dsn, Passwords: towntest.Cheap, Clock: clock.System{}})
	if err != nil {
		return err
	}
	by := actor.System("test")
	if err := a.DefineRoles(ctx, by); err != nil {
		return err
	}
	if err := places.Seed(ctx, places.Services{Territory: a.Territory, Centre: a.Centre}, by); err != nil {
		return err
	}
	return a.Close()
})

func open(t *testing.T, dsn string) *app.App {
	t.Helper()
	a, err := app.Open(t.Context(), app.Config{DSN: dsn, Passwords: towntest.Cheap, Clock: clock.System{}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

// desks are one in Cēsis, one beside it in the same municipality, and one far from it.
func desks(t *testing.T, a *app.App) []staff.Desk {
	t.Helper()
	all, err := a.Staff.Places.Desks(t.Context(), a.DB, []scope.Scope{scope.Network})
	if err != nil {
		t.Fatal(err)
	}
	var own, beside, far staff.Desk
	for _, d := range all {
		switch {
		case d.Centre == "cesis":
			own = d
		case d.Municipality == "0026000":
			beside = d
		default:
			far = d
		}
	}
	if own.Code == "" || beside.Code == "" || far.Code == "" {
		t.Fatalf("the places lack a desk: %v %v %v", own, beside, far)
	}
	return []staff.Desk{own, beside, far}
}

func TestEveryRouteEveryRoleEveryTerritory(t *testing.T) {
	t.Parallel()
	network.Each(t, func(t *testing.T, dsn string) {
		a := open(t, dsn)
		routes, err := a.Routes()
		if err != nil {
			t.Fatal(err)
		}
		routes = routetest.Stub(routes, a.Staff)
		door := staffhttp.Deps{Staff: a.Staff, Sessions: routetest.Sessions{}}
		told := 0
		site, err := httpx.Build(routes, httpx.Options{
			Denied: func(_ *http.Request, pattern string, why *fault.Fault) {
				if told++; pattern == "" || why.Kind != fault.Forbidden {
					t.Errorf("%q was refused: %v", pattern, why)
				}
			},
			Clock: clock.System{}, Log: slog.New(slog.DiscardHandler), SignIn: staffhttp.SignInPath, Guard: door.Guard,
			Prepare: []func(*http.Request) (*http.Request, error){routetest.Sessions{}.Load},
		})
		if err != nil {
			t.Fatal(err)
		}
		d := desks(t, a)
		mayUse, roles, systems := access(t)
		n := routetest.Network{Denied: func() int { return told }, Site: site, Permissions: roles, Systems: systems, Callers: routetest.Hire(t, a.Staff, roles, d), Desks: d}
		if asked := routetest.Check(t, n, routes, mayUse); asked < len(routes)*len(n.Callers) {
			t.Errorf("only %d questions", asked)
		}
	})
}

// The real handlers stand behind the same guard: whoever is unknown, or has signed in with no role, reaches none of them.
func TestNobodyReachesTheRealHandlers(t *testing.T) {
	t.Parallel()
	network.Each(t, func(t *testing.T, dsn string) {
		a := open(t, dsn)
		site, err := a.Handler(nil)
		if err != nil {
			t.Fatal(err)
		}
		const password = "zilonis ar šalli"
		person := staff.NewPerson{SignIn: "new", Name: "New", Password: password, Scope: scope.Network}
		if _, err := a.Staff.Enrol(t.Context(), actor.System("test"), person, "new"); err != nil {
			t.Fatal(err)
		}
		form := "sign_in=new&password=" + strings.ReplaceAll(password, " ", "+")
		cookie, _, _ := strings.Cut(ask(t, site, "POST /sign-in", form, "").Header().Get("Set-Cookie"), ";")
		if w := ask(t, site, "GET /me", "", cookie); w.Code != http.StatusOK {
			t.Fatalf("not signed in: %d", w.Code)
		}
		asked := 0
		mayUse, _, _ := access(t)
		for pattern, rule := range mayUse {
			if rule.Who == "public" {
				continue
			}
			if w := ask(t, site, pattern, "", ""); w.Code != http.StatusUnauthorized && !strings.HasPrefix(w.Header().Get("Location"), "/sign-in?") {
				t.Errorf("%s: nobody is answered with %d", pattern, w.Code)
			}
			if rule.Who == "signed-in" {
				continue
			}
			asked++
			if w := ask(t, site, pattern, "", cookie); w.Code != http.StatusForbidden {
				t.Errorf("%s: somebody without a role is answered with %d", pattern, w.Code)
			}
		}
		if asked < 20 {
			t.Errorf("only %d routes need a permission", asked)
		}
	})
}

func ask(t *testing.T, site http.Handler, pattern, form, cookie string) *httptest.ResponseRecorder {
	t.Helper()
	method, path, _ := strings.Cut(pattern, " ")
	for _, hole := range []string{"{visit}", "{act}", "{desk}", "{centre}", "{municipality}", "{basket}", "{payment}", "{refund}", "{shift}", "{deposit}"} {
		path = strings.ReplaceAll(path, hole, "x")
	}
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if cookie != "" {
		r.Header.Set("Cookie", cookie)
		r.Header.Set("Origin", "http://"+r.Host)
	}
	w := httptest.NewRecorder()
	site.ServeHTTP(w, r)
	return w
}
