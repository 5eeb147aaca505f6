package checkpoint

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"vienkopus/internal/platform/sqldb"
)

// headsMark stands behind the name of the log in a list of heads, so that no list is taken for a checkpoint.
const headsMark = " heads"

// HeadsOf is the file beside a stated checkpoint in which the heads stand.
func HeadsOf(last string) string { return strings.TrimSuffix(last, ".stated") + ".heads" }

// ReadHeads reads a list of heads and checks its signature with a public key. It returns ErrNote and ErrForeign.
func ReadHeads(signed []byte, public string) ([]Statement, error) {
	v, err := note.NewVerifier(public)
	if err != nil {
		return nil, fmt.Errorf("%w: the public key: %w", ErrBadKey, err)
	}
	n, err := note.Open(signed, note.VerifierList(v))
	var unknown *note.UnverifiedNoteError
	switch {
	case errors.As(err, &unknown):
		return nil, ErrForeign
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrNote, err)
	}
	lines := strings.Split(strings.TrimSuffix(n.Text, "\n"), "\n")
	if lines[0] != origin(v.Name())+headsMark {
		return nil, fmt.Errorf("%w: it is no list of heads", ErrNote)
	}
	var all []Statement
	for _, line := range lines[1:] {
		var s Statement
		var hash string
		if _, err := fmt.Sscan(line, &s.Desk, &s.Number, &hash); err != nil {
			return nil, fmt.Errorf("%w: a head: %w", ErrNote, err)
		}
		if s.Hash, err = hex.DecodeString(hash); err != nil {
			return nil, fmt.Errorf("%w: a head: %w", ErrNote, err)
		}
		all = append(all, s)
	}
	return all, nil
}

// heads signs the last heads that the log states, of those desks whose last head stands behind a position.
func (n *Node) heads(ctx context.Context, from int64) (string, error) {
	const query = `SELECT l.desk, l.number, l.hash FROM checkpoint_leaf l
WHERE l.position >= $1 AND l.number = (SELECT MAX(m.number) FROM checkpoint_leaf m WHERE m.desk = l.desk) ORDER BY l.desk`
	var b strings.Builder
	b.WriteString(origin(n.Key.signer.Name()) + headsMark + "\n")
	err := sqldb.Each(ctx, n.DB, query, []any{from}, func(rows *sql.Rows) error {
		var s Statement
		if err := rows.Scan(&s.Desk, &s.Number, &s.Hash); err != nil {
			return fmt.Errorf("checkpoint: head: %w", err)
		}
		fmt.Fprintf(&b, "%s %d %s\n", s.Desk, s.Number, hex.EncodeToString(s.Hash))
		return nil
	})
	if err != nil {
		return "", err
	}
	signed, err := note.Sign(&note.Note{Text: b.String()}, n.Key.signer)
	if err != nil {
		return "", fmt.Errorf("checkpoint: signature: %w", err)
	}
	return string(signed), nil
}

// handHeads writes the heads of a checkpoint beside the key, and into the directory those that have moved since the checkpoint before; all of them where
// that one was not handed out there.
func (n *Node) handHeads(ctx context.Context, c Checkpoint) error {
	if n.Last != "" {
		all, err := n.heads(ctx, 0)
		if err != nil {
			return err
		}
		if err := Replace(HeadsOf(n.Last), all); err != nil {
			return err
		}
	}
	if n.Hand == "" {
		return nil
	}
	var before int64
	if err := n.DB.QueryRow(ctx, `SELECT COALESCE(MAX(size), 0) FROM checkpoint WHERE size < $1`, c.Size).Scan(&before); err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	if _, err := os.Stat(n.handed(before, ".heads")); errors.Is(err, fs.ErrNotExist) {
		before = 0
	}
	moved, err := n.heads(ctx, before)
	if err != nil {
		return err
	}
	return writeOnce(n.handed(c.Size, ".heads"), moved)
}

// handed is the name under which something of a checkpoint is handed out.
func (n *Node) handed(size int64, suffix string) string {
	return filepath.Join(n.Hand, fmt.Sprintf("%s-%012d%s", n.Key.signer.Name(), size, suffix))
}

// writeOnce writes a file unless it is there. Where another history was handed out under that name, it gets a name of its own: nothing is replaced.
func writeOnce(path, text string) error {
	for nth := 2; ; nth++ {
		err := WriteNew(path, text)
		if !errors.Is(err, fs.ErrExist) {
			return err
		}
		there, rerr := os.ReadFile(path) //nolint:gosec // we have made the name
		if rerr != nil {
			return fmt.Errorf("checkpoint: %w", rerr)
		}
		if string(there) == text {
			return nil
		}
		suffix := filepath.Ext(path)
		plain, _, _ := strings.Cut(strings.TrimSuffix(path, suffix), "+")
		path = fmt.Sprintf("%s+%d%s", plain, nth, suffix)
	}
}
