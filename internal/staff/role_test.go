package staff_test

import (
	"strings"
	"testing"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/staff"
	"vienkopus/internal/staff/stafftest"
)

func TestScopesCoverTheirPlaces(t *testing.T) {
	network, municipality, centre := scope.Place{}, scope.Place{Municipality: stafftest.Cesis}, scope.Place{Municipality: stafftest.Cesis, Centre: "cesis"}
	desk := scope.Place{Municipality: stafftest.Cesis, Centre: "cesis", Desk: "CES-1"}
	foreign := scope.Place{Municipality: stafftest.Aluksne, Centre: "aluksne", Desk: "ALU-1"}
	for in, covered := range map[scope.Scope][]scope.Place{
		scope.Network:                       {network, municipality, centre, desk, foreign},
		scope.Municipality(stafftest.Cesis): {municipality, centre, desk},
		scope.Centre("cesis"):               {centre, desk},
		scope.Centre("taurene"):             {},
		scope.Municipality(""):              {},
		scope.Centre(""):                    {},
		{}:                                  {},
		{Level: "x", Code: "0026"}:          {},
	} {
		for _, p := range []scope.Place{network, municipality, centre, desk, foreign} {
			want := false
			for _, c := range covered {
				want = want || c == p
			}
			if in.Covers(p) != want {
				t.Errorf("%s covers %+v: %v", in, p, !want)
			}
		}
	}
	for _, text := range []string{"network", "municipality:0026000", "centre:cesis"} {
		if s, err := scope.Parse(text); err != nil || s.String() != text {
			t.Errorf("%s: %s, %v", text, s, err)
		}
	}
	for _, text := range []string{"", "network:", "network:x", "municipality", "municipality:", "centre:", "desk:CES-1", "x"} {
		if s, err := scope.Parse(text); err == nil {
			t.Errorf("%q is read as %s", text, s)
		}
	}
}

func TestARevokedRoleHasNoEffectAtOnce(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, o *stafftest.Office) {
		anna := o.Hire("anna", "clerk centre:cesis")
		opened, other := o.Enter("anna"), o.Process()
		at := scope.Place{Municipality: stafftest.Cesis, Centre: "cesis"}
		for _, s := range []*staff.Service{o.Service, other} {
			if !o.See(s, opened).May(staff.MayServe, at) {
				t.Fatal("the clerk may not serve")
			}
		}
		in := staff.RoleRevoked{Staff: anna, Role: "clerk", Scope: scope.Centre("cesis")}
		o.Must(o.Revoke(t.Context(), stafftest.Setup, in, o.Key()))
		for _, s := range []*staff.Service{o.Service, other} { // her session has ended, and a new one may nothing
			_, err := s.Session(t.Context(), opened)
			o.Fails(err, "staff.session_ended")
		}
		opened = o.Enter("anna")
		for _, s := range []*staff.Service{o.Service, other} {
			if o.See(s, opened).May(staff.MayServe, at) {
				t.Error("a revoked role still has effect")
			}
		}
		o.Fails(o.Revoke(t.Context(), stafftest.Setup, in, o.Key()), "staff.role_not_held")
		o.Must(o.Grant(t.Context(), stafftest.Setup, staff.RoleGranted(in), o.Key()))
		o.Must(o.Grant(t.Context(), stafftest.Setup, staff.RoleGranted(in), o.Key())) // she has it already
		if !o.See(o.Service, opened).May(staff.MayServe, at) {
			t.Error("a granted role has no effect")
		}
		if got := o.History(staff.NetworkDesk); !strings.HasSuffix(got, "staff.role_granted staff.role_revoked staff.role_granted") {
			t.Error(got)
		}
	})
}

func TestARedefinedRoleHasItsNewPermissionsAtOnce(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, o *stafftest.Office) {
		o.Hire("anna", "clerk centre:cesis")
		opened := o.Enter("anna")
		if o.See(o.Service, opened).Holds("report.read") {
			t.Fatal("clerks read reports")
		}
		o.Must(o.DefineRole(t.Context(), stafftest.Setup, "clerk", []string{"report.read", "counter.serve", "report.read"}, o.Key()))
		s := o.See(o.Service, opened)
		if got := strings.Join(s.Grants[0].Permissions, " "); got != "counter.serve report.read" {
			t.Error(got)
		}
		if s.May("report.read", scope.Place{}) || len(s.Scopes("report.read")) != 1 {
			t.Error("the scope was lost")
		}
		o.Fails(o.DefineRole(t.Context(), stafftest.Setup, "clerk", []string{"counter.srve"}, o.Key()), "staff.permission_unknown")
		o.Fails(o.DefineRole(t.Context(), stafftest.Setup, "system", nil, o.Key()), "staff.role_malformed")
		o.Must(o.DefineRole(t.Context(), stafftest.Setup, "guest", nil, o.Key()))
		o.Hire("ilze", "guest network") // a role without permissions is a role
	})
}

