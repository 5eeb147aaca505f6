package staffhttp_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/staff"
	"vienkopus/internal/staff/stafftest"
)

// events are the kinds in the security log, the latest first.
func events(b *browser, ask staff.Asked) string {
	b.T.Helper()
	ask.Until, ask.Limit = b.Clock.Now().Add(time.Hour), 100
	all, err := b.Security().Events(b.T.Context(), b.DB, ask)
	b.Must(err)
	var text []string
	for _, e := range all {
		text = append(text, fmt.Sprintf("%s %s %s", e.Kind, e.What, e.Address))
	}
	return strings.Join(text, "\n")
}

func TestTheSecurityLogTellsWhoTriedWhatFromWhere(t *testing.T) {
	each(t, func(t *testing.T, b *browser) {
		anna := b.Hire("anna", "clerk centre:taurene").String()
		b.post("/sign-in", "sign_in", "anna", "password", "wrong")
		b.post("/sign-in", "sign_in", "my secret password", "password", "x")
		b.signIn("anna")
		b.get("/staff")
		b.post("/me/sessions", "session", "all", "key", "sessions-1")
		hers := events(b, staff.Asked{Who: anna})
		for _, line := range []string{"sign-in-failed staff.sign_in_wrong 192.0.2.1", "signed-in  192.0.2.1", "denied GET /staff 192.0.2.1", "changed staff.sessions_ended staff:" + anna + " 192.0.2.1"} {
			if !strings.Contains(hers, line) {
				t.Errorf("no %q in\n%s", line, hers)
			}
		}
		if all := events(b, staff.Asked{}); strings.Contains(all, "secret") || strings.Count(all, "sign-in-failed") != 2 {
			t.Errorf("what was typed is kept, or a failure is missing:\n%s", all)
		}
		if got := events(b, staff.Asked{Kind: staff.Denied}); strings.Count(got, "\n") != 0 {
			t.Errorf("the kind narrows nothing: %s", got)
		}
	})
}

func TestFailedNamesInTheSecurityLogAreBounded(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, o *stafftest.Office) {
		log := o.Security()
		log.Most = 10
		for range 50 {
			o.Clock.Advance(time.Second)
			log.Note(t.Context(), staff.Event{Kind: staff.SignInFail})
		}
		var n int
		o.Must(o.DB.QueryRow(t.Context(), "SELECT COUNT(*) FROM security_event WHERE kind = 'sign-in-failed'").Scan(&n))
		if n != 10 {
			t.Errorf("%d rows", n)
		}
		log.Most = 400 // of which not every refusal looks for the oldest
		for range 1200 {
			o.Clock.Advance(time.Second)
			log.Note(t.Context(), staff.Event{Kind: staff.SignInFail})
		}
		o.Must(o.DB.QueryRow(t.Context(), "SELECT COUNT(*) FROM security_event WHERE kind = 'sign-in-failed'").Scan(&n))
		if n < 400 || n > 480 {
			t.Errorf("%d rows, about 400 are kept", n)
		}
		o.Must(log.Sweep(t.Context(), o.Clock.Now().Add(time.Second)))
		o.Must(o.DB.QueryRow(t.Context(), "SELECT COUNT(*) FROM security_event").Scan(&n))
		if n != 0 {
			t.Errorf("%d rows outlive the rule", n)
		}
	})
}

func TestTheSecurityLogIsForWhoeverMayReadItEverywhere(t *testing.T) {
	each(t, func(t *testing.T, b *browser) {
		b.Hire("anna", "clerk centre:taurene")
		b.Must(b.DefineRole(t.Context(), stafftest.Setup, "auditor", []string{staff.MayReadLog}, b.Key()))
		b.Hire("near", "auditor municipality:"+stafftest.Cesis)
		b.Hire("far", "auditor network")
		for name, status := range map[string]int{"anna": http.StatusForbidden, "near": http.StatusForbidden, "far": http.StatusOK} {
			one := b.another()
			one.signIn(name)
			for _, path := range []string{"/journal/security", "/journal/security.csv", "/journal/security.xlsx"} {
				b.sees(one.get(path), status)
			}
		}
	})
}

// A browser that has signed in is known by a mark that nobody else can make: strangers who guess her name and invent what browsers keep do not pass for it.
func TestADeviceThatIsMadeUpIsNotKnown(t *testing.T) {
	each(t, func(t *testing.T, b *browser) {
		const cookie = "vienkopus-device"
		b.Hire("anna", "clerk centre:taurene")
		b.signIn("anna")
		own := b.cookies[cookie]
		device, mark, marked := strings.Cut(own, ".")
		if !marked || len(mark) != 22 {
			t.Fatalf("what the browser keeps: %q in %v", own, b.cookies)
		}
		comes := func(kept, password string) reply {
			from := b.another()
			from.cookies[cookie] = kept
			return from.post("/sign-in", "sign_in", "anna", "password", password)
		}
		for range 6 {
			comes("", "wrong wrong wrong")
		}
		for _, kept := range []string{"", device, device + ".", device + "." + strings.Repeat("A", 22), strings.ToLower(device) + "." + mark} {
			if got := comes(kept, stafftest.Password); got.status == http.StatusSeeOther {
				t.Errorf("known by %q", kept)
			}
		}
		if got := comes(own, stafftest.Password); got.status != http.StatusSeeOther {
			t.Errorf("her own browser: %d", got.status)
		}
	})
}
