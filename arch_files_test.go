package vienkopus_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strings"
)

const (
	longestFile  = 400 // lines
	medianFile   = 120 // lines of the program's own Go
	fullPackage  = 25  // files
	directModule = 50
)

// longFiles may exceed the limit, each with its reason. One that no longer needs to is a complaint too.
var longFiles = map[string]string{}

// fullPackages may exceed the limit, each with its reason.
var fullPackages = map[string]string{}

// vague names say nothing about what lies inside.
var vague = strings.Fields("util utils common core shared helper helpers misc tools lib")

func fileRules() []rule {
	long := strings.Repeat("\n", longestFile+1)
	return []rule{
		{"files are short", checkLength, []plant{
			{tree{"internal/visit/take.go": long}, "401 lines"},
			{tree{"web/src/scan.ts": long}, "401 lines"},
			{tree{"scripts/test": long}, "401 lines"},
			{tree{"internal/visit/visithttp/page_templ.go": long, "internal/visit/visithttp/page.templ": "\n"}, ""},
			{tree{"internal/visit/take.go": strings.Repeat("\n", longestFile)}, ""},
		}},
		{"the usual file is short", checkMedian, []plant{
			{tree{"a.go": strings.Repeat("\n", 121), "b.go": strings.Repeat("\n", 121), "c.go": "\n"}, "median of 121"},
			{tree{"a.go": strings.Repeat("\n", 300), "b.go": "\n", "c.go": "\n", "d_test.go": long}, ""},
		}},
		{"packages are small", checkPackages, []plant{
			{manyFiles("internal/visit", fullPackage+1), "26 files"},
			{manyFiles("internal/visit", fullPackage), ""},
		}},
		{"packages have a name of the field", checkNames, []plant{
			{tree{"internal/platform/helpers/a.go": ""}, "says nothing"},
			{tree{"tools/testreport/main.go": "", "internal/visit/visit.go": ""}, ""},
		}},
		{"nothing happens before main", checkInit, []plant{
			{tree{"internal/visit/a.go": "package visit\n\nfunc init() {}\n"}, "func init"},
			{tree{"internal/visit/a.go": "package visit\n\ntype a struct{}\n\nfunc (a) init() {}\n"}, ""},
		}},
		{"no test is skipped", checkSkips, skipPlants()},
	}
}

func manyFiles(dir string, n int) tree {
	t := tree{}
	for i := range n {
		t[fmt.Sprintf("%s/f%d.go", dir, i)] = ""
	}
	return t
}

func lines(content string) int { return strings.Count(content, "\n") }

func checkLength(t tree) []string {
	kinds := []string{".go", ".ts", ".mjs", ".js", ".templ", ".css", ".sql", ".sh"}
	var complaints []string
	for _, file := range t.where(func(p string) bool { return !isMade(p) }) {
		if !slices.Contains(kinds, path.Ext(file)) && !isScript(file) {
			continue
		}
		n, excused := lines(t[file]), longFiles[file] != ""
		if n > longestFile && !excused {
			complaints = append(complaints, fmt.Sprintf("%s: %d lines, more than %d", file, n, longestFile))
		}
		if n <= longestFile && excused {
			complaints = append(complaints, file+": is short enough now; take it off the list of exceptions")
		}
	}
	return complaints
}

func checkMedian(t tree) []string {
	var lengths []int
	for _, file := range t.where(func(p string) bool { return byHand(p) && !isTest(p) }) {
		lengths = append(lengths, lines(t[file]))
	}
	if len(lengths) == 0 {
		return nil
	}
	slices.Sort(lengths)
	if median := lengths[len(lengths)/2]; median > medianFile {
		return []string{fmt.Sprintf("the whole: a median of %d lines a file, more than %d", median, medianFile)}
	}
	return nil
}

func checkPackages(t tree) []string {
	files := map[string]int{}
	for _, file := range t.where(byHand) {
		files[path.Dir(file)]++
	}
	var complaints []string
	for dir, n := range files {
		if n > fullPackage && fullPackages[dir] == "" {
			complaints = append(complaints, fmt.Sprintf("%s: %d files, more than %d", dir, n, fullPackage))
		}
		if n <= fullPackage && fullPackages[dir] != "" {
			complaints = append(complaints, dir+": is small enough now; take it off the list of exceptions")
		}
	}
	slices.Sort(complaints)
	return complaints
}

