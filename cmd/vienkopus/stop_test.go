package main

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"vienkopus/internal/platform/sqldb/dbtest"
)

// underWay begins a request whose body comes later.
func underWay(t *testing.T, p *server, token, body string) net.Conn {
	t.Helper()
	var dialer net.Dialer
	conn, err := dialer.DialContext(t.Context(), "tcp", strings.TrimPrefix(p.site, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() }) // closed already when all went well
	_, err = fmt.Fprintf(conn, "POST /api/v1/visits HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n"+
		"Idempotency-Key: late\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", token, len(body), body[:1])
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// until waits for something that is about to happen.
func (s *server) until(what string, happens func() bool) {
	s.t.Helper()
	for end := time.Now().Add(30 * time.Second); !happens(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			s.t.Fatalf("waited in vain for %s: %s", what, s.said)
		}
	}
}

func TestItStopsWhenWhatIsUnderWayHasEnded(t *testing.T) {
	t.Parallel()
	town.Each(t, func(t *testing.T, dsn string) {
		secret := tokens(t, dsn, "CES-1")[0]
		p := serve(t, dsn)
		const body = `{"channel":"post"}`
		conn := underWay(t, p, secret, body)
		p.until("the request to begin", func() bool {
			return strings.Contains(p.get(p.probes+"/metrics", "").body, "vienkopus_http_in_flight 1")
		})
		if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		p.until("it to say that it is not ready", func() bool { return p.get(p.probes+"/readyz", "").status == http.StatusServiceUnavailable })
		if got := p.get(p.probes+"/healthz", ""); got.status != http.StatusOK {
			t.Errorf("while stopping it is not even alive: %+v", got)
		}
		if _, err := ask(t.Context(), http.MethodGet, p.site+"/find", "", "", ""); err == nil {
			t.Error("it takes new requests while it stops")
		}
		if _, err := conn.Write([]byte(body[1:])); err != nil {
			t.Fatal(err)
		}
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatalf("%v\n%s", err, p.said)
		}
		defer res.Body.Close()
		if res.StatusCode != http.StatusCreated {
			t.Errorf("the request under way is answered with %d", res.StatusCode)
		}
		if code := p.stop(); code != 0 {
			t.Errorf("it ends with %d: %s", code, p.said)
		}
		p = serve(t, dsn)
		if again, err := ask(t.Context(), http.MethodPost, p.site+"/api/v1/visits", secret, "late", body); err != nil || again.status != http.StatusCreated {
			t.Errorf("after the restart: %+v %v", again, err)
		}
		if got := p.get(p.probes+"/metrics", ""); !strings.Contains(got.body, `vienkopus_http_requests_total{route="POST /api/v1/visits",status="201"} 1`) {
			t.Errorf("the metrics say %s", got.body)
		}
		p.stop()
		clean(t, dsn)
	})
}

// Operators ask on a listener of their own, and only there.
func TestProbesAnswerOnTheirOwnListenerOnly(t *testing.T) {
	t.Parallel()
	p := serve(t, town.SQLite(t))
	for _, path := range []string{"/healthz", "/readyz", "/metrics"} {
		if got := p.get(p.probes+path, ""); got.status != http.StatusOK {
			t.Errorf("%s: %+v", path, got)
		}
		if got := p.get(p.site+path, ""); got.status != http.StatusNotFound {
			t.Errorf("%s is public: %+v", path, got)
		}
	}
	for _, path := range []string{"/", "/find", "/api/v1/services", "/sign-in"} {
		if got := p.get(p.probes+path, ""); got.status != http.StatusNotFound {
			t.Errorf("%s is on the listener of operators: %d", path, got.status)
		}
	}
	metrics := p.get(p.probes+"/metrics", "").body
	for _, name := range []string{"vienkopus_journal_lines_total", "vienkopus_quarantined_lines 0", "vienkopus_http_in_flight", "go_goroutines", "process_resident_memory_bytes"} {
		if !strings.Contains(metrics, name) {
			t.Errorf("the metrics lack %s", name)
		}
	}
	if code := p.stop(); code != 0 {
		t.Errorf("it ends with %d", code)
	}
}

// Whoever was signed in and typing when the power went finds her session, her desk, her visit and her words again.
func TestASessionAndADraftOutliveThePowerCut(t *testing.T) {
	t.Parallel()
	town.Each(t, func(t *testing.T, dsn string) {
		key := filepath.Join(t.TempDir(), "node.key") // without one, drafts are sealed with a key that ends with the program
		const password, typed = "four words are good", "malka vecmammai"
		callWith(t, password+"\n", "user", "add", "anna", "Anna", "--scope", "centre:cesis", "--role", "clerk", "--db", dsn, "--node-key", key).well()
		p := serve(t, dsn, "--node-key", key)
		b := newBrowser(t, p)
		b.do(http.MethodPost, "/sign-in", url.Values{"sign_in": {"anna"}, "password": {password}})
		b.do(http.MethodPost, "/desk", url.Values{"desk": {"CES-2"}})
		b.form("/visits", url.Values{})
		open := openVisit.FindStringSubmatch(b.do(http.MethodGet, "/counter", nil).body)
		if open == nil {
			t.Fatal("no visit is open")
		}
		if got := b.do(http.MethodPost, "/visits/"+open[1]+"/draft", url.Values{"q": {typed}}); got.status != http.StatusNoContent {
			t.Fatalf("the draft is answered with %d", got.status)
		}
		p.kill()
		b.p = serve(t, dsn, "--node-key", key)
		got := b.do(http.MethodGet, "/counter", nil)
		if got.status != http.StatusOK || !strings.Contains(got.body, "/visits/"+open[1]+"/close") || !strings.Contains(got.body, `value="`+typed+`"`) {
			t.Errorf("after the power cut: %d %.2000s", got.status, got.body)
		}
		b.p.stop()
	})
}

