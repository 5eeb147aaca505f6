package centresql

import (
	"context"
	"database/sql"
	"fmt"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/centre"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

// RuleSets returns what every table of rules rests on, in the order of their days; its rules are those of Rules on its first day.
func (s Store) RuleSets(ctx context.Context, r journal.Reader) ([]centre.TierRuleSet, error) {
	var all []centre.TierRuleSet
	const text = `SELECT valid_from, source, unverified, why, who FROM tier_rule_set ORDER BY valid_from`
	err := sqldb.Each(ctx, r, text, nil, func(rows *sql.Rows) error {
		var set centre.TierRuleSet
		if err := rows.Scan(&set.From, &set.Source, &set.Unverified, &set.Why, &set.Who); err != nil {
			return fmt.Errorf("centre: tier rules: %w", err)
		}
		all = append(all, set)
		return nil
	})
	return all, err
}

// Rules returns the table in force on a day. Before the first table it is empty, and nothing is allowed.
func (Store) Rules(ctx context.Context, r journal.Reader, on civil.Date) (centre.Table, error) {
	const text = `SELECT class, authority, act FROM tier_rule WHERE valid_from =
(SELECT MAX(valid_from) FROM tier_rule_set WHERE valid_from <= $1)`
	var rules []centre.Rule
	err := sqldb.Each(ctx, r, text, []any{on}, func(rows *sql.Rows) error {
		var rule centre.Rule
		var act string
		if err := rows.Scan(&rule.Class, &rule.Authority, &act); err != nil {
			return fmt.Errorf("centre: tier rule: %w", err)
		}
		rule.Acts = []string{act}
		rules = append(rules, rule)
		return nil
	})
	return centre.NewTable(rules), err
}
