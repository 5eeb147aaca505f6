package custody

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ErrPaper says that a line was not typed as it is printed, or is missing.
var ErrPaper = errors.New("custody: the paper was not typed as it is printed")

// Crockford's letters: none that is read as another one. What is read as I, L or O is 1, 1 and 0.
var letters = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

const (
	paperTitle = "VIENKOPUS PAPER 1"
	lineBytes  = 15 // 24 letters, in six groups
	groupSize  = 4
	checkSize  = 4 // letters of a line's check: 20 bits
	totalSize  = 8 // bytes of the check of the whole
)

// ToPaper writes a text for a printer: numbered lines of groups of letters, each with a check of its own, so that it can be typed in again and a slip is
// found in its line. The last line checks the whole.
func ToPaper(text string) string {
	sum := sha256.Sum256([]byte(text))
	data := append([]byte(text), sum[:totalSize]...)
	var out strings.Builder
	out.WriteString(paperTitle + "\n\n")
	for n := 1; len(data) > 0; n++ {
		part := data[:min(lineBytes, len(data))]
		data = data[len(part):]
		fmt.Fprintf(&out, "%02d  %s  %s\n", n, grouped(letters.EncodeToString(part)), check(n, part))
	}
	return out.String()
}

func grouped(text string) string {
	var groups []string
	for len(text) > groupSize {
		groups, text = append(groups, text[:groupSize]), text[groupSize:]
	}
	return strings.Join(append(groups, text), "-")
}

// check covers the number of the line, so that two that are exchanged do not pass.
func check(n int, part []byte) string {
	sum := sha256.Sum256(append([]byte{byte(n)}, part...)) //nolint:gosec // a check of a few dozen lines
	return letters.EncodeToString(sum[:5])[:checkSize]
}

// IsPaper tells whether a text was typed from paper, by its title or by how its first line looks.
func IsPaper(text string) bool {
	return strings.HasPrefix(strings.ToUpper(strings.TrimSpace(text)), paperTitle)
}

// FromPaper reads what was typed: spaces and hyphens, small letters, empty lines and lines that begin with # do not matter. It returns ErrPaper, with the
// line that is not as it is printed.
func FromPaper(text string) (string, error) {
	if !IsPaper(text) {
		return "", fmt.Errorf("%w: it does not begin with %q", ErrPaper, paperTitle)
	}
	var data []byte
	n := 0
	for i, line := range strings.Split(strings.TrimSpace(text), "\n") {
		line = strings.TrimSpace(line)
		if i == 0 || line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		n++
		part, err := typed(n, line)
		if err != nil {
			return "", err
		}
		data = append(data, part...)
	}
	if len(data) < totalSize {
		return "", fmt.Errorf("%w: it has no end", ErrPaper)
	}
	plain, total := data[:len(data)-totalSize], data[len(data)-totalSize:]
	if sum := sha256.Sum256(plain); !bytes.Equal(sum[:totalSize], total) {
		return "", fmt.Errorf("%w: a line is missing at the end", ErrPaper)
	}
	return string(plain), nil
}

var sameLetters = strings.NewReplacer(" ", "", "\t", "", "-", "", "I", "1", "L", "1", "O", "0")

// typed reads line n.
func typed(n int, line string) ([]byte, error) {
	wrong := fmt.Errorf("%w: line %d", ErrPaper, n)
	number, rest, _ := strings.Cut(line, " ")
	is, err := strconv.Atoi(sameLetters.Replace(strings.ToUpper(number)))
	if err != nil {
		return nil, wrong
	}
	if is != n {
		return nil, fmt.Errorf("%w: line %d is missing, or stands elsewhere", ErrPaper, n)
	}
	text := sameLetters.Replace(strings.ToUpper(rest))
	if len(text) <= checkSize {
		return nil, wrong
	}
	part, err := letters.DecodeString(text[:len(text)-checkSize])
	if err != nil || check(n, part) != text[len(text)-checkSize:] || letters.EncodeToString(part) != text[:len(text)-checkSize] {
		return nil, wrong
	}
	return part, nil
}
