package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// statementLimit bounds the prepared statements that a connection or pool keeps; a program that makes up texts would fill the memory.
const statementLimit = 2000

// sqliteWriter is the only connection that writes. Requests queue while a commit is under way and share the next one.
type sqliteWriter struct {
	pool  *sql.DB
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
	kept  map[any]any
	// version is PRAGMA data_version: it changes when somebody else has written to the file.
	version int64
	// rolledBack is set when a transaction ended without its changes, whoever asked for it.
	rolledBack bool
	queue      chan *request
	again      []*request // to be run before the queue
	careful    int        // for how many groups every request has a savepoint
	ended      chan struct{}
	watch      *watch
	groups     int64
}

type request struct {
	ctx   context.Context //nolint:containedctx // it travels with the request through the queue
	fn    func(*Tx) error
	done  chan error
	stage atomic.Int32
	// alone is set when the request must not share a transaction.
	alone bool
}

// The stages of a request. Only one that nobody has taken, or that waits for its commit, can be left by whoever waits for it.
const (
	queued int32 = iota
	taken
	ran
	left
)

// take makes the request the writer's, unless nobody waits for it any more. One that is run again alone has run before.
func (r *request) take() bool {
	return r.stage.CompareAndSwap(queued, taken) || r.stage.CompareAndSwap(ran, taken)
}

func newWriter(pool *sql.DB, conn *sql.Conn, seen *watch) *sqliteWriter {
	return &sqliteWriter{
		pool: pool, conn: conn, stmts: map[string]*sql.Stmt{}, kept: map[any]any{},
		queue: make(chan *request, groupLimit), ended: make(chan struct{}), watch: seen,
	}
}

// do queues the request and waits for its answer, which comes after the commit. When turn ends while it waits in the queue, it never runs.
func (w *sqliteWriter) do(ctx, turn context.Context, fn func(*Tx) error) error {
	r := &request{ctx: ctx, fn: fn, done: make(chan error, 1)}
	select {
	case w.queue <- r:
	case <-turn.Done():
		return fmt.Errorf("sqldb: write: %w", turn.Err())
	}
	select {
	case err := <-r.done:
		return err
	case <-turn.Done():
	}
	if r.stage.CompareAndSwap(queued, left) {
		return fmt.Errorf("sqldb: write: %w", turn.Err())
	}
	return r.wait()
}

const (
	// answerTime is how much longer a commit is waited for than its caller wanted to wait.
	answerTime = time.Second
	// lookEvery is how often it is looked whether a rule has run that its caller no longer waits for.
	lookEvery = 10 * time.Millisecond
)

// wait waits for the answer to a request that the writer has taken: as long as its caller does and as its rule runs, and a little for the commit.
func (r *request) wait() error {
	select {
	case err := <-r.done:
		return err
	case <-r.ctx.Done():
	}
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for waited := time.Duration(0); ; {
		select {
		case err := <-r.done:
			return err
		case <-tick.C:
		}
		if r.stage.Load() != ran { // what it puts aside is its caller's, who must not look at it meanwhile
			waited = 0
			continue
		}
		if waited += lookEvery; waited >= answerTime && r.stage.CompareAndSwap(ran, left) {
			return fmt.Errorf("%w: %w", ErrUnknown, r.ctx.Err())
		}
	}
}

// close is called once, when no request is under way and none can follow.
func (w *sqliteWriter) close() error {
	close(w.queue)
	<-w.ended
	var errs []error
	for _, stmt := range w.stmts {
		errs = append(errs, stmt.Close())
	}
	return errors.Join(append(errs, w.conn.Close(), w.pool.Close())...)
}

func (w *sqliteWriter) serve(ctx context.Context) {
	for r := w.first(); r != nil; r = w.first() {
		w.group(ctx, r)
	}
	close(w.ended)
}

// first waits for a request; nil says that there will be none.
func (w *sqliteWriter) first() *request {
	if len(w.again) > 0 {
		r := w.again[0]
		w.again = w.again[1:]
		return r
	}
	return <-w.queue
}

// next returns the request that waits behind r and may share its transaction, or nil.
func (w *sqliteWriter) next(r *request) *request {
	if r.alone || len(w.again) > 0 && w.again[0].alone {
		return nil
	}
	if len(w.again) > 0 {
		return w.first()
	}
	select {
	case r := <-w.queue: // nil when the queue was closed
		return r
	default:
		return nil
	}
}

// group answers first and everybody who waits behind it, after one commit.
func (w *sqliteWriter) group(ctx context.Context, first *request) {
	w.groups++
	g := &group{writer: w}
	ended := false
	defer func() {
		if !ended { // a rule left by runtime.Goexit, as a failed test does, and takes this goroutine with it
			g.answer(errors.Join(errors.New("sqldb: a rule ended the writer's goroutine"), g.abandon(ctx)))
			go w.serve(ctx)
		}
	}()
	err := g.run(ctx, first)
	ended = true
	if errors.Is(err, errSpoiled) {
		w.careful, w.again = carefulFor, append(g.served, w.again...)
		return
	}
	if len(g.served) > 1 && Deferred(err) && !Unavailable(err) {
		// One request's deferred change spoils the group, and nobody knows whose: each gets a transaction of its own.
		for _, r := range g.served {
			r.alone = true
		}
		w.again = append(g.served, w.again...)
		return
	}
	g.answer(err)
}

// statement returns the prepared statement, and nil when there are too many already.
func (w *sqliteWriter) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt, ok := w.stmts[query]; ok {
		return stmt, nil
	}
	if len(w.stmts) >= statementLimit {
		return nil, nil //nolint:nilnil // the caller runs the text without preparing it
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
	w.watch.tell(w.groups, query, args)
	ctx = context.WithoutCancel(ctx)
	stmt, err := w.statement(ctx, query) //nolint:sqlclosecheck // kept, closed with the writer
	if err != nil {
		return nil, err
	}
	if stmt == nil {
		return w.conn.ExecContext(ctx, query, args...) //nolint:wrapcheck // wrapped by Tx
	}
	return stmt.ExecContext(ctx, args...) //nolint:wrapcheck // wrapped by Tx
}

func (w *sqliteWriter) query(ctx context.Context, query string, args []any) (*sql.Rows, error) {
	w.watch.tell(w.groups, query, args)
	ctx = context.WithoutCancel(ctx)
	stmt, err := w.statement(ctx, query) //nolint:sqlclosecheck // kept, closed with the writer
	if err != nil {
		return nil, err
	}
	if stmt == nil {
		return w.conn.QueryContext(ctx, query, args...) //nolint:wrapcheck // wrapped by Tx
	}
	return stmt.QueryContext(ctx, args...) //nolint:wrapcheck // wrapped by Tx
}

func (w *sqliteWriter) queryRow(ctx context.Context, query string, args []any) *sql.Row {
	w.watch.tell(w.groups, query, args)
	ctx = context.WithoutCancel(ctx)
	stmt, err := w.statement(ctx, query) //nolint:sqlclosecheck // kept, closed with the writer
	if err != nil || stmt == nil {
		return w.conn.QueryRowContext(ctx, query, args...) // what could not be prepared fails again, and its Scan says so
	}
	return stmt.QueryRowContext(ctx, args...)
}
