// Package checkpoint states what the journals of a node were, in a form that nobody can take back.
//
// Chains of hashes show that no line was changed behind another. They do not show that the end is missing, or that the whole file was put back to
// yesterday. So every quarter of an hour the node states the heads of the desks that have moved: each statement is a leaf of a log that only grows
// (RFC 6962), and the root of the log is signed with the node's key, which lies outside the database. The signed text, a checkpoint in the format of
// C2SP (tlog-checkpoint), is handed out of the node's reach: a directory without delete, other nodes, a printed code. Whoever has one proves later that
// the database still holds every line that was stated.
//
// It proves lines, and through them all that follows from lines. It does not prove the last minutes before a cut, nor the tables that follow from no
// line. The format is in docs/formats/checkpoint.md.
package checkpoint

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/note"

	"vienkopus/internal/platform/sqldb"
)

// Migration makes the log. Its rows are only added.
var Migration = sqldb.Migration{Number: 13, Name: "checkpoints", SQL: `
CREATE TABLE checkpoint_leaf (
	position BIGINT NOT NULL PRIMARY KEY,
	desk     TEXT   NOT NULL,
	number   BIGINT NOT NULL,
	hash     BLOB   NOT NULL
);
CREATE UNIQUE INDEX checkpoint_leaf_desk ON checkpoint_leaf (desk, number);
CREATE TABLE checkpoint (
	size  BIGINT NOT NULL PRIMARY KEY,
	at    BIGINT NOT NULL,
	spine BLOB   NOT NULL,
	note  TEXT   NOT NULL
);
`}

// Kept are the tables that a backup holds.
var Kept = []string{"checkpoint_leaf", "checkpoint"}

// Statement says that a desk's journal ended, at some time, in a line of that number and hash.
type Statement struct {
	Desk   string
	Number int64
	Hash   []byte
}

// leaf is the statement as the log holds it.
func (s Statement) leaf() []byte {
	return fmt.Appendf(nil, "vienkopus-head-1\n%s\n%d\n%s\n", s.Desk, s.Number, hex.EncodeToString(s.Hash))
}

// Checkpoint is a signed statement of the whole log.
type Checkpoint struct {
	// Size is how many statements the log held, and Root the root of its tree.
	Size int64
	Root []byte
	// At is when it was stated (UTC).
	At time.Time
	// Note is what was signed, with the signature.
	Note string
}

// Code is short enough for a day sheet: the first 16 digits of the root, in fours.
func (c Checkpoint) Code() string {
	text := hex.EncodeToString(c.Root)[:16]
	return text[:4] + " " + text[4:8] + " " + text[8:12] + " " + text[12:]
}

// ErrCode says that a text is no code of a checkpoint.
var ErrCode = errors.New("checkpoint: a code is 16 digits, 0 to 9 and a to f")

// ByCode returns the checkpoint with that code, as a sheet of paper has it: capital letters and spaces do not matter. Its signature is not checked, for
// the paper is what proves it. It returns ErrCode.
func ByCode(ctx context.Context, r sqldb.Reader, code string) (Checkpoint, bool, error) {
	code = strings.ToLower(strings.Join(strings.Fields(code), ""))
	if raw, err := hex.DecodeString(code); err != nil || len(raw) != 8 {
		return Checkpoint{}, false, ErrCode
	}
	var match Checkpoint
	err := sqldb.Each(ctx, r, `SELECT size, at, spine, note FROM checkpoint ORDER BY size`, nil, func(rows *sql.Rows) error {
		c, _, err := scan(rows)
		if err == nil && hex.EncodeToString(c.Root)[:16] == code {
			match = c
		}
		return err
	})
	return match, match.Size > 0, err
}

// origin names the log.
func origin(name string) string { return "vienkopus/" + name }

// text is what is signed.
func text(name string, size int64, root []byte) string {
	return fmt.Sprintf("%s\n%d\n%s\n", origin(name), size, base64.StdEncoding.EncodeToString(root))
}

var (
	// ErrNote says that a text is no checkpoint, or one that was changed.
	ErrNote = errors.New("checkpoint: this is no checkpoint")
	// ErrForeign says that a checkpoint was signed by another key, or for another node.
	ErrForeign = errors.New("checkpoint: another key has signed this checkpoint")
)

