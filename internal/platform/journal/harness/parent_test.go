package harness_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/platform/crashtest"
)

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
	c := crashtest.Start(t, s.part, again)
	if s.part.Run > 1 && rand.IntN(5) == 0 {
		time.Sleep(time.Duration(rand.IntN(60)) * time.Millisecond)
	} else {
		c.Await(t, "try", 0, 1)
		time.Sleep(time.Duration(rand.IntN(120)) * time.Millisecond)
	}
	s.listen(c.Kill(t))
}
