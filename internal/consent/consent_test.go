package consent_test

import (
	"testing"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/dated"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/bill"
	"vienkopus/internal/consent"
	"vienkopus/internal/consent/consentsql"
	"vienkopus/internal/paperbook"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/platform/journal"
)

const (
	desk   = "DZE-1"
	beside = "CES-1"
	cesu   = "0026000"
)

func atOffice(who, key string) journal.Request {
	return journal.Request{By: actor.Staff(who, "municipal-manager"), Desk: "OFFICE-" + cesu, Key: key}
}

func onPaper(o payment.Order, book string, number uint32, day civil.Date) payment.Order {
	o.Paper = &payment.OnPaper{Paper: payment.Paper{Book: book, Number: number}, Day: day}
	return o
}

// tax is a bill that has been overdue since July, so that its late fee grows.
func tax(t *testing.T, w *paymenttest.World, number string) bill.Bill {
	t.Helper()
	c := bill.Content{
		Creditor: paymenttest.Council, Number: number, Reference: number, Kind: bill.PropertyTax, Municipality: cesu, Issued: civil.MustDate("2026-02-10"),
		Instalments: []bill.Instalment{{Due: civil.MustDate("2026-07-01"), Cents: 100_000}},
	}
	b, err := w.App.Bill.Put(t.Context(), journal.Request{By: actor.System("test"), Desk: "BILLS-" + string(paymenttest.Council), Key: number}, c, bill.Payer{Name: "A"})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func due(t *testing.T, w *paymenttest.World, b id.ID) bill.Due {
	t.Helper()
	found, err := w.ReadBill(b)
	if err != nil {
		t.Fatal(err)
	}
	fee := bill.LateFee{Creditor: paymenttest.Council, Kind: bill.PropertyTax, PerMillion: 500, Basis: dated.On("2010-01-01", "test", "test")}
	return bill.DueOn(found, []bill.LateFee{fee}, paymenttest.Day)
}

// One clerk alone makes no late fee vanish with an invented paper receipt: from no book, from before the bill, from another desk's book, from a day on which the
// book was not there, or late. A second person sees what she decides, and only then it is recorded, once and as it was asked.
func TestOneClerkAloneMakesNoLateFeeVanishWithAnInventedPaperReceipt(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		w.OpenTill(desk)
		b := tax(t, w, "NIN-1")
		was := due(t, w, b.ID)
		if was.Fee == 0 {
			t.Fatal("there is no late fee that could vanish")
		}
		july, whole := civil.MustDate("2026-07-01"), payment.Order{Cash: true, Items: []payment.Item{{Bill: b.ID, Cents: 100_000}}}
		for why, o := range map[string]payment.Order{
			"paper-no-book":      onPaper(whole, "ZZ", 1, paymenttest.Day),
			"paper-outside-book": onPaper(whole, "A", 1, civil.MustDate("2025-12-31")),
			"paper-late":         onPaper(whole, "A", 1, july),
		} {
			_, err := w.Payment.Take(t.Context(), w.At(desk), o)
			paymenttest.WantFault(t, err, fault.Conflict, "payment.needs_second."+why)
		}
		_, err := w.Payment.Take(t.Context(), w.At(desk), onPaper(whole, "C", 1, paymenttest.Day)) // of the neighbour
		paymenttest.WantFault(t, err, fault.Conflict, "payment.needs_second.paper-no-book")
		fresh := w.Bill(paymenttest.Water, 100) // issued ten days ago
		limits := consent.Limits{Basis: dated.On("2026-01-01", "test", "test"), PaperDays: 30, Overpaid: 5_000}
		if err := w.Consent.SetLimits(t.Context(), w.At("NETWORK"), limits); err != nil {
			t.Fatal(err)
		}
		_, err = w.Payment.Take(t.Context(), w.At(desk), onPaper(paymenttest.Whole(fresh), "A", 1, paymenttest.Day.AddDays(-11)))
		paymenttest.WantFault(t, err, fault.Conflict, "payment.needs_second.paper-before-bill")
		if now := due(t, w, b.ID); now.Total != was.Total || now.Fee != was.Fee {
			t.Errorf("%+v is owed, and %+v was", now, was)
		}
		agreeAndRecord(t, w, b.ID, onPaper(whole, "A", 1, july))
		w.Sound()
	})
}

