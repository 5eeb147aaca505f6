package receipt

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
)

// alphabet31 has no 0, 1, I, L and O, which people mistake for each other. There are 31 characters, a prime number, so
// that a plain weighted sum finds every single wrong character and every two that changed places.
const alphabet31 = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

// checkSize is the length of a check code without hyphens: eleven characters and the check character.
const checkSize = 12

// CheckCode returns the check code of this code in three groups: 7KQ2-M4XD-9PAB. Somebody at the other end of a telephone
// who has the same receipt in the register reads the same one. It is 54 bits of a hash over the code with its signature:
// it tells two receipts apart and cannot be guessed, but it cannot be checked without the code and proves nothing alone.
func (c *Code) CheckCode() string {
	sum := sha256.Sum256(slices.Concat([]byte("VK1 check code\n"), c.signed))
	n := binary.BigEndian.Uint64(sum[:8])
	digits := make([]int, checkSize)
	for i := checkSize - 2; i >= 0; i-- {
		digits[i] = int(n % 31)
		n /= 31
	}
	digits[checkSize-1] = (31 - weigh(digits)) % 31
	return inGroups(digits)
}

// weigh returns the weighted sum modulo 31 of twelve digits; it is 0 for a sound code. The first weighs 2, the eleventh
// 12, and the check character 1: no two weigh the same.
func weigh(digits []int) int {
	sum := digits[checkSize-1]
	for i, digit := range digits[:checkSize-1] {
		sum += (i + 2) * digit
	}
	return sum % 31
}

func inGroups(digits []int) string {
	var text strings.Builder
	for i, digit := range digits {
		if i > 0 && i%4 == 0 {
			text.WriteByte('-')
		}
		text.WriteByte(alphabet31[digit])
	}
	return text.String()
}

// ErrCheckCode is returned for a check code that was misheard or mistyped.
var ErrCheckCode = errors.New("receipt: not a check code")

// ParseCheckCode reads a check code as people type it, in small letters, with spaces or hyphens anywhere, and returns it
// as CheckCode writes it. It returns ErrCheckCode when a character is wrong, missing, or in another's place.
func ParseCheckCode(text string) (string, error) {
	digits := make([]int, 0, checkSize)
	for _, c := range strings.ToUpper(text) {
		if c == ' ' || c == '-' || c == '\u00a0' {
			continue
		}
		digit := strings.IndexRune(alphabet31, c)
		if digit < 0 || len(digits) == checkSize {
			return "", ErrCheckCode
		}
		digits = append(digits, digit)
	}
	if len(digits) != checkSize || weigh(digits) != 0 {
		return "", ErrCheckCode
	}
	return inGroups(digits), nil
}
