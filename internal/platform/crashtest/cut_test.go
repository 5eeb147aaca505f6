package crashtest

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// strace writes a recording as strace would: names and data in hexadecimal.
func strace(dir string, lines ...string) string {
	x := func(s string) string {
		var b strings.Builder
		for pair := range len(s) {
			b.WriteString(`\x` + hex.EncodeToString([]byte{s[pair]}))
		}
		return b.String()
	}
	var b strings.Builder
	for _, l := range lines {
		for _, name := range []string{"a.db-wal", "a.db"} {
			l = strings.ReplaceAll(l, "<"+name+">", "<"+x(dir+"/"+name)+">")
			l = strings.ReplaceAll(l, `"`+name+`"`, `"`+x(dir+"/"+name)+`"`)
		}
		l = strings.ReplaceAll(l, "<dir>", "<"+x(dir)+">")
		for _, word := range []string{"AAAA", "BBBB", "ack 1", "ack 2"} {
			l = strings.ReplaceAll(l, `"`+word+`"`, `"`+x(word)+`"`)
		}
		if text, page, is := strings.Cut(l, "PAGE"); is {
			l = text + `"` + x(strings.Repeat("P", 2048)) + `"` + page
		}
		b.WriteString(l + "\n")
	}
	return b.String()
}

func recorded(t *testing.T, lines ...string) *Trace {
	t.Helper()
	tr := NewTrace(t, t.TempDir())
	tr.runs = 1
	if strings.Contains(strings.Join(lines, ""), "detached") { // what the killed one had done of it
		if err := os.WriteFile(filepath.Join(tr.Dir, "a.db"), []byte("AA"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(tr.file(t, 1), []byte(strace(tr.Dir, lines...)), 0o600); err != nil {
		t.Fatal(err)
	}
	tr.Read(t)
	return tr
}

// images are all the contents of a file that 300 power cuts at a place leave; "-" where it is not there.
func images(tr *Trace, at int, name string) map[string]bool {
	found := map[string]bool{}
	for n := range uint64(300) {
		c := tr.Cut(rand.New(rand.NewPCG(n, n)))
		c.At = at
		data, there := tr.image(c)[name]
		text := string(bytes.ReplaceAll(data, []byte{0}, []byte{'0'}))
		if !there {
			text = "-"
		}
		found[text] = true
	}
	return found
}

var story = []string{
	`7 open("a.db", O_RDWR|O_CREAT|O_CLOEXEC, 0644) = 5<a.db>`, // 1
	`7 pwrite64(5<a.db>, "AAAA", 4, 0) = 4`,
	`7 fsync(5<a.db>) = 0`, // 3
	`7 fsync(6<dir>) = 0`,
	`7 write(1<pipe:[7]>, "ack 1", 5) = 5`, // 5
	`7 pwrite64(5<a.db>, "BBBB", 4, 0) = 4`,
	`7 fsync(5<a.db> <unfinished ...>`, // 7
	`8 write(1<pipe:[7]>, "ack 2", 5) = 5`,
	`7 <... fsync resumed>) = 0`, // 9
	`7 unlink("a.db") = 0`,
}

func TestWhatIsSyncedIsThereAndTheRestMayBe(t *testing.T) {
	t.Parallel()
	tr := recorded(t, story...)
	for at, want := range map[int]string{
		1:  "-",       // nothing was done yet
		3:  "-  AAAA", // the name may be there, and what was written
		5:  "AAAA",    // all is synced
		7:  "AAAA BBBB",
		9:  "AAAA BBBB", // the sync has begun only
		10: "BBBB",
		11: "- BBBB", // that the name is gone was not synced
	} {
		var got []string
		for text := range images(tr, at, "a.db") {
			got = append(got, text)
		}
		if fmt.Sprint(set(got)) != fmt.Sprint(set(strings.Split(want, " "))) {
			t.Errorf("at %d: %q, want %q", at, got, want)
		}
	}
	killed := recorded(t, story[0], `7 pwrite64(5<a.db>, "AAAA", 4, 0 <detached ...>`, story[2], story[3])
	if got := images(killed, 3, "a.db"); !got[""] || !got["AA"] || got["AAAA"] {
		t.Errorf("a write in which the process was killed: %v", got)
	}
	if said := tr.Before(Cut{At: 9}); fmt.Sprint(said) != "[ack 1 ack 2]" {
		t.Errorf("said before: %q", said)
	}
}

func set(texts []string) map[string]bool {
	all := map[string]bool{}
	for _, text := range texts {
		all[text] = true
	}
	return all
}

func TestAWriteIsTornAtSectors(t *testing.T) {
	t.Parallel()
	tr := recorded(t, story[0], story[2], story[3], `7 pwrite64(5<a.db>, PAGE, 2048, 100) = 2048`)
	found := images(tr, 5, "a.db")
	if len(found) < 10 {
		t.Errorf("%d images of a write of five sectors", len(found))
	}
	for text := range found {
		for at := 512; at+512 <= len(text); at += 512 {
			if part := text[at : at+512]; strings.Count(part, "P") != 512 && strings.Count(part, "0") != 512 && at+512 < 2148 {
				t.Errorf("a sector in two pieces at %d", at)
			}
		}
	}
}

func TestWhatNobodyUnderstandsIsRefused(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		`7 fallocate(5<a.db>, 0, 0, 4096) = 0`,
		`7 mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, 5<a.db>, 0) = 0x7f`,
		`7 write(5<a.db>, "AAAA", 4) = 4`,
	} {
		tr := NewTrace(t, t.TempDir())
		path := filepath.Join(t.TempDir(), "recording")
		if err := os.WriteFile(path, []byte(strace(tr.Dir, line)), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := tr.read(f); err == nil {
			t.Errorf("taken in: %s", line)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
