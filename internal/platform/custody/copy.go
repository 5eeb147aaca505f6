package custody

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"vienkopus/internal/platform/safefile"
)

// secretLines are those that cannot be made again. They go on paper; the others follow from them, or are not needed to go on.
var secretLines = []string{"private", "public", "after", rowsLine, personsLine}

// Fingerprint names the secrets of the file without telling anything of them.
func (k *Keys) Fingerprint() string {
	h := sha256.New()
	for _, name := range []string{"private", rowsLine} {
		h.Write([]byte(name + " " + k.file.get(name) + "\n"))
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// Paper is the key file for a printer.
func (k *Keys) Paper() string {
	var text strings.Builder
	for _, name := range secretLines {
		if value := k.file.get(name); value != "" {
			text.WriteString(name + " " + value + "\n")
		}
	}
	return ToPaper(text.String())
}

// Put writes keys from a copy to a file that must not be there.
func (k *Keys) Put(path string) error {
	k.path = path
	return safefile.Create(path, k.file.text())
}

// Confirm notes in a file beside the key file that a copy was opened and holds these keys; how is "sealed" or "paper".
func (k *Keys) Confirm(beside, how string, now time.Time) error {
	before, err := os.ReadFile(beside) //nolint:gosec // beside the key file
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("custody: %w", err)
	}
	return safefile.Replace(beside, string(before)+fmt.Sprintf("%s %s %s\n", k.Fingerprint(), how, now.UTC().Format(time.RFC3339)))
}

// Confirmed tells how and when copies of these keys were opened last, none when nobody has.
func (k *Keys) Confirmed(beside string) ([]string, error) {
	text, err := os.ReadFile(beside) //nolint:gosec // beside the key file
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("custody: %w", err)
	}
	var all []string
	for line := range strings.Lines(string(text)) {
		if is, how, _ := strings.Cut(strings.TrimSpace(line), " "); is == k.Fingerprint() {
			all = append(all, how)
		}
	}
	return all, nil
}
