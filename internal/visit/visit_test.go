package visit_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"vienkopus/internal/app"
	"vienkopus/internal/app/towntest"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/catalogue"
	democatalogue "vienkopus/internal/demo/catalogue"
	"vienkopus/internal/demo/places"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/visit"
	"vienkopus/internal/visit/visitsql"
)

// world is a network with the demonstration's places and services, on a clock that stands still.
type world struct {
	*app.App
	clock *clock.Hand
	keys  int
}

func newWorld(t *testing.T, dsn string) *world {
	t.Helper()
	hand := clock.NewHand(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))
	a, err := app.Open(t.Context(), app.Config{DSN: dsn, Passwords: towntest.Cheap, Clock: hand})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	by := actor.System("test")
	if err := places.Seed(t.Context(), places.Services{Territory: a.Territory, Centre: a.Centre}, by); err != nil {
		t.Fatal(err)
	}
	if err := democatalogue.Seed(t.Context(), a.Publisher, by); err != nil {
		t.Fatal(err)
	}
	return &world{App: a, clock: hand}
}

func (w *world) at(desk string) journal.Request {
	w.keys++
	return journal.Request{By: actor.Staff("s1", "clerk"), Desk: desk, Key: fmt.Sprintf("k%d", w.keys)}
}

func (w *world) open(t *testing.T, desk string) visit.Visit {
	t.Helper()
	v, err := w.Visit.Open(t.Context(), w.at(desk), visit.InPerson)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

const (
	cesis    = "CES-1"
	marsneni = "MRS-1"
)

var consultation = visit.What{Kind: catalogue.Consultation, Service: "municipality-firewood-benefit"}

func wantFault(t *testing.T, err error, kind fault.Kind, key string) {
	t.Helper()
	f := fault.First(err)
	if f == nil || f.Kind != kind || f.Key != key {
		t.Errorf("got %v, want %s %s", err, kind, key)
	}
}

func TestOneVisitManyActs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := newWorld(t, dsn)
		v := w.open(t, cesis)
		first, err := w.Visit.Record(t.Context(), w.at(cesis), v.ID, consultation)
		if err != nil {
			t.Fatal(err)
		}
		if first.Day.String() != "2026-11-20" || first.Centre != "cesis" || first.Municipality != "0026000" || first.ServiceVersion != 1 {
			t.Errorf("line: %+v", first.Line)
		}
		second, err := w.Visit.Record(t.Context(), w.at(cesis), v.ID, visit.What{Kind: catalogue.DocumentReceived})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Visit.Undo(t.Context(), w.at(cesis), v.ID, second.ID); err != nil {
			t.Fatal(err)
		}
		wantFault(t, w.Visit.Undo(t.Context(), w.at(cesis), v.ID, second.ID), fault.Conflict, "visit.act_gone")
		wantFault(t, w.Visit.Correct(t.Context(), w.at(cesis), visit.CorrectedAct{Visit: v.ID, Act: first.ID, Why: visit.NeverHappened}), fault.Conflict, "visit.still_open")
		if err := w.Visit.Close(t.Context(), w.at(cesis), v.ID); err != nil {
			t.Fatal(err)
		}
		_, err = w.Visit.Record(t.Context(), w.at(cesis), v.ID, consultation)
		wantFault(t, err, fault.Conflict, "visit.already_closed")
		corrected := visit.CorrectedAct{
			Visit: v.ID, Act: first.ID, Why: visit.WrongKind,
			Now: &visit.What{Kind: catalogue.Application, Service: "municipality-firewood-benefit", Identity: visit.Passport},
		}
		if err := w.Visit.Correct(t.Context(), w.at(cesis), corrected); err != nil {
			t.Fatal(err)
		}
		acts, err := visitsql.Store{}.Acts(t.Context(), w.DB, v.ID)
		if err != nil || len(acts) != 3 {
			t.Fatal(acts, err)
		}
		if acts[0].State != visit.Corrected || acts[1].State != visit.Undone || acts[2].State != visit.Counted || acts[2].Kind != catalogue.Application {
			t.Errorf("acts: %+v", acts)
		}
	})
}

func TestHoldAndTakeBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := newWorld(t, dsn)
		first := w.open(t, cesis)
		w.clock.Advance(3 * time.Minute)
		second := w.open(t, cesis) // the first waits by itself
		w.clock.Advance(2 * time.Minute)
		if _, err := w.Visit.Record(t.Context(), w.at(cesis), first.ID, consultation); err != nil { // and is taken back by an act
			t.Fatal(err)
		}
		wantFault(t, w.Visit.Hold(t.Context(), w.at(cesis), second.ID), fault.Conflict, "visit.already_on_hold")
		wantFault(t, w.Visit.Resume(t.Context(), w.at(cesis), first.ID), fault.Conflict, "visit.already_served")
		w.clock.Advance(time.Minute)
		if err := w.Visit.Close(t.Context(), w.at(cesis), first.ID); err != nil {
			t.Fatal(err)
		}
		spans, err := visitsql.Store{}.Spans(t.Context(), w.DB, first.ID)
		if err != nil || len(spans) != 3 {
			t.Fatal(spans, err)
		}
		for i, minutes := range []time.Duration{3, 2, 1} {
			if got := spans[i].To.Sub(spans[i].From); got != minutes*time.Minute || spans[i].Serving != (i != 1) {
				t.Errorf("span %d: %+v", i, spans[i])
			}
		}
	})
}

func TestWhatMayNotBe(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := newWorld(t, dsn)
		here, other := w.open(t, marsneni), w.open(t, cesis)
		for name, c := range map[string]struct {
			visit id.ID
			what  visit.What
			kind  fault.Kind
			key   string
		}{
			"state application at a service point": {here.ID, visit.What{Kind: catalogue.Application, Service: "vsaa-childcare-benefit"}, fault.Invalid, "visit.tier"},
			"foreign desk":                         {other.ID, consultation, fault.Forbidden, "visit.foreign_desk"},
			"unknown visit":                        {id.New(w.clock.Now()), consultation, fault.NotFound, "visit.unknown"},
			"unknown service":                      {here.ID, visit.What{Kind: catalogue.Consultation, Service: "no-such"}, fault.Invalid, "catalogue.service_unknown"},
			"no service":                           {here.ID, visit.What{Kind: catalogue.Consultation}, fault.Invalid, "visit.service_missing"},
			"unknown kind":                         {here.ID, visit.What{Kind: "dance"}, fault.Invalid, "visit.kind_unknown"},
			"help without depth":                   {here.ID, visit.What{Kind: catalogue.EserviceHelp, Service: "help-computer"}, fault.Invalid, "visit.depth"},
			"unmet without reason":                 {here.ID, visit.What{Kind: catalogue.Unmet}, fault.Invalid, "visit.reason"},
		} {
			t.Run(name, func(t *testing.T) {
				_, err := w.Visit.Record(t.Context(), w.at(marsneni), c.visit, c.what)
				wantFault(t, err, c.kind, c.key)
			})
		}
		if _, err := w.Visit.Record(t.Context(), w.at(marsneni), here.ID, visit.What{
			Kind: catalogue.Unmet, Service: "vsaa-childcare-benefit", Reason: visit.NotAtThisTier,
		}); err != nil {
			t.Errorf("that it could not be done can be said everywhere: %v", err)
		}
		v := w.open(t, cesis)
		_, err := w.Visit.Record(t.Context(), w.at(cesis), v.ID, visit.What{Kind: catalogue.Application, Service: "vsaa-childcare-benefit"})
		wantFault(t, err, fault.Invalid, "visit.identity_needed")
	})
}

