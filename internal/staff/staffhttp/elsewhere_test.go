package staffhttp_test

import (
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/base/dated"
	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/oidc/oidctest"
	"vienkopus/internal/staff"
	"vienkopus/internal/staff/card/cardtest"
	"vienkopus/internal/staff/personcode"
	"vienkopus/internal/staff/proof"
	"vienkopus/internal/staff/stafftest"
)

// elsewhere is a program with a provider.
func elsewhere(t *testing.T, second []string, test func(t *testing.T, b *browser, there *oidctest.Provider)) {
	t.Helper()
	var there *oidctest.Provider
	eachWith(t, func(o *stafftest.Office) { there = o.Elsewhere(second...) }, func(t *testing.T, b *browser) { test(t, b, there) })
}

var onward = regexp.MustCompile(`<a href="(http://127[^"]+)"`)

// goes presses the button of a form and returns the address at the provider to which the browser is sent.
func (b *browser) goes(path string, fields ...string) string {
	b.T.Helper()
	sent := b.post(path, fields...)
	found := onward.FindStringSubmatch(sent.body)
	if sent.status != http.StatusOK || found == nil {
		b.T.Fatalf("%s: %d to %s, %s", path, sent.status, sent.to, sent.body)
	}
	return html.UnescapeString(found[1])
}

func (b *browser) comesBack(query string) reply { return b.get("/sign-in/elsewhere/back?" + query) }

// bound is a clerk who has bound an account elsewhere herself.
func bound(b *browser, there *oidctest.Provider) id.ID {
	b.T.Helper()
	who := b.Hire("anna", "clerk centre:taurene")
	b.signIn("anna")
	b.sees(b.get("/me/ways"), 200, "Connect an account: Valsts")
	b.sees(b.comesBack(there.Visit(b.goes("/me/elsewhere"), "anna-1")), http.StatusSeeOther, "/me/ways?added=yes")
	b.sees(b.get("/me/ways"), 200, "Account elsewhere, Valsts")
	return who
}

func TestAnAccountElsewhereOpensTheOneThatItIsBoundTo(t *testing.T) {
	elsewhere(t, nil, func(t *testing.T, b *browser, there *oidctest.Provider) {
		bound(b, there)
		other := b.another()
		b.sees(other.get("/sign-in"), 200, "Sign in with Valsts")
		b.sees(other.comesBack(there.Visit(other.goes("/sign-in/elsewhere", "next", "/me/ways"), "anna-1")), http.StatusSeeOther, "/me/ways")
		b.sees(other.get("/counter"), 200, "name=Vārds anna")
		b.sees(other.get("/me/ways"), 200, "Last used")
	})
}

// Neither an e-mail address nor a name that is like one of ours binds anything, and nobody gets an account by coming.
func TestAnAccountThatIsBoundToNobodyOpensNothing(t *testing.T) {
	elsewhere(t, nil, func(t *testing.T, b *browser, there *oidctest.Provider) {
		b.Hire("ilze@example.com", "clerk centre:taurene") // as the provider's e-mail claim says
		var before, after int
		b.Must(b.DB.QueryRow(t.Context(), "SELECT COUNT(*) FROM staff_account").Scan(&before))
		b.sees(b.comesBack(there.Visit(b.goes("/sign-in/elsewhere"), "stranger")), http.StatusUnauthorized, "belongs to nobody")
		b.sees(b.get("/counter"), http.StatusSeeOther)
		b.Must(b.DB.QueryRow(t.Context(), "SELECT COUNT(*) FROM staff_account").Scan(&after))
		if before != after {
			t.Errorf("%d accounts became %d", before, after)
		}
	})
}

func TestAnAnswerElsewhereIsOfThisBrowserAndUsedOnce(t *testing.T) {
	elsewhere(t, nil, func(t *testing.T, b *browser, there *oidctest.Provider) {
		bound(b, there)
		thief, one := b.another(), b.another()
		query := there.Visit(one.goes("/sign-in/elsewhere"), "anna-1")
		thief.goes("/sign-in/elsewhere")
		b.sees(thief.comesBack(query), http.StatusUnauthorized, "proves nothing") // with a cookie of his own
		b.sees(b.another().comesBack(query), http.StatusUnauthorized)             // with none
		asked := there.Exchanges
		kept := one.cookies["vienkopus-elsewhere"]
		b.sees(one.comesBack(query), http.StatusSeeOther, "/counter")
		one.cookies["vienkopus-elsewhere"] = kept
		b.sees(one.comesBack(query), http.StatusUnauthorized, "proves nothing")
		if there.Exchanges != asked+1 {
			t.Errorf("%d codes were asked for", there.Exchanges-asked)
		}
		late := b.another()
		query = there.Visit(late.goes("/sign-in/elsewhere"), "anna-1")
		b.Clock.Advance(6 * time.Minute)
		b.sees(late.comesBack(query), http.StatusUnauthorized)
		wrong := b.another()
		wrong.goes("/sign-in/elsewhere")
		for _, query := range []string{"", "state=x&code=y", "state=" + strings.Repeat("A", 54) + "&code=y", "error=access_denied"} {
			b.sees(wrong.comesBack(query), http.StatusUnauthorized)
			wrong.goes("/sign-in/elsewhere")
		}
	})
}

