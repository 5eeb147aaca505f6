package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// Migration is one numbered step of the tables that are kept for ever. Steps only add; a released step is never edited.
type Migration struct {
	Number int
	Name   string
	SQL    string // in the words of SQLite; Translate makes PostgreSQL's of it
}

// ErrNewer says that the database was written by a newer program, which an older one must not touch.
var ErrNewer = errors.New("sqldb: the database belongs to a newer version of the program")

// migrationTable is older than every step, so it is made without one.
const migrationTable = `CREATE TABLE IF NOT EXISTS schema_migration (number BIGINT PRIMARY KEY, name TEXT NOT NULL)`

// Migrate brings the tables up to date, each step in a transaction of its own. Numbers run 1, 2, 3 … on both engines.
// It returns ErrNewer when the database knows a step that the program does not, or knows another one under its number.
func (db *DB) Migrate(ctx context.Context, steps []Migration) error {
	if db.behind != nil {
		return errors.New("sqldb: the side store has no steps; its tables are known by their text")
	}
	ctx = Patient(ctx)
	for i, step := range steps {
		if step.Number != i+1 {
			return fmt.Errorf("sqldb: migration %q has number %d, expected %d", step.Name, step.Number, i+1)
		}
	}
	done, err := db.steps(ctx)
	if err != nil {
		return err
	}
	if err := known(done, steps); err != nil {
		return err
	}
	for _, step := range steps[len(done):] {
		if err := db.step(ctx, step); err != nil {
			return fmt.Errorf("sqldb: migration %d %s: %w", step.Number, step.Name, err)
		}
	}
	return nil
}

// made finds the tables that a step makes.
var made = regexp.MustCompile(`CREATE TABLE (\w+)`)

// CheckSteps reports what is wrong with the record of the steps that were taken: they run 1, 2, 3 …, are those of the program, and no other one has left tables.
func (db *DB) CheckSteps(ctx context.Context, r Reader, steps []Migration, report func(what string)) error {
	n := 0
	err := Each(ctx, r, "SELECT number, name FROM schema_migration ORDER BY number", nil, func(rows *sql.Rows) error {
		var number int
		var name string
		if err := rows.Scan(&number, &name); err != nil {
			return fmt.Errorf("sqldb: step: %w", err)
		}
		if n++; number != n || n > len(steps) || steps[n-1].Name != name {
			report(fmt.Sprintf("schema_migration: step %d is %d %q, which this program does not know", n, number, name))
		}
		return nil
	})
	for _, step := range steps[min(n, len(steps)):] {
		for _, found := range made.FindAllStringSubmatch(step.SQL, -1) {
			if err != nil {
				return err
			}
			var tables int
			if err = r.QueryRow(ctx, tableNamed[db.engine], found[1]).Scan(&tables); tables > 0 {
				report(fmt.Sprintf("schema_migration: step %d %q is missing, and its table %s is there", step.Number, step.Name, found[1]))
			}
		}
	}
	return err
}

// tableNamed counts the tables of a name.
var tableNamed = map[Engine]string{
	SQLite:   "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = $1",
	Postgres: "SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = $1",
}

// known returns ErrNewer when steps were taken that the program does not know.
func known(done []string, steps []Migration) error {
	if len(done) > len(steps) {
		return fmt.Errorf("%w: it stands at step %d, this program knows %d", ErrNewer, len(done), len(steps))
	}
	for i, name := range done {
		if steps[i].Name != name {
			return fmt.Errorf("%w: its step %d is %q, this program's is %q", ErrNewer, i+1, name, steps[i].Name)
		}
	}
	return nil
}

// steps returns the names of the steps that are done, in order.
func (db *DB) steps(ctx context.Context) ([]string, error) {
	var done []string
	err := db.Write(ctx, func(tx *Tx) error {
		if err := tx.Lock(ctx, "schema_migration"); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, migrationTable); err != nil {
			return err
		}
		var err error
		done, err = stepsIn(ctx, tx)
		return err
	})
	return done, err
}

// stepsIn returns the names of the steps that stand in the table.
func stepsIn(ctx context.Context, r Reader) (done []string, err error) {
	err = Each(ctx, r, "SELECT name FROM schema_migration ORDER BY number", nil, func(rows *sql.Rows) error {
		var name string
		if err := rows.Scan(&name); err != nil {
			return fmt.Errorf("sqldb: scan: %w", err)
		}
		done = append(done, name)
		return nil
	})
	return done, err
}

func (db *DB) step(ctx context.Context, step Migration) error {
	return db.Write(ctx, func(tx *Tx) error {
		if err := tx.Lock(ctx, "schema_migration"); err != nil {
			return err
		}
		var known int
		row := tx.QueryRow(ctx, "SELECT COUNT(*) FROM schema_migration WHERE number = $1", step.Number)
		if err := scanOne(row, &known); err != nil || known > 0 {
			return err
		}
		if err := tx.Define(ctx, step.SQL); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "INSERT INTO schema_migration (number, name) VALUES ($1, $2)", step.Number, step.Name)
		return err
	})
}

// Define runs a text of CREATE and DROP statements, each ending in a semicolon at the end of a line.
// Whatever was kept is forgotten, because it may speak of tables that are gone.
func (tx *Tx) Define(ctx context.Context, ddl string) error {
	tx.forget()
	for _, statement := range strings.Split(Translate(tx.engine, ddl), ";\n") {
		if onlyComments(statement) {
			continue
		}
		if _, err := tx.Exec(ctx, strings.TrimSuffix(strings.TrimSpace(statement), ";")); err != nil {
			return fmt.Errorf("%s: %w", strings.TrimSpace(statement), err)
		}
	}
	return nil
}

// onlyComments tells whether a text says nothing; the driver of SQLite has no answer to it.
func onlyComments(text string) bool {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "--") {
			return false
		}
	}
	return true
}

// textColumn finds the column definitions of type TEXT: a name behind a bracket or comma, and the type.
var textColumn = regexp.MustCompile(`([(,]\s*\w+\s+)TEXT\b`)

// Translate turns our table definitions into those of the engine. Three things differ: the name of the bytes type;
// SQLite's clustered tables, which PostgreSQL does not have; and the order of text, which is that of its bytes on
// SQLite and must be asked for on PostgreSQL, where it would follow the language of the server.
func Translate(engine Engine, ddl string) string {
	if engine == SQLite {
		return ddl
	}
	ddl = strings.NewReplacer(" BLOB", " BYTEA", ") WITHOUT ROWID", ")").Replace(ddl)
	return textColumn.ReplaceAllString(ddl, `${1}TEXT COLLATE "C"`)
}

func scanOne(row *sql.Row, into any) error {
	if err := row.Scan(into); err != nil {
		return fmt.Errorf("sqldb: scan: %w", err)
	}
	return nil
}
