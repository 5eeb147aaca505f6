package staffhttp_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/base/dated"
	"vienkopus/internal/base/id"
	"vienkopus/internal/staff"
	"vienkopus/internal/staff/passkey/passkeytest"
	"vienkopus/internal/staff/stafftest"
)

// phone is a device with passkeys in front of the program.
func phone(b *browser) *passkeytest.Device {
	return &passkeytest.Device{T: b.T, Origin: "https://example.com", RP: "example.com"}
}

// adds enrols a passkey.
func (b *browser) adds(d *passkeytest.Device, name string) reply {
	b.T.Helper()
	options := b.get("/me/passkey/options")
	b.sees(options, 200, `"userVerification":"required"`, `"residentKey":"required"`)
	return b.post("/me/passkey", "name", name, "answer", d.Create(options.body), "key", "passkey-"+b.Key())
}

// enters signs in by a passkey.
func (b *browser) enters(d *passkeytest.Device) reply {
	b.T.Helper()
	return b.post("/sign-in/passkey", "answer", d.Get(b.get("/sign-in/passkey/options").body), "next", "")
}

// within is a clerk with a passkey.
func within(b *browser) (who id.ID, d *passkeytest.Device) {
	b.T.Helper()
	who, d = b.Hire("anna", "clerk centre:taurene"), phone(b)
	b.signIn("anna")
	b.sees(b.adds(d, "mans tālrunis"), http.StatusSeeOther, "/me/ways?added=yes")
	return who, d
}

func TestAPasskeyOpensASessionWithoutPasswordAndCode(t *testing.T) {
	each(t, func(t *testing.T, b *browser) {
		_, d := within(b)
		b.enrols() // an app, whose code a passkey does not ask for
		other := b.another()
		b.sees(other.get("/sign-in"), 200, "Sign in with a passkey")
		b.sees(other.enters(d), http.StatusSeeOther, "/counter")
		b.sees(other.get("/counter"), 200, "name=Vārds anna")
		b.sees(other.get("/me/ways"), 200, "Passkey, mans tālrunis", "Last used")
	})
}

func TestAPasskeyOfWrongAnswersOpensNothing(t *testing.T) {
	each(t, func(t *testing.T, b *browser) {
		_, d := within(b)
		enter := func(what string, spoil func(d *passkeytest.Device)) {
			t.Helper()
			bad := d.Copy()
			spoil(bad)
			if got := b.another().enters(bad); got.status != http.StatusUnauthorized {
				t.Errorf("%s: %d", what, got.status)
			}
		}
		enter("without user verification", func(d *passkeytest.Device) { d.Unverified = true })
		enter("of another site", func(d *passkeytest.Device) { d.Origin = "https://example.com.evil.test" })
		enter("for another name", func(d *passkeytest.Device) { d.RP = "evil.test" })
		one := b.another()
		options := one.get("/sign-in/passkey/options").body
		answer := d.Get(options)
		b.sees(b.another().post("/sign-in/passkey", "answer", answer), http.StatusUnauthorized) // of another browser
		b.sees(one.post("/sign-in/passkey", "answer", strings.Replace(answer, `"signature":"`, `"signature":"AA`, 1)), http.StatusUnauthorized)
		for _, not := range []string{"", "{}", "null", `{"id":"x"}`, strings.Repeat("x", 20_000)} {
			b.sees(one.post("/sign-in/passkey", "answer", not), http.StatusUnauthorized)
		}
		late := b.another()
		answer = d.Get(late.get("/sign-in/passkey/options").body)
		b.Clock.Advance(6 * time.Minute)
		b.sees(late.post("/sign-in/passkey", "answer", answer), http.StatusUnauthorized)
		b.Clock.Advance(time.Hour)                                     // a pause after many wrong ones
		b.sees(b.another().enters(d), http.StatusSeeOther, "/counter") // and the right one does
	})
}

func TestAnAnswerOpensOneSession(t *testing.T) {
	each(t, func(t *testing.T, b *browser) {
		_, d := within(b)
		d.Uncounted = true
		one := b.another()
		answer := d.Get(one.get("/sign-in/passkey/options").body)
		b.sees(one.post("/sign-in/passkey", "answer", answer), http.StatusUnauthorized) // it counted when it was made
		d.Uncounted = false
		d.Count = 7
		answer = d.Get(one.get("/sign-in/passkey/options").body)
		b.sees(one.post("/sign-in/passkey", "answer", answer), http.StatusSeeOther, "/counter")
		b.sees(one.post("/sign-out"), http.StatusSeeOther)
		b.sees(one.post("/sign-in/passkey", "answer", answer), http.StatusUnauthorized)
	})
}

