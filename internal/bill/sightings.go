package bill

import "encoding/binary"

// sightings are which bills stand in a file, in 16 bytes each and a quarter more: two million of them in a map took several hundred megabytes while it grew.
//
// They lie in shards, each a table with open addressing that grows by itself, so that never more than a small part is copied.
type sightings struct{ shards [shards]shard }

const shards = 256

// shard holds its seats by where their print begins to look; an empty seat has the row 0, which no bill stands in.
type shard struct {
	seats []seat
	used  int
}

// seat is a sighting with the rest of its print.
type seat struct {
	print uint64
	says  uint32
	row   uint32 // with two bits behind it: known, failed
}

// fingerprint stands for creditor and number. Nine of its bytes are kept: that two of two million bills have the same ones happens once in two thousand million files, and
// then one of them is said to stand there twice.
type fingerprint [16]byte

// sighting is where a bill stood first in the file, what it said there, and whether it is left alone, for being known or being in error.
type sighting struct {
	says   uint32
	row    int
	known  bool
	failed bool
}

// mostRows is how many rows a file may have, for a row and its two bits to fit into a seat.
const mostRows = 1 << 30

func (s *sightings) find(print fingerprint) (sighting, bool) {
	of, key := &s.shards[print[0]], binary.BigEndian.Uint64(print[1:])
	if len(of.seats) == 0 {
		return sighting{}, false
	}
	at := of.seats[of.at(key)]
	return sighting{says: at.says, row: int(at.row >> 2), known: at.row&1 != 0, failed: at.row&2 != 0}, at.row != 0
}

// put notes a bill that is not there yet.
func (s *sightings) put(print fingerprint, seen sighting) {
	of, key := &s.shards[print[0]], binary.BigEndian.Uint64(print[1:])
	if of.used*5 >= len(of.seats)*4 {
		of.grow()
	}
	row := uint32(min(seen.row, mostRows-1)) << 2 //nolint:gosec // it fits
	if seen.known {
		row |= 1
	}
	if seen.failed {
		row |= 2
	}
	of.seats[of.at(key)] = seat{print: key, says: seen.says, row: row}
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
