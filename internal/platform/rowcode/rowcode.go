// Package rowcode proves the rows that follow from no line of a journal.
//
// What must be erasable or secret (accounts, names of payers, secrets) stands outside the journal, so nothing makes it anew and nothing compares it. Each
// such row carries a code: an HMAC over the name of its table and all its columns, with a key that lies outside the database. Whoever owns the database
// can change a row, put one in, or give one the contents of another; the code does not hold then. What it cannot show is a row that was taken away, or put
// back to what it was: that is shown where a line says that the row must be there, and of what time it is.
//
// The format is in docs/formats/row-code.md.
package rowcode

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql/driver"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"math"
	"slices"
)

// Column is what the column of a code is called. Its type is BLOB; NULL is a row without a code.
const Column = "code"

// Table is a table whose rows carry codes.
type Table struct {
	Name string
	// Columns are all columns but that of the code, in the order in which they are encoded. Those of the primary key come first.
	Columns []string
	// Key is how many columns the primary key has.
	Key int
	// Sealed are the columns whose values are sealed (platform/seal) where there is a key; codes cover what is stored.
	Sealed []string
}

// IsSealed tells whether the values of a column are sealed.
func (t Table) IsSealed(column string) bool { return slices.Contains(t.Sealed, column) }

const (
	// SecretSize is the length of a key, in bytes.
	SecretSize = 32
	// codeSize is the length of a code, in bytes: half the hash, as RFC 2104 §5 allows.
	codeSize = 16
	// rowContext and nameContext keep codes and fingerprints apart.
	rowContext  = "vienkopus-row-1"
	nameContext = "vienkopus-row-key-1"
)

var (
	// ErrSecret says that a key has another length than SecretSize.
	ErrSecret = errors.New("rowcode: this is no key")
	// ErrNoKey says that the rows of a database carry codes, and that the key is not at hand: what cannot be coded is not written.
	ErrNoKey = errors.New("rowcode: the rows of this database carry codes, and their key is not here")
	// ErrOtherKey says that the rows of a database carry codes of another key.
	ErrOtherKey = errors.New("rowcode: the rows of this database carry codes of another key")
)

// Key makes codes and checks them. It does not show itself.
type Key struct{ secret []byte }

// NewKey returns the key with this secret. It returns ErrSecret for one of another length.
func NewKey(secret []byte) (*Key, error) {
	if len(secret) != SecretSize {
		return nil, ErrSecret
	}
	return &Key{append([]byte(nil), secret...)}, nil
}

// NewSecret draws the secret of a new key.
func NewSecret() []byte {
	secret := make([]byte, SecretSize)
	rand.Read(secret)
	return secret
}

// Grow returns 32 bytes that grow out of the key for one purpose, and tell nothing of it or of those for another one (HMAC-SHA-256 as in NIST SP 800-108,
// counter 1).
func (k *Key) Grow(purpose string) []byte {
	mac := hmac.New(sha256.New, k.secret)
	mac.Write(append([]byte{0, 0, 0, 1}, purpose...))
	return mac.Sum(nil)
}

// String returns what may be shown of the key.
func (k *Key) String() string { return "row key " + k.Fingerprint() }

// Fingerprint names the key without telling anything of it: 16 hexadecimal digits.
func (k *Key) Fingerprint() string {
	mac := hmac.New(sha256.New, k.secret)
	mac.Write([]byte(nameContext))
	return hex.EncodeToString(mac.Sum(nil)[:8])
}

// Code returns the code of a row, whose cells stand in the order of the columns.
func (k *Key) Code(t Table, cells ...any) ([]byte, error) {
	if len(cells) != len(t.Columns) {
		return nil, fmt.Errorf("rowcode: %s: %d cells for %d columns", t.Name, len(cells), len(t.Columns))
	}
	mac := hmac.New(sha256.New, k.secret)
	part(mac, 't', []byte(rowContext))
	part(mac, 't', []byte(t.Name))
	for i, cell := range cells {
		if err := add(mac, cell); err != nil {
			return nil, fmt.Errorf("rowcode: %s.%s: %w", t.Name, t.Columns[i], err)
		}
	}
	return mac.Sum(nil)[:codeSize], nil
}

// holds tells whether a code is that of the row.
func (k *Key) holds(t Table, r Row) bool {
	want, err := k.Code(t, r.Cells...)
	return err == nil && hmac.Equal(want, r.Code)
}

// add encodes a cell: a letter for its type, its length in eight bytes, and the bytes. So two rows never have one encoding.
func add(mac hash.Hash, cell any) error {
	if v, ok := cell.(driver.Valuer); ok {
		var err error
		if cell, err = v.Value(); err != nil {
			return fmt.Errorf("value: %w", err)
		}
	}
	var eight [8]byte
	switch x := cell.(type) {
	case nil:
		part(mac, 'n', nil)
	case string:
		part(mac, 't', []byte(x))
	case []byte:
		part(mac, 'b', x)
	case int64:
		binary.BigEndian.PutUint64(eight[:], uint64(x)) //nolint:gosec // its bits
		part(mac, 'i', eight[:])
	case bool:
		part(mac, 'o', []byte(fmt.Sprint(x)))
	case float64: // in no table of ours, but SQLite keeps whatever it is given
		binary.BigEndian.PutUint64(eight[:], math.Float64bits(x))
		part(mac, 'f', eight[:])
	default:
		return fmt.Errorf("a cell of type %T", cell)
	}
	return nil
}

func part(mac hash.Hash, kind byte, bytes []byte) {
	var front [9]byte
	front[0] = kind
	binary.BigEndian.PutUint64(front[1:], uint64(len(bytes)))
	mac.Write(front[:])
	mac.Write(bytes)
}
