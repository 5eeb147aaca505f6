package staff

import (
	"context"
	"fmt"
	"slices"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/platform/journal"
)

// authorise returns Forbidden unless the actor of the transaction holds the permission in the whole scope, and NotFound for
// a scope that is not there. It is asked inside the transaction: a role that was just revoked counts no more. Programs of our own may.
func (s *Service) authorise(ctx context.Context, tx *journal.Tx, permission string, in scope.Scope) error {
	all, err := s.placesOf(ctx, tx, in)
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
	for _, at := range all {
		if !grants.May(permission, at) {
			return refused
		}
	}
	return nil
}

// placesOf returns the whole of a scope as places, at least one.
func (s *Service) placesOf(ctx context.Context, r journal.Reader, in scope.Scope) ([]scope.Place, error) {
	if in.Level != scope.LevelGroup {
		at, err := s.placeOf(ctx, r, in)
		return []scope.Place{at}, err
	}
	group, known, err := s.Roles.Group(ctx, r, in.Code)
	switch {
	case err != nil:
		return nil, fmt.Errorf("staff: group: %w", err)
	case !known || len(group.Centres) == 0:
		return nil, fault.NewNotFound("staff.group_unknown", "Group", in.Code)
	}
	var all []scope.Place
	for _, centre := range group.Centres {
		at, err := s.placeOf(ctx, r, scope.Centre(centre).Of(in.Creditor))
		if err != nil {
			return nil, err
		}
		all = append(all, at)
	}
	return all, nil
}

func (s *Service) placeOf(ctx context.Context, r journal.Reader, in scope.Scope) (scope.Place, error) {
	switch in.Level {
	case scope.LevelNetwork:
		return scope.Place{Creditor: in.Creditor}, nil
	case scope.LevelMunicipality:
		if err := s.Places.Municipality(ctx, r, in.Code); err != nil {
			return scope.Place{}, fmt.Errorf("staff: scope: %w", err)
		}
		return scope.Place{Municipality: in.Code, Creditor: in.Creditor}, nil
	case scope.LevelCentre:
		municipality, err := s.Places.MunicipalityOf(ctx, r, in.Code)
		if err != nil {
			return scope.Place{}, fmt.Errorf("staff: scope: %w", err)
		}
		return scope.Place{Municipality: municipality, Centre: in.Code, Creditor: in.Creditor}, nil
	case scope.LevelGroup:
	}
	return scope.Place{}, fault.NewInvalid("staff.scope_unknown").On("scope")
}

// widestOnly are the permissions that make others powerful: whoever hands them on must hold MayManage in the whole network.
var widestOnly = []string{MayManage, MayMakeTokens}

// scopeToGrant is where the actor must hold MayManage to hand the role on in a scope.
// It returns Invalid for a role that was never defined.
func (s *Service) scopeToGrant(ctx context.Context, tx *journal.Tx, role string, in scope.Scope) (scope.Scope, error) {
	permissions, known, err := s.Roles.Permissions(ctx, tx, role)
	switch {
	case err != nil:
		return scope.Scope{}, fmt.Errorf("staff: role: %w", err)
	case !known:
		return scope.Scope{}, fault.NewInvalid("staff.role_unknown", "Role", role).On("role")
	case slices.ContainsFunc(permissions, func(p string) bool { return slices.Contains(widestOnly, p) }):
		return scope.Network, nil
	}
	return in, nil
}
