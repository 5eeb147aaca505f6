package routetest

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/platform/httpx/session"
	"vienkopus/internal/staff"
	"vienkopus/internal/staff/staffhttp"
)

// setup is who hires the callers.
var setup = actor.System("routetest")

// Hire makes a person for each role in the own centre, in the own municipality, there for the data of the creditor Own alone, in a foreign centre and in the whole
// network, seated at the own desk where the role allows it; tokens for each role of which a token may have anything; one who still sits at a desk at which she may serve no longer; and nobody.
// The roles must be defined. Desks are the own one, one beside it and one far from it.
func Hire(t testing.TB, s *staff.Service, permissions map[string][]string, desks []staff.Desk) []Caller {
	t.Helper()
	own := desks[0]
	callers, someMoved := []Caller{{}}, false
	for _, role := range slices.Sorted(maps.Keys(permissions)) {
		allowed := permissions[role]
		for _, in := range []scope.Scope{
			scope.Centre(own.Centre), scope.Municipality(own.Municipality), scope.Municipality(own.Municipality).Of(Own), scope.Centre(desks[len(desks)-1].Centre), scope.Network,
		} {
			seat := staff.Desk{}
			if slices.Contains(allowed, staff.MayServe) && inside(in, scope.Place{Municipality: own.Municipality, Centre: own.Centre}) {
				seat = own
			}
			callers = append(callers, hire(t, s, role, in, seat))
		}
		for _, in := range []scope.Scope{scope.Municipality(own.Municipality), scope.Network, scope.Municipality(own.Municipality).Of(Own)} {
			callers = append(callers, program(t, s, staff.NewToken{Label: "routetest", Role: role, Desk: own.Code, Scope: in}, own)...)
		}
		if slices.Contains(allowed, staff.MayServe) && !someMoved {
			callers, someMoved = append(callers, moved(t, s, role, desks)), true
		}
	}
	return callers
}

func hire(t testing.TB, s *staff.Service, role string, in scope.Scope, seat staff.Desk) Caller {
	t.Helper()
	ctx := t.Context()
	name := strings.NewReplacer(":", "-", "/", "-").Replace(fmt.Sprintf("%s-%s-%s", role, in, key(s)[len("routetest:"):]))
	if len(name) > 60 {
		name = name[len(name)-60:]
	}
	person, err := s.Enrol(ctx, setup, staff.NewPerson{SignIn: strings.Trim(name, "-"), Name: role, Scope: scope.Network}, key(s))
	must(t, err)
	must(t, s.Grant(ctx, setup, staff.RoleGranted{Staff: person, Role: role, Scope: in}, key(s)))
	sit := func() {
		if seat.Code != "" {
			must(t, s.TakeDesk(ctx, setup, person, seat.Code, key(s)))
		}
	}
	sit()
	return Caller{Role: role, Scope: in, Desk: seat, Sit: sit, Mark: marker(t, s, person, seat.Code)}
}

// program makes a token, or none for a role of which it would have nothing.
func program(t testing.TB, s *staff.Service, in staff.NewToken, at staff.Desk) []Caller {
	t.Helper()
	secret, _, err := s.CreateToken(t.Context(), setup, in, key(s))
	if f := fault.First(err); f != nil && (f.Key == "staff.token_nothing" || f.Key == "staff.token_creditor") {
		return nil
	}
	must(t, err)
	return []Caller{{Token: true, Role: in.Role, Scope: in.Scope, Desk: at, Mark: func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+secret) }}}
}

// moved sits at a desk far from where her role holds now.
func moved(t testing.TB, s *staff.Service, role string, desks []staff.Desk) Caller {
	t.Helper()
	far := desks[len(desks)-1]
	c := hire(t, s, role, scope.Centre(far.Centre), far)
	person := c.person(t)
	must(t, s.Grant(t.Context(), setup, staff.RoleGranted{Staff: person, Role: role, Scope: scope.Centre(desks[0].Centre)}, key(s)))
	must(t, s.Revoke(t.Context(), setup, staff.RoleRevoked{Staff: person, Role: role, Scope: c.Scope}, key(s)))
	c.Scope, c.Sit = scope.Centre(desks[0].Centre), nil // she may not take it again
	c.Mark = marker(t, s, person, far.Code)             // the role that she lost has ended the session before
	return c
}

func key(s *staff.Service) string { return "routetest:" + id.New(s.Journal.Now()).String() }

// header carries what a session would remember; see Sessions.
const header = "X-Routetest"

func marker(t testing.TB, s *staff.Service, person id.ID, desk string) func(*http.Request) {
	t.Helper()
	account, err := s.Accounts.ByID(t.Context(), s.Journal.DB(), person)
	must(t, err)
	value := strings.Join([]string{person.String(), strconv.FormatInt(account.Changed.UnixMicro(), 10), desk, strconv.FormatInt(s.Journal.Now().UnixMicro(), 10), strconv.FormatInt(account.Ended, 10)}, " ")
	return func(r *http.Request) { r.Header.Set(header, value) }
}

func (c Caller) person(t testing.TB) id.ID {
	t.Helper()
	r := &http.Request{Header: http.Header{}}
	c.Mark(r)
	person, err := id.Parse(strings.Fields(r.Header.Get(header))[0])
	must(t, err)
	return person
}

// Sessions remembers what Mark put into the request, in place of a cookie.
type Sessions struct{}

type contextKey struct{}

// Load is the Prepare step that goes with Sessions.
func (Sessions) Load(r *http.Request) (*http.Request, error) {
	return r.WithContext(context.WithValue(r.Context(), contextKey{}, strings.Split(r.Header.Get(header), " "))), nil
}

// Get implements staffhttp.Sessions.
func (Sessions) Get(ctx context.Context, name string) string {
	parts, ok := ctx.Value(contextKey{}).([]string)
	at := slices.Index([]string{"staff", "changed", "desk", "proven", "ended"}, name)
	if !ok || at < 0 || at >= len(parts) {
		return ""
	}
	return parts[at]
}

// Begin implements staffhttp.Sessions.
func (Sessions) Begin(http.ResponseWriter, *http.Request, session.About, map[string]string) error {
	return nil
}

// Current implements staffhttp.Sessions.
func (Sessions) Current(context.Context) string { return "" }

// Lapsed implements staffhttp.Sessions.
func (Sessions) Lapsed(context.Context) bool { return false }

// List implements staffhttp.Sessions.
func (Sessions) List(context.Context, string) ([]session.Listed, error) { return nil, nil }

// EndNamed implements staffhttp.Sessions.
func (Sessions) EndNamed(context.Context, string, string) (bool, error) { return false, nil }

// Set implements staffhttp.Sessions.
func (Sessions) Set(context.Context, string, string) error { return nil }

// End implements staffhttp.Sessions.
func (Sessions) End(http.ResponseWriter, *http.Request) error { return nil }

var _ staffhttp.Sessions = Sessions{}
