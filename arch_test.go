// Package vienkopus_test holds the rules of the house over the whole tree: who may import whom, how long a file may
// be, that documents name only what exists. Each rule is first shown a planted fault, because a check that cannot
// fail is a defect.
package vienkopus_test

import (
	"bytes"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// tree is a set of text files: path from the root with slashes, and content.
type tree map[string]string

// rule is one thing that is true of the tree.
type rule struct {
	name    string
	check   func(tree) []string // complaints, each naming its file first
	planted []plant
}

// plant is a small tree with one fault and what the rule says about it; says is empty where there is no fault.
type plant struct {
	tree tree
	says string
}

func rules() []rule {
	return slices.Concat(importRules(), tableRules(), fileRules(), wordRules(), documentRules(), moduleRules(), outgoingRules())
}

func TestTheHouse(t *testing.T) {
	t.Parallel()
	house := readTree(t, ".")
	if len(house) < 20 {
		t.Fatalf("only %d files found: the rules look at nothing", len(house))
	}
	for _, r := range rules() {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			for _, complaint := range r.check(house) {
				t.Error(complaint)
			}
		})
	}
}

func TestEveryRuleCanFail(t *testing.T) {
	t.Parallel()
	for _, r := range rules() {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			faults := 0
			for _, p := range r.planted {
				complaints := r.check(p.tree)
				if p.says == "" {
					if len(complaints) > 0 {
						t.Errorf("%v is sound, yet: %q", p.tree.paths(), complaints)
					}
					continue
				}
				faults++
				if len(complaints) != 1 || !strings.Contains(complaints[0], p.says) {
					t.Errorf("%v: said %q, want one complaint with %q", p.tree.paths(), complaints, p.says)
				}
			}
			if faults == 0 {
				t.Error("no fault is planted in front of this rule")
			}
		})
	}
}

// paths are the files in order, so that complaints come in order too.
func (t tree) paths() []string { return slices.Sorted(maps.Keys(t)) }

// where are the files for which keep holds, in order.
func (t tree) where(keep func(file string) bool) []string {
	return slices.DeleteFunc(t.paths(), func(p string) bool { return !keep(p) })
}

// made lists what the tools make and git ignores.
var made = []string{".git", "bin", "build", "demo-data", "web/dist", "e2e/results", "e2e/screens"}

func readTree(t *testing.T, root string) tree {
	t.Helper()
	found := tree{}
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		slashed := filepath.ToSlash(name)
		switch {
		case entry.IsDir() && (entry.Name() == "node_modules" || slices.Contains(made, slashed)):
			return fs.SkipDir
		case !entry.Type().IsRegular() || slashed == ".git": // a file in a second work tree
			return nil
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if bytes.IndexByte(content, 0) >= 0 {
			content = nil // a picture or a typeface: it exists, it says nothing
		}
		found[slashed] = string(content)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func isGo(p string) bool     { return path.Ext(p) == ".go" }
func isTest(p string) bool   { return strings.HasSuffix(p, "_test.go") }
func isMade(p string) bool   { return strings.HasSuffix(p, "_templ.go") }
func byHand(p string) bool   { return isGo(p) && !isMade(p) }
func isDoc(p string) bool    { return path.Ext(p) == ".md" }
func isScript(p string) bool { return strings.HasPrefix(p, "scripts/") || p == ".ci/run" }
