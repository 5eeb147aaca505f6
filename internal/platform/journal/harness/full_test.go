package harness_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"vienkopus/internal/platform/sqldb/dbtest"
)

// aFullDisk has a child post until there is no room, makes room, and sees it go on and nothing lost.
func aFullDisk(t *testing.T, p part, room func(c *child)) {
	t.Helper()
	p.Run = 1
	s := newStory(p)
	c := start(t, p, nil)
	heard := c.await(t, "full", 0, 30)
	room(c)
	c.await(t, "ack", heard, 60)
	s.listen(c.kill(t))
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
	aFullDisk(t, part{DSN: dbtest.SQLite(t), Limit: 2 << 20}, func(c *child) {
		n := len(c.words(0))
		c.order("room")
		c.await(t, "raised", n, 1)
	})
}

// smallDisk mounts a file system of its own, with a file on it that can be taken away to make room.
func smallDisk(t *testing.T, size string) (dir string, ok bool) {
	t.Helper()
	dir = t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		// Only root may; the limit on the size of files above plays the same for everybody else.
		t.Logf("no file system of its own: %v", err)
		return "", false
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir, true
}

// ballast fills the disk but for free bytes and returns what takes it away again.
func ballast(t *testing.T, dir string, free int64) func() {
	t.Helper()
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "ballast")
	if err := os.WriteFile(path, make([]byte, int64(fs.Bavail)*fs.Bsize-free), 0o600); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := os.Remove(path); err != nil {
			t.Error(err)
		}
	}
}

func TestAFullDiskUnderSQLite(t *testing.T) {
	t.Parallel()
	dir, ok := smallDisk(t, "60m")
	if !ok {
		return
	}
	remove := ballast(t, dir, 2<<20)
	aFullDisk(t, part{DSN: filepath.Join(dir, "full.db")}, func(*child) { remove() })
}

// TestAFullDiskUnderPostgreSQL puts a database on a disk of its own. The server's log of changes lies elsewhere: without room
// for that one PostgreSQL stops altogether, which the test with the stopped server plays.
func TestAFullDiskUnderPostgreSQL(t *testing.T) {
	t.Parallel()
	dir, ok := smallDisk(t, "60m")
	if !ok {
		return
	}
	server := startServer(t)
	space := filepath.Join(dir, "space")
	if err := os.Mkdir(space, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, d := range []string{dir, filepath.Dir(dir)} { // another user's server goes through them
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chown(space, int(server.owner.Uid), int(server.owner.Gid)); err != nil {
		t.Fatal(err)
	}
	server.tell(t, "CREATE TABLESPACE small LOCATION '"+space+"'")
	server.tell(t, "CREATE DATABASE harness TABLESPACE small")
	remove := ballast(t, dir, 2<<20)
	aFullDisk(t, part{DSN: server.at("harness")}, func(*child) { remove() })
}
