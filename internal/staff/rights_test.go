package staff_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/staff"
	"vienkopus/internal/staff/gate"
	"vienkopus/internal/staff/stafftest"
)

// act posts a line at a desk by a warrant, as a request does.
func act(o *stafftest.Office, w scope.Warrant, rule func(tx *journal.Tx) error) error {
	o.T.Helper()
	key, err := journal.NewKey(o.Key(), "act")
	o.Must(err)
	ctx := scope.WithWarrant(o.T.Context(), w)
	_, err = o.Journal.Post(ctx, actor.Staff(w.Who.String(), "clerk"), "CES-1", key, func(tx *journal.Tx) error {
		if err := rule(tx); err != nil {
			return err
		}
		return tx.Record(ctx, staff.DeskTaken{Staff: w.Who, Desk: "CES-1", Centre: "cesis", Municipality: stafftest.Cesis})
	})
	return err
}

func nothing(*journal.Tx) error { return nil }

var here = scope.Place{Municipality: stafftest.Cesis, Centre: "cesis", Desk: "CES-1"}

func TestARightThatIsLostBetweenTheDoorAndTheTransactionWritesNothing(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, o *stafftest.Office) {
		anna := o.Hire("anna", "clerk centre:cesis")
		w := scope.Warrant{Who: anna, Permission: staff.MayServe, At: []scope.Place{here}}
		o.Must(act(o, w, nothing))
		other := o.Process() // the command line, on the same database
		o.Must(other.Revoke(t.Context(), stafftest.Setup, staff.RoleRevoked{Staff: anna, Role: "clerk", Scope: scope.Centre("cesis")}, o.Key()))
		o.Fails(act(o, w, nothing), "staff.forbidden")
	})
}

func TestARightThatIsLostCountsNoMoreInAnotherProgram(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, o *stafftest.Office) {
		anna := o.Hire("anna", "clerk centre:cesis")
		opened, other := o.Enter("anna"), o.Process()
		if s := o.See(other, opened); !s.Holds(staff.MayServe) {
			t.Fatal("she may serve")
		}
		o.Must(o.Revoke(t.Context(), stafftest.Setup, staff.RoleRevoked{Staff: anna, Role: "clerk", Scope: scope.Centre("cesis")}, o.Key()))
		_, err := other.Session(t.Context(), opened)
		o.Fails(err, "staff.session_ended")
		opened = o.Enter("anna")
		if s := o.See(other, opened); s.Holds(staff.MayServe) {
			t.Error("the role is gone, and another program still lets her serve")
		}
		o.Must(o.Leave(t.Context(), stafftest.Setup, anna, o.Key()))
		_, err = other.Session(t.Context(), opened)
		o.Fails(err, "staff.session_ended")
	})
}

func TestARuleThatForgetsWhereItActsIsNotStored(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, o *stafftest.Office) {
		anna := o.Hire("anna", "clerk centre:cesis")
		w := scope.Warrant{Who: anna, Permission: staff.MayServe}
		if err := act(o, w, nothing); err == nil || !strings.Contains(err.Error(), "Tx.Permit") {
			t.Errorf("stored: %v", err)
		}
		o.Must(act(o, w, func(tx *journal.Tx) error { return tx.Permit(here) }))
		o.Fails(act(o, w, func(tx *journal.Tx) error { return tx.Permit(scope.Place{Municipality: stafftest.Cesis}) }), "staff.forbidden")
	})
}

func TestADecisionThatForgetsTheSecondPersonIsNotStored(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, o *stafftest.Office) {
		anna := o.Hire("anna", "clerk centre:cesis")
		w := scope.Warrant{Who: anna, Permission: staff.MayServe, At: []scope.Place{here}, FourEyes: true}
		if err := act(o, w, nothing); err == nil || !strings.Contains(err.Error(), "Tx.Second") {
			t.Errorf("stored: %v", err)
		}
	})
}

