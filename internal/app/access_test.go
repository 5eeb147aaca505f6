package app_test

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vienkopus/internal/staff/staffhttp/routetest"
)

// access returns who may use each route, and what each role of the house may do: what stands in testdata/access.txt of every room, and of this package
// for what belongs to nobody. A new route or permission needs its line there: who may use it is decided, never guessed.
//
// A line "may permission role …" says which roles begin with a permission; a line "token permission" that the token of a
// system may hold it, and "token permission creditor" that it does so for one creditor or not at all; a line "METHOD path permission where" what a route asks for.
func access(t *testing.T) (routetest.Table, map[string][]string, map[string]bool) {
	t.Helper()
	routes, roles, systems := routetest.Table{}, map[string][]string{}, map[string]bool{}
	for _, pattern := range []string{"testdata/access.txt", "../*/*room/testdata/access.txt", "../platform/*/*room/testdata/access.txt"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("no %s: %v", pattern, err)
		}
		for _, name := range files {
			readAccess(t, name, written{routes, roles, systems})
		}
	}
	return routes, roles, systems
}

// written is what stands in access.txt.
type written struct {
	routes  routetest.Table
	roles   map[string][]string
	systems map[string]bool
}

func readAccess(t *testing.T, name string, into written) {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		f := strings.Fields(lines.Text())
		switch {
		case len(f) == 0 || strings.HasPrefix(f[0], "#"):
		case f[0] == "may" && len(f) > 1:
			for _, role := range f[2:] {
				into.roles[role] = append(into.roles[role], f[1])
			}
		case f[0] == "token" && (len(f) == 2 || len(f) == 3 && f[2] == "creditor"):
			into.systems[f[1]] = len(f) == 3
		case len(f) == 3 || len(f) == 4:
			route := f[0] + " " + f[1]
			if _, twice := into.routes[route]; twice {
				t.Errorf("%s: %s stands there twice", name, route)
			}
			into.routes[route] = routetest.Rule{Who: f[2], Where: append(f, "")[3]}
		default:
			t.Errorf("%s: %q", name, lines.Text())
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
}
