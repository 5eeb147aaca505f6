package mirror

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

const (
	// scratchName begins the name of every directory that holds a scratch file.
	scratchName = "vienkopus-verify-"
	// claimed is how long a directory may be there before whoever made it holds its lock.
	claimed = time.Minute
)

// scratchDir makes a directory that is this run's alone, and takes away those of runs that were killed: each holds a lock on its own, which the kernel takes back
// when the process ends. The caller calls the function when it is done.
func scratchDir(parent string) (dir string, done func() error, err error) {
	parent = cmp.Or(parent, os.TempDir())
	if err := sweep(parent); err != nil {
		return "", nil, err
	}
	dir, err = os.MkdirTemp(parent, scratchName)
	if err != nil {
		return "", nil, fmt.Errorf("mirror: %w", err)
	}
	lock, held, err := hold(dir)
	if err == nil && !held {
		err = errors.New("mirror: the new directory is held by somebody else")
	}
	if err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(dir))
	}
	return dir, func() error { return errors.Join(os.RemoveAll(dir), lock.Close()) }, nil
}

// sweep takes away what killed runs have left.
func sweep(parent string) error {
	left, err := filepath.Glob(filepath.Join(parent, scratchName+"*"))
	if err != nil {
		return fmt.Errorf("mirror: %w", err)
	}
	for _, dir := range left {
		if at, err := os.Stat(dir); err != nil || !at.IsDir() || time.Since(at.ModTime()) < claimed {
			continue // gone, or just made
		}
		lock, held, err := hold(dir)
		if err != nil || !held { // somebody else's, or still in use
			continue
		}
		if err := errors.Join(os.RemoveAll(dir), lock.Close()); err != nil {
			return fmt.Errorf("mirror: what a killed run has left: %w", err)
		}
	}
	return nil
}

// hold locks the directory by a file in it, because a database that is opened locks the directory itself for a moment; false when another process holds it.
func hold(dir string) (lock *os.File, held bool, err error) {
	lock, err = os.OpenFile(filepath.Join(dir, "in-use"), os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // in a directory that we make
	if err != nil {
		return nil, false, fmt.Errorf("mirror: %w", err)
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		if errors.Is(err, syscall.EWOULDBLOCK) {
			err = nil // another holds it
		}
		return nil, false, errors.Join(err, lock.Close())
	}
	return lock, true, nil
}
