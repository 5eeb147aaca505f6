package main

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/emersion/go-smtp"
	"github.com/jackc/pgx/v5"

	"vienkopus/internal/platform/delivery"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

// signsIn tells whether a password opens a session of Anna.
func signsIn(t *testing.T, p *server, password string) bool {
	t.Helper()
	got := newBrowser(t, p).do(http.MethodPost, "/sign-in", url.Values{"sign_in": {"anna"}, "password": {password}})
	if got.status != http.StatusSeeOther && got.status != http.StatusUnauthorized {
		t.Errorf("signing in is answered with %d", got.status)
	}
	return got.status == http.StatusSeeOther
}

func TestPeopleForgetTheirPasswordsAndLeave(t *testing.T) {
	t.Parallel()
	town.Each(t, func(t *testing.T, dsn string) {
		const first, second = "four words are good", "four others are too"
		var keyed []string // beside a file the key is found by itself
		if dbtest.Engine(dsn) == "postgres" {
			keyed = []string{"--node-key", filepath.Join(t.TempDir(), "node.key")}
		}
		run := func(input string, args ...string) said {
			return callWith(t, input, append(append(args, "--db", dsn), keyed...)...)
		}
		callWith(t, first, "user", "add", "anna", "Anna", "--scope", "centre:cesis", "--role", "clerk", "--db", dsn).well()
		callWith(t, "short\n", "user", "password", "anna", "--db", dsn).badly(failed, "too short")
		callWith(t, "", "user", "password", "anna", "--db", dsn).badly(failed, "there was none")
		callWith(t, second+"\n", "user", "password", "berta", "--db", dsn).badly(failed, "no such person")
		callWith(t, second+"\n", "user", "password", "anna", "--db", dsn).well()
		p := serve(t, dsn, keyed...)
		if signsIn(t, p, first) || !signsIn(t, p, second) {
			t.Error("the new password does not replace the old one")
		}
		p.stop()
		run("", "user", "sessions", "anna").well()
		run("", "user", "sessions", "anna", "--end").well()
		run("", "user", "code", "anna").well()
		bind := []string{"user", "bind", "anna", "--issuer", "https://login.example", "--subject", "81b6c3"}
		run("", bind...).well()
		run("", bind...).badly(failed, "connected already")
		run("", "sign-in", "set", "2026-12-01", "--second", "clerk", "--why", "test", "--source", "test").well()
		run("", "sign-in", "set", "2026-12-01", "--second", "nobody", "--why", "test", "--source", "test").badly(failed, "no role")
		run("", "user", "sessions", "nobody").badly(failed, "no such person")
		run("", "user", "revoke", "anna", "clerk", "centre:cesis").well()
		run("", "user", "revoke", "anna", "clerk", "centre:cesis").badly(failed, "does not have that role")
		run("", "user", "revoke", "anna", "clerk", "moon").badly(failed, "Say where it holds")
		run("", "user", "leave", "berta").badly(failed, "no such person")
		run("", "user", "leave", "anna").well()
		p = serve(t, dsn, keyed...)
		if signsIn(t, p, second) {
			t.Error("somebody who has left signs in")
		}
		p.stop()
		clean(t, dsn)
	})
}

// inbox is an SMTP server that keeps what it gets, or refuses it.
type inbox struct {
	got     chan string
	refuses bool
}

func (b inbox) Mail(string, *smtp.MailOptions) error { return nil }
func (b inbox) Reset()                               {}
func (b inbox) Logout() error                        { return nil }

func (b inbox) Rcpt(to string, _ *smtp.RcptOptions) error {
	if b.refuses {
		return &smtp.SMTPError{Code: 550, Message: "nobody is called " + to}
	}
	return nil
}

func (b inbox) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	b.got <- string(text)
	return err
}

func newInbox(t *testing.T, refuses bool) (inbox, string) {
	t.Helper()
	b := inbox{got: make(chan string, 1), refuses: refuses}
	s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return b, nil }))
	s.ErrorLog = log.New(io.Discard, "", 0)
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close() })
	return b, "smtp-plain://" + l.Addr().String()
}

