package staff

import (
	"context"
	"fmt"
	"strings"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
)

// Opened is what a signed-in session remembers: who signed in, with which password, and at which desk.
type Opened struct {
	Staff id.ID
	// Changed is Account.Changed when the session began: a session from before a change of password has ended.
	Changed time.Time
	// Ended is Account.Ended when the session began.
	Ended int64
	// Desk is the desk that was taken, or empty.
	Desk string
}

// Session returns who makes a request in a session, with the roles of this moment. The desk is empty when somebody else
// has taken it. It returns Unauthenticated when the person has left, the password has changed, a role was taken back, or all her sessions were ended.
func (s *Service) Session(ctx context.Context, o Opened) (*Session, error) {
	key := openedKey{staff: o.Staff, changed: o.Changed.UnixMicro(), ended: o.Ended, desk: o.Desk}
	return s.session(ctx, key, o.Desk, func() (*Session, error) { return s.open(ctx, o) })
}

// openedKey is Opened as it can be compared.
type openedKey struct {
	staff   id.ID
	changed int64
	ended   int64
	desk    string
}

func (s *Service) open(ctx context.Context, o Opened) (*Session, error) {
	ended := fault.NewUnauthenticated("staff.session_ended")
	db := s.Journal.DB()
	account, err := s.Accounts.ByID(ctx, db, o.Staff)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return nil, ended
	case err != nil:
		return nil, fmt.Errorf("staff: session: %w", err)
	case account.Left || !account.Changed.Equal(o.Changed) || account.Ended != o.Ended:
		return nil, ended
	}
	session := &Session{Staff: o.Staff, Name: account.Name}
	if session.Grants, err = s.Roles.Grants(ctx, db, o.Staff); err != nil {
		return nil, fmt.Errorf("staff: session: %w", err)
	}
	if o.Desk == "" {
		return session, nil
	}
	seat, taken, err := s.Seats.Seat(ctx, db, o.Desk)
	if err != nil {
		return nil, fmt.Errorf("staff: session: %w", err)
	}
	if taken && seat.Staff == o.Staff {
		session.Desk, session.Centre, session.Municipality = o.Desk, seat.Centre, seat.Municipality
	}
	return session, s.clocks(ctx, session)
}

// clocks says what the clocks at the desk in use show.
func (s *Service) clocks(ctx context.Context, session *Session) error {
	if session.Centre == "" {
		return nil
	}
	zone, err := s.Places.Zone(ctx, s.Journal.DB(), session.Centre)
	if err != nil {
		return fmt.Errorf("staff: clocks of a desk: %w", err)
	}
	session.Zone = zone
	return nil
}

// Authenticate returns who makes a request with a bearer token. It returns Unauthenticated for one that is unknown, revoked or at its end.
func (s *Service) Authenticate(ctx context.Context, secret string) (*Session, error) {
	unknown := fault.NewUnauthenticated("staff.token_unknown")
	if !strings.HasPrefix(secret, tokenPrefix) {
		return nil, unknown
	}
	hash := hashToken(secret)
	session, err := s.session(ctx, hash, "", func() (*Session, error) {
		session, err := s.Tokens.ByHash(ctx, s.Journal.DB(), hash)
		if fault.KindOf(err) == fault.NotFound {
			return nil, unknown
		} else if err != nil {
			return nil, fmt.Errorf("staff: token: %w", err)
		}
		session.Grants = s.forTokens(session.Grants)
		return &session, s.clocks(ctx, &session)
	})
	if err != nil {
		return nil, err
	}
	if ended(session.Ends, s.Journal.Now()) {
		return nil, fault.NewUnauthenticated("staff.token_ended")
	}
	s.touch(ctx, session.Staff)
	return session, nil
}

// Colleagues returns who has worked at a centre and still works here, for a list to choose from.
func (s *Service) Colleagues(ctx context.Context, centre string) ([]Person, error) {
	people, err := s.Seats.Colleagues(ctx, s.Journal.DB(), centre, listLimit)
	if err != nil {
		return nil, fmt.Errorf("staff: colleagues: %w", err)
	}
	return people, nil
}

// listLimit is how many colleagues are offered; the others sign in with their names.
const listLimit = 24
