// Package safefile writes small files that must not be lost or half there: keys, and what was signed with them.
package safefile

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// mode lets nobody but the owner read.
const mode = 0o600

// Create writes a file that must not be there, for its owner alone, whole or not at all, and waits for the disk. It returns an error of fs.ErrExist for one
// that is there. On a file system without links (FAT, some network shares) an interrupted Create may leave an empty file.
func Create(path, text string) error {
	next := fmt.Sprintf("%s.%s.new", path, rand.Text())
	if err := write(next, text); err != nil {
		return err
	}
	err := os.Link(next, path)
	if gone := os.Remove(next); err == nil && gone != nil {
		return fmt.Errorf("safefile: %w", gone)
	}
	switch {
	case err == nil:
		return sync(path)
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("safefile: %w", err)
	}
	if err := write(path, text); err != nil {
		return err
	}
	return sync(path)
}

func write(path, text string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode) //nolint:gosec // the operator names the file
	if err != nil {
		return fmt.Errorf("safefile: %w", err)
	}
	_, err = file.WriteString(text)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("safefile: %w", errors.Join(err, os.Remove(path))) // half a file is worse than none
	}
	return nil
}

// Replace puts a file in the place of one of the same name, whole or not at all.
func Replace(path, text string) error {
	next := path + ".new"
	if err := os.Remove(next); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("safefile: %w", err)
	}
	if err := write(next, text); err != nil {
		return err
	}
	return Rename(next, path)
}

// Rename gives a file another name, in the same directory, and waits for the disk.
func Rename(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return fmt.Errorf("safefile: %w", err)
	}
	return sync(to)
}

func sync(path string) error {
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("safefile: %w", err)
	}
	if err := errors.Join(dir.Sync(), dir.Close()); err != nil {
		return fmt.Errorf("safefile: %w", err)
	}
	return nil
}
