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

// Check is what verify asks of the log itself: that its last checkpoint fits its statements, and these the lines. With a key it also checks the signature.
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
		if key != nil && (c.Size > key.after || len(key.earlier) > 0) {
			by := key.all()
			if c.Size > key.after {
				by = oneOf{key.verifier}
			}
			signed, err := read([]byte(c.Note), by)
			switch {
			case err != nil:
				found("the last checkpoint is not signed by this node: " + err.Error())
			case signed.Size != c.Size || !bytes.Equal(signed.Root, c.Root):
				found("the last checkpoint does not fit what was signed")
			}
		}
		return all, Holds(ctx, r, c, found)
	}
}
