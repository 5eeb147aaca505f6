package main

import (
	"debug/buildinfo"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vienkopus/web"
)

const root = "../.."

// missing returns what of the built program has no notice in its version, or one without a text.
func missing(program *buildinfo.BuildInfo, all []web.Notice) []string {
	noticed := map[string]bool{}
	for _, n := range all {
		noticed[n.Name+" "+n.Version] = n.Text != "" && n.Licence != ""
	}
	var found []string
	if !noticed["Go "+program.GoVersion] {
		found = append(found, "Go "+program.GoVersion)
	}
	for _, m := range program.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		if !noticed[m.Path+" "+m.Version] {
			found = append(found, m.Path+" "+m.Version)
		}
	}
	return found
}

// The linker says itself what the program is made of; nothing of it is without a notice, and what is embedded is what there is today.
func TestEveryModuleOfTheProgramHasItsNotice(t *testing.T) {
	t.Parallel()
	all, err := collect(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(web.Notices(), all); diff != "" {
		t.Fatalf("web/dist/%s is of another day: run make web first\n%s", web.NoticesFile, diff)
	}
	built := filepath.Join(t.TempDir(), "vienkopus")
	c := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-o", built, program)
	c.Dir = root
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	info, err := buildinfo.ReadFile(built)
	if err != nil {
		t.Fatal(err)
	}
	if found := missing(info, all); len(found) > 0 || len(info.Deps) < 30 {
		t.Errorf("%d modules, without notice: %q", len(info.Deps), found)
	}
	sqlite := slices.IndexFunc(all, func(n web.Notice) bool { return n.Name == "modernc.org/sqlite" })
	without := slices.Delete(slices.Clone(all), sqlite, sqlite+1)
	if found := missing(info, without); len(found) != 1 || !strings.HasPrefix(found[0], "modernc.org/sqlite ") {
		t.Errorf("a notice that is missing is not found: %q", found)
	}
	old := slices.Clone(all)
	old[sqlite].Version = "v0.0.1"
	if found := missing(info, old); len(found) != 1 {
		t.Errorf("the notice of another version is taken for this one: %q", found)
	}
}

// imported finds what scripts and styles take from npm.
var imported = regexp.MustCompile(`(?m)^\s*(?:@?import|.*\bfrom|src: url)\s*\(?["']((?:@[\w.-]+/)?[\w-][\w.-]*)(?:/[^"']*)?["']`)

// Whatever scripts and styles take from npm has its notice.
func TestEveryPackageOfThePagesHasItsNotice(t *testing.T) {
	t.Parallel()
	taken := map[string]bool{}
	for _, dir := range []string{"../src", "../verify/src"} {
		err := fs.WalkDir(os.DirFS(dir), ".", func(path string, f fs.DirEntry, err error) error {
			if err != nil || f.IsDir() {
				return err
			}
			text, err := os.ReadFile(filepath.Join(dir, path))
			for _, found := range imported.FindAllStringSubmatch(string(text), -1) {
				taken[found[1]] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for name := range taken {
		if !slices.ContainsFunc(web.Notices(), func(n web.Notice) bool { return n.Name == name && n.Text != "" }) {
			t.Errorf("%s has no notice", name)
		}
	}
	if !taken["htmx.org"] || !taken["@digdir/designsystemet-css"] || !taken["@fontsource-variable/source-sans-3"] {
		t.Errorf("the pages are made of more than %v", taken)
	}
	if slices.ContainsFunc(web.Notices(), func(n web.Notice) bool { return n.Name == "typescript" }) {
		t.Error("what only builds is no part of the program")
	}
}

const (
	mit  = "The MIT License\nPermission is hereby granted, free of charge, to any person obtaining a copy\nof this software. The above copyright notice and this permission notice stay."
	bsd2 = " * Redistributions of source code must retain the notice\n * Redistributions in binary form must reproduce the notice"
	bsd3 = bsd2 + "\n * nor shall the names be used to endorse or promote products"
	gpl  = "GNU GENERAL PUBLIC LICENSE\n  Version 3, 29 June 2007\n Everyone is permitted to copy and distribute verbatim copies"
)

func TestLicencesAreKnownByTheirWords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		mit: "MIT", strings.ReplaceAll(mit, "\n", "\r\n\t"): "MIT", bsd2: "BSD-2-Clause", bsd3: "BSD-3-Clause", gpl: "GPL", bsd2 + mit: "MIT BSD-2-Clause",
		"all rights reserved": "", strings.Replace(mit, "free of charge", "for a fee", 1): "",
	} {
		if got := strings.Join(recognise(text), " "); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func TestTermsThatAreMissingUnknownOrNotAllowedAreRefused(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]struct {
		files   map[string]string
		licence string
		err     error
	}{
		"one":                       {map[string]string{"LICENSE": mit, "NOTICE": "by Anna", "main.go": gpl}, "MIT", nil},
		"of a package too":          {map[string]string{"COPYING.md": mit, "inner/LICENSE.txt": bsd3}, "BSD-3-Clause AND MIT", nil},
		"none":                      {map[string]string{"README.md": mit}, "", errNone},
		"a notice is no licence":    {map[string]string{"NOTICE": mit}, "", errNone},
		"of a package only":         {map[string]string{"inner/LICENSE": mit}, "", errNone},
		"unknown":                   {map[string]string{"LICENSE": "ask us"}, "", errUnknown},
		"not allowed":               {map[string]string{"LICENSE": gpl}, "", errRefused},
		"not allowed, of another":   {map[string]string{"LICENSE": mit, "LICENSE-3RD-PARTY": gpl}, "", errRefused},
		"not allowed, of a package": {map[string]string{"LICENSE": mit, "inner/COPYING": gpl}, "", errRefused},
	} {
		dir := t.TempDir()
		inner := filepath.Join(dir, "inner")
		if err := os.Mkdir(inner, 0o700); err != nil {
			t.Fatal(err)
		}
		for file, text := range s.files {
			if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		n, err := notice(part{name: "bus", version: "v1", dirs: []string{dir, inner}})
		if !errors.Is(err, s.err) || s.err == nil && (n.Licence != s.licence || !strings.Contains(n.Text, "granted")) {
			t.Errorf("%s: %+v, %v", name, n, err)
		}
	}
}
