package staff_test

import (
	"strings"
	"testing"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/id"
	"vienkopus/internal/staff"
)

func TestScopesCoverTheirPlaces(t *testing.T) {
	network, municipality, centre := staff.Place{}, staff.Place{Municipality: cesis}, staff.Place{Municipality: cesis, Centre: "cesis"}
	desk := staff.Place{Municipality: cesis, Centre: "cesis", Desk: "CES-1"}
	foreign := staff.Place{Municipality: aluksne, Centre: "aluksne", Desk: "ALU-1"}
	for scope, covered := range map[staff.Scope][]staff.Place{
		staff.Network:              {network, municipality, centre, desk, foreign},
		staff.Municipality(cesis):  {municipality, centre, desk},
		staff.Centre("cesis"):      {centre, desk},
		staff.Centre("taurene"):    {},
		staff.Municipality(""):     {},
		staff.Centre(""):           {},
		{}:                         {},
		{Level: "x", Code: "0026"}: {},
	} {
		for _, p := range []staff.Place{network, municipality, centre, desk, foreign} {
			want := false
			for _, c := range covered {
				want = want || c == p
			}
			if scope.Covers(p) != want {
				t.Errorf("%s covers %+v: %v", scope, p, !want)
			}
		}
	}
	for _, text := range []string{"network", "municipality:0026000", "centre:cesis"} {
		if s, err := staff.ParseScope(text); err != nil || s.String() != text {
			t.Errorf("%s: %s, %v", text, s, err)
		}
	}
	for _, text := range []string{"", "network:", "network:x", "municipality", "municipality:", "centre:", "desk:CES-1", "x"} {
		if s, err := staff.ParseScope(text); err == nil {
			t.Errorf("%q is read as %s", text, s)
		}
	}
}

func TestARevokedRoleHasNoEffectAtOnce(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		anna := o.hire("anna", "clerk centre:cesis")
		opened, other := o.enter("anna"), o.process()
		at := staff.Place{Municipality: cesis, Centre: "cesis"}
		for _, s := range []*staff.Service{o.Service, other} {
			if !o.see(s, opened).May(staff.CounterServe, at) {
				t.Fatal("the clerk may not serve")
			}
		}
		in := staff.RoleRevoked{Staff: anna, Role: "clerk", Scope: staff.Centre("cesis")}
		o.must(o.Revoke(t.Context(), setup, in, o.key()))
		if o.see(o.Service, opened).May(staff.CounterServe, at) {
			t.Error("a revoked role still has effect")
		}
		o.clock.Advance(30 * time.Second) // at the latest, where another process recorded it
		if o.see(other, opened).May(staff.CounterServe, at) {
			t.Error("a revoked role still has effect in another process")
		}
		o.fails(o.Revoke(t.Context(), setup, in, o.key()), "staff.role_not_held")
		o.must(o.Grant(t.Context(), setup, staff.RoleGranted(in), o.key()))
		o.must(o.Grant(t.Context(), setup, staff.RoleGranted(in), o.key())) // she has it already
		if !o.see(o.Service, opened).May(staff.CounterServe, at) {
			t.Error("a granted role has no effect")
		}
		if got := o.history(staff.NetworkDesk); !strings.HasSuffix(got, "staff.role_granted staff.role_revoked staff.role_granted") {
			t.Error(got)
		}
	})
}

func TestARedefinedRoleHasItsNewPermissionsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.hire("anna", "clerk centre:cesis")
		opened := o.enter("anna")
		if o.see(o.Service, opened).Holds(staff.ReportRead) {
			t.Fatal("clerks read reports")
		}
		o.must(o.DefineRole(t.Context(), setup, "clerk", []string{"report.read", "counter.serve", "report.read"}, o.key()))
		s := o.see(o.Service, opened)
		if got := strings.Join(s.Roles[0].Permissions, " "); got != "counter.serve report.read" {
			t.Error(got)
		}
		if s.May(staff.ReportRead, staff.Place{}) || len(s.Places(staff.ReportRead)) != 1 {
			t.Error("the scope was lost")
		}
		o.fails(o.DefineRole(t.Context(), setup, "clerk", []string{"counter.srve"}, o.key()), "staff.permission_unknown")
		o.fails(o.DefineRole(t.Context(), setup, "system", nil, o.key()), "staff.role_malformed")
		o.must(o.DefineRole(t.Context(), setup, "guest", nil, o.key()))
		o.hire("ilze", "guest network") // a role without permissions is a role
	})
}

