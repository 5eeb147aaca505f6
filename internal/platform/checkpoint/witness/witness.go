// Package witness keeps the checkpoints of other nodes and cosigns those that go on from what it has seen, as C2SP tlog-witness describes it.
//
// A node that was put back to yesterday, or whose owner writes another history, states a log that does not contain what the witness has cosigned. The
// witness then signs nothing, keeps both signed texts, and says so; nobody can take them back. It is meant for the ministry, and needs no database: a
// directory with one file for the last checkpoint of each node, and one for the last of each day.
package witness

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/note"

	"vienkopus/internal/platform/checkpoint"
	"vienkopus/internal/platform/clock"
)

// What is wrong with a checkpoint that a witness is asked to cosign.
var (
	// ErrUnknown says that the witness was not told of the node.
	ErrUnknown = errors.New("witness: nobody has told this witness of that node")
	// ErrOrder says that a proof begins behind the checkpoint that it is for.
	ErrOrder = errors.New("witness: the proof begins behind the checkpoint")
	// ErrFork says that the checkpoint does not go on from the one that was cosigned last.
	ErrFork = errors.New("witness: the checkpoint does not go on from the one that was cosigned")
	// ErrTaken says that another program uses the directory.
	ErrTaken = errors.New("witness: another program uses this directory")
)

// Conflict says that the proof must begin at another size, that of the last checkpoint which was cosigned.
type Conflict struct{ Size int64 }

// Error says so.
func (c Conflict) Error() string { return fmt.Sprintf("witness: the last cosigned size is %d", c.Size) }

// Names of files in the directory of a witness.
const (
	keyFile   = "witness.key"
	knownFile = "known"
	lockFile  = "lock"
	lastFile  = "last.checkpoint"
)

// mostForks bounds how many texts that contradict what was cosigned are kept for each node.
const mostForks = 100

// Witness keeps what nodes have stated.
type Witness struct {
	dir    string
	signer *Signer
	clock  clock.Clock
	lock   *os.File

	mu    sync.Mutex
	known map[string]string
}

// Make makes a witness of that name in a directory that holds none, and returns its public key.
func Make(dir, name string) (string, error) {
	private, err := Generate(name)
	if err != nil {
		return "", err
	}
	s, err := NewSigner(private, clock.System{})
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("witness: %w", err)
	}
	return s.Public(), checkpoint.WriteNew(filepath.Join(dir, keyFile), private+"\n")
}

// Open opens the witness of a directory, and keeps other programs away from it until it is closed. It returns ErrTaken and ErrBadKey.
func Open(dir string, c clock.Clock) (*Witness, error) {
	private, err := os.ReadFile(filepath.Join(dir, keyFile)) //nolint:gosec // the operator names the directory
	if err != nil {
		return nil, fmt.Errorf("witness: %w", err)
	}
	w := &Witness{dir: dir, clock: c, known: map[string]string{}}
	if w.signer, err = NewSigner(strings.TrimSpace(string(private)), c); err != nil {
		return nil, err
	}
	known, err := os.ReadFile(filepath.Join(dir, knownFile)) //nolint:gosec // the same
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("witness: %w", err)
	}
	for _, public := range strings.Fields(string(known)) {
		name, err := nodeOf(public)
		if err != nil {
			return nil, err
		}
		w.known[name] = public
	}
	if w.lock, err = os.OpenFile(filepath.Join(dir, lockFile), os.O_CREATE|os.O_RDWR, 0o600); err != nil { //nolint:gosec // the same
		return nil, fmt.Errorf("witness: %w", err)
	}
	if err := syscall.Flock(int(w.lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("%w: %w", ErrTaken, err), w.lock.Close())
	}
	return w, nil
}

// Close lets other programs use the directory.
func (w *Witness) Close() error { return w.lock.Close() }

// Public is the key by which anybody checks the cosignatures.
func (w *Witness) Public() string { return w.signer.Public() }

// nodeOf returns the name in the public key of a node, which must be fit for the name of a directory.
func nodeOf(public string) (string, error) {
	v, err := note.NewVerifier(public)
	if err != nil {
		return "", fmt.Errorf("%w: %w", checkpoint.ErrBadKey, err)
	}
	if name := v.Name(); isName(name) && !strings.HasPrefix(name, ".") {
		return name, nil
	}
	return "", checkpoint.ErrBadKey
}

// Know tells the witness of a node by its public key. A node that has a new key is told of again: what the old one has signed stays, and a restart says
// from where the new one counts.
func (w *Witness) Know(public string) error {
	name, err := nodeOf(public)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.known[name] = public
	var all []string
	for _, p := range w.known {
		all = append(all, p)
	}
	slices.Sort(all)
	return checkpoint.Replace(filepath.Join(w.dir, knownFile), strings.Join(all, "\n")+"\n")
}

// Add cosigns a checkpoint that goes on from the last one, of size old, as the hashes of a proof show. It returns the line with the cosignature, once it is
// kept. It returns ErrUnknown, ErrOrder, a Conflict, ErrFork, and what checkpoint.Read returns.
func (w *Witness) Add(old int64, hashes [][]byte, signed []byte) (string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	name, c, err := w.read(signed)
	if err != nil {
		return "", err
	}
	if old > c.Size {
		return "", ErrOrder
	}
	last, _, err := w.last(name)
	if err != nil {
		return "", err
	}
	if old != last.Size {
		return "", Conflict{last.Size}
	}
	if err := goesOn(last, c, hashes); err != nil {
		return "", errors.Join(ErrFork, w.keepFork(name, c, signed))
	}
	return w.cosign(name, signed)
}

