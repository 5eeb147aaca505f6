package staff

import (
	"context"
	"fmt"
	"slices"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/dated"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/platform/journal"
)

// What people may do about people, and at a counter.
const (
	MayServe      = "counter.serve"
	MayManage     = "staff.manage"
	MayMakeTokens = "token.create"
	MayReadLog    = "security.read"
)

// Permissions are those of this feature, with the roles that have them in a new network.
var Permissions = []scope.Permission{
	{Name: MayServe, Roles: []string{"clerk", "centre-manager"}, Systems: true},
	{Name: MayManage, Roles: []string{"municipal-manager", "administrator"}},
	{Name: MayMakeTokens, Roles: []string{"administrator"}},
	{Name: MayReadLog, Roles: []string{"auditor"}},
}

// SignInRule says how people sign in, from a day on.
type SignInRule struct {
	dated.Basis
	// Second are the roles that need a second proof beside the password; "*" is every role.
	Second []string `json:"second"`
	// ApartDays is how long whoever set a password or made a code for somebody, and that person, are no second persons to each other, in days.
	ApartDays int `json:"apart_days"`
	// LogDays is how long the security log is kept, in days.
	LogDays int `json:"log_days"`
}

const (
	// usualApart and usualLog stand where no rule was set.
	usualApart = 30
	usualLog   = 365
	// mostDays bounds both.
	mostDays = 3653
	// EveryRole is in SignInRule.Second where each role needs a second proof.
	EveryRole = "*"
)

// Demands tells whether somebody with these roles needs a second proof.
func (r SignInRule) Demands(g scope.Grants) bool {
	return slices.ContainsFunc(g, func(one scope.Grant) bool {
		return slices.Contains(r.Second, EveryRole) || slices.Contains(r.Second, one.Role)
	})
}

// SetSignInRule says how people sign in from a day on. It returns Invalid for days out of bounds and a role that was never defined, the faults of dated.Basis, and
// Forbidden unless the actor may manage staff in the whole network.
func (s *Service) SetSignInRule(ctx context.Context, by actor.Actor, rule SignInRule, key string) error {
	for field, days := range map[string]int{"apart_days": rule.ApartDays, "log_days": rule.LogDays} {
		if days < 1 || days > mostDays {
			return fault.NewInvalid("staff.rule_days", "Max", mostDays).On(field)
		}
	}
	if err := rule.Check(); err != nil {
		return err //nolint:wrapcheck // a fault
	}
	rule.Second = slices.Compact(slices.Sorted(slices.Values(rule.Second)))
	if rule.Second == nil {
		rule.Second = []string{}
	}
	return s.post(ctx, by, key, rule, func(tx *journal.Tx) error {
		if err := s.authorise(ctx, tx, MayManage, scope.Network); err != nil {
			return err
		}
		for _, role := range rule.Second {
			_, known, err := s.Roles.Permissions(ctx, tx, role)
			switch {
			case err != nil:
				return fmt.Errorf("staff: rule: %w", err)
			case !known && role != EveryRole:
				return fault.NewInvalid("staff.role_unknown", "Role", role).On("second")
			}
		}
		return tx.Record(ctx, SignInRuled{rule})
	})
}

// RuleAt returns how people sign in at a moment.
func (s *Service) RuleAt(ctx context.Context, r journal.Reader, at time.Time) (SignInRule, error) {
	all, err := s.Roles.SignInRules(ctx, r)
	if err != nil {
		return SignInRule{}, fmt.Errorf("staff: rule: %w", err)
	}
	rule, there := dated.At(slices.Values(all), civil.In(at, time.UTC))
	if !there {
		rule.ApartDays, rule.LogDays = usualApart, usualLog
	}
	return rule, nil
}