func TestWhoMayHandOnRoles(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		as := func(person id.ID, role string) actor.Actor { return actor.Staff(person.String(), role) }
		admin := as(o.hire("admin", "administrator network"), "administrator")
		boss := as(o.hire("boss", "municipal-manager municipality:"+cesis), "municipal-manager")
		clerk := as(o.hire("clerk", "clerk centre:cesis"), "clerk")
		somebody, elsewhere := o.hire("somebody"), o.hire("elsewhere", "clerk centre:aluksne")
		grant := func(by actor.Actor, role, scope string) error {
			s, err := staff.ParseScope(scope)
			o.must(err)
			return o.Grant(t.Context(), by, staff.RoleGranted{Staff: somebody, Role: role, Scope: s}, o.key())
		}
		o.must(grant(boss, "clerk", "centre:taurene"))
		o.must(grant(boss, "centre-manager", "municipality:"+cesis))
		o.must(grant(admin, "administrator", "network"))
		for _, refused := range []error{
			grant(boss, "clerk", "centre:aluksne"), grant(boss, "clerk", "municipality:"+aluksne), grant(boss, "clerk", "network"),
			grant(boss, "municipal-manager", "municipality:"+cesis), // would hand on the power to manage staff
			grant(clerk, "clerk", "centre:cesis"), grant(actor.Staff("nobody", "administrator"), "clerk", "centre:cesis"),
			o.DefineRole(t.Context(), boss, "clerk", []string{"staff.manage"}, o.key()),
			o.SetPassword(t.Context(), boss, somebody, "jauna garā parole", o.key()), // somebody is an administrator by now
			o.SetPassword(t.Context(), boss, elsewhere, "jauna garā parole", o.key()),
			o.Leave(t.Context(), boss, elsewhere, o.key()),
			o.RevokeToken(t.Context(), boss, somebody, o.key()),
		} {
			o.fails(refused, "staff.forbidden")
		}
		_, err := o.Enrol(t.Context(), boss, staff.NewPerson{SignIn: "new", Name: "New", Scope: staff.Centre("aluksne")}, o.key())
		o.fails(err, "staff.forbidden")
		person, err := o.Enrol(t.Context(), boss, staff.NewPerson{SignIn: "new", Name: "New", Scope: staff.Centre("cesis")}, o.key())
		o.must(err)
		o.fails(grant(admin, "wizard", "network"), "staff.role_unknown")
		o.fails(grant(admin, "clerk", "centre:nowhere"), "centre.unknown")
		o.must(o.Leave(t.Context(), admin, person, o.key()))
		err = o.Grant(t.Context(), admin, staff.RoleGranted{Staff: person, Role: "clerk", Scope: staff.Network}, o.key())
		o.fails(err, "staff.unknown")
	})
}

func TestWhoHasLeftGetsNowhere(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		anna := o.hire("anna", "clerk centre:cesis", "centre-manager centre:cesis")
		opened := o.enter("anna")
		o.see(o.Service, opened)
		o.must(o.TakeDesk(t.Context(), clerkAt(anna), anna, "CES-1", o.key()))
		o.must(o.Leave(t.Context(), setup, anna, o.key()))
		_, err := o.Session(t.Context(), opened)
		o.fails(err, "staff.session_ended")
		_, err = o.SignIn(t.Context(), "anna", password)
		o.fails(err, "staff.sign_in_wrong")
		if people, err := o.Colleagues(t.Context(), "cesis"); err != nil || len(people) != 0 {
			t.Errorf("%v %v", people, err)
		}
		o.fails(o.SetPassword(t.Context(), setup, anna, "jauna garā parole", o.key()), "staff.unknown")
	})
}

func TestTablesFollowFromTheLines(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		anna := o.hire("anna", "clerk centre:cesis", "centre-manager centre:cesis")
		ilze := o.hire("ilze", "clerk centre:cesis")
		o.must(o.TakeDesk(t.Context(), clerkAt(anna), anna, "CES-1", o.key()))
		o.must(o.TakeDesk(t.Context(), clerkAt(ilze), ilze, "CES-1", o.key()))
		o.clock.Advance(time.Minute)
		o.must(o.TakeDesk(t.Context(), clerkAt(anna), anna, "CES-2", o.key()))
		_, _, err := o.CreateToken(t.Context(), setup, staff.NewToken{Label: "x", Role: "clerk", Desk: "CES-1"}, o.key())
		o.must(err)
		o.must(o.Revoke(t.Context(), setup, staff.RoleRevoked{Staff: anna, Role: "clerk", Scope: staff.Centre("cesis")}, o.key()))
		o.must(o.Leave(t.Context(), setup, o.hire("left", "clerk network"), o.key()))
		before := o.dump()
		o.must(o.Journal.Rebuild(t.Context(), nil))
		if after := o.dump(); after != before {
			t.Errorf("before:\n%s\nafter:\n%s", before, after)
		}
	})
}
