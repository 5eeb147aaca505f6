package staffhttp_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"vienkopus/internal/staff/stafftest"
)

var named = regexp.MustCompile(`name="session" value="([^"]+)"`)

// of are the names of the sessions that a page can end one by one.
func of(got reply) (names []string) {
	for _, m := range named.FindAllStringSubmatch(got.body, -1) {
		if m[1] != "all" {
			names = append(names, m[1])
		}
	}
	return names
}

func TestASessionIsListedAndEndedSingly(t *testing.T) {
	each(t, func(t *testing.T, b *browser) {
		b.Hire("anna", "clerk centre:taurene")
		b.Hire("berta", "clerk centre:cesis")
		b.signIn("anna")
		elsewhere, foreign := b.another(), b.another()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/sign-in", strings.NewReader("sign_in=anna&password="+strings.ReplaceAll(stafftest.Password, " ", "+")))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
		r.Header.Set("Origin", "http://"+r.Host)
		elsewhere.do(r)
		foreign.signIn("berta")
		page := b.get("/me/sessions")
		b.sees(page, 200, "Firefox, Linux", "192.0.2.1", "unknown device", "this device")
		names := of(page)
		if len(names) != 1 {
			t.Fatalf("%d sessions can be ended", len(names))
		}
		b.sees(foreign.post("/me/sessions", "session", names[0]), http.StatusNotFound, "ended already") // nobody ends another's
		b.sees(elsewhere.get("/counter"), 200)
		b.sees(b.post("/me/sessions", "session", names[0]), http.StatusSeeOther, "/me/sessions?done=yes")
		b.sees(elsewhere.get("/counter"), http.StatusSeeOther, "/sign-in?next=%2Fcounter")
		b.sees(b.get("/counter"), 200)
		if strings.Contains(page.body, b.cookies["__Host-vienkopus"]) {
			t.Error("the page shows what opens a session")
		}
	})
}

func TestAllSessionsEndAtOnceInEveryProgram(t *testing.T) {
	each(t, func(t *testing.T, b *browser) {
		b.Hire("anna", "clerk centre:taurene")
		b.signIn("anna")
		elsewhere := b.another()
		elsewhere.signIn("anna")
		opened, other := b.Enter("anna"), b.Process()
		b.See(other, opened)
		b.sees(b.post("/me/sessions", "session", "all", "key", "code-3"), http.StatusSeeOther, "/sign-in")
		b.sees(b.get("/counter"), http.StatusSeeOther, "/sign-in?next=%2Fcounter")
		b.sees(elsewhere.get("/counter"), http.StatusSeeOther, "/sign-in?next=%2Fcounter")
		_, err := other.Session(t.Context(), opened)
		b.Fails(err, "staff.session_ended")
		b.signIn("anna")
		if page := b.get("/me/sessions"); len(of(page)) != 0 {
			t.Error("sessions that have ended are listed")
		}
	})
}

func TestAManagerEndsSessionsInHerScopeOnly(t *testing.T) {
	each(t, func(t *testing.T, b *browser) {
		anna := b.Hire("anna", "clerk centre:taurene").String()
		far := b.Hire("far", "clerk centre:aluksne").String()
		b.Hire("boss", "municipal-manager municipality:"+stafftest.Cesis)
		admin := b.Hire("admin", "administrator network").String()
		clerk := b.another()
		clerk.signIn("anna")
		b.signIn("boss")
		list := b.get("/staff")
		b.sees(list, 200, "Vārds anna")
		for _, other := range []string{far, admin} {
			if strings.Contains(list.body, other) {
				t.Error("the list shows somebody of elsewhere, or above")
			}
			b.sees(b.get("/staff/"+other), http.StatusForbidden)
			b.sees(b.post("/staff/"+other+"/sessions", "session", "all"), http.StatusForbidden)
		}
		b.sees(b.get("/staff?q=ANN"), 200, anna)
		b.sees(b.get("/staff?q=nobody"), 200, "Nobody fits")
		names := of(b.get("/staff/" + anna))
		if len(names) != 1 {
			t.Fatal(names)
		}
		b.sees(b.post("/staff/"+anna+"/sessions", "session", names[0]), http.StatusSeeOther, "/staff/"+anna+"?done=yes")
		b.sees(clerk.get("/counter"), http.StatusSeeOther, "/sign-in?next=%2Fcounter")
		clerk.signIn("anna")
		b.sees(b.post("/staff/"+anna+"/sessions", "session", "all", "key", "code-3"), http.StatusSeeOther)
		b.sees(clerk.get("/counter"), http.StatusSeeOther, "/sign-in?next=%2Fcounter")
		b.sees(clerk.post("/staff/"+anna+"/sessions", "session", "all"), http.StatusSeeOther)
		clerk.signIn("anna")
		b.sees(clerk.get("/staff"), http.StatusForbidden)
	})
}
