package app_test

import (
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/app"
	"vienkopus/internal/app/towntest"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/platform/checkpoint"
	"vienkopus/internal/platform/checkpoint/checkpointroom"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/custody"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/journal/journaltest"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/report"
	"vienkopus/internal/visit"
)

// tampered is a whole town, and what its owner does to the tables.
type tampered struct {
	*app.App
	t      *testing.T
	dice   *rand.Rand
	tables map[string]*table
	// coded tables are spoiled in internal/app/kept, every row of them.
	losable, replayed, coded map[string]bool
	// tried and refused count what was done to cells and rows, and what the database itself would not have.
	tried, refused int
	before         string // figures of a report before anything was changed
}

// table is a table as it stands.
type table struct {
	name    string
	columns []string
	kinds   []string
	rows    [][]any
}

// newTampered opens the town with keys, so that its rows carry codes, and states the heads.
func newTampered(t *testing.T, dsn string) *tampered {
	t.Helper()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	dir := t.TempDir()
	keys, err := custody.Open(t.Context(), dsn, filepath.Join(dir, "node.key"), "LV-TEST")
	must(t, err)
	hand := clock.NewHand(towntest.Start.AddDate(0, 0, 6))
	a, err := app.Open(t.Context(), app.Config{DSN: dsn, Passwords: towntest.Cheap, Clock: hand, Codes: keys.Codes(), Checkpoints: checkpointroom.Needs{Key: keys.Node}})
	must(t, err)
	t.Cleanup(func() { must(t, a.Close()) })
	node := checkpoint.Node{DB: a.DB, Clock: hand, Key: keys.Node, Last: filepath.Join(dir, "node.stated")}
	for n := range 3 {
		must(t, node.State(t.Context()))
		hand.Advance(time.Hour)
		_, err := a.Visit.Open(t.Context(), journal.Request{By: actor.System("test"), Desk: "CES-2", Key: fmt.Sprint("stated:", n)}, visit.InPerson)
		must(t, err)
	}
	must(t, a.Rollups.Roll(t.Context()))
	w := &tampered{App: a, t: t, dice: rand.New(rand.NewPCG(seed, 0)), tables: map[string]*table{}, losable: map[string]bool{}, replayed: map[string]bool{}, coded: map[string]bool{}}
	for _, k := range a.Kept() {
		for _, name := range k.Losable {
			w.losable[name] = true
		}
		for _, c := range k.Coded {
			w.coded[c.Name] = true
		}
	}
	for _, p := range a.Mirror().Projections {
		for _, name := range journal.Tables(p) {
			_, again := p.(journal.Recomputed)
			w.replayed[name] = !again
		}
	}
	w.read()
	w.before = w.figures()
	return w
}

// read reads every table that the schema has.
func (w *tampered) read() {
	w.t.Helper()
	query := `SELECT m.name, c.name, c.type FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid`
	if w.DB.Engine() == sqldb.Postgres {
		query = `SELECT table_name, column_name, upper(data_type) FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position`
	}
	must(w.t, sqldb.Each(w.t.Context(), w.DB, query, nil, func(rows *sql.Rows) error {
		var name, column, kind string
		if err := rows.Scan(&name, &column, &kind); err != nil || strings.HasPrefix(name, "side_") {
			return err
		}
		if w.tables[name] == nil {
			w.tables[name] = &table{name: name}
		}
		w.tables[name].columns, w.tables[name].kinds = append(w.tables[name].columns, column), append(w.tables[name].kinds, kind)
		return nil
	}))
	for _, table := range w.tables {
		must(w.t, sqldb.Each(w.t.Context(), w.DB, "SELECT * FROM "+table.name, nil, func(rows *sql.Rows) error {
			cells, into := make([]any, len(table.columns)), make([]any, len(table.columns))
			for i := range cells {
				into[i] = &cells[i]
			}
			err := rows.Scan(into...)
			table.rows = append(table.rows, cells)
			return err
		}))
	}
}

// do changes a table behind everybody's back, and tells whether the database has let it.
func (w *tampered) do(query string, args ...any) bool {
	w.t.Helper()
	err := w.DB.Write(w.t.Context(), func(tx *sqldb.Tx) error {
		n, err := tx.Exec(w.t.Context(), query, args...)
		if err == nil && n == 0 {
			err = errors.New("no row")
		}
		return err
	})
	return err == nil
}

