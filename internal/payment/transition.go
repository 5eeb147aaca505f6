package payment

import (
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/money"
	"vienkopus/internal/till"
)

// State is what has become of a payment.
type State string

// The states of a payment.
const (
	Taken          State = "taken"
	Voided         State = "voided"
	PartlyRefunded State = "partly-refunded"
	Refunded       State = "refunded"
	Returned       State = "returned"
)

// Step is what can be done with a payment.
type Step string

// The steps. A refund of a part and one of the rest are different steps.
const (
	StepVoid       Step = "void"
	StepRefundPart Step = "refund a part"
	StepRefundRest Step = "refund the rest"
	StepReturn     Step = "return"
)

// Steps says what may follow in which state and where it leads; what is not here may not be done. docs/formats/payment.md draws it.
var Steps = map[State]map[Step]State{
	Taken:          {StepVoid: Voided, StepRefundPart: PartlyRefunded, StepRefundRest: Refunded, StepReturn: Returned},
	PartlyRefunded: {StepRefundPart: PartlyRefunded, StepRefundRest: Refunded},
	Voided:         {},
	Refunded:       {},
	Returned:       {},
}

// May tells whether the step can follow.
func (p Payment) May(step Step) bool {
	_, ok := Steps[p.State][step]
	return ok
}

// may returns the conflict "payment.state" when the step cannot follow.
func (p Payment) may(step Step) error {
	if !p.May(step) {
		return fault.NewConflict("payment.state." + string(p.State))
	}
	return nil
}

// Way is how money of a payment was given back.
type Way string

// The ways.
const (
	ByVoid   Way = "void"
	ByRefund Way = "refund"
	ByReturn Way = "returned"
)

// GivenBack is one time that money of a payment was given back.
type GivenBack struct {
	Way   Way
	At    time.Time // UTC
	Cents money.Amount
	// Receipt is the number of its paper, or "" where there is none.
	Receipt string
}

// step is what giving so many cents back in a way means for the payment.
func (p Payment) step(way Way, cents money.Amount) Step {
	switch {
	case way == ByVoid:
		return StepVoid
	case way == ByReturn:
		return StepReturn
	case p.Reversed+cents >= p.Cents(till.Cash)+p.Cents(till.Card):
		return StepRefundRest
	}
	return StepRefundPart
}

// after is the payment of which so much was given back in a way, all in all; its state is where the table leads.
func (p Payment) after(way Way, cents money.Amount) Payment {
	if cents != 0 {
		p.State = Steps[p.State][p.step(way, cents)]
		p.Reversed += cents
	}
	return p
}

// Standing is how far a refund has come.
type Standing string

// The standings of a refund.
const (
	Requested Standing = "requested"
	Approved  Standing = "approved"
	Declined  Standing = "declined"
	PaidOut   Standing = "paid-out"
)

// RefundStep is what can be done with a refund.
type RefundStep string

// The steps of a refund.
const (
	StepApprove RefundStep = "approve"
	StepDecline RefundStep = "decline"
	StepPayOut  RefundStep = "pay out"
)

// RefundSteps says what may follow in which standing of a refund.
var RefundSteps = map[Standing]map[RefundStep]Standing{
	Requested: {StepApprove: Approved, StepDecline: Declined},
	Approved:  {StepPayOut: PaidOut},
	Declined:  {},
	PaidOut:   {},
}

// May tells whether the step can follow.
func (r Refund) May(step RefundStep) bool {
	_, ok := RefundSteps[r.Standing][step]
	return ok
}

// may returns the conflict "payment.refund.…" when the step cannot follow.
func (r Refund) may(step RefundStep) error {
	if !r.May(step) {
		return fault.NewConflict("payment.refund." + string(r.Standing))
	}
	return nil
}

// ChargeState is what has become of the charge of a card.
type ChargeState string

// The states of a charge.
const (
	Asked     ChargeState = "asked"
	Charged   ChargeState = "charged"
	Refused   ChargeState = "refused"
	GivenUp   ChargeState = "given-up"
	Cancelled ChargeState = "cancelled"
)

// ChargeStep is what can become of a charge.
type ChargeStep string

// The steps of a charge.
const (
	StepCharge ChargeStep = "pay the basket"
	StepRefuse ChargeStep = "refuse the card"
	StepGiveUp ChargeStep = "give up"
	StepCancel ChargeStep = "take back"
)

// ChargeSteps says what may follow in which state of a charge. What is asked or given up is open.
var ChargeSteps = map[ChargeState]map[ChargeStep]ChargeState{
	Asked:     {StepCharge: Charged, StepRefuse: Refused, StepGiveUp: GivenUp},
	GivenUp:   {StepCancel: Cancelled},
	Charged:   {},
	Refused:   {},
	Cancelled: {},
}

// Waits tells whether something can still follow: it has been requested or approved, and not paid out.
func (r Refund) Waits() bool { return len(RefundSteps[r.Standing]) > 0 }

// StandingOf is how far a refund has come, about which nobody has decided (nil) or somebody has, and which was paid out or not.
func StandingOf(approved *bool, paidOut bool) Standing {
	switch {
	case paidOut: // its decision may stand at a desk whose lines are read later
		return RefundSteps[Approved][StepPayOut]
	case approved == nil:
		return Requested
	case *approved:
		return RefundSteps[Requested][StepApprove]
	}
	return RefundSteps[Requested][StepDecline]
}
