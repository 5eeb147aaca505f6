package consent_test

import (
	"testing"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/dated"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/money"
	"vienkopus/internal/consent"
	"vienkopus/internal/consent/consentsql"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/paymentsql"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/journal"
)

// While the client is there, the clerk voids alone; once his visit has ended, after an hour, and whatever was written by hand, only with a second person, who neither asked nor took the money.
func TestAVoidAfterTheVisitOrOfAPaperReceiptNeedsASecondPerson(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		w.OpenTill(desk)
		now := w.Pay(desk, w.Bill(paymenttest.Water, 100)).Payments[0]
		_, err := w.Payment.AskVoid(t.Context(), w.At(desk), now.ID, payment.WrongBill)
		paymenttest.WantFault(t, err, fault.Conflict, "payment.void_needs_nobody")
		if _, err := w.Payment.Void(t.Context(), w.At(desk), now.ID, payment.WrongBill); err != nil {
			t.Errorf("a void before the client's eyes: %v", err)
		}
		ended := w.Pay(desk, w.Bill(paymenttest.Water, 200)).Payments[0]
		if err := w.Visit.Close(t.Context(), w.At(desk), ended.Visit); err != nil {
			t.Fatal(err)
		}
		byHand, err := w.Payment.Take(t.Context(), w.At(desk), onPaper(paymenttest.Whole(w.Bill(paymenttest.Water, 300)), "A", 1, paymenttest.Day))
		if err != nil {
			t.Fatal(err)
		}
		late := w.Pay(desk, w.Bill(paymenttest.Water, 400)).Payments[0]
		w.Clock.Advance(61 * time.Minute)
		for key, p := range map[string]payment.Payment{"void-after-visit": ended, "void-paper": byHand.Payments[0], "void-late": late} {
			_, err := w.Payment.Void(t.Context(), w.At(desk), p.ID, payment.WrongBill)
			paymenttest.WantFault(t, err, fault.Conflict, "payment.needs_second."+key)
			voidByTwo(t, w, p, key)
		}
		w.Sound()
		w.SameAfterRebuild()
	})
}

func voidByTwo(t *testing.T, w *paymenttest.World, p payment.Payment, key string) {
	t.Helper()
	other := journal.Request{By: actor.Staff("s2", "clerk"), Desk: desk, Key: "ask:" + key} // a colleague asks about what s1 took
	asked, err := w.Payment.AskVoid(t.Context(), other, p.ID, payment.WrongBill)
	if err != nil {
		t.Fatal(err)
	}
	q, err := consentsql.Store{}.Question(t.Context(), w.DB, asked)
	if err != nil || q.Void == nil || q.Void.Payment != p.ID || q.Void.TakenBy != "s1" || q.Void.Receipt != p.Name() || !q.Void.TakenAt.Equal(p.At) || q.Total() != p.Total() {
		t.Errorf("she does not see what she decides: %+v, %v", q, err)
	}
	_, err = w.Payment.VoidAgreed(t.Context(), w.At(desk), q)
	paymenttest.WantFault(t, err, fault.Conflict, "consent.not_agreed")
	yes := consent.Decision{Consent: asked, Municipality: cesu, Agreed: true}
	for _, who := range []string{"s1", "s2"} {
		paymenttest.WantFault(t, w.Consent.Decide(t.Context(), atOffice(who, key+who), yes), fault.Forbidden, "consent.own")
	}
	if err := w.Consent.Decide(t.Context(), atOffice("m1", key), yes); err != nil {
		t.Fatal(err)
	}
	_, err = w.Payment.TakeAgreed(t.Context(), w.At(desk), q, p.Visit, "")
	paymenttest.WantFault(t, err, fault.Conflict, "payment.consent_differs")
	wrong := q
	wrong.Void = &consent.Void{Payment: p.ID, Reason: string(payment.PaidTwice)}
	_, err = w.Payment.VoidAgreed(t.Context(), w.At(desk), wrong)
	paymenttest.WantFault(t, err, fault.Conflict, "payment.consent_differs")
	n, err := w.Payment.VoidAgreed(t.Context(), w.At(desk), q)
	if err != nil {
		t.Fatal(err)
	}
	d, err := paymentsql.Store{}.Document(t.Context(), w.DB, n.Series, n.Number)
	if err != nil || d.Kind != receipt.Void || d.Original.Name() != p.Name() || d.ByHand != (p.Paper != (payment.Paper{})) {
		t.Errorf("the paper of the void says %+v, %v", d, err)
	}
	if code, err := w.Payment.Code(t.Context(), w.DB, d, nil); err != nil || code.CheckCode() == "" {
		t.Errorf("it has no check code: %v", err)
	}
	_, err = w.Payment.VoidAgreed(t.Context(), w.At(desk), q)
	paymenttest.WantFault(t, err, fault.Conflict, "payment.state.voided")
}

// A consent to take a payment is none to void one.
func TestAConsentToTakeVoidsNothing(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		w.OpenTill(desk)
		_, err := w.Payment.VoidAgreed(t.Context(), w.At(desk), consent.Question{})
		paymenttest.WantFault(t, err, fault.Conflict, "payment.consent_differs")
	})
}

