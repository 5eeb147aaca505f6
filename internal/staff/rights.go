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

// Rights tells transactions of the journal what whoever asks may do, and whether she is a second person. It implements journal.Rights.
type Rights struct{ *Service }

// rightsKey asks what somebody may do. The answer follows from lines of the network's desk alone.
type rightsKey struct {
	who   id.ID
	token bool
}

type held struct {
	grants scope.Grants
	ends   time.Time
}

// Grants implements journal.Rights.
func (r Rights) Grants(ctx context.Context, tx *journal.Tx, who id.ID, token bool) (scope.Grants, error) {
	has, err := journal.Refer(tx, rightsKey{who, token}, func() (h held, err error) {
		if token {
			h.grants, h.ends, err = r.Tokens.TokenGrants(ctx, tx, who)
			h.grants = r.forTokens(h.grants)
			return h, err
		}
		h.grants, err = r.Roles.Grants(ctx, tx, who)
		return h, err
	})
	if err != nil {
		return nil, fmt.Errorf("staff: rights: %w", err)
	}
	if ended(has.ends, tx.Now()) {
		return nil, nil
	}
	return has.grants, nil
}

// ended tells whether a token has ended.
func ended(ends, now time.Time) bool { return !ends.IsZero() && !now.Before(ends) }

// forTokens leaves of what a role permits what a token may hold: by what each permission is, not by which role it stands in.
func (s *Service) forTokens(all scope.Grants) scope.Grants {
	kept := make(scope.Grants, len(all))
	for i, g := range all {
		g.Permissions = slices.DeleteFunc(slices.Clone(g.Permissions), func(name string) bool {
			p, known := s.Known(name)
			return !known || !p.Systems || p.Creditors && g.Scope.Creditor == ""
		})
		kept[i] = g
	}
	return kept
}

// Second implements journal.Rights. Somebody of whom nobody knows who she is can be anybody: she is no second person, and nobody is one beside her.
// Whoever gave somebody a password or a code could have used it herself, so that for a while the two are no second persons to each other. Tokens and programs are no persons, so that nobody can be the same one.
func (r Rights) Second(ctx context.Context, tx *journal.Tx, others []string) error {
	by := tx.By()
	if by.Role() == actor.SystemRole {
		return nil
	}
	me, err := id.Parse(by.Who())
	if err != nil {
		return fault.NewForbidden("staff.second_unproven")
	}
	mine, known, err := r.Persons.Person(ctx, tx, me)
	if err != nil {
		return fmt.Errorf("staff: second person: %w", err)
	}
	if !known || mine.Code == nil {
		return fault.NewForbidden("staff.second_unproven")
	}
	rule, err := r.RuleAt(ctx, tx, tx.Now())
	if err != nil {
		return err
	}
	since := tx.Now().AddDate(0, 0, -rule.ApartDays)
	for _, text := range others {
		other, err := id.Parse(text)
		if err != nil {
			continue // a program of our own
		}
		theirs, person, err := r.Persons.Person(ctx, tx, other)
		switch {
		case err != nil:
			return fmt.Errorf("staff: second person: %w", err)
		case !person: // a token
		case theirs.Code == nil || theirs.Key != mine.Key:
			return fault.NewForbidden("staff.first_unproven")
		case slices.Equal(theirs.Code, mine.Code):
			return fault.NewForbidden("staff.second_same")
		default:
			helped, err := r.Persons.Helped(ctx, tx, me, other, since)
			if err != nil {
				return fmt.Errorf("staff: second person: %w", err)
			}
			if helped {
				return fault.NewForbidden("staff.second_helped", "Days", rule.ApartDays)
			}
		}
	}
	return nil
}
