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

// Group is a named group of centres in which roles hold.
type Group struct {
	// Name is what scopes say, for example "libraries".
	Name string
	// Centres are codes, sorted.
	Centres []string
}

var groupName = regexp.MustCompile(`^[a-z][a-z0-9-]{1,39}$`)

// mostInGroup bounds a group, in centres.
const mostInGroup = 1000

// DefineGroup says which centres a named group has from now on: a role in the group holds in each of them, and in no others. It returns Invalid for a name that
// will not do, NotFound for a centre that is not known, and Forbidden unless the actor may manage staff in every centre that the group had and has.
func (s *Service) DefineGroup(ctx context.Context, by actor.Actor, g Group, key string) error {
	in := GroupDefined{Group: g.Name, Centres: slices.Compact(slices.Sorted(slices.Values(g.Centres)))}
	switch {
	case !groupName.MatchString(g.Name):
		return fault.NewInvalid("staff.group_malformed", "Group", g.Name).On("group")
	case len(in.Centres) > mostInGroup:
		return fault.NewInvalid("staff.group_large", "Max", mostInGroup).On("centres")
	case in.Centres == nil:
		in.Centres = []string{}
	}
	return s.post(ctx, by, key, in, func(tx *journal.Tx) error {
		before, _, err := s.Roles.Group(ctx, tx, g.Name)
		if err != nil {
			return fmt.Errorf("staff: group: %w", err)
		}
		for _, centre := range append(before.Centres, in.Centres...) {
			if err := s.authorise(ctx, tx, MayManage, scope.Centre(centre)); err != nil {
				return err
			}
		}
		if len(in.Centres) == 0 && len(before.Centres) == 0 {
			return fault.NewInvalid("staff.group_unknown", "Group", g.Name).On("group")
		}
		if slices.Equal(before.Centres, in.Centres) {
			return nil
		}
		return tx.Record(ctx, in)
	})
}
