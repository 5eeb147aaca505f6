package rowcode

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"vienkopus/internal/platform/sqldb"
)

// Mark is the table that names the key of the codes, so that a program without it writes no row that nobody could prove. Its row carries a code itself.
var Mark = Table{Name: "row_code_key", Columns: []string{"fingerprint", "since"}, Key: 1}

// Migration makes the table.
var Migration = sqldb.Migration{Number: 19, Name: "row codes", SQL: `
CREATE TABLE row_code_key (
  fingerprint TEXT   NOT NULL PRIMARY KEY,
  since       BIGINT NOT NULL,
  code        BLOB
);
`}

// Marked returns which key the rows of a database are coded with, and since when; "" when with none.
func Marked(ctx context.Context, r sqldb.Reader) (fingerprint string, since time.Time, err error) {
	var at int64
	err = r.QueryRow(ctx, `SELECT fingerprint, since FROM row_code_key ORDER BY since DESC, fingerprint LIMIT 1`).Scan(&fingerprint, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return "", time.Time{}, nil
	}
	if err != nil {
		return "", time.Time{}, fmt.Errorf("rowcode: mark: %w", err)
	}
	return fingerprint, sqldb.Moment(at), nil
}

// mark notes that rows are coded with the key from now on.
func mark(ctx context.Context, tx *sqldb.Tx, k *Key, now time.Time) error {
	at := now.UTC().UnixMicro()
	code, err := k.Code(Mark, k.Fingerprint(), at)
	if err != nil {
		return err
	}
	if err := tx.Run(ctx, "rowcode: mark", `DELETE FROM row_code_key`); err != nil {
		return err
	}
	return tx.Run(ctx, "rowcode: mark", `INSERT INTO row_code_key (fingerprint, since, code) VALUES ($1, $2, $3)`, k.Fingerprint(), at, code)
}

// Seal gives every row of the tables its code, whatever code it has: only when the key is made, and by whoever answers for the rows as they stand.
func Seal(ctx context.Context, tx *sqldb.Tx, tables []Table, k *Key, now time.Time) (sealed int64, err error) {
	sealed, _, err = seal(ctx, tx, tables, k, func(Table, Row) bool { return true })
	if err != nil {
		return sealed, err
	}
	return sealed, mark(ctx, tx, k, now)
}

// Reseal gives every row whose code of the old key holds one of the new. Others are left as they are, so that they stay findings; it returns how many.
func Reseal(ctx context.Context, tx *sqldb.Tx, tables []Table, old, k *Key, now time.Time) (sealed, left int64, err error) {
	sealed, left, err = seal(ctx, tx, tables, k, func(t Table, r Row) bool { return old.holds(t, r) })
	if err != nil {
		return sealed, left, err
	}
	return sealed, left, mark(ctx, tx, k, now)
}

// Unmark forgets which key the rows are coded with: for a database that goes on without it. Their codes stay; when the key is put back, they hold.
func Unmark(ctx context.Context, tx *sqldb.Tx) error {
	return tx.Run(ctx, "rowcode: mark", `DELETE FROM row_code_key`)
}

func seal(ctx context.Context, tx *sqldb.Tx, tables []Table, k *Key, may func(Table, Row) bool) (sealed, left int64, err error) {
	for _, t := range tables {
		if t.Name == Mark.Name {
			continue
		}
		err := lots(ctx, tx, t, func(lot []Row) error {
			for _, r := range lot {
				if !may(t, r) {
					left++
					continue
				}
				code, err := k.Code(t, r.Cells...)
				if err != nil {
					return err
				}
				if err := t.write(ctx, tx, r, code); err != nil {
					return err
				}
				sealed++
			}
			return nil
		})
		if err != nil {
			return sealed, left, err
		}
	}
	return sealed, left, nil
}

// Check is what verify asks: that every row of the tables, Mark among them, carries a code that holds, and that the database names the key. It reports what is not so.
func Check(ctx context.Context, r sqldb.Reader, tables []Table, k *Key, report func(what string)) error {
	named, _, err := Marked(ctx, r)
	if err != nil {
		return err
	}
	if named != k.Fingerprint() {
		report(fmt.Sprintf("row_code_key: the database says that its rows carry codes of the key %q, and this is %q", named, k.Fingerprint()))
	}
	var failed []string
	for _, t := range tables {
		err := rows(ctx, r, t, func(got Row) error {
			switch {
			case len(got.Code) == 0:
				report(fmt.Sprintf("%s: the row with %s carries no code: it was put in by hand", t.Name, t.called(got)))
			case !k.holds(t, got):
				report(fmt.Sprintf("%s: the code of the row with %s does not hold: it was changed or put in by hand", t.Name, t.called(got)))
			}
			return ctx.Err()
		})
		if ctx.Err() != nil {
			return fmt.Errorf("rowcode: %w", ctx.Err())
		}
		if err != nil { // a damaged cell hides no other table
			failed = append(failed, err.Error())
		}
	}
	if len(failed) > 0 {
		return errors.New(strings.Join(failed, "; "))
	}
	return nil
}
