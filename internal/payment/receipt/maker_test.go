package receipt_test

import (
	"crypto/ed25519"
	"encoding/binary"
	"slices"
	"testing"
	"time"

	"vienkopus/internal/base/money"
	"vienkopus/internal/payment/receipt"
)

// maker makes codes, sound and broken ones, with fixed keys. The broken ones are put together by hand, byte by byte,
// because our own encoder cannot make them, and signed properly, so that the signature does not excuse a lax reader.
type maker struct {
	t    testing.TB
	keys *receipt.Keys
}

func day(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

func amountOf(cents int64) money.Amount { return money.Amount(cents) }

func newMaker(t testing.TB) *maker {
	t.Helper()
	m := &maker{t: t}
	stolen := m.key("LV-CESIS-BUS").Public()
	stolen.Compromised = day(2026, 4, 2)
	m.keys = keysOf(t, stolen, m.oldKey().Public(), m.key("LV-CESIS").Public(), m.key("LV-LIVANI").Public(), m.key("LT-MAZEIKIAI").Public(), worstKey(t).Public())
	return m
}

// letters are the seeds of the test keys: 32 times the letter.
var letters = map[string]byte{"LV-CESIS": 'a', "LV-LIVANI": 'c', "LT-MAZEIKIAI": 'd', "LV-CESIS-BUS": 'e'}

func (m *maker) key(node string) *receipt.SigningKey { return testKey(m.t, node, letters[node]) }

// oldKey is the key of Cēsis of the year before.
func (m *maker) oldKey() *receipt.SigningKey {
	return keyFor(m.t, "LV-CESIS", 'b', day(2025, 1, 1), day(2026, 1, 1))
}

// sound returns the vector of a sound receipt, checked an hour after it was signed.
func (m *maker) sound(name string, r *receipt.Receipt, key *receipt.SigningKey) vector {
	m.t.Helper()
	code := sign(m.t, r, key)
	return vector{Name: name, Code: code.Text(), At: r.SignedAt().Add(time.Hour), Result: m.result(receipt.ReasonOK, r, code)}
}

// result is what a verifier says about a code that it can read.
func (m *maker) result(reason receipt.Reason, r *receipt.Receipt, code *receipt.Code) receipt.Result {
	m.t.Helper()
	link, err := r.Link()
	if err != nil {
		m.t.Fatal(err)
	}
	shown := *r
	if shown.Bills == nil {
		shown.Bills = []receipt.BillHash{}
	}
	return receipt.Result{Verdict: reason.Verdict(), Reason: reason, Receipt: &shown, CheckCode: code.CheckCode(), Link: link.String()}
}

// broken returns the vector of a code that is refused.
func broken(name string, reason receipt.Reason, code string) vector {
	return vector{Name: string(reason) + ": " + name, Code: code, At: noon.Add(time.Hour), Result: receipt.Result{Verdict: reason.Verdict(), Reason: reason}}
}

// envelope is a COSE_Sign1 in its parts; nil parts are the sound ones.
type envelope struct {
	protected, unprotected, payload []byte
	// spoil changes the signature, wrap the whole.
	spoil, wrap func([]byte) []byte
	// letter is the seed of the signing key.
	letter byte
}

// text signs what the parts say and returns the code.
func (e envelope) text() string { return receipt.Prefix + receipt.Encode45(e.bytes()) }

func (e envelope) bytes() []byte {
	if e.letter == 0 {
		e.letter = letters["LV-CESIS"]
	}
	private := ed25519.NewKeyFromSeed(slices.Repeat([]byte{e.letter}, 32))
	if e.protected == nil {
		e.protected = protectedFor(private)
	}
	if e.unprotected == nil {
		e.unprotected = dict()
	}
	if e.payload == nil {
		e.payload = plain().Payload()
	}
	signature := ed25519.Sign(private, list(text("Signature1"), octets(e.protected), octets(nil), octets(e.payload)))
	if e.spoil != nil {
		signature = e.spoil(signature)
	}
	whole := append([]byte{0xd2}, list(octets(e.protected), e.unprotected, octets(e.payload), octets(signature))...)
	if e.wrap != nil {
		whole = e.wrap(whole)
	}
	return whole
}

func kid(private ed25519.PrivateKey) []byte {
	key, err := receipt.NewKey("LV-CESIS", ed25519.PublicKey(private[32:]), day(2026, 1, 1), day(2027, 1, 1))
	if err != nil {
		panic(err) // our own key
	}
	return key.ID[:]
}

func protectedFor(private ed25519.PrivateKey) []byte {
	return dict(number(1), minus(7), number(4), octets(kid(private)))
}

// The parts of CBOR, written by hand.
func head(major byte, n uint64) []byte {
	switch {
	case n < 24:
		return []byte{major<<5 | byte(n)}
	case n < 1<<8:
		return []byte{major<<5 | 24, byte(n)}
	case n < 1<<16:
		return binary.BigEndian.AppendUint16([]byte{major<<5 | 25}, uint16(n))
	case n < 1<<32:
		return binary.BigEndian.AppendUint32([]byte{major<<5 | 26}, uint32(n))
	}
	return binary.BigEndian.AppendUint64([]byte{major<<5 | 27}, n)
}

func number(n uint64) []byte { return head(0, n) }

// minus is -1 - n.
func minus(n uint64) []byte  { return head(1, n) }
func octets(b []byte) []byte { return append(head(2, uint64(len(b))), b...) }
func text(s string) []byte   { return append(head(3, uint64(len(s))), s...) }
func list(parts ...[]byte) []byte {
	return append(head(4, uint64(len(parts))), slices.Concat(parts...)...)
}

func dict(pairs ...[]byte) []byte {
	return append(head(5, uint64(len(pairs)/2)), slices.Concat(pairs...)...)
}
func hexed(bytes ...byte) []byte    { return bytes }
func joined(parts ...[]byte) []byte { return slices.Concat(parts...) }

// The fields of a payload, by their place.
const (
	fieldVersion = iota
	fieldKind
	fieldNode
	fieldSeries
	fieldNumber
	fieldAt
	fieldCreditor
	fieldCurrency
	fieldTotal
	fieldTenders
	fieldAbout
	fieldPrevious
	fieldCopy
)

// fieldsOf writes a receipt field by field, with another hand than the package.
func fieldsOf(r *receipt.Receipt) [][]byte {
	var tenders [][]byte
	for _, tender := range []receipt.Tender{receipt.Cash, receipt.Card, receipt.Transfer} {
		if amount, paid := r.Tenders[tender]; paid {
			tenders = append(tenders, number(uint64(tender)), number(uint64(amount)))
		}
	}
	var bills []byte
	for _, bill := range r.Bills {
		bills = append(bills, bill[:]...)
	}
	return [][]byte{
		number(1), number(uint64(r.Kind)), text(r.Node), text(r.Series), number(uint64(r.Number)), number(uint64(r.At.Unix())),
		text(r.Creditor), text(r.Currency), number(uint64(r.Total)), dict(tenders...), octets(bills), octets(r.Previous[:]), number(0),
	}
}

// with returns the payload of the everyday receipt with one field changed.
func with(field int, value []byte) []byte {
	f := fieldsOf(plain())
	f[field] = value
	return list(f...)
}
