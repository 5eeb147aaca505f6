// Package upgrade_test opens two programs on one database of which one has other tables, as at an upgrade.
package upgrade_test

import (
	"cmp"
	"context"
	"log/slog"
	"os"
	"testing"
	"time"

	"vienkopus/internal/app"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/crashtest"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/room"
)

// struck says that a clock struck.
type struck struct {
	Tower string `json:"tower"`
}

func (struck) Kind() string         { return "clock.struck" }
func (struck) Version() int         { return 1 }
func (s struck) Subjects() []string { return []string{"tower:" + s.Tower} }

// strikes counts them, as one version of the program does. Slow is how long it takes for a line.
type strikes struct {
	version string
	slow    time.Duration
}

func (strikes) Name() string { return "strikes" }
func (s strikes) Schema() string {
	return "CREATE TABLE strike (tower TEXT NOT NULL PRIMARY KEY, n BIGINT NOT NULL);\n-- " + cmp.Or(s.version, "1")
}
func (strikes) Reads() []journal.Type { return []journal.Type{journal.Of[struck]()} }

func (s strikes) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	f, ok := e.Fact.(struck)
	if !ok {
		return nil
	}
	time.Sleep(s.slow)
	const query = `INSERT INTO strike (tower, n) VALUES ($1, 1) ON CONFLICT (tower) DO UPDATE SET n = strike.n + 1`
	return tx.Run(ctx, "strike", query, f.Tower)
}

// config is a program of one version.
func config(dsn string, s strikes) app.Config {
	return app.Config{
		DSN: dsn, Clock: clock.System{}, Log: slog.New(slog.DiscardHandler),
		More: func(room.House) []room.Room {
			return []room.Room{{Name: "clock", Facts: []journal.Definition{journal.Define[struck]()}, Projections: []journal.Projection{s}}}
		},
	}
}

func open(t *testing.T, dsn string, s strikes) *app.App {
	t.Helper()
	a, err := app.Open(t.Context(), config(dsn, s))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

// strike posts under a key.
func strike(ctx context.Context, a *app.App, key string) error {
	req := journal.Request{By: actor.System("test"), Desk: "NETWORK", Key: key}
	_, err := a.Journal.Do(ctx, req, key, func(tx *journal.Tx) error { return tx.Record(ctx, struck{Tower: "north"}) })
	return err
}

func counted(t *testing.T, a *app.App) (n int64) {
	t.Helper()
	if err := a.DB.QueryRow(t.Context(), `SELECT n FROM strike WHERE tower = 'north'`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// part is what a child does: it opens a later program, which has tables to make anew.
type part struct{ DSN string }

func TestMain(m *testing.M) {
	played := crashtest.Play(func(p part) error {
		ctx := context.Background()
		c := config(p.DSN, strikes{version: "2", slow: 20 * time.Microsecond})
		c.Progress = func(done, _ int64) { crashtest.Say("replayed %d", done) }
		c.Told = func(p journal.Plan) { crashtest.Say("plan %v %d", p.Projections, p.Lines) }
		a, err := app.Open(ctx, c)
		if err != nil {
			return err
		}
		crashtest.Say("open")
		return a.Close()
	})
	if !played {
		os.Exit(m.Run())
	}
}