// breakSide makes the side store of a running program unusable.
func breakSide(t *testing.T, dsn string) {
	t.Helper()
	if dbtest.Engine(dsn) == "sqlite" {
		for _, suffix := range []string{"-side", "-side-wal", "-side-shm"} {
			if err := os.Remove(dsn + suffix); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Mkdir(dsn+"-side", 0o700); err != nil {
			t.Fatal(err)
		}
		return
	}
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, text := range []string{"ALTER TABLE side_session RENAME COLUMN token TO broken", "ALTER TABLE side_draft RENAME COLUMN visit TO broken"} {
		if _, err := db.ExecContext(context.WithoutCancel(t.Context()), text); err != nil {
			t.Fatal(err)
		}
	}
}

var requestID = regexp.MustCompile(`"request_id":"[0-9a-f-]{36}"`)

// What may be lost fails while somebody works: what she records is shown as recorded, and the log names the requests in which something was wrong.
func TestWhatIsRecordedIsSeenWhileTheSideStoreFails(t *testing.T) {
	t.Parallel()
	town.Each(t, func(t *testing.T, dsn string) {
		const password = "four words are good"
		callWith(t, password+"\n", "user", "add", "anna", "Anna", "--scope", "centre:cesis", "--role", "clerk", "--db", dsn).well()
		p := serve(t, dsn)
		b := newBrowser(t, p)
		b.do(http.MethodPost, "/sign-in", url.Values{"sign_in": {"anna"}, "password": {password}})
		b.do(http.MethodPost, "/desk", url.Values{"desk": {"CES-2"}})
		b.form("/visits", url.Values{})
		open := openVisit.FindStringSubmatch(b.do(http.MethodGet, "/counter", nil).body)
		if open == nil {
			t.Fatal("no visit is open")
		}
		breakSide(t, dsn)
		// The program looks once a second whether something else lies where the store was.
		broken := func() bool {
			return b.do(http.MethodPost, "/visits/"+open[1]+"/draft", url.Values{"q": {"malka"}}).status >= 500
		}
		for until := time.Now().Add(20 * time.Second); !broken(); time.Sleep(100 * time.Millisecond) {
			if time.Now().After(until) {
				t.Fatal("the side store is not broken")
			}
		}
		if got := b.form("/counter/acts", url.Values{"visit": {open[1]}, "kind": {"letter"}}); got.status != http.StatusSeeOther {
			t.Errorf("an act is answered with %d %s", got.status, got.body)
		}
		if got := b.do(http.MethodPost, "/desk", url.Values{"desk": {"CES-2"}}); got.status != http.StatusSeeOther {
			t.Errorf("the same desk is answered with %d %s", got.status, got.body)
		}
		if got := b.form("/visits/"+open[1]+"/close", url.Values{}); got.status != http.StatusSeeOther {
			t.Errorf("the end of the visit is answered with %d %s", got.status, got.body)
		}
		if got := b.do(http.MethodGet, "/counter?said=closed", nil); got.status != http.StatusOK || !strings.Contains(got.body, "/visits/"+open[1]) {
			t.Errorf("the counter: %d %.2000s", got.status, got.body)
		}
		if got := b.do(http.MethodPost, "/sign-in", url.Values{"sign_in": {"anna"}, "password": {password}}); got.status < 500 {
			t.Errorf("somebody signs in without a place for her session: %d", got.status)
		}
		warned := 0
		_, said, _ := strings.Cut(p.said.String(), p.site) // what is said before is not about any request
		for line := range strings.Lines(said) {
			if strings.Contains(line, `"level":"WARN"`) {
				warned++
				if !requestID.MatchString(line) {
					t.Errorf("a line of a request does not name it: %s", line)
				}
			}
		}
		if warned < 2 {
			t.Errorf("the log does not tell: %s", p.said)
		}
		p.stop()
	})
}

// The password of the database stood in the list of programs, and nobody was told.
func TestAPasswordInTheListOfProgramsIsSeen(t *testing.T) {
	t.Parallel()
	for arg, holds := range map[string]bool{
		"--db=postgres://u:secret@h/d": true, "postgres://u:secret@h/d": true, "postgresql://h/d?password=x": true,
		"--db=postgres://u@h/d": false, "postgres://h/d?sslmode=require": false, "--db=town.db": false, "serve": false, "": false,
	} {
		if holdsPassword(arg) != holds {
			t.Errorf("%q: %v", arg, !holds)
		}
	}
}
