package trailhttp_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/app/apptest"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/bill"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/platform/html/htmltest"
	"vienkopus/internal/platform/journal"
)

// A copy of a bill shows its payer, so that opening it is a line before anything is shown, and an address that somebody guesses shows nothing.
func TestACopyOfABillIsShownOnlyToWhoeverHasOpenedIt(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		n := newTown(t, w)
		b := w.Bill(paymenttest.Water, 1230)
		page := "/bills/" + b.ID.String() + "/copy"
		n.clerk.Get(page).Is(http.StatusForbidden)
		n.clerk.Follow(n.clerk.Post(page, url.Values{}).Is(http.StatusSeeOther)).Is(http.StatusOK).Says(b.Number).Says("Tā nav kvīts").Says("12,30")
		lines, err := w.Journal.About(t.Context(), w.DB, "bill:"+b.ID.String(), 100)
		n.must(err)
		opened := 0
		for _, l := range lines {
			if l.Kind == "person.opened" {
				opened++
			}
		}
		if opened != 1 {
			t.Errorf("%d lines say that the payer was opened", opened)
		}
		other := apptest.New(t, w.App).Person("Anna", "clerk", scope.Centre("marsneni"), "MRS-1")
		other.Get(page).Is(http.StatusForbidden)
		w.Clock.Advance(61 * time.Minute)
		n.clerk.SignIn("Ilze", "")
		n.clerk.Post("/desk", url.Values{"desk": {desk}})
		n.clerk.Get(page).Is(http.StatusForbidden)
	})
}

func TestGoldenCopyOfABill(t *testing.T) {
	t.Parallel()
	n := newTown(t, paymenttest.Open(t, paymenttest.Template.SQLite(t)))
	b := n.Bill(paymenttest.Water, 1230)
	page := "/bills/" + b.ID.String() + "/copy"
	n.clerk.Post(page, url.Values{}).Is(http.StatusSeeOther)
	for _, language := range []string{"lv", "en", "lt"} {
		body := n.clerk.In(language).Get(page).Is(http.StatusOK).Body
		if strings.Contains(body, "vk-corner") {
			t.Error("the corner is cut where there is no code of a receipt")
		}
		htmltest.Page(t, "bill."+language, body)
	}
}

// Whoever had found a bill of another municipality by its number was told to search for it by its number, and stood before an error.
func TestACopyOfABillOfAnotherMunicipalitySaysWhatIsPossibleAndLeadsOn(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		n := newTown(t, w)
		content := w.Bill(paymenttest.Water, 1230).Content
		content.Number, content.Municipality = "W-77", "0021000"
		r := journal.Request{By: actor.System("test"), Desk: bill.Feed(paymenttest.Water), Key: "away"}
		b, err := w.App.Bill.Put(t.Context(), r, content, bill.Payer{Name: "Agnese Bērza", Address: "Parka iela 3, Rīga"})
		n.must(err)
		path := "/bills/" + b.ID.String() + "/copy"
		n.clerk.Follow(n.clerk.Post("/pay/find", url.Values{"q": {"W-77"}})).Is(http.StatusOK)
		for how, page := range map[string]apptest.Answer{"pressed": n.clerk.Follow(n.clerk.Post(path, url.Values{})), "looked up": n.clerk.Get(path)} {
			page.Is(http.StatusForbidden).Says("ir no citas pašvaldības").Says("Šeit to var samaksāt").Says(`href="/pay"`).Says(`href="/find?place=`)
			if strings.Contains(page.Body, "Agnese") || strings.Contains(page.Body, "Parka") {
				t.Errorf("%s, the page tells whose it is", how)
			}
		}
	})
}
