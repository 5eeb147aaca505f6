package witness

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"vienkopus/internal/platform/clock"
)

// Cosignatures are those of C2SP tlog-cosignature, version 1: Ed25519 over a line of its own, the time, and the checkpoint. A signature in a note is the
// time in eight bytes (seconds, UTC), the highest first, and 64 bytes of Ed25519 behind it.
const (
	algorithm = 4 // C2SP signed-note: timestamped Ed25519 cosignatures
	timeSize  = 8
	hashSize  = 4
)

// ErrBadKey says that a text is no key of a witness.
var ErrBadKey = errors.New("witness: this is no key of a witness")

// Verifier checks the cosignatures of one witness.
type Verifier struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

var _ note.Verifier = (*Verifier)(nil)

// Name is the name of the witness.
func (v *Verifier) Name() string { return v.name }

// KeyHash tells keys of one name apart.
func (v *Verifier) KeyHash() uint32 { return v.hash }

// Verify tells whether the witness has signed a checkpoint.
func (v *Verifier) Verify(text, signature []byte) bool {
	if len(signature) != timeSize+ed25519.SignatureSize {
		return false
	}
	at := binary.BigEndian.Uint64(signature)
	return ed25519.Verify(v.key, cosigned(at, text), signature[timeSize:])
}

// cosigned is what a witness signs.
func cosigned(at uint64, text []byte) []byte {
	return append(fmt.Appendf(nil, "cosignature/v1\ntime %d\n", at), text...)
}

// keyHash is that of C2SP signed-note.
func keyHash(name string, public ed25519.PublicKey) uint32 {
	sum := sha256.Sum256(append([]byte(name+"\n"), append([]byte{algorithm}, public...)...))
	return binary.BigEndian.Uint32(sum[:])
}

// public writes a public key as NAME+HASH+KEY.
func public(name string, key ed25519.PublicKey) string {
	return fmt.Sprintf("%s+%08x+%s", name, keyHash(name, key), base64.StdEncoding.EncodeToString(append([]byte{algorithm}, key...)))
}

// NewVerifier reads a public key, NAME+HASH+KEY. It returns ErrBadKey for anything else.
func NewVerifier(text string) (*Verifier, error) {
	parts := strings.SplitN(text, "+", 3)
	if len(parts) != 3 || !isName(parts[0]) {
		return nil, ErrBadKey
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 1+ed25519.PublicKeySize || key[0] != algorithm {
		return nil, ErrBadKey
	}
	v := &Verifier{name: parts[0], key: key[1:]}
	v.hash = keyHash(v.name, v.key)
	if parts[1] != fmt.Sprintf("%08x", v.hash) {
		return nil, ErrBadKey
	}
	return v, nil
}

// isName tells whether a witness may be called so: no space and no plus, as C2SP wants it.
func isName(name string) bool { return name != "" && !strings.ContainsAny(name, "+ \t\r\n/\\") }

// Signer cosigns checkpoints.
type Signer struct {
	*Verifier
	clock   clock.Clock
	private ed25519.PrivateKey
}

var _ note.Signer = (*Signer)(nil)

// privatePrefix begins a private key.
const privatePrefix = "PRIVATE+KEY+"

// Generate returns a new private key for a witness of that name. It returns ErrBadKey for a name that cannot be one.
func Generate(name string) (string, error) {
	if !isName(name) {
		return "", ErrBadKey
	}
	key, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return "", fmt.Errorf("witness: new key: %w", err)
	}
	secret := append([]byte{algorithm}, private.Seed()...)
	return fmt.Sprintf("%s%s+%08x+%s", privatePrefix, name, keyHash(name, key), base64.StdEncoding.EncodeToString(secret)), nil
}

// NewSigner reads a private key. It returns ErrBadKey for anything else, and never says what stood there.
func NewSigner(text string, c clock.Clock) (*Signer, error) {
	rest, ok := strings.CutPrefix(text, privatePrefix)
	parts := strings.SplitN(rest, "+", 3)
	if !ok || len(parts) != 3 || !isName(parts[0]) {
		return nil, ErrBadKey
	}
	secret, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(secret) != 1+ed25519.SeedSize || secret[0] != algorithm {
		return nil, ErrBadKey
	}
	private := ed25519.NewKeyFromSeed(secret[1:])
	key := private[ed25519.SeedSize:]
	v := &Verifier{name: parts[0], key: ed25519.PublicKey(key), hash: keyHash(parts[0], ed25519.PublicKey(key))}
	if parts[1] != fmt.Sprintf("%08x", v.hash) {
		return nil, ErrBadKey
	}
	return &Signer{Verifier: v, clock: c, private: private}, nil
}

// Sign signs a checkpoint with the time of the clock.
func (s *Signer) Sign(text []byte) ([]byte, error) {
	at := uint64(s.clock.Now().Unix()) //nolint:gosec // no clock stands before 1970
	return append(binary.BigEndian.AppendUint64(nil, at), ed25519.Sign(s.private, cosigned(at, text))...), nil
}

// Public is the key by which anybody checks.
func (s *Signer) Public() string { return public(s.name, s.key) }

// When returns when a witness has cosigned, by the signature as a note holds it (UTC).
func When(s note.Signature) (time.Time, error) {
	raw, err := base64.StdEncoding.DecodeString(s.Base64)
	if err != nil || len(raw) != hashSize+timeSize+ed25519.SignatureSize {
		return time.Time{}, fmt.Errorf("witness: the signature of %s is no cosignature", s.Name)
	}
	return time.Unix(int64(binary.BigEndian.Uint64(raw[hashSize:])), 0).UTC(), nil //nolint:gosec // past the year 9999 only in a forged one
}
