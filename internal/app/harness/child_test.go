package harness_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"vienkopus/internal/app"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/id"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/terminal"
	"vienkopus/internal/platform/checkpoint"
	"vienkopus/internal/platform/checkpoint/checkpointroom"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/crashtest"
	"vienkopus/internal/platform/custody"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/journal/resume"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/visit"
)

// part is what a child is told.
type part struct {
	DSN string
	// Dir holds the keys, the last checkpoint, what was handed out, and scratch files.
	Dir string
	// Run keeps the keys of the runs apart.
	Run int
	// Do is what the child does.
	Do    string
	Bills []id.ID
	// Cheat has the child answer what it does not record.
	Cheat bool
}

var desks = []string{"DZE-1", "CES-1", "CES-2"}

// clerk and operator are who does it.
var (
	clerk    = actor.Staff("s1", "clerk")
	operator = actor.System("operator")
)

// house is a program with its node.
type house struct {
	*app.App
	part
	node checkpoint.Node
}

// open opens the program with its keys, and states what it holds.
func (p part) open(ctx context.Context) (*house, error) {
	keys, err := custody.Open(ctx, p.DSN, filepath.Join(p.Dir, "node.key"), "LV-TEST")
	if err != nil {
		return nil, err
	}
	needs := checkpointroom.Needs{Key: keys.Node, Last: filepath.Join(p.Dir, "node.stated"), Hand: filepath.Join(p.Dir, "out")}
	a, err := app.Open(ctx, app.Config{
		DSN: p.DSN, Clock: clock.System{}, Node: "LV-TEST", Codes: keys.Codes(), Checkpoints: needs, Terminal: terminal.NewSimulated(time.Millisecond), Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return nil, err
	}
	h := &house{App: a, part: p, node: checkpoint.Node{DB: a.DB, Clock: clock.System{}, Key: keys.Node, Last: needs.Last, Hand: needs.Hand}}
	return h, h.node.Ready(ctx)
}

// play does its part again and again until it is killed or its parent is gone.
func (p part) play(ctx context.Context) error {
	ctx, end := context.WithCancel(ctx)
	go func() {
		for orders := bufio.NewScanner(os.Stdin); orders.Scan(); { // ends with its parent
		}
		end()
	}()
	if p.Do == "verify" {
		return p.verify(ctx)
	}
	h, err := p.open(ctx)
	if err != nil {
		return err
	}
	does := map[string]func(ctx context.Context, n int) error{
		"serve": h.serve, "rebuild": h.rebuild, "checkpoint": h.checkpoint, "resume": h.resume, "rollup": h.rollup,
	}[p.Do]
	for n := 0; ctx.Err() == nil; n++ {
		crashtest.Say("begins %d", n)
		if err := does(ctx, n); err != nil && ctx.Err() == nil {
			return err
		}
	}
	return nil
}

// verify proves every table.
func (p part) verify(ctx context.Context) error {
	for n := 0; ctx.Err() == nil; n++ {
		crashtest.Say("begins %d", n)
		keys, err := custody.Read(filepath.Join(p.Dir, "node.key"))
		if err != nil {
			return err
		}
		a, err := app.Look(ctx, app.Config{DSN: p.DSN, Clock: clock.System{}, Codes: keys.Codes(), Checkpoints: checkpointroom.Needs{Key: keys.Node}})
		if err != nil {
			return err
		}
		report, err := a.Verify(ctx, nil)
		if err != nil {
			return err
		}
		found := func(p audit.Problem) { crashtest.Say("odd %s", p) }
		for _, p := range report.Problems {
			found(p)
		}
		if _, err := a.VerifyTables(ctx, p.Dir, nil, found); err != nil {
			return err
		}
		if err := a.Close(); err != nil {
			return err
		}
	}
	return nil
}

// act records a letter at a desk, and says so when it was answered.
func (h *house) act(ctx context.Context, desk, key string) error {
	at := func(step string) journal.Request {
		return journal.Request{By: clerk, Desk: desk, Key: fmt.Sprintf("act:%d:%s:%s", h.part.Run, key, step)}
	}
	if h.Cheat {
		crashtest.Say("ack %s %s", desk, at("letter").Key)
		return nil
	}
	v, err := h.Visit.Open(ctx, at("open"), visit.InPerson)
	if err != nil {
		return err
	}
	if _, err = h.Visit.Record(ctx, at("letter"), v.ID, visit.What{Kind: "letter"}); err == nil {
		crashtest.Say("ack %s %s", desk, at("letter").Key)
	}
	return err
}

// serve runs the jobs, which roll up too, and states heads, while clerks record acts and take money in cash and by card.
func (h *house) serve(ctx context.Context, n int) error {
	if n == 0 {
		runner, err := h.Jobs()
		if err != nil {
			return err
		}
		go func() {
			if err := runner.Run(ctx); err != nil && ctx.Err() == nil {
				crashtest.Say("odd jobs: %v", err)
			}
		}()
		for _, desk := range desks {
			if _, err := h.Till.Open(ctx, journal.Request{By: clerk, Desk: desk, Key: "till"}, 2000); err != nil {
				return err
			}
		}
	}
	var all sync.WaitGroup
	var errs [4]error
	for i, desk := range desks {
		all.Go(func() { errs[i] = errors.Join(h.act(ctx, desk, fmt.Sprintf("%s-%d", desk, n)), h.pay(ctx, desk, n)) })
	}
	all.Go(func() { errs[3] = h.node.State(ctx) })
	all.Wait()
	return errors.Join(errs[:]...)
}

// pay takes some cents for a bill, half of them by card. What a terminal that was killed does not know any more is taken back.
func (h *house) pay(ctx context.Context, desk string, n int) error {
	if err := h.Payment.TakeUp(ctx); err != nil {
		return err
	}
	r := journal.Request{By: clerk, Desk: desk, Key: fmt.Sprintf("pay:%d:%s-%d", h.part.Run, desk, n)}
	o := payment.Order{Items: []payment.Item{{Bill: h.Bills[n%len(h.Bills)], Cents: 4}}, Cash: true, Because: payment.ClientInsists}
	if n%2 == 0 {
		o.Card = 2
	}
	_, err := h.Payment.Take(ctx, r, o)
	if err == nil {
		crashtest.Say("ack %s %s", desk, r.Key)
	}
	return err
}

func (h *house) rebuild(ctx context.Context, _ int) error { return h.Journal.Rebuild(ctx, nil) }

func (h *house) checkpoint(ctx context.Context, n int) error {
	if err := h.act(ctx, desks[n%len(desks)], fmt.Sprint(n)); err != nil {
		return err
	}
	return h.node.State(ctx)
}

// resume lets every desk go on behind a gap, some lines further than what is held.
func (h *house) resume(ctx context.Context, n int) error {
	if err := h.act(ctx, desks[n%len(desks)], fmt.Sprint(n)); err != nil {
		return err
	}
	heads, err := h.Journal.Heads(ctx, h.DB)
	if err != nil {
		return err
	}
	for i := range heads {
		heads[i].Number += int64(n + i)
	}
	service := resume.Service{Journal: h.Journal}
	_, err = service.Resume(ctx, resume.Order{By: operator, Seen: heads, Why: "test", Evidence: "test"})
	return err
}

// rollup adds up, every third time from the beginning, as after an upgrade.
func (h *house) rollup(ctx context.Context, n int) error {
	if err := h.act(ctx, desks[n%len(desks)], fmt.Sprint(n)); err != nil {
		return err
	}
	if n%3 == 0 {
		err := h.DB.Write(ctx, func(tx *sqldb.Tx) error {
			_, err := tx.Exec(ctx, "DELETE FROM rollup_state")
			return err
		})
		if err != nil {
			return err
		}
	}
	return h.Rollups.Roll(ctx)
}
