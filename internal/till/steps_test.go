package till_test

import (
	"fmt"
	"strings"
	"testing"

	bt "vienkopus/internal/bank/banktest"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/till"
	tt "vienkopus/internal/till/tilltest"
)

// Every step is tried in every state; what the table names leads where it says, and what it does not name is refused and leaves no line.
func TestEveryStepOfAShift(t *testing.T) {
	t.Parallel()
	toClosed := []till.Step{till.StepOpen, till.StepCount, till.StepExplain, till.StepClose}
	ways := map[till.State][]till.Step{
		till.NoShift: nil, till.Open: toClosed[:1], till.Counted: toClosed[:2], till.Closed: toClosed,
		till.Objected: append(toClosed[:4:4], till.StepObject), till.Approved: append(toClosed[:4:4], till.StepApprove),
	}
	steps := []till.Step{till.StepOpen, till.StepMove, till.StepCount, till.StepExplain, till.StepClose, till.StepApprove, till.StepObject}
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := bt.New(t, dsn)
		for from, way := range ways {
			for _, step := range steps {
				r := bt.NewTrial(w, fmt.Sprintf("S-%s-%s", from, step)).Run(t, way...)
				if got := r.State(t); got != from {
					t.Fatalf("the way to %q ends at %q", from, got)
				}
				if step == till.StepClose && from == till.Counted {
					tt.Must(t, r.Do(t, till.StepExplain))
				}
				before := w.Lines()
				err := r.Do(t, step)
				to, may := till.Next(till.ShiftEdges, from, step)
				if step == till.StepOpen && len(way) > 3 { // the desk is free again: it is another shift that begins
					tt.Must(t, err)
					continue
				}
				r.Judge(t, fmt.Sprintf("%s in %q", step, from), may, err, before)
				if got := r.State(t); may && got != to || !may && got != from {
					t.Errorf("%s leads from %q to %q, may %t, to %q", step, from, got, may, to)
				}
			}
		}
	})
}

func TestEveryStepOfABag(t *testing.T) {
	t.Parallel()
	packed := []till.Step{till.StepOpen, till.StepCount, till.StepExplain, till.StepClose}
	with := func(more ...till.Step) []till.Step { return append(packed[:4:4], more...) }
	ways := map[till.BagState][]till.Step{
		till.NoBag: packed[:3], till.Packed: packed, till.Given: with(till.StepGive), till.Taken: with(till.StepTake),
		till.HandedOver: with(till.StepTake, till.StepGive), till.Deposited: with(till.StepGive, till.StepTake, till.StepDeposit),
		till.Matched: with(till.StepTake, till.StepDeposit, till.StepMatch),
	}
	steps := []till.Step{till.StepPack, till.StepGive, till.StepTake, till.StepDeposit, till.StepMatch}
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := bt.New(t, dsn)
		for from, way := range ways {
			for _, step := range steps {
				r := bt.NewTrial(w, fmt.Sprintf("B-%s-%s", from, step)).Run(t, way...)
				if step == till.StepPack && from != till.NoBag { // another shift wants to use the number again
					r.Run(t, packed[0], packed[1], packed[2])
				}
				before := w.Lines()
				err := r.Do(t, step)
				to, may := till.Next(till.BagEdges, from, step)
				r.Judge(t, fmt.Sprintf("%s in %q", step, from), may, err, before)
				b, err := w.Store.Bag(t.Context(), w.Journal.DB(), strings.ToUpper(r.Bag))
				tt.Must(t, err)
				if may && b.State != to || !may && b.State != from {
					t.Errorf("%s leads from %q to %q, may %t, to %q", step, from, b.State, may, to)
				}
			}
		}
	})
}

// The tables in the documentation are those of the program.
func TestTheTablesAreDrawn(t *testing.T) {
	t.Parallel()
	bt.Drawn(t, "../../docs/formats/till.md", map[string]map[string]string{
		"A shift": bt.Edges(till.ShiftEdges, "no shift"), "A bag": bt.Edges(till.BagEdges, "no bag"),
	})
}
