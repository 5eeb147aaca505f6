// Package custody keeps the keys of a node in one file, outside the database and outside its backups.
//
// The file holds the node key, which signs checkpoints and backups, and the row key, which codes what follows from no line. It is text, a name and a value
// a line; names that a program does not know stay as they are, so there is room for keys to come. The format is in docs/formats/keys.md.
package custody

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"vienkopus/internal/platform/checkpoint"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/platform/safefile"
	"vienkopus/internal/platform/sqldb"
)

// Names of lines.
const (
	rowsLine        = "rows"         // the secret of the row key, base64
	earlierRowsLine = "rows-earlier" // one that it took over from, for backups of that time
	personsLine     = "persons"      // the secret by which it is known that two accounts are of one person, base64
	stateLine       = "rows-state"   // that no row was coded with it yet: fresh, or anew in the place of one that is lost
	fresh           = "fresh"
	anew            = "anew"
)

// ErrFixed says that the file must be written, such as at the first start with a new key, and cannot be.
var ErrFixed = errors.New("custody: the key file must be completed and cannot be written")

// Keys are what the key file of a node holds. They do not show themselves.
type Keys struct {
	Node *checkpoint.Key
	// Rows is nil in a file from before there were row keys.
	Rows *rowcode.Key
	// EarlierRows are those that it took over from.
	EarlierRows []*rowcode.Key
	// Persons is the secret by which it is known that two accounts are of one person; nil in a file that could not be completed yet.
	Persons []byte
	path    string
	file    file
}

// Read reads a key file. It returns checkpoint.ErrNoKey when there is none and checkpoint.ErrBadKey for anything else than keys.
func Read(path string) (*Keys, error) {
	text, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %w", checkpoint.ErrNoKey, err)
	}
	if err != nil {
		return nil, fmt.Errorf("custody: key file: %w", err)
	}
	k, err := parse(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	k.path = path
	return k, nil
}

func parse(text string) (*Keys, error) {
	node, err := checkpoint.ParseKey(text)
	if err != nil {
		return nil, err
	}
	k := &Keys{Node: node, file: lines(text)}
	if secret := k.file.get(rowsLine); secret != "" {
		if k.Rows, err = rowKey(secret); err != nil {
			return nil, err
		}
	}
	for _, secret := range k.file.all(earlierRowsLine) {
		earlier, err := rowKey(secret)
		if err != nil {
			return nil, err
		}
		k.EarlierRows = append(k.EarlierRows, earlier)
	}
	if secret := k.file.get(personsLine); secret != "" {
		if k.Persons, err = base64.StdEncoding.DecodeString(secret); err != nil || len(k.Persons) != rowcode.SecretSize {
			return nil, fmt.Errorf("%w: %s", checkpoint.ErrBadKey, personsLine)
		}
	}
	return k, nil
}

// drawPersons gives the file a secret for persons when it has none.
func (k *Keys) drawPersons() bool {
	if k.Persons != nil {
		return false
	}
	k.Persons = rowcode.NewSecret()
	k.file.set(personsLine, base64.StdEncoding.EncodeToString(k.Persons))
	return true
}

func rowKey(secret string) (*rowcode.Key, error) {
	raw, err := base64.StdEncoding.DecodeString(secret)
	if err != nil {
		return nil, fmt.Errorf("%w: %s", checkpoint.ErrBadKey, rowsLine) // never what stands there
	}
	k, err := rowcode.NewKey(raw)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", checkpoint.ErrBadKey, err)
	}
	return k, nil
}

// Open returns the keys in the file at path, and at the very first start of the database at dsn makes them there. A file from before there were row keys
// gets one. Where the database has checkpoints or coded rows already, a missing file is checkpoint.ErrNoKey: new keys would let what somebody else has put
// there pass for ours.
func Open(ctx context.Context, dsn, path, node string) (*Keys, error) {
	k, err := Read(path)
	if err == nil && k.Rows != nil && k.file.get(stateLine) == "" {
		if k, err = k.current(ctx, dsn); err == nil && k.drawPersons() && k.save() != nil {
			k.Persons = nil // a credential: nobody can be identified until the file is completed
		}
		return k, err
	}
	if err != nil && !errors.Is(err, checkpoint.ErrNoKey) {
		return nil, err
	}
	named, merr := marked(ctx, dsn)
	switch {
	case merr != nil:
		return nil, merr
	case err != nil && named != "":
		return nil, err
	case err != nil:
		if _, err = checkpoint.KeyFor(ctx, dsn, path, node); err == nil {
			k, err = Read(path)
		}
		if err != nil {
			return nil, err
		}
	case k.Rows == nil && named != "":
		return nil, fmt.Errorf("%w: %s, and %s has none", rowcode.ErrOtherKey, named, path)
	}
	return k, k.complete(fresh)
}