func TestARequestSentTwiceHasOneEffect(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := newWorld(t, dsn)
		v := w.open(t, cesis)
		again := w.at(cesis)
		var wg sync.WaitGroup
		ids := make([]id.ID, 8)
		for i := range ids {
			wg.Go(func() {
				a, err := w.Visit.Record(t.Context(), again, v.ID, consultation)
				if err != nil {
					t.Error(err)
				}
				ids[i] = a.ID
			})
		}
		wg.Wait()
		acts, err := visitsql.Store{}.Acts(t.Context(), w.DB, v.ID)
		if err != nil || len(acts) != 1 {
			t.Fatal(acts, err)
		}
		for _, got := range ids {
			if got != acts[0].ID {
				t.Errorf("an answer names %s, the act is %s", got, acts[0].ID)
			}
		}
		_, err = w.Visit.Record(t.Context(), again, v.ID, visit.What{Kind: catalogue.Letter})
		wantFault(t, err, fault.Conflict, "request.key_reused")
	})
}

func TestACallInBetweenLeavesTheVisitAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := newWorld(t, dsn)
		v := w.open(t, marsneni)
		call, err := w.Visit.AnswerCall(t.Context(), w.at(marsneni))
		if err != nil {
			t.Fatal(err)
		}
		now, serving, err := visitsql.Store{}.ServedAt(t.Context(), w.DB, marsneni)
		if err != nil || !serving || now.ID != v.ID {
			t.Errorf("served: %+v %v %v", now, serving, err)
		}
		if call.Visit == v.ID || call.Line.Kind != catalogue.Call {
			t.Errorf("%+v is not the call", call)
		}
	})
}

// The key of a call pressed by mistake is undone for a while; afterwards the act is corrected like any other.
func TestACallNotedByMistakeIsUndone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := newWorld(t, dsn)
		call, err := w.Visit.AnswerCall(t.Context(), w.at(marsneni))
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Visit.Undo(t.Context(), w.at(marsneni), call.Visit, call.Act); err != nil {
			t.Fatal(err)
		}
		a, err := visitsql.Store{}.Act(t.Context(), w.DB, call.Visit, call.Act)
		if err != nil || a.State != visit.Corrected {
			t.Errorf("%+v, %v: the call still counts", a, err)
		}
		wantFault(t, w.Visit.Undo(t.Context(), w.at(marsneni), call.Visit, call.Act), fault.Conflict, "visit.act_gone")
		later, err := w.Visit.AnswerCall(t.Context(), w.at(marsneni))
		if err != nil {
			t.Fatal(err)
		}
		w.clock.Advance(11 * time.Minute)
		wantFault(t, w.Visit.Undo(t.Context(), w.at(marsneni), later.Visit, later.Act), fault.Conflict, "visit.already_closed")
		v := w.open(t, marsneni)
		act, err := w.Visit.Record(t.Context(), w.at(marsneni), v.ID, consultation)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Visit.Close(t.Context(), w.at(marsneni), v.ID); err != nil {
			t.Fatal(err)
		}
		wantFault(t, w.Visit.Undo(t.Context(), w.at(marsneni), v.ID, act.ID), fault.Conflict, "visit.already_closed")
	})
}

func TestAnActWithoutAVisitBeginsOneOrNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := newWorld(t, dsn)
		_, err := w.Visit.Record(t.Context(), w.at(marsneni), id.ID{}, visit.What{Kind: catalogue.Application, Service: "vsaa-childcare-benefit"})
		wantFault(t, err, fault.Invalid, "visit.tier")
		if _, serving, err := (visitsql.Store{}).ServedAt(t.Context(), w.DB, marsneni); err != nil || serving {
			t.Errorf("a refused act left a visit: %v %v", serving, err)
		}
		r := w.at(marsneni)
		a, err := w.Visit.Record(t.Context(), r, id.ID{}, consultation)
		if err != nil {
			t.Fatal(err)
		}
		again, err := w.Visit.Record(t.Context(), r, id.ID{}, consultation)
		if err != nil || again.Visit != a.Visit {
			t.Errorf("sent twice: %v %v, visit %s", again.Visit, err, a.Visit)
		}
	})
}
