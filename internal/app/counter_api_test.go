package app_test

import (
	"net/http"
	"strings"
	"testing"

	"vienkopus/internal/base/scope"
)

const (
	firewood = "municipality-firewood-benefit"
	pension  = "vsaa-old-age-pension"
)

// figures returns the counts of a report by kind of act, of all rows together.
func (r reply) figures() map[string]int64 {
	r.t.Helper()
	var table struct {
		Total struct {
			Figures []struct {
				Kind     string
				N        int64
				Recorded int64
			}
		}
	}
	r.is(http.StatusOK).into(&table)
	sums := map[string]int64{}
	for _, f := range table.Total.Figures {
		if f.N != f.Recorded {
			r.t.Errorf("%s: %d of %d are recorded", f.Kind, f.Recorded, f.N)
		}
		sums[f.Kind] = f.N
	}
	return sums
}

// states returns the kinds of a visit's acts with what became of them.
func (v visitSeen) states() string {
	list := make([]string, len(v.Acts))
	for i, a := range v.Acts {
		list[i] = strings.TrimSuffix(a.Kind+"/"+a.State, "/")
	}
	return strings.Join(list, " ")
}

// The spine of the program over its interface for programs: a visit with everything that can happen to it, and then the figures.
func TestTheWholeCounterOverREST(t *testing.T) {
	inTown(t, func(t *testing.T, h *house) {
		clerk := h.clerk(cesis)
		v := clerk.post(visits, "open", what{"channel": "telephone"}).is(http.StatusCreated).visit()
		if v.Desk != cesis || v.Centre != "cesis" || v.Channel != "telephone" || v.State != "serving" || v.Closed != nil || len(v.Acts) != 0 {
			t.Errorf("opened: %+v", v)
		}
		at := visits + "/" + v.ID
		first := clerk.post(at+"/acts", "a1", what{"kind": "consultation", "service": firewood}).is(http.StatusCreated).act()
		if first.Visit != v.ID || first.Institution != "MUNICIPALITY" || first.Channel != "telephone" || first.Number == 0 || first.State != "" {
			t.Errorf("recorded: %+v", first)
		}
		clerk.post(at+"/acts", "a2", what{"kind": "application", "service": pension}).fails(http.StatusUnprocessableEntity, "visit.identity_needed")
		second := clerk.post(at+"/acts", "a3", what{"kind": "application", "service": pension, "identity": "passport"}).is(http.StatusCreated).act()
		clerk.post(at+"/acts", "a4", what{"kind": "eservice_help", "service": "help-e-address", "depth": "helped", "channel": "in-person"}).is(http.StatusCreated)
		clerk.post(at+"/acts", "a5", what{"kind": "unmet", "service": "csdd-driving-licence", "reason": "needs-officer"}).is(http.StatusCreated)
		if got := clerk.post(at+"/acts/"+first.ID+"/undo", "u1", nil).is(http.StatusOK).visit().states(); got != "consultation/undone application eservice_help unmet" {
			t.Errorf("undone: %s", got)
		}
		clerk.post(at+"/acts/"+first.ID+"/undo", "u2", nil).fails(http.StatusConflict, "visit.act_gone")

		next := clerk.opened() // whoever is served waits
		if got := clerk.get(at).is(http.StatusOK).visit(); got.State != "on-hold" {
			t.Errorf("beside another client: %s", got.State)
		}
		clerk.post(at+"/hold", "h1", nil).fails(http.StatusConflict, "visit.already_on_hold")
		if got := clerk.post(at+"/resume", "r1", nil).is(http.StatusOK).visit(); got.State != "serving" {
			t.Errorf("taken back: %s", got.State)
		}
		if got := clerk.get(next).is(http.StatusOK).visit(); got.State != "on-hold" {
			t.Errorf("the other one: %s", got.State)
		}
		clerk.post(next+"/close", "c0", nil).is(http.StatusOK) // nobody was served

		closed := clerk.post(at+"/close", "c1", nil).is(http.StatusOK).visit()
		if closed.State != "closed" || closed.Closed == nil {
			t.Errorf("closed: %+v", closed)
		}
		clerk.post(at+"/acts", "a6", what{"kind": "letter"}).fails(http.StatusConflict, "visit.already_closed")
		clerk.post(at+"/acts/"+second.ID+"/undo", "u3", nil).fails(http.StatusConflict, "visit.already_closed")
		corrected := clerk.post(at+"/acts/"+second.ID+"/correct", "k1", what{"why": "wrong-kind", "now": what{"kind": "consultation", "service": pension}})
		if got := corrected.is(http.StatusOK).visit().states(); got != "consultation/undone application/corrected eservice_help unmet consultation" {
			t.Errorf("corrected: %s", got)
		}

		got := h.token("network-manager", "", scope.Network).get("/api/v1/reports/acts?from=" + first.Day + "&to=" + first.Day + "&by=centre").figures()
		want := map[string]int64{"acts": 3, "visit": 1, "eservice_help": 1, "unmet": 1, "consultation": 1}
		for kind, n := range got {
			if n != want[kind] {
				t.Errorf("%s: counted %d, want %d", kind, n, want[kind])
			}
		}
		if got["acts"] != 3 {
			t.Errorf("counted: %v", got)
		}
		h.sound()
	})
}
