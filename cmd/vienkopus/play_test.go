package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"vienkopus/internal/app"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/demo/catalogue"
	"vienkopus/internal/demo/places"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/staff"
)

const (
	// playing makes the test binary play the program itself.
	playing = "VIENKOPUS_PLAY"
	// limiting bounds the files that it may write, in bytes.
	limiting = "VIENKOPUS_PLAY_LIMIT"
)

func TestMain(m *testing.M) {
	if os.Getenv(playing) == "" {
		os.Exit(m.Run())
	}
	if text := os.Getenv(limiting); text != "" {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			panic(err)
		}
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: n, Max: n}); err != nil {
			panic(err)
		}
	}
	main()
}

// town is the demonstration's places, services and roles, with nobody in it and nothing recorded.
var town = dbtest.NewTemplate(func(ctx context.Context, dsn string) error {
	a, err := app.Open(ctx, app.Config{DSN: dsn, Clock: clock.System{}})
	if err != nil {
		return err
	}
	by := actor.System("test")
	if err := a.DefineRoles(ctx, by); err != nil {
		return err
	}
	if err := places.Seed(ctx, places.Services{Territory: a.Territory, Centre: a.Centre}, by); err != nil {
		return err
	}
	if err := catalogue.Seed(ctx, a.Publisher, by); err != nil {
		return err
	}
	return a.Close()
})

// command is the program with its arguments, speaking English unless env says otherwise.
func command(ctx context.Context, env []string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	cmd.Env = append(os.Environ(), playing+"=1", "VIENKOPUS_LANG=en", "VIENKOPUS_DB=", "VIENKOPUS_LISTEN=localhost:0", "VIENKOPUS_PROBES=localhost:0")
	cmd.Env = append(cmd.Env, env...)
	return cmd
}

// said is how a command ended.
type said struct {
	t        *testing.T
	asked    string
	code     int
	out, err string
}

// call runs a command to its end.
func call(t *testing.T, args ...string) said {
	t.Helper()
	return callWith(t, "", args...)
}

// callWith runs a command that reads from its standard input.
func callWith(t *testing.T, input string, args ...string) said {
	t.Helper()
	var out, complaint bytes.Buffer
	cmd := command(t.Context(), nil, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &out, &complaint
	err := cmd.Run()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		t.Fatal(err)
	}
	return said{t: t, asked: strings.Join(args, " "), code: cmd.ProcessState.ExitCode(), out: out.String(), err: complaint.String()}
}

// well ends the test unless the command succeeded.
func (s said) well() said {
	s.t.Helper()
	if s.code != 0 {
		s.t.Fatalf("%s: ended with %d\n%s%s", s.asked, s.code, s.out, s.err)
	}
	return s
}

// has complains unless the command printed all the words.
func (s said) has(words ...string) {
	s.t.Helper()
	for _, word := range words {
		if !strings.Contains(s.out, word) {
			s.t.Errorf("%s: does not print %q\n%s%s", s.asked, word, s.out, s.err)
		}
	}
}

// rawKey is a field of the rules as the program calls it, a message that is missing, or a placeholder that nobody has filled.
var rawKey = regexp.MustCompile(`(?m)^vienkopus: [a-z]+[_.][a-z_.]+: |⟦|\{\{`)

// badly complains unless the command ended with the code, saying all the words on its error stream.
func (s said) badly(code int, words ...string) said {
	s.t.Helper()
	if s.code != code {
		s.t.Errorf("%s: ended with %d, want %d\n%s%s", s.asked, s.code, code, s.out, s.err)
	}
	for _, word := range words {
		if !strings.Contains(s.err, word) {
			s.t.Errorf("%s: does not say %q\n%s%s", s.asked, word, s.out, s.err)
		}
	}
	if raw := rawKey.FindString(s.err); raw != "" {
		s.t.Errorf("%s: shows %q, which nobody has typed: %s", s.asked, raw, s.err)
	}
	if strings.Contains(s.err, "goroutine ") || strings.Contains(s.err, "panic") {
		s.t.Errorf("%s: shows its inside: %s", s.asked, s.err)
	}
	return s
}

