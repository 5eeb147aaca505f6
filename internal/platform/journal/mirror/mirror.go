// Package mirror proves the tables that follow from lines: it makes every one of them anew, in a scratch file and out of the lines alone, and compares
// row by row with what is stored.
//
// It works with the code that applies lines, so it finds what was changed in the tables, and what that code once did otherwise; whether the lines are
// what they were, package audit says. It writes nothing into the database and runs while others write: most lines are replayed before the snapshot in
// which the tables are compared is taken.
package mirror

import (
	"context"
	"errors"
	"path/filepath"
	"slices"

	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/sqldb"
)

// Config is what is compared with what.
type Config struct {
	// DB is only read.
	DB *sqldb.DB
	// Migrations, Facts and Projections are those of the program.
	Migrations  []sqldb.Migration
	Facts       []journal.Definition
	Projections []journal.Projection
	// Scratch is a directory in which the tables are made; nothing of it stays.
	Scratch string
	// Found is told of every difference.
	Found func(audit.Problem)
	// Order cuts what is to be replayed into rounds; nil replays desk by desk. In life desks write at the same time, so the rows must not depend on it.
	Order func([]journal.Span) [][]journal.Span
	// Only names the projections that are made anew and compared, from the lines that they read; nil is all of them, and the subjects. Tables of others are
	// not there meanwhile.
	Only []string
	// Watch is told every statement of the replay; it may be nil.
	Watch func(sqldb.Statement)
	// Tell is told how many lines of how many are replayed; it may be nil.
	Tell journal.Progress
}

// Result is what was compared.
type Result struct {
	Tables, Rows int64
	// Stale are the projections whose tables another version of the program made. They are not compared; an upgrade makes them anew.
	Stale []string
}

// Run makes every table anew and compares. An error means that it could not look. It returns ErrNoRoom before it begins when the scratch file would not fit.
func Run(ctx context.Context, c Config) (_ Result, err error) {
	ctx = sqldb.Patient(ctx)
	if err := room(ctx, c.DB, c.Scratch); err != nil {
		return Result{}, err
	}
	dir, done, err := scratchDir(c.Scratch)
	if err != nil {
		return Result{}, err
	}
	defer func() { err = errors.Join(err, done()) }()
	scratch, err := sqldb.OpenScratch(ctx, filepath.Join(dir, "scratch.db"))
	if err != nil {
		return Result{}, err
	}
	defer func() { err = errors.Join(err, scratch.Close()) }()
	m := &mirror{Config: c, scratch: scratch, done: map[string]int64{}}
	projections := append([]journal.Projection{subjects{}}, c.Projections...)
	if c.Only != nil {
		projections = m.chosen()
	}
	if m.journal, err = journal.New(journal.Config{DB: scratch, Clock: clock.System{}, Facts: c.Facts, Projections: projections}); err != nil {
		return Result{}, err
	}
	if err := scratch.Migrate(ctx, c.Migrations); err != nil {
		return Result{}, err
	}
	if _, err := m.journal.Prepare(ctx, nil); err != nil {
		return Result{}, err
	}
	if c.Watch != nil {
		scratch.Watch(c.Watch)
	}
	if err := m.replay(ctx, c.DB); err != nil {
		return Result{}, err
	}
	err = c.DB.Snapshot(ctx, func(r sqldb.Reader) error {
		if err := m.replay(ctx, r); err != nil { // what came meanwhile
			return err
		}
		return m.compare(ctx, r)
	})
	return m.result, err
}

// mirror is one run.
type mirror struct {
	Config
	scratch *sqldb.DB
	journal *journal.Journal
	done    map[string]int64 // how far each desk is replayed
	result  Result
}

// chosen are the projections that are compared.
func (m *mirror) chosen() []journal.Projection {
	if m.Only == nil {
		return m.Projections
	}
	return slices.DeleteFunc(slices.Clone(m.Projections), func(p journal.Projection) bool { return !slices.Contains(m.Only, p.Name()) })
}

// replay applies the lines that stand in lines and are not replayed yet.
func (m *mirror) replay(ctx context.Context, lines sqldb.Reader) error {
	heads, err := m.journal.Heads(ctx, lines)
	if err != nil {
		return err
	}
	var spans []journal.Span
	for _, h := range heads {
		if h.Number > m.done[h.Desk] {
			spans = append(spans, journal.Span{Desk: h.Desk, Done: m.done[h.Desk], Upto: h.Number})
			m.done[h.Desk] = h.Number
		}
	}
	if len(spans) == 0 {
		return nil
	}
	rounds := [][]journal.Span{spans}
	if m.Order != nil {
		rounds = m.Order(spans)
	}
	for _, round := range rounds {
		if err := m.journal.ReplayFrom(ctx, lines, round, m.Only != nil, m.Tell); err != nil {
			return err
		}
	}
	return nil
}

// subjects writes the subjects of every line as the line says them.
type subjects struct{}

func (subjects) Name() string   { return "subjects" }
func (subjects) Schema() string { return "" }

// Reads names every fact there is.
func (subjects) Reads() []journal.Type { return []journal.Type{journal.Of[journal.Fact]()} }

func (subjects) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	return journal.InsertSubjects(ctx, tx.Tx, e)
}

// compare compares every table of every projection, and the subjects.
func (m *mirror) compare(ctx context.Context, r sqldb.Reader) error {
	stale, err := m.journal.Stale(ctx, r)
	if err != nil {
		return err
	}
	stale = slices.DeleteFunc(stale, func(name string) bool { return name == subjects{}.Name() })
	m.result.Stale = stale
	old := map[string]bool{}
	for _, name := range stale {
		old[name] = true
	}
	tables := []string{"quarantine"}
	if m.Only == nil {
		tables = append(tables, "entry_subject")
	}
	for _, p := range m.chosen() {
		if old[p.Name()] {
			continue
		}
		if again, ok := p.(journal.Recomputed); ok {
			if err := m.recompute(ctx, r, again); err != nil {
				return err
			}
			continue
		}
		tables = append(tables, journal.Tables(p)...)
	}
	for _, table := range tables {
		if err := m.table(ctx, r, table); err != nil {
			return err
		}
	}
	return nil
}

// recompute has a projection look at its own rows. What it cannot read is a finding like any other.
func (m *mirror) recompute(ctx context.Context, r sqldb.Reader, p journal.Recomputed) error {
	m.result.Tables += int64(len(journal.Tables(p)))
	err := p.Compare(ctx, r, func(what string) { m.Found(audit.Problem{Check: "table", What: what}) })
	if err != nil {
		return m.unreadable(ctx, p.Name(), err)
	}
	return nil
}
