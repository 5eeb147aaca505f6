package mirror

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A run that was killed leaves its scratch directory; the next one takes it away, and none that is in use, just made or somebody else's.
func TestWhatAKilledRunLeftIsTakenAway(t *testing.T) {
	t.Parallel()
	parent, long := t.TempDir(), time.Now().Add(-time.Hour)
	used, done, err := scratchDir(parent)
	if err != nil {
		t.Fatal(err)
	}
	left, fresh, foreign := filepath.Join(parent, scratchName+"left"), filepath.Join(parent, scratchName+"fresh"), filepath.Join(parent, "other")
	for _, dir := range []string{left, fresh, foreign} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "scratch.db"), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range []string{left, used, foreign} {
		if err := os.Chtimes(dir, long, long); err != nil {
			t.Fatal(err)
		}
	}
	_, again, err := scratchDir(parent)
	if err != nil {
		t.Fatal(err)
	}
	for dir, stays := range map[string]bool{left: false, used: true, fresh: true, foreign: true} {
		if _, err := os.Stat(dir); (err == nil) != stays {
			t.Errorf("%s stays: %v, want %v", filepath.Base(dir), err == nil, stays)
		}
	}
	for _, end := range []func() error{done, again} {
		if err := end(); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(used); err == nil {
		t.Error("a run that is done leaves its directory")
	}
}
