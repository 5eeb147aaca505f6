// Command testreport makes one readable report of all tests.
//
//	go test -json ./... | testreport go -into counts.json    prints a line per package and the output of what failed
//	testreport sum -browser playwright.json counts.json…     prints the closing line: N passed, N failed
//
// Tests are counted where they end: one with subtests counts as its subtests. A test that was skipped proves
// nothing and counts as failed. The exit status is 1 when anything failed and 2 when the report cannot be made.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

// counts is what a run of tests came to.
type counts struct {
	Passed int `json:"passed"`
	Failed int `json:"failed"`
}

var errUsage = errors.New("usage: testreport go -into FILE, or testreport sum [-browser FILE] FILE…")

func main() {
	total, err := run(os.Args[1:], os.Stdin, os.Stdout)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "testreport:", err)
		os.Exit(2)
	case total.Failed > 0 || total.Passed == 0:
		os.Exit(1)
	}
}

func run(args []string, in io.Reader, out io.Writer) (counts, error) {
	if len(args) == 0 {
		return counts{}, errUsage
	}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	into := flags.String("into", "", "write the counts to `FILE`")
	browser := flags.String("browser", "", "read Playwright's JSON report from `FILE`")
	if err := flags.Parse(args[1:]); err != nil {
		return counts{}, errUsage
	}
	switch args[0] {
	case "go":
		total, err := reportGo(in, out)
		if err != nil || *into == "" {
			return total, err
		}
		return total, write(*into, total)
	case "sum":
		total, err := sum(flags.Args(), *browser)
		if err != nil {
			return counts{}, err
		}
		_, err = fmt.Fprintf(out, "%d passed, %d failed\n", total.Passed, total.Failed)
		return total, err
	default:
		return counts{}, errUsage
	}
}

// sum adds up the counts in the files and, where one is named, Playwright's report.
func sum(paths []string, browser string) (counts, error) {
	var total counts
	for _, path := range paths {
		var part counts
		if err := read(path, &part); err != nil {
			return counts{}, err
		}
		total.Passed += part.Passed
		total.Failed += part.Failed
	}
	if browser == "" {
		return total, nil
	}
	// Source: Playwright, JSONReport.stats; an error outside any test (a set-up that broke) stands only in errors.
	var report struct {
		Stats struct {
			Expected, Skipped, Unexpected, Flaky int
		}
		Errors []json.RawMessage
	}
	if err := read(browser, &report); err != nil {
		return counts{}, err
	}
	total.Passed += report.Stats.Expected
	total.Failed += report.Stats.Unexpected + report.Stats.Flaky + report.Stats.Skipped + len(report.Errors)
	return total, nil
}

func read(path string, into any) error {
	content, err := os.ReadFile(path) //nolint:gosec // a file that the caller named
	if err != nil {
		return fmt.Errorf("read the counts: %w", err)
	}
	if err := json.Unmarshal(content, into); err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	return nil
}

func write(path string, total counts) error {
	content, err := json.Marshal(total)
	if err != nil {
		return fmt.Errorf("write the counts: %w", err)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil { //nolint:gosec // a file that the caller named
		return fmt.Errorf("write the counts: %w", err)
	}
	return nil
}
