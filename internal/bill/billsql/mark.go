package billsql

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"vienkopus/internal/base/id"
	"vienkopus/internal/bill"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/seal"
	"vienkopus/internal/platform/sqldb"
)

// MarkMigration makes the table of the marks by which payers are found although they are sealed, in the place of their beginnings in clear.
var MarkMigration = sqldb.Migration{Number: 22, Name: "payer marks", SQL: `
CREATE TABLE payer_mark (
  place TEXT NOT NULL,
  mark  BLOB NOT NULL,
  bill  BLOB NOT NULL,
  PRIMARY KEY (place, mark, bill)
) WITHOUT ROWID;
`}

// The kinds of texts that have marks. They keep a street from being taken for a surname.
const (
	inName    = "name"
	inAddress = "address"
	wordPair  = "pair of words"
)

// The first letters of a word that are a level of their own.
const (
	few  = 3
	more = 5
)

// markSize is the length of a mark, in bytes: two for the first three letters of a word, half of one for the first five, and half for the whole word. A
// town has some ten thousand words, so that a mark stands for several of them; who is meant is seen only when the payers are opened.
const markSize = 3

// marker makes marks, and keeps those that it has made: names repeat themselves.
type marker struct {
	sealer *seal.Sealer
	known  map[[3]string][]byte
}

// mostKnown bounds the marks that are kept in memory.
const mostKnown = 50_000

func newMarker(s *seal.Sealer) *marker { return &marker{sealer: s, known: map[[3]string][]byte{}} }

// word is the mark of a word. Its beginning is that of all words that begin alike (reach).
func (m *marker) word(place, kind, word string) ([]byte, error) {
	if mark, is := m.known[[3]string{place, kind, word}]; is {
		return mark, nil
	}
	mark, err := m.sealer.Mark("payer "+kind, place+"\x00"+starts(word, few), 2)
	for _, text := range []string{starts(word, more), "\x00" + word} {
		var part []byte
		if err == nil {
			part, err = m.sealer.Mark("payer "+kind, place+"\x00\x00"+text, 1)
			mark = append(mark, part...)
		}
	}
	if err != nil {
		return nil, err
	}
	mark = []byte{mark[0], mark[1], mark[2]&0xf0 | mark[3]&0x0f}
	if len(m.known) < mostKnown {
		m.known[[3]string{place, kind, word}] = mark
	}
	return mark, nil
}

// pair is the mark of a word of a name and of the one behind it, the first behind the last; a name of one word has none behind it. Its beginning is that of all in which the second
// word begins with the same first letters.
func (m *marker) pair(place, first, second string) ([]byte, error) {
	key := [3]string{place, wordPair, first + "\x00" + second}
	if mark, is := m.known[key]; is {
		return mark, nil
	}
	mark, err := m.sealer.Mark("payer "+wordPair, place+"\x00"+first+"\x00"+starts(second, few), 2)
	if err != nil {
		return nil, err
	}
	last, err := m.sealer.Mark("payer "+wordPair, place+"\x00\x00"+first+"\x00"+second, 1)
	if mark = append(mark, last...); err == nil && len(m.known) < mostKnown {
		m.known[key] = mark
	}
	return mark, err
}

// wordPairs are the words of a folded name with the one behind each.
func wordPairs(folded string) (all [][2]string) {
	words := strings.Fields(folded)
	if len(words) == 1 {
		return [][2]string{{words[0]}}
	}
	for i, word := range words {
		all = append(all, [2]string{word, words[(i+1)%len(words)]})
	}
	return all
}

// starts returns the first letters of a word.
func starts(word string, letters int) string {
	all := []rune(word)
	return string(all[:min(letters, len(all))])
}

// all are the marks of a payer, each once.
func (m *marker) all(place string, p bill.Payer) ([][]byte, error) {
	var all [][]byte
	name, address := p.Words()
	for _, of := range []struct {
		kind  string
		words []string
	}{{inName, name}, {inAddress, address}} {
		for _, word := range of.words {
			mark, err := m.word(place, of.kind, word)
			if err != nil {
				return nil, err
			}
			all = append(all, mark)
		}
	}
	for _, two := range wordPairs(bill.Fold(p.Name)) {
		mark, err := m.pair(place, two[0], two[1])
		if err != nil {
			return nil, err
		}
		all = append(all, mark)
	}
	slices.SortFunc(all, bytes.Compare)
	return slices.CompactFunc(all, bytes.Equal), nil
}

// reach is a range of marks, both ends in it.
type reach struct {
	place     string
	low, high []byte
}

// exactly is the reach of one mark.
func exactly(place string, mark []byte) reach { return reach{place: place, low: mark, high: mark} }