// text is what a running program has said so far.
type text struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write implements io.Writer.
func (x *text) Write(p []byte) (int, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.b.Write(p)
}

// String returns all of it.
func (x *text) String() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.b.String()
}

// server is a running program.
type server struct {
	t            *testing.T
	cmd          *exec.Cmd
	said         *text
	site, probes string
	ended        chan struct{} // closed when the process is gone
}

var addresses = regexp.MustCompile(`(http://[^ ]+) \(probes (http://[^)]+)\)`)

// serve starts the program on a database and waits until it answers.
func serve(t *testing.T, dsn string, args ...string) *server {
	t.Helper()
	return serveWith(t, nil, append([]string{"serve", "--db", dsn}, args...)...)
}

func serveWith(t *testing.T, env []string, args ...string) *server {
	t.Helper()
	s := begin(t, env, args...)
	found := s.awaits(t, addresses)
	s.site, s.probes = found[1], found[2]
	return s
}

// begin starts the program and does not wait.
func begin(t *testing.T, env []string, args ...string) *server {
	t.Helper()
	s := &server{t: t, cmd: command(context.WithoutCancel(t.Context()), env, args...), said: &text{}, ended: make(chan struct{})}
	s.cmd.Stdout, s.cmd.Stderr = s.said, s.said
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(s.ended)
		_ = s.cmd.Wait() // how it ended is asked of ProcessState
	}()
	t.Cleanup(func() { s.kill() })
	return s
}

// awaits waits until the program says something.
func (s *server) awaits(t *testing.T, what *regexp.Regexp) []string {
	t.Helper()
	for until := time.Now().Add(time.Minute); time.Now().Before(until); time.Sleep(2 * time.Millisecond) {
		if found := what.FindStringSubmatch(s.said.String()); found != nil {
			return found
		}
		select {
		case <-s.ended:
			if found := what.FindStringSubmatch(s.said.String()); found != nil {
				return found
			}
			t.Fatalf("the program ended: %s", s.said)
		default:
		}
	}
	t.Fatalf("the program did not say %s within a minute: %s", what, s.said)
	return nil
}

// kill ends the program at once, as a power cut would.
func (s *server) kill() {
	_ = s.cmd.Process.Kill() // gone already is fine
	<-s.ended
}

// stop asks the program to end and returns its exit code.
func (s *server) stop() int {
	s.t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		s.t.Error(err)
	}
	select {
	case <-s.ended:
	case <-time.After(30 * time.Second):
		s.t.Error("it does not stop")
		s.kill()
	}
	return s.cmd.ProcessState.ExitCode()
}

// answer is what came back.
type answer struct {
	status int
	head   http.Header
	body   string
}

// ask makes a request with a token and a key, both of which may be empty.
func ask(ctx context.Context, method, address, token, key, body string) (answer, error) {
	r, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept-Language", "en")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	return do(http.DefaultClient, r)
}

func do(client *http.Client, r *http.Request) (answer, error) {
	res, err := client.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return answer{status: res.StatusCode, head: res.Header, body: string(text)}, err
}

// get asks a page that must answer.
func (s *server) get(address, token string) answer {
	s.t.Helper()
	got, err := ask(s.t.Context(), http.MethodGet, address, token, "", "")
	if err != nil {
		s.t.Fatal(err)
	}
	return got
}

// tokens makes a clerk's token for each desk.
func tokens(t *testing.T, dsn string, desks ...string) []string {
	t.Helper()
	a, err := app.Open(t.Context(), app.Config{DSN: dsn, Clock: clock.System{}})
	if err != nil {
		t.Fatal(err)
	}
	var secrets []string
	for _, desk := range desks {
		in := staff.NewToken{Label: "test " + desk, Role: "clerk", Desk: desk}
		secret, _, err := a.Staff.CreateToken(t.Context(), actor.System("test"), in, "token:"+desk)
		if err != nil {
			t.Fatal(err)
		}
		secrets = append(secrets, secret)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	return secrets
}