// A passkey that does not count opens as often as it likes, but each challenge once.
func TestAChallengeIsAnsweredOnce(t *testing.T) {
	each(t, func(t *testing.T, b *browser) {
		b.Hire("anna", "clerk centre:taurene")
		b.signIn("anna")
		d := phone(b)
		d.Uncounted = true
		b.sees(b.adds(d, "atslēga"), http.StatusSeeOther)
		one := b.another()
		answer := d.Get(one.get("/sign-in/passkey/options").body)
		b.sees(one.post("/sign-in/passkey", "answer", answer), http.StatusSeeOther)
		b.sees(one.post("/sign-in/passkey", "answer", answer), http.StatusUnauthorized)
		b.sees(b.another().enters(d), http.StatusSeeOther)
		b.sees(b.another().enters(d), http.StatusSeeOther)
	})
}

func TestACopiedPasskeyIsSeenWhenItCountsBack(t *testing.T) {
	each(t, func(t *testing.T, b *browser) {
		_, d := within(b)
		thief := d.Copy()
		b.sees(b.another().enters(d), http.StatusSeeOther)
		b.sees(b.another().enters(d), http.StatusSeeOther)
		b.sees(b.another().enters(thief), http.StatusUnauthorized)
		events, err := b.Security().Events(t.Context(), b.DB, staff.Asked{Kind: staff.Denied, Until: b.Clock.Now().Add(time.Hour), Limit: 10})
		b.Must(err)
		if len(events) != 1 || events[0].What != "proof.passkey_copied" {
			t.Errorf("%v", events)
		}
	})
}

var wayOf = regexp.MustCompile(`name="way" value="([0-9a-f-]{36})"`)

func TestARemovedPasskeyOpensNothing(t *testing.T) {
	each(t, func(t *testing.T, b *browser) {
		_, d := within(b)
		way := wayOf.FindStringSubmatch(b.get("/me/ways").body)
		b.Clock.Advance(11 * time.Minute)
		b.sees(b.post("/me/ways", "way", way[1], "key", "w-1"), http.StatusSeeOther, "/confirm?next=%2Fme%2Fways") // not without proving who she is
		b.sees(b.another().enters(d), http.StatusSeeOther)
		b.sees(b.get("/confirm"), 200, "Confirm with a passkey")
		b.sees(b.post("/confirm", "answer", d.Get(b.get("/confirm/options").body)), http.StatusSeeOther)
		b.sees(b.post("/me/ways", "way", way[1], "key", "w-2"), http.StatusSeeOther, "/me/ways?done=yes")
		b.sees(b.another().enters(d), http.StatusUnauthorized)
		b.sees(b.get("/confirm/options"), http.StatusNotFound)
	})
}

func TestOneConfirmsByOnesOwnPasskeyAlone(t *testing.T) {
	each(t, func(t *testing.T, b *browser) {
		_, d := within(b)
		b.Hire("berta", "clerk centre:taurene")
		other, hers := b.another(), phone(b)
		other.signIn("berta")
		b.sees(other.adds(hers, "Bertas"), http.StatusSeeOther)
		b.Clock.Advance(11 * time.Minute)
		b.sees(b.post("/confirm", "answer", hers.Get(b.get("/confirm/options").body)), http.StatusForbidden, "was not confirmed")
		signing := d.Get(b.another().get("/sign-in/passkey/options").body) // a challenge for something else
		b.sees(b.post("/confirm", "answer", signing), http.StatusForbidden)
		b.sees(b.get("/me/passkey"), http.StatusSeeOther, "/confirm")
		b.sees(b.post("/confirm", "answer", d.Get(b.get("/confirm/options").body)), http.StatusSeeOther)
		b.sees(b.get("/me/passkey"), 200)
	})
}