func TestARoleForOneCreditorIsNoneForAnother(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, o *stafftest.Office) {
		const own, foreign = "90000028508", "40003032949"
		anna := o.Hire("anna", "clerk municipality:0026000/creditor:"+own)
		w := scope.Warrant{Who: anna, Permission: staff.MayServe}
		at := func(creditor string) func(*journal.Tx) error {
			return func(tx *journal.Tx) error {
				return tx.Permit(scope.Place{Municipality: stafftest.Cesis, Creditor: creditor})
			}
		}
		o.Must(act(o, w, at(own)))
		o.Fails(act(o, w, at(foreign)), "staff.forbidden")
		o.Fails(act(o, w, at("")), "staff.forbidden")
		if s := o.See(o.Service, o.Enter("anna")); s.Holds(staff.MayServe) || len(s.Scopes(staff.MayServe)) > 0 {
			t.Errorf("it opens what is everybody's: %v", s.Grants)
		}
	})
}

func TestAGroupOfCentresIsNoMunicipality(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, o *stafftest.Office) {
		define := func(s *staff.Service, centres ...string) {
			t.Helper()
			o.Must(s.DefineGroup(t.Context(), stafftest.Setup, staff.Group{Name: "libraries", Centres: centres}, o.Key()))
		}
		define(o.Service, "taurene", "aluksne")
		o.Hire("anna", "clerk group:libraries")
		opened, other := o.Enter("anna"), o.Process()
		may := func() (in []string) {
			for _, d := range stafftest.Desks {
				if s := o.See(other, opened); s.May(staff.MayServe, scope.Place{Municipality: d.Municipality, Centre: d.Centre}) {
					in = append(in, d.Code)
				}
			}
			return in
		}
		if got := strings.Join(may(), " "); got != "ALU-1 TAU-1" {
			t.Errorf("she may serve at %s", got)
		}
		if s := o.See(other, opened); s.May(staff.MayServe, scope.Place{Municipality: stafftest.Cesis}) {
			t.Error("a group covers a municipality")
		}
		define(o.Service, "taurene")
		if got := strings.Join(may(), " "); got != "TAU-1" {
			t.Errorf("after the group has changed she may serve at %s", got)
		}
		manager := o.Hire("marta", "municipal-manager municipality:0026000")
		by := actor.Staff(manager.String(), "municipal-manager")
		o.Fails(o.DefineGroup(t.Context(), by, staff.Group{Name: "libraries", Centres: []string{"taurene", "aluksne"}}, o.Key()), "staff.forbidden")
		o.Must(o.DefineGroup(t.Context(), by, staff.Group{Name: "libraries", Centres: []string{"taurene", "cesis"}}, o.Key()))
	})
}

// second asks whether somebody is a second person beside others.
func second(o *stafftest.Office, who id.ID, others ...id.ID) error {
	o.T.Helper()
	key, err := journal.NewKey(o.Key(), "second")
	o.Must(err)
	names := make([]string, len(others))
	for i, one := range others {
		names[i] = one.String()
	}
	_, err = o.Journal.Post(o.T.Context(), stafftest.ClerkAt(who), "CES-1", key, func(tx *journal.Tx) error { return tx.Second(o.T.Context(), names...) })
	return err
}

func TestASecondAccountOfTheSamePersonIsNoSecondPerson(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, o *stafftest.Office) {
		anna, again, berta := o.Hire("anna"), o.Hire("anna2"), o.Hire("berta")
		identify := func(who id.ID, kind, number string) {
			t.Helper()
			o.Must(o.Identify(t.Context(), stafftest.Setup, who, staff.NewCode{Kind: kind, Number: number}, o.Key()))
		}
		o.Fails(second(o, anna, berta), "staff.second_unproven") // nobody knows who either is
		identify(anna, "lv", "32000012345")
		o.Fails(second(o, anna, berta), "staff.first_unproven")
		o.Fails(second(o, berta, anna), "staff.second_unproven")
		identify(again, "lv", "320000-12345")
		identify(berta, "UA-passport", "fx 123456")
		o.Must(second(o, anna, berta))
		o.Must(second(o, berta, anna, again))
		o.Fails(second(o, again, anna), "staff.second_same")
		o.Fails(second(o, anna, berta, again), "staff.second_same")
		o.Fails(second(o, anna, anna), "staff.second_same")
	})
}

