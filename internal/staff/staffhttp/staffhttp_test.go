package staffhttp_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/base/id"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/httpx/session"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/report"
	"vienkopus/internal/staff"
	"vienkopus/internal/staff/staffhttp"
	"vienkopus/internal/staff/staffsql"
	"vienkopus/internal/staff/stafftest"
)

// browser is somebody at a screen.
type browser struct {
	*stafftest.Office
	site    http.Handler
	cookies map[string]string
}

// reply is what the screen shows.
type reply struct {
	status int
	to     string // where the browser was sent
	body   string
}

func each(t *testing.T, test func(t *testing.T, b *browser)) {
	t.Helper()
	eachWith(t, func(*stafftest.Office) {}, test)
}

// eachWith is each with something that the program needs before it serves.
func eachWith(t *testing.T, prepare func(o *stafftest.Office), test func(t *testing.T, b *browser)) {
	t.Helper()
	stafftest.Each(t, func(t *testing.T, o *stafftest.Office) {
		prepare(o)
		sessions := session.New(session.Config{DB: o.DB.Side(session.Tables), Clock: o.Clock, PublicURL: "https://example.com"})
		events := func(ctx context.Context, ask staff.Asked) ([]staff.Event, error) {
			return o.Security().Events(ctx, o.DB, ask)
		}
		changed := func(ctx context.Context, person id.ID) ([]journal.Entry, error) {
			return staffsql.WaysChanged(ctx, o.Journal, person)
		}
		deps := staffhttp.Deps{WaysChanged: changed, Staff: o.Service, Events: events, Proofs: o.Proofs(), Picture: func(string) (string, error) { return "<svg></svg>", nil }, Sessions: sessions, PublicURL: "https://example.com", Landing: landing, Called: func(_ context.Context, s scope.Scope) string {
			return strings.ToUpper(s.Code[:1]) + s.Code[1:]
		}}
		shows := func(w http.ResponseWriter, r *http.Request) error {
			who, _ := httpx.CallerOf(r.Context())
			_, err := w.Write([]byte("name=" + who.Name + " desk=" + who.Desk + " actor=" + who.By.Role()))
			return err
		}
		routes := append(staffhttp.Routes(deps),
			httpx.Route{Method: "GET", Path: "/counter", Permission: staff.MayServe, Scope: httpx.ScopeDesk, Handle: shows},
			httpx.Route{Method: "POST", Path: "/visits", Permission: staff.MayServe, Scope: httpx.ScopeDesk, Handle: shows},
			httpx.Route{Method: "GET", Path: "/reports/year", Permission: report.MayRead, Scope: httpx.ScopeQuery, Handle: shows},
			httpx.Route{Method: "GET", Path: "/api/v1/journal/{desk}", Permission: staff.MayServe, Scope: httpx.ScopePath, System: true, Handle: shows})
		site, err := httpx.Build(routes, httpx.Options{
			Clock: o.Clock, SignIn: staffhttp.SignInPath, PublicURL: "https://example.com", Guard: deps.Guard, Denied: deps.Denied,
			Around:  []func(http.Handler) http.Handler{lang.Negotiate},
			Prepare: []func(*http.Request) (*http.Request, error){sessions.Load},
		})
		o.Must(err)
		test(t, &browser{Office: o, site: site, cookies: map[string]string{"lang": "en"}})
	})
}

// landing is the page that somebody works with most, as the application ranks them.
func landing(who *httpx.Caller) string {
	for _, page := range []struct{ permission, path string }{
		{report.MaySeeNetwork, "/network"}, {staff.MayServe, "/counter"}, {report.MayRead, "/reports/year"},
	} {
		if who.Holds(page.permission) {
			return page.path
		}
	}
	return "/me"
}

// another is a second browser at the same program.
func (b *browser) another() *browser {
	return &browser{Office: b.Office, site: b.site, cookies: map[string]string{"lang": "en"}}
}

