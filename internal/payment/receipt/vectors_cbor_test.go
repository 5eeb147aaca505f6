package receipt_test

import (
	"slices"
	"strings"

	"vienkopus/internal/payment/receipt"
)

// cborVectors are wrong as CBOR, in the payload and in what lies around it.
func cborVectors() []vector {
	var all []vector
	payload := func(reason receipt.Reason, name string, data []byte) {
		all = append(all, broken(name, reason, envelope{payload: data}.text()))
	}
	sound := plain().Payload()
	wide := func(field int, value ...byte) []byte { return with(field, value) }

	payload(receipt.ReasonCBOR, "an empty payload", []byte{})
	payload(receipt.ReasonCBOR, "a payload cut short by one byte", sound[:len(sound)-1])
	payload(receipt.ReasonCBOR, "half a payload", sound[:len(sound)/2])
	payload(receipt.ReasonCBOR, "one field less than announced", sound[:len(sound)-1])
	payload(receipt.ReasonCBOR, "an array without an end", joined(hexed(0x9f), sound[1:], hexed(0xff)))
	payload(receipt.ReasonCBOR, "text without an end", wide(fieldNode, 0x7f, 0x68, 'L', 'V', '-', 'C', 'E', 'S', 'I', 'S', 0xff))
	payload(receipt.ReasonCBOR, "bytes without an end", wide(fieldAbout, 0x5f, 0x43, 1, 2, 3, 0xff))
	payload(receipt.ReasonCBOR, "a map without an end", wide(fieldTenders, 0xbf, 0x01, 0x19, 0x10, 0x9a, 0xff))
	payload(receipt.ReasonCBOR, "the total as a half", wide(fieldTotal, 0xf9, 0x6c, 0x26))
	payload(receipt.ReasonCBOR, "the total as a float", wide(fieldTotal, 0xfa, 0x45, 0x84, 0xd0, 0x00))
	payload(receipt.ReasonCBOR, "the total as a double", wide(fieldTotal, 0xfb, 0x40, 0xb0, 0x9a, 0, 0, 0, 0, 0))
	payload(receipt.ReasonCBOR, "the total as a big number", wide(fieldTotal, 0xc2, 0x42, 0x10, 0x9a))
	payload(receipt.ReasonCBOR, "the time with its tag", with(fieldAt, joined(hexed(0xc1), number(uint64(noon.Unix())))))
	payload(receipt.ReasonCBOR, "nothing as the previous", wide(fieldPrevious, 0xf6))
	payload(receipt.ReasonCBOR, "undefined as the previous", wide(fieldPrevious, 0xf7))
	payload(receipt.ReasonCBOR, "false as the copy", wide(fieldCopy, 0xf4))
	payload(receipt.ReasonCBOR, "a simple value", wide(fieldCopy, 0xe0))
	payload(receipt.ReasonCBOR, "a simple value in two bytes", wide(fieldCopy, 0xf8, 0x00))
	payload(receipt.ReasonCBOR, "a break where none can be", wide(fieldCopy, 0xff))
	payload(receipt.ReasonCBOR, "reserved 28", wide(fieldNumber, 0x1c))
	payload(receipt.ReasonCBOR, "reserved 29", wide(fieldNumber, 0x1d))
	payload(receipt.ReasonCBOR, "reserved 30", wide(fieldNumber, 0x1e))
	payload(receipt.ReasonCBOR, "a number without an end", wide(fieldNumber, 0x1f))
	payload(receipt.ReasonCBOR, "text that is not UTF-8", wide(fieldSeries, 0x61, 0xff))
	payload(receipt.ReasonCBOR, "text with half a pair", wide(fieldSeries, 0x63, 0xed, 0xa0, 0x80))
	payload(receipt.ReasonCBOR, "text with an overlong letter", wide(fieldSeries, 0x62, 0xc1, 0x81))
	payload(receipt.ReasonCBOR, "text longer than the payload", wide(fieldSeries, 0x78, 0xff))
	payload(receipt.ReasonCBOR, "text of two to the sixty-fourth", wide(fieldSeries, 0x7b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff))
	payload(receipt.ReasonCBOR, "an array of four thousand million", wide(fieldSeries, 0x9a, 0xff, 0xff, 0xff, 0xff))
	payload(receipt.ReasonCBOR, "a map of two to the sixty-third", wide(fieldTenders, 0xbb, 0x80, 0, 0, 0, 0, 0, 0, 0))
	payload(receipt.ReasonCBOR, "arrays five deep", with(fieldCopy, joined(hexed(0x81, 0x81, 0x81, 0x81), number(0))))
	payload(receipt.ReasonCBOR, "twenty arrays and nothing", slices.Repeat([]byte{0x81}, 20))
	payload(receipt.ReasonCBOR, "the first complaint counts: cut short before a wide number", joined(hexed(0x82, 0x19, 0x00)))

	payload(receipt.ReasonCanonical, "the version in two bytes", wide(fieldVersion, 0x18, 0x01))
	payload(receipt.ReasonCanonical, "the kind in three bytes", wide(fieldKind, 0x19, 0, 1))
	payload(receipt.ReasonCanonical, "the number in five bytes", wide(fieldNumber, 0x1a, 0, 0, 0, 12))
	payload(receipt.ReasonCanonical, "the number in nine bytes", wide(fieldNumber, 0x1b, 0, 0, 0, 0, 0, 0, 0, 12))
	payload(receipt.ReasonCanonical, "the greatest number in nine bytes", wide(fieldNumber, 0x1b, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff))
	payload(receipt.ReasonCanonical, "23 in two bytes", wide(fieldNumber, 0x18, 23))
	payload(receipt.ReasonCanonical, "255 in three bytes", wide(fieldNumber, 0x19, 0, 255))
	payload(receipt.ReasonCanonical, "65535 in five bytes", wide(fieldNumber, 0x1a, 0, 0, 0xff, 0xff))
	payload(receipt.ReasonCanonical, "the length of text in two bytes", wide(fieldCurrency, 0x78, 3, 'E', 'U', 'R'))
	payload(receipt.ReasonCanonical, "the length of bytes in three bytes", wide(fieldAbout, 0x59, 0, 3, 1, 2, 3))
	payload(receipt.ReasonCanonical, "the length of the array in two bytes", joined(hexed(0x98, 13), sound[1:]))
	payload(receipt.ReasonCanonical, "the length of the map in two bytes", wide(fieldTenders, 0xb8, 1, 1, 0x19, 0x10, 0x9a))
	payload(receipt.ReasonCanonical, "tenders out of order", with(fieldTenders, dict(number(2), number(2250), number(1), number(2000))))
	payload(receipt.ReasonCanonical, "a tender twice, another between", with(fieldTenders, dict(number(1), number(1000), number(2), number(2250), number(1), number(1000))))
	payload(receipt.ReasonCanonical, "the first complaint counts: a wide number before bytes that are missing", joined(hexed(0x82, 0x18, 0x00)))

	payload(receipt.ReasonDuplicate, "cash twice", with(fieldTenders, dict(number(1), number(2000), number(1), number(2250))))
	payload(receipt.ReasonDuplicate, "cash twice, the same amount", with(fieldTenders, dict(number(1), number(4250), number(1), number(4250))))
	payload(receipt.ReasonDuplicate, "card twice after cash", with(fieldTenders, dict(number(1), number(1000), number(2), number(1000), number(2), number(2250))))

	payload(receipt.ReasonTrailing, "a byte behind the payload", joined(sound, hexed(0)))
	payload(receipt.ReasonTrailing, "a second payload", joined(sound[:0], number(1), number(1)))
	payload(receipt.ReasonTrailing, "a break behind the payload", joined(sound, hexed(0xff)))
	return append(all, outerVectors()...)
}

