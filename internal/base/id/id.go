// Package id makes and reads the identifiers of things that have no public code of their own.
//
// They are UUIDs of version 7 (RFC 9562 §5.7): the time stands in front, so that new rows land
// beside each other in every index, which is what keeps a write small.
package id

import (
	"crypto/rand"
	"database/sql/driver"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// ID is a UUID, 16 bytes, stored as such.
type ID [16]byte

// ErrMalformed is returned by Parse for text that is no UUID.
var ErrMalformed = errors.New("id: not a UUID")

// New returns a UUIDv7 for the moment t. It panics only when the system has no randomness left to give.
func New(t time.Time) ID {
	var random [8]byte
	if _, err := rand.Read(random[:]); err != nil {
		panic(fmt.Sprintf("id: no randomness: %v", err)) // crypto/rand never returns an error since Go 1.24
	}
	return made(t, 0x7000, random)
}

// Bound returns an id made at time t that holds 62 bits of what it is bound to, a hash, where others have chance: a UUIDv8 that sorts like those of New.
func Bound(t time.Time, to [8]byte) ID { return made(t, 0x8000, to) }

// IsBound tells whether Bound has made the id.
func (v ID) IsBound() bool { return v[6]>>4 == 8 }

func made(t time.Time, version uint16, rest [8]byte) ID {
	var v ID
	copy(v[8:], rest[:])
	micros := t.UnixMicro()
	millis := micros / 1000
	binary.BigEndian.PutUint16(v[0:2], uint16(millis>>32)) //nolint:gosec // the upper 16 of 48 bits, by format
	binary.BigEndian.PutUint32(v[2:6], uint32(millis))     //nolint:gosec // the lower 32 of 48 bits, by format
	// RFC 9562 §6.2 method 3: the 12 bits after the milliseconds hold the fraction, so that ids made in turn sort in turn.
	fraction := uint16((micros % 1000) * 4096 / 1000)
	binary.BigEndian.PutUint16(v[6:8], version|fraction)
	v[8] = v[8]&0x3f | 0x80
	return v
}

// Parse reads the form 01234567-89ab-7def-8123-456789abcdef. It returns ErrMalformed for anything else.
func Parse(s string) (ID, error) {
	var v ID
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return v, ErrMalformed
	}
	compact := s[0:8] + s[9:13] + s[14:18] + s[19:23] + s[24:]
	if _, err := hex.Decode(v[:], []byte(compact)); err != nil {
		return ID{}, ErrMalformed
	}
	return v, nil
}

// IsZero tells whether the id was never set.
func (v ID) IsZero() bool { return v == ID{} }

// String returns the usual form with four hyphens.
func (v ID) String() string {
	text, _ := v.MarshalText() //nolint:errcheck // it cannot fail: the signature is encoding.TextMarshaler's
	return string(text)
}

// MarshalText returns the usual form with four hyphens; the error is always nil.
func (v ID) MarshalText() ([]byte, error) {
	b := make([]byte, 36)
	hex.Encode(b[0:8], v[0:4])
	b[8] = '-'
	hex.Encode(b[9:13], v[4:6])
	b[13] = '-'
	hex.Encode(b[14:18], v[6:8])
	b[18] = '-'
	hex.Encode(b[19:23], v[8:10])
	b[23] = '-'
	hex.Encode(b[24:], v[10:])
	return b, nil
}

// UnmarshalText reads what MarshalText wrote.
func (v *ID) UnmarshalText(text []byte) error {
	parsed, err := Parse(string(text))
	if err != nil {
		return err
	}
	*v = parsed
	return nil
}

// Value stores the id as 16 bytes, and the zero id as NULL.
func (v ID) Value() (driver.Value, error) {
	if v.IsZero() {
		return nil, nil //nolint:nilnil // NULL is a value of its own here
	}
	return v[:], nil
}

// Scan reads 16 bytes or NULL.
func (v *ID) Scan(src any) error {
	switch b := src.(type) {
	case nil:
		*v = ID{}
		return nil
	case []byte:
		if len(b) == len(v) {
			copy(v[:], b)
			return nil
		}
	}
	return fmt.Errorf("id: cannot read %T from the database", src)
}
