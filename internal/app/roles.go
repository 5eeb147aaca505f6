package app

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/id"
)

// houseRoles are the roles that a new network begins with, from what each permission says about itself. They are data: a network defines its own
// beside them or changes these.
func (h *house) houseRoles() map[string][]string {
	roles := map[string][]string{}
	for _, p := range h.permissions() {
		for _, role := range p.Roles {
			roles[role] = append(roles[role], p.Name)
		}
	}
	return roles
}

// DefineRoles makes the roles of the house known. It may be run again; what a network has changed since is changed back.
func (a *App) DefineRoles(ctx context.Context, by actor.Actor) error {
	roles := a.houseRoles()
	for _, role := range slices.Sorted(maps.Keys(roles)) {
		key := "role:" + id.New(a.Journal.Now()).String()
		if err := a.Staff.DefineRole(ctx, by, role, roles[role], key); err != nil {
			return fmt.Errorf("app: role %s: %w", role, err)
		}
	}
	return nil
}
