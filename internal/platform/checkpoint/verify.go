package checkpoint

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"

	"vienkopus/internal/platform/sqldb"
)

// Holds reports in what the database differs from a checkpoint, whose signature was checked by Read: statements that are missing or other ones, and
// lines that are not as they were stated. What stands before a stated line is proven by the chain, which package audit follows.
func Holds(ctx context.Context, r sqldb.Reader, c Checkpoint, found func(what string)) error {
	t := emptyTree()
	const leaves = `SELECT position, desk, number, hash FROM checkpoint_leaf WHERE position < $1 ORDER BY position`
	whole := true
	err := sqldb.Each(ctx, r, leaves, []any{c.Size}, func(rows *sql.Rows) error {
		var position int64
		var s Statement
		if err := rows.Scan(&position, &s.Desk, &s.Number, &s.Hash); err != nil {
			return fmt.Errorf("checkpoint: leaf: %w", err)
		}
		whole = whole && position == t.size()
		return t.add(s)
	})
	if err != nil {
		return err
	}
	root, err := t.root()
	switch {
	case err != nil:
		return err
	case t.size() < c.Size:
		found(fmt.Sprintf("%d heads were stated, the database knows %d of them: it was put back or cut", c.Size, t.size()))
	case !whole || !bytes.Equal(root, c.Root):
		found("the heads that the database says were stated are not those that were signed: another history stands there")
	}
	return stated(ctx, r, c.Size, found)
}

// spelled bounds how many lines are named.
const spelled = 20

// stated reports stated lines that are missing or have another hash.
func stated(ctx context.Context, r sqldb.Reader, size int64, found func(what string)) error {
	const query = `SELECT l.desk, l.number, CASE WHEN e.hash IS NULL THEN 1 ELSE 0 END FROM checkpoint_leaf l
LEFT JOIN entry e ON e.desk = l.desk AND e.number = l.number WHERE l.position < $1 AND (e.hash IS NULL OR e.hash <> l.hash) ORDER BY l.position LIMIT $2`
	return sqldb.Each(ctx, r, query, []any{size, spelled}, func(rows *sql.Rows) error {
		var desk string
		var number int64
		var missing int
		if err := rows.Scan(&desk, &number, &missing); err != nil {
			return fmt.Errorf("checkpoint: stated line: %w", err)
		}
		if missing > 0 {
			found(fmt.Sprintf("line %d of %s was stated and is not there", number, desk))
		} else {
			found(fmt.Sprintf("line %d of %s is not the one that was stated", number, desk))
		}
		return nil
	})
}

// Check is what verify asks of the log itself: that every checkpoint fits its statements, and these the lines; and that their times follow one another. (One of
// a time that has still to come is found by the next: Keep states at once then.) With a key it also checks the signatures.
func Check(key *Key) func(ctx context.Context, r sqldb.Reader) ([]string, error) {
	return func(ctx context.Context, r sqldb.Reader) ([]string, error) {
		var all []string
		found := func(what string) { all = append(all, what) }
		c, there, err := Latest(ctx, r)
		if err != nil {
			return nil, err
		}
		var more int64
		if err := r.QueryRow(ctx, `SELECT COUNT(*) FROM checkpoint_leaf WHERE position >= $1`, c.Size).Scan(&more); err != nil {
			return nil, fmt.Errorf("checkpoint: %w", err)
		}
		if more > 0 {
			found(fmt.Sprintf("%d heads are stated behind the last checkpoint", more))
		}
		if !there {
			return all, nil
		}
		if err := logged(ctx, r, key, found); err != nil {
			return all, err
		}
		return all, Holds(ctx, r, c, found)
	}
}

// logged looks at every checkpoint of the log, in order.
func logged(ctx context.Context, r sqldb.Reader, key *Key, found func(what string)) error {
	var all []Checkpoint
	const query = `SELECT size, at, spine, note FROM checkpoint ORDER BY size`
	err := sqldb.Each(ctx, r, query, nil, func(rows *sql.Rows) error {
		c, _, err := scan(rows)
		if err != nil {
			return err
		}
		if key != nil {
			key.signed(c, found)
		}
		if n := len(all); n > 0 && c.At.Before(all[n-1].At) {
			found(fmt.Sprintf("the checkpoint of %d heads is older than the one before it", c.Size))
		}
		c.Note = ""
		all = append(all, c)
		return nil
	})
	if err != nil {
		return err
	}
	return fitting(ctx, r, all, found)
}

// fitting holds the checkpoints, in order, to what was stated.
func fitting(ctx context.Context, r sqldb.Reader, all []Checkpoint, found func(what string)) error {
	t := emptyTree()
	return sqldb.Each(ctx, r, `SELECT desk, number, hash FROM checkpoint_leaf ORDER BY position`, nil, func(rows *sql.Rows) error {
		var s Statement
		if err := rows.Scan(&s.Desk, &s.Number, &s.Hash); err != nil {
			return fmt.Errorf("checkpoint: leaf: %w", err)
		}
		if err := t.add(s); err != nil {
			return err
		}
		for len(all) > 0 && all[0].Size <= t.size() {
			root, err := t.root()
			if err != nil {
				return err
			}
			if all[0].Size != t.size() || !bytes.Equal(root, all[0].Root) {
				found(fmt.Sprintf("the checkpoint of %d heads does not fit what was stated", all[0].Size))
			}
			all = all[1:]
		}
		return nil
	})
}

// signed reports a checkpoint that is not signed by this node, as far as it can tell: what a lost key has signed says nothing.
func (k *Key) signed(c Checkpoint, found func(what string)) {
	by := k.all()
	switch {
	case c.Size > k.after:
		by = oneOf{k.verifier}
	case len(k.earlier) == 0:
		return
	}
	signed, err := read([]byte(c.Note), by)
	switch {
	case err != nil:
		found(fmt.Sprintf("the checkpoint of %d heads is not signed by this node: %s", c.Size, err))
	case signed.Size != c.Size || !bytes.Equal(signed.Root, c.Root):
		found(fmt.Sprintf("the checkpoint of %d heads does not fit what was signed", c.Size))
	}
}