// current returns these keys, or those that a change was about to put in their place when it was interrupted.
func (k *Keys) current(ctx context.Context, dsn string) (*Keys, error) {
	if _, err := os.Stat(k.path + nextSuffix); errors.Is(err, fs.ErrNotExist) {
		return k, nil
	}
	named, err := marked(ctx, dsn)
	if err != nil {
		return nil, err
	}
	if done, err := finish(k.path, named); err != nil || !done {
		return k, err
	}
	return Read(k.path)
}

// complete gives the file a row key when it has none. A file whose rows are still to be coded is written as it is, because it will have to be.
func (k *Keys) complete(state string) error {
	k.drawPersons()
	if k.Rows == nil {
		secret := rowcode.NewSecret()
		k.file.set(rowsLine, base64.StdEncoding.EncodeToString(secret))
		k.file.set(stateLine, state)
		var err error
		if k.Rows, err = rowcode.NewKey(secret); err != nil {
			return err
		}
	}
	return k.save()
}

func (k *Keys) save() error {
	if err := safefile.Replace(k.path, k.file.text()); err != nil {
		return fmt.Errorf("%w: %w", ErrFixed, err)
	}
	return nil
}

// Lost makes new keys in the place of lost ones; stated is the size of the log of checkpoints up to which another key has signed. The rows that follow from
// no line are coded as they stand when the database is opened the next time. It returns an error of fs.ErrExist where there is a file.
func Lost(path, node string, stated int64) (*Keys, error) {
	if _, err := checkpoint.MakeKey(path, node, stated); err != nil {
		return nil, err
	}
	k, err := Read(path)
	if err != nil {
		return nil, err
	}
	return k, k.complete(anew)
}

// Codes say how rows are coded with the row key.
func (k *Keys) Codes() rowcode.Needs {
	state := k.file.get(stateLine)
	return rowcode.Needs{Key: k.Rows, Fresh: state != "", Anew: state == anew, Sealed: func() error {
		k.file.set(stateLine, "")
		return k.save()
	}}
}

// marked returns the key with which the rows of the database at dsn are coded; "" for none, also when there is no database yet.
func marked(ctx context.Context, dsn string) (_ string, err error) {
	db, err := sqldb.Look(ctx, dsn)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	steps, err := db.Steps(ctx, nil)
	if err != nil || steps < rowcode.Migration.Number {
		return "", err
	}
	named, _, err := rowcode.Marked(ctx, db)
	return named, err
}

// file is the key file, line by line.
type file []string

func lines(text string) file { return strings.Split(strings.TrimRight(text, "\n"), "\n") }

func (f file) text() string { return strings.Join(f, "\n") + "\n" }

// get returns the value of a name, "" where there is none.
func (f file) get(name string) string {
	for _, line := range f {
		if is, value, _ := strings.Cut(strings.TrimSpace(line), " "); is == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// all returns the values of the lines with one of the names.
func (f file) all(names ...string) []string {
	var values []string
	for _, line := range f {
		if is, value, _ := strings.Cut(strings.TrimSpace(line), " "); slices.Contains(names, is) {
			values = append(values, strings.TrimSpace(value))
		}
	}
	return values
}

// set gives a name a value, or takes the line away with "".
func (f *file) set(name, value string) {
	var all file
	for _, line := range *f {
		if is, _, _ := strings.Cut(strings.TrimSpace(line), " "); is != name {
			all = append(all, line)
		}
	}
	if value != "" {
		all = append(all, name+" "+value)
	}
	*f = all
}
