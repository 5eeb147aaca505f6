// Package passkeytest is a device with passkeys, for tests: it signs what a browser would have it sign, and lies where a test wants it to.
package passkeytest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"

	"github.com/fxamacker/cbor/v2"
)

// Device makes passkeys and answers with them.
type Device struct {
	T testing.TB
	// Origin is the page that asks, as the browser says, and RP the name that passkeys are bound to.
	Origin, RP string
	// Unverified asks for neither a finger nor a PIN, and Uncounted says 0 for how often it was used.
	Unverified, Uncounted bool
	// Count is how often it was used.
	Count uint32
	keys  []key
}

type key struct {
	id, user []byte
	secret   *ecdsa.PrivateKey
}

// The flags of authenticator data (Web Authentication level 3, §6.1).
const (
	present  = 1 << 0
	verified = 1 << 2
	attested = 1 << 6
)

// Copy is another device that holds the same passkeys.
func (d *Device) Copy() *Device {
	other := *d
	return &other
}

var b64 = base64.RawURLEncoding

func (d *Device) client(kind string, challenge string) []byte {
	text, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": d.Origin, "crossOrigin": false})
	d.must(err)
	return text
}

func (d *Device) must(err error) {
	d.T.Helper()
	if err != nil {
		d.T.Fatal(err)
	}
}

// data is the authenticator data without what follows the counter.
func (d *Device) data(flags byte) []byte {
	if d.Count++; d.Uncounted {
		d.Count = 0
	}
	if flags |= present; !d.Unverified {
		flags |= verified
	}
	rp := sha256.Sum256([]byte(d.RP))
	return binary.BigEndian.AppendUint32(append(rp[:], flags), d.Count)
}

// Create makes a passkey as a page asks for it, and returns what the browser sends.
func (d *Device) Create(options string) string {
	d.T.Helper()
	var asked struct {
		Challenge string
		User      struct{ ID string }
	}
	d.must(json.Unmarshal([]byte(options), &asked))
	user, err := b64.DecodeString(asked.User.ID)
	d.must(err)
	secret, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	d.must(err)
	made := key{id: make([]byte, 32), user: user, secret: secret}
	rand.Read(made.id)
	d.keys = append(d.keys, made)
	point, err := secret.PublicKey.Bytes() // 4, x, y
	d.must(err)
	public, err := cbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]}) // RFC 9053 §7.1.1, ES256
	d.must(err)
	data := append(d.data(attested), make([]byte, 16)...) // no make of device
	data = binary.BigEndian.AppendUint16(data, 32)
	data = append(append(data, made.id...), public...)
	object, err := cbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": data})
	d.must(err)
	return d.send(made.id, map[string]any{"attestationObject": b64.EncodeToString(object), "clientDataJSON": b64.EncodeToString(d.client("webauthn.create", asked.Challenge))})
}

// Get answers with the passkey that was made last, and returns what the browser sends.
func (d *Device) Get(options string) string {
	d.T.Helper()
	var asked struct{ Challenge string }
	d.must(json.Unmarshal([]byte(options), &asked))
	k := d.keys[len(d.keys)-1]
	client, data := d.client("webauthn.get", asked.Challenge), d.data(0)
	hash := sha256.Sum256(client)
	digest := sha256.Sum256(append(append([]byte{}, data...), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, k.secret, digest[:])
	d.must(err)
	return d.send(k.id, map[string]any{
		"authenticatorData": b64.EncodeToString(data), "clientDataJSON": b64.EncodeToString(client), "signature": b64.EncodeToString(signature), "userHandle": b64.EncodeToString(k.user),
	})
}

func (d *Device) send(id []byte, response map[string]any) string {
	name := b64.EncodeToString(id)
	text, err := json.Marshal(map[string]any{"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": map[string]any{}, "authenticatorAttachment": "platform"})
	d.must(err)
	return string(text)
}