func TestWhoRefusesElsewhereIsToldSo(t *testing.T) {
	elsewhere(t, nil, func(t *testing.T, b *browser, _ *oidctest.Provider) {
		address, err := url.Parse(b.goes("/sign-in/elsewhere"))
		b.Must(err)
		b.sees(b.comesBack("error=access_denied&state="+address.Query().Get("state")), http.StatusUnauthorized, "broken off")
	})
}

// The way there was for signing in: its answer binds nothing, also when the cookie says so.
func TestAnAnswerServesTheErrandThatItWasAskedFor(t *testing.T) {
	elsewhere(t, nil, func(t *testing.T, b *browser, there *oidctest.Provider) {
		b.Hire("anna", "clerk centre:taurene")
		b.signIn("anna")
		signing := there.Visit(b.goes("/sign-in/elsewhere"), "thief-1")
		cookie := b.cookies["vienkopus-elsewhere"]
		b.goes("/me/elsewhere")
		b.sees(b.comesBack(signing), http.StatusUnauthorized)
		b.cookies["vienkopus-elsewhere"] = cookie
		b.sees(b.another().comesBack(signing), http.StatusUnauthorized)
		b.sees(b.get("/me/ways"), 200, "Connect an account")
		if strings.Contains(b.get("/me/ways").body, "Account elsewhere") {
			t.Error("it was bound")
		}
	})
}

func TestOneAccountElsewhereIsOfOnePerson(t *testing.T) {
	elsewhere(t, nil, func(t *testing.T, b *browser, there *oidctest.Provider) {
		who := bound(b, there)
		b.Hire("berta", "clerk centre:taurene")
		other := b.another()
		other.signIn("berta")
		b.sees(other.comesBack(there.Visit(other.goes("/me/elsewhere"), "anna-1")), http.StatusConflict, "connected already")
		b.Must(b.Leave(t.Context(), stafftest.Setup, who, b.Key()))
		b.sees(b.another().get("/sign-in"), 200)
		gone := b.another()
		b.sees(gone.comesBack(there.Visit(gone.goes("/sign-in/elsewhere"), "anna-1")), http.StatusUnauthorized, "belongs to nobody")
	})
}

// A manager who binds an account for somebody could come in as her: the two are no second persons to each other for a while.
func TestAManagerBindsByIssuerAndSubject(t *testing.T) {
	elsewhere(t, nil, func(t *testing.T, b *browser, there *oidctest.Provider) {
		who := b.Hire("anna", "clerk centre:taurene")
		manager := b.Hire("maija", "administrator network")
		proofs := b.Proofs()
		there2 := proof.Identity{Issuer: there.URL, Subject: "anna-7"}
		clerk := b.Hire("berta", "clerk centre:taurene")
		b.Fails(proofs.Bind(t.Context(), stafftest.As(clerk, "clerk"), who, there2, b.Key()), "staff.forbidden")
		b.Must(proofs.Bind(t.Context(), stafftest.As(manager, "administrator"), who, there2, b.Key()))
		b.sees(b.comesBack(there.Visit(b.goes("/sign-in/elsewhere"), "anna-7")), http.StatusSeeOther, "/counter")
		var helped int
		b.Must(b.DB.QueryRow(t.Context(), "SELECT COUNT(*) FROM staff_helped WHERE staff = $1 AND helper = $2", who, manager).Scan(&helped))
		if helped != 1 {
			t.Error("nobody remembers who bound it")
		}
	})
}

func TestAnAccountElsewhereIsASecondProofWhereThatIsWrittenDown(t *testing.T) {
	elsewhere(t, []string{"amr=mfa"}, func(t *testing.T, b *browser, there *oidctest.Provider) {
		bound(b, there)
		rule := staff.SignInRule{Basis: dated.On("2026-11-24", "test", "test"), Second: []string{"clerk"}, ApartDays: 30, LogDays: 365}
		b.Must(b.SetSignInRule(t.Context(), stafftest.Setup, rule, b.Key()))
		b.Clock.Advance(24 * time.Hour)
		one := b.another()
		b.sees(one.comesBack(there.Visit(one.goes("/sign-in/elsewhere"), "anna-1")), http.StatusForbidden, "not enough for your role")
		b.sees(one.get("/counter"), http.StatusSeeOther)
		there.Claims = map[string]any{"amr": []string{"pwd", "mfa"}}
		b.sees(one.comesBack(there.Visit(one.goes("/sign-in/elsewhere"), "anna-1")), http.StatusSeeOther, "/counter")
		b.sees(one.get("/counter"), 200)
	})
}

