package payment_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"vienkopus/internal/base/money"
	"vienkopus/internal/payment"
	"vienkopus/internal/till"
)

// docs/formats/payment.md draws the tables of transition.go, every edge and no other.
func TestThePageDrawsTheTransitions(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/formats/payment.md")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{}
	for from, steps := range payment.Steps {
		for step, to := range steps {
			want = append(want, "| "+string(from)+" | "+string(step)+" | "+string(to)+" |")
		}
	}
	for from, steps := range payment.RefundSteps {
		for step, to := range steps {
			want = append(want, "| "+string(from)+" | "+string(step)+" | "+string(to)+" |")
		}
	}
	for from, steps := range payment.ChargeSteps {
		for step, to := range steps {
			want = append(want, "| "+string(from)+" | "+string(step)+" | "+string(to)+" |")
		}
	}
	drawn := edges(string(text))
	slices.Sort(want)
	if !slices.Equal(drawn, want) {
		t.Errorf("drawn:\n%s\nin the code:\n%s", strings.Join(drawn, "\n"), strings.Join(want, "\n"))
	}
	if missing := edges(strings.Replace(string(text), "| taken | void | voided |\n", "", 1)); slices.Equal(missing, want) {
		t.Error("an edge that is not drawn is not missed")
	}
}

// edges are the rows of the tables with three cells, without their heads.
func edges(text string) []string {
	var all []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if strings.Count(line, "|") == 4 && !strings.HasPrefix(line, "| Is ") && !strings.HasPrefix(line, "|---") {
			all = append(all, line)
		}
	}
	slices.Sort(all)
	return all
}

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
