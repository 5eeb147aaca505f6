package main

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

func TestHelpIsThereAndMisuseIsSaid(t *testing.T) {
	t.Parallel()
	help := call(t, "--help").well()
	for _, word := range []string{"Usage: vienkopus <command>", "serve", "demo", "backup <file>", "import acts <file>", "token create <label>", "receipt verify [<code>]", "receipt key new"} {
		if !strings.Contains(help.out, word) {
			t.Errorf("the help does not say %q: %s", word, help.out)
		}
	}
	for line := range strings.Lines(help.out) {
		if len([]rune(strings.TrimRight(line, "\n"))) > 100 {
			t.Errorf("too wide: %s", line)
		}
	}
	for _, command := range regexp.MustCompile(`(?m)^  ([a-z]+(?: [a-z]+){0,2})(?: [\[<-].*)?$`).FindAllStringSubmatch(help.out, -1) {
		if one := call(t, append(strings.Fields(command[1]), "--help")...).well(); !strings.Contains(one.out, "Usage: vienkopus "+command[1]) {
			t.Errorf("%s: %s", command[1], one.out)
		}
	}
	for _, args := range [][]string{{}, {"dance"}, {"serve", "--wings"}, {"--lang", "tlh", "version"}, {"token", "create"}, {"user", "add", "anna", "Anna"}} {
		call(t, args...).badly(misused, "vienkopus: ", "vienkopus --help")
	}
	if v := call(t, "version").well(); !strings.HasPrefix(v.out, "vienkopus ") {
		t.Errorf("version says %q", v.out)
	}
}

