package till_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/till"
	"vienkopus/internal/till/bank"
	tt "vienkopus/internal/till/tilltest"
)

// trial is one shift with its bag at a desk of its own, on which steps are tried.
type trial struct {
	w       *tt.World
	desk    string
	bag     string
	shift   id.ID
	deposit id.ID
}

func newTrial(w *tt.World, desk string) *trial {
	w.OpenDesk(desk)
	return &trial{w: w, desk: desk, bag: "B-" + desk}
}

func (r *trial) clerk() journal.Request     { return r.w.By(tt.Clerk, r.desk) }
func (r *trial) collector() journal.Request { return r.w.By(tt.Collector, tt.Office) }

// do tries a step as somebody would who may do it.
func (r *trial) do(t *testing.T, step till.Step) error {
	ctx := t.Context()
	switch step {
	case till.StepOpen:
		s, err := r.w.Till.Open(ctx, r.clerk(), 2000)
		if err == nil {
			r.shift = s.ID
		}
		return err
	case till.StepMove:
		return r.w.Pay(r.clerk(), tt.Water, tt.InCash(1000))
	case till.StepCount:
		// One cent is missing each time, so that there is something to explain.
		_, err := r.w.Till.Count(ctx, r.clerk(), tt.Found(1999))
		return err
	case till.StepExplain:
		return r.w.Till.Explain(ctx, r.clerk(), r.shift, till.Unknown)
	case till.StepClose, till.StepPack:
		_, err := r.w.Till.Close(ctx, r.clerk(), till.CloseIn{Bag: r.bag, Seal: "P"})
		return err
	case till.StepApprove:
		return r.w.Till.Approve(ctx, r.w.By(tt.Manager, tt.Office), r.shift)
	case till.StepObject:
		return r.w.Till.Object(ctx, r.w.By(tt.Manager, tt.Office), r.shift, till.CountDoubtful)
	case till.StepGive:
		return r.w.Till.Give(ctx, r.clerk(), r.bag, "")
	case till.StepTake:
		_, err := r.w.Till.Take(ctx, r.collector(), r.bag, "P")
		return err
	case till.StepDeposit:
		d, err := r.w.Bank.Deposit(ctx, r.collector(), bank.DepositIn{IBAN: tt.Account, Bags: []string{r.bag}})
		if err == nil {
			r.deposit = d.Deposit
		}
		return err
	case till.StepMatch:
		ref := "R-" + r.desk
		_, err := r.w.Bank.Import(ctx, r.w.By(tt.Manager, tt.Office), bank.StatementIn{IBAN: tt.Account, Lines: []bank.LineIn{{Ref: ref, Day: today, Cents: 1990}}})
		tt.Must(t, err)
		_, err = r.w.Bank.Match(ctx, r.w.By(tt.Manager, tt.Office), ref, r.deposit)
		return err
	}
	return fmt.Errorf("no step %q", step)
}

func (r *trial) run(t *testing.T, steps ...till.Step) *trial {
	t.Helper()
	for _, step := range steps {
		if err := r.do(t, step); err != nil {
			t.Fatalf("%s at %s: %v", step, r.desk, err)
		}
	}
	return r
}

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
		w := tt.New(t, dsn)
		for from, way := range ways {
			for _, step := range steps {
				r := newTrial(w, fmt.Sprintf("S-%s-%s", from, step)).run(t, way...)
				if got := r.state(t); got != from {
					t.Fatalf("the way to %q ends at %q", from, got)
				}
				if step == till.StepClose && from == till.Counted {
					tt.Must(t, r.do(t, till.StepExplain))
				}
				before := w.Lines()
				err := r.do(t, step)
				to, may := till.Next(till.ShiftEdges, from, step)
				if step == till.StepOpen && len(way) > 3 { // the desk is free again: it is another shift that begins
					tt.Must(t, err)
					continue
				}
				r.judge(t, fmt.Sprintf("%s in %q", step, from), may, err, before)
				if got := r.state(t); may && got != to || !may && got != from {
					t.Errorf("%s leads from %q to %q, may %t, to %q", step, from, got, may, to)
				}
			}
		}
	})
}

// judge compares what happened with what the table says.
func (r *trial) judge(t *testing.T, what string, may bool, err error, before int64) {
	t.Helper()
	if f := fault.First(err); may == (err != nil) || err != nil && f == nil {
		t.Errorf("%s: may %t, got %v", what, may, err)
	}
	if !may && r.w.Lines() > before+1 { // the line of a statement may come, though nothing is matched with it
		t.Errorf("%s: was refused, and left a line", what)
	}
}

