package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"vienkopus/internal/base/id"
	"vienkopus/internal/bill"
	"vienkopus/internal/platform/sqldb"
)

// billRows are the rows of so many bills, table by table, without the journal, so that two million are there in minutes. What is found under which
// key is asked of the bill itself, as the journal's own path does; checkBills compares the outcome of both.
type billRows struct {
	ids []id.ID // of the bills in the order in which they are issued
	err error
}

// rowSet is what goes into one table. Its values are those that both engines take.
type rowSet struct {
	table   string
	columns []string
	rows    iter.Seq[[]any]
}

// newBillRows gives ids to bills that were issued one after the other.
func newBillRows(bills int) *billRows {
	b := &billRows{ids: make([]id.ID, bills)}
	at := opens.AddDate(0, 0, -20)
	for i := range b.ids {
		b.ids[i] = id.New(at.Add(time.Duration(i) * 100 * time.Microsecond))
	}
	return b
}

// sets returns the tables in turn.
func (b *billRows) sets() []rowSet {
	return []rowSet{
		{"bill", strings.Fields("id desk line creditor number reference kind municipality rf issued instalments as_of cancelled"), b.bills},
		{"bill_key", strings.Fields("key bill"), b.keys},
		{"payer", strings.Fields("bill name address changed_at"), b.payers},
		{"bill_settlement", strings.Fields("bill day desk number part cents"), b.settlements},
	}
}

// each draws the bills in the order of their ids: one of each creditor to each payer.
func (b *billRows) each(use func(i int, said bill.Said) bool) {
	for i := range b.ids {
		said, err := drawBill(i%len(creditors), i/len(creditors))
		if err != nil {
			b.err = err
			return
		}
		if !use(i, said) {
			return
		}
	}
}

func (b *billRows) bills(yield func([]any) bool) {
	b.each(func(i int, said bill.Said) bool {
		instalments, err := json.Marshal(said.Instalments)
		if err != nil {
			b.err = fmt.Errorf("fill: %w", err)
			return false
		}
		return yield([]any{
			b.ids[i][:], bill.Feed(said.Creditor), int64(i/len(creditors) + 1), string(said.Creditor), said.Number, said.Reference, string(said.Kind),
			said.Municipality, string(said.RF), said.Issued.String(), string(instalments), said.Issued.String(), false,
		})
	})
}

func (b *billRows) keys(yield func([]any) bool) {
	b.each(func(i int, said bill.Said) bool {
		for _, key := range said.Keys() {
			if !yield([]any{key, b.ids[i][:]}) {
				return false
			}
		}
		return true
	})
}

func (b *billRows) payers(yield func([]any) bool) {
	b.each(func(i int, said bill.Said) bool {
		return yield([]any{b.ids[i][:], said.Payer.Name, said.Payer.Address, opens.UnixMicro()})
	})
}

// settlements are of every tenth bill, a part of what is owed.
func (b *billRows) settlements(yield func([]any) bool) {
	for i := 0; i < len(b.ids); i += 10 {
		if !yield([]any{b.ids[i][:], "2025-11-10", "BEN-1", int64(i), int64(1), int64(100)}) {
			return
		}
	}
}

// fillBills makes a database at dsn with so many bills. Its journal holds the network only.
func fillBills(ctx context.Context, dsn string, bills int) error {
	a, err := openApp(ctx, dsn, newRunning(opens))
	if err != nil {
		return err
	}
	_, err = openNetwork(ctx, a, 1)
	if err == nil {
		err = openBooks(ctx, a)
	}
	if err = errors.Join(err, a.Close()); err != nil {
		return err
	}
	load := loadSQLite
	if strings.HasPrefix(dsn, "postgres") {
		load = loadPostgres
	}
	rows := newBillRows(bills)
	if err := errors.Join(load(ctx, dsn, rows.sets()), rows.err); err != nil {
		return err
	}
	// The program makes the marks by which payers are found when it starts and finds none.
	db, err := sqldb.Open(ctx, dsn)
	if err != nil {
		return fmt.Errorf("fill: %w", err)
	}
	err = db.Write(ctx, func(tx *sqldb.Tx) error { return tx.Run(ctx, "marks", "DELETE FROM payer_mark") })
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	if a, err = openApp(ctx, dsn, newRunning(opens)); err != nil {
		return err
	}
	return a.Close()
}