// is says of which row a statement speaks, its marks beginning behind the n-th.
func (b *table) is(n int) string {
	var all []string
	for i, column := range b.columns {
		all = append(all, fmt.Sprintf("%s IS NOT DISTINCT FROM $%d", column, n+i+1))
	}
	return strings.Join(all, " AND ")
}

// insert puts a row in.
func (b *table) insert() string {
	marks := make([]string, len(b.columns))
	for i := range marks {
		marks[i] = fmt.Sprintf("$%d", i+1)
	}
	return "INSERT INTO " + b.name + " (" + strings.Join(b.columns, ", ") + ") VALUES (" + strings.Join(marks, ", ") + ")"
}

// others are other values for a cell, the most plausible first: one that another row has there, and one that nobody has.
func (w *tampered) others(b *table, row, column int) []any {
	var all []any
	is := b.rows[row][column]
	for range 3 {
		if v := b.rows[w.dice.IntN(len(b.rows))][column]; fmt.Sprint(v) != fmt.Sprint(is) {
			all = append(all, v)
			break
		}
	}
	return append(all, journaltest.Other(w.dice, b.kinds[column], is), nil)
}

// change gives one cell of a row by chance another value.
func (w *tampered) change(b *table, column int) bool {
	w.t.Helper()
	w.tried++
	row := w.dice.IntN(len(b.rows))
	for _, v := range w.others(b, row, column) {
		if w.do("UPDATE "+b.name+" SET "+b.columns[column]+" = $1 WHERE "+b.is(1), append([]any{v}, b.rows[row]...)...) {
			return true
		}
	}
	w.refused++
	return false
}

// remove takes a row away.
func (w *tampered) remove(b *table) bool {
	w.t.Helper()
	w.tried++
	return w.do("DELETE FROM "+b.name+" WHERE "+b.is(0), b.rows[w.dice.IntN(len(b.rows))]...)
}

// add puts a copy of a row in under another key: as few columns are changed as the database wants.
func (w *tampered) add(b *table) bool {
	w.t.Helper()
	w.tried++
	more := make([]any, len(b.columns))
	if len(b.rows) > 0 {
		more = slices.Clone(b.rows[w.dice.IntN(len(b.rows))])
	}
	for i := range b.columns {
		more[i] = journaltest.Other(w.dice, b.kinds[i], more[i])
		if len(b.rows) == 0 && i < len(b.columns)-1 {
			continue
		}
		if w.do(b.insert(), more...) {
			return true
		}
	}
	w.refused++
	return false
}

// restore makes the table what it was.
func (w *tampered) restore(b *table) {
	w.t.Helper()
	must(w.t, w.DB.Write(w.t.Context(), func(tx *sqldb.Tx) error {
		if _, err := tx.Exec(w.t.Context(), "DELETE FROM "+b.name); err != nil {
			return err
		}
		for _, cells := range b.rows {
			if _, err := tx.Exec(w.t.Context(), b.insert(), cells...); err != nil {
				return err
			}
		}
		return nil
	}))
}

// found is what verify says, with --tables where that is asked for.
func (w *tampered) found(tables bool) []string {
	w.t.Helper()
	var all []string
	said, err := w.Verify(w.t.Context(), nil)
	if err != nil {
		return []string{"it could not look: " + err.Error()}
	}
	for _, p := range said.Problems {
		all = append(all, p.String())
	}
	if !tables {
		return all
	}
	_, err = w.VerifyTables(w.t.Context(), w.t.TempDir(), nil, func(p audit.Problem) { all = append(all, p.String()) })
	if err != nil {
		all = append(all, "it could not look: "+err.Error())
	}
	return all
}

// step is one way in which a table can be spoiled; it returns whether the database let it be.
type step struct {
	how string
	do  func(b *table) bool
}

// steps are those of a table.
func (w *tampered) steps(b *table) []step {
	var all []step
	if len(b.rows) > 0 {
		for column, name := range b.columns {
			all = append(all, step{"its " + name + " is changed", func(b *table) bool { return w.change(b, column) }})
		}
		all = append(all, step{"a row is taken away", w.remove})
	}
	return append(all, step{"a row is put in", w.add})
}

