package sqldb_test

import (
	"errors"
	"strings"
	"testing"

	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

// TestAFullDatabaseStoresNothingOfTheGroup plays a full disk by a limit on the pages of the file. SQLite gives the transaction
// up by itself then; a statement that came after it would commit alone.
func TestAFullDatabaseStoresNothingOfTheGroup(t *testing.T) {
	t.Parallel()
	db := open(t, dbtest.SQLite(t))
	ctx := t.Context()
	limit := func(pages string) {
		t.Helper()
		err := db.Write(ctx, func(tx *sqldb.Tx) error {
			_, err := tx.Exec(ctx, "PRAGMA max_page_count = "+pages)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	limit("20")
	big := strings.Repeat("x", 200_000)
	errs := together(t, db,
		func(tx *sqldb.Tx) error { return insert(ctx, tx, "before") },
		func(tx *sqldb.Tx) error {
			_ = insert(ctx, tx, big) // swallowed
			return nil
		},
		func(tx *sqldb.Tx) error { return insert(ctx, tx, "after") },
		func(tx *sqldb.Tx) error { return errRule },
	)
	for i, err := range errs {
		if !errors.Is(err, sqldb.ErrFull) {
			t.Errorf("request %d was answered %v", i, err)
		}
	}
	expect(t, db, "")
	limit("1000")
	errs = together(t, db,
		func(tx *sqldb.Tx) error { return insert(ctx, tx, "now") },
		func(tx *sqldb.Tx) error { return insert(ctx, tx, "then") },
	)
	if err := errors.Join(errs...); err != nil {
		t.Errorf("there is room again, yet: %v", err)
	}
	expect(t, db, "now=1 then=1 ")
}
