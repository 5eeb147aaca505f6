package mirror

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"math"
	"strings"

	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/sqldb"
)

const (
	// buckets divide the rows of a table, so that only few need be read again to say which of them differ.
	buckets = 4096
	// spelled is how many rows of a table are spelled out.
	spelled = 20
)

// sums is what the rows of a table come to, in whatever order they are read: the sum of a hash of each. The seed is new in every run, so nobody can
// have made two tables with one sum.
type sums struct {
	rows int64
	of   [buckets]sum
}

type sum struct {
	rows int64
	a, b uint64
}

// side reads the rows of one table on one side.
type side struct {
	query string
	a, b  maphash.Seed
}

func (m *mirror) newSide(table string) side {
	query := "SELECT * FROM " + table
	if table == "quarantine" { // the reason is in the words of the program that met it
		query = "SELECT projection, desk, number FROM quarantine"
		if m.Only != nil {
			query += " WHERE projection IN ('" + strings.Join(m.Only, "', '") + "')"
		}
	}
	return side{query: query, a: maphash.MakeSeed(), b: maphash.MakeSeed()}
}

// each hands over every row, as text of bytes that are alike on both engines, and its two hashes.
func (s side) each(ctx context.Context, r sqldb.Reader, row func(text []byte, values []any, a, b uint64) error) error {
	var text []byte
	var values, into []any
	return sqldb.Each(ctx, r, s.query, nil, func(rows *sql.Rows) error {
		if values == nil {
			names, err := rows.Columns()
			if err != nil {
				return fmt.Errorf("mirror: columns: %w", err)
			}
			values, into = make([]any, len(names)), make([]any, len(names))
			for i := range values {
				into[i] = &values[i]
			}
		}
		if err := rows.Scan(into...); err != nil {
			return fmt.Errorf("mirror: row: %w", err)
		}
		text = text[:0]
		for _, v := range values {
			text = appendCell(text, v)
		}
		return row(text, values, maphash.Bytes(s.a, text), maphash.Bytes(s.b, text))
	})
}

// appendCell writes a cell so that no two values look alike, and both engines alike.
func appendCell(text []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(text, 'n')
	case int64:
		return binary.BigEndian.AppendUint64(append(text, 'i'), uint64(v)) //nolint:gosec // the same bits
	case bool: // SQLite has numbers for these
		return appendCell(text, int64(audit.Flag(v)))
	case float64:
		return binary.BigEndian.AppendUint64(append(text, 'f'), math.Float64bits(v))
	case string:
		text = binary.BigEndian.AppendUint32(append(text, 't'), uint32(len(v))) //nolint:gosec // a cell has no 4 GB
		return append(text, v...)
	case []byte:
		text = binary.BigEndian.AppendUint32(append(text, 'b'), uint32(len(v))) //nolint:gosec // a cell has no 4 GB
		return append(text, v...)
	}
	return append(text, fmt.Sprintf("?%T%v", v, v)...)
}

func (s side) sums(ctx context.Context, r sqldb.Reader) (*sums, error) {
	all := &sums{}
	err := s.each(ctx, r, func(_ []byte, _ []any, a, b uint64) error {
		all.rows++
		at := &all.of[a%buckets]
		at.rows++
		at.a += a
		at.b += b
		return nil
	})
	return all, err
}

// table compares one table. One that cannot be read is a finding like any other.
func (m *mirror) table(ctx context.Context, r sqldb.Reader, table string) error {
	s := m.newSide(table)
	want, err := s.sums(ctx, m.scratch)
	if err != nil {
		return err
	}
	have, err := s.sums(ctx, r)
	if err != nil {
		return m.unreadable(ctx, table, err)
	}
	m.result.Tables++
	m.result.Rows += want.rows
	if *want == *have {
		return nil
	}
	differs := func(a uint64) bool { return want.of[a%buckets] != have.of[a%buckets] }
	left := map[[2]uint64]int{} // hashes of a row → how often the lines make it and it is not there
	count := func(of sqldb.Reader, n int) error {
		return s.each(ctx, of, func(_ []byte, _ []any, a, b uint64) error {
			if differs(a) {
				left[[2]uint64{a, b}] += n
			}
			return nil
		})
	}
	if err := count(m.scratch, 1); err != nil {
		return err
	}
	if err := count(r, -1); err != nil {
		return m.unreadable(ctx, table, err)
	}
	d := differences{m: m, table: table, left: left}
	if err := s.each(ctx, r, d.spell("the lines make no row ", -1)); err != nil {
		return m.unreadable(ctx, table, err)
	}
	if err := s.each(ctx, m.scratch, d.spell("there is no row ", 1)); err != nil {
		return err
	}
	return nil
}

// differences are spelled out, the first of them.
type differences struct {
	m     *mirror
	table string
	left  map[[2]uint64]int
	n     int
}

// spell reports the rows that one side has more often than the other, by sign.
func (d *differences) spell(what string, sign int) func([]byte, []any, uint64, uint64) error {
	return func(_ []byte, values []any, a, b uint64) error {
		key := [2]uint64{a, b}
		if d.left[key]*sign <= 0 {
			return nil
		}
		d.left[key] -= sign
		text := "…" // there are more than are spelled out
		if d.n++; d.n <= spelled {
			text = rowText(values)
		}
		d.m.Found(audit.Problem{Check: "table", What: d.table + ": " + what + text})
		return nil
	}
}

// rowText is a row as a person reads it.
func rowText(values []any) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = fmt.Sprint(v)
		if bytes, ok := v.([]byte); ok {
			var name id.ID
			if name.Scan(bytes) == nil {
				texts[i] = name.String()
			} else {
				texts[i] = fmt.Sprintf("%x", bytes)
			}
		}
	}
	return strings.Join(texts, "|")
}

// unreadable reports a table that cannot be read, unless it is the looking itself that was given up.
func (m *mirror) unreadable(ctx context.Context, table string, err error) error {
	if ctx.Err() != nil {
		return err
	}
	m.Found(audit.Problem{Check: "table", What: table + " cannot be read: " + err.Error()})
	return nil
}
