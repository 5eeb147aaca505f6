package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// goTest runs real tests in a module of their own and returns what go test -json said.
func goTest(t *testing.T, files map[string]string) []byte {
	t.Helper()
	dir := t.TempDir()
	files["go.mod"] = "module trial\n\ngo 1.26\n"
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "go", "test", "-json", "-vet=off", "./...")
	cmd.Dir = dir
	out, err := cmd.Output()
	if len(out) == 0 {
		t.Fatalf("go test said nothing: %v", err)
	}
	return out
}

func testFile(body string) string {
	return "package a\n\nimport (\n\t\"os\"\n\t\"testing\"\n)\n\nvar _ = os.Exit\n\n" + body
}

func TestRealRunsAreCountedAndShown(t *testing.T) {
	t.Parallel()
	const passes = "func TestFine(t *testing.T) { t.Log(\"quiet\") }\n"
	cases := map[string]struct {
		body         string
		want         counts
		shown, quiet string
	}{
		"all pass": {passes, counts{Passed: 1}, "ok  \ttrial", "quiet"},
		"a failure": {
			passes + `func TestBad(t *testing.T) { t.Error("broken") }`,
			counts{Passed: 1, Failed: 1},
			"broken", "quiet",
		},
		"subtests count, their parents do not": {
			`func TestGroup(t *testing.T) {
				t.Run("one", func(t *testing.T) {})
				t.Run("two", func(t *testing.T) { t.Error("second") })
				t.Run("three", func(t *testing.T) {})
			}`, counts{Passed: 2, Failed: 1}, "second", "quiet",
		},
		"a skipped test proves nothing": {
			passes + `func TestLater(t *testing.T) { t.` + `Skip("some day") }`,
			counts{Passed: 1, Failed: 1},
			"some day", "quiet",
		},
		"a panic": {
			passes + `func TestPanics(t *testing.T) { panic("at the disco") }`,
			counts{Passed: 1, Failed: 1},
			"at the disco", "quiet",
		},
		"an early exit": {passes + `func TestLeaves(t *testing.T) { os.Exit(3) }`, counts{Passed: 1, Failed: 1}, "FAIL\ttrial", "quiet"},
		"no build":      {passes + "func TestTypo(t *testing.T) { undefined() }", counts{Failed: 1}, "undefined: undefined", "quiet"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var shown bytes.Buffer
			got, err := reportGo(bytes.NewReader(goTest(t, map[string]string{"a_test.go": testFile(c.body)})), &shown)
			if err != nil || got != c.want {
				t.Errorf("got %+v, %v, want %+v", got, err, c.want)
			}
			if !strings.Contains(shown.String(), c.shown) || strings.Contains(shown.String(), c.quiet) {
				t.Errorf("shown:\n%s", shown.String())
			}
		})
	}
}

func TestABrokenPackageIsShownOnceAndCountedForEachThatNeedsIt(t *testing.T) {
	t.Parallel()
	needs := "package %\n\nimport (\n\t\"testing\"\n\t\"trial/low\"\n)\n\nfunc TestLow(t *testing.T) { low.Down() }\n"
	out := goTest(t, map[string]string{
		"low/low.go":     "package low\n\nfunc Down() { undefined() }\n",
		"one/a_test.go":  strings.ReplaceAll(needs, "%", "one"),
		"more/a_test.go": strings.ReplaceAll(needs, "%", "more"),
	})
	var shown bytes.Buffer
	got, err := reportGo(bytes.NewReader(out), &shown)
	if err != nil || got != (counts{Failed: 3}) || strings.Count(shown.String(), "undefined: undefined") != 1 {
		t.Errorf("got %+v, %v:\n%s", got, err, shown.String())
	}
}

func TestTheClosingLineAddsUpBothReports(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		browser, want string
	}{
		"fine":              {`{"stats":{"expected":5,"skipped":0,"unexpected":0,"flaky":0},"errors":[]}`, "8 passed, 1 failed\n"},
		"skipped, flaky":    {`{"stats":{"expected":5,"skipped":1,"unexpected":2,"flaky":3},"errors":[]}`, "8 passed, 7 failed\n"},
		"set-up that broke": {`{"stats":{"expected":0,"skipped":0,"unexpected":0,"flaky":0},"errors":[{"message":"no app"}]}`, "3 passed, 2 failed\n"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			counted, browser := filepath.Join(dir, "go.json"), filepath.Join(dir, "browser.json")
			if err := write(counted, counts{Passed: 3, Failed: 1}); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(browser, []byte(c.browser), 0o600); err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			if _, err := run([]string{"sum", "-browser", browser, counted}, nil, &out); err != nil || out.String() != c.want {
				t.Errorf("%q, %v, want %q", out.String(), err, c.want)
			}
		})
	}
}

func TestAMissingReportIsNoSuccess(t *testing.T) {
	t.Parallel()
	if total, err := run([]string{"sum", filepath.Join(t.TempDir(), "none.json")}, nil, &bytes.Buffer{}); err == nil {
		t.Errorf("got %+v without a report", total)
	}
}
