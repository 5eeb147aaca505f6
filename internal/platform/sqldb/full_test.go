package sqldb_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

// TestAFullDatabaseStoresNothingOfTheGroup plays a full disk by a limit on the pages of the file. SQLite gives the transaction
// up by itself then; a statement that came after it would commit alone.
func TestAFullDatabaseStoresNothingOfTheGroup(t *testing.T) {
	t.Parallel()
	db := open(t, dbtest.SQLite(t))
	ctx := t.Context()
	limit := func(pages string) {
		t.Helper()
		err := db.Write(ctx, func(tx *sqldb.Tx) error {
			_, err := tx.Exec(ctx, "PRAGMA max_page_count = "+pages)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	limit("20")
	big := strings.Repeat("x", 200_000)
	errs := together(t, db,
		func(tx *sqldb.Tx) error { return insert(ctx, tx, "before") },
		func(tx *sqldb.Tx) error {
			_ = insert(ctx, tx, big) // swallowed
			return nil
		},
		func(tx *sqldb.Tx) error { return insert(ctx, tx, "after") },
		func(tx *sqldb.Tx) error { return errRule },
	)
	for i, err := range errs {
		if !errors.Is(err, sqldb.ErrFull) {
			t.Errorf("request %d was answered %v", i, err)
		}
	}
	expect(t, db, "")
	if err := db.CanWrite(ctx); !errors.Is(err, sqldb.ErrFull) {
		t.Errorf("the disk is full, and writes are taken: %v", err)
	}
	limit("1000")
	if err := db.CanWrite(ctx); err != nil {
		t.Errorf("there is room again, yet: %v", err)
	}
	errs = together(t, db,
		func(tx *sqldb.Tx) error { return insert(ctx, tx, "now") },
		func(tx *sqldb.Tx) error { return insert(ctx, tx, "then") },
	)
	if err := errors.Join(errs...); err != nil {
		t.Errorf("there is room again, yet: %v", err)
	}
	expect(t, db, "now=1 then=1 ")
}

// TestALockedFileTakesNoWrites holds the file as a program of somebody else's does, such as a tool that was left open in a transaction.
func TestALockedFileTakesNoWrites(t *testing.T) {
	t.Parallel()
	path := dbtest.SQLite(t)
	db := open(t, path)
	if err := db.CanWrite(t.Context()); err != nil {
		t.Fatal(err)
	}
	tool, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := tool.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer end()
	if err := db.CanWrite(ctx); err == nil {
		t.Error("somebody else holds the file, and writes are taken")
	}
	_, err = conn.ExecContext(t.Context(), "ROLLBACK")
	if err := errors.Join(err, conn.Close(), tool.Close(), db.CanWrite(t.Context())); err != nil {
		t.Errorf("nobody holds the file any more, yet: %v", err)
	}
}

// TestAWriteThatMeetsDamageIsRemembered overwrites a page of a table that was written before.
func TestAWriteThatMeetsDamageIsRemembered(t *testing.T) {
	t.Parallel()
	path := dbtest.SQLite(t)
	db := open(t, path)
	for i := range 200 {
		err := db.Write(t.Context(), func(tx *sqldb.Tx) error { return insert(t.Context(), tx, strings.Repeat("x", 100)+fmt.Sprint(i)) })
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	size, err := file.Seek(0, io.SeekEnd)
	for at := int64(4096); err == nil && at < size; at += 4096 {
		_, err = file.WriteAt(make([]byte, 100), at)
	}
	if err := errors.Join(err, file.Close()); err != nil {
		t.Fatal(err)
	}
	db, err = sqldb.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := db.Write(t.Context(), func(tx *sqldb.Tx) error { return insert(t.Context(), tx, "more") }); err == nil {
		t.Fatal("the damage is not there")
	}
	if err := db.CanWrite(t.Context()); !errors.Is(err, sqldb.ErrDamaged) {
		t.Errorf("a write has met damage, and writes are taken: %v", err)
	}
}
