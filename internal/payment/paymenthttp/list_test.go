package paymenthttp_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"vienkopus/internal/app/apptest"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/till"
)

const dzerbene = "DZE-1"

// reads is how many questions a page asks, once everything that is kept in memory is there.
func reads(w *paymenttest.World, b *apptest.Browser, path string) (n int64) {
	b.Get(path).Is(http.StatusOK)
	var count atomic.Int64
	w.DB.WatchReads(func(string) { count.Add(1) })
	b.Get(path).Is(http.StatusOK)
	w.DB.WatchReads(nil)
	return count.Load()
}

// lists are the pages whose rows grow.
var lists = map[string]string{
	"payments": "/payments", "refunds": "/office/0026000/refunds", "returns": "/office/0026000/returns", "notices": "/office/0026000/notices",
}

func TestListsAreBoundedAndAskNoMoreForMoreRows(t *testing.T) {
	t.Parallel()
	paymenttest.Template.Each(t, func(t *testing.T, dsn string) {
		w := paymenttest.Open(t, dsn)
		site := apptest.New(t, w.App)
		w.OpenTill(dzerbene)
		w.OpenTill("CES-1")
		browsers := map[string]*apptest.Browser{
			"payments": site.Person("Ilze", "clerk", scope.Centre("dzerbene"), dzerbene),
			"refunds":  site.Person("Zane", "municipal-manager", scope.Municipality("0026000"), ""),
			"returns":  site.Person("Rita", "accountant", scope.Municipality("0026000"), ""),
		}
		browsers["notices"] = browsers["returns"]
		busy(t, w, 3)
		few := map[string]int64{}
		for name, path := range lists {
			few[name] = reads(w, browsers[name], path)
		}
		busy(t, w, 52)
		for name, path := range lists {
			if many := reads(w, browsers[name], path); many > few[name]+1 || many > 16 {
				t.Errorf("%s asks %d questions for 3 rows and %d for 55", name, few[name], many)
			}
		}
		for name, per := range map[string]string{"payments": `href="/payments/[0-9a-f-]{36}"`, "refunds": `action="/office/0026000/refunds/`, "returns": `<th scope="row">CES-1 `} {
			first := browsers[name].Get(lists[name]).Is(http.StatusOK)
			rows := regexp.MustCompile(per)
			next := regexp.MustCompile(`href="([^"]*after=[^"]*)"`).FindStringSubmatch(first.Body)
			if got := len(rows.FindAllString(first.Body, -1)); got != 50 || next == nil {
				t.Errorf("%s: %d rows on the first page, and then %q", name, got, next)
				continue
			}
			first.Says("Šajā lapā 50, pavisam 55")
			second := browsers[name].Get(strings.ReplaceAll(next[1], "&amp;", "&")).Is(http.StatusOK).Says("Šajā lapā 5, pavisam 55")
			if got := len(rows.FindAllString(second.Body, -1)); got != 5 {
				t.Errorf("%s: %d rows on the second page", name, got)
			}
			foreign := httpx.List{Name: "payments/CES-1/2026-11-20"}.Place("17", "x")
			for _, bad := range []string{"x", "eyJsIjoxLCJrIjpbIjEiXX0", foreign} {
				browsers[name].Get(lists[name] + "?after=" + bad).Is(http.StatusUnprocessableEntity).Says("neder šim sarakstam")
			}
		}
		// While the drawer is open that has to be counted blind, nothing says the sum. Then it is that of all payments of the desk, and not of those on the page.
		if page := browsers["payments"].Get("/payments"); strings.Contains(page.Body, "275,00") {
			t.Error("the list tells what should be in the drawer")
		}
		_, err := w.Till.Count(t.Context(), w.At(dzerbene), till.CountIn{Pieces: []till.Pieces{{Cents: 5000, N: 1}}})
		must(t, err)
		browsers["payments"].Get("/payments").Says("275,00")
	})
}

// busy takes n payments of 5 euro at a desk, each with a refund that waits, and n at another one by card, which the bank took back.
func busy(t *testing.T, w *paymenttest.World, n int) {
	t.Helper()
	for range n {
		paid := w.Pay(dzerbene, w.Bill(paymenttest.Water, 500)).Payments[0]
		_, err := w.Payment.RequestRefund(t.Context(), w.At(dzerbene), payment.RefundOrder{
			Payment: paid.ID, Items: []payment.Item{{Bill: paid.Lines[0].Bill, Cents: 200}}, Tender: till.Cash, Reason: payment.WrongAmount,
		})
		must(t, err)
		o := paymenttest.Whole(w.Bill(paymenttest.Council, 500))
		o.Card, o.Slip = 500, "1"
		basket, err := w.Payment.Take(t.Context(), w.At("CES-1"), o)
		must(t, err)
		back := payment.Return{Payment: basket.Payments[0].ID, Municipality: "0026000", Day: paymenttest.Day}
		office := journal.Request{By: actor.Staff("s9", "accountant"), Desk: "OFFICE-0026000", Key: w.At("CES-1").Key}
		must(t, w.Payment.RecordReturn(t.Context(), office, back))
	}
}

// Whoever types a series is answered with a receipt of that series or told that there is none: never with one that has the same number.
func TestASearchForAReceiptOfAnotherSeriesOpensNoReceiptOfThisDesk(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		site := apptest.New(t, w.App)
		w.OpenTill(dzerbene)
		w.OpenTill("CES-1")
		ilze := site.Person("Ilze", "clerk", scope.Centre("dzerbene"), dzerbene)
		first, second := w.Pay(dzerbene, w.Bill(paymenttest.Water, 500)).Payments[0], w.Pay(dzerbene, w.Bill(paymenttest.Water, 600)).Payments[0]
		w.Pay("CES-1", w.Bill(paymenttest.Water, 700))
		o := paymenttest.Whole(w.Bill(paymenttest.Water, 800))
		o.Paper = &payment.OnPaper{Paper: payment.Paper{Book: "KV-7", Number: 2}, Day: paymenttest.Day}
		basket, err := w.Payment.Take(t.Context(), w.At(dzerbene), o)
		must(t, err)
		_, err = w.Payment.Void(t.Context(), w.At(dzerbene), first.ID, payment.WrongBill)
		must(t, err)
		for typed, want := range map[string]payment.Payment{
			"2": second, "DZE-1 2": second, "dze-1-2": second, "DZE-1/2": second, "KV-7 2": basket.Payments[0], "DZE-1/R 1": first,
		} {
			if got := ilze.Get("/payments?receipt=" + url.QueryEscape(typed)).Is(http.StatusSeeOther).To; got != "/payments/"+want.ID.String() {
				t.Errorf("%q leads to %s, and not to %s", typed, got, want.Name())
			}
		}
		for _, typed := range []string{"DZE-X 2", "CES-1 1", "CES-1/R 1", "ZZ 2", "KV-7 1", "DZE-1 3", "DZE-1", "R 1", "Jānis"} {
			ilze.Get("/payments?receipt=" + url.QueryEscape(typed)).Is(http.StatusOK).Says("nav kvīts " + typed)
		}
	})
}
