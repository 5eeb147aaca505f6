package witness

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"vienkopus/internal/platform/checkpoint"
	"vienkopus/internal/platform/sqldb"
)

// ErrLies says that a witness answers what cannot be: a signature that is not its own, or a refusal for which it has no evidence.
var ErrLies = errors.New("witness: its answer cannot be true")

// patience is how long a witness may take to answer.
const patience = 10 * time.Second

// Client is a witness as a node knows it.
type Client struct {
	// Address is where it answers, for example https://liecinieks.example.
	Address  string
	Verifier *Verifier
	http     http.Client
}

// NewClient reads KEY@ADDRESS: the public key of a witness and where it answers.
func NewClient(text string) (*Client, error) {
	key, address, _ := strings.Cut(text, "@")
	v, err := NewVerifier(key)
	if err != nil {
		return nil, err
	}
	at, err := url.Parse(address)
	if err != nil || (at.Scheme != "https" && at.Scheme != "http") || at.Host == "" || at.User != nil || at.RawQuery != "" {
		return nil, fmt.Errorf("%w: its address", ErrBadKey)
	}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Client{Address: strings.TrimRight(address, "/"), Verifier: v, http: http.Client{Timeout: patience, CheckRedirect: stay}}, nil
}

// Witnessed is a node with a witness.
type Witnessed struct {
	*Client
	Node *checkpoint.Node
	// Kept is the file beside the key that holds the last checkpoint with the cosignature.
	Kept string
}

// Tell has the witness cosign the last checkpoint, when it has not yet. It returns checkpoint.ErrLower when the witness holds a checkpoint of this node
// that the database does not hold, and ErrLies.
func (w *Witnessed) Tell(ctx context.Context) error {
	old, err := w.kept()
	if err != nil {
		return err
	}
	// The first attempt begins where this node believes the witness to stand, the next where the witness says that it stands.
	for range 3 {
		c, hashes, err := w.proof(ctx, old)
		switch {
		case errors.Is(err, checkpoint.ErrUnstated) && old > 0:
			old = 0 // the database was put back since, or the witness: it says what it holds
			continue
		case err != nil || c.Size == 0 || w.isKept(c):
			return err
		}
		size, done, err := w.ask(ctx, c, old, hashes)
		if err != nil || done {
			return err
		}
		if size > c.Size {
			break
		}
		old = size
	}
	return w.differs(ctx)
}

// proof returns the last checkpoint, and that it goes on from the one of size old.
func (w *Witnessed) proof(ctx context.Context, old int64) (c checkpoint.Checkpoint, hashes [][]byte, err error) {
	err = w.Node.DB.Snapshot(ctx, func(r sqldb.Reader) (err error) {
		c, hashes, err = checkpoint.Proof(ctx, r, old)
		return err
	})
	return c, hashes, err
}

// ask sends a checkpoint. It returns the size from which the witness wants the proof when that is another one.
func (w *Witnessed) ask(ctx context.Context, c checkpoint.Checkpoint, old int64, hashes [][]byte) (size int64, done bool, err error) {
	status, body, err := w.send(ctx, http.MethodPost, "/add-checkpoint", writeRequest(old, hashes, c.Note))
	switch {
	case err != nil:
		return 0, false, err
	case status == http.StatusOK:
		return 0, true, w.keep(c, body)
	case status == http.StatusConflict:
		size, err := strconv.ParseInt(strings.TrimSpace(string(body)), 10, 64)
		if err != nil || size < 0 {
			return 0, false, fmt.Errorf("%w: no size", ErrLies)
		}
		return size, false, nil
	case status == http.StatusUnprocessableEntity:
		return 0, true, w.differs(ctx)
	}
	return 0, false, fmt.Errorf("witness: %s answers %d", w.Verifier.name, status)
}

// keep checks the cosignature and keeps it beside the key.
func (w *Witnessed) keep(c checkpoint.Checkpoint, line []byte) error {
	both := c.Note + string(line)
	n, err := note.Open([]byte(both), note.VerifierList(w.Verifier))
	if err != nil || len(n.Sigs) != 1 {
		return fmt.Errorf("%w: %s has not signed", ErrLies, w.Verifier.name)
	}
	return checkpoint.Replace(w.Kept, both)
}

// kept is the size that the witness cosigned last, as this node knows.
func (w *Witnessed) kept() (int64, error) {
	signed, err := os.ReadFile(w.Kept)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("witness: %w", err)
	}
	c, err := checkpoint.Parse(string(signed))
	return c.Size, err
}

func (w *Witnessed) isKept(c checkpoint.Checkpoint) bool {
	signed, err := os.ReadFile(w.Kept)
	return err == nil && strings.HasPrefix(string(signed), c.Note)
}

// differs finds out in what the witness and this node differ: the checkpoint that the witness keeps is signed by this node, or the witness lies.
func (w *Witnessed) differs(ctx context.Context) error {
	signed, found, err := w.Seen(ctx)
	if err != nil {
		return err
	}
	if !found {
		return fmt.Errorf("%w: %s refuses, and holds nothing", ErrLies, w.Verifier.name)
	}
	first, err := w.Node.Lacks(ctx, signed)
	switch {
	case errors.Is(err, checkpoint.ErrForeign), errors.Is(err, checkpoint.ErrNote):
		return fmt.Errorf("%w: what %s holds was not signed by this node", ErrLies, w.Verifier.name)
	case err != nil:
		return err
	case first == "":
		return fmt.Errorf("%w: %s refuses what goes on from all that it holds", ErrLies, w.Verifier.name)
	}
	return fmt.Errorf("%w: witness %s: %s", checkpoint.ErrLower, w.Verifier.name, first)
}

// Ready asks the witness, before the node serves, whether it has seen more than the database holds. It returns checkpoint.ErrLower; a witness that does
// not answer holds up nobody.
func (w *Witnessed) Ready(ctx context.Context) error {
	signed, found, err := w.Seen(ctx)
	if err == nil && found {
		var first string
		if first, err = w.Node.Lacks(ctx, signed); err == nil && first != "" {
			return fmt.Errorf("%w: witness %s: %s", checkpoint.ErrLower, w.Verifier.name, first)
		}
	}
	if err != nil {
		slog.WarnContext(ctx, "the witness could not be asked", slog.String("witness", w.Verifier.name), slog.String("error", err.Error()))
	}
	return nil
}

// Seen returns the last checkpoint of this node that the witness has cosigned, and whether there is one.
func (w *Witnessed) Seen(ctx context.Context) ([]byte, bool, error) {
	status, body, err := w.send(ctx, http.MethodGet, "/checkpoint/"+url.PathEscape(w.Node.Key.Name()), nil)
	switch {
	case err != nil:
		return nil, false, err
	case status == http.StatusNotFound:
		return nil, false, nil
	case status != http.StatusOK:
		return nil, false, fmt.Errorf("witness: %s answers %d", w.Verifier.name, status)
	}
	return body, true, nil
}

func (c *Client) send(ctx context.Context, method, path string, body []byte) (status int, answer []byte, err error) {
	req, err := http.NewRequestWithContext(ctx, method, c.Address+path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, fmt.Errorf("witness: %w", err)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return 0, nil, fmt.Errorf("witness: %w", err)
	}
	defer func() { err = errors.Join(err, res.Body.Close()) }()
	answer, err = io.ReadAll(io.LimitReader(res.Body, most))
	if err != nil {
		return 0, nil, fmt.Errorf("witness: %w", err)
	}
	return res.StatusCode, answer, nil
}
