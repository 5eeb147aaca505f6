package harness_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// server is a PostgreSQL server of the test's own, which may be treated badly.
type server struct {
	address *url.URL
	data    string // its directory
	bin     string // that of its programs
	owner   *syscall.Credential
}

// startServer starts a server that ends with the test, however the test ends.
func startServer(t *testing.T) *server {
	t.Helper()
	keeper, err := filepath.Abs("../../../../scripts/with-postgres")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), keeper, "sh", "-c", `echo "$VIENKOPUS_TEST_POSTGRES"; exec cat`)
	cmd.Env = append(os.Environ(), "VIENKOPUS_TEST_POSTGRES=")
	cmd.Stderr = os.Stderr
	lifeline, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = lifeline.Close()
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal("no server: ", err)
	}
	s := &server{}
	if s.address, err = url.Parse(strings.TrimSpace(line)); err != nil {
		t.Fatal(err)
	}
	s.data = s.ask(t, "SHOW data_directory")
	s.bin = s.ask(t, "SELECT setting FROM pg_config WHERE name = 'BINDIR'")
	var info syscall.Stat_t
	if err := syscall.Stat(s.data, &info); err != nil {
		t.Fatal(err)
	}
	s.owner = &syscall.Credential{Uid: info.Uid, Gid: info.Gid}
	return s
}

// at is the address of a database of the server.
func (s *server) at(name string) string {
	address := *s.address
	address.Path = "/" + name
	return address.String()
}

func (s *server) open(t *testing.T) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", s.address.String())
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func (s *server) ask(t *testing.T, query string) (answer string) {
	t.Helper()
	db := s.open(t)
	defer db.Close()
	if err := db.QueryRowContext(t.Context(), query).Scan(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

func (s *server) tell(t *testing.T, statement string) {
	t.Helper()
	db := s.open(t)
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

// control runs pg_ctl as the owner of the server.
func (s *server) control(t *testing.T, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), filepath.Join(s.bin, "pg_ctl"), append(args, "-D", s.data, "-w")...)
	cmd.Dir = s.data
	if os.Getuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.owner}
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("pg_ctl %v: %v\n%s", args, err, out)
	}
}

func TestNothingAnsweredIsLostWhenTheServerIsStopped(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	server.tell(t, "CREATE DATABASE harness")
	s := newStory(part{DSN: server.at("harness"), Patient: true, Run: 1})
	c := start(t, s.part, nil)
	heard := c.await(t, "ack", 0, 30)
	for range 4 {
		server.control(t, "stop", "-m", "immediate")
		heard = c.await(t, "away", heard, 1)
		server.control(t, "start", "-o", "-p "+server.address.Port(), "-l", filepath.Join(s.log(t), "server.log"))
		heard = c.await(t, "ack", heard, 60)
	}
	s.listen(c.kill(t))
	s.report(t)
	t.Logf("%d requests tried, %d answered over four stops", len(s.tried), len(s.acked))
}

// log is a directory that the server may write to.
func (s *story) log(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, d := range []string{dir, filepath.Dir(dir)} { // another user's server writes there
		if err := os.Chmod(d, 0o777); err != nil {
			t.Fatal(fmt.Errorf("log: %w", err))
		}
	}
	return dir
}
