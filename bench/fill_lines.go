package main

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"time"

	"vienkopus/internal/app"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/visit"
)

// The acts are drawn for the year before the one in which they are reported.
const drawnYear = 2025

// evening is when the lines of a day are written.
func evening(day civil.Date) time.Time { return civil.MustClock("18:00").On(day, time.UTC) }

// filler posts drawn visits to the real journal: every line is numbered, chained and applied as if it came from a counter, only
// that a desk's visits of one week share a request, so that a million acts are made in minutes.
type filler struct {
	app  *app.App
	hand *clock.Hand
	week map[string][]drawnVisit
	last civil.Date
}

// posters is how many desks post at once, so that they share commits.
const posters = 64

// fillLines makes a database at dsn with so many acts, through the journal.
func fillLines(ctx context.Context, dsn string, centres, acts int) error {
	hand := clock.NewHand(evening(civil.YearPeriod(drawnYear).From))
	a, err := openApp(ctx, dsn, hand)
	if err != nil {
		return err
	}
	sites, err := openNetwork(ctx, a, centres)
	if err != nil {
		return err
	}
	offers, err := offered(ctx, a)
	if err != nil {
		return err
	}
	f := &filler{app: a, hand: hand, week: map[string][]drawnVisit{}}
	done := 0
	for v := range newDraw(sites, offers).visits(drawnYear, acts) {
		if !f.last.IsZero() && v.day.Weekday() < f.last.Weekday() {
			if err := f.post(ctx); err != nil {
				return err
			}
			say("%d of %d acts posted", done, acts)
		}
		f.last = v.day
		f.week[v.site.desk] = append(f.week[v.site.desk], v)
		done += len(v.acts)
	}
	if err := f.post(ctx); err != nil {
		return err
	}
	return a.Close()
}

// post writes the week that was gathered, in the evening of its last day.
func (f *filler) post(ctx context.Context) error {
	f.hand.Set(evening(f.last))
	free := make(chan struct{}, posters)
	failed := make(chan error, len(f.week))
	var wait sync.WaitGroup
	for desk, visits := range f.week {
		free <- struct{}{}
		wait.Go(func() {
			if err := f.postDesk(ctx, desk, visits); err != nil {
				failed <- err
			}
			<-free
		})
	}
	wait.Wait()
	close(failed)
	clear(f.week)
	return <-failed // nil when it is empty
}

func (f *filler) postDesk(ctx context.Context, desk string, visits []drawnVisit) error {
	key, err := journal.NewKey("bench:"+f.last.String(), strconv.Itoa(len(visits)))
	if err != nil {
		return err
	}
	_, err = f.app.Journal.Post(ctx, actor.Staff("0197f3a2-7a32-7000-8000-000000000001", "clerk"), desk, key, func(tx *journal.Tx) error {
		for i := range visits {
			if err := record(ctx, tx, &visits[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("fill: %s: %w", desk, err)
	}
	return nil
}

// record writes the lines of one visit, as the counter would.
func record(ctx context.Context, tx *journal.Tx, v *drawnVisit) error {
	id, channel := tx.NewID(), v.acts[0].Channel
	if err := tx.Record(ctx, visit.Opened{Visit: id, Municipality: v.site.municipality, Centre: v.site.centre, Channel: channel}); err != nil {
		return err
	}
	for _, line := range v.acts {
		if err := tx.Record(ctx, visit.ActRecorded{Act: tx.NewID(), Visit: id, Line: line}); err != nil {
			return err
		}
	}
	return tx.Record(ctx, closedAs(id, v))
}
