package harness_test

import (
	"context"
	"database/sql"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/platform/crashtest"
	"vienkopus/internal/platform/sqldb/dbtest"
)

// fills has a child pay until there is no room, makes room, and sees it go on.
func (s *story) fills(t *testing.T, room func(c *crashtest.Child)) {
	t.Helper()
	s.part.Run++
	c := crashtest.Start(t, s.part, nil)
	heard := c.Await(t, "full", 0, 8)
	room(c)
	c.Await(t, "done", heard, 12)
	s.listen(c.Kill(t))
	s.part.Limit = 0
}

// The files of the program may grow by some bytes only, a different number each time, so that another one of its writes fails each time: within a page, between
// two pages, in the log or in its index.
func TestFullFilesFailAtAnyWrite(t *testing.T) {
	t.Parallel()
	s := newStory(t, part{DSN: paymenttest.Template.SQLite(t)})
	s.killOnce(t)
	for range 6 {
		log, err := os.Stat(s.part.DSN + "-wal")
		if err != nil {
			t.Fatal(err)
		}
		s.part.Limit = uint64(log.Size()) + 100_000 + rand.Uint64N(200_000)
		s.fills(t, func(c *crashtest.Child) {
			n := len(c.Words(0))
			c.Order("room")
			c.Await(t, "raised", n, 1)
		})
		s.killOnce(t)
	}
	s.report(t)
}

func TestAFullDiskWhilePaying(t *testing.T) {
	t.Parallel()
	disk, ok := crashtest.SmallDisk(t, "60m")
	if !ok { // only root has one; the test above plays the same for everybody else
		return
	}
	dsn := filepath.Join(disk.Dir, "full.db")
	content, err := os.ReadFile(paymenttest.Template.SQLite(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dsn, content, 0o600); err != nil {
		t.Fatal(err)
	}
	s := newStory(t, part{DSN: dsn})
	for range 2 {
		remove := disk.Fill(t, 400_000)
		s.fills(t, func(*crashtest.Child) { remove() })
		s.killOnce(t)
	}
	s.report(t)
}

func TestNothingPrintedIsLostWhenTheServerIsKilled(t *testing.T) {
	t.Parallel()
	server := dbtest.NewOwnServer(t)
	server.Tell(t, "CREATE DATABASE harness")
	if err := paymenttest.Seed(t.Context(), server.At("harness")); err != nil {
		t.Fatal(err)
	}
	s := newStory(t, part{DSN: server.At("harness"), Patient: true})
	s.part.Run++
	c := crashtest.Start(t, s.part, nil)
	heard := c.Await(t, "done", 0, 10)
	for range 3 {
		server.Stop(t)
		heard = c.Await(t, "away", heard, 1)
		server.Start(t)
		heard = c.Await(t, "done", heard, 20)
	}
	s.listen(c.Kill(t))
	s.report(t)
}

// Connections are cut at any instant, also between a commit and its answer; the program asks again until it knows.
func TestNothingPrintedIsLostWhenConnectionsAreKilled(t *testing.T) {
	t.Parallel()
	s := newStory(t, part{DSN: paymenttest.Template.Postgres(t), Patient: true})
	db, err := sql.Open("pgx", s.part.DSN)
	if err != nil {
		t.Fatal(err)
	}
	s.part.Run++
	c := crashtest.Start(t, s.part, nil)
	c.Await(t, "done", 0, 3)
	cut := 0
	for range 60 {
		const others = `SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
AND state <> 'idle'`
		var n int
		if err := db.QueryRowContext(context.WithoutCancel(t.Context()), others).Scan(&n); err != nil {
			t.Fatal(err)
		}
		cut += n
		time.Sleep(time.Duration(rand.IntN(25)) * time.Millisecond)
	}
	c.Await(t, "done", len(c.Words(0)), 10)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	s.listen(c.Kill(t))
	s.report(t)
	if t.Logf("%d connections were cut while they worked", cut); cut < 10 {
		t.Error("too few connections were cut: this proves nothing")
	}
}
