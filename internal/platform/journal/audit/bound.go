package audit

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"fmt"
	"hash/maphash"

	"vienkopus/internal/platform/sqldb"
)

// boundFormat stands in front of what the id of a line is bound to, from docs/formats/journal.md.
const boundFormat = "vienkopus-request-1"

// bindings are the requests to which lines are bound by their ids, and those that the table of requests names: as sums of a hash of each, because there are
// as many as lines. The seed is new in every run, so nobody can have made two that come to the same.
type bindings struct {
	seed  maphash.Seed
	lines map[string]*marks // which of each desk are bound
	sums  map[string]uint64
}

func newBindings() *bindings {
	return &bindings{seed: maphash.MakeSeed(), lines: map[string]*marks{}, sums: map[string]uint64{}}
}

// line takes in the id of a line; one of before lines were bound says nothing.
func (b *bindings) line(desk string, number int64, id []byte) {
	if id[6]>>4 != 8 {
		return
	}
	m := b.lines[desk]
	if m == nil {
		m = newMarks(0)
		b.lines[desk] = m
	}
	for int64(len(m.bits)) <= number/64 {
		m.bits = append(m.bits, 0)
	}
	m.set(number, number)
	b.sums[desk] += b.mix(number, id[8:16])
}

func (b *bindings) mix(number int64, rest []byte) uint64 {
	var both [16]byte
	binary.BigEndian.PutUint64(both[:], uint64(number)) //nolint:gosec // by format
	copy(both[8:], rest)
	return maphash.Bytes(b.seed, both[:])
}

// asked is a row of the table of requests.
type asked struct {
	desk, key, input sql.RawBytes
	first, count     int64
}

// request takes the lines of a request away from those that are bound.
func (b *bindings) request(r *asked) {
	m := b.lines[string(r.desk)]
	if m == nil {
		return
	}
	for n := r.first; n < r.first+r.count; n++ {
		if n/64 < int64(len(m.bits)) && m.has(n) {
			rest := r.binds(n)
			b.sums[string(r.desk)] -= b.mix(n, rest[:])
		}
	}
}

// binds are the last eight bytes of the id of a line that answers the request.
func (r *asked) binds(number int64) [8]byte {
	var in []byte
	in = append(in, boundFormat...)
	for _, text := range [][]byte{r.desk, r.key} {
		in = binary.BigEndian.AppendUint32(in, uint32(len(text))) //nolint:gosec // a name
		in = append(in, text...)
	}
	in = append(in, r.input...)
	in = binary.BigEndian.AppendUint64(in, uint64(r.first)) //nolint:gosec // by format
	in = binary.BigEndian.AppendUint64(in, uint64(number))  //nolint:gosec // by format
	sum := sha256.Sum256(in)
	sum[0] = sum[0]&0x3f | 0x80
	return [8]byte(sum[:8])
}

// unbound spells out which lines of a desk were written under another request than the table says.
func unbound(ctx context.Context, in sqldb.Reader, f *findings, desk string) error {
	const query = `SELECT r.desk, r.key, r.input, r.first, r.count, e.number, e.id FROM request r
JOIN entry e ON e.desk = r.desk AND e.number >= r.first AND e.number < r.first + r.count WHERE r.desk = $1 ORDER BY e.number`
	var r asked
	var number int64
	var id sql.RawBytes
	err := sqldb.Each(ctx, in, query, []any{desk}, func(rows *sql.Rows) error {
		if err := rows.Scan(&r.desk, &r.key, &r.input, &r.first, &r.count, &number, &id); err != nil {
			return fmt.Errorf("audit: requests of %s: %w", desk, err)
		}
		if want := r.binds(number); len(id) == 16 && id[6]>>4 == 8 && string(id[8:]) != string(want[:]) {
			f.add(Problem{Check: "request", Desk: desk, Number: number, What: "it was written under another request than the one that answers with it"})
		}
		return nil
	})
	if err != nil && ctx.Err() == nil { // a damaged cell, which was met before
		return nil // and is a finding already
	}
	return err
}
