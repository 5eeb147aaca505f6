package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"runtime/debug"
	"sync"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

const (
	// oldestSQLite is the first version without the WAL-reset bug of 3.7 to 3.51.2, which could lose a commit.
	oldestSQLite = 3_051_003
	// groupLimit bounds how long the first request of a group waits for the others.
	groupLimit = 256
	readers    = 4
)

func openSQLite(ctx context.Context, path string) (*DB, error) {
	w := &sqliteWriter{queue: make(chan *request, groupLimit), ended: make(chan struct{})}
	pool, err := sql.Open("sqlite", sqliteDSN(path, "cache_size(-32000)"))
	if err != nil {
		return nil, fmt.Errorf("sqldb: open: %w", err)
	}
	pool.SetMaxOpenConns(1)
	w.pool = pool
	if w.conn, err = pool.Conn(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("sqldb: open %s: %w", path, err), pool.Close())
	}
	if err := w.prepare(ctx); err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	read, err := sql.Open("sqlite", sqliteDSN(path, "query_only(1)"))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("sqldb: open: %w", err), pool.Close())
	}
	read.SetMaxOpenConns(readers)
	read.SetMaxIdleConns(readers)
	go w.serve(context.WithoutCancel(ctx))
	return &DB{engine: SQLite, read: read, write: w.do, close: w.close}, nil
}

// sqliteDSN sets, in this order: wait instead of failing; write-ahead log; every commit reaches the disk before it is answered.
func sqliteDSN(path, extra string) string {
	q := url.Values{"_pragma": {
		"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "wal_autocheckpoint(8000)", "temp_store(MEMORY)", extra,
	}}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

// sqliteWriter is the only connection that writes. Requests queue while a commit is under way and share the next one.
type sqliteWriter struct {
	pool    *sql.DB
	conn    *sql.Conn
	stmts   map[string]*sql.Stmt
	kept    map[any]any
	version int64 // PRAGMA data_version: it changes when another process has written
	queue   chan *request
	ended   chan struct{}

	closing sync.RWMutex
	closed  bool
}

type request struct {
	ctx  context.Context //nolint:containedctx // it travels with the request through the queue
	fn   func(*Tx) error
	done chan error
}

func (w *sqliteWriter) prepare(ctx context.Context) error {
	w.stmts, w.kept = map[string]*sql.Stmt{}, map[any]any{}
	var version string
	if err := w.conn.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version); err != nil {
		return fmt.Errorf("sqldb: version: %w", err)
	}
	var major, minor, patch int
	if _, err := fmt.Sscanf(version, "%d.%d.%d", &major, &minor, &patch); err != nil {
		return fmt.Errorf("sqldb: version %q: %w", version, err)
	}
	if major*1_000_000+minor*1000+patch < oldestSQLite {
		return fmt.Errorf("sqldb: SQLite %s can lose a commit (WAL reset); 3.51.3 or later is needed", version)
	}
	return nil
}

func (w *sqliteWriter) do(ctx context.Context, fn func(*Tx) error) error {
	r := &request{ctx: context.WithoutCancel(ctx), fn: fn, done: make(chan error, 1)}
	w.closing.RLock()
	if w.closed {
		w.closing.RUnlock()
		return ErrClosed
	}
	select {
	case w.queue <- r:
		w.closing.RUnlock()
	case <-ctx.Done():
		w.closing.RUnlock()
		return ctx.Err() //nolint:wrapcheck // the caller's own
	}
	return <-r.done
}

func (w *sqliteWriter) close() error {
	w.closing.Lock()
	if !w.closed {
		w.closed = true
		close(w.queue)
	}
	w.closing.Unlock()
	<-w.ended
	var errs []error
	for _, stmt := range w.stmts {
		errs = append(errs, stmt.Close())
	}
	return errors.Join(append(errs, w.conn.Close(), w.pool.Close())...)
}

func (w *sqliteWriter) serve(ctx context.Context) {
	defer close(w.ended)
	for first := range w.queue {
		w.group(ctx, first)
	}
}

// group commits first and everybody who waits behind it in one transaction, then answers them all.
func (w *sqliteWriter) group(ctx context.Context, first *request) {
	var served []*request
	var outcome []error
	g := &group{writer: w, pending: newPendings(), kept: map[any]any{}}
	err := g.begin(ctx)
	for r := first; r != nil; r = w.next(len(served)) {
		served = append(served, r)
		outcome = append(outcome, nil)
		if err == nil {
			outcome[len(outcome)-1], err = g.serve(r)
		}
	}
	if err == nil {
		err = g.commit(ctx)
	}
	if err != nil {
		err = errors.Join(err, g.abandon(ctx))
	}
	for i, r := range served {
		if err != nil {
			r.done <- err
		} else {
			r.done <- outcome[i]
		}
	}
}

// next returns the request that waits, or nil when nobody does or the group is full.
func (w *sqliteWriter) next(served int) *request {
	if served >= groupLimit {
		return nil
	}
	select {
	case r := <-w.queue: // nil when the queue was closed
		return r
	default:
		return nil
	}
}

