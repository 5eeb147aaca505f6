package staff_test

import (
	"strings"
	"testing"
	"time"

	"vienkopus/internal/base/id"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/platform/journal/journaltest"
	"vienkopus/internal/staff"
	"vienkopus/internal/staff/stafftest"
)

// dump writes every table that follows from the lines.
func dump(o *stafftest.Office) string {
	o.T.Helper()
	text, err := journaltest.Dump(o.T.Context(), o.DB,
		"staff_member", "role", "role_permission", "staff_role", "desk_seat", "staff_desk", "token_grant")
	o.Must(err)
	return text
}

func TestWhoeverTakesADeskTakesItOver(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, o *stafftest.Office) {
		anna, ilze := o.Hire("anna", "clerk centre:cesis"), o.Hire("ilze", "clerk municipality:"+stafftest.Cesis)
		first, second := o.Enter("anna"), o.Enter("ilze")
		first.Desk, second.Desk = "CES-1", "CES-1"
		if s := o.See(o.Service, first); s.Desk != "" {
			t.Fatalf("seated at %s before taking it", s.Desk)
		}
		take := func(person id.ID) {
			o.Must(o.TakeDesk(t.Context(), stafftest.ClerkAt(person), person, "CES-1", o.Key()))
		}
		take(anna)
		take(anna) // sits there already
		if s := o.See(o.Service, first); s.Place() != (scope.Place{Municipality: stafftest.Cesis, Centre: "cesis", Desk: "CES-1"}) {
			t.Errorf("%+v", s)
		}
		take(ilze)
		if a, b := o.See(o.Service, first), o.See(o.Service, second); a.Desk != "" || b.Desk != "CES-1" {
			t.Errorf("%q and %q", a.Desk, b.Desk)
		}
		o.Must(o.LeaveDesk(t.Context(), stafftest.ClerkAt(anna), anna, "CES-1", o.Key())) // hers no longer
		o.Must(o.LeaveDesk(t.Context(), stafftest.ClerkAt(ilze), ilze, "CES-1", o.Key()))
		if s := o.See(o.Service, second); s.Desk != "" {
			t.Error("still seated")
		}
		if got := o.History("CES-1"); got != "desk.taken desk.left desk.taken desk.left" {
			t.Error(got)
		}
		o.Clock.Advance(time.Minute)
		o.Must(o.TakeDesk(t.Context(), stafftest.ClerkAt(anna), anna, "CES-2", o.Key()))
		people, err := o.Colleagues(t.Context(), "cesis")
		if err != nil || len(people) != 2 || people[0].Staff != anna || people[1].Staff != ilze {
			t.Errorf("%v %v", people, err)
		}
		if desk, err := o.LastDesk(t.Context(), anna); err != nil || desk != "CES-2" {
			t.Errorf("%s %v", desk, err)
		}
		if desk, err := o.LastDesk(t.Context(), id.New(stafftest.Morning)); err != nil || desk != "" {
			t.Errorf("%s %v", desk, err)
		}
	})
}

func TestOnlyDesksInOnesScope(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, o *stafftest.Office) {
		anna, reader := o.Hire("anna", "clerk centre:cesis"), o.Hire("reader", "municipal-manager municipality:"+stafftest.Cesis)
		for _, desk := range []string{"TAU-1", "ALU-1", "NETWORK", "nowhere"} {
			o.Fails(o.TakeDesk(t.Context(), stafftest.ClerkAt(anna), anna, desk, o.Key()), "staff.desk_foreign")
		}
		o.Fails(o.TakeDesk(t.Context(), stafftest.ClerkAt(anna), anna, "", o.Key()), "staff.desk_missing")
		o.Fails(o.TakeDesk(t.Context(), stafftest.ClerkAt(reader), reader, "CES-1", o.Key()), "staff.desk_foreign")
		list, err := o.DesksFor(t.Context(), o.See(o.Service, o.Enter("anna")).Grants)
		if err != nil || len(list) != 2 || list[0].Code != "CES-1" {
			t.Errorf("%v %v", list, err)
		}
		if list, err := o.DesksFor(t.Context(), o.See(o.Service, o.Enter("reader")).Grants); err != nil || len(list) != 0 {
			t.Errorf("%v %v", list, err)
		}
		if got := o.History("CES-1") + o.History("ALU-1") + o.History("nowhere"); got != "" {
			t.Errorf("recorded: %s", got)
		}
	})
}

