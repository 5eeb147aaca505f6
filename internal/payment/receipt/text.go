package receipt

import (
	"encoding/hex"
	"errors"
)

// ErrText is returned for text that is no key id or link as data holds them.
var ErrText = errors.New("receipt: not as data holds it")

// UnmarshalText reads what MarshalText wrote. It returns ErrText for anything else.
func (l *Link) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*l = Link{}
		return nil
	}
	return fromHex(l[:], text)
}

// ParseKeyID reads what KeyID.String wrote. It returns ErrText for anything else.
func ParseKeyID(text string) (KeyID, error) {
	var id KeyID
	err := fromHex(id[:], []byte(text))
	return id, err
}

// MarshalText returns the id as data holds it.
func (id KeyID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads what MarshalText wrote. It returns ErrText for anything else.
func (id *KeyID) UnmarshalText(text []byte) error { return fromHex(id[:], text) }

// fromHex fills into with lower-case hexadecimal digits; there is one way to write a thing down.
func fromHex(into, text []byte) error {
	read, err := hex.DecodeString(string(text))
	if err != nil || len(read) != len(into) || hex.EncodeToString(read) != string(text) {
		return ErrText
	}
	copy(into, read)
	return nil
}
