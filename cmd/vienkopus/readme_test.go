package main

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"vienkopus/internal/platform/sqldb/dbtest"
)

const house = "../.."

func page(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(house, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var (
	// spoken finds commands inside a line of a page, fenced those that have a line of their own.
	spoken = regexp.MustCompile("`vienkopus ([^`]+)`")
	fenced = regexp.MustCompile(`(?m)^(?:ExecStart=\S*/|.* \| )?vienkopus (.+)$`)
	quoted = regexp.MustCompile(`"[^"]*"|(?:\$\([^)]*\)|\S)+`)
)

// commands returns the commands that a page tells people to type.
func commands(text string) [][]string {
	var list [][]string
	for _, found := range append(spoken.FindAllStringSubmatch(text, -1), fenced.FindAllStringSubmatch(blocks(text), -1)...) {
		var args []string
		for _, word := range quoted.FindAllString(found[1], -1) {
			args = append(args, strings.Trim(word, `"`))
		}
		list = append(list, args)
	}
	return list
}

// blocks returns what stands in the fenced blocks of a page.
func blocks(text string) string {
	var inside strings.Builder
	for i, part := range strings.Split(text, "```") {
		if i%2 == 1 {
			inside.WriteString(part)
		}
	}
	return inside.String()
}

// Whatever the README tells an operator to type runs, in the order of the page.
func TestTheCommandsOfTheREADMERun(t *testing.T) {
	t.Parallel()
	dsn, dir := town.SQLite(t), t.TempDir()
	call(t, "migrate", "--db", dsn).well()
	person := strings.Fields(callWith(t, "four words are good\n", "user", "add", "boss", "Boss", "--scope", "network", "--role", "auditor", "--db", dsn).well().err)[1]
	old := strings.Fields(call(t, "token", "create", "old", "--desk", "CES-1", "--db", dsn).well().err)[1]
	meant := map[string]string{
		"SIGN-IN": "anna", "NAME": "Anna", "SCOPE": "centre:cesis", "ROLE": "clerk", "DESK": "CES-1", "LABEL": "kiosk",
		"CODE": signs(t, dsn, paper()).Text(), "KID": strings.TrimSpace(call(t, "receipt", "key", "new", "--db", dsn).well().out),
		"PERSON": person, "TOKEN": old, "FILE.csv": rows(t, nil), "FILE": filepath.Join(dir, "b.vkb"),
		"NUMBER": "90000028508", "MUNICIPALITY": "0026000", "CREDITOR": "90000028508", "BILL": "W-2", "IBAN": "LV80BANK0000435195001", "URL": "https://vinda.example/", "KIND": "water", "FROM": "2026-01-01", "PERCENT": "0.05", "MOST": "7200", "PER_HOUR": "60", "EURO": "500",
	}
	register(t, dsn) // a bill whose payer is erased
	call(t, "import", "bills", billFile(t, 1, nil), "--db", dsn).well()
	ran := map[string]bool{}
	for _, args := range commands(page(t, "README.md")) {
		what, into := strings.Join(args, " "), dsn
		if ran[what] || strings.HasSuffix(what, "…") {
			continue
		}
		ran[what] = true
		if args[0] == "serve" {
			served(t, args, dsn)
			continue
		}
		for i, arg := range args {
			if arg == "FILE.csv" && args[1] == "bills" {
				args[i] = billFile(t, 3, nil)
			} else if arg == "FILE.csv" && args[1] == "settled" {
				args[i] = filepath.Join(dir, "settled.csv")
				if err := os.WriteFile(args[i], []byte("creditor;number;reference;day;amount\n90000028508;W-2;SEB-1;20.11.2026;1,00\n"), 0o600); err != nil {
					t.Fatal(err)
				}
			} else if now, ok := meant[arg]; ok {
				args[i] = now
			}
		}
		if args[0] == "restore" { // somebody was erased before
			args = append(args, "--erasures", into+".erased")
			into = dbtest.SQLite(t)
		}
		if args[0] != "licences" { // which asks no database
			args = append(args, "--db", into)
		}
		if what != "user add" { // named in passing
			callWith(t, "four-words-are-good\n", args...).well()
		}
	}
	for _, name := range []string{"user add SIGN-IN NAME --scope SCOPE --role ROLE", "verify", "rebuild", "backup FILE", "restore FILE", "migrate", "receipt verify CODE", "receipt key new"} {
		if !ran[name] {
			t.Errorf("the README does not tell of %s; %d commands were tried", name, len(ran))
		}
	}
	clean(t, dsn)
}

// served starts the server as the page says, but for the places of one machine.
func served(t *testing.T, args []string, dsn string) {
	t.Helper()
	args = slices.Clone(args)
	for i, arg := range args {
		switch {
		case strings.HasPrefix(arg, "/var/lib/"):
			args[i] = dsn
		case strings.HasPrefix(arg, "localhost:"):
			args[i] = "localhost:0"
		}
	}
	p := serveWith(t, nil, args...)
	if got := p.get(p.site+"/find", ""); got.status != http.StatusOK {
		t.Errorf("%v answers with %d", args, got.status)
	}
	p.stop()
}

// The first command that anybody types starts what the page says, where the page says.
func TestMakeRunStartsTheDemonstrationOfTheREADME(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "make", "-C", house, "-n", "run").CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if !strings.Contains(string(out), "exec bin/vienkopus demo --data ./demo-data --listen localhost:8080") {
		t.Errorf("make run would run %s", out)
	}
	text := page(t, "README.md")
	for _, word := range []string{"make run", "http://localhost:8080", "demo-data/demo.json"} {
		if !strings.Contains(text, word) {
			t.Errorf("the README does not say %s", word)
		}
	}
	for _, target := range regexp.MustCompile("`make ([a-z]+)").FindAllStringSubmatch(text, -1) {
		if !strings.Contains(page(t, "Makefile"), "\n"+target[1]+":") {
			t.Errorf("the README tells of make %s, which is not there", target[1])
		}
	}
}

// Every command of every page can be understood, and every setting that they name is there.
func TestEveryCommandOfThePagesIsUnderstood(t *testing.T) {
	t.Parallel()
	var c cli
	parser, err := kong.New(&c, kong.Exit(func(int) {}))
	if err != nil {
		t.Fatal(err)
	}
	settings := []string{mailPassword, oidcSecret} // which are no flags, because flags stand in every list of programs
	for _, flag := range parser.Model.AllFlags(false) {
		for _, one := range flag {
			settings = append(settings, one.Envs...)
		}
	}
	for _, node := range parser.Model.Leaves(false) {
		for _, flag := range node.Flags {
			settings = append(settings, flag.Envs...)
		}
	}
	pages := []string{"README.md"}
	for _, pattern := range []string{"docs/guides/*.md", "docs/playbooks/*.md", "docs/formats/*.md"} {
		found, err := filepath.Glob(filepath.Join(house, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range found {
			pages = append(pages, strings.TrimPrefix(path, house+"/"))
		}
	}
	tried := 0
	for _, name := range pages {
		text := page(t, name)
		for _, args := range commands(text) {
			tried++
			understood(t, parser, name, args)
		}
		for _, setting := range regexp.MustCompile(`VIENKOPUS_[A-Z_]+`).FindAllString(text, -1) {
			if !slices.Contains(settings, setting) {
				t.Errorf("%s names the setting %s, which is not there", name, setting)
			}
		}
	}
	if tried < 20 {
		t.Errorf("only %d commands on %d pages", tried, len(pages))
	}
}

// understood complains about a command whose words or flags the program does not know. Places for arguments may stand empty.
func understood(t *testing.T, parser *kong.Kong, name string, args []string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for i, arg := range args {
		if strings.Contains(arg, ".csv") || strings.Contains(arg, ".vkb") || strings.HasPrefix(arg, "FILE") || strings.HasPrefix(arg, "/") {
			args[i] = file
		}
		if cut := strings.IndexAny(arg, "|>"); cut == 0 {
			args = args[:i]
			break
		}
	}
	_, err := parser.Parse(args)
	for _, said := range []string{"unknown flag", "unexpected argument", "expected one of"} {
		if err != nil && strings.Contains(err.Error(), said) {
			t.Errorf("%s: vienkopus %s: %v", name, strings.Join(args, " "), err)
		}
	}
}

func TestACommandThatIsNotThereIsSeen(t *testing.T) {
	t.Parallel()
	text := "Use `vienkopus dance` and `vienkopus verify --twice`.\n```\necho x | vienkopus user remove anna\nvienkopus backup \"my file\"\n```\n"
	got := commands(text)
	if len(got) != 4 || got[2][1] != "remove" || got[3][1] != "my file" {
		t.Fatalf("found %q", got)
	}
	var c cli
	parser, err := kong.New(&c)
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range got[:3] {
		if _, err := parser.Parse(args); err == nil {
			t.Errorf("%q is understood", args)
		}
	}
}