func TestOneConfirmsElsewhereAsOneself(t *testing.T) {
	elsewhere(t, nil, func(t *testing.T, b *browser, there *oidctest.Provider) {
		bound(b, there)
		b.Clock.Advance(11 * time.Minute)
		b.sees(b.get("/me/app"), http.StatusSeeOther, "/confirm?next=%2Fme%2Fapp")
		b.sees(b.get("/confirm?next=/me/app"), 200, "Confirm with Valsts")
		address := b.goes("/confirm/elsewhere?next=/me/app", "next", "")
		if q := address; !strings.Contains(q, "prompt=login") || !strings.Contains(q, "max_age=0") {
			t.Errorf("asked with %s", q)
		}
		b.sees(b.comesBack(there.Visit(address, "somebody-else")), http.StatusForbidden, "somebody else")
		there.Claims = map[string]any{"auth_time": b.Clock.Now().Add(-time.Hour).Unix()}
		b.sees(b.comesBack(there.Visit(b.goes("/confirm/elsewhere?next=/me/app", "next", ""), "anna-1")), http.StatusForbidden)
		there.Claims = map[string]any{"auth_time": nil}
		b.sees(b.comesBack(there.Visit(b.goes("/confirm/elsewhere?next=/me/app", "next", ""), "anna-1")), http.StatusForbidden)
		b.sees(b.get("/me/app"), http.StatusSeeOther)
		there.Claims = nil
		b.sees(b.comesBack(there.Visit(b.goes("/confirm/elsewhere?next=/me/app", "next", ""), "anna-1")), http.StatusSeeOther, "/me/app")
		b.sees(b.get("/me/app"), 200)
	})
}

func TestAProviderThatIsAwayHoldsUpNobody(t *testing.T) {
	elsewhere(t, nil, func(t *testing.T, b *browser, there *oidctest.Provider) {
		b.Hire("anna", "clerk centre:taurene")
		there.Close()
		b.sees(b.post("/sign-in/elsewhere"), http.StatusConflict, "does not answer")
		b.signIn("anna")
		b.sees(b.get("/counter"), 200)
	})
}

// comesWith signs in with a card that says it signs at an origin.
func (b *browser) comesWith(c cardtest.Card, origin, signIn string) reply {
	b.T.Helper()
	var asked struct{ Nonce string }
	b.Must(json.Unmarshal([]byte(b.get("/sign-in/card/options").body), &asked))
	return b.post("/sign-in/card", "answer", c.Sign(origin, asked.Nonce), "nonce", asked.Nonce, "account", signIn, "next", "")
}

func TestACardOpensTheAccountOfThePersonInItsCertificate(t *testing.T) {
	var issuer *cardtest.Issuer
	eachWith(t, func(o *stafftest.Office) { issuer = o.Cards() }, func(t *testing.T, b *browser) {
		const here = "https://example.com"
		who, code := b.Hire("anna", "clerk centre:taurene"), staff.NewCode{Kind: personcode.Latvian, Number: "32-000 000001"}
		b.Hire("berta", "clerk centre:taurene")
		mine, other := issuer.Make("ES384", "PNOLV-320000-00001", nil), issuer.Make("ES384", "PNOLV-320000-00002", nil)
		b.sees(b.another().comesWith(mine, here, ""), http.StatusUnauthorized, "Nobody who works here") // not identified yet
		b.Must(b.Identify(t.Context(), stafftest.Setup, who, code, b.Key()))
		b.sees(b.another().comesWith(other, here, "anna"), http.StatusUnauthorized) // somebody else's, who names her
		b.sees(b.another().comesWith(mine, "https://evil.example", ""), http.StatusUnauthorized, "proved nothing")
		one := b.another()
		b.sees(one.get("/sign-in"), 200, "Sign in with an eID card")
		b.sees(one.comesWith(mine, here, ""), http.StatusSeeOther, "/counter")
		var asked struct{ Nonce string }
		b.Must(json.Unmarshal([]byte(one.get("/sign-in/card/options").body), &asked))
		signed := mine.Sign(here, asked.Nonce)
		b.sees(b.another().post("/sign-in/card", "answer", signed, "nonce", asked.Nonce), http.StatusUnauthorized) // another browser
		b.sees(one.post("/sign-in/card", "answer", signed, "nonce", asked.Nonce), http.StatusSeeOther)
		b.sees(one.post("/sign-in/card", "answer", signed, "nonce", asked.Nonce), http.StatusUnauthorized) // twice
		second := b.Hire("anna.vadītāja", "municipal-manager municipality:"+stafftest.Cesis)
		b.Must(b.Identify(t.Context(), stafftest.Setup, second, code, b.Key()))
		b.sees(b.another().comesWith(mine, here, ""), http.StatusUnprocessableEntity, "several accounts")
		b.sees(b.another().comesWith(mine, here, "berta"), http.StatusUnprocessableEntity)
		b.sees(b.another().comesWith(mine, here, "anna"), http.StatusSeeOther, "/counter")
		b.Must(b.Leave(t.Context(), stafftest.Setup, second, b.Key()))
		b.Must(b.Leave(t.Context(), stafftest.Setup, who, b.Key()))
		b.sees(b.another().comesWith(mine, here, "anna"), http.StatusUnauthorized)
	})
}
