package staff_test

import (
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/staff"
	"vienkopus/internal/staff/gate"
	"vienkopus/internal/staff/stafftest"
)

func TestAPasswordOpensItsAccount(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, o *stafftest.Office) {
		anna := o.Hire("Anna.Berzina ", "clerk centre:cesis")
		for _, name := range []string{"anna.berzina", "  ANNA.Berzina"} {
			a, err := o.SignIn(t.Context(), staff.Origin{}, name, stafftest.Password)
			if err != nil || a.Staff != anna || a.Name != "Vārds Anna.Berzina" {
				t.Errorf("%q: %+v %v", name, a, err)
			}
		}
		_, err := o.SignIn(t.Context(), staff.Origin{}, "anna.berzina", "cits zilonis ar šalli")
		o.Fails(err, "staff.sign_in_wrong")
		_, err = o.SignIn(t.Context(), staff.Origin{}, "nobody", stafftest.Password)
		o.Fails(err, "staff.sign_in_wrong")
		if a, err := o.SignInAs(t.Context(), staff.Origin{}, anna, stafftest.Password); err != nil || a.Staff != anna {
			t.Errorf("chosen from a list: %v", err)
		}
		_, err = o.SignInAs(t.Context(), staff.Origin{}, id.New(stafftest.Morning), stafftest.Password)
		o.Fails(err, "staff.sign_in_wrong")
		// "š" typed as two characters is the same password.
		if _, err := o.SignIn(t.Context(), staff.Origin{}, "anna.berzina", strings.ReplaceAll(stafftest.Password, "š", "s\u030c")); err != nil {
			t.Error(err)
		}
	})
}

func TestNothingSecretStandsInTheJournal(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, o *stafftest.Office) {
		o.Hire("anna", "clerk centre:cesis")
		lines, err := o.Journal.Lines(t.Context(), o.DB, staff.NetworkDesk, 0, 100)
		o.Must(err)
		for _, l := range lines {
			if body := strings.ToLower(string(l.Body)); strings.Contains(body, "anna") || strings.Contains(body, "zilonis") {
				t.Errorf("%s: %s", l.Kind, l.Body)
			}
		}
		var hash string
		o.Must(o.DB.QueryRow(t.Context(), "SELECT password FROM staff_account").Scan(&hash))
		if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
			t.Error(hash)
		}
	})
}

func TestManyWrongPasswordsMakeAGrowingPause(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, o *stafftest.Office) {
		o.Hire("anna", "clerk centre:cesis")
		wrong := func(name string) error {
			_, err := o.SignIn(t.Context(), staff.Origin{}, name, "wrong wrong wrong")
			return err
		}
		for _, name := range []string{"anna", "nobody"} { // an unknown name pauses as well, or it would tell itself
			for range 5 {
				o.Fails(wrong(name), "staff.sign_in_wrong")
			}
			for _, pause := range []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute} {
				o.Clock.Advance(pause - time.Second)
				o.Fails(wrong(name), "staff.paused")
				o.Clock.Advance(time.Second)
				o.Fails(wrong(name), "staff.sign_in_wrong")
			}
		}
		// The right password has to wait as well, in every process.
		_, err := o.Process().SignIn(t.Context(), staff.Origin{}, "anna", stafftest.Password)
		o.Fails(err, "staff.paused")
		o.Clock.Advance(4 * time.Minute)
		o.Enter("anna")
		o.Fails(wrong("anna"), "staff.sign_in_wrong") // a success forgives
		var kept int
		o.Must(o.DB.Side().QueryRow(t.Context(), "SELECT COUNT(*) FROM side_sign_in_failure").Scan(&kept))
		if kept != 2 {
			t.Errorf("%d names kept", kept)
		}
		o.Clock.Advance(25 * time.Hour)
		o.Fails(wrong("anna"), "staff.sign_in_wrong")
		o.Enter("anna")
		o.Must(o.DB.Side().QueryRow(t.Context(), "SELECT COUNT(*) FROM side_sign_in_failure").Scan(&kept))
		if kept != 0 {
			t.Errorf("%d names kept after a day", kept)
		}
	})
}

