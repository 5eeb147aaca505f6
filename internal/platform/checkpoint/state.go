package checkpoint

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"slices"
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
	// Closing are the kinds of line behind which the heads are stated soon, such as the close of a shift.
	Closing []string
	// Hand is a directory into which every checkpoint is written, for whoever carries it away; "" for none. Nothing there is ever replaced.
	Hand string
}

// moved finds the heads that were not stated yet.
const moved = `SELECT h.desk, h.number, h.hash FROM desk_head h
WHERE h.number > COALESCE((SELECT MAX(l.number) FROM checkpoint_leaf l WHERE l.desk = h.desk), 0) ORDER BY h.desk`

// Every is how often the heads are stated while desks move.
const Every = 15 * time.Minute

// Keep states the heads when it is time: Every after the last time, or at once behind a line that closes something.
func (n *Node) Keep(ctx context.Context) error {
	last, found, err := Latest(ctx, n.DB)
	if err != nil {
		return err
	}
	if since := n.Clock.Now().Sub(last.At); found && since >= 0 && since < Every { // a time that has still to come keeps nobody waiting
		closed, err := n.closed(ctx)
		if err != nil || !closed {
			return err
		}
	}
	return n.State(ctx)
}

// closed tells whether a line that is not stated yet closes something.
func (n *Node) closed(ctx context.Context) (bool, error) {
	const lines = `SELECT DISTINCT e.kind FROM desk_head h JOIN entry e ON e.desk = h.desk AND e.number <= h.number
AND e.number > COALESCE((SELECT MAX(l.number) FROM checkpoint_leaf l WHERE l.desk = h.desk), 0)
WHERE h.number > COALESCE((SELECT MAX(l.number) FROM checkpoint_leaf l WHERE l.desk = h.desk), 0)`
	closed := false
	err := sqldb.Each(ctx, n.DB, lines, nil, func(rows *sql.Rows) error {
		var kind string
		if err := rows.Scan(&kind); err != nil {
			return fmt.Errorf("checkpoint: kinds: %w", err)
		}
		closed = closed || slices.Contains(n.Closing, kind)
		return nil
	})
	return closed, err
}

// State states the heads that have moved since the last checkpoint, and hands the new checkpoint out. When none has moved, the last one is handed out
// where it is missing.
func (n *Node) State(ctx context.Context) error {
	var c Checkpoint
	err := n.DB.Write(ctx, func(tx *sqldb.Tx) (err error) {
		c, err = n.state(ctx, tx)
		return err
	})
	if err != nil || c.Size <= n.Key.after { // what a lost key has signed is handed out already, and proves nothing by this one
		return err
	}
	if err := n.handHeads(ctx, c); err != nil {
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
	return writeOnce(n.handed(c.Size, ".checkpoint"), c.Note)
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
	first, err := n.Lacks(ctx, signed)
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", n.Last, err)
	case first != "":
		return fmt.Errorf("%w: %s", ErrLower, first)
	}
	return nil
}

// Lacks returns the first thing in which the database differs from a checkpoint of this node, "" for nothing. It returns ErrForeign and ErrNote.
func (n *Node) Lacks(ctx context.Context, signed []byte) (first string, err error) {
	c, err := read(signed, n.Key.all())
	if err != nil {
		return "", err
	}
	err = n.DB.Snapshot(ctx, func(r sqldb.Reader) error {
		return Holds(ctx, r, c, func(what string) {
			if first == "" {
				first = what
			}
		})
	})
	return first, err
}
