package dbtest

import (
	"bufio"
	"context"
	"database/sql"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// OwnServer is a PostgreSQL server of one test, which may be treated badly.
type OwnServer struct {
	// Owner is the system's user whose process it is.
	Owner   *syscall.Credential
	address *url.URL
	data    string // its directory
	bin     string // that of its programs
	log     string
}

// NewOwnServer starts a server that ends with the test, however the test ends.
func NewOwnServer(t *testing.T) *OwnServer {
	t.Helper()
	keeper, err := find(filepath.Join("scripts", "with-postgres"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(outliving(t), keeper, "sh", "-c", `echo "$`+variable+`"; exec cat`) //nolint:gosec // ours
	cmd.Env = append(os.Environ(), variable+"=")                                                   // or the keeper would hand on the run's server
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
		_ = lifeline.Close() //nolint:errcheck // it may have ended by itself
		_ = cmd.Wait()       //nolint:errcheck // as above
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal("no server: ", err)
	}
	s := &OwnServer{}
	if s.address, err = url.Parse(strings.TrimSpace(line)); err != nil {
		t.Fatal(err)
	}
	s.data = s.Ask(t, "SHOW data_directory")
	s.bin = s.Ask(t, "SELECT setting FROM pg_config WHERE name = 'BINDIR'")
	var info syscall.Stat_t
	if err := syscall.Stat(s.data, &info); err != nil {
		t.Fatal(err)
	}
	s.Owner = &syscall.Credential{Uid: info.Uid, Gid: info.Gid}
	dir := t.TempDir()
	s.Reach(t, dir, 0o777)
	s.log = filepath.Join(dir, "server.log")
	return s
}

// Reach lets the server, another user's process, go to a directory of the test; mode is what it may do there.
func (*OwnServer) Reach(t *testing.T, dir string, mode os.FileMode) {
	t.Helper()
	for _, d := range []string{dir, filepath.Dir(dir)} {
		if err := os.Chmod(d, mode); err != nil {
			t.Fatal(err)
		}
	}
}

// At is the address of a database of the server.
func (s *OwnServer) At(name string) string {
	address := *s.address
	address.Path = "/" + name
	return address.String()
}

func (s *OwnServer) open(t *testing.T) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", s.address.String())
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// Ask returns the one value that a query answers.
func (s *OwnServer) Ask(t *testing.T, query string) (answer string) {
	t.Helper()
	db := s.open(t)
	err := db.QueryRowContext(t.Context(), query).Scan(&answer)
	if cerr := db.Close(); err != nil || cerr != nil {
		t.Fatal(err, cerr)
	}
	return answer
}

// Tell runs a statement.
func (s *OwnServer) Tell(t *testing.T, statement string) {
	t.Helper()
	db := s.open(t)
	_, err := db.ExecContext(t.Context(), statement)
	if cerr := db.Close(); err != nil || cerr != nil {
		t.Fatal(err, cerr)
	}
}

// Stop ends the server at once, without warning.
func (s *OwnServer) Stop(t *testing.T) {
	t.Helper()
	s.control(t, "stop", "-m", "immediate")
}

// Start starts it again.
func (s *OwnServer) Start(t *testing.T) {
	t.Helper()
	s.control(t, "start", "-o", "-p "+s.address.Port(), "-l", s.log)
}

// control runs pg_ctl as the owner of the server.
func (s *OwnServer) control(t *testing.T, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), filepath.Join(s.bin, "pg_ctl"), append(args, "-D", s.data, "-w")...) //nolint:gosec // its own program
	cmd.Dir = s.data
	if os.Getuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.Owner}
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("pg_ctl %v: %v\n%s", args, err, out)
	}
}
