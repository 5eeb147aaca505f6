package checkpoint

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"vienkopus/internal/platform/safefile"
)

// Key signs the checkpoints of a node. It lies outside the database and its backups, so that whoever owns the database cannot state another history.
type Key struct {
	signer   note.Signer
	verifier note.Verifier
	public   string
	// after is the size of the log up to which another key has signed, one that was lost or one that this one took over from.
	after int64
	// earlier are the keys that this one took over from, the newest first.
	earlier []note.Verifier
}

// Sign signs a text, which ends in a line feed, as a note. What is no checkpoint begins with another line than one.
func (k *Key) Sign(text string) (string, error) {
	signed, err := note.Sign(&note.Note{Text: text}, k.signer)
	if err != nil {
		return "", fmt.Errorf("checkpoint: signature: %w", err)
	}
	return string(signed), nil
}

// Name is the node's.
func (k *Key) Name() string { return k.signer.Name() }

// Publics are the public keys of the node, the newest first: its own and those that it took over from.
func (k *Key) Publics() []string {
	all := []string{k.public}
	for _, v := range k.earlier {
		all = append(all, v.(publicVerifier).text) //nolint:errcheck,forcetypeassert // only they are put there
	}
	return all
}

// publicVerifier remembers how its key is written.
type publicVerifier struct {
	note.Verifier
	text string
}

// all are the verifiers of the node.
func (k *Key) all() note.Verifiers { return oneOf(append([]note.Verifier{k.verifier}, k.earlier...)) }

// Signed returns the text of a note that one of the public keys has signed. It returns ErrForeign when none has, and ErrNote for what is no note.
func Signed(signed []byte, publics ...string) (string, error) {
	var list []note.Verifier
	for _, public := range publics {
		v, err := note.NewVerifier(public)
		if err != nil {
			return "", fmt.Errorf("%w: the public key: %w", ErrBadKey, err)
		}
		list = append(list, v)
	}
	n, err := opened(signed, oneOf(list))
	if err != nil {
		return "", err
	}
	return n.Text, nil
}

// oneOf finds verifiers by name and hash, also when one is named twice.
type oneOf []note.Verifier

// Verifier implements note.Verifiers.
func (all oneOf) Verifier(name string, hash uint32) (note.Verifier, error) {
	for _, v := range all {
		if v.Name() == name && v.KeyHash() == hash {
			return v, nil
		}
	}
	return nil, &note.UnknownVerifierError{Name: name, KeyHash: hash}
}

// Public is the key by which anybody checks, as C2SP writes it: name, hash and key.
func (k *Key) Public() string { return k.public }

var (
	// ErrNoKey says that there is no key where one must be.
	ErrNoKey = errors.New("checkpoint: there is no node key")
	// ErrBadKey says that a file holds no node key, or a damaged one.
	ErrBadKey = errors.New("checkpoint: the file holds no node key")
)

// ReadKey reads the key of a file. It returns ErrNoKey when there is no such file, and ErrBadKey for anything else than a key.
func ReadKey(path string) (*Key, error) {
	text, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %w", ErrNoKey, err)
	}
	if err != nil {
		return nil, fmt.Errorf("checkpoint: node key: %w", err)
	}
	k, err := ParseKey(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return k, nil
}

// ParseKey reads the lines of a key out of a text that may have others. It returns ErrBadKey where there is none, and never says what stands there.
func ParseKey(text string) (*Key, error) {
	k := &Key{}
	var err error
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch name {
		case "private":
			k.signer, err = note.NewSigner(value)
		case "public":
			k.public = value
			k.verifier, err = note.NewVerifier(value)
		case "earlier":
			var v note.Verifier
			v, err = note.NewVerifier(value)
			k.earlier = append(k.earlier, publicVerifier{v, value})
		case "after":
			k.after, err = strconv.ParseInt(value, 10, 64)
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %s", ErrBadKey, name)
		}
	}
	if k.signer == nil || k.verifier == nil || k.signer.KeyHash() != k.verifier.KeyHash() {
		return nil, ErrBadKey
	}
	return k, nil
}

// MakeKey makes a key for a node and writes it to a file that must not be there; after is the size of the log up to which another key has signed.
func MakeKey(path, node string, after int64) (*Key, error) {
	text, err := DrawKey(node, after)
	if err != nil {
		return nil, err
	}
	if err := safefile.Create(path, text); err != nil {
		return nil, err
	}
	return ReadKey(path)
}

// DrawKey draws a key and returns the lines of its file; after is as in MakeKey.
func DrawKey(node string, after int64) (string, error) {
	private, public, err := note.GenerateKey(rand.Reader, node)
	if err != nil {
		return "", fmt.Errorf("checkpoint: new node key: %w", err)
	}
	return fmt.Sprintf("# The keys of a node of Vienkopus. Who has them can state what its journals were. Keep a copy away from the database.\nprivate %s\npublic %s\nafter %d\n",
		private, public, after), nil
}
