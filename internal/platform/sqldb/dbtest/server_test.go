package dbtest

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

func keeper(t *testing.T) string {
	t.Helper()
	path, err := find(filepath.Join("scripts", "with-postgres"))
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWithoutPostgreSQLOneLineSaysWhatToDo(t *testing.T) {
	t.Setenv(variable, "")
	t.Setenv("VIENKOPUS_POSTGRES_BIN", t.TempDir())
	_, _, err := startServer(keeper(t))
	if err == nil {
		t.Fatal("a server started without its programs")
	}
	if text := err.Error(); strings.Contains(text, "\n") || !strings.Contains(text, "apt-get install postgresql") {
		t.Errorf("the failure says %q", text)
	}
}

// The variable that makes this test binary play the process that asks for a server and dies.
const playing = "VIENKOPUS_DBTEST_PLAY"

func TestAServerOfItsOwnEndsWithTheProcess(t *testing.T) {
	if end := os.Getenv(playing); end != "" {
		address, lifeline, err := serverAddress()
		fmt.Println(address)
		if end == "killed" && err == nil {
			select {}
		}
		runtime.KeepAlive(lifeline)
		return
	}
	t.Parallel()
	for _, end := range []string{"returns", "killed"} {
		t.Run(end, func(t *testing.T) {
			t.Parallel()
			address := playProcess(t, end)
			for range 100 {
				if !answers(t.Context(), address) {
					return
				}
				time.Sleep(100 * time.Millisecond)
			}
			t.Errorf("%s still answers after ten seconds", address)
		})
	}
}

// playProcess has another process start a server, sees it answer, ends the process and returns the address.
func playProcess(t *testing.T, end string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestAServerOfItsOwnEndsWithTheProcess$")
	cmd.Env = append(os.Environ(), variable+"=", playing+"="+end)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var address string
	if _, err := fmt.Fscanln(out, &address); err != nil || !strings.HasPrefix(address, "postgres://") {
		t.Fatalf("the process answered %q, %v", address, err)
	}
	if end == "killed" {
		if !answers(t.Context(), address) {
			t.Errorf("%s does not answer while its process lives", address)
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
	}
	_ = cmd.Wait() // a killed process has no other end than an error
	return address
}

func answers(ctx context.Context, address string) bool {
	db, err := sql.Open("pgx", address)
	if err != nil {
		return false
	}
	defer db.Close()
	return db.PingContext(ctx) == nil
}
