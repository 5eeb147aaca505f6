package payment

import "vienkopus/internal/base/fault"

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

// may returns the conflict "payment.state" when the step cannot follow.
func (p Payment) may(step Step) error {
	if _, ok := Steps[p.State][step]; !ok {
		return fault.NewConflict("payment.state." + string(p.State))
	}
	return nil
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

// may returns the conflict "payment.refund.…" when the step cannot follow.
func (r Refund) may(step RefundStep) error {
	if _, ok := RefundSteps[r.Standing][step]; !ok {
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
