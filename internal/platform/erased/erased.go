// Package erased keeps the list of erasures: a file outside the database that an old backup does not take back. It holds marks of 16 bytes, made with a key of
// the network, and no names.
//
// The format is in docs/formats/seal.md.
package erased

import (
	"bufio"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"
)

// first is the first line of a list.
const first = "vienkopus-erasures-1"

// Size is the length of a mark, in bytes.
const Size = 16

// ErrDamaged says that a file is no list of erasures, or not a whole one.
var ErrDamaged = errors.New("erased: this is no list of erasures")

// Read returns the marks of a list, by hexadecimal digits; none where there is no file. It returns ErrDamaged for something else.
func Read(path string) (marks map[string]bool, err error) {
	marks = map[string]bool{}
	f, err := os.Open(path) //nolint:gosec // the operator names the file
	if errors.Is(err, fs.ErrNotExist) {
		return marks, nil
	}
	if err != nil {
		return nil, fmt.Errorf("erased: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	lines := bufio.NewScanner(f)
	if !lines.Scan() || lines.Text() != first {
		return nil, fmt.Errorf("%w: %s", ErrDamaged, path)
	}
	for lines.Scan() {
		_, mark, _ := strings.Cut(lines.Text(), " ")
		if raw, err := hex.DecodeString(mark); err != nil || len(raw) != Size {
			return nil, fmt.Errorf("%w: %s", ErrDamaged, path)
		}
		marks[mark] = true
	}
	return marks, lines.Err() //nolint:wrapcheck // it names the file
}

// Add puts marks at the end of a list, and makes it where there is none. It comes back when they are on the disk.
func Add(path string, marks []string, at time.Time) (err error) {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600) //nolint:gosec // the operator names the file
	if err != nil {
		return fmt.Errorf("erased: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	is, err := f.Stat()
	if err != nil {
		return fmt.Errorf("erased: %w", err)
	}
	var text strings.Builder
	if is.Size() == 0 {
		text.WriteString(first + "\n")
	}
	for _, mark := range marks {
		fmt.Fprintf(&text, "%s %s\n", at.UTC().Format(time.RFC3339), mark)
	}
	if _, err = f.WriteString(text.String()); err == nil {
		err = f.Sync()
	}
	if err != nil {
		return fmt.Errorf("erased: %w", err)
	}
	return nil
}
