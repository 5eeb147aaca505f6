package staff

import (
	"context"
	"fmt"
	"regexp"
	"slices"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/platform/journal"
)

var roleName = regexp.MustCompile(`^[a-z][a-z-]{1,39}$`)

// DefineRole says what a role permits from now on; a role that is already so stays, and nothing is recorded.
// It returns Invalid for a name that will not do and for a permission that the program does not know, and Forbidden
// unless the actor may manage staff in the whole network.
func (s *Service) DefineRole(ctx context.Context, by actor.Actor, role string, permissions []string, key string) error {
	in := RoleDefined{Role: role, Permissions: slices.Compact(slices.Sorted(slices.Values(permissions)))}
	if !roleName.MatchString(role) || role == actor.SystemRole {
		return fault.NewInvalid("staff.role_malformed", "Role", role).On("role")
	}
	for _, p := range in.Permissions {
		if _, known := s.Known(p); !known {
			return fault.NewInvalid("staff.permission_unknown", "Permission", p).On("permissions")
		}
	}
	return s.post(ctx, by, key, in, func(tx *journal.Tx) error {
		if err := s.authorise(ctx, tx, MayManage, scope.Network); err != nil {
			return err
		}
		before, known, err := s.Roles.Permissions(ctx, tx, role)
		if err != nil {
			return fmt.Errorf("staff: role: %w", err)
		}
		if known && slices.Equal(before, in.Permissions) {
			return nil
		}
		return tx.Record(ctx, in)
	})
}
