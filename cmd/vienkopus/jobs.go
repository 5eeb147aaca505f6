package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"vienkopus/internal/app"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/jobs"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/platform/sqldb"
)

type jobsCmd struct {
	List  jobsListCmd  `cmd:"" default:"withargs" help:"Say how jobs and queues stand, and what was given up."`
	Again jobsAgainCmd `cmd:"" help:"Try works that were given up anew."`
}

type jobsListCmd struct{ database }

// Run prints how everything stands that nobody waits for. It ends with a status of its own when something is overdue or was given up, or nobody works.
func (c jobsListCmd) Run(ctx context.Context) error {
	if err := present(c.DB); err != nil {
		return err
	}
	a, err := app.Look(ctx, app.Config{DSN: c.DB, Clock: clock.System{}, Version: version})
	if err != nil {
		return err
	}
	return errors.Join(printWork(ctx, a), a.Close())
}

// printWork prints how jobs and queues stand in a database that is only looked at.
func printWork(ctx context.Context, a *app.App) error {
	r, err := a.Jobs()
	if err != nil {
		return err
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	wrong, err := printJobs(ctx, out, r)
	if errors.Is(err, sqldb.ErrNotServed) {
		fmt.Println(lang.T(ctx, "cli.jobs_unserved"))
		return nil
	}
	stopped, qerr := printQueues(ctx, out, r)
	if err := errors.Join(err, qerr, out.Flush()); err != nil {
		return err
	}
	if wrong || stopped {
		return &ended{status: failed}
	}
	return nil
}

// printJobs prints the jobs of the database and tells whether one is overdue. What every program does for itself is not known here.
func printJobs(ctx context.Context, out *tabwriter.Writer, r *jobs.Runner) (wrong bool, err error) {
	all, err := r.Status(ctx)
	if err != nil {
		return false, err
	}
	fmt.Fprintln(out, lang.T(ctx, "cli.jobs_head"))
	var started time.Time
	for _, s := range all {
		if s.Everywhere {
			continue
		}
		if s.Started.After(started) {
			started = s.Started
		}
		state := lang.T(ctx, "cli.job_never")
		if !s.Succeeded.IsZero() {
			state = lang.T(ctx, "cli.job_succeeded", "At", local(s.Succeeded))
		}
		if s.Overdue {
			wrong = true
			state += " " + lang.T(ctx, "cli.job_overdue")
		}
		fmt.Fprintf(out, "%s\t%s\t%s\t%s\n", s.Name, local(s.Started), state, s.Error)
	}
	if time.Since(started) > idle {
		wrong = wrong || !started.IsZero() // a new database has not been served yet
		fmt.Fprintln(out, lang.T(ctx, "cli.jobs_idle", "At", local(started)))
	}
	return wrong, nil
}

// idle is after how long without a start of any job nobody serves: some come round every few seconds.
const idle = 2 * time.Minute

// stoppedAtMost bounds what is listed of the works that were given up.
const stoppedAtMost = 100

// printQueues prints the queues and what was given up, and tells whether there is any.
func printQueues(ctx context.Context, out *tabwriter.Writer, r *jobs.Runner) (stopped bool, err error) {
	all, err := r.Queues(ctx)
	for _, q := range all {
		fmt.Fprintf(out, "%s\t\t%s\t\n", q.Kind, lang.T(ctx, "cli.queue", "Waiting", q.Waiting, "Stopped", q.Stopped))
		failing, ferr := r.Failing(ctx, q.Kind)
		if ferr != nil {
			return stopped, ferr
		}
		for _, l := range failing {
			said := lang.T(ctx, "cli.lane", "Waiting", l.Waiting, "Failures", l.Failures, "Next", local(l.Next))
			fmt.Fprintf(out, "  %s\t\t%s\t%s\n", l.Lane, said, l.Error)
		}
		works, werr := r.Stopped(ctx, q.Kind, "", stoppedAtMost)
		if werr != nil {
			return stopped, werr
		}
		for i := range works {
			stopped = true
			fmt.Fprintf(out, "  %q\t%s\t%s\t%s\n", works[i].Key, local(works[i].Since), works[i].Lane, works[i].Error)
		}
	}
	return stopped, err
}

// local is a moment as it is read at this machine.
func local(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.Local().Format("2006-01-02 15:04:05 MST")
}

type jobsAgainCmd struct {
	database
	Queue string `arg:"" help:"Name of the queue."`
	Key   string `arg:"" optional:"" help:"Key of one work; without it everything that was given up."`
}

var errNoWork = errors.New("nothing of that name was given up")

// Run has works tried anew that were given up, with all their attempts.
func (c jobsAgainCmd) Run(ctx context.Context) error {
	return withJobs(ctx, c.database, func(r *jobs.Runner) error {
		keys := []string{c.Key}
		if c.Key == "" {
			keys = nil
			for after, more := "", true; more; {
				works, err := r.Stopped(ctx, c.Queue, after, stoppedAtMost)
				if err != nil {
					return err
				}
				for i := range works {
					keys, after = append(keys, works[i].Key), works[i].Key
				}
				more = len(works) == stoppedAtMost
			}
		}
		taken := 0
		for _, key := range keys {
			found, err := r.Resume(ctx, c.Queue, key)
			if err != nil {
				return err
			}
			if found {
				taken++
			}
		}
		if taken == 0 {
			return errNoWork
		}
		fmt.Println(lang.T(ctx, "cli.works_again", "Works", taken))
		return nil
	})
}

// withJobs runs one thing with the jobs of the database, none of which begins.
func withJobs(ctx context.Context, d database, thing func(*jobs.Runner) error) error {
	return with(ctx, d, func(a *app.App) error {
		r, err := a.Jobs()
		if err != nil {
			return err
		}
		return thing(r)
	})
}
