// Package crashtest runs programs that are killed, starved and cut off, for tests that look afterwards whether they kept their word.
//
// A child is the test binary itself. It does something again and again and says, a line each, what it was answered; its parent hears it, kills it with SIGKILL
// at any instant, and starts it again on the same database.
//
// A Trace records what children do to the files of a directory, with strace, and makes images of what a disk holds when the power fails at some moment of it.
package crashtest

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// playing tells the test binary to be a child.
const playing = "VIENKOPUS_HARNESS_CHILD"

// Play makes this process a child, with the part that Start was given, when it is one, and tells whether it was. TestMain calls it first.
func Play[Part any](play func(Part) error) bool {
	text := os.Getenv(playing)
	if text == "" {
		return false
	}
	var part Part
	err := json.Unmarshal([]byte(text), &part)
	if err == nil {
		err = play(part)
	}
	if err != nil {
		Say("broken %v", err)
		os.Exit(1)
	}
	return true
}

// Say tells the parent one line, in one piece: a kill cannot leave half of it.
func Say(format string, args ...any) {
	_, _ = os.Stdout.WriteString(strings.ReplaceAll(fmt.Sprintf(format, args...), "\n", " ") + "\n") //nolint:errcheck // a parent that is gone hears nothing
}

// Child is a running child and what it has said.
type Child struct {
	cmd   *exec.Cmd
	stdin io.WriteCloser
	mu    sync.Mutex
	said  []string
	heard chan struct{} // gets a token when something was said
	ended chan struct{} // closed when the pipe is empty
}

// Start starts a child and gives it its part, as JSON, and then the lines and "go" on its standard input.
func Start(t *testing.T, part any, lines []string) *Child {
	t.Helper()
	return begin(t, exec.CommandContext(t.Context(), os.Args[0]), part, lines) //nolint:gosec // itself
}

// begin starts a command that is a child, or watches one.
func begin(t *testing.T, cmd *exec.Cmd, part any, lines []string) *Child {
	t.Helper()
	text, err := json.Marshal(part)
	if err != nil {
		t.Fatal(err)
	}
	c := &Child{cmd: cmd, heard: make(chan struct{}, 1), ended: make(chan struct{})}
	c.cmd.Env = append(os.Environ(), playing+"="+string(text))
	c.cmd.Stderr = os.Stderr
	if c.stdin, err = c.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	stdout, err := c.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go c.listen(stdout)
	go c.Order(append(lines, "go")...)
	return c
}

// Order sends words to the child; one that is dead hears nothing.
func (c *Child) Order(words ...string) {
	_, _ = io.WriteString(c.stdin, strings.Join(words, "\n")+"\n") //nolint:errcheck // see above
}

func (c *Child) listen(r io.Reader) {
	defer close(c.ended)
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadString('\n')
		if err != nil { // what has no end of line was not said
			return
		}
		c.mu.Lock()
		c.said = append(c.said, strings.TrimSpace(line))
		c.mu.Unlock()
		select {
		case c.heard <- struct{}{}:
		default:
		}
	}
}

// Words returns what was said since the n-th line.
func (c *Child) Words(n int) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string(nil), c.said[min(n, len(c.said)):]...)
}

// patience is how long Await waits: on a busy machine everything takes its time.
const patience = time.Minute

// Await waits until n lines beginning with word were said behind the first from lines, and returns how many lines there are then.
func (c *Child) Await(t *testing.T, word string, from, n int) int {
	t.Helper()
	timeout := time.After(patience)
	for {
		found := 0
		said := c.Words(from)
		for i, line := range said {
			if strings.HasPrefix(line, word) {
				if found++; found == n {
					return from + i + 1
				}
			}
		}
		select {
		case <-c.heard:
		case <-c.ended:
			t.Fatalf("the child ended before it said %q %d times; last words: %v", word, n, tail(c.Words(0)))
		case <-timeout:
			t.Fatalf("the child did not say %q %d times within %s; last words: %v", word, n, patience, tail(c.Words(0)))
		}
	}
}

func tail(lines []string) []string { return lines[max(0, len(lines)-5):] }

// die is the order by which a child that is watched ends itself: killing who watches it would let it go on unwatched.
const die = "die"

// Obey ends this process at once, as Kill does, when the order is that of Die.
func Obey(order string) {
	if order == die {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL) //nolint:errcheck // nothing comes back
		select {}
	}
}

// Die has the child end itself with SIGKILL, which needs Obey in its loop, and returns everything that it said.
func (c *Child) Die(t *testing.T) []string {
	t.Helper()
	c.Order(die)
	return c.End(t)
}

// End waits until the child is gone and returns everything that it said.
func (c *Child) End(t *testing.T) []string {
	t.Helper()
	select {
	case <-c.ended:
	case <-time.After(patience):
		t.Fatalf("the child does not end within %s; last words: %v", patience, tail(c.Words(0)))
	}
	_ = c.cmd.Wait() //nolint:errcheck // how it ended was its own decision
	return c.Words(0)
}

// Kill ends the child at once and returns everything that it said.
func (c *Child) Kill(t *testing.T) []string {
	t.Helper()
	_ = c.cmd.Process.Kill() //nolint:errcheck // it may be dead already
	<-c.ended
	_ = c.cmd.Wait() //nolint:errcheck // a killed process has no other end than an error
	return c.Words(0)
}

// Often tells how often a test kills: often enough for a daily test, or, when VIENKOPUS_SOAK says for how long, a thousand times at least.
func Often(t *testing.T, daily int) func(done int) bool {
	t.Helper()
	return OftenEnough(t, daily, SoakKills)
}

// OftenEnough is Often with another least for a long run.
func OftenEnough(t *testing.T, daily, least int) func(done int) bool {
	t.Helper()
	text := os.Getenv("VIENKOPUS_SOAK")
	if text == "" {
		return func(done int) bool { return done >= daily }
	}
	soak, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now() //nolint:forbidigo // how long the test itself has run
	return func(done int) bool { return done >= least && time.Since(begun) >= soak }
}

// SoakKills is how often a soak run kills at the least.
const SoakKills = 1000