func TestManyAtOnceGetNoMoreTries(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, o *stafftest.Office) {
		o.Hire("anna", "clerk centre:cesis")
		other := o.Process()
		var mu sync.Mutex
		tried, wg := 0, sync.WaitGroup{}
		for i := range 16 {
			wg.Go(func() {
				s := o.Service
				if i%2 == 0 {
					s = other
				}
				_, err := s.SignIn(t.Context(), staff.Origin{}, "anna", "wrong wrong wrong")
				for errors.Is(err, gate.ErrBusy) { // a machine with much to do: whoever is sent away comes again
					_, err = s.SignIn(t.Context(), staff.Origin{}, "anna", "wrong wrong wrong")
				}
				mu.Lock()
				defer mu.Unlock()
				if fault.KindOf(err) == fault.Unauthenticated {
					tried++
				} else if fault.KindOf(err) != fault.Forbidden {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if tried != 5 {
			t.Errorf("%d tries", tried)
		}
	})
}

// The work is told by the memory that the hash fills, which does not depend on how busy the machine is. Not parallel:
// nobody else may allocate meanwhile.
func TestAnUnknownNameIsAsMuchWork(t *testing.T) {
	o := stafftest.Open(t, stafftest.Template.SQLite(t))
	o.Hire("anna", "clerk centre:cesis")
	o.Must(o.Leave(t.Context(), stafftest.Setup, o.Hire("left", "clerk centre:cesis"), o.Key()))
	for _, name := range []string{"anna", "nobody", "left"} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := o.SignIn(t.Context(), staff.Origin{}, name, "wrong wrong wrong"); fault.KindOf(err) != fault.Unauthenticated {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		if filled := after.TotalAlloc - before.TotalAlloc; filled < 19<<20 {
			t.Errorf("%s: only %d bytes", name, filled)
		}
	}
}

func TestPasswordsThatWillNotDo(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, o *stafftest.Office) {
		for given, key := range map[[3]string]string{
			{"anna", "Anna", "short"}:                              "staff.password_short",
			{"anna", "Anna", strings.Repeat("a", 257)}:             "staff.password_long",
			{"anna.berzina", "Anna", "Anna.Berzina"}:               "staff.password_is_name",
			{"a", "Anna", stafftest.Password}:                      "staff.sign_in_malformed",
			{"anna berzina", "Anna", stafftest.Password}:           "staff.sign_in_malformed",
			{"anna", " ", stafftest.Password}:                      "staff.name_malformed",
			{"anna", strings.Repeat("a", 121), stafftest.Password}: "staff.name_malformed",
			{"anna\u0000", "Anna", stafftest.Password}:             "staff.sign_in_malformed",
			{"anna", "Anna", strings.Repeat("ē", 11)}:              "staff.password_short",
			{strings.Repeat("a", 61), "Anna", stafftest.Password}:  "staff.sign_in_malformed",
			{"anna<script>", "Anna", stafftest.Password}:           "staff.sign_in_malformed",
			{"anna", "Anna", strings.Repeat(" ", 24)}:              "staff.password_common",
			{"anna", "Anna", "  garā pupa  čaukst vējā  "}:         "",
		} {
			_, err := o.Enrol(t.Context(), stafftest.Setup, staff.NewPerson{SignIn: given[0], Name: given[1], Password: given[2], Scope: scope.Network}, o.Key())
			if key == "" {
				o.Must(err)
				continue
			}
			o.Fails(err, key)
		}
		_, err := o.Enrol(t.Context(), stafftest.Setup, staff.NewPerson{SignIn: " ANNA", Name: "Anna", Scope: scope.Network}, o.Key())
		o.Fails(err, "staff.sign_in_taken")
	})
}

func TestEnrollingTwiceWithOneKeyHasOneEffect(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, o *stafftest.Office) {
		p := staff.NewPerson{SignIn: "anna", Name: "Anna", Password: stafftest.Password, Scope: scope.Network}
		first, err := o.Enrol(t.Context(), stafftest.Setup, p, "once")
		o.Must(err)
		again, err := o.Enrol(t.Context(), stafftest.Setup, p, "once")
		if err != nil || again != first {
			t.Errorf("%s, then %s, %v", first, again, err)
		}
	})
}

func TestChangingAPasswordEndsTheOtherSessions(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, o *stafftest.Office) {
		anna := o.Hire("anna", "clerk centre:cesis")
		before := o.Enter("anna")
		o.See(o.Service, before)
		o.Clock.Advance(time.Minute)
		by := stafftest.ClerkAt(anna)
		o.Fails(o.ChangePassword(t.Context(), by, anna, "wrong wrong wrong", "jauna garā parole", o.Key()), "staff.password_wrong")
		o.Fails(o.ChangePassword(t.Context(), by, anna, stafftest.Password, "īsa", o.Key()), "staff.password_short")
		o.Must(o.ChangePassword(t.Context(), by, anna, stafftest.Password, "jauna garā parole", o.Key()))
		_, err := o.Session(t.Context(), before)
		o.Fails(err, "staff.session_ended")
		_, err = o.SignIn(t.Context(), staff.Origin{}, "anna", stafftest.Password)
		o.Fails(err, "staff.sign_in_wrong")
		a, err := o.SignIn(t.Context(), staff.Origin{}, "anna", "jauna garā parole")
		o.Must(err)
		o.See(o.Service, staff.Opened{Staff: a.Staff, Changed: a.Changed})
		if got := o.History(staff.NetworkDesk); !strings.HasSuffix(got, "staff.enrolled staff.role_granted staff.password_changed") {
			t.Error(got)
		}
	})
}
