package sheet

import "encoding/binary"

// Sightings are which things, such as bills, stand in a file, in 16 bytes each and a quarter more: two million of them in a map took several hundred megabytes while it grew.
//
// They lie in shards, each a table with open addressing that grows by itself, so that never more than a small part is copied.
type Sightings struct{ shards [shards]shard }

const shards = 256

// shard holds its seats by where their print begins to look; an empty seat has the row 0, which no bill stands in.
type shard struct {
	seats []seat
	used  int
}

// seat is a Sighting with the rest of its print.
type seat struct {
	print uint64
	says  uint32
	row   uint32 // with two bits behind it: known, failed
}

// Print stands for what names a thing, such as creditor and number of a bill, as a hash. Nine of its bytes are kept: that two of two million bills have the same ones happens once in two thousand million files, and
// then one of them is said to stand there twice.
type Print [16]byte

// Sighting is where a bill stood first in the file, what it said there, and whether it is left alone, for being known or being in error.
type Sighting struct {
	// Says is a digest of what it said, Row where.
	Says uint32
	Row  int
	// Known and Failed are what the reader of the file notes.
	Known, Failed bool
}

// mostRows is how many rows a file may have, for a row and its two bits to fit into a seat.
const mostRows = 1 << 30

// Find returns where something stood first, and whether it did.
func (s *Sightings) Find(print Print) (Sighting, bool) {
	of, key := &s.shards[print[0]], binary.BigEndian.Uint64(print[1:])
	if len(of.seats) == 0 {
		return Sighting{}, false
	}
	at := of.seats[of.at(key)]
	return Sighting{Says: at.says, Row: int(at.row >> 2), Known: at.row&1 != 0, Failed: at.row&2 != 0}, at.row != 0
}

// Put notes something that is not there yet.
func (s *Sightings) Put(print Print, seen Sighting) {
	of, key := &s.shards[print[0]], binary.BigEndian.Uint64(print[1:])
	if of.used*5 >= len(of.seats)*4 {
		of.grow()
	}
	row := uint32(min(seen.Row, mostRows-1)) << 2 //nolint:gosec // it fits
	if seen.Known {
		row |= 1
	}
	if seen.Failed {
		row |= 2
	}
	of.seats[of.at(key)] = seat{print: key, says: seen.Says, row: row}
	of.used++
}

// at returns where a print stands, or the free seat where it would.
func (s *shard) at(print uint64) int {
	n := uint64(len(s.seats))
	i := print % n
	for s.seats[i].row != 0 && s.seats[i].print != print {
		i = (i + 1) % n
	}
	return int(i) //nolint:gosec // below the length
}

// grow makes room for a quarter more.
func (s *shard) grow() {
	old := s.seats
	s.seats = make([]seat, max(16, len(old)+len(old)/4))
	for _, taken := range old {
		if taken.row != 0 {
			s.seats[s.at(taken.print)] = taken
		}
	}
}