// What an operator may do wrong is said in her language, with what to do about it, and changes nothing.
func TestMistakesOfOperators(t *testing.T) {
	t.Parallel()
	dsn, dir := town.SQLite(t), t.TempDir()
	none := filepath.Join(dir, "none.db")
	for _, args := range [][]string{
		{"verify"},
		{"rebuild"},
		{"backup", filepath.Join(dir, "b")},
		{"token", "create", "x"},
		{"import", "acts", rows(t, nil)},
		{"token", "revoke", "01a1fc60-15b1-764d-b489-3e7121ebdd8c"},
		{"user", "grant", "01a1fc60-15b1-764d-b489-3e7121ebdd8c", "clerk", "network"},
	} {
		call(t, append(args, "--db", none)...).badly(failed, "There is no database "+none)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	call(t, "--lang", "lv", "verify", "--db", none).badly(failed, "Datubāzes "+none+" nav.")
	call(t, "--lang", "lt", "verify", "--db", none).badly(failed, "Duomenų bazės "+none+" nėra.")
	for _, c := range []struct {
		args  []string
		input string
		says  string
	}{
		{[]string{"token", "create", "x", "--desk", "ATL-9"}, "", "desk: There is no desk ATL-9."},
		{[]string{"token", "create", "x", "--desk", "CES-1", "--role", "wizard"}, "", "There is no role “wizard”."},
		{[]string{"token", "create", "x", "--scope", "moon"}, "", "Say where it holds"},
		{[]string{"token", "create", "x"}, "", "Say where it holds"},
		{[]string{"token", "revoke", "x"}, "", "This is no id."},
		{[]string{"token", "revoke", "01a1fc60-15b1-764d-b489-3e7121ebdd8c"}, "", "not valid or was revoked"},
		{[]string{"user", "add", "anna", "Anna", "--scope", "network", "--role", "clerk"}, "short\n", "too short"},
		{[]string{"user", "add", "anna", "Anna", "--scope", "network", "--role", "clerk"}, "", "read from the standard input, one line; there was none"},
		{[]string{"user", "add", "anna", "Anna", "--scope", "network", "--role", "wizard"}, "four words are good\n", "There is no role “wizard”."},
		{[]string{"user", "add", "anna", "Anna", "--scope", "centre:atlantis", "--role", "clerk"}, "four words are good\n", "no centre “atlantis”"},
		{[]string{"user", "add", "anna", "Anna", "--scope", "municipality:26000", "--role", "clerk"}, "four words are good\n", "municipality"},
		{[]string{"token", "create", "x", "--scope", "centre:atlantis"}, "", "no centre “atlantis”"},
		{[]string{"user", "add", "a b", "Anna", "--scope", "network", "--role", "clerk"}, "four words are good\n", "2–60 characters"},
		{[]string{"user", "grant", "01a1fc60-15b1-764d-b489-3e7121ebdd8c", "clerk", "network"}, "", "no such person"},
		{[]string{"backup", dsn}, "", "is there already; nothing was overwritten"},
	} {
		callWith(t, c.input, append(c.args, "--db", dsn)...).badly(failed, "vienkopus: ", c.says)
	}
	// None of the refused sign-in names is taken.
	callWith(t, "four words are good\n", "user", "add", "anna", "Anna", "--scope", "centre:cesis", "--role", "clerk", "--db", dsn).well()
	callWith(t, "four words are good\n", "user", "add", "Anna", "Anna", "--scope", "centre:cesis", "--role", "clerk", "--db", dsn).badly(failed, "is taken")
	clean(t, dsn)
}

func TestTokensAndUsersFromTheCommandLine(t *testing.T) {
	t.Parallel()
	town.Each(t, func(t *testing.T, dsn string) {
		made := call(t, "token", "create", "kiosk", "--desk", "CES-1", "--db", dsn).well()
		id := regexp.MustCompile(`^token ([0-9a-f-]{36})\n$`).FindStringSubmatch(made.err)
		if !regexp.MustCompile(`^vk_[\w-]{43}\n$`).MatchString(made.out) || id == nil {
			t.Fatalf("made: %q %q", made.out, made.err)
		}
		added := callWith(t, "four words are good\r\n", "user", "add", "anna", "Anna Kalniņa", "--scope", "centre:cesis", "--role", "clerk", "--db", dsn).well()
		person := regexp.MustCompile(`^person ([0-9a-f-]{36})\n$`).FindStringSubmatch(added.err)
		if person == nil {
			t.Fatalf("added: %q %q", added.out, added.err)
		}
		call(t, "user", "grant", person[1], "centre-manager", "centre:cesis", "--db", dsn).well()
		// Nothing is defined anew that a network may have changed.
		before := strings.Count(journalOf(t, dsn), "NETWORK ")
		callWith(t, "four words are good", "user", "add", "berta", "Berta", "--scope", "network", "--role", "auditor", "--db", dsn).well()
		if n := strings.Count(journalOf(t, dsn), "NETWORK ") - before; n != 2 {
			t.Errorf("one more person makes %d lines", n)
		}
		p := serve(t, dsn)
		secret := strings.TrimSpace(made.out)
		if got, err := ask(t.Context(), http.MethodPost, p.site+"/api/v1/visits", secret, "", "{}"); err != nil || got.status != http.StatusCreated {
			t.Errorf("the token: %+v %v", got, err)
		}
		// Others may work on the database meanwhile.
		call(t, "verify", "--db", dsn).well()
		call(t, "token", "revoke", id[1], "--db", dsn).well()
		p.stop()
		p = serve(t, dsn)
		if got, err := ask(t.Context(), http.MethodPost, p.site+"/api/v1/visits", secret, "", "{}"); err != nil || got.status != http.StatusUnauthorized {
			t.Errorf("the revoked token: %+v %v", got, err)
		}
		p.stop()
		clean(t, dsn)
	})
}

func TestARebuildWaitsForNobodyAndDisturbsNobody(t *testing.T) {
	t.Parallel()
	town.Each(t, func(t *testing.T, dsn string) {
		secret := tokens(t, dsn, "CES-1")[0]
		p := serve(t, dsn)
		call(t, "rebuild", "--db", dsn).badly(failed, "Another process is using the database", "Stop it first")
		call(t, "--lang", "lv", "rebuild", "--db", dsn).badly(failed, "Vispirms apturiet to")
		if got, err := ask(t.Context(), http.MethodPost, p.site+"/api/v1/visits", secret, "", "{}"); err != nil || got.status != http.StatusCreated {
			t.Errorf("beside a refused rebuild: %+v %v", got, err)
		}
		p.stop()
		call(t, "rebuild", "--db", dsn).well()
		clean(t, dsn)
	})
}

func TestAnOlderProgramLeavesANewerDatabaseAlone(t *testing.T) {
	t.Parallel()
	town.Each(t, func(t *testing.T, dsn string) {
		db, err := sqldb.Open(t.Context(), dsn)
		if err != nil {
			t.Fatal(err)
		}
		err = db.Write(t.Context(), func(tx *sqldb.Tx) error {
			_, err := tx.Exec(t.Context(), "INSERT INTO schema_migration (number, name) VALUES (1000, 'from the future')")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		before := counts(t, db)
		for _, args := range [][]string{{"serve"}, {"verify"}, {"rebuild"}, {"migrate"}, {"token", "create", "x", "--desk", "CES-1"}, {"backup", filepath.Join(t.TempDir(), "b")}} {
			call(t, append(args, "--db", dsn)...).badly(failed, "written by a newer version of the program")
		}
		if after := counts(t, db); after != before {
			t.Errorf("before: %s, after: %s", before, after)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
}

// counts says how much there is in the tables that are kept for ever.
func counts(t *testing.T, db *sqldb.DB) string {
	t.Helper()
	text := ""
	for _, table := range []string{"schema_migration", "entry", "request", "desk_head", "staff_account", "token", "projection"} {
		var n int
		if err := db.QueryRow(t.Context(), "SELECT COUNT(*) FROM "+table).Scan(&n); err != nil {
			t.Fatal(err)
		}
		text += fmt.Sprintf("%s %d ", table, n)
	}
	return text
}

func TestATakenAddressAndADirectoryNobodyMayWriteTo(t *testing.T) {
	t.Parallel()
	p := serve(t, town.SQLite(t))
	address := strings.TrimPrefix(p.site, "http://")
	other := filepath.Join(t.TempDir(), "other.db")
	call(t, "serve", "--db", other, "--listen", address).badly(failed, "The address "+address+" is taken")
	call(t, "serve", "--db", other, "--probes", address).badly(failed, "The address "+address+" is taken")
	call(t, "--lang", "lt", "serve", "--db", other, "--listen", address).badly(failed, "Adresas "+address+" užimtas")
	call(t, "serve", "--db", other, "--listen", "nowhere").badly(failed, "nowhere")
	p.stop()

	dir := readOnly(t)
	for _, args := range [][]string{{"serve", "--db", filepath.Join(dir, "v.db")}, {"demo", "--data", filepath.Join(dir, "demo")}, {"migrate", "--db", filepath.Join(dir, "v.db")}} {
		call(t, args...).badly(failed, "cannot be read or written", dir)
	}
	call(t, "demo", "--data", filepath.Join(other, "demo")).badly(failed, other)
	call(t, "migrate", "--db", filepath.Join(t.TempDir(), "no", "v.db")).badly(failed, "is not there")
}

// readOnly is a directory to which this process may not write: for root, who may everywhere, a file system that takes nothing.
func readOnly(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if os.Getuid() != 0 {
		if err := os.Chmod(dir, 0o500); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_RDONLY, ""); err != nil {
		t.Logf("no file system of its own: %v; /proc takes nothing either", err)
		return "/proc/sys"
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func TestABackupIsRestoredIntoEitherEngine(t *testing.T) {
	t.Parallel()
	lite, postgres := town.SQLite(t), town.Postgres(t)
	for _, c := range []struct{ name, from, into string }{
		{"into PostgreSQL", lite, dbtest.Postgres(t)}, {"into SQLite", postgres, dbtest.SQLite(t)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			movesHouse(t, c.from, c.into)
		})
	}
}

// movesHouse takes a database that is in use to another one, where everything goes on.
func movesHouse(t *testing.T, from, into string) {
	t.Helper()
	secret := tokens(t, from, "CES-1")[0]
	p := serve(t, from)
	first, err := ask(t.Context(), http.MethodPost, p.site+"/api/v1/visits", secret, "before", "{}")
	if err != nil || first.status != http.StatusCreated {
		t.Fatal(first, err)
	}
	file := filepath.Join(t.TempDir(), "b.vkb")
	if s := call(t, "backup", file, "--db", from).well(); !strings.Contains(s.out, "checked") { // while it serves
		t.Errorf("backup says %s", s.out)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v %v", info, err)
	}
	p.stop()
	half := filepath.Join(t.TempDir(), "half.vkb")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(half, text[:len(text)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	call(t, "restore", half, "--db", into).badly(failed, "no whole backup")
	if s := call(t, "restore", file, "--db", into).well(); !strings.Contains(s.out, "restored and verified") || secretOf(into) != "" && strings.Contains(s.out, secretOf(into)) {
		t.Errorf("restore says %s", s.out)
	}
	call(t, "restore", file, "--db", into).badly(failed, "not empty")
	p = serve(t, into)
	again, err := ask(t.Context(), http.MethodPost, p.site+"/api/v1/visits", secret, "before", "{}")
	if err != nil || again.body != first.body {
		t.Errorf("sent again to the restored one: %+v %v, first %s", again, err, first.body)
	}
	call(t, "restore", file, "--db", into).badly(failed, "Another process is using the database")
	p.stop()
	clean(t, into)
	if a, b := journalOf(t, from), journalOf(t, into); a != b || len(a) < 1000 {
		t.Errorf("%d and %d bytes of hashes", len(a), len(b))
	}
}

// secretOf is the password in the address of a database, or "".
func secretOf(dsn string) string {
	u, err := url.Parse(dsn)
	if err != nil || u.User == nil {
		return ""
	}
	secret, _ := u.User.Password()
	return secret
}

// journalOf returns all hashes of a database in order.
func journalOf(t *testing.T, dsn string) string {
	t.Helper()
	db, err := sqldb.Open(context.WithoutCancel(t.Context()), dsn)
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	err = sqldb.Each(t.Context(), db, "SELECT desk, number, hash FROM entry ORDER BY desk, number", nil, func(rows *sql.Rows) error {
		var desk string
		var number int64
		var hash []byte
		err := rows.Scan(&desk, &number, &hash)
		fmt.Fprintf(&text, "%s %d %x\n", desk, number, hash)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

func TestLicencesAreSaid(t *testing.T) {
	t.Parallel()
	list := call(t, "licences").well()
	for _, want := range []string{"Go ", "modernc.org/sqlite ", "htmx.org ", "0BSD"} {
		if !strings.Contains(list.out, want) {
			t.Errorf("%q is missing: %s", want, list.out)
		}
	}
	if strings.Contains(list.out, "WARRANTY") {
		t.Error("the list has whole texts")
	}
	if one := call(t, "licences", "htmx.org").well(); !strings.Contains(one.out, "WARRANTIES") || strings.Contains(one.out, "sqlite") {
		t.Errorf("one: %s", one.out)
	}
	if all := call(t, "licences", "--text").well(); strings.Count(all.out, "\n") < 3000 {
		t.Errorf("all texts have %d lines", strings.Count(all.out, "\n"))
	}
	call(t, "licences", "moon").badly(failed, "moon: no part")
}
