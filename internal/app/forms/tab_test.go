package forms_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/app/apptest"
	"vienkopus/internal/base/scope"
)

// The form in an old tab told the next clerk to choose a desk, and not that somebody else was signed in: the same with a desk and without one, and on pages that she may not open at all.
func TestAnOldTabSaysWhoIsSignedInNow(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		anna := w.Person("anna", "clerk", scope.Network, "CES-1")
		bill := anna.Get("/pay").Is(http.StatusOK).Form("/pay/find")
		me := anna.Get("/me/sessions").Is(http.StatusOK).Form("/me/sessions")
		w.Person("berta", "clerk", scope.Network, "")
		w.Person("dina", "auditor", scope.Network, "")
		for _, name := range []string{"berta", "dina"} {
			anna.SignIn(name, "").Is(http.StatusSeeOther) // in the same browser, and no desk is taken
			for path, form := range map[string]url.Values{"/pay/find": bill, "/me/sessions": me} {
				form.Set("q", "W-1")
				form.Set("session", "all")
				lines := w.lines()
				page := anna.Follow(anna.Submit("/pay", path, form)).Is(http.StatusConflict).Says("Šo lapu atvēra cits cilvēks").Says("Tagad ir ienākusi persona: " + name).Says(`href="/switch"`)
				if w.lines() != lines || strings.Contains(page.Body, "W-1") {
					t.Errorf("%s: something was recorded or told", path)
				}
			}
		}
	})
}

// The same person at another desk is told so, and nothing of another person.
func TestAnOldTabOfAnotherDeskSaysSo(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		anna := w.Person("anna", "clerk", scope.Network, "CES-1")
		form := anna.Get("/pay").Is(http.StatusOK).Form("/pay/find")
		anna.Post("/desk", url.Values{"desk": {"CES-2"}}).Is(http.StatusSeeOther)
		form.Set("q", "W-1")
		anna.Follow(anna.Submit("/pay", "/pay/find", form)).Is(http.StatusConflict).Says("citā darba vietā").Says("anna, darba vieta CES-2")
	})
}

// Somebody took the desk in another browser, and the first one only said that a desk was missing.
func TestADeskThatWasTakenOverSaysByWhomAndSinceWhen(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		anna := w.Person("anna", "clerk", scope.Network, "CES-1")
		form := anna.Get("/pay").Is(http.StatusOK).Form("/pay/find")
		w.clock.Advance(32 * time.Minute)
		w.Person("berta", "clerk", scope.Network, "CES-1")
		const said = "Darba vieta CES-1 kopš 20.11.2026 11:32 ir atvērta citā pārlūkā: berta."
		anna.Follow(anna.Get("/pay")).Is(http.StatusOK).Says(said)
		form.Set("q", "bērziņa anna")
		sent := anna.Submit("/pay", "/pay/find", form).Is(http.StatusSeeOther)
		if !strings.HasPrefix(sent.To, "/desk?") {
			t.Fatalf("sent to %s", sent.To)
		}
		next := anna.Get(sent.To).Is(http.StatusOK).Says(said).Form("/desk")
		next.Set("desk", "CES-1")
		anna.Follow(anna.Submit(sent.To, "/desk", next)).Is(http.StatusOK).Says("bērziņa anna") // what was typed is there again
		if page := anna.Get("/desk"); strings.Contains(page.Body, "citā pārlūkā") {
			t.Error("it is said at a desk of hers")
		}
	})
}

// After a session was lost the form for signing in said nothing of it.
func TestTheSignInSaysThatASessionEndedAndWhatIsKept(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		const byTime, byLine, kept = "Jūsu sesija ir beigusies", "Jūsu sesija ir beigta", "Ierakstītais ir saglabāts"
		says := func(page apptest.Answer, want ...string) {
			t.Helper()
			for _, text := range []string{byTime, byLine, kept} {
				told := false
				for _, one := range want {
					told = told || one == text
				}
				if strings.Contains(page.Body, text) != told {
					t.Errorf("says %q: %v", text, !told)
				}
			}
		}
		says(w.Visitor().Get("/sign-in"))
		anna := w.Person("anna", "clerk", scope.Network, "CES-1")
		form := anna.Get("/pay").Is(http.StatusOK).Form("/pay/find")
		form.Set("q", "liepa anna")
		w.clock.Advance(3 * time.Hour)
		says(anna.Follow(anna.Get("/pay")), byTime)
		sent := anna.Submit("/pay", "/pay/find", form).Is(http.StatusSeeOther)
		says(anna.Get(sent.To), byTime, kept)
		again := anna.Get(sent.To).Form("/sign-in")
		again.Set("sign_in", "anna")
		again.Set("password", "aplam")
		says(anna.Post("/sign-in", again), byTime, kept) // also beside a wrong password
		again.Set("password", apptest.Password)
		anna.Post("/sign-in", again).Is(http.StatusSeeOther)
		must(t, w.Staff.EndSessions(t.Context(), by, anna.ID, "end"))
		says(anna.Follow(anna.Get("/pay")), byLine)
		anna.SignIn("anna", "").Is(http.StatusSeeOther)
		anna.Post("/sign-out", url.Values{}).Is(http.StatusSeeOther)
		says(anna.Get("/sign-in"))
	})
}
