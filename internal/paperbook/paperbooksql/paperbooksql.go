// Package paperbooksql keeps which paper book lies where.
package paperbooksql

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
	"time"

	"vienkopus/internal/paperbook"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

//go:embed schema.sql
var schema string

// Store is the projection and the queries of paper books.
type Store struct{}

// Name implements journal.Projection.
func (Store) Name() string { return "paperbook" }

// Schema implements journal.Projection.
func (Store) Schema() string { return schema }

// Reads implements journal.Projection.
func (Store) Reads() []journal.Type {
	return []journal.Type{journal.Of[paperbook.BookIssued](), journal.Of[paperbook.BookReturned](), journal.Of[paperbook.BookEnded]()}
}

// Apply implements journal.Projection.
func (Store) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	switch f := e.Fact.(type) {
	case paperbook.BookIssued:
		const query = `INSERT INTO paper_book (book, entry, municipality, desk, first, last, from_day, to_day, state, at, actor)
VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, $8, $9, $10)`
		return tx.Run(ctx, "paperbook: issue", query, f.Book, e.Number, f.Municipality, f.Desk, int64(f.First), int64(f.Last), f.From,
			string(paperbook.AtDesk), e.RecordedAt.UnixMicro(), e.Actor.Who())
	case paperbook.BookReturned:
		const query = `UPDATE paper_book SET to_day = $1, state = $2 WHERE book = $3 AND municipality = $4 AND to_day IS NULL`
		return tx.Change(ctx, "paperbook: return", query, f.Day, string(paperbook.Returned), f.Book, f.Municipality)
	case paperbook.BookEnded:
		const query = `UPDATE paper_book SET to_day = CASE WHEN to_day IS NULL OR to_day > $1 THEN $1 ELSE to_day END, state = $2 WHERE book = $3 AND municipality = $4`
		return tx.Change(ctx, "paperbook: end", query, f.Day, string(paperbook.Ended), f.Book, f.Municipality)
	}
	return nil
}

// Issues returns all that was issued of a book, the first first.
func (Store) Issues(ctx context.Context, r journal.Reader, book string) ([]paperbook.Issue, error) {
	return collect(ctx, r, `WHERE book = $1 ORDER BY municipality, entry`, book)
}

// In returns all that was issued in a municipality, book by book, the first first.
func (Store) In(ctx context.Context, r journal.Reader, municipality string) ([]paperbook.Issue, error) {
	return collect(ctx, r, `WHERE municipality = $1 ORDER BY book, entry`, municipality)
}

func collect(ctx context.Context, r journal.Reader, where string, args ...any) ([]paperbook.Issue, error) {
	var all []paperbook.Issue
	const query = `SELECT book, municipality, desk, first, last, from_day, to_day, state, at, actor FROM paper_book `
	err := sqldb.Each(ctx, r, query+where, args, func(rows *sql.Rows) error {
		var i paperbook.Issue
		var first, last, at int64
		if err := rows.Scan(&i.Book, &i.Municipality, &i.Desk, &first, &last, &i.From, &i.To, &i.State, &at, &i.By); err != nil {
			return fmt.Errorf("paperbooksql: issue: %w", err)
		}
		i.First, i.Last, i.At = uint32(first), uint32(last), time.UnixMicro(at).UTC() //nolint:gosec // as they were written
		all = append(all, i)
		return nil
	})
	return all, err
}
