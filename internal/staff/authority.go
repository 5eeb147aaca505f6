package staff

import (
	"context"
	"fmt"
	"slices"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
)

// authorise returns Forbidden unless the actor of the transaction holds the permission in the whole scope, and NotFound for
// a scope that is not there. It is asked inside the transaction: a role that was just revoked counts no more. Programs of our own may.
func (s *Service) authorise(ctx context.Context, tx *journal.Tx, permission string, in Scope) error {
	at, err := s.placeOf(ctx, tx, in)
	if err != nil {
		return err
	}
	by := tx.By()
	if by.Role() == actor.SystemRole {
		return nil
	}
	refused := fault.NewForbidden("staff.forbidden")
	staff, err := id.Parse(by.Who())
	if err != nil {
		return refused
	}
	grants, err := s.Roles.Grants(ctx, tx, staff)
	if err != nil {
		return fmt.Errorf("staff: roles of the actor: %w", err)
	}
	if !(Session{Roles: grants}).May(permission, at) {
		return refused
	}
	return nil
}

// placeOf returns the whole of a scope as a place.
func (s *Service) placeOf(ctx context.Context, r journal.Reader, in Scope) (Place, error) {
	switch in.Level {
	case LevelNetwork:
		return Place{}, nil
	case LevelMunicipality:
		if err := s.Places.Municipality(ctx, r, in.Code); err != nil {
			return Place{}, fmt.Errorf("staff: scope: %w", err)
		}
		return Place{Municipality: in.Code}, nil
	case LevelCentre:
		municipality, err := s.Places.MunicipalityOf(ctx, r, in.Code)
		if err != nil {
			return Place{}, fmt.Errorf("staff: scope: %w", err)
		}
		return Place{Municipality: municipality, Centre: in.Code}, nil
	}
	return Place{}, fault.NewInvalid("staff.scope_unknown").On("scope")
}

// widestOnly are the permissions that make others powerful: whoever hands them on must hold Manage in the whole network.
var widestOnly = []string{Manage, TokenCreate}

// scopeToGrant is where the actor must hold Manage to hand the role on in a scope.
// It returns Invalid for a role that was never defined.
func (s *Service) scopeToGrant(ctx context.Context, tx *journal.Tx, role string, in Scope) (Scope, error) {
	permissions, known, err := s.Roles.Permissions(ctx, tx, role)
	switch {
	case err != nil:
		return Scope{}, fmt.Errorf("staff: role: %w", err)
	case !known:
		return Scope{}, fault.NewInvalid("staff.role_unknown", "Role", role).On("role")
	case slices.ContainsFunc(permissions, func(p string) bool { return slices.Contains(widestOnly, p) }):
		return Network, nil
	}
	return in, nil
}