func agreeAndRecord(t *testing.T, w *paymenttest.World, b id.ID, o payment.Order) {
	t.Helper()
	asked, err := w.Payment.Ask(t.Context(), w.At(desk), o)
	if err != nil {
		t.Fatal(err)
	}
	q, err := consentsql.Store{}.Question(t.Context(), w.DB, asked)
	if err != nil || q.State != consent.Waiting || len(q.Items) != 1 || q.Items[0].Due != 100_000 || q.Items[0].Today <= 100_000 || q.Why[0] != consent.PaperLate {
		t.Errorf("she does not see what she decides: %+v, %v", q, err)
	}
	yes := consent.Decision{Consent: asked, Municipality: cesu, Agreed: true}
	_, err = w.Payment.TakeAgreed(t.Context(), w.At(desk), q, id.ID{}, "")
	paymenttest.WantFault(t, err, fault.Conflict, "consent.not_agreed")
	err = w.Consent.Decide(t.Context(), journal.Request{By: paymenttest.Clerk, Desk: "OFFICE-" + cesu, Key: "self"}, yes)
	paymenttest.WantFault(t, err, fault.Forbidden, "consent.own")
	if err := w.Consent.Decide(t.Context(), atOffice("m1", "yes"), yes); err != nil {
		t.Fatal(err)
	}
	err = w.Consent.Decide(t.Context(), atOffice("m2", "no"), consent.Decision{Consent: asked, Municipality: cesu})
	paymenttest.WantFault(t, err, fault.Conflict, "consent.decided")
	other := o
	other.Consent, other.Items = asked, []payment.Item{{Bill: b, Cents: 99_999}}
	_, err = w.Payment.Take(t.Context(), w.At(desk), other)
	paymenttest.WantFault(t, err, fault.Conflict, "payment.consent_differs")
	if _, err := w.Payment.TakeAgreed(t.Context(), w.At(desk), q, id.ID{}, ""); err != nil {
		t.Fatal(err)
	}
	if now := due(t, w, b); now.Total != 0 {
		t.Errorf("%+v is owed", now)
	}
	_, err = w.Payment.TakeAgreed(t.Context(), w.At(desk), q, id.ID{}, "")
	paymenttest.WantFault(t, err, fault.Conflict, "payment.paper_taken")
}

// Much more than is due needs a second person, at one go or in small steps; a no leaves nothing behind.
func TestALargeOverpaymentNeedsASecondPersonAlsoInSmallSteps(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		w.OpenTill(desk)
		b := w.Bill(paymenttest.Water, 1_000)
		over := func(cents money.Amount) payment.Order {
			return payment.Order{Cash: true, Because: payment.ClientInsists, Items: []payment.Item{{Bill: b.ID, Cents: cents}}}
		}
		_, err := w.Payment.Take(t.Context(), w.At(desk), over(6_001))
		paymenttest.WantFault(t, err, fault.Conflict, "payment.needs_second.overpaid")
		if _, err := w.Payment.Take(t.Context(), w.At(desk), over(6_000)); err != nil {
			t.Fatal(err)
		}
		_, err = w.Payment.Take(t.Context(), w.At(desk), over(1))
		paymenttest.WantFault(t, err, fault.Conflict, "payment.needs_second.overpaid")
		asked, err := w.Payment.Ask(t.Context(), w.At(desk), over(5_000))
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Consent.Decide(t.Context(), atOffice("m1", "no"), consent.Decision{Consent: asked, Municipality: cesu}); err != nil {
			t.Fatal(err)
		}
		o := over(5_000)
		o.Consent = asked
		_, err = w.Payment.Take(t.Context(), w.At(desk), o)
		paymenttest.WantFault(t, err, fault.Conflict, "consent.not_agreed")
		_, err = w.Payment.Ask(t.Context(), w.At(desk), paymenttest.Whole(w.Bill(paymenttest.Water, 5)))
		paymenttest.WantFault(t, err, fault.Conflict, "payment.needs_nobody")
		seen, err := consentsql.Store{}.AtDesk(t.Context(), w.DB, desk, w.Clock.Now().Add(-time.Hour), 10)
		if err != nil || len(seen) != 1 || seen[0].State != consent.Refused {
			t.Errorf("the desk is not told of the no: %+v, %v", seen, err)
		}
		w.Sound()
	})
}

// What was agreed to holds at the desk that asked, and not when less is due by then.
func TestAConsentHoldsAtItsDeskAndForWhatWasDue(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		w.OpenTill(desk)
		w.OpenTill(beside)
		b := w.Bill(paymenttest.Water, 10_000)
		o := payment.Order{Cash: true, Because: payment.ClientInsists, Items: []payment.Item{{Bill: b.ID, Cents: 20_000}}}
		asked, err := w.Payment.Ask(t.Context(), w.At(desk), o)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Consent.Decide(t.Context(), atOffice("m1", "yes"), consent.Decision{Consent: asked, Municipality: cesu, Agreed: true}); err != nil {
			t.Fatal(err)
		}
		o.Consent = asked
		_, err = w.Payment.Take(t.Context(), w.At(beside), o)
		paymenttest.WantFault(t, err, fault.Forbidden, "consent.other_desk")
		w.Pay(beside, b)
		_, err = w.Payment.Take(t.Context(), w.At(desk), o)
		paymenttest.WantFault(t, err, fault.Conflict, "payment.consent_differs")
		w.Sound()
	})
}

