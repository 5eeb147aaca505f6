package journalroom

import (
	"context"
	"log/slog"
	"sync/atomic"

	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit"
)

// follower is the name under which databases hold how far the watcher has come; it was called a witness once.
const follower = "witness"

// Watcher follows the journal and checks every new line with the independent hash of the audit, soon after it was written
// and not only when somebody thinks of verify.
type Watcher struct {
	Journal  *journal.Journal
	problems atomic.Int64
}

// Problems returns how many were found since the start.
func (w *Watcher) Problems() int64 { return w.problems.Load() }

// Look checks the lines that are new since the last look.
func (w *Watcher) Look(ctx context.Context) error {
	return w.Journal.CatchUp(ctx, journal.Follower{Name: follower, Handle: w.Check})
}

// Check looks at the next lines of one desk. What is wrong is an alarm and no reason to stop: the lines behind it are checked too.
func (w *Watcher) Check(ctx context.Context, lines []journal.Entry) error {
	trail := audit.NewTrail(func(p audit.Problem) {
		w.problems.Add(1)
		slog.ErrorContext(ctx, "the journal is not as it must be", slog.String("problem", p.String()))
	})
	first := &lines[0]
	before, err := w.Journal.Before(ctx, w.Journal.DB(), first.Desk, first.Number)
	if err != nil {
		return err
	}
	trail.After(first.Desk, before.Number, before.Hash)
	gaps, err := journal.Gaps(ctx, w.Journal.DB(), first.Desk)
	if err != nil {
		return err
	}
	for _, g := range gaps {
		front, err := w.Journal.Before(ctx, w.Journal.DB(), first.Desk, g.LostFrom)
		if err != nil {
			return err
		}
		trail.Known(first.Desk, front.Number, front.Hash)
	}
	for i := range lines {
		e := &lines[i]
		trail.Add(&audit.Line{
			Number: e.Number, RecordedAt: e.RecordedAt.UnixMicro(), Version: int64(e.Version),
			Desk: []byte(e.Desk), Actor: []byte(e.Actor.String()), Kind: []byte(e.Kind),
			ID: e.ID[:], Body: e.Body, Prev: e.Prev[:], Hash: e.Hash[:],
		})
	}
	return nil
}
