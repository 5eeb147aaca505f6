package smshttp_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"vienkopus/internal/app/apptest"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/platform/html/htmltest"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/sms"
)

// gateway keeps what it is told.
type gateway struct{ last sms.Content }

func (g *gateway) Send(_ context.Context, _ id.ID, c sms.Content) error {
	g.last = c
	return nil
}

func TestTheButtonIsThereOnlyWhereThereIsAGateway(t *testing.T) {
	t.Parallel()
	paymenttest.Template.Each(t, func(t *testing.T, dsn string) {
		key, err := rowcode.NewKey(rowcode.NewSecret())
		if err != nil {
			t.Fatal(err)
		}
		w := paymenttest.OpenWith(t, dsn, rowcode.Needs{Key: key, Fresh: true})
		clerk := apptest.New(t, w.App).Person("Ilze", "clerk", scope.Centre("dzerbene"), "DZE-1")
		w.OpenTill("DZE-1")
		paid := w.Pay("DZE-1", w.Bill(paymenttest.Water, 1230)).Payments[0]
		receipts, page := "/pay/baskets/"+paid.Basket.String(), "/payments/"+paid.ID.String()+"/sms"
		if strings.Contains(clerk.Get(receipts).Is(http.StatusOK).Body, page) {
			t.Error("the button is there without a gateway")
		}
		clerk.Get(page).Is(http.StatusNotFound)
		far := &gateway{}
		w.SMS.Gateway = far
		clerk.Get(receipts).Is(http.StatusOK).Says(page)
		for _, language := range []string{"lv", "en", "lt"} {
			htmltest.Page(t, "sms."+language, clerk.In(language).Get(page).Is(http.StatusOK).Body)
		}
		htmltest.Page(t, "sms-refused.lv", clerk.Post(page, url.Values{"key": {"s0"}, "phone": {"112"}}).Is(http.StatusUnprocessableEntity).Body)
		after := clerk.Follow(clerk.Post(page, url.Values{"key": {"s1"}, "phone": {"29123456"}}).Is(http.StatusSeeOther)).Is(http.StatusOK)
		if strings.Contains(after.Body, "29123456") {
			t.Error("the number is shown again")
		}
		if err := w.SMS.SendOpen(t.Context()); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(far.last.Text, "/verify#") || far.last.To != "+37129123456" {
			t.Errorf("sent: %+v", far.last)
		}
		htmltest.Page(t, "sms-sent.lv", clerk.Get(page).Is(http.StatusOK).Body)
	})
}
