package journal

import (
	"context"
	"database/sql"
	"fmt"

	"vienkopus/internal/platform/sqldb"
)

// Quarantined is a line that a projection could not apply. It stays in the journal and does not stop the ones behind it.
type Quarantined struct {
	Desk   string
	Number int64
	Reason string
}

// Quarantine returns the lines that could not be applied, by desk and number.
func (j *Journal) Quarantine(ctx context.Context, r Reader) ([]Quarantined, error) {
	var list []Quarantined
	err := sqldb.Each(ctx, r, "SELECT desk, number, reason FROM quarantine ORDER BY desk, number", nil, func(rows *sql.Rows) error {
		var q Quarantined
		if err := rows.Scan(&q.Desk, &q.Number, &q.Reason); err != nil {
			return fmt.Errorf("journal: quarantine: %w", err)
		}
		list = append(list, q)
		return nil
	})
	return list, err
}

// quarantine notes why the line, the only one of chunk, is in no table, and goes past it.
func (j *Journal) quarantine(ctx context.Context, chunk []replayed, why error) error {
	const query = "INSERT INTO quarantine (desk, number, reason) VALUES ($1, $2, $3)"
	return j.db.Write(ctx, func(tx *sqldb.Tx) error {
		if _, err := tx.Exec(ctx, query, chunk[0].Desk, chunk[0].Number, why.Error()); err != nil {
			return err
		}
		return moveCursors(ctx, tx, chunk)
	})
}