// beginning is the reach of all words that begin so.
func (m *marker) beginning(place, kind, letters string) (reach, error) {
	mark, err := m.word(place, kind, letters)
	if err != nil {
		return reach{}, err
	}
	low, high := slices.Clone(mark), slices.Clone(mark)
	low[2], high[2] = 0, 0xff
	if len([]rune(letters)) >= more {
		low[2], high[2] = mark[2]&0xf0, mark[2]|0x0f
	}
	return reach{place: place, low: low, high: high}, nil
}

// places are the municipalities that have payers.
func places(ctx context.Context, r journal.Reader) ([]string, error) {
	const query = `WITH RECURSIVE p(place) AS (SELECT MIN(place) FROM payer_mark WHERE place > ''
UNION ALL SELECT (SELECT MIN(m.place) FROM payer_mark m WHERE m.place > p.place) FROM p WHERE p.place IS NOT NULL)
SELECT place FROM p WHERE place IS NOT NULL`
	var all []string
	err := sqldb.Each(ctx, r, query, nil, func(rows *sql.Rows) error {
		var place string
		err := rows.Scan(&place)
		all = append(all, place)
		return err //nolint:wrapcheck // wrapped by Each
	})
	return all, err
}

// within are the bills in a reach, those of a mark the newest first, at most so many.
func within(ctx context.Context, r journal.Reader, in reach, most int) ([]id.ID, error) {
	const query = `SELECT bill FROM payer_mark WHERE place = $1 AND mark >= $2 AND mark <= $3 ORDER BY mark DESC, bill DESC LIMIT $4`
	return bills(ctx, r, query, in.place, in.low, in.high, most)
}

// mostDriven bounds how many bills with one word are looked through for those that have all the others.
const mostDriven = 20_000

// together are the bills that have a mark and, of each pair of others, one, the newest first, at most so many.
func together(ctx context.Context, r journal.Reader, in reach, others [][2][]byte, most int) ([]id.ID, error) {
	query := `SELECT c.bill FROM (SELECT bill FROM payer_mark WHERE place = $1 AND mark = $2 ORDER BY bill DESC LIMIT $3) c WHERE 1 = 1`
	args := []any{in.place, in.low, mostDriven}
	for _, pair := range others {
		query += fmt.Sprintf(` AND EXISTS (SELECT 1 FROM payer_mark o WHERE o.place = $1 AND o.mark IN ($%d, $%d) AND o.bill = c.bill)`, len(args)+1, len(args)+2)
		args = append(args, pair[0], pair[1])
	}
	return bills(ctx, r, query+fmt.Sprintf(` ORDER BY c.bill DESC LIMIT $%d`, len(args)+1), append(args, most)...)
}

func bills(ctx context.Context, r journal.Reader, query string, args ...any) ([]id.ID, error) {
	var all []id.ID
	err := sqldb.Each(ctx, r, query, args, func(rows *sql.Rows) error {
		var b id.ID
		if err := rows.Scan(&b); err != nil {
			return fmt.Errorf("billsql: mark: %w", err)
		}
		all = append(all, b)
		return nil
	})
	return all, err
}

// mark lets a payer be found, and unmark lets him be found no more.
func (s Store) mark(ctx context.Context, tx *journal.Tx, of bill.PayerOf, p bill.Payer) error {
	all, err := newMarker(s.Sealer).all(of.Municipality, p)
	if err != nil || len(all) == 0 {
		return err
	}
	return saveMarks(ctx, tx, of.Municipality, of.Bill, all)
}

func saveMarks(ctx context.Context, tx bill.Runner, place string, b id.ID, marks [][]byte) error {
	query, args := `INSERT INTO payer_mark (place, bill, mark) VALUES `, []any{place, b}
	for i, mark := range marks {
		if i > 0 {
			query += ", "
		}
		query += fmt.Sprintf("($1, $2, $%d)", i+3)
		args = append(args, mark)
	}
	return tx.Run(ctx, "bill: payer", query+` ON CONFLICT (place, mark, bill) DO NOTHING`, args...)
}

func (s Store) unmark(ctx context.Context, tx bill.Runner, of bill.PayerOf, p bill.Payer) error {
	all, err := newMarker(s.Sealer).all(of.Was, p)
	if err != nil {
		return err
	}
	for _, mark := range all {
		if err := tx.Run(ctx, "bill: payer", `DELETE FROM payer_mark WHERE place = $1 AND mark = $2 AND bill = $3`, of.Was, mark, of.Bill); err != nil {
			return err
		}
	}
	return nil
}

// unreadable tells whether a payer does not open: his key is lost or not at hand, or he was changed by hand. He is shown as one whom nobody knows; verify
// tells of him.
func unreadable(err error) bool {
	return errors.Is(err, seal.ErrSealed) || errors.Is(err, seal.ErrNoKey)
}
