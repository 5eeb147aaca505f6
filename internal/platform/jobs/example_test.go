package jobs_test

import (
	"context"
	"time"

	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/jobs"
	"vienkopus/internal/platform/sqldb"
)

func Example() {
	var (
		db      *sqldb.DB // has the tables of jobs.Schema
		changed func() <-chan struct{}
		sweep   func(context.Context) error
		refill  func(context.Context) error
		deliver func(context.Context, jobs.Work) error
	)
	run := func(ctx context.Context) error {
		r, err := jobs.New(jobs.Config{
			DB: db, Clock: clock.System{},
			Jobs: []jobs.Job{
				{Name: "drafts.sweep", Every: time.Hour, Within: time.Minute, Run: sweep},
				{Name: "shelf", Every: 5 * time.Second, Within: time.Minute, Wake: changed, Apart: 250 * time.Millisecond, Everywhere: true, Run: refill},
			},
			Queues: []jobs.Queue{{Kind: "notice", Workers: 8, Within: 20 * time.Second, Do: deliver}},
		})
		if err != nil {
			return err
		}
		err = r.Enqueue(ctx, jobs.Work{Kind: "notice", Key: "RIG-1:17", Lane: "water-works", Payload: []byte(`{"desk":"RIG-1","line":17}`)})
		if err != nil {
			return err
		}
		return r.Run(ctx) // until ctx ends
	}
	_ = run
}
