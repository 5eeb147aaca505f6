package rf_test

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"vienkopus/internal/bill/rf"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]rf.Reference{
		"RF18539007547034": "RF18539007547034", "rf18 5390 0754 7034": "RF18539007547034", "RF712348231": "RF712348231",
	} {
		if got, err := rf.Parse(text); err != nil || got != want {
			t.Errorf("Parse(%q) = %q, %v", text, got, err)
		}
	}
	for text, want := range map[string]error{
		"": rf.ErrForm, "RF": rf.ErrForm, "RF18": rf.ErrForm, "18539007547034": rf.ErrForm, "RFX8539007547034": rf.ErrForm, "RF18539007547-34": rf.ErrForm,
		"RF18" + strings.Repeat("1", 22): rf.ErrForm, "RF18539007547035": rf.ErrCheck, "RF81539007547034": rf.ErrCheck,
	} {
		if got, err := rf.Parse(text); !errors.Is(err, want) || got != "" {
			t.Errorf("Parse(%q) = %q, %v; want %v", text, got, err, want)
		}
	}
	if got := rf.Reference("RF18539007547034").Display(); got != "RF18 5390 0754 7034" {
		t.Errorf("shown as %q", got)
	}
	if got, err := rf.New("2026/1"); !errors.Is(err, rf.ErrForm) {
		t.Errorf("made %q, %v", got, err)
	}
}

// What is made is read again, and one wrong character is always seen.
func TestMadeIsReadAndWrongIsSeen(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		made, err := rf.New(rapid.StringMatching(`[A-Za-z0-9]{1,21}`).Draw(t, "text"))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := rf.Parse(made.Display()); err != nil || got != made {
			t.Fatalf("%s is read as %q, %v", made, got, err)
		}
		at := rapid.IntRange(2, len(made)-1).Draw(t, "at")
		digit := rapid.StringMatching(`[0-9]`).Draw(t, "digit")
		if made[at] < '0' || made[at] > '9' {
			return
		}
		wrong := string(made[:at]) + digit + string(made[at+1:])
		if _, err := rf.Parse(wrong); (err == nil) != (wrong == string(made)) {
			t.Fatalf("%s for %s: %v", wrong, made, err)
		}
	})
}
