package sqldb

import "sync/atomic"

// Statement is what a transaction that may write has the engine do.
type Statement struct {
	// Tx is the number of the transaction; its BEGIN and its COMMIT or ROLLBACK are told too. On SQLite it is that of the group, with a savepoint
	// for each request where one has failed lately.
	Tx    int64
	Query string
	// Args are those of the caller, not a copy.
	Args []any
}

// Watch has every statement of the transactions that may write told to fn before the engine gets it, so that a measurement or a test can say what a request
// costs and do the same without us. On PostgreSQL several of them tell at once. Nil ends it.
func (db *DB) Watch(fn func(Statement)) {
	if fn == nil {
		db.watch.fn.Store(nil)
		return
	}
	db.watch.fn.Store(&fn) // the side store has one for whatever it stands on
}

// WatchReads has every question outside such transactions told to fn before the engine gets it, so that a test can say how many a page asks. Several
// may tell at once. Nil ends it.
func (db *DB) WatchReads(fn func(query string)) {
	if fn == nil {
		db.watch.reads.Store(nil)
		return
	}
	db.watch.reads.Store(&fn)
}

// watch is who wants to know.
type watch struct {
	fn    atomic.Pointer[func(Statement)]
	reads atomic.Pointer[func(string)]
	txs   atomic.Int64
}

func (w *watch) read(query string) {
	if fn := w.reads.Load(); fn != nil {
		(*fn)(query)
	}
}

func (w *watch) tell(tx int64, query string, args []any) {
	if fn := w.fn.Load(); fn != nil {
		(*fn)(Statement{Tx: tx, Query: query, Args: args})
	}
}
