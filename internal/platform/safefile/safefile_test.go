package safefile_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"vienkopus/internal/platform/safefile"
)

func TestAFileThatIsThereIsLeftAsItIs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "key")
	if err := safefile.Create(path, "one"); err != nil {
		t.Fatal(err)
	}
	if err := safefile.Create(path, "two"); !errors.Is(err, fs.ErrExist) {
		t.Errorf("made over another one: %v", err)
	}
	holds(t, dir, "one")
	if err := safefile.Replace(path, "three"); err != nil {
		t.Fatal(err)
	}
	holds(t, dir, "three")
}

// holds says that the directory has the key and nothing else.
func holds(t *testing.T, dir, want string) {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 {
		t.Fatalf("files: %v, %v", files, err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "key"))
	if err != nil || string(text) != want {
		t.Errorf("holds %q, want %q: %v", text, want, err)
	}
}

// Whoever looks at any instant, as after a kill, sees the whole file or none.
func TestNobodySeesAFileThatIsHalfThere(t *testing.T) {
	t.Parallel()
	dir, text := t.TempDir(), strings.Repeat("signed\n", 40)
	var at atomic.Int64
	var done atomic.Bool
	odd := make(chan string, 1)
	go func() {
		defer close(odd)
		for !done.Load() {
			seen, err := os.ReadFile(filepath.Join(dir, strconv.FormatInt(at.Load(), 10)))
			if err == nil && string(seen) != text {
				odd <- string(seen)
				return
			}
		}
	}()
	for range 300 {
		if err := safefile.Create(filepath.Join(dir, strconv.FormatInt(at.Load(), 10)), text); err != nil {
			t.Fatal(err)
		}
		at.Add(1)
	}
	done.Store(true)
	if seen, half := <-odd; half {
		t.Errorf("half a file was seen: %q", seen)
	}
}
