package forms_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/app/apptest"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/staff/passkey/passkeytest"
)

// waiting is a payment whose voiding waits for a proof of who asks; it returns where the browser was sent.
func waiting(t *testing.T, w *town) (c *counter, sent apptest.Answer) {
	t.Helper()
	c = atTill(t, w)
	w.bill("W-1", "Anna Liepa")
	c.scan("W-1")
	c.pay("tender", "exact").Is(http.StatusOK)
	_, rest, found := strings.Cut(c.Get("/payments").Body, `href="/payments/`)
	if !found {
		t.Fatal("no payment is listed")
	}
	id, _, _ := strings.Cut(rest, `"`)
	page := "/payments/" + id
	form := c.Get(page).Form(page + "/void")
	form.Set("reason", "wrong-bill")
	w.clock.Advance(11 * time.Minute)
	return c, c.Submit(page, page+"/void", form).Is(http.StatusSeeOther)
}

func (w *town) voids() (n int) {
	w.t.Helper()
	must(w.t, w.DB.QueryRow(w.t.Context(), `SELECT COUNT(*) FROM entry WHERE kind = 'payment.voided'`).Scan(&n))
	return n
}

// What waits for the password goes on by itself once it is typed: the same keeper as for a lost session, and no second one.
func TestAFormThatWaitsForThePasswordGoesOnByItself(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		c, sent := waiting(t, w)
		if !strings.HasPrefix(sent.To, "/confirm?") {
			t.Fatalf("sent to %s", sent.To)
		}
		page := c.Get(sent.To).Is(http.StatusOK)
		if strings.Contains(page.Body, "wrong-bill") {
			t.Error("the page hands on what was typed")
		}
		c.Post(sent.To, url.Values{"password": {"aplam"}}).Is(http.StatusForbidden)
		if w.voids() != 0 {
			t.Error("it went on without the password")
		}
		c.Post(sent.To, url.Values{"password": {apptest.Password}}).Is(http.StatusSeeOther)
		if n := w.voids(); n != 1 {
			t.Errorf("%d voids", n)
		}
		c.Post(sent.To, url.Values{"password": {apptest.Password}})
		if n := w.voids(); n != 1 {
			t.Errorf("%d voids after going back", n)
		}
	})
}

// What waits is its owner's: nobody else has it go on, with his own password.
func TestAFormThatWaitsIsNobodyElses(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		_, sent := waiting(t, w)
		other := w.Person("berta", "clerk", scope.Network, "CES-2")
		other.Post(sent.To, url.Values{"password": {apptest.Password}}).Is(http.StatusSeeOther)
		if w.voids() != 0 {
			t.Error("somebody else voided it")
		}
	})
}

// While nothing can be kept, the person proves who she is and is back on the page that held the form.
func TestWithoutTheKeeperOneComesBackToThePage(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		c, sent := waiting(t, w)
		to, err := url.Parse(sent.To)
		must(t, err)
		query := to.Query()
		query.Del("form")
		back := c.Post("/confirm?"+query.Encode(), url.Values{"password": {apptest.Password}}).Is(http.StatusSeeOther)
		if !strings.HasPrefix(back.To, "/payments/") || w.voids() != 0 {
			t.Errorf("sent to %s", back.To)
		}
	})
}

// A passkey proves as well before money goes back, and only that of whoever asks.
func TestAVoidWaitsForAPasskeyAndGoesOnByItself(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		device := &passkeytest.Device{T: t, Origin: "https://example.com", RP: "example.com"}
		c, sent := waiting(t, w)
		c.Post("/confirm", url.Values{"password": {apptest.Password}}).Is(http.StatusSeeOther)
		made := device.Create(c.Get("/me/passkey/options").Is(http.StatusOK).Body)
		c.Post("/me/passkey", url.Values{"name": {"tālrunis"}, "answer": {made}, "key": {"passkey-1"}}).Is(http.StatusSeeOther)
		w.clock.Advance(10 * time.Minute) // what was proven for the passkey is long ago
		c.Get(sent.To).Is(http.StatusOK).Says("/confirm/options")
		unverified := device.Copy()
		unverified.Unverified = true
		c.Post(sent.To, url.Values{"answer": {unverified.Get(c.Get("/confirm/options").Body)}}).Is(http.StatusForbidden)
		if w.voids() != 0 {
			t.Error("it went on although nobody was verified")
		}
		device.Count = 5
		c.Post(sent.To, url.Values{"answer": {device.Get(c.Get("/confirm/options").Body)}}).Is(http.StatusSeeOther)
		if n := w.voids(); n != 1 {
			t.Errorf("%d voids", n)
		}
	})
}
