package routetest_test

import (
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"vienkopus/internal/base/scope"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/report"
	"vienkopus/internal/staff"
	"vienkopus/internal/staff/staffhttp"
	"vienkopus/internal/staff/staffhttp/routetest"
	"vienkopus/internal/staff/stafftest"
	"vienkopus/internal/visit"
)

// permissions of the roles of stafftest.
var permissions = map[string][]string{
	"clerk":             {"counter.serve", "visit.correct", "visit.read"},
	"centre-manager":    {"counter.serve", "visit.read", "report.read", "report.lines"},
	"municipal-manager": {"report.read", "staff.manage"},
	"administrator":     {"staff.manage", "token.create"},
}

var table = routetest.Table{
	"GET /sign-in":      {Who: "public"},
	"POST /sign-in":     {Who: "public"},
	"POST /sign-out":    {Who: "public"},
	"GET /confirm":      {Who: "signed-in"},
	"POST /confirm":     {Who: "signed-in"},
	"GET /switch":       {Who: "signed-in"},
	"POST /switch":      {Who: "signed-in"},
	"GET /desk":         {Who: "counter.serve", Where: "any"},
	"POST /desk":        {Who: "counter.serve", Where: "any"},
	"GET /me":           {Who: "signed-in"},
	"POST /me":          {Who: "signed-in"},
	"GET /me/sessions":  {Who: "signed-in"},
	"POST /me/sessions": {Who: "signed-in"},

	"GET /staff":                    {Who: "staff.manage", Where: "any"},
	"GET /staff/{person}":           {Who: "staff.manage", Where: "any"},
	"POST /staff/{person}/code":     {Who: "staff.manage", Where: "any"},
	"GET /me/ways":                  {Who: "signed-in"},
	"POST /me/ways":                 {Who: "signed-in"},
	"GET /me/app":                   {Who: "signed-in"},
	"POST /me/app":                  {Who: "signed-in"},
	"GET /me/passkey":               {Who: "signed-in"},
	"POST /me/passkey":              {Who: "signed-in"},
	"GET /me/passkey/options":       {Who: "signed-in"},
	"GET /confirm/options":          {Who: "signed-in"},
	"GET /sign-in/passkey/options":  {Who: "public"},
	"POST /sign-in/passkey":         {Who: "public"},
	"POST /sign-in/elsewhere":       {Who: "public"},
	"POST /me/elsewhere":            {Who: "signed-in"},
	"POST /confirm/elsewhere":       {Who: "signed-in"},
	"GET /sign-in/elsewhere/back":   {Who: "public"},
	"GET /sign-in/card/options":     {Who: "public"},
	"POST /sign-in/card":            {Who: "public"},
	"GET /sign-in/code":             {Who: "public"},
	"POST /sign-in/code":            {Who: "public"},
	"GET /journal/security":         {Who: "security.read", Where: "any"},
	"GET /journal/security.csv":     {Who: "security.read", Where: "any"},
	"GET /journal/security.xlsx":    {Who: "security.read", Where: "any"},
	"GET /recover":                  {Who: "public"},
	"POST /recover":                 {Who: "public"},
	"POST /staff/{person}/sessions": {Who: "staff.manage", Where: "any"},

	"GET /counter":               {Who: "counter.serve", Where: "desk"},
	"GET /reports/acts":          {Who: "report.read", Where: "query"},
	"GET /centres/{centre}/week": {Who: "report.lines", Where: "path"},
	"GET /areas/{municipality}":  {Who: "report.read", Where: "path"},
	"GET /api/v1/journal/{desk}": {Who: "visit.read", Where: "path"},
	"POST /visits/{visit}/close": {Who: "counter.serve", Where: "desk"},
	"PUT /api/v1/bills":          {Who: "visit.correct", Where: "said"},
}

// systems are the permissions of tokens.
var systems = map[string]bool{"counter.serve": false, "visit.correct": true, "visit.read": false, "report.read": false}

// sample are routes as features write them.
func sample(deps staffhttp.Deps) []httpx.Route {
	return routetest.Stub(append(staffhttp.Routes(deps),
		httpx.Route{Method: "GET", Path: "/counter", Permission: staff.MayServe, Scope: httpx.ScopeDesk},
		httpx.Route{Method: "POST", Path: "/visits/{visit}/close", Permission: staff.MayServe, Scope: httpx.ScopeDesk},
		httpx.Route{Method: "GET", Path: "/reports/acts", Permission: report.MayRead, Scope: httpx.ScopeQuery},
		httpx.Route{Method: "GET", Path: "/centres/{centre}/week", Permission: report.MaySeeLines, Scope: httpx.ScopePath},
		httpx.Route{Method: "GET", Path: "/areas/{municipality}", Permission: report.MayRead, Scope: httpx.ScopePath},
		httpx.Route{Method: "GET", Path: "/api/v1/journal/{desk}", Permission: visit.MayRead, Scope: httpx.ScopePath, System: true},
		httpx.Route{Method: "PUT", Path: "/api/v1/bills", Permission: visit.MayCorrect, Whose: httpx.WhoseSaid, System: true},
	), deps.Staff)
}

type guard func(r *http.Request, route httpx.Route) (*http.Request, error)

