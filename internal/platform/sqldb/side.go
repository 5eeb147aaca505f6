package sqldb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// SideTables are the tables of one owner in the side store. They are known by their text: when it changes they are dropped and made anew, empty.
type SideTables struct {
	// Owner is unique and stays the same between releases.
	Owner string
	// SQL is a text of CREATE statements as in a Migration. The name of every table begins with "side_".
	SQL string
}

// Side returns the store of what may be lost without harm (sessions, drafts, baskets), and has it make these tables there before its next use.
//
// On SQLite it is a file of its own beside the database, so that nothing in it costs a durable commit of the money writer; on PostgreSQL it is the
// same database over connections of their own, whose commits wait for no disk. Its last writes may be lost with the power. It is opened at the first
// use, and made anew when it is damaged, gone, or of another text: whoever uses it goes on without what was there. It belongs to db and is closed with it.
//
// A nil DB has a nil side store, so that what needs one can be put together before there is a database.
func (db *DB) Side(tables ...SideTables) *DB {
	if db == nil {
		return nil
	}
	if db.behind != nil {
		db.behind.declare(tables)
		return db
	}
	db.side.behind.declare(tables)
	return db.side
}

// ground is what a side store stands on at present.
type ground struct {
	db    *DB
	moved func() bool // whether something else lies there by now
}

// side is the store behind a DB that Side returns.
type side struct {
	open  func(ctx context.Context, seen *watch) (ground, error)
	make  func(ctx context.Context, db *DB, declared []SideTables) error
	watch *watch
	looks bool // nothing is written

	mu       sync.Mutex
	declared []SideTables

	turn    chan struct{} // holds a token while somebody opens or makes tables
	at, old ground        // old is kept for a while: somebody may still be using it
	opened  time.Time
	made    int // how many of declared
	doubted atomic.Pointer[DB]
	closed  bool
}

// sideAgain is how soon a store that was opened is looked at again when it fails.
const sideAgain = time.Second

func newSide(engine Engine, open func(context.Context, *watch) (ground, error)) *DB {
	s := &side{open: open, make: makeSide, watch: &watch{}, turn: make(chan struct{}, 1)}
	return &DB{
		engine: engine, behind: s, watch: s.watch,
		lease: func(context.Context, string, bool) (*Lease, error) {
			return nil, errors.New("sqldb: the side store has no lease")
		},
	}
}

func (s *side) declare(tables []SideTables) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range tables {
		known := false
		for _, d := range s.declared {
			known = known || d == t
		}
		if !known {
			s.declared = append(s.declared, t)
		}
	}
}

// current returns what the store stands on, opened and with its tables.
func (s *side) current(ctx context.Context) (*DB, error) {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return nil, fmt.Errorf("sqldb: side store: %w", ctx.Err())
	}
	if s.closed {
		return nil, ErrClosed
	}
	s.leave()
	if s.at.db == nil {
		// Whoever comes first opens for everybody: that he goes away must not matter to the others.
		at, err := s.open(context.WithoutCancel(ctx), s.watch)
		if err != nil {
			return nil, fmt.Errorf("sqldb: side store: %w", err)
		}
		s.at, s.made, s.opened = at, 0, time.Now() //nolint:forbidigo // a pause of the machine
	}
	s.mu.Lock()
	declared := s.declared
	s.mu.Unlock()
	if s.made < len(declared) {
		if err := s.make(ctx, s.at.db, declared[s.made:]); err != nil {
			s.doubt(s.at.db, err)
			return nil, fmt.Errorf("sqldb: side store: %w", err)
		}
		s.made = len(declared)
	}
	return s.at.db, nil
}

// leave gives up what the store stands on when it is in doubt or something else lies there; the next step opens it again and looks.
func (s *side) leave() {
	if s.at.db == nil || time.Since(s.opened) < sideAgain || s.doubted.Load() != s.at.db && !s.at.moved() {
		return
	}
	if s.old.db != nil {
		_ = s.old.db.Close() //nolint:errcheck // what it held is given up
	}
	s.old, s.at = s.at, ground{}
}

// doubt has the store looked at before its next use when err speaks of a damaged file or of a table that is gone.
func (s *side) doubt(at *DB, err error) {
	if doubtful(err) {
		s.doubted.Store(at)
	}
}

func (s *side) write(ctx, turn context.Context, fn func(*Tx) error) error {
	if s.looks {
		return ErrReadOnly
	}
	at, err := s.current(turn)
	if err != nil {
		return err
	}
	err = at.WriteInTurn(ctx, turn, fn)
	s.doubt(at, err)
	return err
}

