package receipt_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"

	"vienkopus/internal/payment/receipt"
)

// FuzzStrict compares the strict reader with the library: what it accepts, the library reads, and writes again in its
// deterministic form as the very same bytes.
func FuzzStrict(f *testing.F) {
	f.Add(plain().Payload())
	f.Add(worst().Payload())
	f.Add(envelope{}.bytes()[1:])
	for _, seed := range [][]byte{{0x18, 0x17}, {0xa2, 1, 2, 1, 3}, {0xa2, 2, 1, 1, 1}, {0x9f, 0xff}, {0x61, 0xff}, {0x3b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, {0x9a, 0xff, 0xff, 0xff, 0xff}} {
		f.Add(seed)
	}
	reading, err := cbor.DecOptions{DupMapKey: cbor.DupMapKeyEnforcedAPF, IndefLength: cbor.IndefLengthForbidden, TagsMd: cbor.TagsForbidden}.DecMode()
	if err != nil {
		f.Fatal(err)
	}
	writing, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		refused := receipt.ReadStrict(data)
		if refused != nil {
			if reason := reasonOf(refused); reason != receipt.ReasonCBOR && reason != receipt.ReasonCanonical && reason != receipt.ReasonDuplicate && reason != receipt.ReasonTrailing {
				t.Errorf("refused because of %s", reason)
			}
			return
		}
		var value any
		if err := reading.Unmarshal(data, &value); err != nil {
			// Go has no map with a map, an array or bytes for a key, so neither has the library; no receipt has one.
			if bytes.Contains([]byte(err.Error()), []byte("invalid map key")) {
				return
			}
			t.Fatalf("% x: %v", data, err)
		}
		if again, err := writing.Marshal(value); err != nil || !bytes.Equal(again, data) {
			t.Errorf("% x is written as % x, %v", data, again, err)
		}
	})
}

// FuzzParse holds that nothing is accepted that would not be written the same way again, and that nothing crashes.
func FuzzParse(f *testing.F) {
	f.Add(envelope{}.bytes(), "")
	f.Add(envelope{unprotected: dict(number(4), octets(nil))}.bytes(), receipt.Prefix)
	f.Add([]byte{0xd2, 0x84}, envelope{}.text())
	f.Fuzz(func(t *testing.T, data []byte, text string) {
		for _, one := range []string{receipt.Prefix + receipt.Encode45(data), text} {
			code, err := receipt.Parse(one)
			if err != nil {
				if reasonOf(err).Verdict() == receipt.Valid || code != nil {
					t.Errorf("%q: %v", one, err)
				}
				continue
			}
			if code.Text() != one || !bytes.Equal(code.Receipt.Payload(), payloadIn(t, code)) {
				t.Errorf("%q is read as %q", one, code.Text())
			}
			if _, err := code.QR(); err != nil {
				t.Errorf("%q: %v", one, err)
			}
		}
	})
}

// payloadIn finds the payload by its place: fourteen bytes from the start, 66 from the end.
func payloadIn(t *testing.T, code *receipt.Code) []byte {
	t.Helper()
	signed := code.Signed()
	return signed[15 : len(signed)-66]
}

