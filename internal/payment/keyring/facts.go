package keyring

import (
	"encoding/base64"
	"fmt"
	"time"

	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/journal"
)

// Introduced says that a node signs receipts with a key from one moment to another. It is posted at the desk of the network.
type Introduced struct {
	Node   string        `json:"node"`
	Kid    receipt.KeyID `json:"kid"`
	Public PublicKey     `json:"public"`
	// From is the first second at which the key signs, To the first at which it no longer does (UTC).
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// Compromised says that others may have a key, so that no receipt of it proves itself any more. It is posted at the desk of the network.
type Compromised struct {
	Node string        `json:"node"`
	Kid  receipt.KeyID `json:"kid"`
	// Since is since when they may have it (UTC).
	Since time.Time `json:"since"`
}

// PublicKey are the 32 bytes of a public key, written as in the published list: base64url without padding. Source: RFC 8037 §2.
type PublicKey []byte

// MarshalText implements encoding.TextMarshaler.
func (k PublicKey) MarshalText() ([]byte, error) {
	return base64.RawURLEncoding.AppendEncode(nil, k), nil
}

// UnmarshalText implements encoding.TextUnmarshaler. It returns an error for what is not base64url.
func (k *PublicKey) UnmarshalText(text []byte) error {
	data, err := base64.RawURLEncoding.Strict().DecodeString(string(text))
	if err != nil {
		return fmt.Errorf("keyring: public key: %w", err)
	}
	*k = data
	return nil
}

// Facts returns the kinds of line about keys.
func Facts() []journal.Definition {
	return []journal.Definition{journal.Define[Introduced](), journal.Define[Compromised]()}
}

// Subject is how the lines about a key are found.
func Subject(node string, kid receipt.KeyID) string {
	return "receipt-key:" + node + "/" + kid.String()
}

// Kind implements journal.Fact.
func (Introduced) Kind() string { return "receipt-key.introduced" }

// Version implements journal.Fact.
func (Introduced) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f Introduced) Subjects() []string { return []string{Subject(f.Node, f.Kid)} }

// ToKey returns what the line introduces. It returns receipt.ErrKey for a line that introduces none: a number of bytes that is no key,
// an id of another key, a node or time that cannot be.
func (f Introduced) ToKey() (receipt.Key, error) {
	key, err := receipt.NewKey(f.Node, []byte(f.Public), time.Unix(f.From.Unix(), 0), time.Unix(f.To.Unix(), 0))
	if err != nil {
		return receipt.Key{}, err
	}
	if key.ID != f.Kid {
		return receipt.Key{}, fmt.Errorf("%w: the id is %s and must be %s", receipt.ErrKey, f.Kid, key.ID)
	}
	return key, nil
}

// Kind implements journal.Fact.
func (Compromised) Kind() string { return "receipt-key.compromised" }

// Version implements journal.Fact.
func (Compromised) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f Compromised) Subjects() []string { return []string{Subject(f.Node, f.Kid)} }