func (r *trial) state(t *testing.T) till.State {
	t.Helper()
	if r.shift.IsZero() {
		return till.NoShift
	}
	return shift(t, r.w, r.shift).State
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
		w := tt.New(t, dsn)
		for from, way := range ways {
			for _, step := range steps {
				r := newTrial(w, fmt.Sprintf("B-%s-%s", from, step)).run(t, way...)
				if step == till.StepPack && from != till.NoBag { // another shift wants to use the number again
					r.run(t, packed[0], packed[1], packed[2])
				}
				before := w.Lines()
				err := r.do(t, step)
				to, may := till.Next(till.BagEdges, from, step)
				r.judge(t, fmt.Sprintf("%s in %q", step, from), may, err, before)
				b, err := w.Store.Bag(t.Context(), w.Journal.DB(), strings.ToUpper(r.bag))
				tt.Must(t, err)
				if may && b.State != to || !may && b.State != from {
					t.Errorf("%s leads from %q to %q, may %t, to %q", step, from, b.State, may, to)
				}
			}
		}
	})
}

func TestEveryStepOfADeposit(t *testing.T) {
	t.Parallel()
	made := []till.Step{till.StepOpen, till.StepCount, till.StepExplain, till.StepClose, till.StepGive, till.StepTake, till.StepDeposit}
	ways := map[bank.DepositState][]till.Step{bank.NoDeposit: made[:6], bank.Made: made, bank.Matched: append(made[:7:7], till.StepMatch)}
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := tt.New(t, dsn)
		for from, way := range ways {
			for _, step := range []till.Step{till.StepDeposit, till.StepMatch, till.StepExplain} {
				r := newTrial(w, fmt.Sprintf("D-%s-%s", from, step)).run(t, way...)
				before := w.Lines()
				var err error
				if step == till.StepExplain {
					err = w.Bank.Explain(t.Context(), w.By(tt.Manager, tt.Office), r.deposit, bank.BagShort)
				} else {
					err = r.do(t, step)
				}
				to, may := till.Next(bank.DepositEdges, from, step)
				r.judge(t, fmt.Sprintf("%s in %q", step, from), may, err, before)
				if r.deposit.IsZero() {
					continue
				}
				d, err := w.Store.Deposit(t.Context(), w.Journal.DB(), r.deposit)
				if err != nil || may && d.State != to || !may && d.State != from {
					t.Errorf("%s leads from %q to %q, may %t, to %q (%v)", step, from, d.State, may, to, err)
				}
			}
		}
	})
}

// The tables in the documentation are those of the program.
func TestTheTablesAreDrawn(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/formats/till.md")
	tt.Must(t, err)
	for heading, want := range map[string]map[string]string{
		"A shift":   drawn(till.ShiftEdges, "no shift"),
		"A bag":     drawn(till.BagEdges, "no bag"),
		"A deposit": drawn(bank.DepositEdges, "no deposit"),
	} {
		got := table(t, string(page), heading)
		for key, to := range want {
			if got[key] != to {
				t.Errorf("%s: %s leads to %q, the page says %q", heading, key, to, got[key])
			}
		}
		for key, to := range got {
			if to != "–" && want[key] != to {
				t.Errorf("%s: the page says that %s leads to %q", heading, key, to)
			}
		}
	}
}

func drawn[S ~string](edges []till.Edge[S], none string) map[string]string {
	all := map[string]string{}
	for _, e := range edges {
		from := string(e.From)
		if from == "" {
			from = none
		}
		all[from+" "+string(e.Step)] = string(e.To)
	}
	return all
}

// table reads the first table below a heading: row and column → cell.
func table(t *testing.T, page, heading string) map[string]string {
	t.Helper()
	_, text, found := strings.Cut(page, "\n## "+heading+"\n")
	if !found {
		t.Fatalf("no heading %s", heading)
	}
	cells := map[string]string{}
	var columns []string
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		if !strings.HasPrefix(line, "|") {
			break
		}
		parts := strings.Split(strings.Trim(line, "|"), "|")
		for i := range parts {
			parts[i] = strings.TrimSpace(parts[i])
		}
		if columns == nil {
			columns = parts
			continue
		}
		for i, cell := range parts[1:] {
			if parts[0] != "---" {
				cells[parts[0]+" "+columns[i+1]] = cell
			}
		}
	}
	return cells
}
