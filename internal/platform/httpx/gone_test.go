package httpx_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/a-h/templ"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

// journal is a log that several may write and read.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// serving is a real server and its log.
func serving(t *testing.T, routes ...httpx.Route) (at string, log *journal) {
	t.Helper()
	log = &journal{}
	s := build(t, func(o *httpx.Options) {
		o.Log = slog.New(slog.NewJSONHandler(log, nil))
		o.Page = func(w http.ResponseWriter, r *http.Request, f httpx.Failure) error {
			return html.RenderError(w, r, html.ErrorPage{Status: f.Status, Fault: f.Faults[0]})
		}
	}, routes...)
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return server.Listener.Addr().String(), log
}

// cutAfter sends text and breaks off: it closes the connection with what came unread, so that the other side gets a reset. Wait is how many bytes of the
// answer to wait for first.
func cutAfter(t *testing.T, at, text string, wait int) {
	t.Helper()
	var d net.Dialer
	c, err := d.DialContext(t.Context(), "tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	tcp, _ := c.(*net.TCPConn)
	if err := errors.Join(tcp.SetLinger(0), tcp.SetReadBuffer(4096)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
	if _, err := io.CopyN(io.Discard, c, int64(wait)); err != nil {
		t.Fatal(err)
	}
	time.Sleep(20 * time.Millisecond) // the server is in the middle of it
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
}

// line waits for the line of a request and returns its status.
func line(t *testing.T, log *journal, route string) string {
	t.Helper()
	for range 500 {
		for text := range strings.Lines(log.String()) {
			if strings.Contains(text, `"msg":"request"`) && strings.Contains(text, `"route":"`+route+`"`) {
				_, rest, _ := strings.Cut(text, `"status":`)
				return rest[:3]
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("no line of %s: %s", route, log)
	return ""
}

func calm(t *testing.T, log *journal, route string) {
	t.Helper()
	if status := line(t, log, route); status[0] != '4' {
		t.Errorf("%s: %s", route, status)
	}
	for _, bad := range []string{`"level":"ERROR"`, `"level":"WARN"`} {
		if strings.Contains(log.String(), bad) {
			t.Errorf("%s: %s", route, log)
		}
	}
}

func TestACallerWhoBreaksOffWhileSending(t *testing.T) {
	t.Parallel()
	takes := func(_ http.ResponseWriter, r *http.Request) error {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return fmt.Errorf("the statement cannot be read: %w", err)
		}
		return nil
	}
	mangles := func(_ http.ResponseWriter, r *http.Request) error {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return errors.New("line 7 ends early") // and says nothing of the connection
		}
		return nil
	}
	names := func(_ http.ResponseWriter, r *http.Request) error {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return fault.NewInvalid("request.not_text")
		}
		return nil
	}
	for name, c := range map[string]struct {
		kind, begins string
		route        httpx.Route
	}{
		"a form":             {"application/x-www-form-urlencoded", "name=a&other=", httpx.Route{Handle: takes}},
		"a form with a file": {"multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nabc", httpx.Route{Handle: takes}},
		"a JSON text":        {"application/json", "{\"a\":", httpx.Route{Handle: takes}},
		"a stream":           {"text/csv", "a,b\n", httpx.Route{Stream: true, Handle: takes}},
		"a stream mangled":   {"text/csv", "a,b\n", httpx.Route{Stream: true, Handle: mangles}},
		"a stream refused":   {"text/csv", "a,b\n", httpx.Route{Stream: true, Handle: names}},
		"another type":       {"text/plain", "abc", httpx.Route{Handle: takes}},
	} {
		for _, path := range []string{"/x", "/api/v1/x"} {
			t.Run(name+path, func(t *testing.T) {
				t.Parallel()
				route := c.route
				route.Method, route.Path, route.Public = http.MethodPost, path, true
				at, log := serving(t, route)
				cutAfter(t, at, "POST "+path+" HTTP/1.1\r\nHost: localhost\r\nContent-Type: "+c.kind+"\r\nContent-Length: 5000\r\n\r\n"+c.begins, 0)
				calm(t, log, "POST "+path)
			})
		}
	}
}

func TestACallerWhoGoesAwayWhileAPageIsWritten(t *testing.T) {
	t.Parallel()
	large := strings.Repeat("all that was ever recorded ", 1_000_000) // more than the buffers of a connection hold
	at, log := serving(t, httpx.Route{Method: http.MethodGet, Path: "/x", Public: true, Handle: func(w http.ResponseWriter, r *http.Request) error {
		return html.Render(w, r, http.StatusOK, templ.Raw(large))
	}})
	cutAfter(t, at, "GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n", 100)
	calm(t, log, "GET /x")
}

func TestACallerWhoGoesAwayWhileAnExportStreams(t *testing.T) {
	t.Parallel()
	at, log := serving(t, httpx.Route{Method: http.MethodGet, Path: "/x", Public: true, Slow: true, Handle: func(w http.ResponseWriter, _ *http.Request) error {
		for {
			if _, err := io.WriteString(w, strings.Repeat("line,", 100)+"\n"); err != nil {
				return errors.New("the sheet could not be closed") // and says nothing of the connection
			}
		}
	}})
	cutAfter(t, at, "GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n", 100)
	calm(t, log, "GET /x")
}

func TestACallerWhoGoesAwayWhileHeWaits(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]error{
		"an error": errors.New("interrupted"), "a fault": fault.NewNotFound("request.not_found"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at, log := serving(t, httpx.Route{Method: http.MethodGet, Path: "/x", Public: true, Handle: func(_ http.ResponseWriter, r *http.Request) error {
				<-r.Context().Done()
				if answer.Error() == "interrupted" {
					return fmt.Errorf("sqldb: rows: %w", r.Context().Err())
				}
				return answer
			}})
			cutAfter(t, at, "GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n", 0)
			calm(t, log, "GET /x")
		})
	}
}

