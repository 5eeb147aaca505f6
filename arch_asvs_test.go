package vienkopus_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

// asvsNumbers is SHA-256 over the numbers and levels of the 253 requirements of the levels 1 and 2 of ASVS 5.0.0 in their order, each as "number level" and a line end.
const asvsNumbers = "9af37b810927c5eedfe1d3e716a571ebac199cf378c2fb4a3ccb64aa29f2a70a"

var (
	asvsRow  = regexp.MustCompile(`(?m)^\| (V[0-9.]+) \| ([12]) \| ([^|]+) \| ([^|]+) \|$`)
	asvsKind = regexp.MustCompile("^(test `Test|place `|reason: .|not yet: .)")
	ticked   = regexp.MustCompile("`([^`]+)`")
	testFunc = regexp.MustCompile(`(?m)^func (Test\w+)\(`)
)

// checkASVS holds that every requirement is answered once, and that what an answer names is there.
func checkASVS(table string, tests map[string]bool, exists func(string) bool) []string {
	var complaints []string
	sum, n := sha256.New(), 0
	for _, row := range asvsRow.FindAllStringSubmatch(table, -1) {
		n++
		fmt.Fprintf(sum, "%s %s\n", row[1], row[2])
		if !asvsKind.MatchString(row[4]) {
			complaints = append(complaints, row[1]+": neither a test, a place, a reason nor \"not yet\"")
		}
		for _, named := range ticked.FindAllStringSubmatch(row[4], -1) {
			switch name := named[1]; {
			case strings.HasPrefix(name, "Test") && !tests[name]:
				complaints = append(complaints, row[1]+": there is no test "+name)
			case strings.Contains(name, "/") && !exists(name):
				complaints = append(complaints, row[1]+": there is no "+name)
			}
		}
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != asvsNumbers {
		complaints = append(complaints, fmt.Sprintf("%d rows are not the 253 requirements in their order (%s)", n, got))
	}
	return complaints
}

func TestEveryRequirementOfASVSIsAnswered(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("docs/asvs.md")
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]bool{}
	for _, root := range []string{"internal", "cmd"} {
		err := fs.WalkDir(os.DirFS("."), root, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			source, err := os.ReadFile(path)
			for _, found := range testFunc.FindAllStringSubmatch(string(source), -1) {
				tests[found[1]] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	exists := func(path string) bool { _, err := os.Stat(path); return err == nil }
	for _, complaint := range checkASVS(string(text), tests, exists) {
		t.Error(complaint)
	}
	for name, c := range map[string]struct{ old, new, says string }{
		"a row less":          {"| V1.2.6 |", "| X1.2.6 |", "are not the 253"},
		"another level":       {"| V1.1.1 | 2 |", "| V1.1.1 | 1 |", "are not the 253"},
		"a test that is none": {"`TestCashLimits`", "`TestNothingAtAll`", "no test TestNothingAtAll"},
		"a path that is none": {"`docs/formats/bills.md`", "`docs/formats/nothing.md`", "no docs/formats/nothing.md"},
		"no answer":           {"reason: there is no video", "there is no video", "neither a test"},
	} {
		said := strings.Join(checkASVS(strings.Replace(string(text), c.old, c.new, 1), tests, exists), "\n")
		if !strings.Contains(said, c.says) {
			t.Errorf("%s: %q", name, said)
		}
	}
}
