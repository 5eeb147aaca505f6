package harness_test

import (
	"os"
	"path/filepath"
	"testing"

	"vienkopus/internal/platform/crashtest"
	"vienkopus/internal/platform/sqldb/dbtest"
)

// aFullDisk has a child post until there is no room, makes room, and sees it go on and nothing lost.
func aFullDisk(t *testing.T, p part, room func(c *crashtest.Child)) {
	t.Helper()
	p.Run = 1
	s := newStory(p)
	c := crashtest.Start(t, p, nil)
	heard := c.Await(t, "full", 0, 30)
	room(c)
	c.Await(t, "ack", heard, 60)
	s.listen(c.Kill(t))
	for range 3 {
		s.part.Limit = 0
		s.killOnce(t)
	}
	s.report(t)
	t.Logf("%d requests tried, %d answered", len(s.tried), len(s.acked))
}

// TestAFileThatMayNotGrow bounds the size of the child's files, as a quota does.
func TestAFileThatMayNotGrow(t *testing.T) {
	t.Parallel()
	aFullDisk(t, part{DSN: dbtest.SQLite(t), Limit: 2 << 20}, func(c *crashtest.Child) {
		n := len(c.Words(0))
		c.Order("room")
		c.Await(t, "raised", n, 1)
	})
}

func TestAFullDiskUnderSQLite(t *testing.T) {
	t.Parallel()
	disk, ok := crashtest.SmallDisk(t, "60m")
	if !ok {
		return
	}
	remove := disk.Fill(t, 2<<20)
	aFullDisk(t, part{DSN: filepath.Join(disk.Dir, "full.db")}, func(*crashtest.Child) { remove() })
}

// TestAFullDiskUnderPostgreSQL puts a database on a disk of its own. The server's log of changes lies elsewhere: without room
// for that one PostgreSQL stops altogether, which the test with the stopped server plays.
func TestAFullDiskUnderPostgreSQL(t *testing.T) {
	t.Parallel()
	disk, ok := crashtest.SmallDisk(t, "60m")
	if !ok {
		return
	}
	server := dbtest.NewOwnServer(t)
	space := filepath.Join(disk.Dir, "space")
	if err := os.Mkdir(space, 0o700); err != nil {
		t.Fatal(err)
	}
	server.Reach(t, disk.Dir, 0o755)
	if err := os.Chown(space, int(server.Owner.Uid), int(server.Owner.Gid)); err != nil {
		t.Fatal(err)
	}
	server.Tell(t, "CREATE TABLESPACE small LOCATION '"+space+"'")
	server.Tell(t, "CREATE DATABASE harness TABLESPACE small")
	remove := disk.Fill(t, 2<<20)
	aFullDisk(t, part{DSN: server.At("harness")}, func(*crashtest.Child) { remove() })
}