// The limits are a dated rule with bounds.
func TestLimitsOfAConsent(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		basis := dated.On("2026-11-21", "test", "test")
		for _, wrong := range []consent.Limits{{Basis: basis, PaperDays: -1}, {Basis: basis, PaperDays: 367}, {Basis: basis, Overpaid: -1}, {PaperDays: 1}} {
			if err := w.Consent.SetLimits(t.Context(), w.At("NETWORK"), wrong); fault.First(err) == nil {
				t.Errorf("%+v: %v", wrong, err)
			}
		}
		if err := w.Consent.SetLimits(t.Context(), w.At("NETWORK"), consent.Limits{Basis: basis, PaperDays: 1}); err != nil {
			t.Fatal(err)
		}
		for day, want := range map[civil.Date]int{paymenttest.Day: 5, paymenttest.Day.AddDays(1): 1} {
			l, err := w.Consent.LimitsOn(t.Context(), w.DB, day)
			if err != nil || l.PaperDays != want {
				t.Errorf("on %s: %+v, %v", day, l, err)
			}
		}
	})
}

// A book lies at one desk at a time; a number is whose it is on its day.
func TestAPaperBookLiesAtOneDesk(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		day := paymenttest.Day
		o := paperbook.Order{Book: "X", Municipality: cesu, Desk: desk, Range: paperbook.Range{First: 1, Last: 50}, From: day.AddDays(-5)}
		issue := func(key string, o paperbook.Order) error { return w.Books.Issue(t.Context(), atOffice("m1", key), o) }
		if err := issue("x1", o); err != nil {
			t.Fatal(err)
		}
		other := o
		other.Desk = beside
		paymenttest.WantFault(t, issue("x2", other), fault.Conflict, "paperbook.at_desk")
		back := paperbook.Back{Book: "X", Municipality: cesu, Day: day.AddDays(-2)}
		if err := w.Books.TakeBack(t.Context(), atOffice("m1", "x3"), back); err != nil {
			t.Fatal(err)
		}
		other.From = day.AddDays(-2)
		paymenttest.WantFault(t, issue("x4", other), fault.Conflict, "paperbook.range")
		other.From = day.AddDays(-1)
		if err := issue("x5", other); err != nil {
			t.Fatal(err)
		}
		w.OpenTill(desk)
		w.OpenTill(beside)
		for i, c := range []struct {
			desk string
			back int
			key  string
		}{
			{desk, -2, ""},
			{desk, -1, "payment.needs_second.paper-outside-book"},
			{beside, -2, "payment.needs_second.paper-outside-book"},
			{beside, -1, ""},
		} {
			number := uint32(i + 1)
			_, err := w.Payment.Take(t.Context(), w.At(c.desk), onPaper(paymenttest.Whole(w.Bill(paymenttest.Water, 100)), "X", number, day.AddDays(c.back)))
			if c.key == "" && err != nil {
				t.Errorf("%+v: %v", c, err)
			} else if c.key != "" {
				paymenttest.WantFault(t, err, fault.Conflict, c.key)
			}
		}
		back.Day, back.Ends = day, true
		if err := w.Books.TakeBack(t.Context(), atOffice("m1", "x6"), back); err != nil {
			t.Fatal(err)
		}
		other.From = day
		paymenttest.WantFault(t, issue("x7", other), fault.Conflict, "paperbook.ended")
		for key, wrong := range map[string]paperbook.Order{
			"paperbook.numbers":     {Book: "Y", Municipality: cesu, Desk: desk, From: day},
			"paperbook.day":         {Book: "Y", Municipality: cesu, Desk: desk, Range: o.Range},
			"payment.paper_book":    {Book: "y", Municipality: cesu, Desk: desk, Range: o.Range, From: day},
			"tillpage.desk_unknown": {Book: "Y", Municipality: cesu, Desk: "LIV-1", Range: o.Range, From: day},
		} {
			if f := fault.First(issue(key, wrong)); f == nil || f.Key != key && f.Key != "centre.desk_unknown" {
				t.Errorf("%+v is refused for %v, and not for %s", wrong, f, key)
			}
		}
		w.Sound()
	})
}
