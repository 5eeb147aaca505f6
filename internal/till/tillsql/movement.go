package tillsql

import (
	"context"
	"database/sql"
	"fmt"

	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/till"
)

// Movements returns what moved in a shift, in the order of the lines that say so.
func (Store) Movements(ctx context.Context, r journal.Reader, shift id.ID) ([]till.Movement, error) {
	const query = `SELECT m.desk, m.number, e.kind, e.recorded_at, m.tender, m.cents, m.who,
CASE WHEN e.kind = 'line.adopted' THEN e.body END FROM till_movement m
JOIN entry e ON e.desk = m.desk AND e.number = m.number WHERE m.shift = $1 ORDER BY m.desk, m.number, m.part`
	var all []till.Movement
	err := sqldb.Each(ctx, r, query, []any{shift}, func(rows *sql.Rows) error {
		var m till.Movement
		var at int64
		var adopted []byte
		if err := rows.Scan(&m.Desk, &m.Number, &m.Kind, &at, &m.Tender, (*int64)(&m.Cents), &m.By, &adopted); err != nil {
			return fmt.Errorf("tillsql: movement: %w", err)
		}
		told := audit.Told{Kind: m.Kind, At: at, Body: adopted}.Inner()
		m.Kind, m.At = told.Kind, sqldb.Moment(told.At)
		all = append(all, m)
		return nil
	})
	return all, err
}
