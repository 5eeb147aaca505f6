package jobs_test

import (
	"context"
	"testing"
	"time"

	"vienkopus/internal/platform/jobs"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

func TestAServerThatIsStoppedAndStartedIsWaitedFor(t *testing.T) {
	t.Parallel()
	server := dbtest.NewOwnServer(t)
	server.Tell(t, "CREATE DATABASE office")
	db := open(t, server.At("office"))
	if err := db.Migrate(t.Context(), []sqldb.Migration{{Number: 1, Name: "jobs", SQL: jobs.Schema}}); err != nil {
		t.Fatal(err)
	}
	var swept busy
	var d done
	p := start(t, jobs.Config{
		DB: db, Poll: 20 * time.Millisecond, Jobs: []jobs.Job{{Name: "sweep", Every: 50 * time.Millisecond, Within: time.Minute, Run: func(context.Context) error {
			swept.begin()()
			return nil
		}}}, Queues: notices(2, func(ctx context.Context, w jobs.Work) error {
			defer d.begin(w)()
			return sleep(ctx, 100*time.Millisecond)
		}),
	})
	for n := range 100 {
		p.enqueue(t, notice("a", n))
	}
	patient(t, "a work is done and the job has run", func() bool { return len(d.all()) > 0 && swept.times() > 0 })
	server.Stop(t)
	patient(t, "the trouble is told", func() bool { return p.log.has("cannot be read or written") })
	before := swept.times()
	server.Start(t)
	patient(t, "the job runs again", func() bool { return swept.times() > before+1 })
	patient(t, "all works are done", func() bool {
		all, err := p.Queues(t.Context())
		return err == nil && all[0].Waiting == 0
	})
	if got := len(d.all()); got < 100 || got > 102 {
		t.Errorf("%d of 100 works were done; one or two may have been done twice", got)
	}
	if s := p.status(t); s.Failures != 0 {
		t.Errorf("%+v", s)
	}
}
