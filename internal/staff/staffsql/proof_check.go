package staffsql

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/staff"
)

// CheckProofs sees that the proofs are those that the lines tell of: none is missing, and none is there that no line knows or that a line has removed. What they say is proven
// by their codes.
func CheckProofs() audit.Check {
	return audit.Check{Name: "proof", Follow: func(context.Context, sqldb.Reader) (audit.Follower, error) {
		return &proofChecker{there: map[id.ID]id.ID{}}, nil
	}}
}

// proofChecker reads bodies by itself: it shares no type with the feature that it checks.
type proofChecker struct{ there map[id.ID]id.ID } // who has which

// Line notes which proofs there are.
func (c *proofChecker) Line(l audit.Raw) error {
	if l.Kind != "staff.proof_added" && l.Kind != "staff.proof_removed" || l.Desk != staff.NetworkDesk || l.Adopted {
		return nil
	}
	var told struct {
		Staff id.ID
		IDs   []id.ID `json:"ids"`
	}
	if err := l.Into(&told); err != nil {
		return fmt.Errorf("staffsql: body: %w", err)
	}
	for _, one := range told.IDs {
		if l.Kind == "staff.proof_added" {
			c.there[one] = told.Staff
		} else {
			delete(c.there, one)
		}
	}
	return nil
}

// End looks at the table.
func (c *proofChecker) End(ctx context.Context, r sqldb.Reader, report func(audit.Problem)) (audit.Follower, error) {
	missing := maps.Clone(c.there)
	err := sqldb.Each(ctx, r, "SELECT id, staff FROM staff_proof ORDER BY id", nil, func(rows *sql.Rows) error {
		var one, whose id.ID
		if err := rows.Scan(&one, &whose); err != nil {
			return fmt.Errorf("staffsql: %w", err)
		}
		if told, known := c.there[one]; !known || told != whose {
			report(audit.Problem{What: fmt.Sprintf("staff_proof: no line tells of the proof %s, or it was removed and put back", one)})
		}
		delete(missing, one)
		return nil
	})
	for _, one := range slices.SortedFunc(maps.Keys(missing), func(a, b id.ID) int { return bytes.Compare(a[:], b[:]) }) {
		report(audit.Problem{What: fmt.Sprintf("staff_proof: the proof %s is not there", one)})
	}
	return nil, err
}
