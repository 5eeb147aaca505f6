package paymentroom_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/app/apptest"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/dated"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/bill"
	"vienkopus/internal/office"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/platform/html/htmltest"
)

// The office sees each void of a shift with its receipt, reason, delay and persons, and what paper receipts gave away of late fees, summed there and on the page of the municipality.
func TestTheShiftPageSaysWhoVoidedWhatWhenAndWhyAndWhichLateFeesWereGivenAway(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		const desk = "DZE-1"
		site := apptest.New(t, w.App)
		shift := w.OpenTill(desk)
		alone := w.Pay(desk, w.Bill(paymenttest.Water, 1100)).Payments[0]
		w.Clock.Advance(2 * time.Minute)
		if _, err := w.Payment.Void(t.Context(), w.At(desk), alone.ID, payment.ClientsWish); err != nil {
			t.Fatal(err)
		}
		ended := w.Pay(desk, w.Bill(paymenttest.Water, 1200)).Payments[0]
		if err := w.Visit.Close(t.Context(), w.At(desk), ended.Visit); err != nil {
			t.Fatal(err)
		}
		w.Clock.Advance(3*time.Hour + 5*time.Minute)
		w.VoidBySecond(ended.ID, payment.WrongAmount)
		for i, back := range []int{1, 0} {
			b := overdue(t, w, []string{"NIN-1", "NIN-2"}[i])
			o := payment.Order{Cash: true, Items: []payment.Item{{Bill: b, Cents: 80_000}}}
			o.Paper = &payment.OnPaper{Paper: payment.Paper{Book: "KV-7", Number: uint32(i + 1)}, Day: paymenttest.Day.AddDays(-back)}
			if _, err := w.Payment.Take(t.Context(), w.At(desk), o); err != nil {
				t.Fatal(err)
			}
		}
		accountant := site.Person("Rita", "accountant", scope.Municipality("0026000"), "")
		page := accountant.Get("/office/0026000/till/shifts/" + shift.ID.String()).Is(http.StatusOK).
			Says("DZE-1 1").Says("DZE-1/R 1").Says("0 st. 2 min.").Says("klients pārdomāja").Says("nav, viens pats").
			Says("DZE-1 2").Says("DZE-1/R 2").Says("3 st. 5 min.").Says("nepareiza summa").Says("KV-7 1").Says("19.11.2026")
		given := htmltest.Main(page.Body)
		given = given[strings.Index(given, "Nokavējuma nauda, kas nav ieturēta"):]
		given = given[:strings.Index(given, "</table>")]
		if strings.Contains(given, "KV-7 2") || strings.Count(given, "0,40") != 2 {
			t.Errorf("what was given away is not one fee and its sum:\n%s", given)
		}
		accountant.Get("/office/0026000/till").Is(http.StatusOK).Says("pēdējās 30 dienās nav ieturēta").Says("KV-7 1").Says("0,40")
		if other := site.Person("Vita", "accountant", scope.Municipality("0036000"), "").Get("/office/0036000/till").Is(http.StatusOK); strings.Contains(other.Body, "KV-7 1") {
			t.Error("another municipality sees it")
		}
	})
}

// overdue is a bill of 1000 euro whose late fee grows by half a euro a day.
func overdue(t *testing.T, w *paymenttest.World, number string) id.ID {
	t.Helper()
	c := bill.Content{
		Creditor: paymenttest.Council, Number: number, Reference: number, Kind: bill.PropertyTax, Municipality: "0026000", Issued: civil.MustDate("2026-02-10"),
		Instalments: []bill.Instalment{{Due: civil.MustDate("2026-07-01"), Cents: 100_000}},
	}
	r := w.At("BILLS-" + string(paymenttest.Council))
	b, err := w.App.Bill.Put(t.Context(), r, c, bill.Payer{Name: "A"})
	if err != nil {
		t.Fatal(err)
	}
	return b.ID
}

// The slip of a visit says what was paid with its receipts, under a heading that fits, and never as a service that somebody was told about; what was voided is not on it. The telephone on it is that
// of the page of the centre.
func TestTheSlipOfAVisitSaysWhatWasPaidAndTheTelephoneOfTheCentresPage(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		const desk = "DZE-1"
		ilze := apptest.New(t, w.App).Person("Ilze", "clerk", scope.Centre("dzerbene"), desk)
		issuer := office.Issuer{Municipality: "0026000", Name: "Cēsu novada pašvaldība", Number: paymenttest.Council, Address: "Bērzaines iela 5", Phone: "64161800", Basis: dated.On("2026-01-01", "test", "test")}
		if err := w.Office.SetIssuer(t.Context(), w.At("NETWORK"), issuer); err != nil {
			t.Fatal(err)
		}
		w.OpenTill(desk)
		o := paymenttest.Whole(w.Bill(paymenttest.Water, 1230), w.Bill(paymenttest.Council, 500))
		b, err := w.Payment.Take(t.Context(), w.At(desk), o)
		if err != nil {
			t.Fatal(err)
		}
		o = paymenttest.Whole(w.Bill(paymenttest.Water, 300))
		o.Visit, o.Paper = b.Payments[0].Visit, &payment.OnPaper{Paper: payment.Paper{Book: "KV-7", Number: 9}, Day: paymenttest.Day.AddDays(-2)}
		if _, err := w.Payment.Take(t.Context(), w.At(desk), o); err != nil {
			t.Fatal(err)
		}
		w.Pay(desk, w.Bill(paymenttest.Water, 9900)) // of the next client
		if _, err := w.Payment.Void(t.Context(), w.At(desk), b.Payments[1].ID, payment.WrongBill); err != nil {
			t.Fatal(err)
		}
		slip := ilze.Get("/visits/" + b.Payments[0].Visit.String() + "/slip").Is(http.StatusOK).Says("Šodien samaksāts").
			Says("DZE-1 1").Says("SIA „Vinda”").Says("12,30").Says("KV-7 9").Says("15,30").Says("64161800")
		text := htmltest.Main(slip.Body)
		for _, wrong := range []string{"DZE-1 2", "99,00", "Kas notiks tālāk", "Šodien saņemtā informācija"} {
			if strings.Contains(text, wrong) {
				t.Errorf("the slip says %q:\n%s", wrong, text)
			}
		}
		ilze.Get("/centres/dzerbene").Is(http.StatusOK).Says("64161800")
	})
}
