package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// rows is a file of past acts; wrong replaces some of its rows, by the number that a spreadsheet shows.
func rows(t *testing.T, wrong map[int]string) string {
	t.Helper()
	var text strings.Builder
	text.WriteString("desk,period,kind,service,count,source\n")
	for n := 2; n <= 31; n++ {
		if row, ok := wrong[n]; ok {
			text.WriteString(row + "\n")
			continue
		}
		fmt.Fprintf(&text, "CES-1,2024-01-%02d,consultation,vsaa-old-age-pension,%d,grāmata\n", n-1, n)
	}
	path := filepath.Join(t.TempDir(), "acts.csv")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPastActsAreImportedOnce(t *testing.T) {
	t.Parallel()
	town.Each(t, func(t *testing.T, dsn string) {
		good := rows(t, nil)
		dry := call(t, "import", "acts", good, "--db", dsn, "--dry-run").well()
		if !strings.Contains(dry.out, "row 17: ok") || !strings.Contains(dry.out, "Read: 30. Ok: 30") || !strings.Contains(dry.out, "Written to the journals: 0.") {
			t.Errorf("dry: %s", dry.out)
		}
		first := call(t, "import", "acts", good, "--db", dsn).well()
		if !strings.Contains(first.out, "Written to the journals: 30.") || strings.Contains(first.out, "row 17") {
			t.Errorf("first: %s", first.out)
		}
		again := call(t, "import", "acts", good, "--db", dsn).well()
		if !strings.Contains(again.out, "already imported: 30") || !strings.Contains(again.out, "Written to the journals: 0.") ||
			!strings.Contains(again.out, "row 17: already imported") {
			t.Errorf("again: %s", again.out)
		}
		clean(t, dsn)
	})
}

func TestAnErrorInRow17IsSaidInThreeLanguages(t *testing.T) {
	t.Parallel()
	dsn := town.SQLite(t)
	for _, c := range []struct{ row, column, lv, en, lt string }{
		{"CES-1,2024-01-16,dejas,,1,x", "kind", "Nezināms darbības veids „dejas”", "Unknown kind of act “dejas”", "Nežinoma veiksmo rūšis „dejas“"},
		{"ATL-9,2024-01-16,letter,,1,x", "desk", "ATL-9", "no desk “ATL-9”", "ATL-9"},
		{"CES-1,2024-13,letter,,1,x", "period", "2024-13", "“2024-13” is not a period", "2024-13"},
		{"CES-1,2024-01-16,letter,,\"1,5\",x", "count", "1,5", "“1,5” is not a count", "1,5"},
		{"CES-1,2024-01-16,consultation,moon-landing,1,x", "service", "moon-landing", "no service “moon-landing”", "moon-landing"},
		{"CES-1,2024-01-16,letter,,1,\xff\xfe", "source", "UTF-8", "not saved as UTF-8", "UTF-8"},
	} {
		path := rows(t, map[int]string{17: c.row})
		for lang, want := range map[string]struct{ row, fault, none string }{
			"lv": {"17. rinda, kolonna " + c.column + ":", c.lv, "Nekas nav ierakstīts"},
			"en": {"row 17, column " + c.column + ":", c.en, "Nothing was written"},
			"lt": {"17 eilutė, stulpelis " + c.column + ":", c.lt, "Niekas neįrašyta"},
		} {
			s := call(t, "--lang", lang, "import", "acts", path, "--db", dsn).badly(1, want.none)
			if !strings.Contains(s.out, want.row) || !strings.Contains(s.out, want.fault) || strings.Count(s.out, "\n") != 2 {
				t.Errorf("%s, %s: %s", c.column, lang, s.out)
			}
		}
	}
	if s := call(t, "verify", "--db", dsn).well(); !strings.Contains(s.out, "desks: 1;") { // the network's own
		t.Errorf("something was written: %s", s.out)
	}
	skip := rows(t, map[int]string{17: "CES-1,2024-01-16,dejas,,1,x", 20: "CES-1,never,letter,,1,x"})
	s := call(t, "import", "acts", skip, "--db", dsn, "--skip-errors").well()
	if !strings.Contains(s.out, "errors: 2") || !strings.Contains(s.out, "Written to the journals: 28.") || !strings.Contains(s.out, "row 17, column kind") {
		t.Errorf("skipping: %s", s.out)
	}
	call(t, "import", "acts", filepath.Join(t.TempDir(), "none.csv"), "--db", dsn).badly(misused, "none.csv")
	call(t, "import", "acts", rows(t, nil), "--db", dsn).badly(0) // the two that were wrong come in now
	clean(t, dsn)
}
