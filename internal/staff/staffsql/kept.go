package staffsql

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/staff"
)

// CheckKept sees that accounts and tokens are those that the lines tell of: none is missing, none is there that no line knows, and no account stands as it
// was before its last change. What they say is proven by their codes. An empty answer means that all is well.
func CheckKept(ctx context.Context, r journal.Reader) ([]string, error) {
	c := &keptChecker{changed: map[id.ID]int64{}, tokens: map[id.ID]bool{}, persons: map[id.ID]int64{}}
	const lines = `SELECT kind, recorded_at, body FROM entry WHERE desk = $1
AND kind IN ('staff.enrolled', 'staff.password_changed', 'staff.left', 'staff.identified', 'token.created') ORDER BY number`
	err := sqldb.Each(ctx, r, lines, []any{staff.NetworkDesk}, func(rows *sql.Rows) error {
		var kind string
		var at int64
		var body []byte
		if err := rows.Scan(&kind, &at, &body); err != nil {
			return fmt.Errorf("staffsql: line: %w", err)
		}
		return c.line(kind, at, body)
	})
	if err != nil {
		return nil, err
	}
	if err := c.accounts(ctx, r); err != nil {
		return nil, err
	}
	if err := c.identities(ctx, r); err != nil {
		return nil, err
	}
	return c.found, c.keys(ctx, r)
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

func (c *keptChecker) line(kind string, at int64, body []byte) error {
	var told struct{ Staff, Token id.ID }
	if err := json.Unmarshal(body, &told); err != nil {
		return fmt.Errorf("staffsql: body: %w", err)
	}
	switch kind {
	case "token.created":
		c.tokens[told.Token] = true
		return nil
	case "staff.identified":
		c.persons[told.Staff] = at
		return nil
	}
	c.changed[told.Staff] = at
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
