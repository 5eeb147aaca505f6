package harness_test

import (
	"strings"
	"testing"

	"vienkopus/internal/platform/crashtest"
	"vienkopus/internal/platform/sqldb/dbtest"
)

// kills is how often a child is killed per engine; in a soak run it is a thousand times and more.
const kills = 16

func TestNothingAnsweredIsLostWhenTheProgramIsKilled(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		s := newStory(part{DSN: dsn})
		for over := crashtest.Often(t, kills); !over(s.part.Run); {
			s.killOnce(t)
			if s.part.Run%crashtest.SoakKills == 0 { // a long run says early that it has found something
				s.report(t)
			}
		}
		s.report(t)
		t.Logf("%d kills, %d requests tried, %d answered", s.part.Run, len(s.tried), len(s.acked))
		if len(s.acked) < s.part.Run {
			t.Errorf("only %d requests were answered in %d runs: the harness proves nothing", len(s.acked), s.part.Run)
		}
	})
}

// report fails the test with everything that is wrong.
func (s *story) report(t *testing.T) {
	t.Helper()
	for _, wrong := range s.check(t) {
		t.Error(wrong)
	}
}

// caught lets a child that cheats run and be killed until the check finds it out.
func caught(t *testing.T, cheat, verdict string) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		s := newStory(part{DSN: dsn, Cheat: cheat})
		for range 12 {
			for range 4 {
				s.killOnce(t)
			}
			if strings.Contains(strings.Join(s.check(t), "\n"), verdict) {
				return
			}
		}
		t.Errorf("a program that cheats (%s) was not caught: %v", cheat, s.wrong)
	})
}

func TestAProgramThatAnswersBeforeTheCommitIsCaught(t *testing.T) {
	t.Parallel()
	caught(t, "early", "lost: line")
}

func TestAProgramThatAppliesTwiceIsCaught(t *testing.T) {
	t.Parallel()
	caught(t, "twice", "the tables are not those that the lines make")
}