// read checks who has signed a checkpoint.
func (w *Witness) read(signed []byte) (string, checkpoint.Checkpoint, error) {
	first, _, _ := bytes.Cut(signed, []byte("\n"))
	name, ours := strings.CutPrefix(string(first), "vienkopus/")
	public, known := w.known[name]
	if !ours || !known {
		return "", checkpoint.Checkpoint{}, ErrUnknown
	}
	c, err := checkpoint.Read(signed, public)
	return name, c, err
}

// goesOn tells whether a log contains the one that was seen last; at the very first there is nothing to contain.
func goesOn(last, next checkpoint.Checkpoint, hashes [][]byte) error {
	switch {
	case last.Size == 0 && len(hashes) == 0:
		return nil
	case last.Size == 0:
		return ErrFork
	}
	//nolint:gosec // sizes are not below 0
	err := proof.VerifyConsistency(rfc6962.DefaultHasher, uint64(last.Size), uint64(next.Size), hashes, last.Root, next.Root)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrFork, err)
	}
	return nil
}

// cosign signs a checkpoint and keeps it before anybody gets the signature.
func (w *Witness) cosign(name string, signed []byte) (string, error) {
	v, err := note.NewVerifier(w.known[name])
	if err != nil {
		return "", fmt.Errorf("witness: %w", err)
	}
	n, err := note.Open(signed, note.VerifierList(v))
	if err != nil {
		return "", fmt.Errorf("witness: %w", err)
	}
	n.UnverifiedSigs = nil
	both, err := note.Sign(n, w.signer)
	if err != nil {
		return "", fmt.Errorf("witness: %w", err)
	}
	for _, file := range []string{lastFile, w.clock.Now().UTC().Format(time.DateOnly) + ".checkpoint"} {
		if err := w.keep(name, file, both); err != nil {
			return "", err
		}
	}
	lines := strings.SplitAfter(strings.TrimRight(string(both), "\n")+"\n", "\n")
	return lines[len(lines)-2], nil
}

func (w *Witness) keep(name, file string, signed []byte) error {
	dir := filepath.Join(w.dir, name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("witness: %w", err)
	}
	return checkpoint.Replace(filepath.Join(dir, file), string(signed))
}

// keepFork keeps a signed text that contradicts what was cosigned: it is the evidence.
func (w *Witness) keepFork(name string, c checkpoint.Checkpoint, signed []byte) error {
	files, err := filepath.Glob(filepath.Join(w.dir, name, "fork-*"))
	if err != nil || len(files) >= mostForks {
		return err //nolint:wrapcheck // a pattern of our own
	}
	return w.keep(name, fmt.Sprintf("fork-%012d-%s.checkpoint", c.Size, hex.EncodeToString(c.Root)[:16]), signed)
}

// Last returns the last checkpoint of a node that was cosigned, with the cosignature, and whether there is one.
func (w *Witness) Last(name string) ([]byte, bool, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, known := w.known[name]; !known {
		return nil, false, ErrUnknown
	}
	c, found, err := w.last(name)
	return []byte(c.Note), found, err
}

// last reads the last checkpoint of a node. Whether the node has signed it is not asked: this witness did, after it had looked.
func (w *Witness) last(name string) (checkpoint.Checkpoint, bool, error) {
	signed, err := os.ReadFile(filepath.Join(w.dir, name, lastFile)) //nolint:gosec // the name is that of a known node
	if errors.Is(err, fs.ErrNotExist) {
		return checkpoint.Checkpoint{}, false, nil
	}
	if err != nil {
		return checkpoint.Checkpoint{}, false, fmt.Errorf("witness: %w", err)
	}
	n, err := note.Open(signed, note.VerifierList(w.signer))
	if err != nil {
		return checkpoint.Checkpoint{}, false, fmt.Errorf("witness: what is kept of %s is damaged: %w", name, err)
	}
	c, err := checkpoint.Parse(n.Text)
	c.Note = string(signed)
	return c, true, err
}

// Restart lets the log of a node begin anew, as after a restore that somebody answers for. What was kept so far is set aside with the reason, and never
// deleted. It returns ErrUnknown.
func (w *Witness) Restart(name, why string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, known := w.known[name]; !known {
		return ErrUnknown
	}
	dir := filepath.Join(w.dir, name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("witness: %w", err)
	}
	now := w.clock.Now().UTC()
	if err := checkpoint.Replace(filepath.Join(dir, "why"), now.Format(time.RFC3339)+" "+why+"\n"); err != nil {
		return err
	}
	if err := os.Rename(dir, dir+"."+now.Format("20060102T150405.000000Z")); err != nil {
		return fmt.Errorf("witness: %w", err)
	}
	return nil
}

// Status is what a witness knows of a node.
type Status struct {
	Name string
	// Size and At are those of the last checkpoint that was cosigned (UTC); 0 where there is none.
	Size int64
	At   time.Time
	// Forks counts the texts that contradicted it.
	Forks int
}

// Nodes returns what is known of every node, by name.
func (w *Witness) Nodes() ([]Status, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []Status
	for name := range w.known {
		s := Status{Name: name}
		c, found, err := w.last(name)
		if err != nil {
			return nil, err
		}
		if found {
			n, err := note.Open([]byte(c.Note), note.VerifierList(w.signer))
			if err != nil {
				return nil, fmt.Errorf("witness: %w", err)
			}
			s.Size = c.Size
			if s.At, err = When(n.Sigs[0]); err != nil {
				return nil, err
			}
		}
		forks, err := filepath.Glob(filepath.Join(w.dir, name, "fork-*"))
		if err != nil {
			return nil, fmt.Errorf("witness: %w", err)
		}
		s.Forks = len(forks)
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b Status) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}
