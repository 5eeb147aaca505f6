package bill

import (
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/money"
)

// State says how far a bill is paid.
type State string

// The states.
const (
	Open       State = "open"
	PartlyPaid State = "partly-paid"
	Paid       State = "paid"
	Overpaid   State = "overpaid"
	Void       State = "cancelled"
)

// States are all states.
var States = []State{Open, PartlyPaid, Paid, Overpaid, Void}

// Due is what is owed for a bill on a day. Amounts are in cents and never negative.
type Due struct {
	State State
	// Principal is open, whether due or not; Overdue is the part of it whose day has passed.
	Principal, Overdue money.Amount
	// Fee is the late fee up to and including the day that is not paid yet.
	Fee money.Amount
	// Total is Principal and Fee: what settles the bill on this day.
	Total money.Amount
	// Excess was paid too much.
	Excess money.Amount
	// Next is the day of the first open instalment, and no date when there is none.
	Next civil.Date
	// Stated says that the fee is the creditor's own figure. Own is then the whole fee, paid or not, that our calculation makes where the creditor
	// leaves it to us too; it is shown beside the creditor's when they differ.
	Stated bool
	Own    money.Amount
	// Expired says that the figure was valid up to a day that has passed and that nobody else may calculate the fee.
	Expired bool
}

// Differs tells whether the creditor's own figure of the fee and our calculation of it are two, by how many cents ours is more.
func (d Due) Differs(b Bill) (cents money.Amount, differ bool) {
	if !d.Stated || d.Own == 0 || b.Figure == nil {
		return 0, false
	}
	return d.Own - b.Figure.Fee, d.Own != b.Figure.Fee
}

// DueOn returns what is owed for the bill on a day, from what was settled up to and including it. A change of the bill counts as if
// it had been there from the beginning.
func DueOn(b Bill, fees []LateFee, on civil.Date) Due {
	paid := b.paid(on)
	if b.Cancelled {
		return Due{State: Void, Excess: max(paid, 0)}
	}
	own := b.share(fees, on, nil)
	d := Due{Fee: own.fee}
	if b.Figure != nil {
		_, delegated := b.rule(fees, on)
		over := on.After(b.Figure.Until)
		d.Stated, d.Expired = !over || !delegated, over && !delegated
		if d.Stated {
			d.Own = own.fee // nothing where nobody leaves it to us
			own = b.share(fees, on, b.Figure)
			d.Fee = own.fee
		}
	}
	var before money.Amount
	for _, i := range b.Instalments {
		open := openPart(i, before, own.principal)
		d.Principal += open
		if open > 0 && d.Next.IsZero() {
			d.Next = i.Due
		}
		if on.After(i.Due) {
			d.Overdue += open
		}
		before += i.Cents
	}
	beyond := max(paid-min(own.principal, before), 0) // what did not go to the principal
	d.Excess = max(beyond-d.Fee, 0)
	d.Fee -= beyond - d.Excess
	d.Total = d.Principal + d.Fee
	switch {
	case d.Total > 0 && paid > 0:
		d.State = PartlyPaid
	case d.Total > 0:
		d.State = Open
	case d.Excess > 0:
		d.State = Overpaid
	default:
		d.State = Paid
	}
	return d
}

// paid is what was settled up to and including the day.
func (b Bill) paid(on civil.Date) money.Amount {
	var sum money.Amount
	for _, s := range b.Settled {
		if !s.Day.After(on) {
			sum += s.Cents
		}
	}
	return sum
}

// openPart is what is open of an instalment when so much was paid for the bill and so much of it goes to those before.
func openPart(i Instalment, before, paid money.Amount) money.Amount {
	return min(max(before+i.Cents-paid, 0), i.Cents)
}
