package regno_test

import (
	"errors"
	"testing"

	"vienkopus/internal/base/regno"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]regno.Number{
		"90000028508": "90000028508", " LV90000028508 ": "90000028508", "40003032949": "40003032949",
	} {
		if got, err := regno.Parse(text); err != nil || got != want {
			t.Errorf("Parse(%q) = %q, %v", text, got, err)
		}
	}
	for text, want := range map[string]error{
		"": regno.ErrForm, "9000002850": regno.ErrForm, "900000285080": regno.ErrForm, "30000028508": regno.ErrForm,
		"9000002850x": regno.ErrForm, "LV 90000028508": regno.ErrForm,
		"90000028509": regno.ErrCheck, "90000028580": regno.ErrCheck,
	} {
		if got, err := regno.Parse(text); !errors.Is(err, want) || got != "" {
			t.Errorf("Parse(%q) = %q, %v; want %v", text, got, err, want)
		}
	}
}

// Of the ten numbers that differ in one digit at most one is right: no weight is a multiple of eleven.
func TestOneWrongDigitIsSeen(t *testing.T) {
	t.Parallel()
	const right = "90000028508"
	for at := 1; at < len(right); at++ {
		for digit := '0'; digit <= '9'; digit++ {
			text := right[:at] + string(digit) + right[at+1:]
			if _, err := regno.Parse(text); (err == nil) != (text == right) {
				t.Errorf("Parse(%q): %v", text, err)
			}
		}
	}
}
