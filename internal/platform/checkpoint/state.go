package checkpoint

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/safefile"
	"vienkopus/internal/platform/sqldb"
)

// Node states the checkpoints of a database.
type Node struct {
	DB    *sqldb.DB
	Clock clock.Clock
	Key   *Key
	// Last is the file beside the key that holds the last checkpoint, so that a database that is lower does not serve unseen.
	Last string
	// Hand is a directory into which every checkpoint is written, for whoever carries it away; "" for none. Nothing there is ever replaced.
	Hand string
}

// moved finds the heads that were not stated yet.
const moved = `SELECT h.desk, h.number, h.hash FROM desk_head h
WHERE h.number > COALESCE((SELECT MAX(l.number) FROM checkpoint_leaf l WHERE l.desk = h.desk), 0) ORDER BY h.desk`

// State states the heads that have moved since the last checkpoint, and hands the new checkpoint out. When none has moved, the last one is handed out
// where it is missing.
func (n *Node) State(ctx context.Context) error {
	var c Checkpoint
	err := n.DB.Write(ctx, func(tx *sqldb.Tx) (err error) {
		c, err = n.state(ctx, tx)
		return err
	})
	if err != nil || c.Size == 0 {
		return err
	}
	return n.handOut(c)
}

func (n *Node) state(ctx context.Context, tx *sqldb.Tx) (Checkpoint, error) {
	if err := tx.Lock(ctx, "checkpoint"); err != nil {
		return Checkpoint{}, err
	}
	before, spine, _, err := latest(ctx, tx)
	if err != nil {
		return Checkpoint{}, err
	}
	t, err := grown(before.Size, spine)
	if err != nil {
		return Checkpoint{}, err
	}
	var fresh []Statement
	err = sqldb.Each(ctx, tx, moved, nil, func(rows *sql.Rows) error {
		var s Statement
		if err := rows.Scan(&s.Desk, &s.Number, &s.Hash); err != nil {
			return fmt.Errorf("checkpoint: head: %w", err)
		}
		fresh = append(fresh, s)
		return nil
	})
	if err != nil || len(fresh) == 0 {
		return before, err
	}
	const leaf = `INSERT INTO checkpoint_leaf (position, desk, number, hash) VALUES ($1, $2, $3, $4)`
	for _, s := range fresh {
		if err := tx.Run(ctx, "checkpoint: leaf", leaf, t.size(), s.Desk, s.Number, s.Hash); err != nil {
			return Checkpoint{}, err
		}
		if err := t.add(s); err != nil {
			return Checkpoint{}, err
		}
	}
	c := Checkpoint{Size: t.size(), At: n.Clock.Now().UTC().Truncate(time.Microsecond)}
	if c.Root, err = t.root(); err != nil {
		return Checkpoint{}, err
	}
	if c.Note, err = n.Key.Sign(text(n.Key.Name(), c.Size, c.Root)); err != nil {
		return Checkpoint{}, err
	}
	const row = `INSERT INTO checkpoint (size, at, spine, note) VALUES ($1, $2, $3, $4)`
	return c, tx.Run(ctx, "checkpoint", row, c.Size, c.At.UnixMicro(), t.bytes(), c.Note)
}

// handOut writes the checkpoint beside the key and into the directory.
func (n *Node) handOut(c Checkpoint) error {
	if n.Last != "" {
		if err := safefile.Replace(n.Last, c.Note); err != nil {
			return err
		}
	}
	if n.Hand == "" {
		return nil
	}
	err := safefile.Create(filepath.Join(n.Hand, fmt.Sprintf("%s-%012d.checkpoint", n.Key.signer.Name(), c.Size)), c.Note)
	if errors.Is(err, os.ErrExist) {
		return nil
	}
	return err
}

// ErrLower says that the database holds less, or other lines, than this node has stated: it was put back, cut, or is another one.
var ErrLower = errors.New("checkpoint: the database does not hold what this node has stated")

// Ready looks whether the database holds what the file beside the key says that it held. It returns ErrLower, with what differs, when it does not, and
// ErrForeign when the log of the database was signed by another key.
func (n *Node) Ready(ctx context.Context) error {
	c, found, err := Latest(ctx, n.DB)
	if err != nil {
		return err
	}
	if found && c.Size > n.Key.after {
		if _, err := read([]byte(c.Note), oneOf{n.Key.verifier}); err != nil {
			return fmt.Errorf("the last checkpoint of the database: %w", err)
		}
	}
	signed, err := os.ReadFile(n.Last)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	last, err := n.Key.Read(signed)
	if err != nil {
		return fmt.Errorf("%s: %w", n.Last, err)
	}
	var first string
	err = n.DB.Snapshot(ctx, func(r sqldb.Reader) error {
		return Holds(ctx, r, last, func(what string) {
			if first == "" {
				first = what
			}
		})
	})
	if err == nil && first != "" {
		err = fmt.Errorf("%w: %s", ErrLower, first)
	}
	return err
}
