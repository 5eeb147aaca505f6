package till_test

import (
	"strings"
	"testing"

	"vienkopus/internal/ledger"
	"vienkopus/internal/till"
)

func TestNumbersAsPeopleTypeThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"b-000123": "B-000123", " B 000 123\t": "B000123", "p77/1": "P77/1", "": "", ":": "", "Ē1": "", "a\x00": "", strings.Repeat("9", 65): "",
	} {
		got, ok := till.Code(text)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%q is read as %q, %t", text, got, ok)
		}
	}
}

// What is read as a number can be the code of an account, and is read as itself.
func FuzzCode(f *testing.F) {
	for _, seed := range []string{"b-1", " 7 7 ", "ß", "ſ", "\u00a0x", "a:b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		code, ok := till.Code(text)
		if !ok {
			return
		}
		if again, ok := till.Code(code); !ok || again != code {
			t.Errorf("%q becomes %q, then %q", text, code, again)
		}
		if a, err := ledger.ParseAccount("transit:" + code); err != nil || a != ledger.Transit(code) {
			t.Errorf("%q: %v", code, err)
		}
	})
}
