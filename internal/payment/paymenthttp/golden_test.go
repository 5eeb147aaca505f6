package paymenthttp_test

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"
	"time"

	"vienkopus/internal/app/apptest"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/bill"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/platform/html/htmltest"
	"vienkopus/internal/till"
)

// secrets are the check codes, which follow from a key that is made anew each time.
var secrets = regexp.MustCompile(`>[0-9A-Z]{4}(?:[ -][0-9A-Z]{4})+<`)

// golden holds what does not change about a page against its golden file.
func golden(t *testing.T, name, body string) {
	t.Helper()
	htmltest.Page(t, name, secrets.ReplaceAllString(body, ">CODE<"))
}

func TestGoldenPages(t *testing.T) {
	t.Parallel()
	w := paymenttest.Open(t, paymenttest.Template.SQLite(t))
	site := apptest.New(t, w.App)
	clerk := site.Person("Ilze", "clerk", scope.Centre("dzerbene"), dzerbene)
	manager := site.Person("Zane", "municipal-manager", scope.Municipality("0026000"), "")
	accountant := site.Person("Rita", "accountant", scope.Municipality("0026000"), "")
	const office = "/office/0026000"
	golden(t, "pay-closed.lv", clerk.Get("/pay").Is(http.StatusOK).Body)
	golden(t, "payments-none.lv", clerk.Get("/payments").Is(http.StatusOK).Body)
	golden(t, "refunds-none.lv", manager.Get(office+"/refunds").Is(http.StatusOK).Body)
	golden(t, "returns-none.lv", accountant.Get(office+"/returns").Is(http.StatusOK).Body)
	golden(t, "notices-none.lv", accountant.Get(office+"/notices").Is(http.StatusOK).Body)

	w.OpenTill(dzerbene)
	both := []bill.Bill{w.Bill(paymenttest.Water, 1230), w.Bill(paymenttest.Council, 4500)}
	order := paymenttest.Whole(both...)
	order.Card, order.Slip, order.Given = 4000, "004512", 2000
	basket, err := w.Payment.Take(t.Context(), w.At(dzerbene), order)
	must(t, err)
	first, second := basket.Payments[0], basket.Payments[1]
	_, err = w.Payment.RequestRefund(t.Context(), w.At(dzerbene), payment.RefundOrder{
		Payment: first.ID, Items: []payment.Item{{Bill: both[0].ID, Cents: 230}}, Tender: till.Cash, Reason: payment.WrongAmount,
	})
	must(t, err)
	_, err = w.Payment.Void(t.Context(), w.At(dzerbene), w.Pay(dzerbene, w.Bill(paymenttest.Water, 900)).Payments[0].ID, payment.WrongBill)
	must(t, err)
	open := w.Bill(paymenttest.Water, 250_000)
	put := url.Values{"bill": {open.ID.String()}}
	clerk.Post("/pay/basket", put).Is(http.StatusSeeOther)
	for name, get := range map[string]struct {
		who  *apptest.Browser
		path string
	}{
		"pay":             {clerk, "/pay"},
		"paid":            {clerk, "/pay/baskets/" + basket.ID.String()},
		"payments":        {clerk, "/payments"},
		"receipt-unknown": {clerk, "/payments?receipt=4711"},
		"payment":         {clerk, "/payments/" + second.ID.String()},
		"awaited":         {clerk, "/payments/" + first.ID.String()},
		"refunds":         {manager, office + "/refunds"},
		"returns":         {accountant, office + "/returns?said=noted"},
	} {
		for _, language := range []string{"lv", "en", "lt"} {
			golden(t, name+"."+language, get.who.In(language).Get(get.path).Is(http.StatusOK).Body)
		}
	}
	golden(t, "found.lv", clerk.Post("/pay/find", url.Values{"q": {open.Number}}).Is(http.StatusOK).Body)
	golden(t, "found-none.lv", clerk.Post("/pay/find", url.Values{"q": {"2026-999999"}}).Is(http.StatusOK).Body)
	take := url.Values{"key": {"f1"}, "bill": {open.ID.String()}, "amount-" + open.ID.String(): {"2600,00"}, "given": {"zz"}}
	golden(t, "refused-typed.lv", clerk.Post("/pay", take).Is(http.StatusUnprocessableEntity).Body)
	take.Set("given", "")
	take.Set("tender", "exact")
	golden(t, "refused-above.lv", clerk.Post("/pay", take).Is(http.StatusConflict).Body)
	noted := url.Values{"key": {"f3"}, "receipt": {"DZE-1 4711"}, "day": {"2026-11-20"}}
	golden(t, "refused-return.lv", accountant.Post(office+"/returns", noted).Is(http.StatusUnprocessableEntity).Body)
	w.Clock.Advance(10 * time.Minute)
	golden(t, "paid-late.lv", clerk.Get("/pay/baskets/"+basket.ID.String()).Is(http.StatusOK).Body)
}
