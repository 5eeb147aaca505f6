// Command unreached compares what deadcode has found with a list of what may stay.
//
//	deadcode -json ./cmd/... | unreached allowed.txt
//
// A line of the list is "file function: reason", or "file *: reason" for everything in the file; "#" begins a remark. It prints functions
// that nobody reaches and the list does not have, and lines of the list that nothing answers to any more. The exit status is 1 when there is
// either, and 2 when nothing could be compared.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

func main() {
	found, err := run(os.Args[1:], os.Stdin, os.Stdout)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "unreached:", err)
		os.Exit(2)
	case found > 0:
		os.Exit(1)
	}
}

var (
	errUsage = errors.New("usage: deadcode -json PACKAGES | unreached FILE")
	errLine  = errors.New("not a line of the form file function: reason")
)

// run returns how many complaints it has printed.
func run(args []string, in io.Reader, out io.Writer) (int, error) {
	if len(args) != 1 {
		return 0, errUsage
	}
	list, err := os.Open(args[0]) //nolint:gosec // whoever calls names the file
	if err != nil {
		return 0, err
	}
	allowed, err := read(list)
	if err := errors.Join(err, list.Close()); err != nil {
		return 0, fmt.Errorf("%s: %w", args[0], err)
	}
	complaints, err := compare(in, allowed)
	for _, c := range complaints {
		if _, err := fmt.Fprintln(out, c); err != nil {
			return 0, err
		}
	}
	return len(complaints), err
}

// line is one line of the list.
type line struct{ file, function string }

// read returns the lines of the list in order.
func read(r io.Reader) ([]line, error) {
	var all []line
	text := bufio.NewScanner(r)
	for n := 1; text.Scan(); n++ {
		said := strings.TrimSpace(text.Text())
		if said == "" || strings.HasPrefix(said, "#") {
			continue
		}
		what, reason, ok := strings.Cut(said, ": ")
		file, function, two := strings.Cut(what, " ")
		if !ok || !two || file == "" || function == "" || strings.TrimSpace(reason) == "" {
			return nil, fmt.Errorf("line %d: %w", n, errLine)
		}
		all = append(all, line{file, function})
	}
	return all, text.Err()
}

// compare reads deadcode's answer and returns what the list does not have, then what of the list answers to nothing.
func compare(in io.Reader, allowed []line) ([]string, error) {
	var packages []struct {
		Funcs []struct {
			Name     string
			Position struct {
				File string
				Line int
			}
		}
	}
	if err := json.NewDecoder(in).Decode(&packages); err != nil {
		return nil, fmt.Errorf("deadcode's answer: %w", err)
	}
	used := make([]bool, len(allowed))
	var complaints []string
	for _, p := range packages {
		for _, f := range p.Funcs {
			known := false
			for i, l := range allowed {
				if l.file == f.Position.File && (l.function == f.Name || l.function == "*") {
					used[i], known = true, true
				}
			}
			if !known {
				complaints = append(complaints, fmt.Sprintf("%s:%d: nothing reaches %s", f.Position.File, f.Position.Line, f.Name))
			}
		}
	}
	for i, l := range allowed {
		if !used[i] {
			complaints = append(complaints, fmt.Sprintf("%s %s may stay by the list, but it is reached or gone", l.file, l.function))
		}
	}
	return complaints, nil
}
