package httpx

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Route is one line of a feature's routes.go: method, path, who may, where, and what happens.
//
// Exactly one of Permission, SignedIn and Public is set: Build refuses a route that forgets to say who may use it.
type Route struct {
	// Method and Path are the parts of a pattern of http.ServeMux, for example "GET" and "/visits/{visit}".
	Method, Path string
	// Permission is what the caller must hold, for example "counter.serve".
	Permission string
	// SignedIn is for pages that everybody has who has signed in, such as one's own password. Tokens have none of them.
	SignedIn bool
	// Public is for everybody, signed in or not.
	Public bool
	// Scope is where the permission must hold.
	Scope Scope
	// Whose is whose data the permission must hold for.
	Whose Whose
	// System is for programs with a bearer token too; every other route is for persons. Only the REST interface has such.
	System bool
	// Fresh asks a person who has not proven for a while who she is to do so again: before money goes back, and before what persons, roles, tokens or keys are changed.
	Fresh bool
	// Newly asks the same of a person who has not proven it in the last few minutes: before that by which people sign in is changed. It stands beside Fresh.
	Newly bool
	// BodyLimit is how many bytes a request may bring; 0 stands for the usual limit.
	BodyLimit int64
	// Stream is for uploads: the handler reads the body by itself, so nothing of it is read or checked before.
	Stream bool
	// Slow is for long answers such as exports: neither the work nor the writing is limited in time.
	Slow bool
	// Time is how long the handler may work. It does not count while a body is read. A Stream and a Slow answer have no limit.
	Time Time
	// Compress sends text compressed. Only a GET may ask for it whose page holds no secret beside what the address says; see package compress.
	Compress bool
	// Handle answers the request. An error that it returns is shown, logged and counted in one place.
	Handle func(w http.ResponseWriter, r *http.Request) error
}

// Time is how long the work on a request may take; then its context ends, what it has asked of the database is given up, and the caller is told so.
type Time int

// The times of a route.
const (
	// TimeUsual is two seconds for a read, and five for whatever may write.
	TimeUsual Time = iota
	// TimeReport is ten seconds, for a page that adds up much or a file that is made at once.
	TimeReport
	// TimeLong is a minute and a half, for work that waits for somebody outside (a card terminal and the client in front of it) and for files that are
	// taken in whole.
	TimeLong
)

// limit returns how long the work on a request of that method may take.
func (t Time) limit(method string) time.Duration {
	switch {
	case t == TimeReport:
		return 10 * time.Second
	case t == TimeLong:
		return 90 * time.Second
	case isRead(method):
		return 2 * time.Second
	}
	return 5 * time.Second
}

// isRead tells whether a request of that method changes nothing.
func isRead(method string) bool { return method == http.MethodGet || method == http.MethodHead }

// Scope is where the permission of a route must hold.
type Scope int

// The scopes of a route.
const (
	// ScopeAny asks that the caller holds the permission anywhere; the handler narrows what is shown.
	ScopeAny Scope = iota
	// ScopeDesk asks for the permission at the desk in use, of the session or of the token.
	ScopeDesk
	// ScopeQuery asks for it in ?territory= and ?centre=; when both are missing, the handler narrows to what the caller may see.
	ScopeQuery
	// ScopePath asks for it at the {desk} or {centre}, or in the {municipality}, of the path.
	ScopePath
)

// Whose is whose data the permission of a route must hold for.
type Whose int

// The kinds of data by whose they are.
const (
	// WhoseAll is everybody's: a role that is bound to one creditor does not open the route.
	WhoseAll Whose = iota
	// WhoseSaid is what the body says. The rule asks journal.Tx.Permit for it, or nothing is stored.
	WhoseSaid
)

// String returns the scope as tables of routes show it.
func (s Scope) String() string {
	switch s {
	case ScopeAny:
		return "any"
	case ScopeDesk:
		return "desk"
	case ScopeQuery:
		return "query"
	case ScopePath:
		return "path"
	}
	return fmt.Sprintf("scope %d", int(s))
}

// Pattern returns the pattern for http.ServeMux; logs and metrics name the route by it.
func (r Route) Pattern() string { return r.Method + " " + r.Path }

// errRoute is wrapped by every error that check returns.
var errRoute = errors.New("httpx: a route that cannot stand")

// check returns an error when the route does not say who may use it, or contradicts itself.
func (r Route) check() error {
	said := 0
	for _, is := range []bool{r.Permission != "", r.SignedIn, r.Public} {
		if is {
			said++
		}
	}
	switch {
	case r.Method == "" || !strings.HasPrefix(r.Path, "/"):
		return fmt.Errorf("%w: %q needs a method and a path", errRoute, r.Pattern())
	case r.Handle == nil:
		return fmt.Errorf("%w: %s has no handler", errRoute, r.Pattern())
	case said != 1:
		return fmt.Errorf("%w: %s needs exactly one of Permission, SignedIn and Public", errRoute, r.Pattern())
	case r.Permission == "" && r.Scope != ScopeAny:
		return fmt.Errorf("%w: %s has a scope but no permission", errRoute, r.Pattern())
	case r.Scope == ScopePath && !namesPlace(r.Path):
		return fmt.Errorf("%w: %s names no {desk}, {centre} or {municipality}", errRoute, r.Pattern())
	case r.Time < TimeUsual || r.Time > TimeLong:
		return fmt.Errorf("%w: %s has an unknown time", errRoute, r.Pattern())
	case r.Time != TimeUsual && (r.Slow || r.Stream):
		return fmt.Errorf("%w: %s has a time and none", errRoute, r.Pattern())
	case r.Compress && r.Method != http.MethodGet:
		return fmt.Errorf("%w: %s compresses an answer that is no page", errRoute, r.Pattern())
	case r.Whose == WhoseSaid && (r.Scope != ScopeAny || isRead(r.Method)):
		return fmt.Errorf("%w: %s says in its body whose data it is about, and also elsewhere", errRoute, r.Pattern())
	case r.System && !strings.HasPrefix(r.Path, "/api/"):
		return fmt.Errorf("%w: %s is a page, and those are for persons", errRoute, r.Pattern())
	case r.Fresh && (r.Public || r.System):
		return fmt.Errorf("%w: %s asks somebody who has not signed in to prove it again", errRoute, r.Pattern())
	case r.Newly && !r.Fresh:
		return fmt.Errorf("%w: %s asks for a newer proof than it asks for", errRoute, r.Pattern())
	case r.Scope < ScopeAny || r.Scope > ScopePath:
		return fmt.Errorf("%w: %s has an unknown scope", errRoute, r.Pattern())
	}
	return nil
}

// Within returns the route with another time.
func (r Route) Within(t Time) Route {
	r.Time = t
	return r
}

// Proven returns the route for those who have proven lately who they are.
func (r Route) Proven() Route {
	r.Fresh = true
	return r
}

// namesPlace tells whether a path says where it is about.
func namesPlace(path string) bool {
	return strings.Contains(path, "{desk}") || strings.Contains(path, "{centre}") || strings.Contains(path, "{municipality}")
}
