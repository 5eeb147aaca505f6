// Notices collects on which terms what others wrote is part of the program: the Go modules that are linked into it, Go itself, and the npm
// packages of which scripts, styles and letters are made. It refuses what has no licence text and what has terms that nobody has allowed.
//
//	npm ci --prefix web
//	go run ./web/notices
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"vienkopus/web"
)

// program is what is given to people.
const program = "./cmd/vienkopus"

func main() {
	ctx := context.Background() //nolint:forbidigo // it begins here
	if err := run(ctx, filepath.Join("web", "dist", web.NoticesFile)); err != nil {
		slog.Error("notices", slog.Any("error", err))
		os.Exit(1)
	}
}

// run writes the notices of the program in the directory in which it runs.
func run(ctx context.Context, out string) error {
	all, err := collect(ctx, ".")
	if err != nil {
		return err
	}
	data, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return fmt.Errorf("write the notices: %w", err)
	}
	data = append(data, '\n')
	if old, err := os.ReadFile(out); err == nil && bytes.Equal(old, data) { //nolint:gosec // our own file
		return nil // a file that is not touched lets the program stay built
	}
	return os.WriteFile(out, data, 0o644) //nolint:gosec // what every reader may read
}

// part is something that others wrote, in the directories where its licences lie, the first of them its root.
type part struct {
	name, version string
	dirs          []string
}

// collect returns the notices of the source tree in root, by name.
func collect(ctx context.Context, root string) ([]web.Notice, error) {
	modules, err := linked(ctx, root)
	if err != nil {
		return nil, err
	}
	packages, err := bundled(filepath.Join(root, "web"))
	if err != nil {
		return nil, err
	}
	parts := slices.Concat(modules, packages)
	slices.SortFunc(parts, func(a, b part) int { return strings.Compare(a.name, b.name) })
	var all []web.Notice
	var wrong []error
	for _, p := range parts {
		n, err := notice(p)
		wrong = append(wrong, err)
		all = append(all, n)
	}
	return all, errors.Join(wrong...)
}

// linked returns the modules that are in the program, and Go itself.
func linked(ctx context.Context, root string) ([]part, error) {
	goroot, err := ask(ctx, root, "env", "GOROOT", "GOVERSION")
	if err != nil {
		return nil, err
	}
	if len(goroot) != 2 {
		return nil, fmt.Errorf("go env answers %q", goroot)
	}
	lines, err := ask(ctx, root, "list", "-deps", "-f", `{{with .Module}}{{if not .Main}}{{.Path}}	{{.Version}}	{{.Dir}}	{{$.Dir}}{{end}}{{end}}`, program)
	if err != nil {
		return nil, err
	}
	known := map[string]*part{}
	for _, line := range lines {
		f := strings.Split(line, "\t")
		if len(f) != 4 {
			return nil, fmt.Errorf("go list answers %q", line)
		}
		p := known[f[0]]
		if p == nil {
			p = &part{name: f[0], version: f[1], dirs: []string{f[2]}}
			known[f[0]] = p
		}
		// A package may bring a licence of its own, in its directory or above it.
		for dir := f[3]; len(dir) > len(f[2]) && !slices.Contains(p.dirs, dir); dir = filepath.Dir(dir) {
			p.dirs = append(p.dirs, dir)
		}
	}
	all := []part{{name: "Go", version: goroot[1], dirs: []string{goroot[0]}}}
	for _, p := range known {
		slices.Sort(p.dirs[1:])
		all = append(all, *p)
	}
	return all, nil
}

// ask returns the lines that the go command answers.
func ask(ctx context.Context, dir string, args ...string) ([]string, error) {
	c := exec.CommandContext(ctx, "go", args...) //nolint:gosec // our own words
	var said, complaint bytes.Buffer
	c.Dir, c.Stdout, c.Stderr = dir, &said, &complaint
	if err := c.Run(); err != nil {
		return nil, fmt.Errorf("go %s: %w: %s", args[0], err, complaint.String())
	}
	var lines []string
	text := bufio.NewScanner(&said)
	for text.Scan() {
		if text.Text() != "" {
			lines = append(lines, text.Text())
		}
	}
	return lines, text.Err()
}

// bundled returns the npm packages that the pages are made of: all of the lock file but those that only build.
func bundled(dir string) ([]part, error) {
	data, err := os.ReadFile(filepath.Join(dir, "package-lock.json")) //nolint:gosec // of the source tree
	if err != nil {
		return nil, fmt.Errorf("read the lock file: %w", err)
	}
	var lock struct {
		Packages map[string]struct {
			Version string `json:"version"`
			Dev     bool   `json:"dev"`
		} `json:"packages"`
	}
	if err := json.Unmarshal(data, &lock); err != nil {
		return nil, fmt.Errorf("read the lock file: %w", err)
	}
	var all []part
	for place, p := range lock.Packages {
		name, ok := strings.CutPrefix(place, "node_modules/")
		if ok && !p.Dev {
			all = append(all, part{name: name, version: p.Version, dirs: []string{filepath.Join(dir, filepath.FromSlash(place))}})
		}
	}
	return all, nil
}
