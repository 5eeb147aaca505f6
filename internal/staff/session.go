package staff

import (
	"context"
	"slices"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
)

// Grant is a role that somebody has in a part of the territory, with what the role permits today.
type Grant struct {
	Role  string
	Scope Scope
	// Permissions are the names of what the role permits, for example "counter.serve".
	Permissions []string
}

// Session is who makes a request, and where: a person who has signed in, or a token of another system.
type Session struct {
	// Staff is the id of the person, or of the token.
	Staff id.ID
	// Name is what the screen shows: the person's name, or the label of the token. It never goes into the journal or a log.
	Name string
	// Token tells that a program calls with a bearer token, not a person.
	Token bool
	// Roles are what the person has been granted, the narrowest first.
	Roles []Grant
	// Desk is the desk in use, and Centre and Municipality are where it stands; all are empty until a desk is taken.
	Desk, Centre, Municipality string
}

// Place returns where the desk in use stands.
func (s Session) Place() Place {
	return Place{Municipality: s.Municipality, Centre: s.Centre, Desk: s.Desk}
}

// May tells whether a role permits it at the place. Without the place's parts filled in, only a scope that covers the whole will do.
func (s Session) May(permission string, at Place) bool {
	for i := range s.Roles {
		if s.Roles[i].Scope.Covers(at) && slices.Contains(s.Roles[i].Permissions, permission) {
			return true
		}
	}
	return false
}

// Holds tells whether a role permits it anywhere.
func (s Session) Holds(permission string) bool {
	for i := range s.Roles {
		if slices.Contains(s.Roles[i].Permissions, permission) {
			return true
		}
	}
	return false
}

// Places returns the scopes in which a role permits it: what a list without a filter is narrowed to. It is empty when nothing is permitted.
func (s Session) Places(permission string) []Scope {
	var scopes []Scope
	for i := range s.Roles {
		if slices.Contains(s.Roles[i].Permissions, permission) && !slices.Contains(scopes, s.Roles[i].Scope) {
			scopes = append(scopes, s.Roles[i].Scope)
		}
	}
	return scopes
}

// Actor returns who acts, for journal lines: in the role that lets the person serve at the desk in use, else in the
// narrowest role that covers the desk, else in the first one.
func (s Session) Actor() actor.Actor {
	if len(s.Roles) == 0 {
		return actor.Actor{}
	}
	role, covers := s.Roles[0].Role, false
	for i := range s.Roles {
		g := &s.Roles[i]
		if s.Desk == "" || !g.Scope.Covers(s.Place()) {
			continue
		}
		if slices.Contains(g.Permissions, CounterServe) {
			return actor.Staff(s.Staff.String(), g.Role)
		}
		if !covers {
			role, covers = g.Role, true
		}
	}
	return actor.Staff(s.Staff.String(), role)
}

type sessionKey struct{}

// With returns a context that carries the session.
func With(ctx context.Context, s *Session) context.Context {
	return context.WithValue(ctx, sessionKey{}, s)
}

// Signed returns the session of the request, or the fault "staff.sign_in_first" when nobody is signed in.
func Signed(ctx context.Context) (Session, error) {
	s, ok := From(ctx)
	if !ok {
		return s, fault.NewUnauthenticated("staff.sign_in_first")
	}
	return s, nil
}

// From returns the session of the request, and false when nobody is signed in.
func From(ctx context.Context) (Session, bool) {
	if s, ok := ctx.Value(sessionKey{}).(*Session); ok && s != nil {
		return *s, true
	}
	return Session{}, false
}
