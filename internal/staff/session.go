package staff

import (
	"slices"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/scope"
)

// Session is who makes a request, and where: a person who has signed in, or a token of another system.
type Session struct {
	// Staff is the id of the person, or of the token.
	Staff id.ID
	// Name is what the screen shows: the person's name, or the label of the token. It never goes into the journal or a log.
	Name string
	// Token tells that a program calls with a bearer token, not a person.
	Token bool
	// Ends is when a token ends; the zero time for one of before tokens ended, and for a person.
	Ends time.Time
	// Grants are what the person has been granted, the narrowest first.
	scope.Grants
	// Desk is the desk in use, and Centre and Municipality are where it stands; all are empty until a desk is taken.
	Desk, Centre, Municipality string
	// Zone is what the clocks at the desk in use show; nil until a desk is taken.
	Zone *time.Location
}

// Place returns where the desk in use stands.
func (s *Session) Place() scope.Place {
	return scope.Place{Municipality: s.Municipality, Centre: s.Centre, Desk: s.Desk}
}

// Actor returns who acts, for journal lines: in the role that lets the person serve at the desk in use, else in the
// narrowest role that covers the desk, else in the first one.
func (s *Session) Actor() actor.Actor {
	if len(s.Grants) == 0 {
		return actor.Actor{}
	}
	role, covers := s.Grants[0].Role, false
	for i := range s.Grants {
		g := &s.Grants[i]
		if s.Desk == "" || !g.Scope.Covers(s.Place()) {
			continue
		}
		if slices.Contains(g.Permissions, MayServe) {
			return actor.Staff(s.Staff.String(), g.Role)
		}
		if !covers {
			role, covers = g.Role, true
		}
	}
	return actor.Staff(s.Staff.String(), role)
}
