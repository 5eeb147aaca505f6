package staff

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/platform/journal"
)

// Grant gives a person a role in a part of the territory. A person who has it already keeps it, and nothing is recorded.
// It returns Invalid for a role or scope that is not known, NotFound for somebody who does not work here,
// Forbidden for an actor who may not hand the role on there.
func (s *Service) Grant(ctx context.Context, by actor.Actor, in RoleGranted, key string) error {
	return s.changeRole(ctx, by, in, key, func(ctx context.Context, tx *journal.Tx, has bool) error {
		if has {
			return nil
		}
		return tx.Record(ctx, in)
	})
}

// Revoke takes a role back, from the next request on. It returns the faults of Grant, and Conflict when the person does not have the role.
func (s *Service) Revoke(ctx context.Context, by actor.Actor, in RoleRevoked, key string) error {
	return s.changeRole(ctx, by, RoleGranted(in), key, func(ctx context.Context, tx *journal.Tx, has bool) error {
		if !has {
			return fault.NewConflict("staff.role_not_held")
		}
		return tx.Record(ctx, in)
	})
}

func (s *Service) changeRole(
	ctx context.Context, by actor.Actor, in RoleGranted, key string, record func(ctx context.Context, tx *journal.Tx, has bool) error,
) error {
	if _, err := scope.Parse(in.Scope.String()); err != nil {
		return fault.NewInvalid("staff.scope_unknown").On("scope")
	}
	return s.post(ctx, by, key, in, func(tx *journal.Tx) error {
		must, err := s.scopeToGrant(ctx, tx, in.Role, in.Scope)
		if err != nil {
			return err
		}
		if err := s.authorise(ctx, tx, MayManage, must); err != nil {
			return err
		}
		if err := s.present(ctx, tx, in.Staff); err != nil {
			return err
		}
		grants, err := s.Roles.Grants(ctx, tx, in.Staff)
		if err != nil {
			return fmt.Errorf("staff: roles: %w", err)
		}
		return record(ctx, tx, slices.ContainsFunc(grants, func(g scope.Grant) bool { return g.Role == in.Role && g.As() == in.Scope }))
	})
}

// present returns NotFound for somebody who does not work here.
func (s *Service) present(ctx context.Context, tx *journal.Tx, staff id.ID) error {
	account, err := s.Accounts.ByID(ctx, tx, staff)
	if err != nil {
		return fmt.Errorf("staff: person: %w", err)
	}
	if account.Left {
		return fault.NewNotFound("staff.unknown")
	}
	return nil
}

// post writes at the network's desk.
func (s *Service) post(ctx context.Context, by actor.Actor, key string, input any, rule func(*journal.Tx) error) error {
	k, err := journal.NewKey(key, input)
	if err != nil {
		return fmt.Errorf("staff: %w", err)
	}
	posted, err := s.Journal.Post(ctx, by, NetworkDesk, k, rule)
	if err != nil {
		return fmt.Errorf("staff: %w", err)
	}
	s.Changed(ctx, by, posted)
	return nil
}

// Changed notes in the security log what a Post at the network's desk has changed about persons, roles and keys.
func (s *Service) Changed(ctx context.Context, by actor.Actor, posted journal.Posted) {
	for _, e := range posted.Entries {
		if !posted.Replayed {
			s.note(ctx, Event{Kind: Changed, Who: by.Who(), What: strings.Join(append([]string{e.Kind}, e.Fact.Subjects()...), " ")})
		}
	}
}
