package custody

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"vienkopus/internal/platform/checkpoint"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/platform/safefile"
)

// nextSuffix is of the file that waits to take the place of the key file.
const nextSuffix = ".next"

// Handover is what an old node key signs about the new one.
func handover(node, public string, stated int64) string {
	return fmt.Sprintf("vienkopus-handover/%s\n%s\n%d\n", node, public, stated)
}

// Next draws keys that take over from these, and writes them beside the key file: the old node key signs the new one, so that whoever knows the one can
// trust the other, and the file remembers it to check what it has signed. Stated is the size of the log of checkpoints so far.
// They count once the rows of the database carry codes of the new row key, and Take was called.
func (k *Keys) Next(stated int64) (*Keys, error) {
	text, err := checkpoint.DrawKey(k.Node.Name(), stated)
	if err != nil {
		return nil, err
	}
	next, err := parse(text)
	if err != nil {
		return nil, err
	}
	signed, err := k.Node.Sign(handover(k.Node.Name(), next.Node.Public(), stated))
	if err != nil {
		return nil, err
	}
	secret := rowcode.NewSecret()
	for _, public := range k.Node.Publics() {
		next.file = append(next.file, "earlier "+public)
	}
	for _, old := range k.file.all(rowsLine, earlierRowsLine) {
		next.file = append(next.file, earlierRowsLine+" "+old)
	}
	next.file = append(next.file, "handed "+base64.StdEncoding.EncodeToString([]byte(signed)))
	next.file.set(rowsLine, base64.StdEncoding.EncodeToString(secret))
	// Codes of persons cannot be made anew without asking everybody: their secret stays.
	next.file.set(personsLine, k.file.get(personsLine))
	made, err := parse(next.file.text())
	if err != nil {
		return nil, err
	}
	made.path = k.path
	return made, safefile.Replace(k.path+nextSuffix, made.file.text())
}

// Take puts the keys that Next has written in the place of the old ones.
func (k *Keys) Take() error { return safefile.Rename(k.path+nextSuffix, k.path) }

// Handed is what the key before has signed about this node key, "" for a first one.
func (k *Keys) Handed() (string, error) {
	text, err := base64.StdEncoding.DecodeString(k.file.get("handed"))
	if err != nil {
		return "", fmt.Errorf("%w: handed", checkpoint.ErrBadKey)
	}
	return string(text), nil
}

// finish puts keys in place whose change was interrupted between the database and the file: the database names them. It tells whether there were any.
func finish(path, named string) (bool, error) {
	next, err := Read(path + nextSuffix)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil || next.Rows == nil || next.Rows.Fingerprint() != named {
		return false, err
	}
	if err := os.Rename(path+nextSuffix, path); err != nil {
		return false, fmt.Errorf("custody: %w", err)
	}
	return true, nil
}
