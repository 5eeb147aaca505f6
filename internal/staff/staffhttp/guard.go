package staffhttp

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/staff"
)

// The values that a session remembers.
const (
	rememberStaff   = "staff"
	rememberChanged = "changed"
	rememberDesk    = "desk"
)

// Guard tells who asks, and refuses whoever may not use the route: Unauthenticated for somebody unknown, Forbidden for
// somebody who may not, here or at all. The request that it returns knows who asks, also when that is refused. It is made for httpx.Options.Guard.
func (d Deps) Guard(r *http.Request, route httpx.Route) (*http.Request, error) {
	who, err := d.caller(r)
	if err != nil {
		return r, err
	}
	ctx := httpx.WithCaller(r.Context(), who)
	if route.Scope == httpx.ScopeDesk { // at a counter its clocks count; elsewhere the network's do
		ctx = lang.WithZone(ctx, who.Zone)
	}
	r = r.WithContext(ctx)
	if route.Public {
		return r, nil
	}
	return r, d.decide(r, route, who)
}

// caller returns who asks, by the bearer token or else by the session.
func (d Deps) caller(r *http.Request) (*httpx.Caller, error) {
	s, err := d.session(r)
	if err != nil {
		return nil, err
	}
	return callerOf(s), nil
}

// callerOf is a session as the pages of every feature know it.
func callerOf(s *staff.Session) *httpx.Caller {
	return &httpx.Caller{
		Person: s.Staff, Name: s.Name, Token: s.Token, By: s.Actor(), Grants: s.Grants, Desk: s.Desk, Centre: s.Centre, Municipality: s.Municipality,
		Zone: s.Zone,
	}
}

func (d Deps) session(r *http.Request) (*staff.Session, error) {
	if bearer := r.Header.Get("Authorization"); bearer != "" {
		kind, secret, _ := strings.Cut(bearer, " ")
		if !strings.EqualFold(kind, "Bearer") {
			return nil, fault.NewUnauthenticated("staff.token_unknown")
		}
		return d.Staff.Authenticate(r.Context(), strings.TrimSpace(secret)) //nolint:wrapcheck // a fault of the service
	}
	needed := fault.NewUnauthenticated("staff.sign_in_first")
	who, err := id.Parse(d.Sessions.Get(r.Context(), rememberStaff))
	if err != nil {
		return nil, needed
	}
	micros, err := strconv.ParseInt(d.Sessions.Get(r.Context(), rememberChanged), 10, 64)
	if err != nil {
		return nil, needed
	}
	return d.Staff.Session(r.Context(), staff.Opened{ //nolint:wrapcheck // a fault of the service
		Staff: who, Changed: time.UnixMicro(micros).UTC(), Desk: d.Sessions.Get(r.Context(), rememberDesk),
	})
}

// decide returns nil when the caller may use the route, and everything that is not allowed is refused.
func (d Deps) decide(r *http.Request, route httpx.Route, who *httpx.Caller) error {
	refused := fault.NewForbidden("staff.forbidden")
	if route.SignedIn {
		if who.Token {
			return refused
		}
		return nil
	}
	if route.Permission == "" || !who.Holds(route.Permission) {
		return refused
	}
	places := []scope.Place{}
	switch route.Scope {
	case httpx.ScopeAny:
		return nil
	case httpx.ScopeDesk:
		if who.Desk == "" {
			return &httpx.Detour{Path: deskPath, Cause: fault.NewForbidden("staff.desk_needed")}
		}
		places = append(places, who.Place())
	case httpx.ScopeQuery:
		asked, err := d.inQuery(r)
		if err != nil {
			return err
		}
		places = asked
	case httpx.ScopePath:
		named, err := d.inPath(r)
		if err != nil || len(named) == 0 {
			return errorOr(err, refused)
		}
		places = named
	default:
		return refused
	}
	for _, at := range places {
		if !who.May(route.Permission, at) {
			return refused
		}
	}
	return nil
}

func errorOr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// inQuery returns the places that the query is about; none leaves it to the handler to narrow.
func (d Deps) inQuery(r *http.Request) ([]scope.Place, error) {
	query := r.URL.Query()
	var places []scope.Place
	for _, code := range query["territory"] {
		if code != "" {
			places = append(places, scope.Place{Municipality: code})
		}
	}
	for _, code := range query["centre"] {
		if code == "" {
			continue
		}
		at, err := d.centre(r, code)
		if err != nil {
			return nil, err
		}
		places = append(places, at)
	}
	return places, nil
}

// inPath returns the places that the path names.
func (d Deps) inPath(r *http.Request) ([]scope.Place, error) {
	var places []scope.Place
	if code := r.PathValue("municipality"); code != "" {
		places = append(places, scope.Place{Municipality: code})
	}
	if code := r.PathValue("centre"); code != "" {
		at, err := d.centre(r, code)
		if err != nil {
			return nil, err
		}
		places = append(places, at)
	}
	if code := r.PathValue("desk"); code != "" {
		desk, err := d.Staff.Places.Desk(r.Context(), d.Staff.Journal.DB(), code)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return nil, err //nolint:wrapcheck // a fault of the service
		}
		// The network's own desk, and one that is unknown, stand nowhere: only a role in the whole network covers that.
		places = append(places, scope.Place{Municipality: desk.Municipality, Centre: desk.Centre, Desk: desk.Code})
	}
	return places, nil
}

func (d Deps) centre(r *http.Request, code string) (scope.Place, error) {
	municipality, err := d.Staff.Places.MunicipalityOf(r.Context(), d.Staff.Journal.DB(), code)
	if err != nil {
		return scope.Place{}, err //nolint:wrapcheck // a fault of the service
	}
	return scope.Place{Municipality: municipality, Centre: code}, nil
}
