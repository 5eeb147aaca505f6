package main

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"

	"vienkopus/internal/platform/sqldb"
)

// recording is what the program has the engine do, in order.
type recording struct {
	mu   sync.Mutex
	list []sqldb.Statement
}

func (r *recording) add(s sqldb.Statement) {
	r.mu.Lock()
	r.list = append(r.list, s)
	r.mu.Unlock()
}

// step is a statement as the driver gets it.
type step struct {
	tx    int64
	query string
	args  []any
}

// statements returns the steps, with the values that the driver would make of the arguments.
func (r *recording) statements() ([]step, error) {
	all := make([]step, len(r.list))
	for i, s := range r.list {
		all[i] = step{tx: s.Tx, query: s.Query, args: make([]any, len(s.Args))}
		for n, arg := range s.Args {
			value, err := driver.DefaultParameterConverter.ConvertValue(arg)
			if err != nil {
				return nil, fmt.Errorf("replay: %.40s: %w", s.Query, err)
			}
			all[i].args[n] = value
		}
	}
	return all, nil
}

// replayer does on the bare engine what the program did, with prepared statements and nothing else.
type replayer interface {
	// prepare makes ready what is to be done and returns a function that does it.
	prepare(ctx context.Context, list []step) (func(context.Context) error, error)
	// sums returns how many rows each table holds and the sum of the hashes of its rows.
	sums(ctx context.Context) (map[string]tableSum, error)
	close() error
}

// runner is one connection with its prepared statements.
type runner struct {
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

func newRunner(ctx context.Context, pool *sql.DB) (*runner, error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("replay: %w", err)
	}
	return &runner{conn: conn, stmts: map[string]*sql.Stmt{}}, nil
}

func (r *runner) close() error {
	var errs []error
	for _, s := range r.stmts {
		errs = append(errs, s.Close())
	}
	return errors.Join(append(errs, r.conn.Close())...)
}

func (r *runner) prepare(ctx context.Context, list []step) error {
	for _, s := range list {
		if r.stmts[s.query] != nil {
			continue
		}
		stmt, err := r.conn.PrepareContext(ctx, s.query) //nolint:sqlclosecheck // kept, closed with the connection
		if err != nil {
			return fmt.Errorf("replay: %.40s: %w", s.query, err)
		}
		r.stmts[s.query] = stmt
	}
	return nil
}

// do runs the steps and reads every row that they answer. Nothing interrupts a statement, as nothing does in the program.
func (r *runner) do(ctx context.Context, list []step) error {
	ctx = context.WithoutCancel(ctx)
	for _, s := range list {
		if err := r.one(ctx, s); err != nil {
			return fmt.Errorf("replay: %.40s: %w", s.query, err)
		}
	}
	return nil
}

func (r *runner) one(ctx context.Context, s step) (err error) {
	stmt := r.stmts[s.query]
	if !reads(s.query) {
		_, err := stmt.ExecContext(ctx, s.args...)
		return err //nolint:wrapcheck // wrapped by do
	}
	rows, err := stmt.QueryContext(ctx, s.args...)
	if err != nil {
		return err //nolint:wrapcheck // wrapped by do
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
	}
	return rows.Err() //nolint:wrapcheck // wrapped by do
}

// locks is how the program waits for others on PostgreSQL.
const locks = "SELECT pg_advisory_xact_lock"

func reads(query string) bool {
	text := strings.TrimSpace(query)
	return strings.HasPrefix(text, "SELECT") && !strings.HasPrefix(text, locks) || strings.HasPrefix(text, "PRAGMA")
}

// bareSQLite has the one connection that writes.
type bareSQLite struct {
	pool *sql.DB
	*runner
}

func openBareSQLite(ctx context.Context, path string) (replayer, error) {
	pool, err := sql.Open("sqlite", "file:"+path+bareSettings)
	if err != nil {
		return nil, fmt.Errorf("replay: %w", err)
	}
	r, err := newRunner(ctx, pool)
	if err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	return &bareSQLite{pool, r}, nil
}

func (b *bareSQLite) close() error { return errors.Join(b.runner.close(), b.pool.Close()) }

// prepare implements replayer: the groups are those of the recording.
func (b *bareSQLite) prepare(ctx context.Context, list []step) (func(context.Context) error, error) {
	if err := b.runner.prepare(ctx, list); err != nil {
		return nil, err
	}
	return func(ctx context.Context) error { return b.do(ctx, list) }, nil
}

func (b *bareSQLite) sums(ctx context.Context) (map[string]tableSum, error) {
	return sums(ctx, b.pool, `SELECT name FROM sqlite_schema WHERE type = 'table'`)
}

