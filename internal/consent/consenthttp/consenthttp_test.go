package consenthttp_test

import (
	"net/http"
	"net/url"
	"testing"

	"vienkopus/internal/app/apptest"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/platform/html/htmltest"
)

const office = "/office/0026000/consents"

// A second person sees what she decides about; then the desk records it.
func TestASecondPersonSeesWhatSheDecidesAbout(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		site := apptest.New(t, w.App)
		manager := site.Person("Zane", "municipal-manager", scope.Municipality("0026000"), "")
		clerk := site.Person("Ilze", "clerk", scope.Centre("dzerbene"), "DZE-1")
		for _, language := range []string{"lv", "en", "lt"} {
			htmltest.Page(t, "none."+language, manager.In(language).Get(office).Is(http.StatusOK).Body)
		}
		w.OpenTill("DZE-1")
		o := paymenttest.Whole(w.Bill(paymenttest.Water, 1230))
		o.Paper = &payment.OnPaper{Paper: payment.Paper{Book: "ZZ", Number: 7}, Day: civil.MustDate("2026-11-20")}
		asked, err := w.Payment.Ask(t.Context(), w.At("DZE-1"), o)
		if err != nil {
			t.Fatal(err)
		}
		one := office + "/" + asked.String()
		for _, language := range []string{"lv", "en", "lt"} {
			htmltest.Page(t, "list."+language, manager.In(language).Get(office).Is(http.StatusOK).Body)
			htmltest.Page(t, "one."+language, manager.In(language).Get(one).Is(http.StatusOK).Body)
		}
		clerk.Get(one).Is(http.StatusForbidden)
		clerk.Post(one, url.Values{"key": {"c0"}, "decision": {"yes"}}).Is(http.StatusForbidden)
		manager.Get(office + "/0193f0a0-4c00-7d00-8a00-5b6c7d8e9f00").Is(http.StatusNotFound)
	})
}
