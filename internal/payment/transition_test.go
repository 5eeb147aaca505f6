package payment_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"vienkopus/internal/payment"
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
