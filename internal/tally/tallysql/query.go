package tallysql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"vienkopus/internal/catalogue"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/tally"
	"vienkopus/internal/visit"
)

// Imported returns the imported row of that identity, without its number, ref and source, and whether there is one.
func (Store) Imported(ctx context.Context, r journal.Reader, identity string) (tally.Row, bool, error) {
	const query = `SELECT desk, day_from, day_to, kind, service, institution, channel, count FROM imported_act WHERE identity = $1`
	var row tally.Row
	var kind, channel string
	err := r.QueryRow(ctx, query, identity).Scan(&row.Desk, &row.Period.From, &row.Period.To, &kind,
		&row.Service, &row.Institution, &channel, &row.Count)
	if errors.Is(err, sql.ErrNoRows) {
		return tally.Row{}, false, nil
	}
	if err != nil {
		return tally.Row{}, false, fmt.Errorf("tallysql: imported: %w", err)
	}
	row.Act, row.Channel = catalogue.ActKind(kind), visit.Channel(channel)
	return row, true, nil
}
