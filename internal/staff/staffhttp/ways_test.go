package staffhttp_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"vienkopus/internal/base/dated"
	"vienkopus/internal/staff"
	"vienkopus/internal/staff/stafftest"
)

var seed = regexp.MustCompile(`name="secret" value="([A-Z2-7]{32})"`)

// now is the code that the app shows.
func (b *browser) now(secret string) string {
	b.T.Helper()
	code, err := totp.GenerateCode(secret, b.Clock.Now())
	b.Must(err)
	return code
}

// enrols adds an app, and returns its secret and the printed codes.
func (b *browser) enrols() (secret string, sheet []string) {
	b.T.Helper()
	found := seed.FindStringSubmatch(b.get("/me/app").body)
	if found == nil {
		b.T.Fatal("no secret is shown")
	}
	b.sees(b.post("/me/app", "secret", found[1], "code", "000000", "key", "app-1"), http.StatusUnprocessableEntity, "not right")
	page := b.post("/me/app", "secret", found[1], "code", b.now(found[1]), "key", "app-2")
	b.sees(page, 200, "The app is added")
	return found[1], shown.FindAllString(page.body, -1)
}

// half types the password of anna and returns what the program wants then.
func (b *browser) half() {
	b.T.Helper()
	b.sees(b.post("/sign-in", "sign_in", "anna", "password", stafftest.Password), http.StatusSeeOther, "/sign-in/code?next=")
	b.sees(b.get("/counter"), http.StatusSeeOther, "/sign-in?next=%2Fcounter") // half is nothing
}

func TestACodeOfAnAppIsUsedOnce(t *testing.T) {
	each(t, func(t *testing.T, b *browser) {
		b.Hire("anna", "clerk centre:taurene")
		b.signIn("anna")
		secret, sheet := b.enrols()
		if len(sheet) != 10 {
			t.Fatal(sheet)
		}
		b.Clock.Advance(time.Minute)
		one, other := b.another(), b.another()
		one.half()
		b.sees(one.post("/sign-in/code", "code", "000000"), http.StatusUnauthorized, "not right or was used")
		code := b.now(secret)
		b.sees(one.post("/sign-in/code", "code", code[:3]+" "+code[3:]), http.StatusSeeOther, "/counter")
		b.sees(one.get("/counter"), 200, "name=Vārds anna")
		other.half()
		b.sees(other.post("/sign-in/code", "code", code), http.StatusUnauthorized)
		b.sees(other.post("/sign-in/code", "code", strings.ToLower(sheet[3])), http.StatusSeeOther, "/counter")
		b.sees(other.get("/me/ways"), 200, "Codes of an app", "left: 9")
		third := b.another()
		third.half()
		b.sees(third.post("/sign-in/code", "code", sheet[3]), http.StatusUnauthorized)
	})
}

func TestAClockMayGoWrongByOneStep(t *testing.T) {
	each(t, func(t *testing.T, b *browser) {
		b.Hire("anna", "clerk centre:taurene")
		b.signIn("anna")
		secret, _ := b.enrols()
		at := b.Clock.Now().Add(10 * time.Minute).Truncate(30 * time.Second)
		b.Clock.Set(at)
		for offset, status := range map[time.Duration]int{-60 * time.Second: 401, 60 * time.Second: 401} {
			one := b.another()
			one.half()
			code, err := totp.GenerateCode(secret, at.Add(offset))
			b.Must(err)
			b.sees(one.post("/sign-in/code", "code", code), status)
		}
		for _, offset := range []time.Duration{-30 * time.Second, 30 * time.Second} { // the later one after the earlier one
			one := b.another()
			one.half()
			code, err := totp.GenerateCode(secret, at.Add(offset))
			b.Must(err)
			b.sees(one.post("/sign-in/code", "code", code), http.StatusSeeOther)
		}
	})
}

func TestTheRightPasswordWaitsFiveMinutesForTheCode(t *testing.T) {
	each(t, func(t *testing.T, b *browser) {
		b.Hire("anna", "clerk centre:taurene")
		b.signIn("anna")
		secret, _ := b.enrols()
		one := b.another()
		one.half()
		b.Clock.Advance(6 * time.Minute)
		b.sees(one.post("/sign-in/code", "code", b.now(secret)), http.StatusSeeOther, "/sign-in")
		b.sees(one.get("/counter"), http.StatusSeeOther, "/sign-in?next=%2Fcounter")
		b.sees(b.another().post("/sign-in/code", "code", b.now(secret)), http.StatusSeeOther, "/sign-in") // without a password
	})
}

func TestARoleThatNeedsASecondProofEnrolsFirst(t *testing.T) {
	each(t, func(t *testing.T, b *browser) {
		b.Hire("anna", "clerk centre:taurene")
		rule := staff.SignInRule{Basis: dated.On("2026-11-24", "test", "test"), Second: []string{"clerk"}, ApartDays: 30, LogDays: 365}
		b.Must(b.SetSignInRule(t.Context(), stafftest.Setup, rule, b.Key()))
		b.signIn("anna")
		b.sees(b.get("/counter"), 200) // from tomorrow
		b.Clock.Advance(24 * time.Hour)
		b.signIn("anna")
		b.sees(b.get("/counter"), http.StatusSeeOther, "/me/app?next=%2Fcounter")
		b.sees(b.post("/visits"), http.StatusForbidden)
		b.sees(b.get("/me/app"), 200, "Your role needs a second proof")
		fresh := b.another() // whose browser brings no session that was before
		fresh.signIn("anna")
		b.sees(fresh.get("/counter"), http.StatusSeeOther, "/me/app?next=%2Fcounter")
		const other = "cits garš un jauns zvans"
		b.sees(fresh.post("/me", "old", stafftest.Password, "password", other, "again", other), http.StatusSeeOther, "/me?done=yes")
		b.sees(fresh.get("/counter"), http.StatusSeeOther, "/me/app?next=%2Fcounter")
		b.sees(b.another().post("/sign-in", "sign_in", "anna", "password", other), http.StatusSeeOther)
		b.sees(b.post("/sign-in", "sign_in", "anna", "password", other), http.StatusSeeOther)
		b.enrols()
		b.sees(b.get("/counter"), 200)
	})
}

// A manager's code brings back whoever has lost the telephone: the app ends with it.
func TestAManagersCodeEndsTheApp(t *testing.T) {
	each(t, func(t *testing.T, b *browser) {
		_, _, code := recovers(t, b)
		b.signIn("anna")
		b.enrols()
		b.sees(b.another().post("/recover", "sign_in", "anna", "code", code, "password", fresh, "again", fresh), http.StatusSeeOther, "/counter")
		b.sees(b.another().post("/sign-in", "sign_in", "anna", "password", fresh), http.StatusSeeOther, "/counter")
	})
}