func outerVectors() []vector {
	var all []vector
	outer := func(reason receipt.Reason, name string, wrap func([]byte) []byte) {
		all = append(all, broken(name, reason, envelope{wrap: wrap}.text()))
	}
	outer(receipt.ReasonCBOR, "only the tag", func([]byte) []byte { return []byte{0xd2} })
	outer(receipt.ReasonCBOR, "the code cut short by one byte", func(b []byte) []byte { return b[:len(b)-1] })
	outer(receipt.ReasonCBOR, "the code cut short by two bytes", func(b []byte) []byte { return b[:len(b)-2] })
	outer(receipt.ReasonCBOR, "half the code", func(b []byte) []byte { return b[:len(b)/2] })
	outer(receipt.ReasonCBOR, "without an end", func(b []byte) []byte { return joined(b[:1], hexed(0x9f), b[2:], hexed(0xff)) })
	outer(receipt.ReasonCBOR, "tagged twice", func(b []byte) []byte { return joined(hexed(0xd2), b) })
	outer(receipt.ReasonCBOR, "inside a web token", func(b []byte) []byte { return joined(hexed(0xd2, 0xd8, 0x3d), b) })
	outer(receipt.ReasonTrailing, "a byte behind the code", func(b []byte) []byte { return joined(b, hexed(0)) })
	outer(receipt.ReasonTrailing, "two bytes behind the code", func(b []byte) []byte { return joined(b, hexed(0xf6, 0xf6)) })
	outer(receipt.ReasonCanonical, "the length of the four in two bytes", func(b []byte) []byte { return joined(b[:1], hexed(0x98, 4), b[2:]) })
	outer(receipt.ReasonCanonical, "the length of the protected headers in two bytes", func(b []byte) []byte { return joined(b[:2], hexed(0x58, 9), b[3:]) })
	outer(receipt.ReasonCanonical, "the length of the signature in three bytes", func(b []byte) []byte {
		return joined(b[:len(b)-66], hexed(0x59, 0, 64), b[len(b)-64:])
	})
	outer(receipt.ReasonCOSE, "the tag in two bytes", func(b []byte) []byte { return joined(hexed(0xd8, 0x12), b[1:]) })
	outer(receipt.ReasonCOSE, "no tag", func(b []byte) []byte { return b[1:] })
	outer(receipt.ReasonCOSE, "the tag of COSE_Mac0", func(b []byte) []byte { return joined(hexed(0xd1), b[1:]) })
	outer(receipt.ReasonCOSE, "the tag of COSE_Sign", func(b []byte) []byte { return joined(hexed(0xd8, 0x62), b[1:]) })
	outer(receipt.ReasonCOSE, "a plain number", func([]byte) []byte { return []byte{0xd2, 0x00} })
	outer(receipt.ReasonCOSE, "an empty array", func([]byte) []byte { return []byte{0xd2, 0x80} })
	outer(receipt.ReasonCOSE, "text", func([]byte) []byte { return joined(hexed(0xd2), text("CES-1/12 42,50 EUR")) })
	outer(receipt.ReasonCOSE, "zeros", func(b []byte) []byte { return make([]byte, len(b)) })
	return all
}

