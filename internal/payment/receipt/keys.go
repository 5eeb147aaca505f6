package receipt

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// KeysFormat is the format that a list of keys names itself by.
const KeysFormat = "vienkopus-receipt-keys-1"

// KeysPath is where a network publishes its list.
const KeysPath = "/.well-known/vienkopus/receipt-keys"

// Keys are the public keys of a network, old ones too: what a verifier trusts.
type Keys struct {
	list   []Key
	byName map[keyName]int
}

type keyName struct {
	node string
	id   KeyID
}

// ErrKeys is returned for a list of keys that is not one, or contradicts itself.
var ErrKeys = errors.New("receipt: not a list of keys")

// NewKeys returns a list in a fixed order: by node, then by time. It returns ErrKeys when a node has two keys with one id.
func NewKeys(list ...Key) (*Keys, error) {
	k := &Keys{list: slices.Clone(list), byName: map[keyName]int{}}
	slices.SortFunc(k.list, func(a, b Key) int {
		return cmp.Or(cmp.Compare(a.Node, b.Node), a.From.Compare(b.From), cmp.Compare(a.ID.String(), b.ID.String()))
	})
	for i, key := range k.list {
		name := keyName{key.Node, key.ID}
		if _, taken := k.byName[name]; taken {
			return nil, fmt.Errorf("%w: %s has two keys %s", ErrKeys, key.Node, key.ID)
		}
		k.byName[name] = i
	}
	return k, nil
}

// Find returns the key of a node.
func (k *Keys) Find(node string, id KeyID) (Key, bool) {
	i, found := k.byName[keyName{node, id}]
	if !found {
		return Key{}, false
	}
	return k.list[i], true
}

// All returns the keys in the order of the list.
func (k *Keys) All() []Key { return slices.Clone(k.list) }

// keysDocument is the list as JSON: a JWK Set (RFC 7517, RFC 8037) with three members of our own in each key.
type keysDocument struct {
	Format string     `json:"format"`
	Keys   []keyEntry `json:"keys"`
}

type keyEntry struct {
	Type        string `json:"kty"`
	Curve       string `json:"crv"`
	ID          string `json:"kid"`
	Public      string `json:"x"`
	Node        string `json:"node"`
	From        string `json:"from"`
	To          string `json:"to"`
	Compromised string `json:"compromised,omitempty"`
}

const (
	keyType  = "OKP"
	keyCurve = "Ed25519"
	// stamp is RFC 3339 in UTC, whole seconds: one way to write a moment.
	stamp = "2006-01-02T15:04:05Z"
)

// MarshalJSON returns the document that is published at KeysPath and built into the static page.
func (k *Keys) MarshalJSON() ([]byte, error) {
	doc := keysDocument{Format: KeysFormat, Keys: []keyEntry{}}
	for _, key := range k.list {
		entry := keyEntry{
			Type: keyType, Curve: keyCurve, ID: key.ID.String(), Public: base64.RawURLEncoding.EncodeToString(key.Public),
			Node: key.Node, From: key.From.UTC().Format(stamp), To: key.To.UTC().Format(stamp),
		}
		if !key.Compromised.IsZero() {
			entry.Compromised = key.Compromised.UTC().Format(stamp)
		}
		doc.Keys = append(doc.Keys, entry)
	}
	return json.Marshal(doc)
}

// ParseKeys reads a list of keys. Members that it does not know are passed over. It returns ErrKeys.
func ParseKeys(data []byte) (*Keys, error) {
	var doc keysDocument
	if err := json.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKeys, err)
	}
	if doc.Format != KeysFormat {
		return nil, fmt.Errorf("%w: the format is %q", ErrKeys, doc.Format)
	}
	list := make([]Key, 0, len(doc.Keys))
	for i, entry := range doc.Keys {
		key, err := entry.key()
		if err != nil {
			return nil, fmt.Errorf("%w: key %d: %w", ErrKeys, i+1, err)
		}
		list = append(list, key)
	}
	return NewKeys(list...)
}

func (e *keyEntry) key() (Key, error) {
	if e.Type != keyType || e.Curve != keyCurve {
		return Key{}, fmt.Errorf("%w: of type %q, curve %q", ErrKey, e.Type, e.Curve)
	}
	public, err := base64.RawURLEncoding.Strict().DecodeString(e.Public)
	if err != nil {
		return Key{}, fmt.Errorf("%w: %w", ErrKey, err)
	}
	from, err := time.Parse(stamp, e.From)
	if err != nil {
		return Key{}, fmt.Errorf("%w: %w", ErrKey, err)
	}
	to, err := time.Parse(stamp, e.To)
	if err != nil {
		return Key{}, fmt.Errorf("%w: %w", ErrKey, err)
	}
	key, err := NewKey(e.Node, public, from, to)
	if err != nil {
		return Key{}, err
	}
	if e.ID != key.ID.String() {
		return Key{}, fmt.Errorf("%w: the id is %q and must be %q", ErrKey, e.ID, key.ID)
	}
	if e.Compromised != "" {
		if key.Compromised, err = time.Parse(stamp, e.Compromised); err != nil {
			return Key{}, fmt.Errorf("%w: %w", ErrKey, err)
		}
	}
	return key, nil
}
