package sqldb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// Question asks for one row. Scan gets it, or sql.ErrNoRows from it.
type Question struct {
	Query string
	Args  []any
	Scan  func(scan func(dest ...any) error) error
}

// pgRunner is a transaction on a connection of PostgreSQL. What needs no answer is left until something does, or until the commit, and goes with it in one
// message: a way to the server and back costs more than most statements.
type pgRunner struct {
	conn   *sql.Conn
	watch  *watch
	number int64
	left   []statement
	begun  bool // the server knows of the transaction
	ending bool // what is left from now on had been deferred to the end
}

// statement waits for its way to the server.
type statement struct {
	what, query string
	args        []any
	scan        func(scan func(dest ...any) error) error // of a question
	must        bool                                     // meet a row
}

// leave puts off a statement whose result does not matter; what says in an error what it was for.
func (r *pgRunner) leave(what, query string, args []any) {
	r.watch.tell(r.number, query, args)
	r.left = append(r.left, statement{what: what, query: query, args: args})
}

// leaveChange puts off a change that must meet a row. It is the server that refuses one that meets none, by a division, because the commit may go with it.
func (r *pgRunner) leaveChange(what, query string, args []any) {
	r.watch.tell(r.number, query, args)
	query = "WITH changed AS (" + query + " RETURNING 1) SELECT 1 / COUNT(*) FROM changed"
	r.left = append(r.left, statement{what: what, query: query, args: args, must: true})
}

// settle sends what was left and waits for it. The error is that of the first statement that failed, and none behind it has run.
func (r *pgRunner) settle(ctx context.Context) error {
	if len(r.left) == 0 {
		return nil
	}
	left := r.left
	r.left, r.begun = nil, true
	err := r.conn.Raw(func(driven any) error {
		conn, ok := driven.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("sqldb: a connection of the wrong kind: %T", driven)
		}
		return send(ctx, conn.Conn(), left)
	})
	switch {
	case err == nil:
		return nil
	case r.ending: // or in front of it: a text that cannot be prepared fails all that goes with it
		return fmt.Errorf("%w: %w", errDeferred, classify(err))
	}
	return classify(err)
}

// send sends the statements at once and reads their answers in turn.
func send(ctx context.Context, conn *pgx.Conn, all []statement) (err error) {
	var batch pgx.Batch
	for _, s := range all {
		batch.Queue(s.query, s.args...)
	}
	answers := conn.SendBatch(ctx, &batch)
	defer func() {
		if cerr := answers.Close(); err == nil && cerr != nil {
			err = fmt.Errorf("sqldb: batch: %w", cerr)
		}
	}()
	for _, s := range all {
		if s.scan != nil {
			err = s.scan(func(dest ...any) error {
				err := answers.QueryRow().Scan(dest...)
				if errors.Is(err, pgx.ErrNoRows) {
					return sql.ErrNoRows
				}
				return err //nolint:wrapcheck // wrapped by who asks
			})
		} else {
			var tag pgconn.CommandTag
			tag, err = answers.Exec()
			if err == nil && s.query == "COMMIT" && tag.String() != "COMMIT" {
				err = pgx.ErrTxCommitRollback
			}
		}
		if err != nil {
			return fmt.Errorf("%s: %w", s.what, s.known(err))
		}
	}
	return nil
}

// known names what stands behind an error of the server.
func (s statement) known(err error) error {
	var pg *pgconn.PgError
	if s.must && errors.As(err, &pg) && pg.Code == pgDivision {
		return ErrNoRow
	}
	return err
}

func (r *pgRunner) exec(ctx context.Context, query string, args []any) (sql.Result, error) {
	r.watch.tell(r.number, query, args)
	return r.conn.ExecContext(ctx, query, args...) //nolint:wrapcheck // wrapped by Tx
}

func (r *pgRunner) query(ctx context.Context, query string, args []any) (*sql.Rows, error) {
	r.watch.tell(r.number, query, args)
	return r.conn.QueryContext(ctx, query, args...) //nolint:wrapcheck // wrapped by Tx
}

func (r *pgRunner) queryRow(ctx context.Context, query string, args []any) *sql.Row {
	r.watch.tell(r.number, query, args)
	return r.conn.QueryRowContext(ctx, query, args...)
}

// ask takes an advisory lock until the end of the transaction, unless name is "", and then asks, in one message. Two names with the same 64-bit hash wait
// for each other, which is harmless. Each statement sees what was committed before it, so the answers are as of after the wait.
func (r *pgRunner) ask(ctx context.Context, name string, questions []Question) error {
	if name != "" {
		r.leave("sqldb: lock", advisoryLock, []any{lockKey(name)})
	}
	for _, q := range questions {
		r.watch.tell(r.number, q.Query, q.Args)
		r.left = append(r.left, statement{what: "sqldb: question", query: q.Query, args: q.Args, scan: q.Scan})
	}
	return r.settle(ctx)
}

// rollback gives the transaction up, and a connection on which that fails.
func (r *pgRunner) rollback(ctx context.Context) {
	r.watch.tell(r.number, "ROLLBACK", nil)
	if r.begun {
		ctx, end := context.WithTimeout(ctx, answerTime)
		defer end()
		if _, err := r.conn.ExecContext(ctx, "ROLLBACK"); err != nil {
			_ = r.conn.Raw(func(any) error { return driver.ErrBadConn }) //nolint:errcheck // it always fails, by intent
		}
	}
	_ = r.conn.Close() //nolint:errcheck // given back, or gone
}

// commit sends what is left, the commit behind it. What the server refused is not stored; of what it did not answer, or left while it ended (a fatal error
// may come behind a commit that is stored), nobody knows.
func (r *pgRunner) commit(ctx context.Context) error {
	err := r.settle(ctx)
	if err == nil {
		_ = r.conn.Close() //nolint:errcheck // given back
		return nil
	}
	r.rollback(ctx)
	var refused *pgconn.PgError
	if errors.As(err, &refused) && refused.SeverityUnlocalized == "ERROR" || errors.Is(err, pgx.ErrTxCommitRollback) || pgconn.SafeToRetry(err) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrUnknown, err)
}

// spent is a context that has ended: a row that is asked for with it carries an error to Scan without any statement.
func spent(ctx context.Context) context.Context {
	over, end := context.WithDeadline(ctx, time.Unix(0, 0))
	end()
	return over
}