func TestNobodyBecomesTwoPersons(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, o *stafftest.Office) {
		boss := o.Hire("oskars", "administrator network")
		anna := o.Hire("anna", "clerk centre:cesis")
		by := actor.Staff(boss.String(), "administrator")
		code := func(number string) staff.NewCode { return staff.NewCode{Kind: "lv", Number: number} }
		o.Must(o.Identify(t.Context(), by, anna, code("32000012345"), o.Key()))
		o.Fails(o.Identify(t.Context(), by, anna, code("32000054321"), o.Key()), "staff.code_other")
		o.Fails(o.Identify(t.Context(), by, boss, code("32000054321"), o.Key()), "staff.code_own")
		o.Fails(o.Identify(t.Context(), stafftest.ClerkAt(anna), boss, code("32000054321"), o.Key()), "staff.forbidden")
		for _, wrong := range []string{"", "12", "161175-19998"} {
			o.Fails(o.Identify(t.Context(), by, anna, code(wrong), o.Key()), "staff.code_malformed")
		}
		o.Fails(o.Identify(t.Context(), by, anna, staff.NewCode{Kind: "LV-passport", Number: "LV1234567"}, o.Key()), "staff.code_kind")
		for _, line := range mustLines(o) {
			if strings.Contains(string(line.Body), "32000012345") {
				t.Errorf("a line says the code: %s", line.Body)
			}
		}
	})
}

func mustLines(o *stafftest.Office) []journal.Entry {
	o.T.Helper()
	lines, err := o.Journal.Lines(o.T.Context(), o.DB, staff.NetworkDesk, 0, 1000)
	o.Must(err)
	return lines
}

func TestATokenIsNoSecondPersonAndHasNothingOfOne(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, o *stafftest.Office) {
		_, token, err := o.CreateToken(t.Context(), stafftest.Setup, staff.NewToken{Label: "x", Role: "clerk", Desk: "CES-1"}, o.Key())
		o.Must(err)
		o.Fails(second(o, token, o.Hire("anna")), "staff.second_unproven")
		_, _, err = o.CreateToken(t.Context(), stafftest.Setup, staff.NewToken{Label: "x", Role: "administrator", Scope: scope.Network}, o.Key())
		o.Fails(err, "staff.token_nothing")
		secret, _, err := o.CreateToken(t.Context(), stafftest.Setup, staff.NewToken{Label: "x", Role: "municipal-manager", Scope: scope.Network}, o.Key())
		o.Must(err)
		s, err := o.Authenticate(t.Context(), secret)
		if err != nil || s.Holds(staff.MayManage) || !s.Holds("report.read") {
			t.Errorf("%v %v", s, err)
		}
	})
}

func TestATokenEndsAndTellsWhenItWasUsed(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, o *stafftest.Office) {
		in := staff.NewToken{Label: "Kiosk", Role: "clerk", Desk: "CES-1", Until: stafftest.Morning.Add(48 * time.Hour)}
		secret, token, err := o.CreateToken(t.Context(), stafftest.Setup, in, o.Key())
		o.Must(err)
		w := scope.Warrant{Who: token, Token: true, Permission: staff.MayServe, At: []scope.Place{here}}
		o.Must(act(o, w, nothing))
		o.Clock.Set(stafftest.Morning.Add(time.Hour))
		if _, err := o.Authenticate(t.Context(), secret); err != nil {
			t.Fatal(err)
		}
		all, err := o.ListTokens(t.Context())
		if err != nil || len(all) != 1 || !all[0].Used.Equal(o.Clock.Now()) || !all[0].Ends.Equal(in.Until) || all[0].Label != "Kiosk" {
			t.Errorf("%+v %v", all, err)
		}
		o.Clock.Set(in.Until)
		_, err = o.Authenticate(t.Context(), secret)
		o.Fails(err, "staff.token_ended")
		o.Fails(act(o, w, nothing), "staff.forbidden")
		in.Until = o.Clock.Now().Add(staff.LongestTokenLife + time.Hour)
		_, _, err = o.CreateToken(t.Context(), stafftest.Setup, in, o.Key())
		o.Fails(err, "staff.token_life")
	})
}

