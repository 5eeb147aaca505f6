package receipt

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// KeyID is the first four bytes of the SHA-256 hash of a public key: enough to find it among the keys of one node.
type KeyID [4]byte

// String returns the id as eight lower-case hexadecimal digits.
func (id KeyID) String() string { return hex.EncodeToString(id[:]) }

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

// ErrText is returned for text that is no key id or link as data holds them.
var ErrText = errors.New("receipt: not as data holds it")

// Key is a public key of a node and the time in which it signs.
type Key struct {
	// Node is who signs with it: LV-CESIS.
	Node string
	// ID is what a code names the key by.
	ID KeyID
	// Public are the 32 bytes of the key. Source: RFC 8032 §5.1.5.
	Public ed25519.PublicKey
	// From is the first second at which the key signs, To the first at which it no longer does (UTC). A key stays in the
	// list for ever, because paper does.
	From, To time.Time
	// Compromised is since when others may have the key (UTC), or zero. No receipt of such a key proves itself any more,
	// whatever date it bears, because a thief can date back.
	Compromised time.Time
}

// ErrKey is returned for a key that cannot be used: of another length, without a node, or without a time.
var ErrKey = errors.New("receipt: not a key")

// NewKey returns the entry of a public key for the list; its id follows from the key. It returns ErrKey.
func NewKey(node string, public ed25519.PublicKey, from, to time.Time) (Key, error) {
	switch {
	case !IsNode(node):
		return Key{}, fmt.Errorf("%w: the node %q is not named as NETWORK-NODE with at most %d characters", ErrKey, node, MaxNode)
	case len(public) != ed25519.PublicKeySize:
		return Key{}, fmt.Errorf("%w: %d bytes instead of %d", ErrKey, len(public), ed25519.PublicKeySize)
	case from.Unix() < 1 || to.Unix() > MaxNumber || !from.Before(to):
		return Key{}, fmt.Errorf("%w: valid from %s to %s", ErrKey, from.Format(time.RFC3339), to.Format(time.RFC3339))
	}
	sum := sha256.Sum256(public)
	return Key{Node: node, ID: KeyID(sum[:len(KeyID{})]), Public: public, From: from.UTC(), To: to.UTC()}, nil
}

// covers says whether the key signs at a moment; only whole seconds count, as in the code.
func (k *Key) covers(at time.Time) bool {
	return at.Unix() >= k.From.Unix() && at.Unix() < k.To.Unix()
}

func edPublic(public []byte) ed25519.PublicKey { return public }

// SigningKey signs the receipts of one node for a time. It is a secret: it must never be logged, sent or put in a journal.
type SigningKey struct {
	public  Key
	private ed25519.PrivateKey
}

// NewSigningKey returns the key of a node that grows out of 32 secret random bytes. It returns ErrKey.
func NewSigningKey(node string, seed []byte, from, to time.Time) (*SigningKey, error) {
	if len(seed) != ed25519.SeedSize {
		return nil, fmt.Errorf("%w: %d bytes of seed instead of %d", ErrKey, len(seed), ed25519.SeedSize)
	}
	private := ed25519.NewKeyFromSeed(seed)
	public, err := NewKey(node, ed25519.PublicKey(private[ed25519.SeedSize:]), from, to)
	if err != nil {
		return nil, err
	}
	return &SigningKey{public: public, private: private}, nil
}

// Public returns what the list of keys says about the key.
func (k *SigningKey) Public() Key { return k.public }

// String hides the secret from logs.
func (k *SigningKey) String() string {
	return "signing key " + k.public.Node + " " + k.public.ID.String()
}

// GoString hides the secret from %#v too.
func (k *SigningKey) GoString() string { return k.String() }
