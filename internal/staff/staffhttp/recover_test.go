package staffhttp_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/staff"
	"vienkopus/internal/staff/stafftest"
)

var shown = regexp.MustCompile(`[2-9A-Z]{4}(-[2-9A-Z]{4}){3}`)

const fresh = "cita gara parole"

// recovers makes a code for anna, by her manager.
func recovers(t *testing.T, b *browser) (boss *browser, path, code string) {
	t.Helper()
	anna := b.Hire("anna", "clerk centre:taurene")
	b.Hire("boss", "municipal-manager municipality:"+stafftest.Cesis)
	boss = b.another()
	boss.signIn("boss")
	path = "/staff/" + anna.String()
	page := boss.post(path+"/code", "key", "code-1")
	b.sees(page, 200, "shown only now")
	if code = shown.FindString(page.body); code == "" {
		t.Fatal(page.body)
	}
	b.sees(boss.post(path+"/code", "key", "code-1"), http.StatusConflict, "shown before")
	return boss, path, code
}

func TestAManagersCodeWorksOnce(t *testing.T) {
	each(t, func(t *testing.T, b *browser) {
		_, _, code := recovers(t, b)
		b.sees(b.post("/recover", "sign_in", "boss", "code", code, "password", fresh, "again", fresh), http.StatusUnauthorized, "code is not right")
		b.sees(b.post("/recover", "sign_in", "anna", "code", code, "password", "short", "again", "short"), http.StatusUnprocessableEntity)
		elsewhere := b.another()
		elsewhere.signIn("anna")
		b.sees(b.post("/recover", "sign_in", "anna", "code", strings.ToLower(strings.ReplaceAll(code, "-", " ")), "password", fresh, "again", fresh), http.StatusSeeOther, "/counter")
		b.sees(b.get("/counter"), 200, "name=Vārds anna")
		b.sees(b.another().post("/recover", "sign_in", "anna", "code", code, "password", fresh, "again", fresh), http.StatusUnauthorized)
		b.sees(b.another().post("/sign-in", "sign_in", "anna", "password", fresh), http.StatusSeeOther)
	})
}

func TestAManagersCodeEndsAfterADay(t *testing.T) {
	each(t, func(t *testing.T, b *browser) {
		boss, path, code := recovers(t, b)
		page := boss.post(path+"/code", "key", "code-2")
		second := shown.FindString(page.body)
		b.sees(b.post("/recover", "sign_in", "anna", "code", code, "password", fresh, "again", fresh), http.StatusUnauthorized) // replaced
		b.Clock.Advance(24 * time.Hour)
		b.sees(b.post("/recover", "sign_in", "anna", "code", second, "password", fresh, "again", fresh), http.StatusUnauthorized)
		b.signIn("anna") // the old password is not touched by a code that nobody used
	})
}

func TestNobodyMakesACodeForHerselfOrAbove(t *testing.T) {
	each(t, func(t *testing.T, b *browser) {
		admin := b.Hire("admin", "administrator network")
		other := b.Hire("other", "administrator network")
		b.Hire("boss", "municipal-manager municipality:"+stafftest.Cesis)
		b.signIn("admin")
		b.sees(b.post("/staff/"+admin.String()+"/code", "key", "code-3"), http.StatusForbidden, "for himself")
		boss := b.another()
		boss.signIn("boss")
		b.sees(boss.post("/staff/"+other.String()+"/code", "key", "code-3"), http.StatusForbidden)
	})
}

// Whoever gave somebody a code could have used it herself, so the two are not two persons for a while, in either direction.
func TestWhoeverMadeACodeIsNoSecondPerson(t *testing.T) {
	each(t, func(t *testing.T, b *browser) {
		anna := b.Hire("anna", "clerk centre:taurene")
		boss := b.Hire("boss", "municipal-manager municipality:"+stafftest.Cesis)
		third := b.Hire("third", "clerk centre:taurene")
		b.Must(b.Identify(t.Context(), stafftest.Setup, anna, staff.NewCode{Kind: "LT-id", Number: "AAA11111"}, b.Key()))
		b.Must(b.Identify(t.Context(), stafftest.Setup, boss, staff.NewCode{Kind: "LT-id", Number: "BBB22222"}, b.Key()))
		b.Must(b.Identify(t.Context(), stafftest.Setup, third, staff.NewCode{Kind: "LT-id", Number: "CCC33333"}, b.Key()))
		second := func(by actor.Actor, other string) error {
			k, err := journal.NewKey(b.Key(), "second")
			b.Must(err)
			_, err = b.Journal.Post(t.Context(), by, "CES-1", k, func(tx *journal.Tx) error { return tx.Second(t.Context(), other) })
			return err
		}
		manager := actor.Staff(boss.String(), "municipal-manager")
		b.Must(second(manager, anna.String()))
		_, err := b.Proofs().MakeRecovery(t.Context(), manager, anna, b.Key())
		b.Must(err)
		b.Fails(second(manager, anna.String()), "staff.second_helped")
		b.Fails(second(stafftest.ClerkAt(anna), boss.String()), "staff.second_helped")
		b.Must(second(stafftest.ClerkAt(third), anna.String()))
		b.Clock.Advance(31 * 24 * time.Hour)
		b.Must(second(manager, anna.String()))
		b.Must(b.SetPassword(t.Context(), manager, anna, fresh, b.Key()))
		b.Fails(second(manager, anna.String()), "staff.second_helped")
	})
}
