package staff

import (
	"context"
	"fmt"
	"slices"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
)

// Identity is what is known of who somebody is.
type Identity struct {
	// Kind is that of the number, such as personcode.Latvian.
	Kind string
	// Code is the HMAC of the number, nil where it was not given yet, and Key the fingerprint of the key that made it.
	Code []byte
	Key  string
}

// Persons keeps who people are, outside the journal.
type Persons interface {
	// Person returns what is known of somebody, and false for an id that is no person's, such as that of a token.
	Person(ctx context.Context, r journal.Reader, staff id.ID) (Identity, bool, error)
	// Helped tells whether one of two accounts, or another account of the same person, has given the other what opens an account, since a moment.
	Helped(ctx context.Context, r journal.Reader, one, other id.ID, since time.Time) (bool, error)
	// WithCode returns the accounts of the person with that code.
	WithCode(ctx context.Context, r journal.Reader, who Identity) ([]id.ID, error)
	// Identify stores who somebody is, in place of what was stored.
	Identify(ctx context.Context, tx *journal.Tx, staff id.ID, who Identity) error
}

// NewCode is the number by which it is known who somebody is. It shows itself neither in a log nor in JSON.
type NewCode struct{ Kind, Number string }

// IsZero tells whether no number was given.
func (c NewCode) IsZero() bool { return c.Number == "" }

// String returns the kind alone.
func (c NewCode) String() string { return "(code of kind " + c.Kind + ")" }

// GoString returns what String returns.
func (c NewCode) GoString() string { return c.String() }

// MarshalText returns what String returns; the error is always nil.
func (c NewCode) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// Identify notes who somebody is, so that she can be a second person. It returns Invalid for a number that is none, Forbidden for one's own account, and unless
// the actor may manage staff wherever the person has a role, Conflict "staff.code_other" when it is known already that she is somebody else, and "staff.code_no_key" without a key.
func (s *Service) Identify(ctx context.Context, by actor.Actor, staff id.ID, code NewCode, key string) error {
	who, err := s.identity(code)
	if err != nil {
		return err
	}
	// Not the number: a hash of the input is kept for ever, and numbers can be guessed.
	in := Identified{Staff: staff, CodeKind: code.Kind}
	return s.post(ctx, by, key, in, func(tx *journal.Tx) error {
		if err := s.present(ctx, tx, staff); err != nil {
			return err
		}
		if tx.By().Who() == staff.String() {
			return fault.NewForbidden("staff.code_own")
		}
		if err := s.authoriseOver(ctx, tx, staff); err != nil {
			return err
		}
		return s.identify(ctx, tx, staff, who)
	})
}

func (s *Service) identity(code NewCode) (Identity, error) {
	if s.PersonKey == nil {
		return Identity{}, fault.NewConflict("staff.code_no_key")
	}
	made, err := s.PersonKey.Code(code.Kind, code.Number)
	return Identity{Kind: code.Kind, Code: made, Key: s.PersonKey.Fingerprint()}, err
}

func (s *Service) identify(ctx context.Context, tx *journal.Tx, staff id.ID, who Identity) error {
	known, _, err := s.Persons.Person(ctx, tx, staff)
	switch {
	case err != nil:
		return fmt.Errorf("staff: identity: %w", err)
	case known.Code != nil && known.Key == who.Key && slices.Equal(known.Code, who.Code):
		return nil
	case known.Code != nil && known.Key == who.Key && tx.By().Role() != actor.SystemRole:
		// Whoever could give an account another code could make two persons of one. The operator can, and it is a line.
		return fault.NewConflict("staff.code_other").On("person_code")
	}
	if err := s.Persons.Identify(ctx, tx, staff, who); err != nil {
		return fmt.Errorf("staff: identity: %w", err)
	}
	return tx.Record(ctx, Identified{Staff: staff, CodeKind: who.Kind})
}
