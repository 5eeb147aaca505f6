package harness_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// child is a running child and what it has said.
type child struct {
	cmd   *exec.Cmd
	stdin io.WriteCloser
	mu    sync.Mutex
	said  []string
	heard chan struct{} // gets a token when something was said
	ended chan struct{} // closed when the pipe is empty
}

// start starts a child on the database and has it send the keys again.
func start(t *testing.T, p part, again []string) *child {
	t.Helper()
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	c := &child{cmd: exec.CommandContext(t.Context(), os.Args[0]), heard: make(chan struct{}, 1), ended: make(chan struct{})}
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
	go c.order(append(again, "go")...)
	return c
}

// order sends words to the child; one that is dead hears nothing.
func (c *child) order(words ...string) {
	_, _ = io.WriteString(c.stdin, strings.Join(words, "\n")+"\n")
}

func (c *child) listen(r io.Reader) {
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

// words returns what was said since the n-th line.
func (c *child) words(n int) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string(nil), c.said[min(n, len(c.said)):]...)
}

// await waits until n lines beginning with word were said behind the first from lines, and returns how many lines there are then.
func (c *child) await(t *testing.T, word string, from, n int) int {
	t.Helper()
	timeout := time.After(60 * time.Second)
	for {
		found := 0
		said := c.words(from)
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
			t.Fatalf("the child ended before it said %q %d times; last words: %v", word, n, tail(c.words(0)))
		case <-timeout:
			t.Fatalf("the child did not say %q %d times within a minute; last words: %v", word, n, tail(c.words(0)))
		}
	}
}

func tail(lines []string) []string { return lines[max(0, len(lines)-5):] }

// kill ends the child at once and returns everything that it said.
func (c *child) kill(t *testing.T) []string {
	t.Helper()
	_ = c.cmd.Process.Kill()
	<-c.ended
	_ = c.cmd.Wait() // a killed process has no other end than an error
	return c.words(0)
}

// story is what all the children of a database were answered.
type story struct {
	part    part
	answers map[string]map[int64]string // desk → number → hash
	keyOf   map[string]map[int64]string // desk → number → key
	tried   []string                    // every key, in order
	acked   map[string]int              // key → lines answered
	wrong   []string                    // what the children or the database said that must not be
	blamed  map[string]int              // how often, by the kind of blame
}

func newStory(p part) *story {
	return &story{part: p, answers: map[string]map[int64]string{}, keyOf: map[string]map[int64]string{}, acked: map[string]int{}, blamed: map[string]int{}}
}

// listen takes over what a child said.
func (s *story) listen(said []string) {
	for _, line := range said {
		var key, desk, hash string
		var number int64
		word, rest, _ := strings.Cut(line, " ")
		switch word {
		case "try":
			s.tried = append(s.tried, rest)
		case "ack", "again":
			if _, err := fmt.Sscanf(rest, "%s %s %d %s", &key, &desk, &number, &hash); err != nil {
				s.blame("unreadable: %s", line)
				continue
			}
			s.answered(key, desk, number, hash)
		case "odd", "broken":
			s.blame("%s", line)
		}
	}
}

// answered notes one answer. The same line answered again must be the same.
func (s *story) answered(key, desk string, number int64, hash string) {
	if s.answers[desk] == nil {
		s.answers[desk], s.keyOf[desk] = map[int64]string{}, map[int64]string{}
	}
	if earlier, known := s.answers[desk][number]; known {
		if earlier != hash || s.keyOf[desk][number] != key {
			s.blame("line %d of %s was answered to %s and to %s, with hashes %s and %s", number, desk, s.keyOf[desk][number], key, earlier, hash)
		}
		return
	}
	s.answers[desk][number], s.keyOf[desk][number] = hash, key
	s.acked[key]++
}

// blame notes what is wrong, five times of each kind.
func (s *story) blame(format string, args ...any) {
	if s.blamed[format]++; s.blamed[format] <= 5 {
		s.wrong = append(s.wrong, fmt.Sprintf(format, args...))
	}
}

// killOnce runs a child for a moment. One in five is killed while it starts.
func (s *story) killOnce(t *testing.T) {
	t.Helper()
	s.part.Run++
	again := []string{}
	for range min(20, len(s.tried)) { // old ones, answered or not, and the last ones, which the kill cut off
		again = append(again, s.tried[rand.IntN(len(s.tried))])
	}
	again = append(again, s.tried[max(0, len(s.tried)-workers):]...)
	c := start(t, s.part, again)
	if s.part.Run > 1 && rand.IntN(5) == 0 {
		time.Sleep(time.Duration(rand.IntN(60)) * time.Millisecond)
	} else {
		c.await(t, "try", 0, 1)
		time.Sleep(time.Duration(rand.IntN(120)) * time.Millisecond)
	}
	s.listen(c.kill(t))
}