// group is one transaction on the writer's connection.
type group struct {
	writer  *sqliteWriter
	pending *pendings
	kept    map[any]any
}

func (g *group) begin(ctx context.Context) error {
	if _, err := g.writer.exec(ctx, "BEGIN IMMEDIATE", nil); err != nil {
		return fmt.Errorf("sqldb: begin: %w", classify(err))
	}
	var version int64
	if err := g.writer.queryRow(ctx, "PRAGMA data_version", nil).Scan(&version); err != nil {
		return fmt.Errorf("sqldb: data version: %w", err)
	}
	if version != g.writer.version {
		g.writer.version, g.writer.kept = version, map[any]any{}
	}
	return nil
}

// serve runs one request in its own savepoint. The first error is the request's, the second is the end of the whole group.
func (g *group) serve(r *request) (failed, broken error) {
	run := &savepoint{writer: g.writer}
	tx := &Tx{
		engine: SQLite, run: run, pending: newPendings(), kept: map[any]any{}, base: g.base(),
		lock: func(context.Context, string) error { return nil },
	}
	if failed = attempt(tx, r.fn); failed != nil {
		return failed, run.end(r.ctx, "ROLLBACK TO request", "RELEASE request")
	}
	if broken = run.end(r.ctx, "RELEASE request"); broken != nil {
		return nil, broken
	}
	g.pending.addAll(tx.pending)
	for k, v := range tx.kept {
		g.kept[k] = v
	}
	return nil, nil
}

// base is what the requests before this one kept, in this group and in those before it.
func (g *group) base() map[any]any {
	if len(g.kept) == 0 {
		return g.writer.kept
	}
	// The writer's own map takes the group's values early; abandon throws the whole map away.
	for k, v := range g.kept {
		g.writer.kept[k] = v
	}
	clear(g.kept)
	return g.writer.kept
}

func (g *group) commit(ctx context.Context) error {
	tx := &Tx{engine: SQLite, run: g.writer, pending: newPendings(), kept: map[any]any{}}
	if err := g.pending.flush(ctx, tx); err != nil {
		return err
	}
	g.base()
	if _, err := g.writer.exec(ctx, "COMMIT", nil); err != nil {
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

// attempt turns a panic of a rule into an error, so that one request cannot take the writer down with it.
func attempt(tx *Tx, fn func(*Tx) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("sqldb: panic in a transaction: %v\n%s", p, debug.Stack())
		}
	}()
	return fn(tx)
}

// savepoint opens itself before the first change of a request: a request that is refused before it writes costs nothing.
type savepoint struct {
	writer *sqliteWriter
	open   bool
}

func (s *savepoint) exec(ctx context.Context, query string, args []any) (sql.Result, error) {
	if !s.open {
		if _, err := s.writer.exec(ctx, "SAVEPOINT request", nil); err != nil {
			return nil, err
		}
		s.open = true
	}
	return s.writer.exec(ctx, query, args)
}

func (s *savepoint) query(ctx context.Context, query string, args []any) (*sql.Rows, error) {
	return s.writer.query(ctx, query, args)
}

func (s *savepoint) queryRow(ctx context.Context, query string, args []any) *sql.Row {
	return s.writer.queryRow(ctx, query, args)
}

func (s *savepoint) end(ctx context.Context, statements ...string) error {
	if !s.open {
		return nil
	}
	for _, text := range statements {
		if _, err := s.writer.exec(ctx, text, nil); err != nil {
			return fmt.Errorf("sqldb: savepoint: %w", classify(err))
		}
	}
	return nil
}

func (w *sqliteWriter) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt, ok := w.stmts[query]; ok {
		return stmt, nil
	}
	stmt, err := w.conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("sqldb: prepare: %w", err)
	}
	w.stmts[query] = stmt
	return stmt, nil
}

// A transaction that has begun runs to its end, so the caller's cancellation is left aside (and with it a goroutine per statement).

func (w *sqliteWriter) exec(ctx context.Context, query string, args []any) (sql.Result, error) {
	stmt, err := w.statement(ctx, query) //nolint:sqlclosecheck // kept, closed with the writer
	if err != nil {
		return nil, err
	}
	return stmt.ExecContext(context.WithoutCancel(ctx), args...) //nolint:wrapcheck // wrapped by Tx
}

func (w *sqliteWriter) query(ctx context.Context, query string, args []any) (*sql.Rows, error) {
	stmt, err := w.statement(ctx, query) //nolint:sqlclosecheck // kept, closed with the writer
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(context.WithoutCancel(ctx), args...) //nolint:wrapcheck // wrapped by Tx
}

func (w *sqliteWriter) queryRow(ctx context.Context, query string, args []any) *sql.Row {
	ctx = context.WithoutCancel(ctx)
	stmt, err := w.statement(ctx, query) //nolint:sqlclosecheck // kept, closed with the writer
	if err != nil {
		return w.conn.QueryRowContext(ctx, query, args...) // fails in the same way, and its Scan says so
	}
	return stmt.QueryRowContext(ctx, args...)
}
