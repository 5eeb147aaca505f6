package audit

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// resumedKind is the kind of the line that stands behind a gap, adoptedKind that of a line that takes another one in; both after docs/formats/journal.md.
const (
	resumedKind = "journal.resumed"
	adoptedKind = "line.adopted"
	jump        = 10_000
)

// resumed is what a line behind a gap says.
type resumed struct {
	From int64 `json:"lost_from"`
	To   int64 `json:"lost_to"`
	Nth  int64 `json:"nth"`
}

// parts returns the desk, actor, kind and body in the input of a hash.
func parts(input []byte) (all [4][]byte) {
	at := deskAt
	for i := range all {
		length := int(binary.BigEndian.Uint32(input[at:]))
		all[i] = input[at+4 : at+4+length]
		at += 4 + length
	}
	return all
}

// Gap notes that a gap of the desk begins with a number, before its lines come: lines that turned up may stand in it, and the line behind it must follow
// the one in front of it all the same.
func (t *Trail) Gap(code string, from int64) {
	d := t.at(code)
	if d.before == nil {
		d.before = map[int64][sha256.Size]byte{}
	}
	if _, known := d.before[from-1]; !known {
		d.before[from-1] = [sha256.Size]byte{}
	}
}

// Known notes the hash of the line in front of a gap, for whoever begins behind it.
func (t *Trail) Known(code string, number int64, sum [32]byte) {
	t.Gap(code, number+1)
	t.desks[code].before[number] = sum
}

// remember keeps the hash of the last line when a gap begins behind it.
func (d *desk) remember() {
	if d.before == nil {
		return
	}
	if _, wanted := d.before[d.last]; wanted {
		d.before[d.last] = d.sum
	}
}

// behind looks at a line that says that it stands behind a gap. It returns the hash that it must follow, and what is wrong with the gap.
func (d *desk) behind(n int64, input []byte) (previous []byte, wrong string) {
	var r resumed
	if err := json.Unmarshal(parts(input)[3], &r); err != nil {
		return nil, "it stands behind a gap, and does not say behind which"
	}
	sum, known := d.sum, r.From == d.last+1
	if !known {
		sum, known = d.before[r.From-1]
	}
	switch {
	case r.From < 1 || r.To < r.From-1 || n != r.To+jump:
		wrong = fmt.Sprintf("it stands behind a gap from %d to %d, where its number must be %d", r.From, r.To, r.To+jump)
	case r.From > d.last+1 || !known:
		wrong = fmt.Sprintf("its gap begins with %d, and the line in front of it is not there", r.From)
	case n <= d.last:
		wrong = fmt.Sprintf("it stands behind line %d", d.last)
	case r.Nth <= d.series:
		wrong = fmt.Sprintf("its series is %d behind %d: numbers of receipts are given twice", r.Nth, d.series)
	}
	d.series = max(d.series, r.Nth)
	if wrong != "" {
		return nil, wrong
	}
	return sum[:], ""
}

// adopted looks at a line that takes another one in: that it is whole, and that no line is taken in twice.
func (t *Trail) adopted(input []byte) (wrong string) {
	var s struct {
		Desk       string          `json:"desk"`
		Number     int64           `json:"number"`
		ID         string          `json:"id"`
		RecordedAt int64           `json:"recorded_at"`
		Actor      string          `json:"actor"`
		Kind       string          `json:"kind"`
		Version    int64           `json:"version"`
		Body       json.RawMessage `json:"body"`
		Prev, Hash string
	}
	if err := json.Unmarshal(parts(input)[3], &s); err != nil {
		return "it takes a line in, and does not say which"
	}
	if t.taken[s.Hash] {
		return fmt.Sprintf("it takes line %d of a lost branch in, which was taken in before", s.Number)
	}
	t.taken[s.Hash] = true
	var name, prev, sum []byte
	for _, part := range []struct {
		text string
		into *[]byte
	}{{undashed(s.ID), &name}, {s.Prev, &prev}, {s.Hash, &sum}} {
		bytes, err := hex.DecodeString(part.text)
		if err != nil {
			return "the line that it takes in has an id or a hash that is none"
		}
		*part.into = bytes
	}
	var b batch
	l, input := b.single(&Line{
		Number: s.Number, RecordedAt: s.RecordedAt, Version: s.Version, Desk: []byte(s.Desk), Actor: []byte(s.Actor), Kind: []byte(s.Kind),
		ID: name, Body: s.Body, Prev: prev, Hash: sum,
	})
	if err := l.check(input, nil); err != nil {
		return "the line that it takes in is not as it was written: " + err.Error()
	}
	return ""
}

func undashed(text string) string {
	var plain []byte
	for i := range len(text) {
		if text[i] != '-' {
			plain = append(plain, text[i])
		}
	}
	return string(plain)
}
