package journal

import (
	"context"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// Projection is a set of tables that follows from the lines.
type Projection interface {
	// Name is unique and stays the same between releases.
	Name() string
	// Schema is the CREATE TABLE and CREATE INDEX text; when it changes, the tables are made anew from the lines.
	Schema() string
	// Reads are the facts that Apply is handed. It never gets another, and a changed schema is filled from lines of these kinds alone.
	Reads() []Type
	// Apply makes the tables say what the line says. It is total and deterministic, does not depend on
	// lines of other desks, and writes no table of another projection.
	Apply(ctx context.Context, tx *Tx, e Entry) error
}

// Leaner is a projection whose Apply reads tables of others, which it names. What it reads must be as it was behind the line before, so it is made anew only
// together with them, line by line, and they only together with it. They stand before it in the list.
type Leaner interface {
	LeansOn() []string
}

// Type is a type of fact, or an interface that facts of any feature satisfy.
type Type struct{ of reflect.Type }

// Of names the facts of type F, or all that satisfy the interface F: Of[visit.Opened](), Of[ledger.Mover]().
func Of[F any]() Type { return Type{reflect.TypeFor[F]()} }

// String names the type as Go does.
func (t Type) String() string { return t.of.String() }

// Holds tells whether lines of a definition are among those that t names.
func (t Type) Holds(d Definition) bool {
	if t.of.Kind() == reflect.Interface {
		return d.fact.Implements(t.of)
	}
	return d.fact == t.of
}

// readers are the projections that read a kind, in the order of the list.
type readers map[kindVersion][]Projection

// readersOf tells for every kind which of the projections read it.
func (j *Journal) readersOf(projections []Projection) readers {
	all := make(readers, len(j.facts))
	for k, d := range j.facts {
		for _, p := range projections {
			if slices.ContainsFunc(p.Reads(), func(t Type) bool { return t.Holds(d) }) {
				all[k] = append(all[k], p)
			}
		}
	}
	return all
}

// of returns who reads a line; who reads an adopted one is told what it takes in.
func (r readers) of(e Entry) []Projection {
	e = e.Told()
	return r[kindVersion{e.Kind, e.Version}]
}

// ofKind returns who reads any version of a kind: whoever misses a line that cannot be read.
func (r readers) ofKind(kind string, projections []Projection) []Projection {
	var all []Projection
	for _, p := range projections {
		for k, list := range r {
			if k.kind == kind && slices.ContainsFunc(list, named(p.Name())) {
				all = append(all, p)
				break
			}
		}
	}
	return all
}

// kinds returns the names of all kinds that somebody reads, sorted; adopted lines may hold any.
func (r readers) kinds() []string {
	all := []string{KindAdopted}
	for k, list := range r {
		if len(list) > 0 && !slices.Contains(all, k.kind) {
			all = append(all, k.kind)
		}
	}
	slices.Sort(all)
	return all
}

func named(name string) func(Projection) bool {
	return func(p Projection) bool { return p.Name() == name }
}

func leansOn(p Projection) []string {
	if l, ok := p.(Leaner); ok {
		return l.LeansOn()
	}
	return nil
}

// together returns the projections of the names, in the order of the list, with those on which they lean and those that lean on them.
func (j *Journal) together(names []string) []Projection {
	in := map[string]bool{}
	for _, name := range names {
		in[name] = true
	}
	for grown := true; grown; {
		grown = false
		for _, p := range j.projections {
			family := append([]string{p.Name()}, leansOn(p)...)
			if !slices.ContainsFunc(family, func(name string) bool { return in[name] }) {
				continue
			}
			for _, name := range family {
				grown = grown || !in[name]
				in[name] = true
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(j.projections), func(p Projection) bool { return !in[p.Name()] })
}

// checkProjections returns an error when two projections have one name or make one table, when a schema says more than CREATE TABLE and CREATE INDEX, or when
// one leans on what does not stand before it.
func (j *Journal) checkProjections() error {
	owner, names := map[string]string{}, map[string]bool{}
	for _, p := range j.projections {
		if names[p.Name()] {
			return fmt.Errorf("journal: two projections are named %s", p.Name())
		}
		for _, other := range leansOn(p) {
			if !names[other] {
				return fmt.Errorf("journal: %s leans on %s, which does not stand before it", p.Name(), other)
			}
		}
		names[p.Name()] = true
		if err := checkSchema(p); err != nil {
			return err
		}
		for _, table := range Tables(p) {
			if other, taken := owner[table]; taken {
				return fmt.Errorf("journal: %s and %s both make the table %s", other, p.Name(), table)
			}
			owner[table] = p.Name()
		}
	}
	return nil
}

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
