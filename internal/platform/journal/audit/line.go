package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
)

// The parts of a line's hash that stand at fixed places, from docs/formats/journal.md: the name of the format, the previous
// hash, number, moment and version in eight bytes each, the id; then desk, actor, kind and body, each behind its length.
const (
	formatName = "vienkopus-line-1"
	prevAt     = len(formatName)
	numberAt   = prevAt + sha256.Size
	idAt       = numberAt + 3*8
	deskAt     = idAt + 16
)

// Line is a line as it is stored.
type Line struct {
	Number, RecordedAt, Version int64 // RecordedAt in microseconds, UTC
	Desk, Actor, Kind           []byte
	ID, Body, Prev, Hash        []byte
}

// line is one line in a batch: where its hash's input lies, and what the database says the hash is.
type line struct {
	from, to  int // the input, in the batch's bytes
	bodyAt    int // the body, in the input
	sum       [sha256.Size]byte
	malformed bool // an id or hash has the wrong length
	changed   bool // the sum is not that of the input
	nonsense  bool // the body is not JSON
	unread    *Problem
}

// batch is some lines on their way from the reader to the checkers.
type batch struct {
	lines []line
	bytes []byte
}

func (b *batch) reset() { b.lines, b.bytes = b.lines[:0], b.bytes[:0] }

// input is what the hash of the line is taken over.
func (b *batch) input(l *line) []byte { return b.bytes[l.from:l.to] }

// single makes the batch hold this line alone, looked at.
func (b *batch) single(r *Line) (*line, []byte) {
	b.reset()
	b.add(r)
	l := &b.lines[0]
	l.look(b.bytes)
	l.nonsense = !json.Valid(b.bytes[l.bodyAt:])
	return l, b.bytes
}

// add copies the line into the batch.
func (b *batch) add(r *Line) {
	l := line{from: len(b.bytes), malformed: len(r.ID) != 16 || len(r.Prev) != sha256.Size || len(r.Hash) != sha256.Size}
	copy(l.sum[:], r.Hash)
	var id [16]byte
	var previous [sha256.Size]byte
	copy(id[:], r.ID)
	copy(previous[:], r.Prev)
	b.bytes = append(b.bytes, formatName...)
	b.bytes = append(b.bytes, previous[:]...)
	for _, n := range []int64{r.Number, r.RecordedAt, r.Version} {
		b.bytes = binary.BigEndian.AppendUint64(b.bytes, uint64(n)) //nolint:gosec // by format
	}
	b.bytes = append(b.bytes, id[:]...)
	for _, part := range [][]byte{r.Desk, r.Actor, r.Kind, r.Body} {
		b.bytes = binary.BigEndian.AppendUint32(b.bytes, uint32(len(part))) //nolint:gosec // by format
		l.bodyAt = len(b.bytes) - l.from
		b.bytes = append(b.bytes, part...)
	}
	l.to = len(b.bytes)
	b.lines = append(b.lines, l)
}

// number and desk are read back from the input, so that what is checked is what is hashed.
func number(input []byte) int64 {
	return int64(binary.BigEndian.Uint64(input[numberAt:])) //nolint:gosec // by format
}

func deskOf(input []byte) []byte {
	length := int(binary.BigEndian.Uint32(input[deskAt:]))
	return input[deskAt+4 : deskAt+4+length]
}

// The ways in which a line can be wrong by itself.
var (
	errMalformed = errors.New("an id or a hash has the wrong length")
	errSum       = errors.New("its hash is not that of its contents: something in it was changed")
	errBody      = errors.New("its body is not JSON")
	errChain     = errors.New("it does not follow the line before it: one of the two was replaced")
)

// look finds out what is wrong with the line by itself, but for the body.
func (l *line) look(input []byte) { l.changed = sha256.Sum256(input) != l.sum }

// check tells what is wrong with the line, by itself or at its place behind the previous one, whose hash is given unless it is missing.
func (l *line) check(input []byte, previous []byte) error {
	switch {
	case l.malformed:
		return errMalformed
	case l.changed:
		return errSum
	case previous != nil && !bytes.Equal(input[prevAt:numberAt], previous):
		return errChain
	case l.nonsense:
		return errBody
	}
	return nil
}
