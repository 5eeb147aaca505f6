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
	"vienkopus/internal/platform/httpx/session"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/staff"
)

// The values that a session remembers.
const (
	rememberStaff   = "staff"
	rememberChanged = "changed"
	rememberEnded   = "ended"
	rememberDesk    = "desk"
	rememberProven  = "proven"
	// rememberHalf is who has typed the right password and has still to type a code, and rememberWeak tells that she must enrol a second proof first.
	rememberHalf = "half"
	rememberWeak = "weak"
)

// Guard tells who asks, and refuses whoever may not use the route: Unauthenticated for somebody unknown, Forbidden for
// somebody who may not, here or at all. The request that it returns knows who asks, also when that is refused. It is made for httpx.Options.Guard.
func (d Deps) Guard(r *http.Request, route httpx.Route) (*http.Request, error) {
	who, err := d.caller(r, route)
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
	if !strings.HasPrefix(route.Path, "/me") && route.Path != ConfirmPath && d.Sessions.Get(ctx, rememberWeak) != "" {
		return r, &httpx.Detour{Path: appPath, Cause: fault.NewForbidden("proof.needed")}
	}
	warrant, err := d.decide(r, route, who)
	if err != nil {
		return r, err
	}
	if route.Fresh {
		within := freshTime
		if route.Newly {
			within = newlyTime
		}
		if err := d.proven(r, within); err != nil {
			return r, err
		}
	}
	return r.WithContext(scope.WithWarrant(ctx, warrant)), nil
}

const (
	// freshTime is how long it counts that somebody has proven who she is.
	freshTime = 10 * time.Minute
	// newlyTime is how long it counts where that is changed by which somebody signs in: whoever finds a counter left alone must not make it her own for good. It lets an app be scanned that was
	// begun with a proof.
	newlyTime = 3 * time.Minute
)

// proven returns a detour unless the person of the session has proven who she is within a time, by this session's own sign-in or in it.
func (d Deps) proven(r *http.Request, within time.Duration) error {
	micros, err := strconv.ParseInt(d.Sessions.Get(r.Context(), rememberProven), 10, 64)
	if since := d.Staff.Journal.Now().Sub(time.UnixMicro(micros)); err == nil && since >= 0 && since < within {
		return nil
	}
	return &httpx.Detour{Path: ConfirmPath, Cause: fault.NewForbidden(ProveAgain), Resend: true}
}

// ProveAgain is the fault of somebody who must prove again who she is before she does this.
const ProveAgain = "staff.prove_again"

// caller returns who asks, by the bearer token or else by the session. A page knows no token, whoever carries it.
func (d Deps) caller(r *http.Request, route httpx.Route) (*httpx.Caller, error) {
	if r.Header.Get("Authorization") != "" && !route.Public && !route.System {
		return nil, fault.NewForbidden("staff.token_page")
	}
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
	opened := staff.Opened{Staff: who, Changed: time.UnixMicro(micros).UTC(), Desk: d.Sessions.Get(r.Context(), rememberDesk)}
	if text := d.Sessions.Get(r.Context(), rememberEnded); text != "" {
		if opened.Ended, err = strconv.ParseInt(text, 10, 64); err != nil {
			return nil, needed
		}
	}
	return d.Staff.Session(r.Context(), opened) //nolint:wrapcheck // a fault of the service
}

// remembered is what a session remembers of who signed in.
func remembered(o staff.Opened) map[string]string {
	return map[string]string{
		rememberStaff: o.Staff.String(), rememberChanged: strconv.FormatInt(o.Changed.UnixMicro(), 10), rememberEnded: strconv.FormatInt(o.Ended, 10),
	}
}

// opening is what a session that begins is about, beside whose it is.
type opening struct {
	desk string // the one that she has taken, or empty
	weak bool   // she has to enrol a second proof before anything else
}

// begin begins the session of somebody who has proven who she is.
func (d Deps) begin(w http.ResponseWriter, r *http.Request, a staff.Account, o opening) error {
	values := remembered(a.Opened())
	values[rememberProven] = strconv.FormatInt(d.Staff.Journal.Now().UnixMicro(), 10)
	if o.desk != "" {
		values[rememberDesk] = o.desk
	}
	if o.weak {
		values[rememberWeak] = "yes"
	}
	about := session.About{Owner: a.Staff.String(), Address: httpx.AddressIn(r.Context()), Device: deviceOf(r)}
	return d.Sessions.Begin(w, r, about, values) //nolint:wrapcheck // of the sessions
}

// decide returns by what right the caller may use the route, and everything that is not allowed is refused.
func (d Deps) decide(r *http.Request, route httpx.Route, who *httpx.Caller) (scope.Warrant, error) {
	refused := fault.NewForbidden("staff.forbidden")
	warrant := scope.Warrant{Who: who.Person, Token: who.Token, Permission: route.Permission}
	if who.Token && !route.System {
		return warrant, refused
	}
	if route.SignedIn {
		return warrant, nil
	}
	holds := who.Holds
	if route.Whose == httpx.WhoseSaid {
		holds = who.HoldsFor
	}
	permission, known := d.Staff.Known(route.Permission)
	if !known || !holds(route.Permission) {
		return warrant, refused
	}
	warrant.FourEyes = permission.FourEyes
	places, err := d.places(r, route, who)
	if err != nil {
		return warrant, err
	}
	for _, at := range places {
		if !who.May(route.Permission, at) {
			return warrant, refused
		}
	}
	warrant.At = places
	return warrant, nil
}

// places returns where the permission of a route must hold; nothing where the request names no place and need not.
func (d Deps) places(r *http.Request, route httpx.Route, who *httpx.Caller) ([]scope.Place, error) {
	switch route.Scope {
	case httpx.ScopeAny:
		return nil, nil
	case httpx.ScopeDesk:
		if who.Desk == "" {
			return nil, &httpx.Detour{Path: deskPath, Cause: fault.NewForbidden("staff.desk_needed"), Back: true}
		}
		return []scope.Place{who.Place()}, nil
	case httpx.ScopeQuery:
		return d.inQuery(r)
	case httpx.ScopePath:
		named, err := d.inPath(r)
		if err == nil && len(named) == 0 {
			err = fault.NewForbidden("staff.forbidden")
		}
		return named, err
	}
	return nil, fault.NewForbidden("staff.forbidden")
}

// inQuery returns the places that the query is about; none leaves it to the handler to narrow.
func (d Deps) inQuery(r *http.Request) ([]scope.Place, error) {
	query := r.URL.Query()
	var places []scope.Place
	for _, code := range query["territory"] {
		if code == "" {
			continue
		}
		at, err := d.municipality(r, code)
		if err != nil {
			return nil, err
		}
		places = append(places, at)
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
		at, err := d.municipality(r, code)
		if err != nil {
			return nil, err
		}
		places = append(places, at)
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

func (d Deps) municipality(r *http.Request, code string) (scope.Place, error) {
	if err := d.Staff.Places.Municipality(r.Context(), d.Staff.Journal.DB(), code); err != nil {
		return scope.Place{}, err //nolint:wrapcheck // a fault of the service
	}
	return scope.Place{Municipality: code}, nil
}

func (d Deps) centre(r *http.Request, code string) (scope.Place, error) {
	municipality, err := d.Staff.Places.MunicipalityOf(r.Context(), d.Staff.Journal.DB(), code)
	if err != nil {
		return scope.Place{}, err //nolint:wrapcheck // a fault of the service
	}
	return scope.Place{Municipality: municipality, Centre: code}, nil
}
