package paymentsql

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"vienkopus/internal/base/id"
	"vienkopus/internal/payment"
	"vienkopus/internal/platform/sqldb"
)

// BasketTables are those of what is put together and not paid yet, in the side store.
var BasketTables = sqldb.SideTables{Owner: "baskets", SQL: `
CREATE TABLE side_basket_item (
  desk     TEXT   NOT NULL,
  staff    TEXT   NOT NULL,
  visit    TEXT   NOT NULL,
  bill     BLOB   NOT NULL,
  cents    BIGINT NOT NULL,
  added_at BIGINT NOT NULL,
  PRIMARY KEY (desk, staff, visit, bill)
);
CREATE INDEX side_basket_item_age ON side_basket_item (added_at);
`}

// BasketMigration made the table of baskets while they stood in the database of the journal. Nothing uses it any more.
var BasketMigration = sqldb.Migration{Number: 9, Name: "basket", SQL: `
CREATE TABLE basket_item (
  desk     TEXT   NOT NULL,
  staff    TEXT   NOT NULL,
  visit    TEXT   NOT NULL,
  bill     BLOB   NOT NULL,
  cents    BIGINT NOT NULL,
  added_at BIGINT NOT NULL,
  PRIMARY KEY (desk, staff, visit, bill)
);
CREATE INDEX basket_item_age ON basket_item (added_at);
`}

// Baskets keeps what a clerk has put together for a client and not taken yet, so that a dead session or a closed tab loses nothing.
type Baskets struct {
	// DB is a side store that was told of BasketTables.
	DB *sqldb.DB
}

// Load returns the items in the order in which they were put in.
func (b Baskets) Load(ctx context.Context, of payment.Whose) ([]payment.Item, error) {
	const query = `SELECT bill, cents FROM side_basket_item WHERE desk = $1 AND staff = $2 AND visit = $3 ORDER BY added_at, bill`
	var all []payment.Item
	err := sqldb.Each(ctx, b.DB, query, []any{of.Desk, of.Staff, of.Visit}, func(rows *sql.Rows) error {
		var one payment.Item
		var cents int64
		if err := rows.Scan(&one.Bill, &cents); err != nil {
			return fmt.Errorf("paymentsql: basket: %w", err)
		}
		one.Cents = amount(cents)
		all = append(all, one)
		return nil
	})
	return all, err
}

// Put puts a bill in, or changes how much of it is paid.
func (b Baskets) Put(ctx context.Context, of payment.Whose, item payment.Item, now time.Time) error {
	return b.write(ctx, `INSERT INTO side_basket_item (desk, staff, visit, bill, cents, added_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (desk, staff, visit, bill) DO UPDATE SET cents = excluded.cents`, of.Desk, of.Staff, of.Visit, item.Bill, int64(item.Cents), now.UnixMicro())
}

// Remove takes a bill out.
func (b Baskets) Remove(ctx context.Context, of payment.Whose, bill id.ID) error {
	return b.write(ctx, `DELETE FROM side_basket_item WHERE desk = $1 AND staff = $2 AND visit = $3 AND bill = $4`, of.Desk, of.Staff, of.Visit, bill)
}

// Forget empties the basket.
func (b Baskets) Forget(ctx context.Context, of payment.Whose) error {
	return b.write(ctx, `DELETE FROM side_basket_item WHERE desk = $1 AND staff = $2 AND visit = $3`, of.Desk, of.Staff, of.Visit)
}

// ForgetVisit empties the baskets of a visit, whoever has filled them.
func (b Baskets) ForgetVisit(ctx context.Context, desk, visit string) error {
	return b.write(ctx, `DELETE FROM side_basket_item WHERE desk = $1 AND visit = $2`, desk, visit)
}

// ForgetOf empties all baskets of a clerk at a desk.
func (b Baskets) ForgetOf(ctx context.Context, desk, staff string) error {
	return b.write(ctx, `DELETE FROM side_basket_item WHERE desk = $1 AND staff = $2`, desk, staff)
}

// Sweep forgets what was put together before a moment.
func (b Baskets) Sweep(ctx context.Context, before time.Time) error {
	return b.write(ctx, `DELETE FROM side_basket_item WHERE added_at < $1`, before.UnixMicro())
}

func (b Baskets) write(ctx context.Context, query string, args ...any) error {
	return b.DB.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, query, args...)
		return err
	})
}
