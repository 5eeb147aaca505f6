package main

import (
	"net/http"
	"net/url"
	"testing"
)

// signsIn tells whether a name and a password open a session.
func signsIn(t *testing.T, p *server, name, password string) bool {
	t.Helper()
	got := newBrowser(t, p).do(http.MethodPost, "/sign-in", url.Values{"sign_in": {name}, "password": {password}})
	if got.status != http.StatusSeeOther && got.status != http.StatusUnauthorized {
		t.Errorf("signing in is answered with %d", got.status)
	}
	return got.status == http.StatusSeeOther
}

func TestPeopleForgetTheirPasswordsAndLeave(t *testing.T) {
	t.Parallel()
	town.Each(t, func(t *testing.T, dsn string) {
		const first, second = "four words are good", "four others are too"
		callWith(t, first, "user", "add", "anna", "Anna", "--scope", "centre:cesis", "--role", "clerk", "--db", dsn).well()
		callWith(t, "short\n", "user", "password", "anna", "--db", dsn).badly(failed, "too short")
		callWith(t, "", "user", "password", "anna", "--db", dsn).badly(failed, "there was none")
		callWith(t, second+"\n", "user", "password", "berta", "--db", dsn).badly(failed, "no such person")
		callWith(t, second+"\n", "user", "password", "anna", "--db", dsn).well()
		p := serve(t, dsn)
		if signsIn(t, p, "anna", first) || !signsIn(t, p, "anna", second) {
			t.Error("the new password does not replace the old one")
		}
		p.stop()
		call(t, "user", "revoke", "anna", "clerk", "centre:cesis", "--db", dsn).well()
		call(t, "user", "revoke", "anna", "clerk", "centre:cesis", "--db", dsn).badly(failed, "does not have that role")
		call(t, "user", "revoke", "anna", "clerk", "moon", "--db", dsn).badly(failed, "Say where it holds")
		call(t, "user", "leave", "berta", "--db", dsn).badly(failed, "no such person")
		call(t, "user", "leave", "anna", "--db", dsn).well()
		p = serve(t, dsn)
		if signsIn(t, p, "anna", second) {
			t.Error("somebody who has left signs in")
		}
		p.stop()
		clean(t, dsn)
	})
}
