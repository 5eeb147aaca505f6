package dbtest

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// variable names the server that scripts/with-postgres started for the whole run.
const variable = "VIENKOPUS_TEST_POSTGRES"

// serverAddress is the address of the run's server, or of one started for this process alone and its lifeline.
func serverAddress() (address string, lifeline io.Closer, err error) {
	if address := os.Getenv(variable); address != "" {
		return address, nil, nil
	}
	keeper, err := find(filepath.Join("scripts", "with-postgres"))
	if err != nil {
		return "", nil, err
	}
	return startServer(keeper)
}

// startServer has the keeper start a server that lives until the lifeline is closed, its keeper's standard input.
// Nobody closes it: the kernel does when this process ends, however it ends.
func startServer(keeper string) (address string, lifeline io.Closer, err error) {
	// No context: the server belongs to the process, not to the test that happens to ask first.
	cmd := exec.Command(keeper, "sh", "-c", `echo "$`+variable+`"; exec cat`) //nolint:noctx // see above
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return "", nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return "", nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	address, err = bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		// The keeper is gone without an address; its last words say why and what to do.
		if ended := cmd.Wait(); ended != nil {
			err = ended
		}
		return "", nil, fmt.Errorf("%s (%w)", strings.TrimSpace(complaint.String()), err)
	}
	return strings.TrimSpace(address), stdin, nil
}

// find looks for a file of the repository from the directory of the test upwards.
func find(path string) (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find %s: %w", path, err)
	}
	for {
		candidate := filepath.Join(dir, path)
		if _, err := os.Stat(candidate); err == nil {
			return candidate, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", fmt.Errorf("%s is not above the test; name a server in %s", path, variable)
		}
		dir = parent
	}
}
