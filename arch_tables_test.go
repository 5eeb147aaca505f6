package vienkopus_test

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

var (
	createsTable = regexp.MustCompile(`CREATE TABLE (\w+)`)
	writesTable  = regexp.MustCompile(`(?:INSERT INTO|DELETE FROM|UPDATE) (\w+)\b`)
)

func tableRules() []rule {
	const till, bank = "internal/till/tillsql/", "internal/bank/banksql/"
	made := "CREATE TABLE till_bag (\n  bag TEXT NOT NULL\n);\n"
	return []rule{{"a feature writes only its own tables", checkTables, []plant{
		{tree{till + "schema.sql": made, till + "apply.go": "`INSERT INTO till_bag (bag) VALUES ($1)`"}, ""},
		{tree{till + "schema.sql": made, till + "apply_test.go": "`DELETE FROM entry`"}, ""},
		{tree{till + "keep.go": "`CREATE TABLE seat (n BIGINT)` `UPDATE seat SET n = 1 ON CONFLICT (n) DO UPDATE SET n = 2`"}, ""},
		{tree{till + "schema.sql": made, bank + "query.go": "`SELECT bag FROM till_bag`"}, ""},
		{tree{till + "schema.sql": made, bank + "apply.go": "`INSERT INTO till_bag (bag) VALUES ($1)`"}, "internal/bank/banksql/apply.go: writes till_bag"},
		{tree{till + "schema.sql": made, bank + "apply.go": "`DELETE FROM till_bag`"}, "writes till_bag"},
		{tree{till + "schema.sql": made, bank + "apply.go": "`UPDATE till_bag SET bag = ''`"}, "writes till_bag"},
	}}, {"a projection reads what its Apply knows", checkReads, []plant{
		{tree{till + "a.go": readsPlant, till + "b.go": "func (s Store) Apply(e Entry) error {\n\tswitch e.Fact.(type) {\n\tcase till.Opened:\n\t}\n}\n"}, ""},
		{tree{till + "a.go": readsPlant, till + "b.go": "func (Store) Apply(e Entry) error {\n\tswitch e.Fact.(type) {\n\tcase till.Opened, till.Shut:\n\t}\n}\n"}, "Store knows till.Shut"},
		{tree{till + "a.go": readsPlant, till + "b.go": "func (Other) Apply(e Entry) error {\n\tswitch e.Fact.(type) {\n\tcase till.Opened:\n\t}\n}\n"}, "Other knows till.Opened"},
	}}}
}

const readsPlant = "func (Store) Reads() []journal.Type {\n\treturn []journal.Type{journal.Of[till.Opened]()}\n}\n"

var (
	readsBody = regexp.MustCompile(`(?ms)^func \((?:\w+ )?\*?(\w+)\) Reads\(\)[^\n]*\{\n(.*?)^\}`)
	applyBody = regexp.MustCompile(`(?ms)^func \((?:\w+ )?\*?(\w+)\) Apply\([^\n]*\{\n(.*?)^\}`)
	factCases = regexp.MustCompile(`(?m)^\tcase ([^:]+):`)
	factNames = regexp.MustCompile(`\w+\.\w+`)
)

// checkReads holds the facts between which an Apply chooses against what its projection says that it reads: one that is not said is never handed over, and its
// rows are missing without a word.
func checkReads(t tree) []string {
	text := map[string]string{} // directory → its files, one behind the other
	for _, file := range t.where(func(file string) bool { return byHand(file) && !isTest(file) }) {
		if p, ok := placeOf(path.Dir(file)); ok && p.layer == "feature" && p.door == "sql" {
			text[path.Dir(file)] += t[file] + "\n"
		}
	}
	var complaints []string
	for dir, all := range text {
		reads := map[string]string{}
		for _, found := range readsBody.FindAllStringSubmatch(all, -1) {
			reads[found[1]] = found[2]
		}
		for _, found := range applyBody.FindAllStringSubmatch(all, -1) {
			for _, choice := range factCases.FindAllStringSubmatch(found[2], -1) {
				for _, fact := range factNames.FindAllString(choice[1], -1) {
					if !strings.Contains(reads[found[1]], "Of["+fact+"]") {
						complaints = append(complaints, fmt.Sprintf("%s: %s knows %s, and does not say that it reads it", dir, found[1], fact))
					}
				}
			}
		}
	}
	return complaints
}

// checkTables holds what the statements of a feature write against the tables that the same package makes.
func checkTables(t tree) []string {
	isStatement := func(file string) bool {
		p, ok := placeOf(path.Dir(file))
		return ok && p.layer == "feature" && p.door == "sql" && !isTest(file)
	}
	own := map[string][]string{} // directory → tables
	for _, file := range t.where(isStatement) {
		for _, found := range createsTable.FindAllStringSubmatch(t[file], -1) {
			own[path.Dir(file)] = append(own[path.Dir(file)], found[1])
		}
	}
	var complaints []string
	for _, file := range t.where(func(file string) bool { return isStatement(file) && isGo(file) }) {
		for _, found := range writesTable.FindAllStringSubmatch(t[file], -1) {
			if table := found[1]; table != "SET" && !slices.Contains(own[path.Dir(file)], table) {
				complaints = append(complaints, fmt.Sprintf("%s: writes %s, which is not a table of its own", file, table))
			}
		}
	}
	return complaints
}
