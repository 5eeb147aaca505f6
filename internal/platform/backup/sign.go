package backup

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// signed is the version of a file that ends with a signature; one without has unsigned.
const (
	unsignedVersion = 1
	signedVersion   = 2
)

// ErrUntrusted says that a backup was not signed by whom it must be: by another node, by nobody, or that it was changed since.
var ErrUntrusted = errors.New("backup: it was not signed by this node")

// Signature is who has signed a backup.
type Signature struct {
	// Note is the text that Text returns, signed (C2SP signed-note), and Public the key by which it can be checked; whose it is, somebody else must know.
	Note   string `json:"note"`
	Public string `json:"public"`
}

// Text is what is signed of a backup: its contents, by their sum, and when it was made.
func (s Summary) Text() string {
	return fmt.Sprintf("vienkopus-backup\n%s\n%s\n", s.Sum, s.At.UTC().Format(time.RFC3339))
}

// version is that of the file that the plan makes.
func (p Plan) version() int {
	if p.Sign == nil {
		return unsignedVersion
	}
	return signedVersion
}

// signature is the last line of a signed file.
func (p Plan) signature(s *Summary) ([]byte, error) {
	var err error
	if s.By, err = p.Sign(s.Text()); err != nil {
		return nil, err
	}
	line, err := json.Marshal(s.By)
	if err != nil {
		return nil, fmt.Errorf("backup: signature: %w", err)
	}
	return append(line, '\n'), nil
}

// signature reads the last line of a signed file.
func (in *input) signature() error {
	if in.header.Version < signedVersion {
		return nil
	}
	line, err := in.next()
	if err != nil {
		return err
	}
	if err := json.Unmarshal(line, &in.summary.By); err != nil || in.summary.By.Note == "" || in.summary.By.Public == "" {
		return fmt.Errorf("%w: it has no signature", ErrDamaged)
	}
	return nil
}