func TestStrangersWhoGuessHoldUpNobodyAtHerOwnDevice(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, o *stafftest.Office) {
		o.Hire("anna")
		own, stranger := staff.Origin{Address: "a", Device: staff.DeviceHash{1}, Seen: true}, staff.Origin{Address: "b", Device: staff.DeviceHash{2}}
		try := func(from staff.Origin, password string) error {
			_, err := o.SignIn(context.Background(), from, "anna", password)
			return err
		}
		o.Must(try(own, stafftest.Password))
		for range 8 {
			if err := try(stranger, "wrong wrong wrong"); err == nil {
				t.Fatal("let in")
			}
		}
		o.Fails(try(stranger, stafftest.Password), "staff.paused")
		o.Fails(try(staff.Origin{}, stafftest.Password), "staff.paused")
		o.Must(try(own, stafftest.Password))
		for range 5 {
			o.Fails(try(own, "wrong wrong wrong"), "staff.sign_in_wrong")
		}
		o.Fails(try(own, stafftest.Password), "staff.paused") // her device is no way round the pause
		if err := try(own, ""); errors.Is(err, fault.NewForbidden("")) {
			t.Error(err)
		}
	})
}

func TestADeviceOfSomebodyElseOpensNoSecondBudgetOfGuesses(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, o *stafftest.Office) {
		o.Hire("anna")
		own := staff.Origin{Address: "a", Device: staff.DeviceHash{1}, Seen: true}
		_, err := o.SignIn(t.Context(), own, "anna", stafftest.Password)
		o.Must(err)
		busy := false
		for i := 0; i < 200 && !busy; i++ {
			_, err := o.SignIn(t.Context(), own, fmt.Sprint("nobody-", i), "wrong wrong wrong")
			busy = errors.Is(err, gate.ErrBusy)
		}
		if !busy {
			t.Error("200 names were guessed from the device of one")
		}
		_, err = o.SignIn(t.Context(), own, "anna", stafftest.Password)
		o.Must(err)
	})
}

func TestAPasswordThatIsGuessedFirstIsRefused(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, o *stafftest.Office) {
		anna := o.Hire("anna")
		for _, password := range []string{"password1234", "parole123456", "123456789012", "qwertyuiop12", "aaaaaaaaaaaa", "anna.anna.anna", "vienkopus2026", "Latvija2026!", "Vienkopus-Cēsis1", "dzerbene2026", "Dzērbene2026!", "Taurenes-novads", "cesunovads2026"} {
			o.Fails(o.SetPassword(t.Context(), stafftest.Setup, anna, password, o.Key()), "staff.password_common")
		}
		for _, password := range []string{stafftest.Password, "correct horse battery", "garā pupa čaukst vējā", strings.Repeat("garā pupa čaukst ", 10)} {
			o.Must(o.SetPassword(t.Context(), stafftest.Setup, anna, password, o.Key()))
		}
	})
}

func TestANameThatIsReadAsAnotherIsRefused(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, o *stafftest.Office) {
		for _, name := range []string{"Anna\u202eavolzO", "An\u200bna Ozola"} {
			_, err := o.Enrol(t.Context(), stafftest.Setup, staff.NewPerson{SignIn: "anna", Name: name, Scope: scope.Network}, o.Key())
			o.Fails(err, "staff.name_malformed")
		}
	})
}