func coseVectors() []vector {
	var all []vector
	id := kid(privateOf(letters["LV-CESIS"]))
	add := func(reason receipt.Reason, name string, e envelope) {
		all = append(all, broken(name, reason, e.text()))
	}
	protected := func(reason receipt.Reason, name string, data []byte) { add(reason, name, envelope{protected: data}) }
	algorithm, key := joined(number(1), minus(7)), joined(number(4), octets(id))
	of := func(n byte, parts ...[]byte) []byte { return joined(hexed(0xa0|n), joined(parts...)) }

	protected(receipt.ReasonCBOR, "no protected headers at all", []byte{})
	protected(receipt.ReasonCBOR, "protected headers cut short", of(2, algorithm))
	protected(receipt.ReasonTrailing, "a byte behind the protected headers", joined(of(2, algorithm, key), hexed(0)))
	protected(receipt.ReasonCanonical, "protected headers out of order", of(2, key, algorithm))
	protected(receipt.ReasonCanonical, "the algorithm in two bytes", of(2, number(1), hexed(0x38, 7), key))
	protected(receipt.ReasonDuplicate, "the algorithm twice", of(3, algorithm, algorithm, key))
	protected(receipt.ReasonDuplicate, "the key twice", of(3, algorithm, key, key))
	protected(receipt.ReasonCOSE, "protected headers in an array", list(minus(7), octets(id)))
	protected(receipt.ReasonCOSE, "a number for protected headers", number(7))

	protected(receipt.ReasonCritical, "critical headers", of(3, algorithm, number(2), list(number(4)), key))
	protected(receipt.ReasonCritical, "no critical header in the list", of(3, algorithm, number(2), list(), key))
	protected(receipt.ReasonCritical, "an unknown critical header", of(4, algorithm, number(2), list(number(99)), key, hexed(0x18, 99), number(1)))
	protected(receipt.ReasonCritical, "critical headers before another algorithm", of(3, number(1), minus(6), number(2), list(number(1)), key))
	add(receipt.ReasonCritical, "critical headers that nobody signed", envelope{unprotected: dict(number(2), list(number(4)))})

	protected(receipt.ReasonAlgorithm, "no algorithm", of(1, key))
	protected(receipt.ReasonAlgorithm, "no header", of(0))
	for name, n := range map[string][]byte{
		"ES256": minus(6), "ES512": minus(35), "Ed25519 by its newer number": minus(18), "Ed448": minus(52), "HMAC": number(5),
		"none": number(0), "8 instead of -8": number(8), "text": text("EdDSA"), "bytes": octets(id),
		"something private": minus(65536), "the least number": minus(1<<64 - 1),
	} {
		protected(receipt.ReasonAlgorithm, name, of(2, number(1), n, key))
	}
	add(receipt.ReasonAlgorithm, "the algorithm outside the signature", envelope{protected: of(1, key), unprotected: of(1, algorithm)})

	protected(receipt.ReasonHeader, "no key", of(1, algorithm))
	protected(receipt.ReasonHeader, "a key of three bytes", of(2, algorithm, number(4), octets(id[:3])))
	protected(receipt.ReasonHeader, "a key of five bytes", of(2, algorithm, number(4), octets(joined(id, hexed(0)))))
	protected(receipt.ReasonHeader, "a key of no bytes", of(2, algorithm, number(4), octets(nil)))
	protected(receipt.ReasonHeader, "a key as text", of(2, algorithm, number(4), text("abcd")))
	protected(receipt.ReasonHeader, "a content type", of(3, algorithm, number(3), number(60), key))
	protected(receipt.ReasonHeader, "a header with a name", of(3, algorithm, key, text("x"), number(1)))
	protected(receipt.ReasonHeader, "a header below zero", of(3, algorithm, key, minus(0), number(1)))
	add(receipt.ReasonHeader, "the key outside the signature", envelope{protected: of(1, algorithm), unprotected: of(1, key)})
	add(receipt.ReasonHeader, "the key in both places", envelope{unprotected: of(1, key)})
	add(receipt.ReasonHeader, "something that nobody signed", envelope{unprotected: dict(text("note"), text("paid"))})
	add(receipt.ReasonHeader, "a certificate", envelope{unprotected: dict(number(33), octets(id))})

	add(receipt.ReasonCOSE, "unprotected headers in an array", envelope{unprotected: list()})
	add(receipt.ReasonCOSE, "unprotected headers in bytes", envelope{unprotected: octets(nil)})
	add(receipt.ReasonCOSE, "no signature", envelope{spoil: func([]byte) []byte { return nil }})
	add(receipt.ReasonCOSE, "a signature of 63 bytes", envelope{spoil: func(s []byte) []byte { return s[:63] }})
	add(receipt.ReasonCOSE, "a signature of 65 bytes", envelope{spoil: func(s []byte) []byte { return append(s, 0) }})
	add(receipt.ReasonCOSE, "five parts", envelope{wrap: func(b []byte) []byte { return joined(hexed(0xd2, 0x85), b[2:], octets(nil)) }})
	add(receipt.ReasonCOSE, "three parts", envelope{wrap: func(b []byte) []byte { return joined(hexed(0xd2, 0x83), b[2:len(b)-66]) }})
	add(receipt.ReasonCOSE, "the payload as an array", envelope{wrap: func(b []byte) []byte {
		at := strings.Index(string(b), string(plain().Payload()))
		return joined(b[:at-2], b[at:])
	}})
	slices.SortStableFunc(all, func(a, b vector) int { return strings.Compare(a.Name, b.Name) })
	return all
}
