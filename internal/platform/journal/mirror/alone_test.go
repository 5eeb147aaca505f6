package mirror_test

import (
	"context"
	"fmt"
	"testing"

	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/journal/journaltest"
	"vienkopus/internal/platform/journal/mirror"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

// peeper looks into the table of another projection without leaning on it.
type peeper struct{}

func (peeper) Name() string { return "peeper" }
func (peeper) Schema() string {
	return `CREATE TABLE peeped (thing TEXT NOT NULL PRIMARY KEY, shelf BIGINT NOT NULL);`
}
func (peeper) Reads() []journal.Type { return []journal.Type{journal.Of[put]()} }

func (peeper) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	p, ok := e.Fact.(put)
	if !ok {
		return nil
	}
	var shelf int64
	if err := tx.QueryRow(ctx, `SELECT shelf FROM thing WHERE thing = $1`, p.Thing).Scan(&shelf); err != nil {
		return fmt.Errorf("peeper: %w", err)
	}
	return tx.Run(ctx, "peeped", `INSERT INTO peeped (thing, shelf) VALUES ($1, $2)`, p.Thing, shelf)
}

// Where only one projection is made anew, the tables of others are not there: who looks into them without saying so is found.
func TestAProjectionThatReadsATableOfAnotherIsFound(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		db, err := sqldb.Open(t.Context(), dsn)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = db.Close() }()
		all := []journal.Projection{shelves{}, peeper{}}
		j, err := journal.New(journal.Config{DB: db, Clock: clock.System{}, Facts: facts, Projections: all})
		if err == nil {
			err = db.Migrate(t.Context(), journaltest.Steps())
		}
		if err == nil {
			_, err = j.Prepare(t.Context(), nil)
		}
		for n := 0; n < lines && err == nil; n++ {
			err = post(t.Context(), j, n%desks, n/desks)
		}
		if err != nil {
			t.Fatal(err)
		}
		found := func(only ...string) (n int) {
			_, err := mirror.Run(t.Context(), mirror.Config{
				DB: db, Migrations: journaltest.Steps(), Facts: facts, Projections: all, Scratch: t.TempDir(), Only: only,
				Found: func(audit.Problem) { n++ },
			})
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if n := found(); n > 0 {
			t.Errorf("together: %d problems", n)
		}
		if n := found("shelves"); n > 0 {
			t.Errorf("the other one by itself: %d problems", n)
		}
		if n := found("peeper"); n < lines {
			t.Errorf("by itself: %d problems", n)
		}
	})
}
