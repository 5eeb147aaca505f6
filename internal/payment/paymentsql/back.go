package paymentsql

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"vienkopus/internal/base/id"
	"vienkopus/internal/ledger"
	"vienkopus/internal/payment"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

// Backs returns what was given back of a payment, the oldest first.
func (Store) Backs(ctx context.Context, r journal.Reader, p id.ID) ([]payment.GivenBack, error) {
	const query = `SELECT kind, at, cash + card, series, number FROM reversal WHERE payment = $1 ORDER BY at, id`
	var all []payment.GivenBack
	err := sqldb.Each(ctx, r, query, []any{p}, func(rows *sql.Rows) error {
		var b payment.GivenBack
		var n payment.Numbered
		var at, cents, number int64
		if err := rows.Scan(&b.Way, &at, &cents, &n.Series, &number); err != nil {
			return fmt.Errorf("paymentsql: given back: %w", err)
		}
		b.At, b.Cents = time.UnixMicro(at).UTC(), amount(cents)
		if n.Series != "" {
			n.Number = uint32(number) //nolint:gosec // as it was written
			b.Receipt = n.Name()
		}
		all = append(all, b)
		return nil
	})
	return all, err
}

// Ranges returns the receipts of a centre on a day, from the first to the last of each series ("DZE-1 12–17"), in the order of the series.
func (Store) Ranges(ctx context.Context, r journal.Reader, at ledger.Place) ([]string, error) {
	const query = `SELECT series, MIN(number), MAX(number) FROM (
SELECT p.series, p.number FROM (SELECT DISTINCT desk FROM ledger_posting WHERE municipality = $1 AND day = $2 AND centre = $3) d
JOIN payment p ON p.desk = d.desk AND p.day = $2 AND p.centre = $3 WHERE p.series <> ''
UNION ALL SELECT b.series, b.number FROM reversal b WHERE b.municipality = $1 AND b.day = $2 AND b.centre = $3 AND b.series <> '') n GROUP BY series ORDER BY series`
	var all []string
	err := sqldb.Each(ctx, r, query, []any{at.Municipality, at.Day, at.Centre}, func(rows *sql.Rows) error {
		var series string
		var first, last int64
		if err := rows.Scan(&series, &first, &last); err != nil {
			return fmt.Errorf("paymentsql: ranges: %w", err)
		}
		if said := fmt.Sprintf("%s %d–%d", series, first, last); first != last {
			all = append(all, said)
		} else {
			all = append(all, fmt.Sprintf("%s %d", series, first))
		}
		return nil
	})
	return all, err
}

// ConfirmedTables are when systems of creditors confirmed notices, in the side store: a date that is lost makes nothing unsaid.
var ConfirmedTables = sqldb.SideTables{Owner: "confirmed notices", SQL: `
CREATE TABLE side_notice_confirmed (
  notice TEXT   NOT NULL PRIMARY KEY,
  at     BIGINT NOT NULL
) WITHOUT ROWID;
`}

// Confirmations keeps when notices were confirmed.
type Confirmations struct {
	// DB is a side store that was told of ConfirmedTables.
	DB *sqldb.DB
}

// Note keeps that a notice was confirmed at a moment (UTC); the first time counts.
func (c Confirmations) Note(ctx context.Context, notice string, at time.Time) error {
	return c.DB.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO side_notice_confirmed (notice, at) VALUES ($1, $2) ON CONFLICT (notice) DO NOTHING`, notice, at.UnixMicro())
		return err
	})
}

// At returns when a notice was confirmed (UTC), zero when nothing is known of it.
func (c Confirmations) At(ctx context.Context, notice string) (at time.Time, err error) {
	err = sqldb.Each(ctx, c.DB, `SELECT at FROM side_notice_confirmed WHERE notice = $1`, []any{notice}, func(rows *sql.Rows) error {
		var micro int64
		if err := rows.Scan(&micro); err != nil {
			return fmt.Errorf("paymentsql: confirmed: %w", err)
		}
		at = time.UnixMicro(micro).UTC()
		return nil
	})
	return at, err
}