// What was asked of the database for a caller who goes away is given up, and its error is none.
func TestACallerWhoGoesAwayWhileTheDatabaseWorks(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		db, err := sqldb.Open(t.Context(), dsn)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
		endless := "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000) SELECT COUNT(*) FROM n"
		if db.Engine() == sqldb.Postgres {
			endless = "SELECT COUNT(*) FROM (SELECT pg_sleep(20)) n"
		}
		for path, work := range map[string]func(ctx context.Context, r sqldb.Reader) error{
			"/row": func(ctx context.Context, r sqldb.Reader) error { var n int; return r.QueryRow(ctx, endless).Scan(&n) },
			"/rows": func(ctx context.Context, r sqldb.Reader) error {
				return sqldb.Each(ctx, r, endless, nil, func(*sql.Rows) error { return nil })
			},
		} {
			at, log := serving(t, httpx.Route{Method: http.MethodGet, Path: path, Public: true, Slow: true, Handle: func(_ http.ResponseWriter, r *http.Request) error {
				return db.Snapshot(r.Context(), func(snapshot sqldb.Reader) error { return work(r.Context(), snapshot) })
			}})
			cutAfter(t, at, "GET "+path+" HTTP/1.1\r\nHost: localhost\r\n\r\n", 0)
			calm(t, log, "GET "+path)
		}
	})
}

// What is our fault stays ours, whoever has gone.
func TestOurFaultsAreLoggedWhoeverHasGone(t *testing.T) {
	t.Parallel()
	at, log := serving(t,
		httpx.Route{Method: http.MethodGet, Path: "/panic", Public: true, Handle: func(_ http.ResponseWriter, r *http.Request) error {
			<-r.Context().Done()
			panic("out of cake")
		}},
		httpx.Route{Method: http.MethodGet, Path: "/wrong", Public: true, Handle: func(_ http.ResponseWriter, r *http.Request) error {
			<-r.Context().Done()
			return errors.New("the table is not there")
		}})
	for _, path := range []string{"/panic", "/wrong"} {
		cutAfter(t, at, "GET "+path+" HTTP/1.1\r\nHost: localhost\r\n\r\n", 0)
		if status := line(t, log, "GET "+path); status != "500" && status != "499" {
			t.Errorf("%s: %s", path, status)
		}
	}
	for _, want := range []string{"out of cake", "the table is not there"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("%q is not in the log: %s", want, log)
		}
	}
}

// A form with a stolen session cookie, sent by what is no browser, was carried out.
func TestAFormWithACookieSaysWhereItComesFrom(t *testing.T) {
	s := build(t, nil, httpx.Route{Method: "POST", Path: "/x", Public: true, Handle: answers("done")}, httpx.Route{Method: "POST", Path: "/api/v1/x", Public: true, Handle: answers("done")})
	for _, c := range []struct {
		name, path string
		headers    map[string]string
		status     int
	}{
		{"curl with a cookie", "/x", map[string]string{"Cookie": "session=x"}, 403},
		{"a browser", "/x", map[string]string{"Cookie": "session=x", "Sec-Fetch-Site": "same-origin"}, 200},
		{"an old browser", "/x", map[string]string{"Cookie": "session=x", "Origin": "https://vienkopus.example"}, 200},
		{"nobody's", "/x", nil, 200},
		{"a program with a token", "/x", map[string]string{"Cookie": "x=y", "Authorization": "Bearer t"}, 200},
	} {
		r := form(c.path+"?lang=en", "a=b")
		for name, value := range c.headers {
			r.Header.Set(name, value)
		}
		if res, body := s.ask(t, r); res.StatusCode != c.status {
			t.Errorf("%s: %d %q", c.name, res.StatusCode, body)
		}
	}
}

// Any name that pointed at our address was answered.
func TestOnlyOurOwnNameIsAnswered(t *testing.T) {
	s := build(t, nil, httpx.Route{Method: "GET", Path: "/x", Public: true, Handle: answers("done")})
	for host, status := range map[string]int{
		"vienkopus.example": 200, "VIENKOPUS.example:443": 200, "vienkopus.example.": 200, "localhost:8080": 200, "127.0.0.1": 200, "[::1]:8080": 200,
		"evil.example": 421, "vienkopus.example.evil.example": 421, "10.0.0.7": 421, "": 421,
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/x?lang=en", http.NoBody)
		if r.Host = host; host == "" {
			r.Host = "."
		}
		if res, body := s.ask(t, r); res.StatusCode != status {
			t.Errorf("%s: %d %q", host, res.StatusCode, body)
		}
	}
}
