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
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/staff"
)

// Rule is who may use a route: "public", "signed-in", or a permission and where it must hold ("any", "desk", "query", "path", or "said" where the body says it).
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
	// Systems are the permissions that a token may hold, as a person wrote them down: true for one that it holds for one creditor, or not at all.
	Systems map[string]bool
	Callers []Caller
	// Denied is how many refusals the door has told of; nil does not ask.
	Denied func() int
	// Desks are at least one in the own centre of the callers, one beside it and one in another municipality.
	Desks []staff.Desk
}

// Caller is somebody with one role in one scope. The zero Caller is nobody.
type Caller struct {
	// Token tells that it is a program with a bearer token.
	Token bool
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
	who := "somebody"
	if c.Token {
		who = "a token"
	}
	return fmt.Sprintf("%s who is %s in %s at %q", who, c.Role, c.Scope, c.Desk.Code)
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
				if got := n.ask(route.Method, q, c); got != want {
					t.Errorf("%s: %s %s by %s is %s, expected %s", route.Pattern(), q.address, q.said, c, got, want)
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
	// said is what the body says it is about.
	said string
}

// Own and Foreign are two creditors; roles that are bound are bound to the first.
const (
	Own     = "90000028508"
	Foreign = "40003032949"
)

// questions are the requests to make of a route.
func (n Network) questions(route httpx.Route, rule Rule) []question {
	if rule.Where == "said" {
		var list []question
		for _, d := range n.Desks {
			for _, creditor := range []string{"", Own, Foreign} {
				about := &scope.Place{Municipality: d.Municipality, Creditor: creditor}
				list = append(list, question{address: fill(route.Path, d), about: about, said: d.Municipality + " " + creditor})
			}
		}
		return list
	}
	if rule.Where != "query" && rule.Where != "path" {
		return []question{{address: fill(route.Path, n.Desks[0])}}
	}
	var list []question
	for _, d := range n.Desks {
		address := fill(route.Path, d)
		if rule.Where == "path" {
			list = append(list, question{address: address, about: placeIn(route.Path, d)})
			continue
		}
		list = append(list, question{address: address},
			question{address: address + "?" + url.Values{"territory": {d.Municipality}}.Encode(), about: &scope.Place{Municipality: d.Municipality}},
			question{address: address + "?" + url.Values{"centre": {d.Centre}}.Encode(), about: &scope.Place{Municipality: d.Municipality, Centre: d.Centre}})
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
	case c.Token && !n.forToken(rule, c, q):
		return Refused
	case rule.Who == "signed-in":
		return Allowed
	case !slices.Contains(n.Permissions[c.Role], rule.Who):
		return Refused
	case rule.Where != "said" && strings.Contains(c.Scope.String(), "/creditor:"):
		return Refused
	case rule.Where == "any", q.about == nil && rule.Where != "desk":
		return Allowed
	case rule.Where == "desk":
		return allowedIf(c.Desk.Code != "" && inside(c.Scope, scope.Place{Municipality: c.Desk.Municipality, Centre: c.Desk.Centre}))
	}
	return allowedIf(inside(c.Scope, *q.about))
}

// forToken tells whether a token may hold at all what the rule asks for, by the interface that it is for.
func (n Network) forToken(rule Rule, c Caller, q question) bool {
	bound, holds := n.Systems[rule.Who]
	return strings.HasPrefix(q.address, "/api/") && holds && (!bound || strings.Contains(c.Scope.String(), "/creditor:"))
}

func allowedIf(yes bool) Outcome {
	if yes {
		return Allowed
	}
	return Refused
}

// inside is written anew on purpose: the rule under test must not judge itself.
func inside(s scope.Scope, p scope.Place) bool {
	where, creditor, bound := strings.Cut(s.String(), "/creditor:")
	if bound && creditor != p.Creditor {
		return false
	}
	return where == "network" || where == "municipality:"+p.Municipality || (p.Centre != "" && where == "centre:"+p.Centre)
}

// ask makes the request and reads the outcome from the answer.
func (n Network) ask(method string, q question, c Caller) Outcome {
	r := httptest.NewRequest(method, q.address, http.NoBody) //nolint:noctx // it goes nowhere
	r.Header.Set(saidHeader, q.said)
	r.Header.Set("Origin", "http://"+r.Host)
	if c.Mark != nil {
		c.Mark(r)
	}
	w, told := httptest.NewRecorder(), n.told()
	n.Site.ServeHTTP(w, r)
	if w.Code == http.StatusForbidden && n.Denied != nil && n.told() != told+1 {
		return "refused, and the security log is not told"
	}
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

func (n Network) told() int {
	if n.Denied == nil {
		return 0
	}
	return n.Denied()
}

// saidHeader stands for a body.
const saidHeader = "X-Routetest-Said"

// Stub returns the routes with handlers that only say that they were reached, so that asking changes nothing. Where the body says whose data it is about, the
// handler asks its transaction, as the real one must.
func Stub(routes []httpx.Route, s *staff.Service) []httpx.Route {
	stubbed := slices.Clone(routes)
	for i := range stubbed {
		if stubbed[i].Whose == httpx.WhoseSaid {
			stubbed[i].Handle = func(w http.ResponseWriter, r *http.Request) error {
				who, err := httpx.Signed(r.Context())
				if err != nil {
					return err
				}
				municipality, creditor, _ := strings.Cut(r.Header.Get(saidHeader), " ")
				asked, err := journal.NewKey(key(s), "said")
				if err != nil {
					return err
				}
				_, err = s.Journal.Post(r.Context(), who.By, "ROUTETEST", asked, func(tx *journal.Tx) error {
					return tx.Permit(scope.Place{Municipality: municipality, Creditor: creditor})
				})
				if err == nil {
					w.WriteHeader(http.StatusNoContent)
				}
				return err
			}
			continue
		}
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
