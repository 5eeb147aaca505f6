package receipt_test

import (
	"crypto/ed25519"
	"fmt"
	"slices"
	"strings"
	"time"

	"vienkopus/internal/payment/receipt"
)

// payloadVectors are sound CBOR, properly signed, and say what a receipt cannot say.
func payloadVectors() []vector {
	var all []vector
	add := func(reason receipt.Reason, name string, data []byte) {
		all = append(all, broken(name, reason, envelope{payload: data}.text()))
	}
	field := func(name string, place int, value []byte) { add(receipt.ReasonPayload, name, with(place, value)) }

	for _, n := range []uint64{0, 2, 23, 255, 1 << 40} {
		add(receipt.ReasonVersion, fmt.Sprint(n), with(fieldVersion, number(n)))
	}
	add(receipt.ReasonVersion, "a later version with other fields", list(number(2), text("LV-CESIS")))
	field("a version below zero", fieldVersion, minus(0))
	field("the version as text", fieldVersion, text("1"))
	add(receipt.ReasonPayload, "an empty array", list())
	add(receipt.ReasonPayload, "a map", dict(number(0), number(1)))
	add(receipt.ReasonPayload, "a number", number(1))
	add(receipt.ReasonPayload, "only the version", list(number(1)))
	add(receipt.ReasonPayload, "twelve fields", list(fieldsOf(plain())[:12]...))
	add(receipt.ReasonPayload, "fourteen fields", list(append(fieldsOf(plain()), number(0))...))
	// A field of every other type.
	values := map[string][]byte{
		"zero": number(0), "a number below zero": minus(0), "2⁶⁴ - 1": number(1<<64 - 1), "2³²": number(1 << 32),
		"text": text("Jānis"), "no text": text(""), "bytes": octets([]byte{1}), "an array": list(), "a map": dict(),
	}
	for place, name := range []string{
		fieldKind: "kind", fieldNode: "node", fieldSeries: "series", fieldNumber: "number", fieldAt: "time", fieldCreditor: "creditor",
		fieldCurrency: "currency", fieldTotal: "total", fieldTenders: "tenders", fieldAbout: "about", fieldPrevious: "previous", fieldCopy: "copy",
	} {
		for value, data := range values {
			if place != fieldVersion && (place != fieldCopy || value != "zero") {
				field(name+" is "+value, place, data)
			}
		}
	}
	// The payload's own array is the first: this one is read to its end and refused for what it says, where one deeper is refused as CBOR.
	field("arrays four deep", fieldCopy, joined(hexed(0x81, 0x81, 0x81), number(0)))
	field("kind 4", fieldKind, number(4))
	field("kind 255", fieldKind, number(255))
	field("kind 257", fieldKind, number(257))
	for name, node := range map[string]string{
		"without a network": "CESIS", "in small letters": "LV-cesis", "of thirteen characters": "LV-ABCDEFGHIJ", "ends in a hyphen": "LV-",
		"begins with a hyphen": "-CESIS", "two hyphens": "LV--CESIS", "a slash": "LV/CESIS", "a space": "LV CESIS", "Latvian letters": "LV-CĒSIS",
	} {
		field("node "+name, fieldNode, text(node))
	}
	for name, series := range map[string]string{
		"in small letters": "ces-1", "of seventeen characters": "ABCDEFGH-IJ-99999", "with an underscore": "CES_1", "ends in a slash": "CES/",
		"two separators": "CES-/1", "a line end": "CES-1\n", "a zero byte": "CES-1\x00",
	} {
		field("series "+name, fieldSeries, text(series))
	}
	for name, creditor := range map[string]string{
		"an old personal code": "16117519997", "a new personal code": "32345678901", "a personal code with a hyphen": "161175-19997",
		"of thirteen characters": "ABCDEFGHIJKLM", "a name": "SIA Ūdens", "with a slash": "4000/3",
	} {
		if name != "a personal code with a hyphen" {
			field("creditor "+name, fieldCreditor, text(creditor))
		}
	}
	for _, currency := range []string{"EU", "EURO", "eur", "E1R", "€"} {
		field("currency "+currency, fieldCurrency, text(currency))
	}
	slices.SortStableFunc(all, func(a, b vector) int { return strings.Compare(a.Name, b.Name) })
	all = append(all, moneyVectors()...)
	return append(all, linkVectors()...)
}