func TestTheActorIsInTheRoleOfTheDesk(t *testing.T) {
	serve, read := []string{staff.MayServe}, []string{"report.read"}
	s := staff.Session{Staff: id.New(stafftest.Morning), Municipality: stafftest.Cesis, Centre: "cesis", Grants: scope.Grants{
		{Role: "guest", Scope: scope.Centre("taurene"), Permissions: serve},
		{Role: "centre-manager", Scope: scope.Centre("cesis"), Permissions: read},
		{Role: "clerk", Scope: scope.Municipality(stafftest.Cesis), Permissions: serve},
	}}
	for desk, role := range map[string]string{"": "guest", "CES-1": "clerk"} {
		if s.Desk = desk; s.Actor().Role() != role || s.Actor().Who() != s.Staff.String() {
			t.Errorf("at %q: %s", desk, s.Actor())
		}
	}
	s.Grants, s.Desk = s.Grants[:2], "CES-1"
	if got := s.Actor().Role(); got != "centre-manager" {
		t.Errorf("without a clerk's role: %s", got)
	}
	if !(&staff.Session{}).Actor().IsZero() {
		t.Error("somebody without a role is an actor")
	}
}

func TestATokenActsInItsRoleAtItsDesk(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, o *stafftest.Office) {
		in := staff.NewToken{Label: "Kiosks", Role: "clerk", Desk: "CES-1"}
		secret, token, err := o.CreateToken(t.Context(), stafftest.Setup, in, "once")
		o.Must(err)
		other := o.Process()
		for _, process := range []*staff.Service{o.Service, other} {
			s, err := process.Authenticate(t.Context(), secret)
			o.Must(err)
			if s.Staff != token || s.Name != "Kiosks" || !s.Token || s.Desk != "CES-1" || s.Municipality != stafftest.Cesis ||
				!s.May(staff.MayServe, s.Place()) || s.May(staff.MayServe, scope.Place{Municipality: stafftest.Cesis, Centre: "taurene"}) ||
				s.Actor().String() != "clerk:"+token.String() {
				t.Errorf("%+v", s)
			}
		}
		_, _, err = o.CreateToken(t.Context(), stafftest.Setup, in, "once")
		o.Fails(err, "staff.token_shown")
		for _, wrong := range []string{"", "vk_", secret + "x", secret[:len(secret)-1], strings.TrimPrefix(secret, "vk_"), "' OR 1=1 --"} {
			_, err := o.Authenticate(t.Context(), wrong)
			o.Fails(err, "staff.token_unknown")
		}
		var stored []byte
		o.Must(o.DB.QueryRow(t.Context(), "SELECT hash FROM token").Scan(&stored))
		if len(stored) != 32 || strings.Contains(string(stored), secret) {
			t.Error("the secret itself is stored")
		}
		o.Must(o.RevokeToken(t.Context(), stafftest.Setup, token, o.Key()))
		o.Fails(o.RevokeToken(t.Context(), stafftest.Setup, token, o.Key()), "staff.token_unknown")
		_, err = o.Authenticate(t.Context(), secret)
		o.Fails(err, "staff.token_unknown")
		o.Clock.Advance(30 * time.Second)
		_, err = other.Authenticate(t.Context(), secret)
		o.Fails(err, "staff.token_unknown")
	})
}

func TestTokensThatWillNotDo(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, o *stafftest.Office) {
		for _, c := range []struct {
			in  staff.NewToken
			key string
		}{
			{staff.NewToken{Role: "clerk", Desk: "CES-1"}, "staff.label_malformed"},
			{staff.NewToken{Label: "x", Role: "wizard", Desk: "CES-1"}, "staff.role_unknown"},
			{staff.NewToken{Label: "x", Role: "clerk", Desk: "nowhere"}, "staff.desk_unknown"},
			{staff.NewToken{Label: "x", Role: "clerk"}, "staff.scope_unknown"},
		} {
			_, _, err := o.CreateToken(t.Context(), stafftest.Setup, c.in, o.Key())
			o.Fails(err, c.key)
		}
		anna := o.Hire("anna", "clerk centre:cesis")
		_, _, err := o.CreateToken(t.Context(), stafftest.ClerkAt(anna), staff.NewToken{Label: "x", Role: "clerk", Desk: "CES-1"}, o.Key())
		o.Fails(err, "staff.forbidden")
		secret, _, err := o.CreateToken(t.Context(), stafftest.Setup, staff.NewToken{Label: "Reports", Role: "municipal-manager", Scope: scope.Network}, o.Key())
		o.Must(err)
		s, err := o.Authenticate(t.Context(), secret)
		if err != nil || s.Desk != "" || !s.May("report.read", scope.Place{}) {
			t.Errorf("%+v %v", s, err)
		}
	})
}
