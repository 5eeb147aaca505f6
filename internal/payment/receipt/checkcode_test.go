package receipt_test

import (
	"errors"
	"strings"
	"testing"

	"vienkopus/internal/payment/receipt"
)

func TestACheckCodeIsReadAsPeopleSayIt(t *testing.T) {
	t.Parallel()
	code := sign(t, plain(), testKey(t, "LV-CESIS", 'a')).CheckCode()
	bare := strings.ReplaceAll(code, "-", "")
	if len(bare) != 12 || strings.Trim(bare, receipt.Alphabet31) != "" {
		t.Fatalf("%q is not twelve characters of the alphabet", code)
	}
	for _, said := range []string{code, bare, strings.ToLower(code), " " + bare[:3] + " " + bare[3:] + "\u00a0", strings.Join(strings.Split(bare, ""), " ")} {
		if got, err := receipt.ParseCheckCode(said); err != nil || got != code {
			t.Errorf("%q is read as %q, %v", said, got, err)
		}
	}
	for _, said := range []string{"", bare[:11], bare + "2", "0" + bare[1:], "O" + bare[1:], "I" + bare[1:], "l" + bare[1:], "1" + bare[1:], bare[:11] + "ķ"} {
		if got, err := receipt.ParseCheckCode(said); !errors.Is(err, receipt.ErrCheckCode) || got != "" {
			t.Errorf("%q is read as %q", said, got)
		}
	}
}

// TestACheckCodeFindsMistakes tries every wrong character and every exchange of two in many codes: each is found.
func TestACheckCodeFindsMistakes(t *testing.T) {
	t.Parallel()
	key := testKey(t, "LV-CESIS", 'a')
	tried := 0
	for n := uint32(2); n < 42; n++ {
		r := plain()
		r.Number = n
		code := []byte(strings.ReplaceAll(sign(t, r, key).CheckCode(), "-", ""))
		must := func(mistake []byte) {
			tried++
			if got, err := receipt.ParseCheckCode(string(mistake)); err == nil {
				t.Errorf("%s was accepted for %s", got, code)
			}
		}
		for i := range code {
			for _, c := range []byte(receipt.Alphabet31) {
				if c != code[i] {
					wrong := append([]byte{}, code...)
					wrong[i] = c
					must(wrong)
				}
			}
			for j := range i {
				if code[i] != code[j] {
					wrong := append([]byte{}, code...)
					wrong[i], wrong[j] = wrong[j], wrong[i]
					must(wrong)
				}
			}
		}
	}
	t.Logf("%d mistakes", tried)
}

// TestCheckCodesAreSpread looks for a character that comes too often or never at its place.
func TestCheckCodesAreSpread(t *testing.T) {
	t.Parallel()
	key := testKey(t, "LV-CESIS", 'a')
	const codes = 31 * 40
	var count [14]map[byte]int
	seen := map[string]bool{}
	for n := range uint32(codes) {
		r := plain()
		r.Number = n + 2
		code := sign(t, r, key).CheckCode()
		seen[code] = true
		for i := range count {
			if count[i] == nil {
				count[i] = map[byte]int{}
			}
			count[i][code[i]]++
		}
	}
	if len(seen) != codes {
		t.Errorf("%d codes for %d receipts", len(seen), codes)
	}
	for i, places := range count {
		if i == 4 || i == 9 {
			continue // hyphens
		}
		if len(places) != 31 {
			t.Errorf("place %d has %d characters", i, len(places))
		}
		for c, n := range places {
			if n > 80 { // 40 are expected; 80 are six standard deviations more
				t.Errorf("%c stands %d times at place %d", c, n, i)
			}
		}
	}
}
