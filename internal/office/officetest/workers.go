package officetest

import (
	"context"
	"net/http"
	"slices"

	"vienkopus/internal/bank"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/ledger"
	"vienkopus/internal/payment"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/staff"
	"vienkopus/internal/till"
	tt "vienkopus/internal/till/tilltest"
)

// worker is somebody who may ask: her id, her desk, and one role.
type worker struct {
	id, name     string
	desk, centre string
	scope        scope.Scope
	permissions  []string
}

var (
	counter = permissions("clerk")
	manages = permissions("municipal-manager")
	counts  = permissions("accountant")

	workers = map[string]worker{
		"clerk":      {tt.Clerk, "Ilze Ozola", tt.Dze1, "dzerbene", scope.Centre("dzerbene"), counter},
		"colleague":  {tt.Colleague, "Sanita Kalēja", tt.Ces1, "cesis", scope.Centre("cesis"), counter},
		"second":     {tt.Second, "Andris Rubenis", tt.Ces2, "cesis", scope.Centre("cesis"), counter},
		"far":        {tt.Second, "Andris Rubenis", tt.Alu1, "aluksne", scope.Centre("aluksne"), counter},
		"manager":    {tt.Manager, "Aivars Krūmiņš", "", "", scope.Municipality(tt.Cesis), manages},
		"neighbour":  {tt.Second, "Zane Apsīte", "", "", scope.Municipality(tt.Aluksne), slices.Concat(manages, counts)},
		"accountant": {id.ID{15: 6}.String(), "Kristīne Bērziņa", "", "", scope.Municipality(tt.Cesis), counts},
		"collector":  {tt.Collector, "Pēteris Kalniņš", "", "", scope.Municipality(tt.Cesis), permissions("collector")},
		"auditor":    {id.ID{15: 7}.String(), "Rita Saulīte", "", "", scope.Network, permissions("auditor")},
		// One person does it all: what the rules forbid is forbidden to her too.
		"both": {tt.Clerk, "Ilze Ozola", tt.Dze1, "dzerbene", scope.Municipality(tt.Cesis), slices.Concat(counter, manages, permissions("collector"))},
	}
)

// permissions are those of the features with offices that a role begins with.
func permissions(role string) []string {
	var all []string
	for _, p := range slices.Concat(staff.Permissions, till.Permissions, payment.Permissions, bank.Permissions, ledger.Permissions) {
		if slices.Contains(p.Roles, role) {
			all = append(all, p.Name)
		}
	}
	return all
}

func called(_ context.Context, person string) (string, error) {
	for _, w := range workers {
		if w.id == person {
			return w.name, nil
		}
	}
	return "", nil
}

// guard does what the real one does with the permission and the scope of a route; internal/app tries that one.
func guard(r *http.Request, route httpx.Route) (*http.Request, error) {
	who, known := workers[r.Header.Get("X-Who")]
	if !known {
		return r, fault.NewUnauthenticated("staff.sign_in_first")
	}
	person, err := id.Parse(who.id)
	if err != nil {
		return r, err
	}
	s := &httpx.Caller{Person: person, By: actor.Staff(person.String(), "test"), Name: who.name, Desk: who.desk, Centre: who.centre, Grants: scope.Grants{{Role: "test", Scope: who.scope, Permissions: who.permissions}}}
	if s.Desk != "" {
		s.Municipality = tt.Cesis
		if s.Desk == tt.Alu1 {
			s.Municipality = tt.Aluksne
		}
	}
	r = r.WithContext(httpx.WithCaller(lang.With(r.Context(), r.Header.Get("X-Lang")), s))
	at := s.Place()
	if route.Scope == httpx.ScopePath {
		at = scope.Place{Municipality: r.PathValue("municipality")}
	}
	if !route.SignedIn && !s.May(route.Permission, at) {
		return r, fault.NewForbidden("staff.forbidden")
	}
	return r, nil
}
