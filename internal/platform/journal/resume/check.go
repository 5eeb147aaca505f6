package resume

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

// Check holds the stray lines against what the journals say that was found. An empty answer means that they agree.
func Check(ctx context.Context, r sqldb.Reader) ([]string, error) {
	all, err := Strays(ctx, r, "")
	if err != nil {
		return nil, err
	}
	type place struct {
		desk   string
		number int64
	}
	var wrong []string
	kept := map[place][]string{}
	for _, l := range all {
		at := place{l.Desk, l.told}
		kept[at] = append(kept[at], l.Hash)
		if !l.Answers(journal.Asked{Key: l.Request, Input: l.input}, l.First) {
			wrong = append(wrong, fmt.Sprintf("stray line %d of %s was written under another request", l.Number, l.Desk))
		}
		if !l.Sound() {
			wrong = append(wrong, fmt.Sprintf("stray line %d of %s is not as it was written", l.Number, l.Desk))
		}
	}
	const query = `SELECT e.desk, e.number, e.body FROM entry_subject s JOIN entry e ON e.desk = s.desk AND e.number = s.number
WHERE s.subject = 'journal:strayed' ORDER BY e.desk, e.number`
	err = sqldb.Each(ctx, r, query, nil, func(rows *sql.Rows) error {
		var at place
		var body []byte
		if err := rows.Scan(&at.desk, &at.number, &body); err != nil {
			return fmt.Errorf("resume: %w", err)
		}
		var f journal.Strayed
		if err := json.Unmarshal(body, &f); err != nil {
			return fmt.Errorf("resume: line %d of %s: %w", at.number, at.desk, err)
		}
		if hashes := kept[at]; int64(len(hashes)) != f.Lines || sumOf(hashes) != f.Hash {
			wrong = append(wrong, fmt.Sprintf("line %d of %s says that %d lines of a branch turned up; %d are kept, or other ones", at.number, at.desk, f.Lines, len(hashes)))
		}
		delete(kept, at)
		return nil
	})
	for _, at := range slices.SortedFunc(maps.Keys(kept), func(a, b place) int { return slices.Compare([]string{a.desk}, []string{b.desk}) }) {
		wrong = append(wrong, fmt.Sprintf("%d stray lines of %s turned up in no line", len(kept[at]), at.desk))
	}
	return wrong, err
}