// together spoils all tables that are made anew from lines and compared row by row, each in one way at a time: none is found by what stands in another one.
func (w *tampered) together(names []string) {
	w.t.Helper()
	for round := 0; ; round++ {
		spoiled := map[string]string{}
		for _, name := range names {
			if steps := w.steps(w.tables[name]); round < len(steps) && steps[round].do(w.tables[name]) {
				spoiled[name] = steps[round].how
			}
		}
		if len(spoiled) == 0 {
			return
		}
		found := w.found(true)
		for name, how := range spoiled {
			if !slices.ContainsFunc(found, func(p string) bool { return strings.HasPrefix(p, "table: "+name+": ") }) {
				w.t.Errorf("%s: %s: not found among %q", name, how, found)
			}
			w.restore(w.tables[name])
		}
	}
}

// alone spoils one table in every way.
func (w *tampered) alone(b *table) {
	w.t.Helper()
	for _, s := range w.steps(b) {
		if !s.do(b) {
			continue
		}
		named := func(p string) bool { return names(p, b.name) }
		if !slices.ContainsFunc(w.found(false), named) {
			if found := w.found(true); !slices.ContainsFunc(found, named) && !w.harmless(b, s.how) {
				w.t.Errorf("%s: %s: not found among %q", b.name, s.how, found)
			}
		}
		w.restore(b)
	}
}

// excused is what nothing can prove, with the reason.
var excused = map[string]string{
	"receipt_payer: a row is taken away": "no line says that a payer wished to see his name on a receipt",
	"checkpoint: its at is changed":      "the format of a checkpoint has no time; verify holds only that times follow one another",
	"checkpoint: a row is taken away":    "what was stated is in the leaves; its signature was handed out",
}

// harmless tells whether a change that verify does not find is excused, or changes nothing that anybody sees: sums that go up to another line are the same with what
// has come since.
func (w *tampered) harmless(b *table, how string) bool {
	if excused[b.name+": "+how] != "" {
		return true
	}
	return strings.HasPrefix(b.name, "rollup") && w.figures() == w.before
}

// figures are the year by municipality and month, as a report reads them.
func (w *tampered) figures() string {
	w.t.Helper()
	var all string
	for _, by := range []report.Dimension{report.ByMunicipality, report.ByMonth, report.ByService} {
		table, err := w.Report.Acts(w.t.Context(), report.Query{Period: civil.YearPeriod(2026), By: by, Scope: report.Scope{Network: true}})
		must(w.t, err)
		all += fmt.Sprintf("%+v", table.Rows)
	}
	return all
}

// names tells whether a problem speaks of a table.
func names(problem, table string) bool {
	for _, word := range append(map[string][]string{
		"entry": {"line: ", "head: ", "request: "}, "desk_head": {"head: ", "line: "}, "entry_subject": {"subject: "}, "stray_entry": {"stray: "},
		"checkpoint_leaf": {"checkpoint: "}, "rebuild_cursor": {"rebuild: "}, "rollup_desk": {"table: rollup: "}, "rollup_state": {"table: rollup: "},
		"schema_migration": {"schema: "},
	}[table], table) {
		if strings.Contains(problem, word) {
			return true
		}
	}
	return false
}

// Whoever owns the database changes one cell of a table, takes a row away or puts one in: verify says so and names the table, or the table may be lost. The tables are those of the
// schema, and of those that may be lost each room says so.
func TestNoTableIsChangedUnseen(t *testing.T) {
	t.Parallel()
	towntest.Whole.Each(t, func(t *testing.T, dsn string) {
		w := newTampered(t, dsn)
		if found := w.found(true); len(found) > 0 {
			t.Fatalf("nothing was changed, yet: %q", found)
		}
		var together []string
		for _, name := range slices.Sorted(maps.Keys(w.tables)) {
			b := w.tables[name]
			switch {
			case w.losable[name], w.coded[name]:
			case w.replayed[name]:
				together = append(together, name)
			default:
				w.alone(b)
			}
			if len(b.rows) == 0 && !w.losable[name] && !slices.Contains([]string{"quarantine", "rebuild_cursor", "staff_person", "person_key", "payer_beginning"}, name) {
				t.Errorf("%s has no row: fill the town", name)
			}
		}
		w.together(together)
		if found := w.found(true); len(found) > 0 {
			t.Errorf("all is as it was, yet: %q", found)
		}
		t.Logf("%d tables, %d changes tried, %d refused by the database", len(w.tables), w.tried, w.refused)
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
