package payment_test

import (
	"testing"

	"vienkopus/internal/base/money"
	"vienkopus/internal/payment"
	"vienkopus/internal/till"
)

// What a row says was given back leads to the state that the table names, by whichever way, and nothing else does.
func TestTheStateOfAPaymentFollowsTheTable(t *testing.T) {
	t.Parallel()
	taken := payment.MoneyTaken{Moved: till.Moved{Parts: payment.Parts(400, 600, "1")}}
	for _, c := range []struct {
		way  payment.Way
		back money.Amount
		want payment.State
	}{
		{"", 0, payment.Taken},
		{payment.ByVoid, 1000, payment.Voided},
		{payment.ByRefund, 999, payment.PartlyRefunded},
		{payment.ByRefund, 1000, payment.Refunded},
		{payment.ByReturn, 600, payment.Returned},
		{payment.ByReturn, 1000, payment.Returned},
	} {
		p := taken.Taken(payment.Record{}, payment.Back{Way: c.way, Cents: c.back})
		if p.State != c.want || p.Reversed != c.back {
			t.Errorf("%s of %d: %s, %d", c.way, c.back, p.State, p.Reversed)
		}
		for _, step := range []payment.Step{payment.StepVoid, payment.StepRefundPart, payment.StepRefundRest, payment.StepReturn} {
			if _, there := payment.Steps[c.want][step]; p.May(step) != there {
				t.Errorf("%s, %s: may is %v", c.want, step, p.May(step))
			}
		}
	}
	yes, no := true, false
	for want, got := range map[payment.Standing]payment.Standing{
		payment.Requested: payment.StandingOf(nil, false), payment.Approved: payment.StandingOf(&yes, false),
		payment.Declined: payment.StandingOf(&no, false), payment.PaidOut: payment.StandingOf(nil, true),
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
		r := payment.Refund{Standing: want}
		if waits := want == payment.Requested || want == payment.Approved; r.Waits() != waits || r.May(payment.StepPayOut) != (want == payment.Approved) {
			t.Errorf("%s waits: %v, may be paid out: %v", want, r.Waits(), r.May(payment.StepPayOut))
		}
	}
}
