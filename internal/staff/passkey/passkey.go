// Package passkey lets browsers prove by a passkey who somebody is (W3C Web Authentication, level 3), without a table and without a page.
//
// A passkey stands for two proofs at once, because user verification is required: something she has, and her finger, face or PIN. It is found by itself (a discoverable credential), so that
// nobody types a name. Attestation is not asked for: which make of key somebody uses is nobody's business here.
package passkey

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"vienkopus/internal/base/id"
)

var (
	// ErrRefused says that an answer does not prove what it should.
	ErrRefused = errors.New("passkey: refused")
	// ErrUnverified says that whatever answered has asked for neither a finger, a face nor a PIN.
	ErrUnverified = errors.New("passkey: the person was not verified")
	// ErrAddress says that there can be no passkeys at an address: it has no name, or no HTTPS.
	ErrAddress = errors.New("passkey: there are none at this address")
)

// LongestAnswer bounds what a browser sends, in bytes.
const LongestAnswer = 12 << 10

// Site is the program at the address by which people reach it. A passkey of another address opens nothing here.
type Site struct{ party *webauthn.WebAuthn }

// At returns the site of an address such as "https://vienkopus.example". It returns ErrAddress for one without a name, and for one without HTTPS that is not this machine.
func At(address string) (*Site, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil, ErrAddress
	}
	host := strings.ToLower(u.Hostname())
	if net.ParseIP(host) != nil || u.Scheme != "https" && (u.Scheme != "http" || host != "localhost") {
		return nil, ErrAddress
	}
	party, err := webauthn.New(&webauthn.Config{
		RPID: host, RPDisplayName: "Vienkopus", RPOrigins: []string{u.Scheme + "://" + u.Host}, AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(), UserVerification: protocol.VerificationRequired,
		},
	})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAddress, err)
	}
	return &Site{party}, nil
}

// user is an owner as the library asks for her.
type user struct {
	Owner
	keys []webauthn.Credential
}

func (u user) WebAuthnID() []byte                         { return u.ID[:] }
func (u user) WebAuthnName() string                       { return u.SignIn }
func (u user) WebAuthnDisplayName() string                { return u.Name }
func (u user) WebAuthnCredentials() []webauthn.Credential { return u.keys }

func descriptors(keys []Key) []protocol.CredentialDescriptor {
	list := make([]protocol.CredentialDescriptor, len(keys))
	for i := range keys {
		list[i] = keys[i].Credential.Descriptor()
	}
	return list
}

// Offer returns what a browser needs to make a passkey, as JSON. A device that holds one of those that she has makes no second one.
func (s *Site) Offer(owner Owner, has []Key, challenge []byte) ([]byte, error) {
	options, _, err := s.begin(owner, has, challenge)
	if err != nil {
		return nil, err
	}
	return written(options.Response)
}

func (s *Site) begin(owner Owner, has []Key, challenge []byte) (*protocol.CredentialCreation, *webauthn.SessionData, error) {
	options, session, err := s.party.BeginRegistration(user{Owner: owner}, webauthn.WithExclusions(descriptors(has)), func(o *protocol.PublicKeyCredentialCreationOptions) error {
		o.Challenge = challenge
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("passkey: %w", err)
	}
	return options, session, nil
}

// Accept returns the passkey that a browser has made. It returns ErrRefused for an answer to another question or to another site, and ErrUnverified. Take takes the challenge back that was answered;
// what it returns is returned.
func (s *Site) Accept(owner Owner, answer []byte, take func(challenge []byte) error) (Key, error) {
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return Key{}, refused(err)
	}
	challenge, err := taken(parsed.Response.CollectedClientData.Challenge, take)
	if err != nil {
		return Key{}, err
	}
	if !parsed.Response.AttestationObject.AuthData.Flags.HasUserVerified() {
		return Key{}, ErrUnverified
	}
	_, session, err := s.begin(owner, nil, challenge)
	if err != nil {
		return Key{}, err
	}
	made, err := s.party.CreateCredential(user{Owner: owner}, *session, parsed)
	if err != nil {
		return Key{}, refused(err)
	}
	return Key{Credential: *made}, nil
}

// Ask returns what a browser needs to prove by a passkey who somebody is, as JSON: anybody, or the one who has these.
func (s *Site) Ask(has []Key, challenge []byte) ([]byte, error) {
	options, _, err := s.party.BeginDiscoverableLogin(webauthn.WithChallenge(challenge), webauthn.WithAllowedCredentials(descriptors(has)))
	if err != nil {
		return nil, fmt.Errorf("passkey: %w", err)
	}
	return written(options.Response)
}

// Answer is what a browser has sent, not proven yet.
type Answer struct {
	parsed *protocol.ParsedCredentialAssertionData
	// ID is that of the passkey.
	ID []byte
	// Owner is whose it says to be; zero where it says nothing, or nothing of ours.
	Owner id.ID
}

// Read reads an answer to Ask. It returns ErrRefused for what is none.
func Read(answer []byte) (Answer, error) {
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return Answer{}, refused(err)
	}
	a := Answer{parsed: parsed, ID: parsed.RawID}
	if len(parsed.Response.UserHandle) == len(a.Owner) {
		copy(a.Owner[:], parsed.Response.UserHandle)
	}
	return a, nil
}

// Prove returns how often the passkey says that it was used, when the answer proves that its owner is there. It returns what Accept returns.
func (s *Site) Prove(a Answer, owner Owner, key Key, take func(challenge []byte) error) (count uint32, err error) {
	challenge, err := taken(a.parsed.Response.CollectedClientData.Challenge, take)
	if err != nil {
		return 0, err
	}
	if !a.parsed.Response.AuthenticatorData.Flags.HasUserVerified() {
		return 0, ErrUnverified
	}
	who := user{Owner: owner, keys: []webauthn.Credential{key.Credential}}
	_, session, err := s.party.BeginDiscoverableLogin(webauthn.WithChallenge(challenge))
	if err != nil {
		return 0, fmt.Errorf("passkey: %w", err)
	}
	session.UserID = who.WebAuthnID()
	if _, err := s.party.ValidateLogin(who, *session, a.parsed); err != nil {
		return 0, refused(err)
	}
	return a.parsed.Response.AuthenticatorData.Counter, nil
}

func taken(text string, take func([]byte) error) ([]byte, error) {
	challenge, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil, refused(err)
	}
	return challenge, take(challenge)
}

func refused(err error) error { return fmt.Errorf("%w: %w", ErrRefused, err) }

func written(options any) ([]byte, error) {
	text, err := json.Marshal(options)
	if err != nil {
		return nil, fmt.Errorf("passkey: %w", err)
	}
	return text, nil
}
