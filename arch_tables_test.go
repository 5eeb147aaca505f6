package vienkopus_test

import (
	"fmt"
	"path"
	"regexp"
	"slices"
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
	}}}
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