func checkNames(t tree) []string {
	var complaints []string
	for _, file := range t.where(isGo) {
		if name := path.Base(path.Dir(file)); slices.Contains(vague, name) {
			complaints = append(complaints, file+": the package name "+name+" says nothing")
		}
	}
	return complaints
}

func checkInit(t tree) []string {
	return inCode(t, func(p string) bool { return byHand(p) && !isTest(p) }, func(node ast.Node) string {
		if f, ok := node.(*ast.FuncDecl); ok && f.Name.Name == "init" && f.Recv == nil {
			return "func init hides what happens before main"
		}
		return ""
	})
}

// inCode asks say about every node of the Go files that are kept; a file that does not parse is a complaint.
func inCode(t tree, keep func(string) bool, say func(ast.Node) string) []string {
	var complaints []string
	for _, file := range t.where(func(p string) bool { return isGo(p) && keep(p) }) {
		positions := token.NewFileSet()
		parsed, err := parser.ParseFile(positions, file, t[file], parser.SkipObjectResolution)
		if err != nil {
			complaints = append(complaints, err.Error())
			continue
		}
		ast.Inspect(parsed, func(node ast.Node) bool {
			if node == nil {
				return false
			}
			if said := say(node); said != "" {
				complaints = append(complaints, fmt.Sprintf("%s: %s", positions.Position(node.Pos()), said))
			}
			return true
		})
	}
	return complaints
}

var skippingScript = regexp.MustCompile(`\b(test|plain|it|describe)(\.describe)?\.(skip|only|fixme)\b`)

func checkSkips(t tree) []string {
	supports := func(p string) bool { return isTest(p) || strings.HasSuffix(path.Dir(p), "test") }
	complaints := inCode(t, supports, func(node ast.Node) string {
		call, ok := node.(*ast.SelectorExpr)
		if !ok {
			return ""
		}
		on, ok := call.X.(*ast.Ident)
		if !ok {
			return ""
		}
		name := call.Sel.Name
		switch {
		case slices.Contains([]string{"t", "b", "f", "tb", "rt", "test"}, on.Name) && strings.HasPrefix(name, "Skip"):
			return on.Name + "." + name + ": a test that is skipped proves nothing"
		case on.Name == "testing" && name == "Short":
			return "testing.Short: a test that is sometimes skipped proves nothing"
		}
		return ""
	})
	for _, file := range t.where(func(p string) bool { return path.Ext(p) == ".ts" }) {
		for i, line := range strings.Split(t[file], "\n") {
			if found := skippingScript.FindString(line); found != "" {
				complaints = append(complaints, fmt.Sprintf("%s:%d: %s: a test that is skipped proves nothing", file, i+1, found))
			}
		}
	}
	return complaints
}

func skipPlants() []plant {
	inTest := func(body string) string { return "package a\n\nfunc TestA(t *testing.T) { " + body + " }\n" }
	return []plant{
		{tree{"internal/a_test.go": inTest(`t.Skip("later")`)}, "t.Skip"},
		{tree{"internal/a_test.go": inTest(`t.SkipNow()`)}, "t.SkipNow"},
		{tree{"internal/a_test.go": inTest(`if testing.Short() { return }`)}, "testing.Short"},
		{tree{"internal/sqldb/dbtest/a.go": "package a\n\nfunc A(tb testing.TB) { tb.Skipf(\"no\") }\n"}, "tb.Skipf"},
		{tree{"e2e/pay.spec.ts": "test" + ".skip('later', () => {})\n"}, "test.skip"},
		{tree{"e2e/pay.spec.ts": "test.describe" + ".only('later', () => {})\n"}, "only"},
		{tree{"internal/a_test.go": inTest(`reader.Skip(3)`), "e2e/pay.spec.ts": "test('pay', pay)\n"}, ""},
	}
}
