package mirror

import (
	"context"
	"errors"
	"fmt"
	"syscall"

	"vienkopus/internal/platform/sqldb"
)

// ErrNoRoom says that the scratch file would not fit.
var ErrNoRoom = errors.New("mirror: there is not enough room for the scratch file")

// room looks whether a file as large as the whole database fits into the directory; the tables alone take less.
func room(ctx context.Context, db *sqldb.DB, dir string) error {
	need, err := db.Size(ctx)
	if err != nil {
		return err
	}
	var disk syscall.Statfs_t
	if err := syscall.Statfs(dir, &disk); err != nil {
		return fmt.Errorf("mirror: %s: %w", dir, err)
	}
	if free := int64(disk.Bavail) * disk.Bsize; free < need { //nolint:gosec // a disk has no 2^63 blocks
		return fmt.Errorf("%w: %s has %d MB, and %d MB may be needed", ErrNoRoom, dir, free>>20, need>>20)
	}
	return nil
}
