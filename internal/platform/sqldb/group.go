package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"strings"
)

// group is one transaction on the writer's connection, shared by several requests.
type group struct {
	writer  *sqliteWriter
	pending *pendings
	served  []*request
	outcome []error // of served, each its own
	begun   bool    // the transaction is open
	wrote   bool    // and holds changes of requests that succeeded
	careful bool    // every request has a savepoint
}

// carefulFor is for how many groups every request has a savepoint, after a request that failed behind its first change has taken its neighbours with it.
const carefulFor = 256

// errSpoiled says that a request failed behind changes of its neighbours, and that only the whole transaction could be rolled back: all of them run again.
var errSpoiled = errors.New("sqldb: a request has spoiled its group")

// run serves first and those behind it and commits. An error is that of the whole group, of which nothing is stored.
func (g *group) run(ctx context.Context, first *request) error {
	g.pending = &pendings{}
	if g.careful = g.writer.careful > 0; g.careful {
		g.writer.careful--
	}
	err := g.begin(ctx)
	for r := first; r != nil; r = g.next(r) {
		g.served = append(g.served, r)
		g.outcome = append(g.outcome, nil)
		if err == nil {
			g.outcome[len(g.outcome)-1], err = g.serve(ctx, r)
		}
	}
	if err == nil {
		err = g.commit(ctx)
	}
	if err != nil {
		return errors.Join(err, g.abandon(ctx))
	}
	return nil
}

func (g *group) next(r *request) *request {
	if len(g.served) >= groupLimit {
		return nil
	}
	return g.writer.next(r)
}

// answer tells every request how it went: the group's error when there is one, else its own.
func (g *group) answer(err error) {
	for i, r := range g.served {
		if err != nil {
			r.done <- err
		} else {
			r.done <- g.outcome[i]
		}
	}
}

func (g *group) begin(ctx context.Context) error {
	if g.begun {
		return nil
	}
	w := g.writer
	w.rolledBack, g.begun = false, true
	if _, err := w.exec(ctx, "BEGIN IMMEDIATE", nil); err != nil {
		return fmt.Errorf("sqldb: begin: %w", classify(err))
	}
	var version int64
	if err := w.queryRow(ctx, "PRAGMA data_version", nil).Scan(&version); err != nil {
		return fmt.Errorf("sqldb: data version: %w", err)
	}
	if version != w.version {
		w.version, w.kept = version, map[any]any{}
	}
	return nil
}

// serve runs one request in its own savepoint. The first error is the request's, the second is the end of the whole group.
func (g *group) serve(ctx context.Context, r *request) (failed, broken error) {
	if err := r.ctx.Err(); err != nil {
		return fmt.Errorf("sqldb: write: %w", err), nil
	}
	if !r.take() {
		return nil, nil // nobody waits for it any more
	}
	if err := g.begin(ctx); err != nil {
		return err, err
	}
	w := g.writer
	run := &savepoint{writer: w, lazy: !g.careful}
	tx := &Tx{
		engine: SQLite, run: run, pending: &pendings{}, base: w.kept,
	}
	failed = attempt(tx, r.fn)
	r.stage.Store(ran)
	switch {
	case w.rolledBack:
		// SQLite gave the transaction up (full disk, broken file). A statement from now on would commit by itself.
		return failed, errors.Join(errors.New("sqldb: the transaction was rolled back"), failed)
	case failed != nil:
		return failed, g.undo(ctx, run)
	}
	if broken = run.end(ctx, "RELEASE request"); broken != nil {
		return nil, broken
	}
	g.wrote = g.wrote || run.wrote || len(tx.pending.keys) > 0
	return nil, g.join(tx)
}

// undo takes back what a request has changed: to its savepoint, or the whole transaction when nobody else has changed anything in it.
func (g *group) undo(ctx context.Context, run *savepoint) error {
	switch {
	case run.open || !run.wrote:
		return run.end(ctx, "ROLLBACK TO request", "RELEASE request")
	case g.wrote:
		return errSpoiled
	}
	g.begun = false
	if _, err := g.writer.exec(ctx, "ROLLBACK", nil); err != nil {
		return fmt.Errorf("sqldb: rollback: %w", classify(err))
	}
	return nil
}

// join takes over what a request leaves to the group. The writer gets the kept values early; abandon throws them all away.
func (g *group) join(tx *Tx) error {
	if tx.forgets {
		g.writer.kept = map[any]any{}
	}
	maps.Copy(g.writer.kept, tx.kept)
	err := attempt(tx, func(*Tx) error {
		g.pending.addAll(tx.pending)
		return nil
	})
	if err != nil {
		return fmt.Errorf("%w: %w", errDeferred, err)
	}
	return nil
}

func (g *group) commit(ctx context.Context) error {
	w := g.writer
	if !g.begun {
		return nil
	}
	tx := &Tx{engine: SQLite, run: w, kept: w.kept}
	if err := g.pending.flush(ctx, tx); err != nil {
		return err
	}
	if _, err := w.exec(ctx, "COMMIT", nil); err != nil {
		return fmt.Errorf("sqldb: commit: %w", classify(err))
	}
	return nil
}

// abandon forgets the group. SQLite may have rolled back by itself (full disk), so its refusal to do it again is no news.
func (g *group) abandon(ctx context.Context) error {
	g.writer.kept = map[any]any{}
	if _, err := g.writer.exec(ctx, "ROLLBACK", nil); err != nil && !noTransaction(err) {
		return fmt.Errorf("sqldb: rollback: %w", err)
	}
	return nil
}

// savepoint opens itself before the first change of a request: a request that is refused before it writes costs nothing. A lazy one does not even then: most
// requests that write succeed, and for each of them two statements and a copy of every page are saved.
type savepoint struct {
	writer *sqliteWriter
	lazy   bool
	wrote  bool // or tried to
	open   bool
	failed error // why it could not be opened
}

func (s *savepoint) begin(ctx context.Context) error {
	s.wrote = true
	if s.open || s.lazy {
		return nil
	}
	if _, err := s.writer.exec(ctx, "SAVEPOINT request", nil); err != nil {
		s.failed = fmt.Errorf("sqldb: savepoint: %w", classify(err))
		return s.failed
	}
	s.open = true
	return nil
}

// mayWrite tells a query that changes rows (INSERT … RETURNING) from one that only reads.
func mayWrite(query string) bool {
	return !strings.HasPrefix(strings.TrimSpace(query), "SELECT")
}

func (s *savepoint) exec(ctx context.Context, query string, args []any) (sql.Result, error) {
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	return s.writer.exec(ctx, query, args)
}

func (s *savepoint) query(ctx context.Context, query string, args []any) (*sql.Rows, error) {
	if mayWrite(query) {
		if err := s.begin(ctx); err != nil {
			return nil, err
		}
	}
	return s.writer.query(ctx, query, args)
}

func (s *savepoint) queryRow(ctx context.Context, query string, args []any) *sql.Row {
	if mayWrite(query) {
		if err := s.begin(ctx); err != nil {
			// A row carries its error to Scan, and only an ended context gives it one without running the statement.
			return s.writer.conn.QueryRowContext(spent(ctx), query, args...)
		}
	}
	return s.writer.queryRow(ctx, query, args)
}

func (s *savepoint) end(ctx context.Context, statements ...string) error {
	if !s.open {
		return s.failed
	}
	for _, text := range statements {
		if _, err := s.writer.exec(ctx, text, nil); err != nil {
			return fmt.Errorf("sqldb: savepoint: %w", classify(err))
		}
	}
	return nil
}
