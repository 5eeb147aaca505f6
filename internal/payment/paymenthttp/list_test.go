package paymenthttp_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"vienkopus/internal/app/apptest"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/bill"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/paymentsql"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/lang"
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

// A receipt of the paper book stands in the list of the day on which it was typed in and in that of the day on it, both say both days, and each payment is counted once: the totals of all days
// come to what was paid.
func TestAPaperReceiptIsInTheListOfItsDayAndOfTheDayOfItsEntryAndIsCountedOnce(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		site := apptest.New(t, w.App)
		w.OpenTill(dzerbene)
		byHand := func(number uint32, back int, cents money.Amount) payment.Payment {
			o := paymenttest.Whole(w.Bill(paymenttest.Water, cents))
			o.Paper = &payment.OnPaper{Paper: payment.Paper{Book: "KV-7", Number: number}, Day: civil.In(w.Clock.Now(), time.UTC).AddDays(-back)}
			b, err := w.Payment.Take(t.Context(), w.At(dzerbene), o)
			must(t, err)
			return b.Payments[0]
		}
		w.Pay(dzerbene, w.Bill(paymenttest.Water, 1_00))
		byHand(1, 0, 10_00)
		w.Clock.Advance(24 * time.Hour) // the 21st
		w.Pay(dzerbene, w.Bill(paymenttest.Water, 100_00))
		byHand(2, 1, 1000_00)
		byHand(3, 0, 20_00)
		voided := byHand(4, 1, 7_00)
		w.VoidBySecond(voided.ID, payment.WrongBill)
		ilze := site.Person("Ilze", "clerk", scope.Centre("dzerbene"), dzerbene)
		if page := ilze.Get("/payments").Says("KV-7 2").Says("rakstīta ar roku, uz kvīts 20.11.2026"); strings.Contains(page.Body, "1\u00a0120,00") {
			t.Error("the list tells what should be in the drawer")
		}
		_, err := w.Till.Count(t.Context(), w.At(dzerbene), till.CountIn{Pieces: []till.Pieces{{Cents: 5000, N: 1}}})
		must(t, err)
		ilze.Get("/payments").Is(http.StatusOK).Says("Šodienas maksājumi").Says("KV-7 2").Says("KV-7 3").Says("1\u00a0120,00").Says("ar agrāku dienu").Says("1\u00a0000,00")
		then := ilze.Get("/payments?day=20.11.2026").Is(http.StatusOK).Says("Maksājumi 20.11.2026").Says("KV-7 1").Says("KV-7 2").
			Says("ievadīta 21.11.2026 un skaitīta tad").Says(">11,00\u00a0€<").Says("Nav pieskaitīts")
		if strings.Contains(then.Body, "KV-7 3") || strings.Contains(then.Body, "DZE-1 2") {
			t.Error("it lists what is of another day")
		}
		var sum money.Amount
		for _, day := range []string{"2026-11-19", "2026-11-20", "2026-11-21", "2026-11-22"} {
			s, err := paymentsql.Store{}.Day(t.Context(), w.DB, payment.DayOf(dzerbene, civil.MustDate(day), lang.Zone))
			must(t, err)
			sum += s.Taken
		}
		if sum != 1131_00 {
			t.Errorf("all days come to %s", sum)
		}
		ilze.Get("/payments?day=gestern").Is(http.StatusOK).Says("KV-7 2")
	})
}

// Whoever types a paper receipt in is told what is the bill and what the late fee, as of today and as of the day on the paper; more than was due then is no riddle of two sums.
func TestTheScreenNamesTheLateFeeAsOfTodayAndAsOfThePapersDay(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		site := apptest.New(t, w.App)
		w.OpenTill(dzerbene)
		ilze := site.Person("Ilze", "clerk", scope.Centre("dzerbene"), dzerbene)
		c := bill.Content{
			Creditor: paymenttest.Council, Number: "NIN-1", Reference: "NIN-1", Kind: bill.PropertyTax, Municipality: "0026000", Issued: civil.MustDate("2026-08-10"),
			Instalments: []bill.Instalment{{Due: civil.MustDate("2026-09-01"), Cents: 9_740}},
		}
		b, err := w.App.Bill.Put(t.Context(), journal.Request{By: actor.System("test"), Desk: "BILLS-" + string(paymenttest.Council), Key: "NIN-1"}, c, bill.Payer{Name: "A"})
		must(t, err)
		ilze.Post("/pay/basket", url.Values{"bill": {b.ID.String()}}).Is(http.StatusSeeOther)
		ilze.Get("/pay").Is(http.StatusOK).Says("Šodien: rēķins 97,40\u00a0€ + nokavējuma nauda 3,90\u00a0€ = 101,30\u00a0€")
		form := url.Values{
			"key": {"f1"}, "bill": {b.ID.String()}, "amount-" + b.ID.String(): {"101,30"}, "tender": {"exact"}, "book": {"KV-7"}, "number": {"1"}, "day": {"16.11.2026"},
		}
		ilze.Post("/pay", form).Is(http.StatusConflict).Says("Kvīts dienā 16.11.2026 par rēķinu NIN-1 bija jāmaksā 101,10\u00a0€; šodien ar nokavējuma naudu 101,30\u00a0€").
			Says("Šodien: rēķins 97,40\u00a0€ + nokavējuma nauda 3,90\u00a0€ = 101,30\u00a0€").Says("Uz kvīts dienu 16.11.2026: rēķins 97,40\u00a0€ + nokavējuma nauda 3,70\u00a0€ = 101,10\u00a0€")
		form.Set("amount-"+b.ID.String(), "101,10")
		form.Set("key", "f2")
		ilze.Post("/pay", form).Is(http.StatusSeeOther)
		ilze.Get("/payments").Says("Nav ieturēta nokavējuma nauda: 0,20")
	})
}
