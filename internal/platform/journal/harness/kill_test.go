package harness_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"vienkopus/internal/platform/sqldb/dbtest"
)

// kills is how often a child is killed per engine.
func kills(t *testing.T) int {
	t.Helper()
	text := os.Getenv("VIENKOPUS_KILLS")
	if text == "" {
		return 40
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("VIENKOPUS_KILLS is %q", text)
	}
	return n
}

func TestNothingAnsweredIsLostWhenTheProgramIsKilled(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		s := newStory(part{DSN: dsn})
		for range kills(t) {
			s.killOnce(t)
		}
		for _, wrong := range s.check(t) {
			t.Error(wrong)
		}
		t.Logf("%d kills, %d requests tried, %d answered", s.part.Run, len(s.tried), len(s.acked))
		if len(s.acked) < s.part.Run {
			t.Errorf("only %d requests were answered in %d runs: the harness proves nothing", len(s.acked), s.part.Run)
		}
	})
}

func TestAProgramThatAnswersBeforeTheCommitIsCaught(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		s := newStory(part{DSN: dsn, Cheat: "early"})
		for range 8 {
			s.killOnce(t)
		}
		if wrong := s.check(t); !strings.Contains(strings.Join(wrong, "\n"), "lost: line") {
			t.Errorf("a program that answers too early was not caught: %v", wrong)
		}
	})
}

func TestAProgramThatAppliesTwiceIsCaught(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		s := newStory(part{DSN: dsn, Cheat: "twice"})
		for range 2 {
			s.killOnce(t)
		}
		wrong := s.check(t)
		if len(wrong) != 1 || !strings.HasPrefix(wrong[0], "the tables are not those that the lines make") {
			t.Errorf("a program that applies lines twice was not caught, or more was found: %v", wrong)
		}
	})
}
