package checkpoint

import (
	"context"
	"errors"
	"io/fs"

	"vienkopus/internal/platform/sqldb"
)

// KeyFor returns the key in the file at path, and at the very first start makes one there. Where the database at dsn has checkpoints already, a missing key
// is ErrNoKey: a new one would let a history of somebody else's pass for ours.
func KeyFor(ctx context.Context, dsn, path, node string) (*Key, error) {
	key, err := ReadKey(path)
	if !errors.Is(err, ErrNoKey) {
		return key, err
	}
	c, stated, lerr := Stated(ctx, dsn)
	if lerr != nil {
		return nil, lerr
	}
	if stated && c.Size > 0 {
		return nil, err
	}
	return MakeKey(path, node, 0)
}

// Stated returns the last checkpoint of the database at dsn, which may not be there yet or be older than checkpoints, and whether it has one.
func Stated(ctx context.Context, dsn string) (c Checkpoint, found bool, err error) {
	db, err := sqldb.Look(ctx, dsn)
	if errors.Is(err, fs.ErrNotExist) {
		return Checkpoint{}, false, nil
	}
	if err != nil {
		return Checkpoint{}, false, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	steps, err := db.Steps(ctx, nil)
	if err != nil || steps < Migration.Number {
		return Checkpoint{}, false, err
	}
	return Latest(ctx, db)
}