func TestWhatIsNoPasskeyOfHersIsNotAdded(t *testing.T) {
	each(t, func(t *testing.T, b *browser) {
		_, d := within(b)
		bad := phone(b)
		bad.Unverified = true
		b.sees(b.adds(bad, "bez PIN"), http.StatusUnprocessableEntity, "neither a finger")
		b.sees(b.adds(phone(b), " "), http.StatusUnprocessableEntity, "name of 1 to 60")
		b.sees(b.post("/me/passkey", "name", "x", "answer", d.Get(b.get("/confirm/options").body), "key", "k-1"), http.StatusUnprocessableEntity)
		late := phone(b)
		answer := late.Create(b.get("/me/passkey/options").body)
		b.Clock.Advance(6 * time.Minute)
		b.sees(b.post("/confirm", "password", stafftest.Password), http.StatusSeeOther)
		b.sees(b.post("/me/passkey", "name", "x", "answer", answer, "key", "k-2"), http.StatusUnprocessableEntity, "took too long")
		b.Hire("berta", "clerk centre:taurene") // a passkey that was made for another
		other := b.another()
		other.signIn("berta")
		answer = phone(b).Create(other.get("/me/passkey/options").body)
		b.sees(b.post("/me/passkey", "name", "x", "answer", answer, "key", "k-3"), http.StatusUnprocessableEntity)
		answer = phone(b).Create(b.get("/me/passkey/options").body)
		b.sees(b.post("/me/passkey", "name", "x", "answer", answer, "key", "k-4"), http.StatusSeeOther)
		b.sees(b.post("/me/passkey", "name", "x", "answer", answer, "key", "k-5"), http.StatusUnprocessableEntity) // twice
	})
}

// Her role needs a second proof. A passkey is one; then the password alone opens nothing, or whoever has learned it would add an app of his own.
func TestAPasskeyStandsForBothProofs(t *testing.T) {
	each(t, func(t *testing.T, b *browser) {
		b.Hire("anna", "clerk centre:taurene")
		rule := staff.SignInRule{Basis: dated.On("2026-11-24", "test", "test"), Second: []string{"clerk"}, ApartDays: 30, LogDays: 365}
		b.Must(b.SetSignInRule(t.Context(), stafftest.Setup, rule, b.Key()))
		d := phone(b)
		b.Clock.Advance(24 * time.Hour)
		b.signIn("anna")
		b.sees(b.get("/counter"), http.StatusSeeOther, "/me/app?next=%2Fcounter")
		b.sees(b.adds(d, "tālrunis"), http.StatusSeeOther)
		b.sees(b.get("/counter"), 200)
		thief := b.another()
		b.sees(thief.post("/sign-in", "sign_in", "anna", "password", stafftest.Password), http.StatusForbidden, "not enough for your role")
		b.sees(thief.get("/me/app"), http.StatusSeeOther, "/sign-in?next=%2Fme%2Fapp")
		b.sees(thief.enters(d), http.StatusSeeOther, "/counter")
		b.sees(thief.get("/counter"), 200)
	})
}

// Wrong passwords under her name make a pause for the name, which a passkey does not wait for.
func TestGuessedPasswordsHoldUpNoPasskey(t *testing.T) {
	each(t, func(t *testing.T, b *browser) {
		_, d := within(b)
		thief := b.another()
		for range 6 {
			thief.post("/sign-in", "sign_in", "anna", "password", "aplam aplam")
		}
		b.sees(thief.post("/sign-in", "sign_in", "anna", "password", stafftest.Password), http.StatusForbidden)
		b.sees(b.another().enters(d), http.StatusSeeOther, "/counter")
	})
}

func TestWhoHasLeftSignsInByNothing(t *testing.T) {
	each(t, func(t *testing.T, b *browser) {
		who, d := within(b)
		b.enrols()
		b.Must(b.Leave(t.Context(), stafftest.Setup, who, b.Key()))
		b.sees(b.get("/counter"), http.StatusSeeOther, "/sign-in")
		b.sees(b.another().enters(d), http.StatusUnauthorized)
		var left int
		b.Must(b.DB.QueryRow(t.Context(), "SELECT COUNT(*) FROM staff_proof").Scan(&left))
		if left != 0 {
			t.Errorf("%d proofs of somebody who has left", left)
		}
	})
}

