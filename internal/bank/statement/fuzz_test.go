package statement_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"vienkopus/internal/bank/statement"
	"vienkopus/internal/base/iban"
	"vienkopus/internal/base/money"
)

// Whatever comes in is refused with a fault, or it keeps what Read promises and is read the same again.
func FuzzRead(f *testing.F) {
	for _, name := range []string{"camt02.xml", "camt08.xml", "fidavista_101.xml", "fidavista_12.xml", "twice.xml", "half.xml", "dollars.xml"} {
		f.Add(text(f, name))
	}
	f.Add(`<?xml version="1.0" encoding="windows-1257"?><FIDAVISTA><Statement><AccountSet/></Statement></FIDAVISTA>`)
	f.Fuzz(func(t *testing.T, content string) {
		all, err := statement.Read(strings.NewReader(content))
		if err != nil {
			if !strings.HasPrefix(key(err), "statement.") || all.Statements != nil {
				t.Fatalf("answered %v, %v", all, err)
			}
			return
		}
		for _, s := range all.Statements {
			holds(t, s)
			seen := map[string]bool{}
			for _, l := range s.Lines {
				if seen[l.Ref] {
					t.Fatalf("two lines of a statement are %q", l.Ref)
				}
				seen[l.Ref] = true
			}
		}
		again, err := statement.Read(strings.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		same(t, again.Statements, all.Statements)
	})
}

func holds(t *testing.T, s statement.Statement) {
	t.Helper()
	if number, err := iban.Parse(string(s.IBAN)); err != nil || number != s.IBAN {
		t.Fatalf("account %q", s.IBAN)
	}
	if s.To.Before(s.From) || s.ID == "" {
		t.Fatalf("statement %q from %s to %s", s.ID, s.From, s.To)
	}
	sum := []money.Amount{s.Opening}
	for _, l := range s.Lines {
		sum = append(sum, l.Cents)
		if l.Ref == "" || len(l.Ref) > statement.MostRef || l.Booked.IsZero() {
			t.Fatalf("line %q of %s", l.Ref, l.Booked)
		}
		if utf8.RuneCountInString(l.Text) > statement.MostText || !utf8.ValidString(l.Text) || utf8.RuneCountInString(l.Reference) > 35 {
			t.Fatalf("text %q, reference %q", l.Text, l.Reference)
		}
	}
	if total, err := money.Sum(sum...); s.Placed && (err != nil || total != s.Closing) {
		t.Fatalf("%s and the lines make %s, %v, not %s", s.Opening, total, err, s.Closing)
	}
}
