package visithttp_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"vienkopus/internal/app/apptest"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/platform/html/htmltest"
)

// The act that counts a payment is not undone beside it: the money goes back first, and the act with it.
func TestUndoBesideAPaymentLeadsToItsVoid(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		clerk := apptest.New(t, w.App).Person("Ilze", "clerk", scope.Centre("dzerbene"), "DZE-1")
		w.OpenTill("DZE-1")
		paid := w.Pay("DZE-1", w.Bill(paymenttest.Water, 1230)).Payments[0]
		undo := "/visits/" + paid.Visit.String() + "/acts/" + paid.Act.String() + "/undo"
		clerk.Get("/counter").Is(http.StatusOK).Says(undo)
		answer := clerk.Post(undo, url.Values{"key": {"u1"}}).Is(http.StatusSeeOther)
		if !strings.HasSuffix(answer.To, "#void") {
			t.Fatalf("undo leads to %s", answer.To)
		}
		where, _, _ := strings.Cut(answer.To, "#")
		clerk.Follow(clerk.Get(where)).Is(http.StatusOK).Says(`id="void"`).Says("/payments/" + paid.ID.String() + "/void")
	})
}

// A call noted by a slip of the hand is undone beside it, and it is said what stays.
func TestACallThatIsUndoneSaysThatItsVisitStaysCounted(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		clerk := apptest.New(t, w.App).Person("Ilze", "clerk", scope.Centre("dzerbene"), "DZE-1")
		page := clerk.Follow(clerk.Post("/counter/calls", url.Values{"key": {"c1"}})).Is(http.StatusOK)
		_, rest, there := strings.Cut(page.Body, `action="/visits/`)
		if !there {
			t.Fatal("the call cannot be undone")
		}
		action, _, _ := strings.Cut(rest, `"`)
		form := page.Form("/visits/" + action)
		clerk.Follow(clerk.Post("/visits/"+action, form).Is(http.StatusSeeOther)).Is(http.StatusOK).Says("Apmeklējumu skaitā tas paliek")
	})
}

// "My days" of the clerk: whom the desk served, day by day, with the way to what is wrong.
func TestTheDaysOfADeskLeadToTheirVisits(t *testing.T) {
	t.Parallel()
	c := busy(t, paymenttest.Open(t, paymenttest.Template.SQLite(t)))
	clerk := c.site.Person("Ilze", "clerk", scope.Centre("cesis"), cesis)
	for _, language := range []string{"lv", "en", "lt"} {
		htmltest.Page(t, "days."+language, clerk.In(language).Get("/visits").Is(http.StatusOK).Says("/visits/"+c.left.String()).Body)
		htmltest.Page(t, "days-none."+language, clerk.In(language).Get("/visits?day=2026-11-19").Is(http.StatusOK).Body)
	}
	clerk.Get("/visits?day=2999-01-01").Is(http.StatusOK).Says("/visits/" + c.left.String()) // a day to come is today
	c.site.Person("Anna", "clerk", scope.Centre("marsneni"), "MRS-1").Get("/visits/" + c.left.String()).Is(http.StatusForbidden)
}