func TestWhoMayHandOnRoles(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, o *stafftest.Office) {
		as := func(person id.ID, role string) actor.Actor { return actor.Staff(person.String(), role) }
		admin := as(o.Hire("admin", "administrator network"), "administrator")
		boss := as(o.Hire("boss", "municipal-manager municipality:"+stafftest.Cesis), "municipal-manager")
		clerk := as(o.Hire("clerk", "clerk centre:cesis"), "clerk")
		somebody, elsewhere := o.Hire("somebody"), o.Hire("elsewhere", "clerk centre:aluksne")
		grant := func(by actor.Actor, role, in string) error {
			s, err := scope.Parse(in)
			o.Must(err)
			return o.Grant(t.Context(), by, staff.RoleGranted{Staff: somebody, Role: role, Scope: s}, o.Key())
		}
		o.Must(grant(boss, "clerk", "centre:taurene"))
		o.Must(grant(boss, "centre-manager", "municipality:"+stafftest.Cesis))
		o.Must(grant(admin, "administrator", "network"))
		for _, refused := range []error{
			grant(boss, "clerk", "centre:aluksne"), grant(boss, "clerk", "municipality:"+stafftest.Aluksne), grant(boss, "clerk", "network"),
			grant(boss, "municipal-manager", "municipality:"+stafftest.Cesis), // would hand on the power to manage staff
			grant(clerk, "clerk", "centre:cesis"), grant(actor.Staff("nobody", "administrator"), "clerk", "centre:cesis"),
			o.DefineRole(t.Context(), boss, "clerk", []string{"staff.manage"}, o.Key()),
			o.SetPassword(t.Context(), boss, somebody, "jauna garā parole", o.Key()), // somebody is an administrator by now
			o.SetPassword(t.Context(), boss, elsewhere, "jauna garā parole", o.Key()),
			o.Leave(t.Context(), boss, elsewhere, o.Key()),
			o.RevokeToken(t.Context(), boss, somebody, o.Key()),
		} {
			o.Fails(refused, "staff.forbidden")
		}
		_, err := o.Enrol(t.Context(), boss, staff.NewPerson{SignIn: "new", Name: "New", Scope: scope.Centre("aluksne")}, o.Key())
		o.Fails(err, "staff.forbidden")
		person, err := o.Enrol(t.Context(), boss, staff.NewPerson{SignIn: "new", Name: "New", Scope: scope.Centre("cesis")}, o.Key())
		o.Must(err)
		o.Fails(grant(admin, "wizard", "network"), "staff.role_unknown")
		for _, by := range []actor.Actor{admin, stafftest.Setup} { // also of our own programs, which take what an operator typed
			o.Fails(grant(by, "clerk", "centre:nowhere"), "centre.unknown")
			o.Fails(grant(by, "clerk", "municipality:26000"), "territory.municipality_unknown")
		}
		o.Must(o.Leave(t.Context(), admin, person, o.Key()))
		err = o.Grant(t.Context(), admin, staff.RoleGranted{Staff: person, Role: "clerk", Scope: scope.Network}, o.Key())
		o.Fails(err, "staff.unknown")
	})
}

func TestWhoHasLeftGetsNowhere(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, o *stafftest.Office) {
		anna := o.Hire("anna", "clerk centre:cesis", "centre-manager centre:cesis")
		opened := o.Enter("anna")
		o.See(o.Service, opened)
		o.Must(o.TakeDesk(t.Context(), stafftest.ClerkAt(anna), anna, "CES-1", o.Key()))
		o.Must(o.Leave(t.Context(), stafftest.Setup, anna, o.Key()))
		_, err := o.Session(t.Context(), opened)
		o.Fails(err, "staff.session_ended")
		_, err = o.SignIn(t.Context(), staff.Origin{}, "anna", stafftest.Password)
		o.Fails(err, "staff.sign_in_wrong")
		if people, err := o.Colleagues(t.Context(), "cesis"); err != nil || len(people) != 0 {
			t.Errorf("%v %v", people, err)
		}
		o.Fails(o.SetPassword(t.Context(), stafftest.Setup, anna, "jauna garā parole", o.Key()), "staff.unknown")
	})
}

func TestTablesFollowFromTheLines(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, o *stafftest.Office) {
		anna := o.Hire("anna", "clerk centre:cesis", "centre-manager centre:cesis")
		ilze := o.Hire("ilze", "clerk centre:cesis")
		o.Must(o.TakeDesk(t.Context(), stafftest.ClerkAt(anna), anna, "CES-1", o.Key()))
		o.Must(o.TakeDesk(t.Context(), stafftest.ClerkAt(ilze), ilze, "CES-1", o.Key()))
		o.Clock.Advance(time.Minute)
		o.Must(o.TakeDesk(t.Context(), stafftest.ClerkAt(anna), anna, "CES-2", o.Key()))
		_, _, err := o.CreateToken(t.Context(), stafftest.Setup, staff.NewToken{Label: "x", Role: "clerk", Desk: "CES-1"}, o.Key())
		o.Must(err)
		o.Must(o.Revoke(t.Context(), stafftest.Setup, staff.RoleRevoked{Staff: anna, Role: "clerk", Scope: scope.Centre("cesis")}, o.Key()))
		o.Must(o.Leave(t.Context(), stafftest.Setup, o.Hire("left", "clerk network"), o.Key()))
		before := dump(o)
		o.Must(o.Journal.Rebuild(t.Context(), nil))
		if after := dump(o); after != before {
			t.Errorf("before:\n%s\nafter:\n%s", before, after)
		}
	})
}
