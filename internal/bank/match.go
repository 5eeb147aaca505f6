package bank

import (
	"context"
	"slices"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/office"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/till"
)

// MostMatched bounds in how many lines a bank books one deposit.
const MostMatched = 20

// Match says by hand that lines of a statement, by their references, are the deposit: one, or several where the bank booked it in parts. The bank may have counted another sum; the
// difference goes to the desk of the first bag and waits for an explanation. It returns the faults "till.deposit_unknown", "till.bank_line_unknown", "till.bank_line_out" for a line
// by which money went out and "bank.line_too_early" for one from before the money was taken, "till.other_office" (forbidden), and the conflicts "till.deposit_matched" and
// "till.bank_line_used".
func (s *Service) Match(ctx context.Context, r journal.Request, ref string, deposit id.ID, more ...string) (DepositMatched, error) {
	refs := slices.Compact(slices.Sorted(slices.Values(append(more, ref))))
	if len(refs) > MostMatched {
		return DepositMatched{}, fault.NewInvalid("bank.lines", "Max", MostMatched).On("ref")
	}
	facts, _, err := journal.RecordAll(ctx, s.journal, r, matchInput(refs, deposit), func(tx *journal.Tx) ([]DepositMatched, error) {
		d, err := s.deposit(ctx, tx, deposit, till.StepMatch)
		if err != nil {
			return nil, err
		}
		if err := lockAccount(ctx, tx, d.IBAN); err != nil {
			return nil, err
		}
		f := DepositMatched{Deposit: d.ID, IBAN: d.IBAN, Ref: refs[0], Difference: -d.Cents}
		for i, ref := range refs {
			l, err := s.unused(ctx, tx, d.IBAN, ref)
			if err != nil {
				return nil, err
			}
			if !d.possible(l.Day) {
				return nil, fault.NewInvalid("bank.line_too_early", "Day", d.Since().Display()).On("ref")
			}
			if i > 0 {
				f.More = append(f.More, LineCents{Ref: ref, Cents: l.Cents})
			}
			if l.Day.After(f.Day) {
				f.Day = l.Day
			}
			f.Cents += l.Cents
			f.Difference += l.Cents
		}
		f.Ledger, err = s.arrived(ctx, tx, d, f.Day, f.Cents)
		return []DepositMatched{f}, err
	})
	if err != nil {
		return DepositMatched{}, err
	}
	return facts[0], nil
}

// matchInput is what a repeated request is held against; one about a single line is as it always was.
func matchInput(refs []string, deposit id.ID) []any {
	if len(refs) == 1 {
		return []any{"match", refs[0], deposit}
	}
	return []any{"match", refs, deposit}
}

// deposit returns the deposit when the office may do the step with it. A deposit is matched at the office of its municipality only, so the desk holds it.
func (s *Service) deposit(ctx context.Context, tx *journal.Tx, deposit id.ID, step till.Step) (Deposit, error) {
	d, err := s.store.Deposit(ctx, tx, deposit)
	switch {
	case err != nil:
		return d, err
	case tx.Desk() != office.Desk(d.Municipality):
		return d, fault.NewForbidden("till.other_office")
	}
	if _, ok := till.Next(DepositEdges, d.State, step); !ok {
		if d.State == Matched {
			return d, fault.NewConflict("till.deposit_matched")
		}
		return d, fault.NewConflict("till.deposit_open")
	}
	return d, nil
}

// Reason says why the bank counted another sum than was packed.
type Reason string

// The reasons.
const (
	// BagShort and BagOver when the bag held another sum than was written.
	BagShort Reason = "bag-short"
	BagOver  Reason = "bag-over"
	// FalseNote when the bank kept a note that was not genuine.
	FalseNote Reason = "false-note"
	// BankMistaken when the bank counted wrong.
	BankMistaken Reason = "bank-mistaken"
	// Unknown when nobody knows.
	Unknown Reason = "unknown"
)

// Reasons are all reasons, in the order in which screens show them.
var Reasons = []Reason{BagShort, BagOver, FalseNote, BankMistaken, Unknown}

// Explain gives the reason why the bank counted another sum than a deposit held. It can be given anew. It returns the fault "till.deposit_unknown", the conflicts
// "till.deposit_open" and "till.nothing_to_explain", "till.other_office" (forbidden), and a fault for an unknown reason.
func (s *Service) Explain(ctx context.Context, r journal.Request, deposit id.ID, reason Reason) error {
	if !slices.Contains(Reasons, reason) {
		return fault.NewInvalid("till.reason").On("reason")
	}
	_, _, err := journal.RecordAll(ctx, s.journal, r, []any{"explain", deposit, reason}, func(tx *journal.Tx) ([]DepositExplained, error) {
		d, err := s.deposit(ctx, tx, deposit, till.StepExplain)
		if err == nil && d.Difference == 0 {
			err = fault.NewConflict("till.nothing_to_explain")
		}
		return []DepositExplained{{Deposit: deposit, Reason: reason}}, err
	})
	return err
}
