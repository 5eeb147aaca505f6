package crashtest

import (
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
)

// LimitFiles bounds the size of the files of this process, in bytes; 0 leaves it. A write beyond it fails instead of ending the process.
func LimitFiles(most uint64) error {
	if most == 0 {
		return nil
	}
	signal.Ignore(syscall.SIGXFSZ)
	return limit(func(now *syscall.Rlimit) { now.Cur = min(most, now.Max) })
}

// FreeFiles takes the limit away.
func FreeFiles() error { return limit(func(now *syscall.Rlimit) { now.Cur = now.Max }) }

func limit(change func(now *syscall.Rlimit)) error {
	var now syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &now); err != nil {
		return fmt.Errorf("crashtest: limit: %w", err)
	}
	change(&now)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &now); err != nil {
		return fmt.Errorf("crashtest: limit: %w", err)
	}
	return nil
}

// Disk is a file system of the test's own, with a file on it that can be taken away to make room.
type Disk struct{ Dir string }

// SmallDisk mounts a file system of a size, such as "60m", which ends with the test. Only root may; otherwise it returns false, and LimitFiles plays the same.
func SmallDisk(t *testing.T, size string) (Disk, bool) {
	t.Helper()
	d := Disk{Dir: t.TempDir()}
	if err := syscall.Mount("tmpfs", d.Dir, "tmpfs", 0, "size="+size); err != nil {
		t.Logf("no file system of its own: %v", err)
		return d, false
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(d.Dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return d, true
}

// Fill leaves so many bytes free, and returns what makes room again.
func (d Disk) Fill(t *testing.T, free int64) func() {
	t.Helper()
	var fs syscall.Statfs_t
	if err := syscall.Statfs(d.Dir, &fs); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(d.Dir, "ballast")
	if err := os.WriteFile(path, make([]byte, int64(fs.Bavail)*fs.Bsize-free), 0o600); err != nil { //nolint:gosec // a small disk
		t.Fatal(err)
	}
	return func() {
		if err := os.Remove(path); err != nil {
			t.Error(err)
		}
	}
}
