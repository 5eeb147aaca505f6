package audit

import "hash/maphash"

// buckets divide the rows of a table, so that only few are held one by one when something differs.
const buckets = 4096

// Sums is what the rows of a table come to, in whatever order they are added: as many rows take as much memory as few. A seed is new in every run, so nobody
// can have made two tables with one sum.
type Sums struct {
	a, b maphash.Seed
	of   [buckets]sum
}

type sum struct {
	rows int64
	a, b uint64
}

// NewSums returns sums of no rows.
func NewSums() *Sums { return &Sums{a: maphash.MakeSeed(), b: maphash.MakeSeed()} }

// Like returns sums of no rows that can be compared with s.
func (s *Sums) Like() *Sums { return &Sums{a: s.a, b: s.b} }

// Add adds a row. Rows with one key differ together.
func (s *Sums) Add(key, row []byte) {
	at := &s.of[s.bucket(key)]
	at.rows++
	at.a += maphash.Bytes(s.a, row)
	at.b += maphash.Bytes(s.b, row)
}

func (s *Sums) bucket(key []byte) uint64 { return maphash.Bytes(s.a, key) % buckets }

// Differing are the keys of which some have other rows on one side than on the other.
type Differing struct {
	sums *Sums
	is   [buckets]bool
}

// Differing returns the keys whose rows differ from those of other, and nil when all rows are the same.
func (s *Sums) Differing(other *Sums) *Differing {
	if s.of == other.of {
		return nil
	}
	d := &Differing{sums: s}
	for i := range s.of {
		d.is[i] = s.of[i] != other.of[i]
	}
	return d
}

// Has tells whether the key may be one of them.
func (d *Differing) Has(key []byte) bool { return d.is[d.sums.bucket(key)] }
