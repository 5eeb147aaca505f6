// Package routetest asks every route as everybody: each role, in its own territory, beside it and far from it, and
// nobody at all. What must come out is computed here from two tables that a person wrote, not from the routes: which
// permission a route needs where, and which role has which permission.
package routetest

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"vienkopus/internal/base/scope"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/staff"
)

// Rule is who may use a route: "public", "signed-in", or a permission and where it must hold ("any", "desk", "query", "path").
type Rule struct{ Who, Where string }

// Table is the rules of all routes, by pattern ("GET /counter").
type Table map[string]Rule

// Outcome is how the door answered.
type Outcome string

// The outcomes. Only Allowed reaches the handler.
const (
	Allowed Outcome = "allowed"
	Refused Outcome = "refused"
	Unknown Outcome = "unknown"
)

// Reporter hears what is wrong; *testing.T is one.
type Reporter interface {
	Helper()
	Errorf(format string, args ...any)
}

// Network is what the test walks through: a door, who asks, and the places that are asked about.
type Network struct {
	Site http.Handler
	// Permissions of the roles, as a person wrote them down.
	Permissions map[string][]string
	Callers     []Caller
	// Desks are at least one in the own centre of the callers, one beside it and one in another municipality.
	Desks []staff.Desk
}

// Caller is somebody with one role in one scope. The zero Caller is nobody.
type Caller struct {
	Role  string
	Scope scope.Scope
	// Desk is where the caller sits; the zero Desk is nowhere.
	Desk staff.Desk
	// Sit takes the desk again, because the caller before sits there now.
	Sit func()
	// Mark puts the caller into a request.
	Mark func(r *http.Request)
}

func (c Caller) String() string {
	if c.Role == "" {
		return "nobody"
	}
	return fmt.Sprintf("%s in %s at %q", c.Role, c.Scope, c.Desk.Code)
}

// Check reports every route that is not in the table or only there, and every request whose outcome is not the expected one.
// It returns how many requests it made, so that a test can see that it asked at all.
func Check(t Reporter, n Network, routes []httpx.Route, table Table) int {
	t.Helper()
	written(t, routes, table)
	asked := 0
	for _, c := range n.Callers {
		if c.Sit != nil {
			c.Sit()
		}
		for _, route := range routes {
			rule, known := table[route.Pattern()]
			if !known {
				continue
			}
			for _, q := range n.questions(route, rule) {
				asked++
				want := n.expected(rule, c, q)
				if got := n.ask(route.Method, q.address, c); got != want {
					t.Errorf("%s: %s by %s is %s, expected %s", route.Pattern(), q.address, c, got, want)
				}
			}
		}
	}
	return asked
}

// written reports the routes that stand on one side only.
func written(t Reporter, routes []httpx.Route, table Table) {
	t.Helper()
	gone := maps.Clone(table)
	for _, route := range routes {
		if _, known := table[route.Pattern()]; !known {
			t.Errorf("%s: nobody wrote down who may use it", route.Pattern())
		}
		delete(gone, route.Pattern())
	}
	for _, pattern := range slices.Sorted(maps.Keys(gone)) {
		t.Errorf("%s: no such route", pattern)
	}
}

// question is a request about a place.
type question struct {
	address string
	// about is the place that is asked about; nil when the request names none.
	about *scope.Place
}

// questions are the requests to make of a route.
func (n Network) questions(route httpx.Route, rule Rule) []question {
	if rule.Where != "query" && rule.Where != "path" {
		return []question{{address: fill(route.Path, n.Desks[0])}}
	}
	var list []question
	for _, d := range n.Desks {
		address := fill(route.Path, d)
		if rule.Where == "path" {
			list = append(list, question{address, placeIn(route.Path, d)})
			continue
		}
		list = append(list, question{address, nil},
			question{address + "?" + url.Values{"territory": {d.Municipality}}.Encode(), &scope.Place{Municipality: d.Municipality}},
			question{address + "?" + url.Values{"centre": {d.Centre}}.Encode(), &scope.Place{Municipality: d.Municipality, Centre: d.Centre}})
	}
	return list
}

// placeIn is what a path is about: a desk or centre if it names one, else the whole municipality.
func placeIn(path string, d staff.Desk) *scope.Place {
	if strings.Contains(path, "{desk}") || strings.Contains(path, "{centre}") {
		return &scope.Place{Municipality: d.Municipality, Centre: d.Centre}
	}
	return &scope.Place{Municipality: d.Municipality}
}

// fill puts a desk's codes and anything else into the holes of a path.
func fill(path string, d staff.Desk) string {
	known := map[string]string{"desk": d.Code, "centre": d.Centre, "municipality": d.Municipality, "$": ""}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(path, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after, _ := strings.Cut(rest, "}")
		value, ok := known[name]
		if !ok {
			value = "01a20734-5580-7000-8000-000000000000"
		}
		b.WriteString(url.PathEscape(value))
		path = after
	}
}

// expected computes the outcome from the tables alone.
func (n Network) expected(rule Rule, c Caller, q question) Outcome {
	switch {
	case rule.Who == "public":
		return Allowed
	case c.Role == "":
		return Unknown
	case rule.Who == "signed-in":
		return Allowed
	case !slices.Contains(n.Permissions[c.Role], rule.Who):
		return Refused
	case rule.Where == "any", q.about == nil && rule.Where != "desk":
		return Allowed
	case rule.Where == "desk":
		return allowedIf(c.Desk.Code != "" && inside(c.Scope, scope.Place{Municipality: c.Desk.Municipality, Centre: c.Desk.Centre}))
	}
	return allowedIf(inside(c.Scope, *q.about))
}

func allowedIf(yes bool) Outcome {
	if yes {
		return Allowed
	}
	return Refused
}

// inside is written anew on purpose: the rule under test must not judge itself.
func inside(s scope.Scope, p scope.Place) bool {
	return s.String() == "network" || s.String() == "municipality:"+p.Municipality || (p.Centre != "" && s.String() == "centre:"+p.Centre)
}

// ask makes the request and reads the outcome from the answer.
func (n Network) ask(method, address string, c Caller) Outcome {
	r := httptest.NewRequest(method, address, http.NoBody) //nolint:noctx // it goes nowhere
	if c.Mark != nil {
		c.Mark(r)
	}
	w := httptest.NewRecorder()
	n.Site.ServeHTTP(w, r)
	switch to := w.Header().Get("Location"); {
	case w.Code == http.StatusNoContent:
		return Allowed
	case w.Code == http.StatusUnauthorized, w.Code == http.StatusSeeOther && strings.HasPrefix(to, "/sign-in?"):
		return Unknown
	case w.Code == http.StatusForbidden, w.Code == http.StatusSeeOther && strings.HasPrefix(to, "/desk?"):
		return Refused
	}
	return Outcome(fmt.Sprintf("answered with %d", w.Code))
}

// Stub returns the routes with handlers that only say that they were reached, so that asking changes nothing.
func Stub(routes []httpx.Route) []httpx.Route {
	stubbed := slices.Clone(routes)
	for i := range stubbed {
		stubbed[i].Handle = func(w http.ResponseWriter, _ *http.Request) error {
			w.WriteHeader(http.StatusNoContent)
			return nil
		}
	}
	return stubbed
}

// must ends the test on an error.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
