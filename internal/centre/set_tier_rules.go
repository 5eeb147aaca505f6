package centre

import (
	"context"
	"fmt"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/journal"
)

// SetTierRules says what every class of centre may do from a day on; a table for the same day is replaced. Acts of the
// past are judged by the table of their day. It returns Invalid for no rule, and a rule with an
// unknown class, authority or act, and the faults of dated.Basis.
func (s *Service) SetTierRules(ctx context.Context, by actor.Actor, key string, in TierRuleSet) error {
	return s.post(ctx, by, key, in, func(tx *journal.Tx) error {
		if len(in.Rules) == 0 {
			return fault.NewInvalid("centre.rules_empty").On("rules")
		}
		for i := range in.Rules {
			if !in.Rules[i].isKnown() {
				return fault.NewInvalid("centre.rule").On(fmt.Sprintf("rules[%d]", i))
			}
		}
		if err := in.Check(); err != nil {
			return err
		}
		return tx.Record(ctx, in)
	})
}