func (s *side) query(ctx context.Context, query string, args []any) (*sql.Rows, error) {
	at, err := s.current(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := at.Query(ctx, query, args...)
	s.doubt(at, err)
	return rows, err
}

func (s *side) queryRow(ctx context.Context, query string, args []any) *sql.Row {
	at, err := s.current(ctx)
	if err != nil {
		return failedRow(ctx, err)
	}
	return at.QueryRow(ctx, query, args...)
}

func (s *side) close() error {
	s.turn <- struct{}{}
	defer func() { <-s.turn }()
	s.closed = true
	var errs []error
	for _, g := range []ground{s.at, s.old} {
		if g.db != nil {
			errs = append(errs, g.db.Close())
		}
	}
	return errors.Join(errs...)
}

// failedRow returns a row whose Scan returns err.
func failedRow(ctx context.Context, err error) *sql.Row {
	none := sql.OpenDB(refusing{err})
	row := none.QueryRowContext(context.WithoutCancel(ctx), "")
	_ = none.Close() //nolint:errcheck // there is nothing in it
	return row
}

// refusing is a connector that connects to nothing.
type refusing struct{ err error }

// Connect implements driver.Connector.
func (r refusing) Connect(context.Context) (driver.Conn, error) { return nil, r.err }

// Driver implements driver.Connector.
func (refusing) Driver() driver.Driver { return nil }

// sideTable finds the tables in a text of definitions.
var sideTable = regexp.MustCompile(`CREATE TABLE (\w+)`)

// sidePrefix begins the names of the tables, so that on PostgreSQL everybody sees which ones may be lost.
const sidePrefix = "side_"

// makeSide makes the tables that are not there or were made from another text.
func makeSide(ctx context.Context, db *DB, declared []SideTables) error {
	for _, d := range declared {
		for _, table := range sideTable.FindAllStringSubmatch(d.SQL, -1) {
			if !strings.HasPrefix(table[1], sidePrefix) {
				return fmt.Errorf("the table %s of %s has no name of the side store", table[1], d.Owner)
			}
		}
	}
	return db.Write(ctx, func(tx *Tx) error {
		if err := tx.Lock(ctx, "side_owner"); err != nil {
			return err
		}
		if err := tx.Define(ctx, "CREATE TABLE IF NOT EXISTS side_owner (owner TEXT NOT NULL PRIMARY KEY, ddl TEXT NOT NULL);\n"); err != nil {
			return err
		}
		for _, d := range declared {
			if err := makeOwner(ctx, tx, d); err != nil {
				return fmt.Errorf("tables of %s: %w", d.Owner, err)
			}
		}
		return nil
	})
}

func makeOwner(ctx context.Context, tx *Tx, d SideTables) error {
	var before string
	err := tx.QueryRow(ctx, "SELECT ddl FROM side_owner WHERE owner = $1", d.Owner).Scan(&before)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("sqldb: side tables: %w", err)
	}
	if before == d.SQL {
		return nil
	}
	var text strings.Builder
	for _, table := range sideTable.FindAllStringSubmatch(before+d.SQL, -1) {
		text.WriteString("DROP TABLE IF EXISTS " + table[1] + ";\n")
	}
	text.WriteString(d.SQL)
	if err := tx.Define(ctx, text.String()); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO side_owner (owner, ddl) VALUES ($1, $2) ON CONFLICT (owner) DO UPDATE SET ddl = excluded.ddl`, d.Owner, d.SQL)
	return err
}

const (
	// sideSuffix is what the file of the side store is called more than that of the database.
	sideSuffix = "-side"
	// sideConnections bounds the connections of the side store on PostgreSQL: they do nothing but short statements.
	sideConnections = 8
)

// sideFile opens the file at path, and throws away one that is damaged.
func sideFile(path string) func(context.Context, *watch) (ground, error) {
	return func(ctx context.Context, seen *watch) (ground, error) {
		with := settings{synchronous: "NORMAL", busy: 2000, checkpoint: 1000, cache: 4000, watch: seen}
		db, err := openSound(ctx, path, with, lockDir)
		if damaged(err) {
			slog.WarnContext(ctx, "the side store is damaged and is made anew: everybody signs in again", slog.Any("error", err))
			db, err = replaceFile(ctx, path, with)
		}
		if err != nil {
			return ground{}, err
		}
		mine, err := os.Stat(path)
		if err != nil {
			return ground{}, errors.Join(err, db.Close())
		}
		return ground{db: db, moved: func() bool {
			lies, err := os.Stat(path)
			return err != nil || !os.SameFile(mine, lies)
		}}, nil
	}
}

// openSound opens a file and looks whether it is sound.
func openSound(ctx context.Context, path string, with settings, lock locker) (*DB, error) {
	db, err := openFile(ctx, path, with, lock)
	if err != nil {
		return nil, err
	}
	var says string
	if err = db.QueryRow(ctx, "PRAGMA quick_check(1)").Scan(&says); err == nil && says != "ok" {
		err = fmt.Errorf("%w: %s", errDamaged, says)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// replaceFile throws the damaged file away and makes a new one. Of several programs that find it damaged one does so.
func replaceFile(ctx context.Context, path string, with settings) (_ *DB, err error) {
	unlock, err := lockDir(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	locked := func(string) (func() error, error) { return func() error { return nil }, nil }
	db, err := openSound(ctx, path, with, locked)
	if !damaged(err) {
		return db, err
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("sqldb: damaged file: %w", err)
		}
	}
	return openSound(ctx, path, with, locked)
}

// sidePool opens connections of their own to the database at dsn, whose commits wait for no disk.
func sidePool(dsn string) func(context.Context, *watch) (ground, error) {
	return func(_ context.Context, seen *watch) (ground, error) {
		pool, err := postgresPool(dsn, sideConnections, "SET synchronous_commit = off;")
		if err != nil {
			return ground{}, err
		}
		return ground{db: postgresOn(pool, seen, turns{free: make(chan struct{}, sideConnections), wait: writerWait}), moved: func() bool { return false }}, nil
	}
}
