package staffsql

import (
	"context"

	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/staff"
)

// mostChanges is how many lines WaysChanged returns, at most.
const mostChanges = 10

// WaysChanged returns the latest lines about that by which somebody signs in, the latest first. That a printed code was used up is none of them.
func WaysChanged(ctx context.Context, j *journal.Journal, person id.ID) ([]journal.Entry, error) {
	const from = `entry_subject s JOIN entry e ON e.desk = s.desk AND e.number = s.number
WHERE s.subject = $1 AND s.desk = $2 AND e.kind IN ('staff.proof_added', 'staff.proof_removed', 'staff.password_changed') ORDER BY e.number DESC LIMIT 100`
	var all []journal.Entry
	err := j.Select(ctx, j.DB(), from, []any{staff.Subject(person), staff.NetworkDesk}, func(e journal.Entry) error {
		if f, is := e.Fact.(staff.ProofRemoved); (!is || f.Why != "used") && len(all) < mostChanges {
			all = append(all, e)
		}
		return nil
	})
	return all, err
}
