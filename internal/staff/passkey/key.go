package passkey

import (
	"encoding/json"
	"fmt"

	"github.com/go-webauthn/webauthn/webauthn"

	"vienkopus/internal/base/id"
)

// Owner is whose a passkey is.
type Owner struct {
	ID id.ID
	// SignIn and Name are what her device shows in its list.
	SignIn, Name string
}

// Key is a passkey as it is kept.
type Key struct {
	// Name is what its owner calls it.
	Name       string              `json:"name"`
	Credential webauthn.Credential `json:"credential"`
}

// ReadKey reads what Key.Text has written.
func ReadKey(text []byte) (Key, error) {
	var k Key
	if err := json.Unmarshal(text, &k); err != nil {
		return k, fmt.Errorf("passkey: kept: %w", err)
	}
	return k, nil
}

// Text is the passkey as it is kept.
func (k Key) Text() ([]byte, error) {
	k.Credential.Attestation = webauthn.CredentialAttestation{} // was not asked for
	text, err := json.Marshal(k)
	if err != nil {
		return nil, fmt.Errorf("passkey: %w", err)
	}
	return text, nil
}

// String names nobody's device.
func (k Key) String() string { return "a passkey" }

// GoString returns what String returns.
func (k Key) GoString() string { return k.String() }
