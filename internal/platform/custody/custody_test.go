package custody_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"vienkopus/internal/platform/checkpoint"
	"vienkopus/internal/platform/custody"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// made are new keys in a directory of their own, where there is no database yet.
func made(t testing.TB) (k *custody.Keys, path string) {
	t.Helper()
	dir := t.TempDir()
	path = filepath.Join(dir, "node.key")
	k, err := custody.Open(t.Context(), filepath.Join(dir, "none.db"), path, "LV-CESIS")
	must(t, err)
	must(t, k.Codes().Sealed())
	return k, path
}

func TestAKeyFileFromBeforeGetsWhatItLacks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path, dsn := filepath.Join(dir, "node.key"), filepath.Join(dir, "none.db")
	old, err := checkpoint.MakeKey(path, "LV-CESIS", 7)
	must(t, err)
	k, err := custody.Open(t.Context(), dsn, path, "LV-OTHER")
	must(t, err)
	if k.Node.Public() != old.Public() || k.Rows == nil || !k.Codes().Fresh {
		t.Errorf("%s became %s, rows %v", old.Public(), k.Node.Public(), k.Rows)
	}
	must(t, k.Codes().Sealed())
	again, err := custody.Read(path)
	must(t, err)
	if again.Fingerprint() != k.Fingerprint() || again.Codes().Fresh {
		t.Error("another file is read than was written")
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	if older, err := checkpoint.ReadKey(path); err != nil || older.Public() != old.Public() {
		t.Errorf("a program from before reads %v", err)
	}
	if shown := fmt.Sprint(k.Rows, k.Codes().Key); strings.Contains(shown, "secret") || !strings.Contains(shown, k.Rows.Fingerprint()) {
		t.Error(shown)
	}
}

func TestADamagedFileIsNoKeyFile(t *testing.T) {
	t.Parallel()
	_, path := made(t)
	text, err := os.ReadFile(path)
	must(t, err)
	for _, damaged := range []string{"", "private x\n", strings.Replace(string(text), "rows ", "rows A", 1), strings.Replace(string(text), "rows ", "rows !", 1)} {
		must(t, os.WriteFile(path, []byte(damaged), 0o600))
		if _, err := custody.Read(path); !errors.Is(err, checkpoint.ErrBadKey) || strings.Contains(fmt.Sprint(err), "PRIVATE+") {
			t.Errorf("%.20q: %v", damaged, err)
		}
	}
	if _, err := custody.Read(path + ".none"); !errors.Is(err, checkpoint.ErrNoKey) {
		t.Error(err)
	}
}

// A copy is sealed for two; each alone opens it, so the loss of one loses nothing. Nobody else does.
func TestTheLossOfOneRecipientLosesNothing(t *testing.T) {
	t.Parallel()
	k, _ := made(t)
	var recipients, secrets []string
	for range 3 {
		secret, recipient, err := custody.NewIdentity()
		must(t, err)
		recipients, secrets = append(recipients, recipient), append(secrets, secret)
	}
	file := filepath.Join(t.TempDir(), "recipients")
	must(t, os.WriteFile(file, []byte("# the ministry\n"+recipients[1]+"\n"), 0o600))
	for _, few := range [][]string{nil, {recipients[0]}, {recipients[0], recipients[0]}} {
		to, err := custody.Recipients(few)
		must(t, err)
		if _, err := k.Seal(to); !errors.Is(err, custody.ErrFew) {
			t.Errorf("%d recipients: %v", len(few), err)
		}
	}
	if _, err := custody.Recipients([]string{"age1mistyped"}); !errors.Is(err, custody.ErrRecipient) {
		t.Error(err)
	}
	to, err := custody.Recipients([]string{recipients[0], file})
	must(t, err)
	sealed, err := k.Seal(to)
	must(t, err)
	for i, secret := range secrets {
		by, err := custody.Identities(custody.ToPaper(secret + "\n"))
		must(t, err)
		opened, err := custody.FromCopy(sealed, by)
		switch {
		case i < 2 && (err != nil || opened.Fingerprint() != k.Fingerprint()):
			t.Errorf("recipient %d: %v", i, err)
		case i == 2 && !errors.Is(err, custody.ErrSealed):
			t.Errorf("a stranger: %v", err)
		}
	}
	by, err := custody.Identities(secrets[0])
	must(t, err)
	middle := len(sealed) / 2
	for _, damaged := range []string{sealed[:middle], sealed[:middle] + "A" + sealed[middle+1:], "nothing"} {
		if _, err := custody.FromCopy(damaged, by); !errors.Is(err, custody.ErrCopy) && !errors.Is(err, custody.ErrSealed) {
			t.Errorf("a damaged copy: %v", err)
		}
	}
	if _, err := custody.Identities("nobody"); !errors.Is(err, custody.ErrIdentity) {
		t.Error(err)
	}
	if _, err := custody.FromCopy(sealed, nil); !errors.Is(err, custody.ErrSealed) {
		t.Error(err)
	}
}

