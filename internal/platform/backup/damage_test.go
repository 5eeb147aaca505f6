package backup_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vienkopus/internal/platform/backup"
	"vienkopus/internal/platform/sqldb/dbtest"
)

// TestADamagedFileIsRefused cuts the file everywhere and flips bits everywhere.
func TestADamagedFileIsRefused(t *testing.T) {
	t.Parallel()
	source := open(t, dbtest.SQLite(t))
	fill(t, source)
	file, whole := write(t, source)
	ctx := t.Context()
	target := open(t, dbtest.SQLite(t))
	refuse := func(what string, damaged []byte) {
		t.Helper()
		got, err := backup.Check(ctx, bytes.NewReader(damaged))
		// A bit that pads the compressed stream says nothing; then the contents are the same, to the sum.
		if err == nil && !cmp.Equal(got, whole) || err != nil && !errors.Is(err, backup.ErrDamaged) {
			t.Errorf("%s: %v", what, err)
		}
		if rand.IntN(20) == 0 {
			if _, err := backup.Restore(ctx, target.DB(), backup.Source{From: bytes.NewReader(damaged)}); err == nil {
				t.Errorf("%s: restored", what)
			}
		}
	}
	for n := 0; n < len(file); n += 1 + rand.IntN(len(file)/50) {
		refuse(fmt.Sprintf("cut behind byte %d of %d", n, len(file)), file[:n])
	}
	accepted := 0
	for n := 0; n < len(file); n += 1 + rand.IntN(len(file)/50) {
		damaged := bytes.Clone(file)
		damaged[n] ^= 1 << rand.IntN(8)
		if _, err := backup.Check(ctx, bytes.NewReader(damaged)); err == nil {
			accepted++
			continue
		}
		refuse(fmt.Sprintf("flipped in byte %d of %d", n, len(file)), damaged)
	}
	if accepted > 2 {
		t.Errorf("%d damaged files were accepted", accepted)
	}
	for n := range 10 {
		damaged := bytes.Clone(file)
		damaged[n] ^= 0x10
		if _, err := backup.Check(ctx, bytes.NewReader(damaged)); err == nil {
			t.Errorf("the file's first bytes may be changed: %d", n)
		}
	}
	refuse("something behind the end", append(bytes.Clone(file), file...))
	refuse("nothing", nil)
	if text := dump(t, target); strings.Contains(text, "D-0") {
		t.Errorf("a refused restore left something:\n%s", text)
	}
}

// TestChangedContentsAreRefused changes what the file says, and also its sum where it has to.
func TestChangedContentsAreRefused(t *testing.T) {
	t.Parallel()
	source := open(t, dbtest.SQLite(t))
	fill(t, source)
	file, whole := write(t, source)
	line := regexp.MustCompile(`(?m)^\["D-1",7,.*\n`)
	sum := func(s string) string { return resum(t, s, whole.Sum) }
	for name, change := range map[string]func(string) string{
		"a cell":             func(s string) string { return strings.Replace(s, `"clerk:s1"`, `"clerk:s2"`, 1) },
		"a cell and the sum": func(s string) string { return sum(strings.Replace(s, `"clerk:s1"`, `"clerk:s2"`, 1)) },
		"a line gone":        func(s string) string { return sum(line.ReplaceAllString(s, "")) },
		"a line gone, counts": func(s string) string {
			return sum(strings.Replace(line.ReplaceAllString(s, ""), `"entry":240`, `"entry":239`, 1))
		},
		"a table unknown":  func(s string) string { return sum(strings.Replace(s, `{"table":"account"}`, `{"table":"acount"}`, 1)) },
		"a cell too few":   func(s string) string { return sum(strings.Replace(s, `["mail","D-1",7]`, `["mail","D-1"]`, 1)) },
		"a cell of a type": func(s string) string { return sum(strings.Replace(s, `["mail","D-1",7]`, `["mail","D-1","7"]`, 1)) },
		"a name in a header": func(s string) string {
			return sum(strings.Replace(s, `"name":"account"`, `"name":"account; DROP TABLE entry"`, 1))
		},
		"an empty line": func(s string) string { return sum(strings.Replace(s, "\n", "\n\n", 1)) },
		"no trailer":    func(s string) string { return s[:strings.LastIndex(s, `{"rows"`)] },
		"another file":  func(string) string { return "{\"hello\":1}\n" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed := repack(t, file, change)
			if _, err := backup.Check(t.Context(), bytes.NewReader(changed)); !errors.Is(err, backup.ErrDamaged) {
				t.Errorf("check: %v", err)
			}
			j := open(t, dbtest.SQLite(t))
			empty := dump(t, j)
			if _, err := backup.Restore(t.Context(), j.DB(), backup.Source{From: bytes.NewReader(changed)}); !errors.Is(err, backup.ErrDamaged) {
				t.Errorf("restore: %v", err)
			}
			if diff := cmp.Diff(empty, dump(t, j)); diff != "" {
				t.Errorf("the refused restore left something:\n%s", diff)
			}
		})
	}
}

// resum puts the right sum into the trailer of a changed text.
func resum(t testing.TB, text, old string) string {
	t.Helper()
	end := strings.LastIndex(text, `{"rows"`)
	if end < 0 {
		t.Fatal("no trailer")
	}
	sum := sha256.Sum256([]byte(text[:end]))
	return text[:end] + strings.Replace(text[end:], old, hex.EncodeToString(sum[:]), 1)
}
