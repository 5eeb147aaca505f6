package custody

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"filippo.io/age"
	"filippo.io/age/armor"
)

var (
	// ErrRecipient says that a text names nobody for whom something can be sealed.
	ErrRecipient = errors.New("custody: this is no recipient")
	// ErrFew says that a copy of keys must be sealed for two, so that the loss of one of them loses nothing.
	ErrFew = errors.New("custody: a copy of the keys is sealed for two recipients at least")
	// ErrIdentity says that a file holds no identity that could open anything.
	ErrIdentity = errors.New("custody: the file holds no identity")
	// ErrSealed says that something is sealed, and for others than whoever is here.
	ErrSealed = errors.New("custody: it is sealed for others")
	// ErrCopy says that a file is no copy of keys, or a damaged one.
	ErrCopy = errors.New("custody: this is no copy of keys, or a damaged one")
)

// sealedFront is how every sealed file begins.
const sealedFront = "age-encryption.org/"

// Recipients reads for whom something is sealed: each is a recipient (age1…), or a file with one a line. Each is returned once. It returns ErrRecipient.
func Recipients(named []string) ([]age.Recipient, error) {
	var all []age.Recipient
	seen := map[string]bool{}
	for _, one := range named {
		text := one
		if !strings.HasPrefix(one, "age1") {
			read, err := os.ReadFile(one) //nolint:gosec // the operator names the file
			if err != nil {
				return nil, fmt.Errorf("custody: recipients: %w", err)
			}
			text = string(read)
		}
		found, err := age.ParseRecipients(strings.NewReader(text))
		if err != nil {
			return nil, fmt.Errorf("%w: %s", ErrRecipient, one)
		}
		for _, r := range found {
			name := fmt.Sprint(r)
			if !seen[name] {
				all = append(all, r)
			}
			seen[name] = true
		}
	}
	return all, nil
}

// Identities reads who opens what is sealed, from a file of age or from one that was typed from paper. It returns ErrIdentity.
func Identities(text string) ([]age.Identity, error) {
	if plain, err := FromPaper(text); err == nil {
		text = plain
	} else if IsPaper(text) {
		return nil, err
	}
	all, err := age.ParseIdentities(strings.NewReader(text))
	if err != nil {
		return nil, ErrIdentity // never what stands there
	}
	return all, nil
}

// NewIdentity draws somebody who can open what is sealed for the recipient.
func NewIdentity() (secret, recipient string, err error) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return "", "", fmt.Errorf("custody: identity: %w", err)
	}
	return id.String(), id.Recipient().String(), nil
}

// Seal seals the key file for the recipients, in letters. It returns ErrFew for less than two.
func (k *Keys) Seal(to []age.Recipient) (string, error) {
	if len(to) < 2 {
		return "", ErrFew
	}
	var out bytes.Buffer
	letters := armor.NewWriter(&out)
	w, err := age.Encrypt(letters, to...)
	if err == nil {
		_, err = io.WriteString(w, k.file.text())
		err = errors.Join(err, w.Close(), letters.Close())
	}
	if err != nil {
		return "", fmt.Errorf("custody: seal: %w", err)
	}
	return out.String(), nil
}

// FromCopy reads a copy of a key file: sealed, for one of the identities, or typed from paper. It returns ErrSealed, ErrPaper and ErrCopy.
func FromCopy(text string, by []age.Identity) (*Keys, error) {
	switch {
	case IsPaper(text):
		plain, err := FromPaper(text)
		if err != nil {
			return nil, err
		}
		text = plain
	case strings.HasPrefix(strings.TrimSpace(text), armor.Header):
		r, err := Unseal(armor.NewReader(strings.NewReader(strings.TrimSpace(text)+"\n")), by)
		if err != nil {
			return nil, err
		}
		plain, err := io.ReadAll(r)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrCopy, err)
		}
		text = string(plain)
	default:
		return nil, ErrCopy
	}
	k, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCopy, err)
	}
	return k, nil
}

// IsSealed tells whether a file is sealed, and returns it whole.
func IsSealed(r io.Reader) (io.Reader, bool) {
	buffered := bufio.NewReader(r)
	front, err := buffered.Peek(len(sealedFront))
	return buffered, err == nil && string(front) == sealedFront
}

// Unseal returns what is in a sealed file. It returns ErrSealed when none of the identities opens it, and ErrCopy for a damaged front.
func Unseal(r io.Reader, by []age.Identity) (io.Reader, error) {
	if len(by) == 0 {
		return nil, ErrSealed
	}
	plain, err := age.Decrypt(r, by...)
	var none *age.NoIdentityMatchError
	switch {
	case errors.As(err, &none):
		return nil, ErrSealed
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrCopy, err)
	}
	return plain, nil
}