// An auditor read of a wrong password where nobody had typed one.
func TestARemovedPasskeyIsNotLoggedAsAWrongPassword(t *testing.T) {
	each(t, func(t *testing.T, b *browser) {
		anna, d := within(b)
		way := wayOf.FindStringSubmatch(b.get("/me/ways").body)
		b.sees(b.post("/me/ways", "way", way[1], "key", "w-1"), http.StatusSeeOther, "/me/ways?done=yes")
		b.sees(b.another().enters(d), http.StatusUnauthorized)
		b.Hire("berta", "clerk centre:taurene")
		berta := b.another()
		berta.signIn("berta")
		bs := phone(b)
		berta.adds(bs, "tālrunis")
		bs.Unverified = true
		b.sees(b.another().enters(bs), http.StatusUnauthorized)
		failed := strings.Split(events(b, staff.Asked{Kind: staff.SignInFail}), "\n")
		slices.Sort(failed)
		if want := []string{"sign-in-failed proof.passkey_unknown 192.0.2.1", "sign-in-failed proof.passkey_wrong 192.0.2.1"}; !slices.Equal(failed, want) {
			t.Errorf("the log says %q", failed)
		}
		if hers := events(b, staff.Asked{Kind: staff.SignInFail, Who: anna.String()}); hers != "sign-in-failed proof.passkey_unknown 192.0.2.1" {
			t.Errorf("the log says of her\n%s", hers)
		}
	})
}

// Whoever found a counter that was left alone a few minutes after the sign-in added a passkey of his own, and the owner never heard of it.
func TestNothingBySignInIsChangedMinutesAfterTheSignIn(t *testing.T) {
	each(t, func(t *testing.T, b *browser) {
		_, d := within(b)
		way := wayOf.FindStringSubmatch(b.get("/me/ways").body)
		b.Clock.Advance(4 * time.Minute)
		elsewhere := b.another()
		elsewhere.signIn("anna") // that she proves it in another session is no proof in this one
		asks := func(got reply) {
			t.Helper()
			if got.status != http.StatusSeeOther || !strings.HasPrefix(got.to, "/confirm?next=") {
				t.Errorf("%d to %q: nobody is asked who she is", got.status, got.to)
			}
		}
		asks(b.get("/me/passkey"))
		asks(b.get("/me/app"))
		asks(b.adds(phone(b), "svešs"))
		asks(b.post("/me/app", "secret", "x", "code", "1", "key", "app-1"))
		asks(b.post("/me/elsewhere"))
		asks(b.post("/me/ways", "way", way[1], "key", "w-1"))
		b.sees(b.post("/confirm"), http.StatusForbidden) // the proof of four minutes ago is none
		b.sees(b.post("/confirm", "answer", d.Get(b.get("/confirm/options").body)), http.StatusSeeOther)
		b.sees(b.adds(phone(b), "mana otra ierīce"), http.StatusSeeOther, "/me/ways?added=yes")
	})
}

func TestWhoeverSignsInIsToldWhatWasChangedOfThat(t *testing.T) {
	each(t, func(t *testing.T, b *browser) {
		within(b)
		told := "Added: Passkey, 23.11.2026"
		b.sees(b.get("/me/ways"), 200, "Latest changes", told)
		b.sees(b.get("/me"), 200, told, "end all your sessions")
		b.Clock.Advance(8 * 24 * time.Hour)
		b.signIn("anna")
		b.sees(b.get("/me/ways"), 200, told)
		if page := b.get("/me"); strings.Contains(page.body, "Added: Passkey") {
			t.Error("she is told for ever")
		}
	})
}

// Anybody may ask for a challenge; a stranger who does must not pass the gate before those who have signed in.
func TestWhoeverAsksForAChallengeIsNotKnownByIt(t *testing.T) {
	each(t, func(t *testing.T, b *browser) {
		const cookie = "vienkopus-device"
		b.sees(b.get("/sign-in/passkey/options"), http.StatusOK)
		asked := b.cookies[cookie]
		if asked == "" || strings.Contains(asked, ".") {
			t.Fatalf("what a stranger's browser keeps: %q", asked)
		}
		b.Hire("anna", "clerk centre:taurene")
		b.signIn("anna")
		kept := b.cookies[cookie]
		if !strings.HasPrefix(kept, asked+".") {
			t.Errorf("after a sign-in: %q, before %q", kept, asked)
		}
		if b.get("/sign-in/passkey/options"); b.cookies[cookie] != kept {
			t.Errorf("asked again: %q, before %q", b.cookies[cookie], kept)
		}
	})
}
