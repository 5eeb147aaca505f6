package bank_test

import (
	"fmt"
	"testing"

	"vienkopus/internal/bank"
	bt "vienkopus/internal/bank/banktest"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/till"
	tt "vienkopus/internal/till/tilltest"
)

func TestEveryStepOfADeposit(t *testing.T) {
	t.Parallel()
	made := []till.Step{till.StepOpen, till.StepCount, till.StepExplain, till.StepClose, till.StepGive, till.StepTake, till.StepDeposit}
	ways := map[bank.DepositState][]till.Step{bank.NoDeposit: made[:6], bank.Made: made, bank.Matched: append(made[:7:7], till.StepMatch)}
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := bt.New(t, dsn)
		for from, way := range ways {
			for _, step := range []till.Step{till.StepDeposit, till.StepMatch, till.StepExplain} {
				r := bt.NewTrial(w, fmt.Sprintf("D-%s-%s", from, step)).Run(t, way...)
				before := w.Lines()
				var err error
				if step == till.StepExplain {
					err = w.Bank.Explain(t.Context(), w.By(tt.Manager, tt.Office), r.Deposit, bank.BagShort)
				} else {
					err = r.Do(t, step)
				}
				to, may := till.Next(bank.DepositEdges, from, step)
				r.Judge(t, fmt.Sprintf("%s in %q", step, from), may, err, before)
				if r.Deposit.IsZero() {
					continue
				}
				d, err := w.Banked.Deposit(t.Context(), w.Journal.DB(), r.Deposit)
				if err != nil || may && d.State != to || !may && d.State != from {
					t.Errorf("%s leads from %q to %q, may %t, to %q (%v)", step, from, d.State, may, to, err)
				}
			}
		}
	})
}

// The table in the documentation is that of the program.
func TestTheTableIsDrawn(t *testing.T) {
	t.Parallel()
	bt.Drawn(t, "../../docs/formats/bank.md", map[string]map[string]string{"A deposit": bt.Edges(bank.DepositEdges, "no deposit")})
}