// loadSQLite writes the rows; what is lost when the machine stops meanwhile is made again.
func loadSQLite(ctx context.Context, path string, sets []rowSet) (err error) {
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=synchronous(OFF)&_pragma=cache_size(-200000)")
	if err != nil {
		return fmt.Errorf("fill: %w", err)
	}
	db.SetMaxOpenConns(1)
	defer func() { err = errors.Join(err, db.Close()) }()
	for _, set := range sets {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return fmt.Errorf("fill: %w", err)
		}
		if err := insertAll(ctx, tx, set); err != nil {
			return errors.Join(err, tx.Rollback())
		}
		if err := tx.Commit(); err != nil {
			return fmt.Errorf("fill: %w", err)
		}
		if _, err := db.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
			return fmt.Errorf("fill: %w", err)
		}
	}
	return nil
}

func insertAll(ctx context.Context, tx *sql.Tx, set rowSet) (err error) {
	values := make([]string, len(set.columns))
	for i := range values {
		values[i] = fmt.Sprintf("$%d", i+1)
	}
	//nolint:gosec // the names are those of sets
	query := "INSERT INTO " + set.table + " (" + strings.Join(set.columns, ", ") + ") VALUES (" + strings.Join(values, ", ") + ")"
	stmt, err := tx.PrepareContext(ctx, query)
	if err != nil {
		return fmt.Errorf("fill: %s: %w", set.table, err)
	}
	defer func() { err = errors.Join(err, stmt.Close()) }()
	ctx = context.WithoutCancel(ctx)
	n := 0
	for row := range set.rows {
		if _, err := stmt.ExecContext(ctx, row...); err != nil {
			return fmt.Errorf("fill: %s: %w", set.table, err)
		}
		if n++; n%rowsPerCommit == 0 {
			say("%s: %d rows written", set.table, n)
		}
	}
	return nil
}

// loadPostgres copies the rows and has them counted, as the server does by itself after a while.
func loadPostgres(ctx context.Context, dsn string, sets []rowSet) (err error) {
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return fmt.Errorf("fill: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("fill: %w", err)
	}
	err = conn.Raw(func(c any) error {
		direct, ok := c.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("fill: %T copies no rows", c)
		}
		for _, set := range sets {
			next, stop := iter.Pull(set.rows)
			n, err := direct.Conn().CopyFrom(ctx, pgx.Identifier{set.table}, set.columns, pgx.CopyFromFunc(func() ([]any, error) {
				if row, more := next(); more {
					return row, nil
				}
				return nil, nil // the end
			}))
			stop()
			if err != nil {
				return fmt.Errorf("fill: %s: %w", set.table, err)
			}
			say("%s: %d rows copied", set.table, n)
		}
		return nil
	})
	if err == nil {
		_, err = conn.ExecContext(ctx, "VACUUM ANALYZE")
	}
	return errors.Join(err, conn.Close())
}

// checkedBills is what both ways of filling must make alike; ids and times are not the same in two databases.
var checkedBills = map[string]string{
	"bill":       "desk, line, creditor, number, reference, kind, municipality, rf, issued, instalments, cancelled",
	"bill_key":   "key, COUNT(*)",
	"payer":      "name, address, COUNT(*)",
	"payer_mark": "mark, COUNT(*)",
}

// checkBills issues some bills through the service and fills as many without it, and sees that the tables say the same.
func checkBills(ctx context.Context, lines, tables string) error {
	const some = 4 * bill.MostPut
	if os.Getenv(sealedBy) != "" {
		return nil // two databases have two keysets, and nothing that is sealed is the same
	}
	a, err := openApp(ctx, lines, newRunning(opens))
	if err != nil {
		return err
	}
	if _, err = openNetwork(ctx, a, 1); err == nil {
		err = openBooks(ctx, a)
	}
	if err == nil {
		_, err = issue(ctx, a, some)
	}
	if err = errors.Join(err, a.Close()); err != nil {
		return err
	}
	if err := fillBills(ctx, tables, some); err != nil {
		return err
	}
	if err := checkSame(ctx, lines, tables, checkedBills); err != nil {
		return err
	}
	return throwAway(lines, tables)
}