// A clerk alone gives away no more late fee by earlier days on paper than the limit, also in small steps, and what she gives away stands in the line.
func TestALateFeeDoesNotVanishUnseenByAPaperReceiptOfAnEarlierDay(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		w.OpenTill(desk)
		w.OpenTill(beside)
		b := tax(t, w, "NIN-1") // 1000 euro overdue: half a euro a day
		half := func(cents money.Amount, book string, number uint32, back int) payment.Order {
			return onPaper(payment.Order{Cash: true, Because: payment.OtherPeriod, Items: []payment.Item{{Bill: b.ID, Cents: cents}}}, book, number, paymenttest.Day.AddDays(-back))
		}
		before := due(t, w, b.ID)
		taken, err := w.Payment.Take(t.Context(), w.At(desk), half(100_000, "A", 1, 1))
		if err != nil {
			t.Fatal(err)
		}
		if now := due(t, w, b.ID); taken.Payments[0].Forgiven != 50 || before.Total-now.Total != 100_050 {
			t.Errorf("%s is noted as given away; %+v was due, now %+v", taken.Payments[0].Forgiven, before, now)
		}
		p, err := paymentsql.Store{}.Payment(t.Context(), w.DB, taken.Payments[0].ID)
		if err != nil || p.Forgiven != 50 {
			t.Errorf("the table says %+v, %v", p, err)
		}
		b = tax(t, w, "NIN-2")
		_, err = w.Payment.Take(t.Context(), w.At(desk), half(100_000, "A", 2, 3))
		paymenttest.WantFault(t, err, fault.Conflict, "payment.needs_second.paper-forgives")
		if _, err := w.Payment.Take(t.Context(), w.At(desk), half(100_000, "A", 2, 1)); err != nil {
			t.Errorf("a euro in all: %v", err)
		}
		b = tax(t, w, "NIN-3")
		for i, o := range []payment.Order{half(10_000, "A", 3, 1), half(10_000, "C", 3, 1)} { // the same person at another desk
			_, err = w.Payment.Take(t.Context(), w.At([]string{desk, beside}[i]), o)
			paymenttest.WantFault(t, err, fault.Conflict, "payment.needs_second.paper-forgives")
		}
		other := journal.Request{By: actor.Staff("s2", "clerk"), Desk: desk, Key: "other"} // another account at the same desk
		_, err = w.Payment.Take(t.Context(), other, half(10_000, "A", 3, 1))
		paymenttest.WantFault(t, err, fault.Conflict, "payment.needs_second.paper-forgives")
		asked, err := w.Payment.Ask(t.Context(), w.At(desk), half(100_000, "A", 4, 5))
		if err != nil {
			t.Fatal(err)
		}
		q, err := consentsql.Store{}.Question(t.Context(), w.DB, asked)
		if err != nil || q.Forgives != 250 {
			t.Errorf("she is not told what is given away: %+v, %v", q, err)
		}
		if err := w.Consent.Decide(t.Context(), atOffice("m1", "yes"), consent.Decision{Consent: asked, Municipality: cesu, Agreed: true}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Payment.TakeAgreed(t.Context(), w.At(desk), q, taken.Payments[0].Visit, ""); err != nil {
			t.Error(err)
		}
		if alone, err := (paymentsql.Store{}).ForgivenAlone(t.Context(), w.DB, desk, "s1", paymenttest.Start); err != nil || alone != 100 {
			t.Errorf("%s was given away by one person, %v", alone, err)
		}
		w.Sound()
		w.SameAfterRebuild()
	})
}

// Limits from before that were noted without the new ones say what they always said, and the new ones hold as if nobody had set them.
func TestLimitsFromBeforeLeaveTheNewOnesAsTheyAre(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		old := consent.Limits{Basis: dated.On("2026-11-01", "test", "test"), PaperDays: 3, Overpaid: 700}
		none, never := money.Amount(0), 0
		strict := consent.Limits{Basis: dated.On("2026-12-01", "test", "test"), PaperDays: 3, Overpaid: 700, Forgiven: &none, VoidMinutes: &never}
		for _, l := range []consent.Limits{old, strict} {
			if err := w.Consent.SetLimits(t.Context(), w.At("NETWORK"), l); err != nil {
				t.Fatal(err)
			}
		}
		for day, want := range map[string]consent.Limits{"2026-11-20": old, "2026-12-20": strict} {
			l, err := w.Consent.LimitsOn(t.Context(), w.DB, civil.MustDate(day))
			if err != nil || l.ForgivenAlone() != want.ForgivenAlone() || l.VoidAlone() != want.VoidAlone() || l.PaperDays != 3 {
				t.Errorf("on %s: %+v, %v", day, l, err)
			}
		}
		if old.ForgivenAlone() != 100 || old.VoidAlone() != time.Hour || strict.ForgivenAlone() != 0 || strict.VoidAlone() != 0 {
			t.Error("the limits are others")
		}
		long, less := 24*60+1, money.Amount(-1)
		for _, wrong := range []consent.Limits{{Basis: old.Basis, VoidMinutes: &long}, {Basis: old.Basis, Forgiven: &less}} {
			if err := w.Consent.SetLimits(t.Context(), w.At("NETWORK"), wrong); fault.First(err) == nil {
				t.Errorf("%+v: %v", wrong, err)
			}
		}
		w.SameAfterRebuild()
	})
}