func TestAnOperatorTriesTheMailServer(t *testing.T) {
	t.Parallel()
	const to = "liga@pasts.example"
	b, server := newInbox(t, false)
	call(t, "mail", "test", to, "--mail", server, "--mail-from", "VPVKAC <noreply@cesis.example>").well()
	if text := <-b.got; !strings.Contains(text, "To: <"+to+">") || !strings.Contains(text, "noreply@cesis.example") {
		t.Errorf("%s", text)
	}
	call(t, "mail", "test", to).badly(failed, "No mail server is set up")
	call(t, "mail", "test", "liga", "--mail", server, "--mail-from", "noreply@cesis.example").badly(failed, "TO: ")
	call(t, "mail", "test", to, "--mail", server).badly(failed, "from: ")
	call(t, "mail", "test", to, "--mail", "smtp://noreply:sesame@mail.example", "--mail-from", "noreply@cesis.example").badly(failed, "server: ")
	password := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(password, []byte("sesame\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	call(t, "mail", "test", to, "--mail", "smtp://noreply@127.0.0.1:1", "--mail-from", "noreply@cesis.example", "--mail-password-file", password).badly(failed, "try again later")
	_, server = newInbox(t, true)
	no := call(t, "mail", "test", to, "--mail", server, "--mail-from", "noreply@cesis.example").badly(failed, "The mail server refuses", "code 550")
	if strings.Contains(no.err, "liga") {
		t.Errorf("the recipient stands in %q", no.err)
	}
}

func TestAnOperatorSeesWhatWasGivenUpAndHasItTriedAnew(t *testing.T) {
	t.Parallel()
	town.Each(t, func(t *testing.T, dsn string) {
		call(t, "jobs", "--db", dsn).well().has("No program of this version has served the database yet")
		db, err := sqldb.Open(t.Context(), dsn)
		if err != nil {
			t.Fatal(err)
		}
		const given = `INSERT INTO side_job_work (kind, key, lane, payload, queued, place, due, run_at, asked, attempts, stopped, error)
VALUES ('notice', $1, '40003032949', $2, 1, 1, 1, 1, 1, 1000, 1, 'nobody answers')`
		err = delivery.Store(db).Write(t.Context(), func(tx *sqldb.Tx) error {
			for _, key := range []string{"CES-1 1 a", "CES-1 2 b"} {
				if _, err := tx.Exec(t.Context(), given, key, []byte("{}")); err != nil {
					return err
				}
			}
			return nil
		})
		if err := errors.Join(err, db.Close()); err != nil {
			t.Fatal(err)
		}
		call(t, "jobs", "--db", dsn).badly(failed, "").has("waiting 0, given up 2", "CES-1 2 b", "nobody answers")
		call(t, "jobs", "again", "notice", "CES-1 1 a", "--db", dsn).well().has("Tried anew: 1")
		call(t, "jobs", "again", "notice", "--db", dsn).well().has("Tried anew: 1")
		call(t, "jobs", "again", "notice", "--db", dsn).badly(failed, "nothing of that name")
		call(t, "jobs", "--db", dsn).well().has("waiting 2, given up 0")
	})
}

// before opens what is kept of the version before the first release (commit 6398c34): 444 lines of five desks, with acts, payments, a void, a count, an account, a token, a
// creditor's secret and an erased payer.
func before(t *testing.T, name string) []byte {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", "6398c34", name))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	plain, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(plain)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// oldDatabase is a database as the version before left it.
func oldDatabase(t *testing.T, engine string) string {
	t.Helper()
	if engine == "sqlite" {
		path := filepath.Join(t.TempDir(), "vienkopus.db")
		if err := os.WriteFile(path, before(t, "vienkopus.db.gz"), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	dsn := dbtest.Postgres(t)
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	if _, err := conn.PgConn().Exec(t.Context(), string(before(t, "postgres.sql.gz"))).ReadAll(); err != nil {
		t.Fatal(err)
	}
	return dsn
}

// stepsOf returns how many steps a database has taken.
func stepsOf(t *testing.T, dsn string) int {
	t.Helper()
	db, err := sqldb.Look(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	steps, err := db.Steps(t.Context(), nil)
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	return steps
}

func TestTheVersionBeforeIsUpgradedAndItsBackupRestored(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, empty string) {
		old := oldDatabase(t, dbtest.Engine(empty))
		call(t, "jobs", "--db", old).well().has("has served the database yet")
		if steps := stepsOf(t, old); steps > 12 {
			t.Errorf("looking at jobs has upgraded the database to step %d", steps)
		}
		key := []string{"--node-key", filepath.Join(t.TempDir(), "node.key")}
		other := []string{"--node-key", filepath.Join(t.TempDir(), "other.key")} // of another node: one that has stated heads serves no database that knows none
		p := serve(t, old, key...)
		p.stop()
		call(t, append([]string{"verify", "--tables", "--db", old}, key...)...).well().has("Lines verified: 44", "problems: 0")
		call(t, append([]string{"restore", filepath.Join("testdata", "6398c34", "backup.vkb"), "--unsigned", "--db", empty}, other...)...).well()
		call(t, append([]string{"verify", "--tables", "--db", empty}, other...)...).well().has("Lines verified: 44", "problems: 0")
		for dsn, key := range map[string][]string{old: key, empty: other} {
			p := serve(t, dsn, key...)
			if !signsIn(t, p, "four words are good") {
				t.Error("whoever had a password has it no more")
			}
			p.stop()
		}
	})
}

// "per_million: the late fee …" was said to whoever had typed per cent.
func TestAComplaintNamesWhatTheOperatorHasTyped(t *testing.T) {
	t.Parallel()
	var c cli
	parser, err := kong.New(&c)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range []struct {
		args        []string
		field, want string
	}{
		{[]string{"late-fee", "set", "property-tax", "2010-01-01", "0.05"}, "per_million", "percent"},
		{[]string{"late-fee", "set", "property-tax", "2010-01-01", "0.05"}, "FROM", "FROM"},
		{[]string{"late-fee", "set", "property-tax", "2010-01-01", "0.05"}, "why", "why"},
		{[]string{"late-fee", "set", "property-tax", "2010-01-01", "0.05"}, "code_kind", ""},
		{[]string{"late-fee", "set", "property-tax", "2010-01-01", "0.05"}, "bills[0].number", ""},
		{[]string{"looking-budget", "set", "2026-01-01", "60"}, "per_hour", "per-hour"},
		{[]string{"version"}, "", ""},
	} {
		parsed, err := parser.Parse(one.args)
		if err != nil {
			t.Fatal(err)
		}
		if got := called(parsed, one.field); got != one.want {
			t.Errorf("%v: %s is called %q, want %q", one.args, one.field, got, one.want)
		}
	}
}
