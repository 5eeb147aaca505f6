package receipt

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"vienkopus/internal/base/money"
)

// BillHash stands for a bill and what was paid of it, in this receipt only: 24 bits, see docs/formats/receipt.md for why
// that is enough against a changed paper and little for somebody who wants to know whose bill it was.
type BillHash [3]byte

// String returns the hash as six lower-case hexadecimal digits.
func (h BillHash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText returns the hash for JSON.
func (h BillHash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

func (h BillHash) compare(other BillHash) int { return bytes.Compare(h[:], other[:]) }

// HashBill returns the hash of the bill with the given reference, of which this receipt pays an amount. The reference is
// the number that stands on the bill, never a customer's, contract's, property's or person's; spaces, hyphens and other
// punctuation in it, and small letters, make no difference. The receipt's series, number and time must be set.
func (r *Receipt) HashBill(reference string, amount money.Amount) BillHash {
	text := strings.Join([]string{
		"VK1 bill", r.Series, strconv.FormatUint(uint64(r.Number), 10), strconv.FormatInt(r.At.Unix(), 10),
		plainReference(reference), strconv.FormatInt(int64(amount), 10),
	}, "\n")
	sum := sha256.Sum256([]byte(text))
	return BillHash(sum[:len(BillHash{})])
}

// AddBill adds a bill to a payment, at its place in the order. Validate refuses more than MaxBills.
func (r *Receipt) AddBill(reference string, amount money.Amount) {
	r.Bills = append(r.Bills, r.HashBill(reference, amount))
	slices.SortFunc(r.Bills, BillHash.compare)
}

// Pays says whether the receipt pays an amount of the bill with a reference. A wrong reference or amount is taken for
// the right one once in about three million questions.
func (r *Receipt) Pays(reference string, amount money.Amount) bool {
	return r.Kind == Payment && slices.Contains(r.Bills, r.HashBill(reference, amount))
}

// plainReference keeps letters and digits of ASCII, as capitals, and every byte beyond ASCII as it is.
func plainReference(text string) string {
	plain := make([]byte, 0, len(text))
	for _, c := range []byte(text) {
		switch {
		case c >= 'a' && c <= 'z':
			plain = append(plain, c-'a'+'A')
		case c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c >= 0x80:
			plain = append(plain, c)
		}
	}
	return string(plain)
}