// Whatever is printed is read back, also when it is typed as people type.
func TestPaperIsTypedBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringN(0, 200, -1).Draw(t, "text")
		paper := custody.ToPaper(text)
		sloppy := strings.NewReplacer("-", " ", "0", "o", "1", "l").Replace(strings.ToLower(paper[len("VIENKOPUS PAPER 1"):]))
		for _, typed := range []string{paper, "\n" + paper + "\n# kept in the safe\n", "vienkopus paper 1\n" + sloppy} {
			if got, err := custody.FromPaper(typed); err != nil || got != text {
				t.Fatalf("%q is read back as %q, %v:\n%s", text, got, err, typed)
			}
		}
	})
}

// A slip is found, and in its line.
func TestASlipOnPaperIsFound(t *testing.T) {
	t.Parallel()
	k, _ := made(t)
	paper := k.Paper()
	if back, err := custody.FromCopy(paper, nil); err != nil || back.Fingerprint() != k.Fingerprint() {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(paper), "\n")
	rapid.Check(t, func(t *rapid.T) {
		typed := append([]string(nil), lines...)
		n := rapid.IntRange(2, len(lines)-1).Draw(t, "line")
		at := rapid.IntRange(4, len(lines[n])-1).Draw(t, "at")
		other := rapid.SampledFrom([]byte("0123456789ABCDEFGHJKMNPQRSTVWXYZ")).Draw(t, "letter")
		if lines[n][at] == '-' || lines[n][at] == ' ' || lines[n][at] == other {
			return
		}
		typed[n] = lines[n][:at] + string(other) + lines[n][at+1:]
		if _, err := custody.FromPaper(strings.Join(typed, "\n")); !errors.Is(err, custody.ErrPaper) || !strings.Contains(err.Error(), fmt.Sprintf("line %d", n-1)) {
			t.Fatalf("%s\n%s\n%v", lines[n], typed[n], err)
		}
	})
	for name, typed := range map[string][]string{
		"a line is missing": append(append([]string(nil), lines[:4]...), lines[5:]...), "the last is missing": lines[:len(lines)-1], "nothing": lines[:1],
		"two are exchanged": append(append([]string(nil), lines[0], lines[1], lines[3], lines[2]), lines[4:]...), "no title": lines[2:],
	} {
		if _, err := custody.FromPaper(strings.Join(typed, "\n")); !errors.Is(err, custody.ErrPaper) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzPaper(f *testing.F) {
	f.Add(custody.ToPaper("private x\n"))
	f.Add("VIENKOPUS PAPER 1\n01 0000 0000")
	f.Fuzz(func(t *testing.T, typed string) {
		text, err := custody.FromPaper(typed)
		if err == nil {
			if again, err := custody.FromPaper(custody.ToPaper(text)); err != nil || again != text {
				t.Errorf("%q: %q %v", typed, again, err)
			}
		}
	})
}

func TestACopyThatWasOpenedIsRemembered(t *testing.T) {
	t.Parallel()
	k, path := made(t)
	beside := path + ".confirmed"
	if all, err := k.Confirmed(beside); err != nil || len(all) > 0 {
		t.Error(all, err)
	}
	at := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
	must(t, k.Confirm(beside, "sealed", at))
	must(t, k.Confirm(beside, "paper", at))
	if all, err := k.Confirmed(beside); err != nil || fmt.Sprint(all) != "[sealed 2026-11-30T09:00:00Z paper 2026-11-30T09:00:00Z]" {
		t.Error(all, err)
	}
	other, _ := made(t)
	if all, err := other.Confirmed(beside); err != nil || len(all) > 0 {
		t.Errorf("copies of other keys count: %v %v", all, err)
	}
}

// The old node key signs the new one, and what it has signed can still be checked; the row key before is kept for backups of its time.
func TestNewKeysAreHandedOver(t *testing.T) {
	t.Parallel()
	k, path := made(t)
	next, err := k.Next(48)
	must(t, err)
	if now, err := custody.Read(path); err != nil || now.Fingerprint() != k.Fingerprint() {
		t.Error("the new keys are in place before they count", err)
	}
	must(t, k.Take())
	now, err := custody.Read(path)
	must(t, err)
	if now.Fingerprint() != next.Fingerprint() || now.Fingerprint() == k.Fingerprint() || now.Codes().Fresh {
		t.Error("the new keys are not in place")
	}
	if len(now.EarlierRows) != 1 || now.EarlierRows[0].Fingerprint() != k.Rows.Fingerprint() {
		t.Errorf("the row keys before: %v", now.EarlierRows)
	}
	signed, err := now.Handed()
	must(t, err)
	text, err := checkpoint.Signed([]byte(signed), k.Node.Public())
	if want := "vienkopus-handover/LV-CESIS\n" + now.Node.Public() + "\n48\n"; err != nil || text != want {
		t.Errorf("handed over by %q, %v", text, err)
	}
	if _, err := checkpoint.Signed([]byte(signed), now.Node.Public()); !errors.Is(err, checkpoint.ErrForeign) {
		t.Errorf("the new key has signed itself: %v", err)
	}
	if publics := now.Node.Publics(); len(publics) != 2 || publics[1] != k.Node.Public() {
		t.Errorf("the public keys: %q", publics)
	}
}
