package receipt

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"
)

// The major types of CBOR that the format uses. Source: RFC 8949 §3.1.
const (
	majorUnsigned = iota
	majorNegative
	majorBytes
	majorText
	majorArray
	majorMap
	majorTag
)

// maxDepth is how deep arrays and maps may lie in each other; the format needs two.
const maxDepth = 4

// item is one value of CBOR: a number (arg; of a negative one, -1 - arg), a string (bytes), or an array or map (items;
// of a map keys and values in turn).
type item struct {
	major byte
	arg   uint64
	bytes []byte
	items []item
}

func (it item) isUnsigned(most uint64) bool { return it.major == majorUnsigned && it.arg <= most }

// readStrict reads data as exactly one value in the core deterministic encoding of RFC 8949 §4.2.1, without tags, simple
// values and floating point. The libraries that we know accept longer forms and any order of keys when they read, and a
// receipt must have one form only, with the same first complaint in every language: so this reader goes from left to
// right once and refuses at the first byte that is wrong, with reason cbor, canonical, duplicate or trailing.
func readStrict(data []byte) (item, error) {
	r := strictReader{data}
	it, err := r.read(0)
	if err != nil {
		return item{}, err
	}
	if len(r.rest) > 0 {
		return item{}, refuse(ReasonTrailing, "")
	}
	return it, nil
}

type strictReader struct{ rest []byte }

func (r *strictReader) read(depth int) (item, error) {
	it, err := r.head()
	if err != nil {
		return item{}, err
	}
	switch it.major {
	case majorBytes, majorText:
		return it, r.fill(&it)
	case majorArray, majorMap:
		return it, r.nest(&it, depth)
	}
	return it, nil
}

// head reads the type and the number behind it.
func (r *strictReader) head() (item, error) {
	if len(r.rest) == 0 {
		return item{}, refuse(ReasonCBOR, "cut short")
	}
	major, info := r.rest[0]>>5, r.rest[0]&0x1f
	r.rest = r.rest[1:]
	if major >= majorTag || info > 27 {
		return item{}, refuse(ReasonCBOR, "a tag, simple value, floating point or indefinite length")
	}
	if info < 24 {
		return item{major: major, arg: uint64(info)}, nil
	}
	size := 1 << (info - 24)
	if len(r.rest) < size {
		return item{}, refuse(ReasonCBOR, "cut short")
	}
	var wide [8]byte
	copy(wide[8-size:], r.rest[:size])
	r.rest = r.rest[size:]
	arg := binary.BigEndian.Uint64(wide[:])
	if least := [...]uint64{24, 1 << 8, 1 << 16, 1 << 32}[info-24]; arg < least {
		return item{}, refuse(ReasonCanonical, "a number that has a shorter form")
	}
	return item{major: major, arg: arg}, nil
}

func (r *strictReader) fill(it *item) error {
	if it.arg > uint64(len(r.rest)) {
		return refuse(ReasonCBOR, "a string longer than what is left")
	}
	it.bytes, r.rest = r.rest[:it.arg:it.arg], r.rest[it.arg:]
	if it.major == majorText && !utf8.Valid(it.bytes) {
		return refuse(ReasonCBOR, "text that is not UTF-8")
	}
	return nil
}

func (r *strictReader) nest(it *item, depth int) error {
	// The least element takes a byte, so a larger count cannot be true, and no memory is spent on it.
	if it.arg > uint64(len(r.rest)) || depth >= maxDepth {
		return refuse(ReasonCBOR, "more elements than bytes, or too deep")
	}
	var last []byte
	for range it.arg {
		before := r.rest
		element, err := r.read(depth + 1)
		if err != nil {
			return err
		}
		it.items = append(it.items, element)
		if it.major == majorArray {
			continue
		}
		key := before[:len(before)-len(r.rest)]
		if err := follows(last, key); err != nil {
			return err
		}
		last = key
		value, err := r.read(depth + 1)
		if err != nil {
			return err
		}
		it.items = append(it.items, value)
	}
	return nil
}

// follows holds the keys of a map in the order of their bytes; last is nil before the first key.
func follows(last, key []byte) error {
	if last == nil {
		return nil
	}
	switch bytes.Compare(last, key) {
	case 0:
		return refuse(ReasonDuplicate, "")
	case 1:
		return refuse(ReasonCanonical, "keys out of order")
	}
	return nil
}
