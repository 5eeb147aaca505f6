package harness_test

import (
	"strings"
	"testing"

	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/platform/crashtest"
)

// kills is how often a child is killed per engine; in a soak run it is a thousand times and more.
const kills = 14

func TestNothingPrintedIsLostWhenTheProgramIsKilled(t *testing.T) {
	t.Parallel()
	paymenttest.Template.Each(t, func(t *testing.T, dsn string) {
		s := newStory(t, part{DSN: dsn})
		for over := crashtest.Often(t, kills); !over(s.part.Run); {
			s.killOnce(t)
			if s.part.Run%crashtest.SoakKills == 0 { // a long run says early that it has found something
				s.report(t)
			}
		}
		s.report(t)
	})
}

// A program that prints a receipt before its commit is found out: the receipt is in somebody's hands, and no line knows of it.
func TestAProgramThatPrintsBeforeTheCommitIsCaughtWhenItIsKilled(t *testing.T) {
	t.Parallel()
	paymenttest.Template.Each(t, func(t *testing.T, dsn string) {
		s := newStory(t, part{DSN: dsn, Early: true})
		for range 20 {
			for range 3 {
				s.killOnce(t)
			}
			if found := strings.Join(s.compare(t), "\n"); strings.Contains(found, "lost: ") || strings.Contains(found, "was printed for") {
				t.Logf("caught after %d kills: %s", s.part.Run, s.wrong[0])
				return
			}
		}
		t.Errorf("it was not caught: %v", s.wrong)
	})
}
