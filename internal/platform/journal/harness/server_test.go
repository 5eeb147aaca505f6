package harness_test

import (
	"testing"

	"vienkopus/internal/platform/crashtest"
	"vienkopus/internal/platform/sqldb/dbtest"
)

func TestNothingAnsweredIsLostWhenTheServerIsStopped(t *testing.T) {
	t.Parallel()
	server := dbtest.NewOwnServer(t)
	server.Tell(t, "CREATE DATABASE harness")
	s := newStory(part{DSN: server.At("harness"), Patient: true, Run: 1})
	c := crashtest.Start(t, s.part, nil)
	heard := c.Await(t, "ack", 0, 30)
	for range 4 {
		server.Stop(t)
		heard = c.Await(t, "away", heard, 1)
		server.Start(t)
		heard = c.Await(t, "ack", heard, 60)
	}
	s.listen(c.Kill(t))
	s.report(t)
	t.Logf("%d requests tried, %d answered over four stops", len(s.tried), len(s.acked))
}
