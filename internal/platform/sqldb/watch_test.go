package sqldb_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

func TestEveryStatementOfATransactionIsTold(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		var mu sync.Mutex
		var told []string
		txs := map[int64]bool{}
		db.Watch(func(s sqldb.Statement) {
			mu.Lock()
			defer mu.Unlock()
			first, _, _ := strings.Cut(s.Query, " ")
			told = append(told, first)
			txs[s.Tx] = true
			if first == "INSERT" && (len(s.Args) != 1 || s.Args[0] != "a" && s.Args[0] != "b") {
				t.Errorf("the arguments are %v", s.Args)
			}
		})
		write := func(name string, rule error) {
			err := db.Write(ctx, func(tx *sqldb.Tx) error {
				var n int
				return errors.Join(tx.Lock(ctx, name), insert(ctx, tx, name), tx.QueryRow(ctx, "SELECT COUNT(*) FROM item").Scan(&n), rule)
			})
			if !errors.Is(err, rule) {
				t.Fatal(err)
			}
		}
		write("a", nil)
		write("b", errRule)
		db.Watch(nil)
		write("c", nil)

		want := strings.Fields("BEGIN PRAGMA INSERT SELECT COMMIT BEGIN PRAGMA INSERT SELECT ROLLBACK")
		if db.Engine() == sqldb.Postgres {
			want = strings.Fields("BEGIN SELECT INSERT SELECT COMMIT BEGIN SELECT INSERT SELECT ROLLBACK")
		}
		if !slices.Equal(told, want) || len(txs) != 2 {
			t.Errorf("told in %d transactions: %q\nexpected: %q", len(txs), told, want)
		}
	})
}

func TestMoreTextsThanStatementsAreKept(t *testing.T) {
	t.Parallel()
	db := open(t, dbtest.SQLite(t))
	ctx := t.Context()
	for i := range 2100 {
		var n int
		if err := db.QueryRow(ctx, fmt.Sprintf("SELECT %d", i)).Scan(&n); err != nil || n != i {
			t.Fatal(n, err)
		}
	}
	err := db.Write(ctx, func(tx *sqldb.Tx) error {
		for i := range 2100 {
			if _, err := tx.Exec(ctx, fmt.Sprintf("INSERT INTO item (name, n) VALUES ('%04d', %d)", i, i)); err != nil {
				return err
			}
			var n int
			if err := tx.QueryRow(ctx, fmt.Sprintf("SELECT n FROM item WHERE name = '%04d'", i)).Scan(&n); err != nil || n != i {
				return fmt.Errorf("%d: %w", n, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Readers that look together see the same, whatever is written meanwhile.
func TestSnapshotsAreOneView(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB) {
		ctx, stop := context.WithCancel(t.Context())
		written := make(chan int)
		go func() {
			n := 0
			for ; ctx.Err() == nil; n++ {
				if err := db.Write(ctx, func(tx *sqldb.Tx) error { return insert(ctx, tx, fmt.Sprint("w", n)) }); err != nil && ctx.Err() == nil {
					t.Error(err)
				}
			}
			written <- n
		}()
		together := 0
		for range 20 {
			err := db.Snapshots(t.Context(), 4, func(readers []sqldb.Reader) error {
				together = max(together, len(readers))
				counts := map[int]int{}
				for range 2 {
					for _, r := range readers {
						var n int
						if err := r.QueryRow(t.Context(), "SELECT COUNT(*) FROM item").Scan(&n); err != nil {
							return err
						}
						counts[n]++
					}
				}
				if len(counts) != 1 {
					t.Errorf("the readers counted %v", counts)
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		}
		stop()
		if n := <-written; n == 0 || together != 4 {
			t.Errorf("%d writes, %d readers at most", n, together)
		}
	})
}

// Where connections are scarce, fewer look together, and nobody waits for ever.
func TestSnapshotsTakeWhatThereIs(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB) {
		err := db.Snapshots(t.Context(), 100, func(readers []sqldb.Reader) error {
			if len(readers) < 2 || len(readers) > 40 {
				t.Errorf("%d readers", len(readers))
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}
