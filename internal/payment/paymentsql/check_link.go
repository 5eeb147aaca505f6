package paymentsql

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
)

// The kinds of receipt, as docs/formats/receipt.md numbers them.
const (
	kindPayment = 1
	kindRefund  = 2
	kindVoid    = 3
)

// link is the identity of the receipt of a line: written after docs/formats/receipt.md, and not after the package receipt. About are the bills of a
// payment, or the receipt that is taken back.
func (l *rawLine) link(kind uint64, about []byte) string {
	var tenders [][2]uint64
	total := uint64(0)
	for i, cents := range []int64{l.moved("cash"), l.moved("card")} {
		if cents != 0 {
			amount := uint64(max(cents, -cents)) //nolint:gosec // not negative
			total += amount
			tenders = append(tenders, [2]uint64{uint64(i) + 1, amount})
		}
	}
	previous, err := hex.DecodeString(l.Receipt.Previous)
	if err != nil {
		return "" // no link, so it differs from every one
	}
	var w cborWriter
	w.head(4, 13)
	w.head(0, 1)
	w.head(0, kind)
	w.text(l.Receipt.Node)
	w.text(l.Receipt.Series)
	w.head(0, uint64(l.Receipt.Number)) //nolint:gosec // one that is negative makes another link
	w.head(0, uint64(l.at/micros))      //nolint:gosec // as above
	w.text(l.Creditor)
	w.text("EUR")
	w.head(0, total)
	w.head(5, uint64(len(tenders)))
	for _, t := range tenders {
		w.head(0, t[0])
		w.head(0, t[1])
	}
	w.bytes(about)
	w.bytes(previous)
	w.head(0, 0)
	sum := sha256.Sum256(append([]byte("VK1 link\n"), w.data...))
	return hex.EncodeToString(sum[:10])
}

// bills are the hashes of the bills, in their order.
func (l *rawLine) bills() []byte {
	var all [][]byte
	for _, item := range l.Lines {
		reference := strings.Map(func(r rune) rune {
			switch {
			case r >= 'a' && r <= 'z':
				return r - 'a' + 'A'
			case r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r >= 0x80:
				return r
			}
			return -1
		}, item.Number)
		sum := sha256.Sum256([]byte(strings.Join([]string{
			"VK1 bill", l.Receipt.Series, strconv.FormatInt(l.Receipt.Number, 10), strconv.FormatInt(l.at/micros, 10), reference,
			strconv.FormatInt(item.Cents, 10),
		}, "\n")))
		all = append(all, sum[:3])
	}
	slices.SortFunc(all, bytes.Compare)
	return bytes.Join(all, nil)
}

// cborWriter writes CBOR in its one deterministic form. Source: RFC 8949 §4.2.1.
type cborWriter struct{ data []byte }

// head writes a major type with its number, in the shortest form.
func (w *cborWriter) head(major byte, n uint64) {
	major <<= 5
	switch {
	case n < 24:
		w.data = append(w.data, major|byte(n))
	case n < 1<<8:
		w.data = append(w.data, major|24, byte(n))
	case n < 1<<16:
		w.data = binary.BigEndian.AppendUint16(append(w.data, major|25), uint16(n))
	case n < 1<<32:
		w.data = binary.BigEndian.AppendUint32(append(w.data, major|26), uint32(n))
	default:
		w.data = binary.BigEndian.AppendUint64(append(w.data, major|27), n)
	}
}

func (w *cborWriter) bytes(data []byte) {
	w.head(2, uint64(len(data)))
	w.data = append(w.data, data...)
}

func (w *cborWriter) text(text string) {
	w.head(3, uint64(len(text)))
	w.data = append(w.data, text...)
}
