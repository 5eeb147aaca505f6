package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// event is a line of go test -json. Source: go doc test2json and go help buildjson.
type event struct {
	Action      string
	Package     string
	ImportPath  string
	Test        string
	Output      string
	FailedBuild string
}

// goReport follows the events of all packages.
type goReport struct {
	out    io.Writer
	total  counts
	tests  map[string]*test    // by package and name, while it runs
	builds map[string]string   // compiler output by import path
	failed map[string]bool     // packages with a failure that has been counted
	closed map[string]string   // a package's own closing line
	loose  map[string][]string // what a package printed outside its tests
}

type test struct {
	output   []string
	children bool
	counted  bool // a failure inside it has been counted
}

// reportGo prints the readable form of the events in the reader and counts the tests.
func reportGo(in io.Reader, out io.Writer) (counts, error) {
	r := &goReport{
		out: out, tests: map[string]*test{}, builds: map[string]string{},
		failed: map[string]bool{}, closed: map[string]string{}, loose: map[string][]string{},
	}
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			if err := r.line(line); err != nil {
				return r.total, err
			}
		}
		if errors.Is(err, io.EOF) {
			return r.total, nil
		}
		if err != nil {
			return r.total, fmt.Errorf("read the events: %w", err)
		}
	}
}

// line handles one event; a line that is none (go's own words) is passed on.
func (r *goReport) line(line []byte) error {
	var e event
	if err := json.Unmarshal(line, &e); err != nil {
		return r.print(string(line))
	}
	switch {
	case e.Action == "build-output":
		r.builds[e.ImportPath] += e.Output
		return nil
	case e.Test != "":
		return r.testEvent(e)
	default:
		return r.packageEvent(e)
	}
}

func (r *goReport) testEvent(e event) error {
	key := e.Package + " " + e.Test
	switch e.Action {
	case "run":
		r.tests[key] = &test{}
		if above := r.parent(e); above != nil {
			above.children = true
		}
	case "output":
		if t := r.tests[key]; t != nil && !strings.HasPrefix(e.Output, "=== ") {
			t.output = append(t.output, e.Output)
		}
	case "pass", "fail", "skip":
		t := r.tests[key]
		delete(r.tests, key)
		if t == nil {
			t = &test{}
		}
		return r.end(e, t)
	}
	return nil
}

// end counts a finished test and prints what a failed one said.
func (r *goReport) end(e event, t *test) error {
	if e.Action == "pass" {
		if !t.children {
			r.total.Passed++
		}
		return nil
	}
	r.failed[e.Package] = true
	if above := r.parent(e); above != nil {
		above.counted = true
	}
	if !t.counted {
		r.total.Failed++
	}
	return r.print(strings.Join(t.output, ""))
}

func (r *goReport) parent(e event) *test {
	cut := strings.LastIndex(e.Test, "/")
	if cut < 0 {
		return nil
	}
	return r.tests[e.Package+" "+e.Test[:cut]]
}

func (r *goReport) packageEvent(e event) error {
	switch e.Action {
	case "output":
		switch {
		case strings.HasPrefix(e.Output, "ok  \t"), strings.HasPrefix(e.Output, "FAIL\t"):
			r.closed[e.Package] = e.Output
		case e.Output != "PASS\n" && e.Output != "FAIL\n":
			r.loose[e.Package] = append(r.loose[e.Package], e.Output)
		}
	case "pass":
		return r.print(r.closed[e.Package])
	case "fail":
		return r.packageFailed(e)
	}
	return nil
}

// packageFailed prints what no test has printed yet: the compiler's words, or those of tests that never came to an end.
func (r *goReport) packageFailed(e event) error {
	text := r.builds[e.FailedBuild]
	delete(r.builds, e.FailedBuild) // every package above fails for the same reason; saying it once is enough
	for key, t := range r.tests {
		if strings.HasPrefix(key, e.Package+" ") {
			text += strings.Join(t.output, "")
			delete(r.tests, key)
		}
	}
	if !r.failed[e.Package] || text != "" {
		r.total.Failed++
	}
	text += strings.Join(r.loose[e.Package], "")
	if line := r.closed[e.Package]; line != "" {
		text += line
	} else {
		text += "FAIL\t" + e.Package + "\n"
	}
	return r.print(text)
}

func (r *goReport) print(text string) error {
	_, err := io.WriteString(r.out, text)
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}