// Read reads a checkpoint and checks its signature with a public key. It returns ErrNote and ErrForeign.
func Read(signed []byte, public string) (Checkpoint, error) {
	v, err := note.NewVerifier(public)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("%w: the public key: %w", ErrBadKey, err)
	}
	return read(signed, v)
}

func read(signed []byte, v note.Verifier) (Checkpoint, error) {
	n, err := note.Open(signed, note.VerifierList(v))
	var unknown *note.UnverifiedNoteError
	switch {
	case errors.As(err, &unknown):
		return Checkpoint{}, ErrForeign
	case err != nil:
		return Checkpoint{}, fmt.Errorf("%w: %w", ErrNote, err)
	}
	c, err := Parse(n.Text)
	switch {
	case err != nil:
		return Checkpoint{}, err
	case !strings.HasPrefix(n.Text, origin(v.Name())+"\n"):
		return Checkpoint{}, ErrForeign
	}
	c.Note = string(signed)
	return c, nil
}

// Parse reads the text of a checkpoint, whose signatures were checked. It returns ErrNote.
func Parse(text string) (c Checkpoint, err error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 {
		return Checkpoint{}, ErrNote
	}
	if c.Size, err = strconv.ParseInt(lines[1], 10, 64); err != nil || c.Size < 0 {
		return Checkpoint{}, fmt.Errorf("%w: its size", ErrNote)
	}
	if c.Root, err = base64.StdEncoding.DecodeString(lines[2]); err != nil || len(c.Root) != sha256.Size {
		return Checkpoint{}, fmt.Errorf("%w: its root", ErrNote)
	}
	return c, nil
}

// tree grows by leaves and knows its root.
type tree struct{ spine *compact.Range }

var hashes = compact.RangeFactory{Hash: rfc6962.DefaultHasher.HashChildren}

func emptyTree() tree { return tree{hashes.NewEmptyRange(0)} }

// grown is a tree of that size, by its spine: the hashes of its perfect parts, one behind the other.
func grown(size int64, spine []byte) (tree, error) {
	if size < 0 || len(spine)%sha256.Size != 0 {
		return tree{}, errors.New("checkpoint: the spine of the log is damaged")
	}
	var parts [][]byte
	for i := 0; i < len(spine); i += sha256.Size {
		parts = append(parts, bytes.Clone(spine[i:i+sha256.Size]))
	}
	r, err := hashes.NewRange(0, uint64(size), parts)
	if err != nil {
		return tree{}, fmt.Errorf("checkpoint: the spine of the log is damaged: %w", err)
	}
	return tree{r}, nil
}

func (t tree) add(s Statement) error {
	if err := t.spine.Append(rfc6962.DefaultHasher.HashLeaf(s.leaf()), nil); err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	return nil
}

func (t tree) size() int64 { return int64(t.spine.End()) } //nolint:gosec // a log has no 2^63 leaves

func (t tree) root() ([]byte, error) {
	if t.spine.End() == 0 {
		return rfc6962.DefaultHasher.EmptyRoot(), nil
	}
	root, err := t.spine.GetRootHash(nil)
	if err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	return root, nil
}

func (t tree) bytes() []byte { return bytes.Join(t.spine.Hashes(), nil) }

// Latest returns the last checkpoint of a database, and whether there is one. Its signature is not checked.
func Latest(ctx context.Context, r sqldb.Reader) (Checkpoint, bool, error) {
	c, _, found, err := latest(ctx, r)
	return c, found, err
}

func latest(ctx context.Context, r sqldb.Reader) (Checkpoint, []byte, bool, error) {
	c, spine, err := scan(r.QueryRow(ctx, `SELECT size, at, spine, note FROM checkpoint ORDER BY size DESC LIMIT 1`))
	if errors.Is(err, sql.ErrNoRows) {
		return Checkpoint{}, nil, false, nil
	}
	return c, spine, err == nil, err
}

// scan reads a row of the log, and computes its root.
func scan(row interface{ Scan(dest ...any) error }) (c Checkpoint, spine []byte, err error) {
	var at int64
	if err := row.Scan(&c.Size, &at, &spine, &c.Note); err != nil {
		return Checkpoint{}, nil, fmt.Errorf("checkpoint: %w", err)
	}
	c.At = time.UnixMicro(at).UTC()
	t, err := grown(c.Size, spine)
	if err != nil {
		return Checkpoint{}, nil, err
	}
	c.Root, err = t.root()
	return c, spine, err
}
