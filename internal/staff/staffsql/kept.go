package staffsql

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/staff"
)

// CheckKept sees that accounts and tokens are those that the lines tell of: none is missing, none is there that no line knows, and no account stands as it
// was before its last change. What they say is proven by their codes. An empty answer means that all is well.
func CheckKept() audit.Check {
	return audit.Check{Name: "staff", Follow: func(context.Context, sqldb.Reader) (audit.Follower, error) {
		return &keptChecker{changed: map[id.ID]int64{}, tokens: map[id.ID]bool{}, persons: map[id.ID]int64{}}, nil
	}}
}

// End looks at the tables.
func (c *keptChecker) End(ctx context.Context, r sqldb.Reader, report func(audit.Problem)) (audit.Follower, error) {
	err := c.accounts(ctx, r)
	if err == nil {
		err = c.identities(ctx, r)
	}
	if err == nil {
		err = c.keys(ctx, r)
	}
	for _, what := range c.found {
		report(audit.Problem{What: what})
	}
	return nil, err
}

// keptChecker reads bodies by itself: it shares no type with the feature that it checks.
type keptChecker struct {
	// changed is when an account last changed, in microseconds, and tokens are those that were made.
	changed map[id.ID]int64
	tokens  map[id.ID]bool
	// persons are those of whom it is known who they are.
	persons map[id.ID]int64
	found   []string
}

// Line notes which accounts and tokens there are.
func (c *keptChecker) Line(l audit.Raw) error {
	switch l.Kind {
	case "staff.enrolled", "staff.password_changed", "staff.left", "staff.identified", "token.created":
	default:
		return nil
	}
	if l.Desk != staff.NetworkDesk || l.Adopted {
		return nil
	}
	var told struct{ Staff, Token id.ID }
	if err := l.Into(&told); err != nil {
		return fmt.Errorf("staffsql: body: %w", err)
	}
	switch l.Kind {
	case "token.created":
		c.tokens[told.Token] = true
		return nil
	case "staff.identified":
		c.persons[told.Staff] = l.At
		return nil
	}
	c.changed[told.Staff] = l.At
	return nil
}

func (c *keptChecker) accounts(ctx context.Context, r journal.Reader) error {
	missing := maps.Clone(c.changed)
	err := sqldb.Each(ctx, r, `SELECT staff, changed_at FROM staff_account ORDER BY staff`, nil, func(rows *sql.Rows) error {
		var who id.ID
		var at int64
		if err := rows.Scan(&who, &at); err != nil {
			return fmt.Errorf("staffsql: account: %w", err)
		}
		last, told := c.changed[who]
		switch {
		case !told:
			c.found = append(c.found, fmt.Sprintf("staff_account: no line tells of the account %s", who))
		case at != last:
			c.found = append(c.found, fmt.Sprintf("staff_account: the account %s is not of the time of its last line: it was put back or changed", who))
		}
		delete(missing, who)
		return nil
	})
	c.lost("staff_account: the account %s is not there", missing)
	return err
}

func (c *keptChecker) identities(ctx context.Context, r journal.Reader) error {
	missing := maps.Clone(c.persons)
	err := sqldb.Each(ctx, r, `SELECT staff FROM staff_person ORDER BY staff`, nil, func(rows *sql.Rows) error {
		var who id.ID
		if err := rows.Scan(&who); err != nil {
			return fmt.Errorf("staffsql: person: %w", err)
		}
		if _, told := c.persons[who]; !told {
			c.found = append(c.found, fmt.Sprintf("staff_person: no line tells who %s is", who))
		}
		delete(missing, who)
		return nil
	})
	c.lost("staff_person: who %s is is not there", missing)
	return err
}

func (c *keptChecker) keys(ctx context.Context, r journal.Reader) error {
	missing := map[id.ID]int64{}
	for token := range c.tokens {
		missing[token] = 0
	}
	err := sqldb.Each(ctx, r, `SELECT token FROM token ORDER BY token`, nil, func(rows *sql.Rows) error {
		var token id.ID
		if err := rows.Scan(&token); err != nil {
			return fmt.Errorf("staffsql: token: %w", err)
		}
		if _, waits := missing[token]; !waits {
			c.found = append(c.found, fmt.Sprintf("token: no line tells of this hash of the token %s", token))
		}
		delete(missing, token)
		return nil
	})
	c.lost("token: the hash of the token %s is not there", missing)
	return err
}

func (c *keptChecker) lost(what string, missing map[id.ID]int64) {
	compare := func(a, b id.ID) int { return slices.Compare(a[:], b[:]) }
	for _, who := range slices.SortedFunc(maps.Keys(missing), compare) {
		c.found = append(c.found, fmt.Sprintf(what, who))
	}
}
