package journal

import (
	"crypto/sha256"
	"encoding/binary"
	"time"

	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/rowcode"
)

// format stands in front of what is hashed, so that a sum of another format can never be taken for one of this.
const format = "vienkopus-line-1"

// sum returns the hash of the line: SHA-256 over format, prev, number, recorded_at (microseconds) and version as 64 bits
// big-endian, the id, and desk, actor, kind and body, each behind its length as 32 bits big-endian.
func (e *Entry) sum() Hash {
	b := make([]byte, 0, len(format)+32+24+16+16+len(e.Desk)+64+len(e.Kind)+len(e.Body))
	b = append(b, format...)
	b = append(b, e.Prev[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(e.Number)) //nolint:gosec // by format
	b = binary.BigEndian.AppendUint64(b, uint64(e.RecordedAt.UnixMicro()))
	b = binary.BigEndian.AppendUint64(b, uint64(e.Version)) //nolint:gosec // by format
	b = append(b, e.ID[:]...)
	b = appendText(b, e.Desk)
	b = appendText(b, e.Actor.String())
	b = appendText(b, e.Kind)
	b = binary.BigEndian.AppendUint32(b, uint32(len(e.Body))) //nolint:gosec // a body is far below 4 GiB
	b = append(b, e.Body...)
	return sha256.Sum256(b)
}

func appendText(b []byte, s string) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(s))) //nolint:gosec // names are short
	return append(b, s...)
}

// boundFormat stands in front of what the id of a line is bound to.
const boundFormat = "vienkopus-request-1"

// place is where a line stands.
type place struct {
	desk   string
	number int64
}

// lineID is the id of a line: it holds a hash of the request that the line answers, so that the request cannot be changed beside a line that others have
// witnessed.
func (k Key) lineID(at time.Time, p place, first int64) id.ID {
	b := make([]byte, 0, len(boundFormat)+2*4+len(p.desk)+len(k.id)+len(k.input)+2*8)
	b = append(b, boundFormat...)
	b = appendText(b, p.desk)
	b = appendText(b, k.id)
	b = append(b, k.input[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(first))    //nolint:gosec // by format
	b = binary.BigEndian.AppendUint64(b, uint64(p.number)) //nolint:gosec // by format
	sum := sha256.Sum256(b)
	return id.Bound(at, [8]byte(sum[:8]))
}

// Code returns what goes into the column "code" of a row that follows from no line, so that nobody changes it unseen; nil where rows carry no codes.
// Cells stand in the order of the table's columns, as they are written. It returns rowcode.ErrNoKey where rows carry codes and the key is missing.
func (tx *Tx) Code(t rowcode.Table, cells ...any) ([]byte, error) {
	return tx.journal.codes.Code(t, cells...)
}

// Recode is Code for a row of which something stays as it was: where its old code does not hold, it stays too, so that what was changed by hand does not
// become true by being written again.
func (tx *Tx) Recode(t rowcode.Table, old rowcode.Row, cells ...any) ([]byte, error) {
	return tx.journal.codes.Recode(t, old, cells...)
}