func (b *browser) do(r *http.Request) reply {
	b.T.Helper()
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	b.site.ServeHTTP(w, r)
	for _, line := range w.Header()["Set-Cookie"] {
		c, err := http.ParseSetCookie(line)
		b.Must(err)
		if b.cookies[c.Name] = c.Value; c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	return reply{status: w.Code, to: w.Header().Get("Location"), body: w.Body.String()}
}

func (b *browser) get(path string) reply {
	b.T.Helper()
	return b.do(httptest.NewRequestWithContext(b.T.Context(), http.MethodGet, path, nil))
}

func (b *browser) post(path string, fields ...string) reply {
	b.T.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	r := httptest.NewRequestWithContext(b.T.Context(), http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "http://"+r.Host)
	return b.do(r) // which form it was is tried in internal/app/forms
}

// signIn signs somebody in and returns where the browser was sent.
func (b *browser) signIn(name string) string {
	b.T.Helper()
	got := b.post("/sign-in", "sign_in", name, "password", stafftest.Password)
	if got.status != http.StatusSeeOther {
		b.T.Fatalf("%s: %d %s", name, got.status, got.body)
	}
	return got.to
}

func (b *browser) sees(got reply, status int, parts ...string) {
	b.T.Helper()
	if got.status != status {
		b.T.Errorf("status %d to %q, expected %d", got.status, got.to, status)
	}
	for _, part := range parts {
		if !strings.Contains(got.body, part) && got.to != part {
			b.T.Errorf("no %q in %q to %q", part, got.body, got.to)
		}
	}
}

func TestSigningInLeadsToOnesWork(t *testing.T) {
	each(t, func(t *testing.T, b *browser) {
		b.Hire("anna", "clerk centre:taurene")
		b.Hire("boss", "municipal-manager municipality:"+stafftest.Cesis)
		b.Hire("admin", "administrator network")
		b.Must(b.DefineRole(t.Context(), stafftest.Setup, "network-manager", []string{report.MaySeeNetwork, report.MayRead}, b.Key()))
		b.Hire("minister", "network-manager network")
		for name, to := range map[string]string{"anna": "/counter", "boss": "/reports/year", "admin": "/me", "minister": "/network"} {
			if got := b.another().signIn(name); got != to {
				t.Errorf("%s is sent to %s", name, got)
			}
		}
		for next, to := range map[string]string{
			"/reports/year?year=2025": "/reports/year?year=2025", "https://evil.example/": "/counter", "//evil.example/": "/counter",
			"/\\evil.example": "/counter", "javascript:alert(1)": "/counter", "/sign-out": "/counter", "counter": "/counter", "/\tx": "/counter",
		} {
			got := b.another().post("/sign-in", "sign_in", "anna", "password", stafftest.Password, "next", next)
			b.sees(got, http.StatusSeeOther, to)
		}
	})
}

func TestTheOnlyDeskIsTakenByItself(t *testing.T) {
	each(t, func(t *testing.T, b *browser) {
		b.Hire("anna", "clerk centre:taurene")
		b.signIn("anna")
		b.sees(b.get("/counter"), 200, "name=Vārds anna desk=TAU-1 actor=clerk")
		b.sees(b.get("/sign-in?next=/counter"), http.StatusSeeOther, "/counter")
		b.sees(b.post("/sign-out"), http.StatusSeeOther, "/sign-in")
		b.sees(b.get("/counter"), http.StatusSeeOther, "/sign-in?next=%2Fcounter")
		b.sees(b.post("/visits"), http.StatusSeeOther, "/sign-in?next=%2Fsign-in") // there is no page of that name to come back to
		if got := b.History("TAU-1"); got != "desk.taken desk.left" {
			t.Error(got)
		}
		b.sees(b.post("/sign-out"), http.StatusSeeOther, "/sign-in") // again, as after a session that has ended
	})
}

func TestOneOfSeveralDesksIsChosen(t *testing.T) {
	each(t, func(t *testing.T, b *browser) {
		b.Hire("anna", "clerk centre:cesis")
		b.Hire("ilze", "clerk municipality:"+stafftest.Cesis)
		b.signIn("anna")
		b.sees(b.get("/counter"), http.StatusSeeOther, "/desk?next=%2Fcounter")
		b.sees(b.post("/visits"), http.StatusForbidden)
		page := b.get("/desk?next=%2Fcounter%3Fx%3D1")
		b.sees(page, 200, "CES-1", "CES-2", `value="/counter?x=1"`)
		if strings.Contains(page.body, "TAU-1") {
			t.Error("a foreign desk is offered")
		}
		b.sees(b.post("/desk", "desk", "TAU-1"), http.StatusForbidden, "You cannot work at the desk TAU-1")
		b.sees(b.post("/desk"), http.StatusUnprocessableEntity, "Choose a desk")
		b.sees(b.post("/desk", "desk", "CES-1", "next", "/counter?x=1"), http.StatusSeeOther, "/counter?x=1")
		b.sees(b.get("/counter"), 200, "desk=CES-1")
		b.sees(b.get("/desk"), 200, `value="CES-1" checked`, "You work here", "autofocus")
		other := b.another()
		other.signIn("ilze")
		b.sees(other.get("/desk"), 200, "TAU-1", "Vārds anna works here now")
		b.sees(other.post("/desk", "desk", "CES-1"), http.StatusSeeOther, "/counter")
		b.sees(b.get("/counter"), http.StatusSeeOther, "/desk?next=%2Fcounter") // her desk was taken over
		b.sees(b.post("/desk", "desk", "CES-2"), http.StatusSeeOther, "/counter")
		b.sees(b.post("/desk", "desk", "CES-2"), http.StatusSeeOther, "/counter")
		b.sees(other.post("/desk", "desk", "TAU-1"), http.StatusSeeOther, "/counter")
		if one, two := b.History("CES-1"), b.History("CES-2"); one != "desk.taken desk.left desk.taken desk.left" || two != "desk.taken" {
			t.Error(one, two)
		}
	})
}

func TestTheNextPersonTakesOverASharedDesk(t *testing.T) {
	each(t, func(t *testing.T, b *browser) {
		ilze := b.Hire("ilze", "clerk centre:cesis")
		b.Hire("anna", "clerk centre:cesis")
		b.Hire("guest", "clerk centre:taurene")
		b.signIn("ilze")
		b.post("/desk", "desk", "CES-1")
		b.post("/sign-out")
		b.signIn("anna")
		b.post("/desk", "desk", "CES-1")
		before := b.cookies["__Host-vienkopus"]
		page := b.get("/switch")
		b.sees(page, 200, "Vārds ilze", ilze.String())
		if strings.Contains(page.body, "Vārds guest") || strings.Contains(page.body, `value="`+"Vārds anna") {
			t.Error("somebody is offered who never worked here")
		}
		b.sees(b.post("/switch", "person", ilze.String(), "password", "wrong"), http.StatusUnauthorized, "not right", "checked")
		b.sees(b.get("/counter"), 200, "name=Vārds anna") // still hers
		b.sees(b.post("/switch", "password", stafftest.Password), http.StatusUnprocessableEntity, "Choose yourself")
		b.sees(b.post("/switch", "person", ilze.String(), "password", stafftest.Password), http.StatusSeeOther, "/counter")
		b.sees(b.get("/counter"), 200, "name=Vārds ilze desk=CES-1")
		stolen := b.another()
		stolen.cookies["__Host-vienkopus"] = before
		b.sees(stolen.get("/counter"), http.StatusSeeOther, "/sign-in?next=%2Fcounter")
		b.sees(b.post("/switch", "sign_in", "guest", "password", stafftest.Password), http.StatusSeeOther, "/counter")
		b.sees(b.get("/counter"), 200, "name=Vārds guest desk=TAU-1")
		if got := b.History("CES-1"); got != "desk.taken desk.left desk.taken desk.left desk.taken desk.left" {
			t.Error(got)
		}
	})
}

func TestWrongPasswordsAreToldOnThePage(t *testing.T) {
	each(t, func(t *testing.T, b *browser) {
		b.Hire("anna", "clerk centre:taurene")
		for range 5 {
			got := b.post("/sign-in", "sign_in", "anna", "password", "wrong", "next", "/reports/year")
			b.sees(got, http.StatusUnauthorized, "not right", `value="anna"`, `value="/reports/year"`, `href="#password"`)
			if strings.Contains(got.body, "wrong&") || strings.Contains(got.body, `value="wrong"`) {
				t.Error("the password is shown")
			}
		}
		b.sees(b.post("/sign-in", "sign_in", "anna", "password", stafftest.Password), http.StatusForbidden, "Wait 1 min")
		b.Clock.Advance(30 * time.Second)
		b.signIn("anna")
	})
}

func TestOnesOwnPassword(t *testing.T) {
	each(t, func(t *testing.T, b *browser) {
		b.Hire("anna", "clerk centre:taurene")
		b.signIn("anna")
		elsewhere := b.another()
		elsewhere.signIn("anna")
		b.sees(b.get("/me"), 200, "Vārds anna", "clerk", "centre: Taurene", `value="anna" autocomplete="username"`)
		b.Clock.Advance(time.Minute)
		change := func(old, password, again string) reply {
			return b.post("/me", "old", old, "password", password, "again", again)
		}
		b.sees(change("wrong", "jauna garā parole", "jauna garā parole"), http.StatusUnprocessableEntity, "present password is not right", `href="#old"`)
		b.sees(change(stafftest.Password, "jauna garā parole", "cita"), http.StatusUnprocessableEntity, "two new passwords differ")
		b.sees(change(stafftest.Password, "īsa", "īsa"), http.StatusUnprocessableEntity, "at least 12 characters")
		b.sees(change(stafftest.Password, "jauna garā parole", "jauna garā parole"), http.StatusSeeOther, "/me?done=yes")
		b.sees(b.get("/me?done=yes"), 200, "The password is changed")
		b.sees(b.get("/counter"), 200, "desk=TAU-1") // this session goes on at its desk
		b.sees(elsewhere.get("/counter"), http.StatusSeeOther, "/sign-in?next=%2Fcounter")
	})
}

func TestARevokedRoleClosesTheDoorAtOnce(t *testing.T) {
	each(t, func(t *testing.T, b *browser) {
		anna := b.Hire("anna", "clerk centre:taurene")
		b.signIn("anna")
		b.sees(b.get("/counter"), 200, "name=Vārds anna")
		in := staff.RoleRevoked{Staff: anna, Role: "clerk", Scope: scope.Centre("taurene")}
		b.Must(b.Revoke(t.Context(), stafftest.Setup, in, b.Key()))
		b.sees(b.get("/counter"), http.StatusSeeOther, "/sign-in?next=%2Fcounter") // her session has ended
		b.signIn("anna")
		b.sees(b.get("/counter"), http.StatusForbidden)
		b.Must(b.Leave(t.Context(), stafftest.Setup, anna, b.Key()))
		b.sees(b.get("/counter"), http.StatusSeeOther, "/sign-in?next=%2Fcounter")
	})
}

func TestAnotherSiteCannotActForUs(t *testing.T) {
	each(t, func(t *testing.T, b *browser) {
		b.Hire("anna", "clerk centre:taurene")
		b.signIn("anna")
		for _, path := range []string{"/visits", "/sign-out", "/desk", "/me", "/switch", "/sign-in"} {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader("desk=TAU-1"))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Sec-Fetch-Site", "cross-site")
			b.sees(b.do(r), http.StatusForbidden, "another site")
		}
		b.sees(b.get("/counter"), 200, "name=Vārds anna")
	})
}

