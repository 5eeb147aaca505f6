package banktest

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"vienkopus/internal/bank"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/till"
	tt "vienkopus/internal/till/tilltest"
)

// Trial is one shift with its bag at a desk of its own, on which steps are tried.
type Trial struct {
	W       *World
	Desk    string
	Bag     string
	Shift   id.ID
	Deposit id.ID
}

// NewTrial opens the desk.
func NewTrial(w *World, desk string) *Trial {
	w.OpenDesk(desk)
	return &Trial{W: w, Desk: desk, Bag: "B-" + desk}
}

func (r *Trial) clerk() journal.Request     { return r.W.By(tt.Clerk, r.Desk) }
func (r *Trial) collector() journal.Request { return r.W.By(tt.Collector, tt.Office) }

// Do tries a step as somebody would who may do it.
func (r *Trial) Do(t *testing.T, step till.Step) error {
	ctx := t.Context()
	switch step {
	case till.StepOpen:
		s, err := r.W.Till.Open(ctx, r.clerk(), 2000)
		if err == nil {
			r.Shift = s.ID
		}
		return err
	case till.StepMove:
		return r.W.Pay(r.clerk(), tt.Water, tt.InCash(1000))
	case till.StepCount:
		// One cent is missing each time, so that there is something to explain.
		_, err := r.W.Till.Count(ctx, r.clerk(), tt.Found(1999))
		return err
	case till.StepExplain:
		return r.W.Till.Explain(ctx, r.clerk(), r.Shift, till.Unknown)
	case till.StepClose, till.StepPack:
		_, err := r.W.Till.Close(ctx, r.clerk(), till.CloseIn{Bag: r.Bag, Seal: "P"})
		return err
	case till.StepApprove:
		return r.W.Till.Approve(ctx, r.W.By(tt.Manager, tt.Office), r.Shift)
	case till.StepObject:
		return r.W.Till.Object(ctx, r.W.By(tt.Manager, tt.Office), r.Shift, till.CountDoubtful)
	case till.StepGive:
		return r.W.Till.Give(ctx, r.clerk(), r.Bag, "")
	case till.StepTake:
		_, err := r.W.Till.Take(ctx, r.collector(), r.Bag, "P")
		return err
	case till.StepDeposit:
		d, err := r.W.Bank.Deposit(ctx, r.collector(), bank.DepositIn{IBAN: tt.Account, Bags: []string{r.Bag}})
		if err == nil {
			r.Deposit = d.Deposit
		}
		return err
	case till.StepMatch:
		ref := "R-" + r.Desk
		_, err := r.W.Bank.Import(ctx, r.W.By(tt.Manager, tt.Office), bank.StatementIn{IBAN: tt.Account, Lines: []bank.LineIn{{Ref: ref, Day: Today, Cents: 1990}}})
		tt.Must(t, err)
		_, err = r.W.Bank.Match(ctx, r.W.By(tt.Manager, tt.Office), ref, r.Deposit)
		return err
	}
	return fmt.Errorf("no step %q", step)
}

// Run does the steps.
func (r *Trial) Run(t *testing.T, steps ...till.Step) *Trial {
	t.Helper()
	for _, step := range steps {
		if err := r.Do(t, step); err != nil {
			t.Fatalf("%s at %s: %v", step, r.Desk, err)
		}
	}
	return r
}

// Judge compares what happened with what the table says.
func (r *Trial) Judge(t *testing.T, what string, may bool, err error, before int64) {
	t.Helper()
	if f := fault.First(err); may == (err != nil) || err != nil && f == nil {
		t.Errorf("%s: may %t, got %v", what, may, err)
	}
	if !may && r.W.Lines() > before+1 { // the line of a statement may come, though nothing is matched with it
		t.Errorf("%s: was refused, and left a line", what)
	}
}

// State is where the shift stands.
func (r *Trial) State(t *testing.T) till.State {
	t.Helper()
	if r.Shift.IsZero() {
		return till.NoShift
	}
	s, err := r.W.Store.Shift(t.Context(), r.W.Journal.DB(), r.Shift)
	tt.Must(t, err)
	return s.State
}

// Drawn complains unless the first table below each heading of a document is the wanted one: row and column → cell.
func Drawn(t *testing.T, document string, tables map[string]map[string]string) {
	t.Helper()
	page, err := os.ReadFile(document) //nolint:gosec // a document of the house
	tt.Must(t, err)
	for heading, want := range tables {
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

// Edges writes steps as a table has them; none names the state of what is not there yet.
func Edges[S ~string](edges []till.Edge[S], none string) map[string]string {
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
