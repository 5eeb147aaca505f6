package journal

import (
	"fmt"
	"regexp"
	"strings"
)

var (
	createTable = regexp.MustCompile(`(?m)^CREATE TABLE (\w+)`)
	// creates is how every statement of a projection begins. "IF NOT EXISTS" is none of it: the tables are always new.
	creates = regexp.MustCompile(`^CREATE (TABLE|INDEX|UNIQUE INDEX) (\w+)\s*(\(|ON )`)
)

// Tables returns the names of the tables that the projection makes, in the order of its schema.
func Tables(p Projection) []string { return tables(p.Schema()) }

func tables(ddl string) []string {
	var names []string
	for _, found := range createTable.FindAllStringSubmatch(ddl, -1) {
		names = append(names, found[1])
	}
	return names
}

// checkSchema sees that a later program can drop what this one makes: every table and index is named in the plain form.
func checkSchema(p Projection) error {
	for _, statement := range strings.Split(p.Schema(), ";\n") {
		statement = strings.TrimSpace(statement)
		for strings.HasPrefix(statement, "--") {
			_, statement, _ = strings.Cut(statement, "\n")
			statement = strings.TrimSpace(statement)
		}
		if statement != "" && !creates.MatchString(statement) {
			return fmt.Errorf("journal: the schema of %s holds more than CREATE TABLE and CREATE INDEX: %.60q", p.Name(), statement)
		}
	}
	return nil
}