func moneyVectors() []vector {
	var all []vector
	add := func(reason receipt.Reason, name string, place int, value []byte) {
		all = append(all, broken(name, reason, envelope{payload: with(place, value)}.text()))
	}
	tenders := func(reason receipt.Reason, name string, pairs ...[]byte) {
		add(reason, name, fieldTenders, dict(pairs...))
	}
	all4250 := number(4250)

	tenders(receipt.ReasonPayload, "tender 0", number(0), all4250)
	tenders(receipt.ReasonPayload, "tender 24", number(24), all4250)
	tenders(receipt.ReasonPayload, "tender 257", number(257), all4250)
	tenders(receipt.ReasonPayload, "tender below zero", minus(0), all4250)
	tenders(receipt.ReasonPayload, "tender with a name", text("cash"), all4250)
	tenders(receipt.ReasonPayload, "four tenders", number(1), number(1000), number(2), number(1000), number(3), number(1000), number(4), number(1250))
	tenders(receipt.ReasonPayload, "a tender of nothing", number(1), all4250, number(2), number(0))
	tenders(receipt.ReasonPayload, "a tender below zero", number(1), number(5000), number(2), minus(749))
	tenders(receipt.ReasonPayload, "a tender of 2³² more", number(1), number(4250+1<<32))
	tenders(receipt.ReasonPayload, "a tender as text", number(1), text("42,50"))
	tenders(receipt.ReasonSum, "a cent less", number(1), number(4249))
	tenders(receipt.ReasonSum, "a cent more", number(1), number(4251))
	tenders(receipt.ReasonSum, "cash and card make more", number(1), all4250, number(2), all4250)
	tenders(receipt.ReasonSum, "the sum only fits after 2³²", number(1), number(1<<32-1), number(2), number(4251))
	add(receipt.ReasonSum, "ten times the total", fieldTotal, number(42500))
	add(receipt.ReasonSum, "the greatest total", fieldTotal, number(receipt.MaxNumber))
	return all
}

func linkVectors() []vector {
	var all []vector
	add := func(name string, change func(f [][]byte)) {
		f := fieldsOf(plain())
		change(f)
		all = append(all, broken(name, receipt.ReasonPayload, envelope{payload: list(f...)}.text()))
	}
	link := octets([]byte{9, 8, 7, 6, 5, 4, 3, 2, 1, 0})
	add("seven bills", func(f [][]byte) { f[fieldAbout] = octets(slices.Repeat([]byte{1, 2, 3}, 7)) })
	add("a bill and a half", func(f [][]byte) { f[fieldAbout] = octets([]byte{1, 2, 3, 4}) })
	add("bills out of order", func(f [][]byte) { f[fieldAbout] = octets([]byte{2, 0, 0, 1, 0, 0}) })
	add("a payment with an original", func(f [][]byte) { f[fieldAbout] = link })
	add("a refund with a bill", func(f [][]byte) { f[fieldKind] = number(2) })
	add("a refund of nothing", func(f [][]byte) { f[fieldKind], f[fieldAbout] = number(2), octets(nil) })
	add("a refund of zeros", func(f [][]byte) { f[fieldKind], f[fieldAbout] = number(2), octets(make([]byte, 10)) })
	add("a void of nine bytes", func(f [][]byte) { f[fieldKind], f[fieldAbout] = number(3), octets(make([]byte, 9)) })
	add("a void of twelve bytes", func(f [][]byte) { f[fieldKind], f[fieldAbout] = number(3), octets(slices.Repeat([]byte{7}, 12)) })
	add("number 12 without a previous", func(f [][]byte) { f[fieldPrevious] = octets(nil) })
	add("number 1 with a previous", func(f [][]byte) { f[fieldNumber] = number(1) })
	add("a previous of zeros", func(f [][]byte) { f[fieldPrevious] = octets(make([]byte, 10)) })
	add("number 1 with a previous of zeros", func(f [][]byte) { f[fieldNumber], f[fieldPrevious] = number(1), octets(make([]byte, 10)) })
	add("a previous of nine bytes", func(f [][]byte) { f[fieldPrevious] = octets(slices.Repeat([]byte{7}, 9)) })
	add("a previous of 32 bytes", func(f [][]byte) { f[fieldPrevious] = octets(slices.Repeat([]byte{7}, 32)) })
	at := uint64(noon.Unix())
	for name, value := range map[string][]byte{
		"copy 1 without a time": number(1), "copy 0 with a time": list(number(0), number(at)), "copy 256": list(number(256), number(at)),
		"a copy before its original": list(number(1), number(at-1)), "a copy without a number": list(number(at)),
		"a copy with a third number": list(number(1), number(at), number(at)), "a copy below zero": list(minus(0), number(at)),
		"a copy with its time as text": list(number(1), text("2026-05-03")), "a copy after 2106": list(number(1), number(1<<32)),
		"a copy in a map": dict(number(1), number(at)),
	} {
		add(name, func(f [][]byte) { f[fieldCopy] = value })
	}
	slices.SortStableFunc(all, func(a, b vector) int { return strings.Compare(a.Name, b.Name) })
	return all
}

func privateOf(letter byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(slices.Repeat([]byte{letter}, 32))
}

