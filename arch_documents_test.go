package vienkopus_test

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

var (
	codeSpan    = regexp.MustCompile("`([^`]+)`")
	link        = regexp.MustCompile(`\]\(([^)\s#]+)(#[^)]*)?\)`)
	placeholder = regexp.MustCompile(`<[^>]*>|\{[^}]*\}|…|N{3,4}`)
	// rooms are the directories of the house, there already or not: a path that begins with one must exist.
	rooms = strings.Fields("cmd internal lang web docs e2e bench scripts tools .ci")
	// named are the kinds of file that a document names without its directory.
	named = strings.Fields(".md .go .templ .ts .css .sql .sh")
)

func documentRules() []rule {
	house := func(doc string) tree {
		return tree{"README.md": doc, "docs/adr/0001-journal.md": "", "internal/visit/take.go": "", "scripts/test": "", "lang/lv/visit.json": ""}
	}
	return []rule{
		{"documents name what exists", checkDocuments, []plant{
			{house("Read `internal/visit/give.go`."), "README.md:1: internal/visit/give.go"},
			{house("One\n\nRead `give.go`."), "README.md:3: give.go"},
			{house("Run `scripts/tset ./...` now."), "scripts/tset"},
			{house("See [why](docs/adr/0002-nothing.md)."), "docs/adr/0002-nothing.md"},
			{house("![the counter](docs/counter.png)"), "docs/counter.png"},
			{house("`lang/<lv|en|lt>/staff.json`"), "lang/<lv|en|lt>/staff.json"},
			{tree{"docs/guides/clerk.md": "[up](../adr/0001.md)"}, "../adr/0001.md"},
			{house("`internal/visit/take.go`, `take.go`, `scripts/test ARG…`, `internal/visit`, `./internal/...`, `docs/adr/NNNN-*.md`"), ""},
			{house("[why](docs/adr/0001-journal.md#because), [Go](https://go.dev), `net/http`, `/readyz`, `visit.acts`, `bin/vienkopus`"), ""},
			{house("```\ncat internal/nothing/here.go\n```\n`application/json` `lang/<language>/visit.json`"), ""},
		}},
	}
}

func checkDocuments(t tree) []string {
	var complaints []string
	for _, doc := range t.where(isDoc) {
		fenced := false
		for i, line := range strings.Split(t[doc], "\n") {
			if strings.HasPrefix(strings.TrimSpace(line), "```") {
				fenced = !fenced
			}
			if fenced {
				continue
			}
			for _, missing := range missingIn(t, doc, line) {
				complaints = append(complaints, fmt.Sprintf("%s:%d: %s does not exist", doc, i+1, missing))
			}
		}
	}
	return complaints
}

// missingIn lists what a line of a document names and nobody finds.
func missingIn(t tree, doc, line string) []string {
	var missing []string
	for _, span := range codeSpan.FindAllStringSubmatch(line, -1) {
		for word := range strings.FieldsSeq(span[1]) {
			word = strings.TrimRight(strings.TrimPrefix(strings.TrimSuffix(word, "/..."), "./"), "/,;:)")
			if claims(word) && !t.exists(doc, word) {
				missing = append(missing, word)
			}
		}
	}
	for _, found := range link.FindAllStringSubmatch(line, -1) {
		target := found[1]
		if !strings.Contains(target, ":") && !t.exists(doc, target) {
			missing = append(missing, target)
		}
	}
	return missing
}

// claims says whether a word in backticks claims to be a file or directory of the house.
func claims(word string) bool {
	first, _, below := strings.Cut(word, "/")
	switch {
	case slices.ContainsFunc(made, func(dir string) bool { return within(word, dir) }), strings.Contains(word, "node_modules"):
		return false
	case below:
		return slices.Contains(rooms, first)
	default:
		return slices.Contains(named, path.Ext(word)) && word != path.Ext(word)
	}
}

// exists looks for a path from the root and from the document's own directory, and for a bare name anywhere.
func (t tree) exists(doc, word string) bool {
	pattern := placeholder.ReplaceAllString(word, "*")
	bare := !strings.Contains(pattern, "/")
	beside := path.Join(path.Dir(doc), pattern)
	for file := range t {
		if bare && matches(pattern, path.Base(file)) {
			return true
		}
		// A directory exists when a file lies below it.
		for at := file; at != "."; at = path.Dir(at) {
			if matches(pattern, at) || matches(beside, at) {
				return true
			}
		}
	}
	return false
}

func matches(pattern, name string) bool {
	ok, err := path.Match(pattern, name)
	return err == nil && ok
}
