package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const answer = `[{"Name": "geo", "Funcs": [
	{"Name": "Far", "Position": {"File": "internal/geo/far.go", "Line": 7}},
	{"Name": "Point.Near", "Position": {"File": "internal/geo/near.go", "Line": 9}}]}]`

func TestWhatNobodyReachesAndStaleLinesAreNamed(t *testing.T) {
	t.Parallel()
	const far, near = "internal/geo/far.go:7: nothing reaches Far", "internal/geo/near.go:9: nothing reaches Point.Near"
	for name, s := range map[string]struct{ list, want string }{
		"nothing may stay": {"# nothing\n", far + "\n" + near + "\n"},
		"both may":         {"internal/geo/far.go *: tests\n\ninternal/geo/near.go Point.Near: tests\n", ""},
		"another function": {"internal/geo/far.go *: tests\ninternal/geo/near.go Near: tests\n", near + "\ninternal/geo/near.go Near may stay by the list, but it is reached or gone\n"},
		"a stale line":     {"internal/geo/far.go *: a\ninternal/geo/near.go *: b\ninternal/geo/gone.go *: c\n", "internal/geo/gone.go * may stay by the list, but it is reached or gone\n"},
	} {
		path := filepath.Join(t.TempDir(), "allowed.txt")
		if err := os.WriteFile(path, []byte(s.list), 0o600); err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		n, err := run([]string{path}, strings.NewReader(answer), &out)
		if err != nil || out.String() != s.want || n != strings.Count(s.want, "\n") {
			t.Errorf("%s: %d %v\n%s", name, n, err, out.String())
		}
	}
}

func TestWhatCannotBeComparedIsAnError(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "allowed.txt")
	for _, list := range []string{"internal/geo/far.go Far\n", "internal/geo/far.go: reason\n", "internal/geo/far.go Far: \n"} {
		if err := os.WriteFile(path, []byte(list), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := run([]string{path}, strings.NewReader(answer), &strings.Builder{}); err == nil {
			t.Errorf("%q is read", list)
		}
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, said := range []string{"", "deadcode: no packages", `[{"Funcs": [`} {
		if _, err := run([]string{path}, strings.NewReader(said), &strings.Builder{}); err == nil {
			t.Errorf("%q is read", said)
		}
	}
	if _, err := run(nil, strings.NewReader(answer), &strings.Builder{}); err == nil {
		t.Error("no list is no fault")
	}
}
