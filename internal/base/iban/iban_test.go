package iban_test

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"vienkopus/internal/base/iban"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]iban.IBAN{
		"LV80BANK0000435195001":            "LV80BANK0000435195001",
		"lv80 bank 0000 4351 9500 1":       "LV80BANK0000435195001",
		"LT12 1000 0111 0100 1000":         "LT121000011101001000",
		"EE38 2200 2210 2014 5685":         "EE382200221020145685",
		"GB29\u00a0NWBK 6016 1331 9268 19": "GB29NWBK60161331926819",
	} {
		if got, err := iban.Parse(text); err != nil || got != want {
			t.Errorf("Parse(%q) = %q, %v; want %q", text, got, err, want)
		}
	}
	for text, want := range map[string]error{
		"": iban.ErrForm, "LV80": iban.ErrForm, "LV80BANK000043519500": iban.ErrForm, "LT1210000111010010000": iban.ErrForm,
		"8080BANK0000435195001": iban.ErrForm, "LVX0BANK0000435195001": iban.ErrForm, "LV80BANK00004351950-1": iban.ErrForm,
		"LV80BANK0000435195002": iban.ErrCheck, "LV08BANK0000435195001": iban.ErrCheck, "LV80BĀNK000043519500": iban.ErrForm,
	} {
		if got, err := iban.Parse(text); !errors.Is(err, want) || got != "" {
			t.Errorf("Parse(%q) = %q, %v; want %v", text, got, err, want)
		}
	}
	if got := iban.IBAN("LV80BANK0000435195001").Display(); got != "LV80 BANK 0000 4351 9500 1" {
		t.Errorf("shown as %q", got)
	}
	if a := iban.IBAN("LT121000011101001000"); a.Country() != "LT" || iban.IBAN("").Country() != "" {
		t.Errorf("country %q", a.Country())
	}
}

// One wrong digit is always seen: 97 is a prime and no multiple of ten.
func TestOneWrongDigitIsSeen(t *testing.T) {
	t.Parallel()
	const right = "LV80BANK0000435195001"
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.SampledFrom([]int{2, 3, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20}).Draw(t, "at")
		digit := string(rapid.ByteRange('0', '9').Draw(t, "digit"))
		wrong := right[:at] + digit + right[at+1:]
		if _, err := iban.Parse(wrong); (err == nil) != strings.EqualFold(wrong, right) {
			t.Fatalf("%s: %v", wrong, err)
		}
	})
}
