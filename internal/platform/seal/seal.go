// Package seal keeps personal data and secrets unreadable for whoever has the database, its log, its backups or its disk, but not the key file.
//
// What is sealed stands in tables outside the journal: names and addresses, secrets of creditors, seeds of keys. It is sealed with keysets of Tink
// (AES-256-GCM; HMAC-SHA-256 for the search) that are the network's. The keysets stand in the database, wrapped with a key that grows out of the row key
// in the key file (platform/custody), so that new keys of the node cost one row and no value is sealed anew. A value is bound to its table, column and row:
// one that is moved elsewhere does not open.
//
// The format is in docs/formats/seal.md.
package seal

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/tink-crypto/tink-go/v2/tink"
)

var (
	// ErrNoKey says that something is sealed, and that the key is not at hand.
	ErrNoKey = errors.New("seal: it is sealed, and the key is not here")
	// ErrSealed says that a value does not open: it was changed, moved, or sealed with another key.
	ErrSealed = errors.New("seal: what is sealed does not open")
	// ErrLost is the ErrSealed of a value that was sealed with another key than today's, where one is known to be lost. Whoever makes a changed value look
	// like that is seen by the code of its row.
	ErrLost = fmt.Errorf("%w: its key is lost", ErrSealed)
)

// Place is where a sealed value stands.
type Place struct{ Table, Column string }

// data is what a value is bound to: its place and the key of its row. Each part has its length, so that no two places share it.
func (p Place) data(key []byte) []byte {
	return measured(nil, []byte(p.Table), []byte(p.Column), key)
}

// measured appends parts to out, each behind its length.
func measured(out []byte, parts ...[]byte) []byte {
	for _, part := range parts {
		out = append(binary.BigEndian.AppendUint32(out, uint32(len(part))), part...) //nolint:gosec // names and keys are short
	}
	return out
}

// keys are the keysets of a database, opened.
type keys struct {
	aead tink.AEAD
	mark func(input []byte, bytes uint32) ([]byte, error)
	// primary is the number of the key that seals, as Tink puts it before what is sealed; lost tells that other keys sealed before and are lost.
	primary uint32
	lost    bool
}

// prefix is how many bytes Tink puts before what it seals: its version, and the number of the key.
const prefix = 5

// failed says why a value does not open.
func (k *keys) failed(p Place, sealed []byte) error {
	err := ErrSealed
	if k.lost && len(sealed) >= prefix && binary.BigEndian.Uint32(sealed[1:prefix]) != k.primary {
		err = ErrLost
	}
	return fmt.Errorf("%w: %s.%s", err, p.Table, p.Column)
}

// Sealer seals and opens for one database. Without a key, nil too, values stand as they are; when a key comes they still open, and are sealed at the next start.
type Sealer struct {
	keys   atomic.Pointer[keys]
	locked atomic.Bool // there are keysets, and they cannot be opened
}

// magic begins what is sealed. In a column of text the rest is base64.
const magic = "vkseal1:"

// IsSealed tells whether a stored value is sealed.
func IsSealed[T string | []byte](stored T) bool { return strings.HasPrefix(string(stored), magic) }

// Seal returns what is stored in the place of a value. It returns ErrNoKey where others are sealed and the key is missing.
func (s *Sealer) Seal(p Place, key, value []byte) ([]byte, error) {
	k, err := s.at()
	switch {
	case err != nil:
		return nil, err
	case k == nil && IsSealed(value):
		return nil, fmt.Errorf("seal: %s.%s: a value must not begin as a sealed one does", p.Table, p.Column)
	case k == nil:
		return value, nil
	}
	sealed, err := k.aead.Encrypt(value, p.data(key))
	if err != nil {
		return nil, fmt.Errorf("seal: %s.%s: %w", p.Table, p.Column, err)
	}
	return append([]byte(magic), sealed...), nil
}

// Open returns the value that was sealed at this place, and one that is not sealed as it is. It returns ErrNoKey where the key is missing and ErrSealed for
// what does not open, ErrLost where it is known why.
func (s *Sealer) Open(p Place, key, stored []byte) ([]byte, error) {
	if !IsSealed(stored) {
		return stored, nil
	}
	k, err := s.at()
	if err == nil && k == nil {
		err = ErrNoKey
	}
	if err != nil {
		return nil, err
	}
	value, err := k.aead.Decrypt(stored[len(magic):], p.data(key))
	if err != nil {
		return nil, k.failed(p, stored[len(magic):])
	}
	return value, nil
}

// SealText is Seal for a column of text. The empty text stays empty, so that it is seen that there is none.
func (s *Sealer) SealText(p Place, key []byte, value string) (string, error) {
	if value == "" {
		return "", nil
	}
	sealed, err := s.Seal(p, key, []byte(value))
	if err != nil || !IsSealed(sealed) {
		return string(sealed), err
	}
	return magic + base64.RawStdEncoding.EncodeToString(sealed[len(magic):]), nil
}

// OpenText is Open for a column of text.
func (s *Sealer) OpenText(p Place, key []byte, stored string) (string, error) {
	if !IsSealed(stored) {
		return stored, nil
	}
	sealed, err := base64.RawStdEncoding.DecodeString(stored[len(magic):])
	if err != nil {
		return "", fmt.Errorf("%w: %s.%s", ErrSealed, p.Table, p.Column)
	}
	value, err := s.Open(p, key, append([]byte(magic), sealed...))
	return string(value), err
}

// Seals tells whether values are sealed from now on: there is a key.
func (s *Sealer) Seals() bool {
	k, err := s.at()
	return err == nil && k != nil
}

// Mark returns the first bytes of an HMAC of a text, by which it is found again without telling it. Purpose keeps marks of different columns apart. Few
// bytes are wanted where a mark must not single anybody out: whoever searches opens the candidates and looks. It returns ErrNoKey as Seal does; without a
// key the mark is made with a key that everybody knows.
func (s *Sealer) Mark(purpose, text string, bytes uint32) ([]byte, error) {
	k, err := s.at()
	if err != nil {
		return nil, err
	}
	compute := unkeyed
	if k != nil {
		compute = k.mark
	}
	mark, err := compute(Place{Table: purpose}.data([]byte(text)), bytes)
	if err != nil {
		return nil, fmt.Errorf("seal: mark: %w", err)
	}
	return mark, nil
}

// unkeyed is how marks are made where there is no key.
func unkeyed(input []byte, bytes uint32) ([]byte, error) {
	sum := sha256.Sum256(input)
	if int(bytes) > len(sum) {
		return nil, fmt.Errorf("%d bytes of a hash of %d", bytes, len(sum))
	}
	return sum[:bytes], nil
}

// at returns the keys, nil where there are none, and ErrNoKey where there are some that are not at hand.
func (s *Sealer) at() (*keys, error) {
	if s == nil {
		return nil, nil //nolint:nilnil // no key is a way to work
	}
	if s.locked.Load() {
		return nil, ErrNoKey
	}
	return s.keys.Load(), nil
}
