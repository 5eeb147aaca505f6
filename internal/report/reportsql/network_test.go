package reportsql_test

import (
	"testing"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/id"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/report"
	"vienkopus/internal/tally/tallytest"
	"vienkopus/internal/visit"
)

// TestSilentCentres holds who counts as silent: by the last act that still counts, never by an import.
func TestSilentCentres(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		n, s := open(t, dsn)
		v := id.New(n.Clock.Now())
		serial := byte(0)
		act := func(desk, place, day string, undo bool) {
			serial++
			a := visit.ActRecorded{Act: id.ID{15: serial}, Visit: v, Line: tallytest.Line(place, day, catalogue.Call, "")}
			n.Post(desk, a)
			if undo {
				n.Post(desk, visit.ActUndone{Act: a.Act, Visit: v, Was: a.Line})
			}
		}
		act("CES-1", "cesis", "2026-10-22", false) // 30 days before
		act("CES-2", "cesis", "2026-09-01", false)
		act("RID-1", "ridzene", "2026-10-21", false) // 31 days before
		act("KAI-1", "kaive", "2026-10-01", false)
		act("KAI-1", "kaive", "2026-11-20", true) // taken back: it says nothing
		load(t, n, header+"ZOS-1,2026-10,payment,,,5\n")
		today := civil.MustDate("2026-11-21")
		o, err := s.Network(t.Context(), civil.YearPeriod(2026), today, everywhere)
		if err != nil {
			t.Fatal(err)
		}
		silent := map[string]int{}
		for _, a := range o.Areas {
			for _, q := range a.Silent {
				silent[q.Centre] = q.Days
			}
		}
		if len(silent) != 9 || silent["ridzene"] != 31 || silent["kaive"] != 51 || silent["zoseni"] != 0 {
			t.Errorf("silent: %v", silent)
		}
		if _, is := silent["cesis"]; is {
			t.Error("Cēsis has spoken 30 days ago")
		}
		if o.WithCentre != 2 || len(o.Areas) != 2 {
			t.Errorf("%d of %d municipalities have a centre", o.WithCentre, len(o.Areas))
		}
		own, err := s.Network(t.Context(), civil.YearPeriod(2026), today, report.Scope{Municipalities: []string{tallytest.Aluksne}})
		if err != nil || len(own.Areas) != 1 || own.Areas[0].Municipality.Code != tallytest.Aluksne {
			t.Errorf("%+v, %v", own, err)
		}
	})
}
