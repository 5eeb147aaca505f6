package bill

import (
	"iter"
	"slices"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/dated"
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
}

// DueOn returns what is owed for the bill on a day, from what was settled up to and including it. A change of the bill counts as if
// it had been there from the beginning.
func DueOn(b Bill, fees []LateFee, on civil.Date) Due {
	paid := b.paid(on)
	if b.Cancelled {
		return Due{State: Void, Excess: max(paid, 0)}
	}
	var d Due
	var before, millionths money.Amount
	for _, i := range b.Instalments {
		open := openPart(i, before, paid)
		d.Principal += open
		if open > 0 && d.Next.IsZero() {
			d.Next = i.Due
		}
		if on.After(i.Due) {
			d.Overdue += open
		}
		millionths += b.fee(i, before, fees, on)
		before += i.Cents
	}
	d.Fee = (millionths + 500_000) / 1_000_000
	beyond := max(paid-before, 0) // what the principal did not need
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

// fee adds up the fee of one instalment in millionths of a cent. The days are cut where something was paid and where a rate changed.
func (b Bill) fee(i Instalment, before money.Amount, fees []LateFee, on civil.Date) money.Amount {
	last := on
	if end := i.Due.AddDays(longestFee); last.After(end) {
		last = end
	}
	if !last.After(i.Due) {
		return 0
	}
	cuts := []civil.Date{last}
	add := func(d civil.Date) {
		if d.After(i.Due) && d.Before(last) {
			cuts = append(cuts, d)
		}
	}
	for _, s := range b.Settled {
		add(s.Day)
	}
	for _, f := range fees {
		add(f.From.AddDays(-1))
	}
	slices.SortFunc(cuts, civil.Date.Compare)
	var sum money.Amount
	from := i.Due
	for _, to := range cuts {
		sum += openPart(i, before, b.paid(from)) * money.Amount(int64(from.DaysUntil(to))*rate(b.Kind, fees, to))
		from = to
	}
	return sum
}

// feesOf are the fees of a kind, in their order.
func feesOf(kind Kind, fees []LateFee) iter.Seq[LateFee] {
	return func(yield func(LateFee) bool) {
		for _, f := range fees {
			if f.Kind == kind && !yield(f) {
				return
			}
		}
	}
}

// rate returns the rate of a kind on a day, in millionths per day.
func rate(kind Kind, fees []LateFee, on civil.Date) int64 {
	found, _ := dated.At(feesOf(kind, fees), on) // where there is none, it is nothing
	return found.PerMillion
}