// barePostgres has a connection for each desk.
type barePostgres struct {
	pool  *sql.DB
	runs  []*runner
	desks map[any]int // the number of the lock of a desk → its run
}

func openBarePostgres(ctx context.Context, dsn string) (replayer, error) {
	pool, err := sql.Open("pgx", dsn)
	if err != nil {
		return nil, fmt.Errorf("replay: %w", err)
	}
	b := &barePostgres{pool: pool, desks: map[any]int{}}
	for range mostClients {
		r, err := newRunner(ctx, pool)
		if err != nil {
			return nil, errors.Join(err, b.close())
		}
		b.runs = append(b.runs, r)
	}
	return b, nil
}

func (b *barePostgres) close() error {
	var errs []error
	for _, r := range b.runs {
		errs = append(errs, r.close())
	}
	return errors.Join(append(errs, b.pool.Close())...)
}

// prepare implements replayer. The transactions of a desk follow each other on one connection, and desks work at once. What the program
// rolled back is left out.
func (b *barePostgres) prepare(ctx context.Context, list []step) (func(context.Context) error, error) {
	byTx := map[int64][]step{}
	var order []int64
	for _, s := range list {
		if byTx[s.tx] == nil {
			order = append(order, s.tx)
		}
		byTx[s.tx] = append(byTx[s.tx], s)
	}
	work := make([][]step, len(b.runs))
	for _, tx := range order {
		steps := byTx[tx]
		if len(steps) < 3 || steps[len(steps)-1].query != "COMMIT" {
			continue
		}
		desk := steps[1].args[0] // the first thing that a post does is to lock its desk
		at, known := b.desks[desk]
		if !known {
			at = len(b.desks)
			b.desks[desk] = at
		}
		work[at] = append(work[at], steps...)
	}
	for i, steps := range work {
		if err := b.runs[i].prepare(ctx, steps); err != nil {
			return nil, err
		}
	}
	return func(ctx context.Context) error {
		errs := make([]error, len(work))
		var wait sync.WaitGroup
		for i, steps := range work {
			wait.Go(func() { errs[i] = b.runs[i].do(ctx, steps) })
		}
		wait.Wait()
		return errors.Join(errs...)
	}, nil
}

func (b *barePostgres) sums(ctx context.Context) (map[string]tableSum, error) {
	return sums(ctx, b.pool, `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`)
}

// twinPostgres makes a copy of a database that nobody is connected to; withPostgres drops it.
func twinPostgres(ctx context.Context, server, dsn string) (string, error) {
	address, err := url.Parse(dsn)
	if err != nil {
		return "", fmt.Errorf("twin: %w", err)
	}
	db, err := sql.Open("pgx", server)
	if err != nil {
		return "", fmt.Errorf("twin: %w", err)
	}
	name := strings.TrimPrefix(address.Path, "/")
	_, err = db.ExecContext(ctx, "CREATE DATABASE "+name+twinMark+" TEMPLATE "+name)
	if err = errors.Join(err, db.Close()); err != nil {
		return "", fmt.Errorf("twin: %w", err)
	}
	address.Path += twinMark
	return address.String(), nil
}

// tableSum tells two tables apart, whatever the order of their rows.
type tableSum struct {
	rows int
	sum  uint64
}

// sums adds up the tables that a query names.
func sums(ctx context.Context, db *sql.DB, names string) (map[string]tableSum, error) {
	all := map[string]tableSum{}
	var tables []string
	err := each(ctx, db, names, func(cells []any) {
		tables = append(tables, fmt.Sprint(cells[0]))
	})
	slices.Sort(tables)
	for _, name := range tables {
		if err == nil {
			err = each(ctx, db, "SELECT * FROM "+name, func(cells []any) {
				hash := sha256.Sum256(fmt.Appendf(nil, "%q", cells))
				is := all[name]
				all[name] = tableSum{is.rows + 1, is.sum + binary.BigEndian.Uint64(hash[:8])}
			})
		}
	}
	return all, err
}

// each hands every row on.
func each(ctx context.Context, db *sql.DB, query string, use func(cells []any)) (err error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return fmt.Errorf("sums: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	names, err := rows.Columns()
	if err != nil {
		return fmt.Errorf("sums: %w", err)
	}
	cells, into := make([]any, len(names)), make([]any, len(names))
	for i := range cells {
		into[i] = &cells[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return fmt.Errorf("sums: %w", err)
		}
		use(cells)
	}
	return rows.Err()
}