func FuzzKeys(f *testing.F) {
	key := testKey(f, "LV-CESIS", 'a').Public()
	key.Compromised = noon
	published, err := keysOf(f, key, testKey(f, "LV-LIVANI", 'c').Public()).MarshalJSON()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(published)
	f.Add([]byte(`{"format":"vienkopus-receipt-keys-1","keys":null}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		keys, err := receipt.ParseKeys(data)
		if err != nil {
			return
		}
		written, err := keys.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		again, err := receipt.ParseKeys(written)
		if err != nil || len(again.All()) != len(keys.All()) {
			t.Errorf("%s is written as %s: %v", data, written, err)
		}
	})
}

func FuzzCheckCode(f *testing.F) {
	code, err := receipt.Sign(plain(), testKey(f, "LV-CESIS", 'a'))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(code.CheckCode())
	f.Add("2222 2222 2222")
	f.Fuzz(func(t *testing.T, text string) {
		if read, err := receipt.ParseCheckCode(text); err == nil {
			if again, err := receipt.ParseCheckCode(read); err != nil || again != read || len(read) != 14 {
				t.Errorf("%q is read as %q, then as %q, %v", text, read, again, err)
			}
		}
	})
}

func TestKeysAreListedOnce(t *testing.T) {
	t.Parallel()
	key := testKey(t, "LV-CESIS", 'a').Public()
	if _, err := receipt.NewKeys(key, key); err == nil {
		t.Error("a key was listed twice")
	}
	published, err := keysOf(t, testKey(t, "LV-LIVANI", 'a').Public(), key).MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	keys, err := receipt.ParseKeys(published)
	if err != nil {
		t.Fatal(err)
	}
	found, ok := keys.Find("LV-CESIS", key.ID)
	if !ok || !found.From.Equal(key.From) || !found.To.Equal(key.To) || !found.Public.Equal(key.Public) || !found.Compromised.IsZero() {
		t.Errorf("%+v was published as %+v", key, found)
	}
	if _, ok := keys.Find("LT-CESIS", key.ID); ok {
		t.Error("the key of another network was found")
	}
}

func TestKeysAreRefused(t *testing.T) {
	t.Parallel()
	key := testKey(t, "LV-CESIS", 'a').Public()
	published, err := keysOf(t, key).MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string][2]string{
		"another format":         {"keys-1", "keys-2"},
		"another curve":          {"Ed25519", "Ed448"},
		"another kind":           {"OKP", "EC"},
		"another id":             {key.ID.String(), "00000000"},
		"a cut key":              {`"x":"`, `"x":"AA`},
		"padding":                {`","node"`, `=","node"`},
		"a node without network": {"LV-CESIS", "CESIS"},
		"a date of another zone": {"2026-01-01T00:00:00Z", "2026-01-01T02:00:00+02:00"},
		"a day that is not":      {"2027-01-01", "2027-02-30"},
		"ends before it begins":  {"2027-01-01", "2025-01-01"},
		"half a document":        {`]}`, ``},
	} {
		changed := bytes.Replace(published, []byte(change[0]), []byte(change[1]), 1)
		if bytes.Equal(changed, published) {
			t.Fatalf("%s: nothing changed in %s", name, published)
		}
		if keys, err := receipt.ParseKeys(changed); err == nil || keys != nil {
			t.Errorf("%s was read", name)
		}
	}
	for name, seed := range map[string]int{"a short seed": 31, "a long seed": 33} {
		if _, err := receipt.NewSigningKey("LV-CESIS", make([]byte, seed), noon, noon.Add(time.Hour)); err == nil {
			t.Errorf("%s made a key", name)
		}
	}
}

// TestBase45 holds the examples of RFC 9285 §4.3 and §4.4.
func TestBase45(t *testing.T) {
	t.Parallel()
	for plain, coded := range map[string]string{
		"AB": "BB8", "Hello!!": "%69 VD92EX0", "base-45": "UJCLQE7W581", "ietf!": "QED8WEX0", "": "", "\xff\xff": "FGW", "\xff": "U5", "\x00": "00", "\x00\x00": "000",
	} {
		if got := receipt.Encode45([]byte(plain)); got != coded {
			t.Errorf("%q becomes %q, want %q", plain, got, coded)
		}
		if got, err := receipt.Decode45(coded); err != nil || string(got) != plain {
			t.Errorf("%q becomes %q, %v; want %q", coded, got, err, plain)
		}
	}
	for coded, want := range map[string]receipt.Reason{
		"0": receipt.ReasonBase45, "0000": receipt.ReasonBase45, "GGW": receipt.ReasonBase45, ":::": receipt.ReasonBase45, "V5": receipt.ReasonBase45,
		"::": receipt.ReasonBase45, "a0": receipt.ReasonAlphabet, "=00": receipt.ReasonAlphabet, "00\n": receipt.ReasonAlphabet, "\xff00": receipt.ReasonAlphabet,
	} {
		if got, err := receipt.Decode45(coded); reasonOf(err) != want || got != nil {
			t.Errorf("%q becomes %q, %v; want %s", coded, got, err, want)
		}
	}
}

func FuzzBase45(f *testing.F) {
	for _, seed := range []string{"", "BB8", "%69 VD92EX0", "GGW", "V5", "0", "a", "FGWU5", "QED8WEX0\n"} {
		f.Add(seed, []byte(seed))
	}
	f.Fuzz(func(t *testing.T, text string, data []byte) {
		if read, err := receipt.Decode45(text); err == nil && receipt.Encode45(read) != text {
			t.Errorf("%q and %q are read as the same bytes", text, receipt.Encode45(read))
		}
		if read, err := receipt.Decode45(receipt.Encode45(data)); err != nil || !bytes.Equal(read, data) {
			t.Errorf("% x becomes % x, %v", data, read, err)
		}
	})
}
