package staff

import (
	"context"
	"fmt"
	"slices"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/platform/journal"
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

// EndSessions ends all sessions of somebody, from the next request on, in every program on the database. Whoever ends those of another must be allowed to manage staff
// wherever that person has a role; it returns Forbidden otherwise, and NotFound for somebody who does not work here.
func (s *Service) EndSessions(ctx context.Context, by actor.Actor, staff id.ID, key string) error {
	in := SessionsEnded{Staff: staff}
	return s.post(ctx, by, key, in, func(tx *journal.Tx) error {
		if err := s.Over(ctx, tx, staff); err != nil {
			return err
		}
		return tx.Record(ctx, in)
	})
}

// Over returns Forbidden unless the actor is that person or may manage staff wherever she has a role, and NotFound for somebody who does not work here.
func (s *Service) Over(ctx context.Context, tx *journal.Tx, staff id.ID) error {
	if err := s.present(ctx, tx, staff); err != nil {
		return err
	}
	tx.Own() // where it holds is asked here, for each of her roles
	if tx.By().Who() == staff.String() {
		return nil
	}
	return s.authoriseOver(ctx, tx, staff)
}

// Member is somebody who works here, with her roles.
type Member struct {
	Account
	scope.Grants
}

// Member returns somebody over whom the grants let one manage staff. It returns Forbidden for another, and NotFound for somebody who does not work here.
func (s *Service) Member(ctx context.Context, by scope.Grants, staff id.ID) (Member, error) {
	db := s.Journal.DB()
	account, err := s.Accounts.ByID(ctx, db, staff)
	if err == nil && account.Left {
		err = fault.NewNotFound("staff.unknown")
	}
	if err != nil {
		return Member{}, fmt.Errorf("staff: member: %w", err)
	}
	m := Member{Account: account}
	if m.Grants, err = s.Roles.Grants(ctx, db, staff); err != nil {
		return m, fmt.Errorf("staff: member: %w", err)
	}
	may, err := s.managed(ctx, by, m.Grants, map[scope.Scope][]scope.Place{})
	if err == nil && !may {
		err = fault.NewForbidden("staff.forbidden")
	}
	return m, err
}

// Members returns who works here and is managed by somebody with these grants, by name.
func (s *Service) Members(ctx context.Context, by scope.Grants) ([]Member, error) {
	db := s.Journal.DB()
	people, err := s.Accounts.Everybody(ctx, db)
	if err != nil {
		return nil, fmt.Errorf("staff: members: %w", err)
	}
	roles, err := s.Roles.AllGrants(ctx, db)
	if err != nil {
		return nil, fmt.Errorf("staff: members: %w", err)
	}
	var all []Member
	known := map[scope.Scope][]scope.Place{}
	for _, a := range people {
		may, err := s.managed(ctx, by, roles[a.Staff], known)
		if err != nil {
			return nil, err
		}
		if may {
			all = append(all, Member{Account: a, Grants: roles[a.Staff]})
		}
	}
	return all, nil
}

// managed tells whether somebody with grants may manage staff wherever a person has a role; known saves asking for a place twice. The rule that acts asks again.
func (s *Service) managed(ctx context.Context, by, of scope.Grants, known map[scope.Scope][]scope.Place) (bool, error) {
	if len(of) == 0 {
		return by.May(MayManage, scope.Place{}), nil
	}
	for _, g := range of {
		in := g.Scope
		if slices.ContainsFunc(g.Permissions, func(p string) bool { return slices.Contains(widestOnly, p) }) {
			in = scope.Network
		}
		all, there := known[in]
		if !there {
			var err error
			if all, err = s.placesOf(ctx, s.Journal.DB(), in); err != nil && fault.KindOf(err) != fault.NotFound {
				return false, err
			}
			known[in] = all
		}
		for _, at := range all {
			if !by.May(MayManage, at) {
				return false, nil
			}
		}
		if len(all) == 0 && !by.May(MayManage, scope.Place{}) {
			return false, nil
		}
	}
	return true, nil
}