// walk checks the routes behind a guard and returns what was found.
func walk(t *testing.T, o *stafftest.Office, callers []routetest.Caller, routes []httpx.Route, g guard, table routetest.Table) complaints {
	t.Helper()
	site, err := httpx.Build(routes, httpx.Options{
		Clock: o.Clock, Log: slog.New(slog.DiscardHandler), SignIn: staffhttp.SignInPath, Guard: g,
		Prepare: []func(*http.Request) (*http.Request, error){routetest.Sessions{}.Load},
	})
	o.Must(err)
	var found complaints
	n := routetest.Network{Site: site, Permissions: permissions, Systems: systems, Callers: callers, Desks: desks()}
	if asked := routetest.Check(&found, n, routes, table); asked < len(routes)*len(callers) {
		t.Errorf("only %d questions", asked)
	}
	return found
}

// desks are CES-1, TAU-1 beside it and ALU-1 far from it.
func desks() []staff.Desk {
	return []staff.Desk{stafftest.Desks[1], stafftest.Desks[3], stafftest.Desks[0]}
}

type complaints []string

func (*complaints) Helper() {}
func (c *complaints) Errorf(format string, args ...any) {
	*c = append(*c, fmt.Sprintf(format, args...))
}

func TestEveryRouteAsksAsItShould(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, o *stafftest.Office) {
		deps := staffhttp.Deps{Staff: o.Service, Sessions: routetest.Sessions{}}
		callers := routetest.Hire(t, o.Service, permissions, desks())
		seated := func(c routetest.Caller) bool { return c.Desk.Code != "" }
		if len(callers) != 1+4*5+3*3+1 || !slices.ContainsFunc(callers, seated) {
			t.Fatalf("%d callers: %v", len(callers), callers)
		}
		for _, found := range walk(t, o, callers, sample(deps), deps.Guard, table) {
			t.Error(found)
		}
		for _, p := range plants() {
			routes, rules, g := sample(deps), maps.Clone(table), guard(deps.Guard)
			p.spoil(routes, rules, &g)
			found := walk(t, o, callers, routes, g, rules)
			if len(found) == 0 || !strings.Contains(strings.Join(found, "\n"), p.names) {
				t.Errorf("%s is not seen: %q", p.what, found)
			}
		}
	})
}

// plant is a mistake that must be seen.
type plant struct {
	what, names string
	spoil       func(routes []httpx.Route, table routetest.Table, g *guard)
}

func plants() []plant {
	change := func(pattern string, mistake func(*httpx.Route)) func([]httpx.Route, routetest.Table, *guard) {
		return func(routes []httpx.Route, _ routetest.Table, _ *guard) {
			for i := range routes {
				if routes[i].Pattern() == pattern {
					mistake(&routes[i])
				}
			}
		}
	}
	return []plant{
		{"a wrong permission", "GET /reports/acts", change("GET /reports/acts", func(r *httpx.Route) { r.Permission = visit.MayRead })},
		{"a page open to everybody", "GET /me", change("GET /me", func(r *httpx.Route) { r.SignedIn, r.Public = false, true })},
		{"a page for everybody who works here", "GET /desk", change("GET /desk", func(r *httpx.Route) { r.SignedIn, r.Permission = true, "" })},
		{"a scope forgotten in the path", "GET /centres/{centre}/week", change("GET /centres/{centre}/week", func(r *httpx.Route) { r.Scope = httpx.ScopeAny })},
		{"a scope forgotten in the query", "GET /reports/acts", change("GET /reports/acts", func(r *httpx.Route) { r.Scope = httpx.ScopeAny })},
		{"a desk forgotten", "POST /visits/{visit}/close", change("POST /visits/{visit}/close", func(r *httpx.Route) { r.Scope = httpx.ScopeAny })},
		{"a route that nobody wrote down", "nobody wrote down", func(_ []httpx.Route, rules routetest.Table, _ *guard) { delete(rules, "GET /me") }},
		{"a rule without a route", "no such route", func(_ []httpx.Route, rules routetest.Table, _ *guard) {
			rules["GET /gone"] = routetest.Rule{Who: "public"}
		}},
		{"a guard that asks for no place", "is allowed, expected refused", func(_ []httpx.Route, _ routetest.Table, g *guard) {
			inner := *g
			*g = func(r *http.Request, route httpx.Route) (*http.Request, error) {
				route.Scope = httpx.ScopeAny
				return inner(r, route)
			}
		}},
		{"a creditor forgotten", "PUT /api/v1/bills", change("PUT /api/v1/bills", func(r *httpx.Route) { r.Whose = httpx.WhoseAll })},
		{"a guard that lets a token see pages", "by a token", func(_ []httpx.Route, _ routetest.Table, g *guard) {
			inner := *g
			*g = func(r *http.Request, route httpx.Route) (*http.Request, error) {
				route.System = true
				return inner(r, route)
			}
		}},
		{"a guard that forgets the warrant", "by somebody who is clerk", func(_ []httpx.Route, _ routetest.Table, g *guard) {
			inner := *g
			*g = func(r *http.Request, route httpx.Route) (*http.Request, error) {
				guarded, err := inner(r, route)
				return guarded.WithContext(scope.WithWarrant(guarded.Context(), scope.Warrant{})), err
			}
		}},
		{"a guard that lets everybody in", "is allowed, expected unknown", func(_ []httpx.Route, _ routetest.Table, g *guard) {
			*g = func(r *http.Request, _ httpx.Route) (*http.Request, error) { return r, nil }
		}},
	}
}
