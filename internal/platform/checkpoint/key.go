package checkpoint

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// Key signs the checkpoints of a node. It lies outside the database and its backups, so that whoever owns the database cannot state another history.
type Key struct {
	signer   note.Signer
	verifier note.Verifier
	public   string
	// after is the size of the log up to which another key has signed, one that was lost.
	after int64
}

// Public is the key by which anybody checks, as C2SP writes it: name, hash and key.
func (k *Key) Public() string { return k.public }

var (
	// ErrNoKey says that there is no key where one must be.
	ErrNoKey = errors.New("checkpoint: there is no node key")
	// ErrBadKey says that a file holds no node key, or a damaged one.
	ErrBadKey = errors.New("checkpoint: the file holds no node key")
)

// keyMode lets nobody but the owner read.
const keyMode = 0o600

// ReadKey reads the key of a file. It returns ErrNoKey when there is no such file, and ErrBadKey for anything else than a key.
func ReadKey(path string) (*Key, error) {
	text, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %w", ErrNoKey, err)
	}
	if err != nil {
		return nil, fmt.Errorf("checkpoint: node key: %w", err)
	}
	k := &Key{}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch name {
		case "private":
			k.signer, err = note.NewSigner(value)
		case "public":
			k.public = value
			k.verifier, err = note.NewVerifier(value)
		case "after":
			k.after, err = strconv.ParseInt(value, 10, 64)
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %s: %s", ErrBadKey, path, name) // never what stands there
		}
	}
	if k.signer == nil || k.verifier == nil || k.signer.KeyHash() != k.verifier.KeyHash() {
		return nil, fmt.Errorf("%w: %s", ErrBadKey, path)
	}
	return k, nil
}

// MakeKey makes a key for a node and writes it to a file that must not be there; after is the size of the log up to which another key has signed.
func MakeKey(path, node string, after int64) (*Key, error) {
	private, public, err := note.GenerateKey(rand.Reader, node)
	if err != nil {
		return nil, fmt.Errorf("checkpoint: new node key: %w", err)
	}
	text := fmt.Sprintf("# The node key of Vienkopus. Who has it can state what the journals of this node were. Keep a copy away from the database.\nprivate %s\npublic %s\nafter %d\n",
		private, public, after)
	if err := WriteNew(path, text); err != nil {
		return nil, err
	}
	return ReadKey(path)
}

// Name is the node's.
func (k *Key) Name() string { return k.signer.Name() }

// WriteNew writes a file that must not be there, for its owner alone, and waits for the disk.
func WriteNew(path, text string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, keyMode) //nolint:gosec // the operator names the file
	if err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	_, err = file.WriteString(text)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	return syncDir(path)
}

// Replace puts a file in the place of one of the same name, whole or not at all, and waits for the disk.
func Replace(path, text string) error {
	next := path + ".new"
	if err := os.Remove(next); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("checkpoint: %w", err)
	}
	if err := WriteNew(next, text); err != nil {
		return err
	}
	if err := os.Rename(next, path); err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	return syncDir(path)
}

func syncDir(path string) error {
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	if err := errors.Join(dir.Sync(), dir.Close()); err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	return nil
}
