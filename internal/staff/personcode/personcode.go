// Package personcode tells whether two accounts are of one person, without keeping who she is.
//
// A personal code, or the number of a document of somebody who has none, becomes an HMAC with a key that lies outside the database. Codes are few, so that a
// plain hash could be guessed; with the key they cannot. What was typed is never kept and never shown.
package personcode

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"regexp"
	"strings"
	"unicode"

	"vienkopus/internal/base/fault"
)

// Latvian is the kind of a Latvian personal code. Every other kind is a country of two letters (ISO 3166-1), a hyphen, and what the number is of: "LT-id", "UA-passport".
const Latvian = "lv"

// SecretSize is the length of a key, in bytes.
const SecretSize = 32

// ErrSecret says that a key has another length than SecretSize.
var ErrSecret = errors.New("personcode: this is no key")

// Key makes codes. It does not show itself.
type Key struct{ secret []byte }

// NewKey returns the key with this secret. It returns ErrSecret for one of another length.
func NewKey(secret []byte) (*Key, error) {
	if len(secret) != SecretSize {
		return nil, ErrSecret
	}
	return &Key{append([]byte(nil), secret...)}, nil
}

// String returns what may be shown of the key.
func (k *Key) String() string { return "person key " + k.Fingerprint() }

// Fingerprint names the key without telling anything of it: 16 hexadecimal digits.
func (k *Key) Fingerprint() string {
	return hex.EncodeToString(k.mac("vienkopus-person-key-1", "")[:8])
}

func (k *Key) mac(context, text string) []byte {
	mac := hmac.New(sha256.New, k.secret)
	mac.Write([]byte(context + "\x00" + text))
	return mac.Sum(nil)
}

// Elsewhere returns the code of an account elsewhere, 32 bytes: some issuers call people by their personal codes.
func (k *Key) Elsewhere(issuer, subject string) []byte {
	return k.mac("vienkopus-elsewhere-1", issuer+"\x00"+subject)
}

// Code returns the code of what was typed, 32 bytes. It returns the faults "staff.code_kind" for a kind that is none and "staff.code_malformed" for what cannot be such a
// number. Spaces, hyphens and case do not matter.
func (k *Key) Code(kind, typed string) ([]byte, error) {
	number := fold(typed)
	switch {
	case kind == Latvian:
		if !isLatvian(number) {
			return nil, fault.NewInvalid("staff.code_malformed").On("person_code")
		}
	case !foreign.MatchString(kind):
		return nil, fault.NewInvalid("staff.code_kind").On("code_kind")
	case strings.HasPrefix(kind, "LV-"): // who has a Latvian document has a Latvian code: two numbers would be two persons
		return nil, fault.NewInvalid("staff.code_kind").On("code_kind")
	case len(number) < shortest || len(number) > longest:
		return nil, fault.NewInvalid("staff.code_malformed").On("person_code")
	}
	return k.mac("vienkopus-person-1", kind+"\x00"+number), nil
}

// shortest and longest bound the number of a foreign document, in characters.
const (
	shortest = 5
	longest  = 32
)

var (
	foreign = regexp.MustCompile(`^[A-Z]{2}-(id|passport|code)$`)
	digits  = regexp.MustCompile(`^[0-9]{11}$`)
)

func fold(typed string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return -1
	}, typed)
}

// isLatvian tells whether a number can be a Latvian personal code: eleven digits, whose last one is the check of the others unless it begins with 32, as
// codes without a date of birth do (since 1 July 2017; Law on the Register of Natural Persons).
func isLatvian(number string) bool {
	if !digits.MatchString(number) {
		return false
	}
	if strings.HasPrefix(number, "32") {
		return true
	}
	sum := 1101
	for i, weight := range []int{1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum -= int(number[i]-'0') * weight
	}
	return sum%11 == int(number[10]-'0')
}
