package staff

import (
	"context"
	"fmt"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/platform/journal"
)

// Leave ends a person's work: all roles and sessions end, and neither the password nor anything else that proved who she is opens anything any more. It returns NotFound for somebody
// who does not work here, and Forbidden unless the actor may manage staff wherever the person has a role.
func (s *Service) Leave(ctx context.Context, by actor.Actor, staff id.ID, key string) error {
	in := Left{Staff: staff}
	return s.post(ctx, by, key, in, func(tx *journal.Tx) error {
		if err := s.present(ctx, tx, staff); err != nil {
			return err
		}
		if err := s.authoriseOver(ctx, tx, staff); err != nil {
			return err
		}
		if err := s.Accounts.SetPassword(ctx, tx, staff, ""); err != nil {
			return fmt.Errorf("staff: password: %w", err)
		}
		if s.Proofs != nil {
			if err := s.Proofs.DropAll(ctx, tx, staff, "left"); err != nil {
				return err //nolint:wrapcheck // of the proofs
			}
		}
		return tx.Record(ctx, in)
	})
}

// authoriseOver returns Forbidden unless the actor could have granted every role that the person has.
func (s *Service) authoriseOver(ctx context.Context, tx *journal.Tx, staff id.ID) error {
	grants, err := s.Roles.Grants(ctx, tx, staff)
	if err != nil {
		return fmt.Errorf("staff: roles: %w", err)
	}
	if len(grants) == 0 {
		return s.authorise(ctx, tx, MayManage, scope.Network)
	}
	for _, g := range grants {
		must, err := s.scopeToGrant(ctx, tx, g.Role, g.Scope)
		if err != nil {
			return err
		}
		if err := s.authorise(ctx, tx, MayManage, must); err != nil {
			return err
		}
	}
	return nil
}
