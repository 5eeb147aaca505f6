package till

import (
	"vienkopus/internal/base/fault"
)

// Step is something that happens to a shift, a bag or a deposit.
type Step string

// The steps.
const (
	StepOpen    Step = "open"
	StepMove    Step = "move"
	StepCount   Step = "count"
	StepExplain Step = "explain"
	StepClose   Step = "close"
	StepApprove Step = "approve"
	StepObject  Step = "object"
	StepPack    Step = "pack"
	StepGive    Step = "give"
	StepTake    Step = "take"
	StepDeposit Step = "deposit"
	StepMatch   Step = "match"
)

// Edge says that a step may be done in a state, and which state follows.
type Edge[S ~string] struct {
	From S
	Step Step
	To   S
}

// ShiftEdges are all steps of a shift; what is not named here is refused. docs/formats/till.md draws the same table.
var ShiftEdges = []Edge[State]{
	{NoShift, StepOpen, Open},
	{Open, StepMove, Open},
	{Open, StepCount, Counted},
	{Counted, StepCount, Counted},
	{Counted, StepExplain, Counted},
	{Counted, StepClose, Closed},
	{Closed, StepExplain, Closed},
	{Closed, StepObject, Objected},
	{Closed, StepApprove, Approved},
	{Objected, StepExplain, Objected},
	{Objected, StepObject, Objected},
	{Objected, StepApprove, Approved},
}

// BagEdges are all steps of a bag; what is not named here is refused. docs/formats/till.md draws the same table.
var BagEdges = []Edge[BagState]{
	{NoBag, StepPack, Packed},
	{Packed, StepGive, Given},
	{Packed, StepTake, Taken},
	{Given, StepTake, HandedOver},
	{Taken, StepGive, HandedOver},
	{Taken, StepDeposit, Deposited},
	{HandedOver, StepDeposit, Deposited},
	{Deposited, StepMatch, Matched},
}

// Next returns the state to which a step leads, and whether it may be done at all.
func Next[S ~string](edges []Edge[S], from S, step Step) (S, bool) {
	for _, e := range edges {
		if e.From == from && e.Step == step {
			return e.To, true
		}
	}
	var none S
	return none, false
}

// allow returns the conflict that says why a step cannot be done in the state of the shift, and nothing when it can.
func allow(state State, step Step) error {
	if _, ok := Next(ShiftEdges, state, step); ok {
		return nil
	}
	switch state {
	case Approved:
		return fault.NewConflict("till.is_approved")
	case Closed, Objected:
		return fault.NewConflict("till.is_closed")
	case NoShift:
		return fault.NewConflict("till.no_shift")
	case Open, Counted:
		if step == StepOpen {
			return fault.NewConflict("till.already_open")
		}
		if step == StepApprove || step == StepObject {
			return fault.NewConflict("till.not_closed")
		}
	}
	if state == Open {
		return fault.NewConflict("till.not_counted")
	}
	return fault.NewConflict("till.no_shift") // money moves only before the count
}

// AllowBag returns the conflict that says why a step cannot be done with the bag, and nothing when it can.
func AllowBag(b Bag, step Step) error {
	if _, ok := Next(BagEdges, b.State, step); ok {
		return nil
	}
	switch {
	case step == StepPack:
		return fault.NewConflict("till.bag_used", "Bag", b.Code).On("bag")
	case b.State == NoBag:
		return fault.NewNotFound("till.bag_unknown", "Bag", b.Code).On("bag")
	case b.State == Deposited || b.State == Matched:
		return fault.NewConflict("till.bag_deposited", "Bag", b.Code).On("bag")
	case step == StepGive:
		return fault.NewConflict("till.bag_given", "Bag", b.Code).On("bag")
	case step == StepTake:
		return fault.NewConflict("till.bag_taken", "Bag", b.Code).On("bag")
	}
	return fault.NewConflict("till.bag_not_taken", "Bag", b.Code).On("bag")
}
