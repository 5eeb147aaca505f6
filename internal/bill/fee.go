package bill

import (
	"iter"
	"slices"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/dated"
	"vienkopus/internal/base/money"
)

// split says how much money went to the principal, and what the whole fee is, paid or not.
type split struct{ principal, fee money.Amount }

// share goes through what was settled up to a day, in the order of the days, and shares it out between principal and fee as the rule of each day says. The
// fee is that of a figure, or of our own calculation when there is none.
func (b Bill) share(fees []LateFee, on civil.Date, figure *Figure) split {
	c := course{bill: b, fees: fees, figure: figure}
	settled := b.Settled
	if byDay := func(a, b Settlement) int { return a.Day.Compare(b.Day) }; !slices.IsSortedFunc(settled, byDay) {
		settled = slices.SortedStableFunc(slices.Values(settled), byDay)
	}
	for _, s := range settled {
		if s.Day.After(on) {
			continue
		}
		c.until(s.Day)
		rule, _ := b.rule(fees, s.Day) // where there is none, the principal is first
		c.settle(s.Cents, rule.FeeFirst)
	}
	c.until(on)
	return split{principal: c.principal, fee: c.fee()}
}

// course is how far share has come.
type course struct {
	bill   Bill
	fees   []LateFee
	figure *Figure
	// at is the day up to and including which the fee is added up, in millionths of a cent.
	at         civil.Date
	millionths money.Amount
	// principal and toFee are where the money went; what is too much counts to the fee.
	principal, toFee money.Amount
}

func (c *course) fee() money.Amount {
	if c.figure != nil {
		return c.figure.Fee
	}
	return (c.millionths + 500_000) / 1_000_000
}

// settle shares money out, or takes back what was given: from where it would go last.
func (c *course) settle(cents money.Amount, feeFirst bool) {
	toFee := min(max(c.fee()-c.toFee, 0), cents)
	toPrincipal := min(max(c.bill.Total()-c.principal, 0), cents)
	switch {
	case cents >= 0 && feeFirst:
		toPrincipal = min(toPrincipal, cents-toFee)
	case cents >= 0:
	case feeFirst:
		beyond := min(max(c.toFee-c.fee(), 0), -cents)
		toPrincipal = -min(c.principal, -cents-beyond)
	default:
		toPrincipal = min(cents+max(c.toFee, 0), 0)
	}
	c.principal += toPrincipal
	c.toFee += cents - toPrincipal
}

// until adds the fee of the days up to and including one.
func (c *course) until(day civil.Date) {
	var before money.Amount
	for _, i := range c.bill.Instalments {
		from, last := i.Due, day
		if c.at.After(from) {
			from = c.at
		}
		if end := i.Due.AddDays(longestFee); last.After(end) {
			last = end
		}
		if last.After(from) {
			c.millionths += openPart(i, before, c.principal) * money.Amount(c.bill.feeDays(c.fees, from, last))
		}
		before += i.Cents
	}
	if day.After(c.at) {
		c.at = day
	}
}

// feeDays adds up the rates of the days behind the first one, up to and including the last, in millionths. The days are cut where a rate changed.
func (b Bill) feeDays(fees []LateFee, from, last civil.Date) int64 {
	cuts := []civil.Date{last}
	for _, f := range fees {
		if cut := f.From.AddDays(-1); f.Kind == b.Kind && cut.After(from) && cut.Before(last) {
			cuts = append(cuts, cut)
		}
	}
	slices.SortFunc(cuts, civil.Date.Compare)
	var sum int64
	for _, to := range cuts {
		rule, _ := b.rule(fees, to) // where there is none, it is nothing
		sum += int64(from.DaysUntil(to)) * rule.PerMillion
		from = to
	}
	return sum
}

// rule returns the rule of a day by which the fee of the bill is calculated: one of its creditor, or else one from before creditors were asked.
func (b Bill) rule(fees []LateFee, on civil.Date) (found LateFee, delegated bool) {
	of := func(general bool) iter.Seq[LateFee] {
		return func(yield func(LateFee) bool) {
			for _, f := range fees {
				if f.Kind == b.Kind && (general && f.Creditor == "" || !general && f.Creditor != "" && f.Creditor == b.Creditor) && !yield(f) {
					return
				}
			}
		}
	}
	if found, delegated = dated.At(of(false), on); !delegated {
		found, delegated = dated.At(of(true), on)
	}
	return found, delegated && found.PerMillion > 0
}