// signatureVectors are right in every byte but not signed by that key at that time.
func signatureVectors(m *maker) []vector {
	var all []vector
	add := func(name string, e envelope) { all = append(all, broken(name, receipt.ReasonSignature, e.text())) }
	flip := func(i int, bit byte) func([]byte) []byte {
		return func(s []byte) []byte { s[i] ^= bit; return s }
	}
	for _, i := range []int{0, 15, 31, 32, 47, 63} {
		add(fmt.Sprintf("a bit of byte %d", i), envelope{spoil: flip(i, 1)})
	}
	add("the sign bit of R", envelope{spoil: flip(31, 0x80)})
	add("the top bit of S", envelope{spoil: flip(63, 0x80)})
	add("zeros", envelope{spoil: func(s []byte) []byte { return make([]byte, len(s)) }})
	add("ones", envelope{spoil: func(s []byte) []byte { return slices.Repeat([]byte{0xff}, len(s)) }})
	add("the halves exchanged", envelope{spoil: func(s []byte) []byte { return joined(s[32:], s[:32]) }})
	add("S and the order of the group", envelope{spoil: addOrder})
	add("R is the neutral element and S is zero", envelope{spoil: func([]byte) []byte { return joined([]byte{1}, make([]byte, 63)) }})
	add("of another key with this key's id", envelope{letter: 'x', protected: protectedFor(privateOf(letters["LV-CESIS"]))})
	add("of the old key with this key's id", envelope{letter: 'b', protected: protectedFor(privateOf(letters["LV-CESIS"]))})

	// Somebody changes the paper and makes a new code with the old signature.
	genuine := ed25519.Sign(privateOf('a'), list(text("Signature1"), octets(protectedFor(privateOf('a'))), octets(nil), octets(plain().Payload())))
	keep := func([]byte) []byte { return genuine }
	for name, change := range map[string]func(*receipt.Receipt){
		"another number":   func(r *receipt.Receipt) { r.Number++ },
		"another series":   func(r *receipt.Receipt) { r.Series = "CES-2" },
		"another second":   func(r *receipt.Receipt) { r.At = r.At.Add(time.Second) },
		"another creditor": func(r *receipt.Receipt) { r.Creditor = "90000028509" },
		"a cent more":      func(r *receipt.Receipt) { r.Total, r.Tenders = 4251, split{receipt.Cash: 4251} },
		"another tender":   func(r *receipt.Receipt) { r.Tenders = split{receipt.Card: 4250} },
		"another currency": func(r *receipt.Receipt) { r.Currency = "EUX" },
		"another bill":     func(r *receipt.Receipt) { r.Bills[0][2] ^= 1 },
		"no bill":          func(r *receipt.Receipt) { r.Bills = nil },
		"another previous": func(r *receipt.Receipt) { r.Previous[9] ^= 1 },
		"a copy":           func(r *receipt.Receipt) { *r = *r.CopyAt(1, noon.Add(time.Minute)) },
		"a refund":         func(r *receipt.Receipt) { r.Kind, r.Bills, r.Original = receipt.Refund, nil, receipt.Link{1} },
	} {
		r := plain()
		change(r)
		add("the signature of another receipt: "+name, envelope{payload: r.Payload(), spoil: keep})
	}
	slices.SortStableFunc(all, func(a, b vector) int { return strings.Compare(a.Name, b.Name) })
	return append(all, m.keyDateVectors()...)
}

// addOrder adds the order of the group to S, which lax verifiers take for the same signature. Source: RFC 8032 §5.1.7.
func addOrder(s []byte) []byte {
	order := []byte{
		0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
	}
	carry := 0
	for i := range order {
		sum := int(s[32+i]) + int(order[i]) + carry
		s[32+i], carry = byte(sum), sum>>8
	}
	return s
}

func (m *maker) keyDateVectors() []vector {
	dated := func(name string, letter byte, at time.Time) vector {
		r := plain()
		r.At = at
		return broken(name, receipt.ReasonKeyDate, envelope{payload: r.Payload(), letter: letter}.text())
	}
	late := plain()
	late.At = day(2025, 6, 1)
	all := []vector{
		dated("a second before the key begins", 'a', day(2026, 1, 1).Add(-time.Second)),
		dated("the second in which the key ends", 'a', day(2027, 1, 1)),
		dated("long before the key", 'a', time.Unix(1, 0)),
		dated("long after the key", 'a', time.Unix(receipt.MaxNumber, 0)),
		dated("the old key, used for longer", 'b', noon),
		broken("a copy made with the old key after its end", receipt.ReasonKeyDate, envelope{payload: late.CopyAt(1, noon).Payload(), letter: 'b'}.text()),
		broken("a copy dated before the key", receipt.ReasonKeyDate, envelope{payload: late.CopyAt(1, day(2025, 7, 1)).Payload()}.text()),
	}
	return all
}