func TestATokenHasNoPages(t *testing.T) {
	each(t, func(t *testing.T, b *browser) {
		secret, _, err := b.CreateToken(t.Context(), stafftest.Setup, staff.NewToken{Label: "Kiosk", Role: "clerk", Desk: "CES-1"}, b.Key())
		b.Must(err)
		ask := func(path, authorization string) reply {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
			r.Header.Set("Authorization", authorization)
			return b.do(r)
		}
		b.sees(ask("/api/v1/journal/CES-2", "Bearer "+secret), 200, "name=Kiosk desk=CES-1")
		for _, c := range []struct {
			path, authorization string
			status              int
		}{
			{"/api/v1/journal/TAU-1", "Bearer " + secret, 403},
			{"/api/v1/journal/NETWORK", "Bearer " + secret, 403},
			{"/counter", "Bearer " + secret, 403},
			{"/counter", "Bearer " + secret + "x", 403}, // a page knows no token
			{"/api/v1/journal/CES-1", "Bearer " + secret + "x", 401},
			{"/api/v1/journal/CES-1", "Basic " + secret, 401},
			{"/api/v1/journal/CES-1", secret, 401},
			{"/me", "Bearer " + secret, 403},
			{"/switch", "Bearer " + secret, 403},
		} {
			b.sees(ask(c.path, c.authorization), c.status)
		}
	})
}
