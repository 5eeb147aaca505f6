package statement

import (
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/money"
)

// resolve finds what the bank left out of balances and entries, where only one answer makes the statement add up. CENTROlink writes entries without day and status: they are
// those of the one day of the statement. An entry with a day and no status is damaged, because nobody can tell whether it has been booked.
func (d *draft) resolve() error {
	sum, open, unsure := d.sum()
	d.standIn(sum)
	if err := d.sign(sum); err != nil {
		return err
	}
	proven := d.before != nil && d.after != nil && d.before.cents+sum == d.after.cents
	if unsure == 1 && d.before != nil && d.after != nil {
		// sum holds the entry as money that came in
		if e := &d.entries[open]; d.before.cents+sum-2*e.Cents == d.after.cents {
			e.Cents, proven = -e.Cents, true
		}
		d.entries[open].undirected = !proven
	}
	day := d.singleDay()
	for i := range d.entries {
		e := &d.entries[i]
		undated := e.Booked.IsZero()
		if undated && !day.IsZero() {
			e.Booked = day
		}
		if e.undirected || e.Booked.IsZero() || e.unstated && (!undated || !proven) {
			return invalid("statement.line", "Line", e.number)
		}
	}
	return nil
}

// sum returns what the entries come to, the last one without a direction as money that came in, and how many of these there are.
func (d *draft) sum() (sum money.Amount, open, unsure int) {
	for i, e := range d.entries {
		sum += e.Cents
		if e.undirected {
			open = i
			unsure++
		}
	}
	return sum, open, unsure
}

// standIn takes booked balances in the middle of a day where the usual ones are missing, as pages have them, if they fit.
func (d *draft) standIn(sum money.Amount) {
	if len(d.between) == 0 {
		return
	}
	first, last := d.between[0], d.between[len(d.between)-1]
	switch {
	case d.before == nil && d.after == nil && len(d.between) > 1 && first.cents+sum == last.cents:
		d.before, d.after = &first, &last
	case d.before == nil && d.after != nil && first.cents+sum == d.after.cents:
		d.before = &first
	case d.before != nil && d.after == nil && d.before.cents+sum == last.cents:
		d.after = &last
	}
}

// sign decides whether balances of which the bank does not say it are overdrawn: the one way in which the statement adds up.
func (d *draft) sign(sum money.Amount) error {
	unsigned := func(b *balance) bool { return b != nil && b.unsigned }
	if !unsigned(d.before) && !unsigned(d.after) {
		return nil
	}
	if d.before == nil || d.after == nil {
		return invalid("statement.balance")
	}
	for _, before := range d.before.signs() {
		for _, after := range d.after.signs() {
			if before+sum == after {
				d.before.cents, d.after.cents = before, after
				return nil
			}
		}
	}
	return invalid("statement.balance")
}

// signs returns what the balance may be, the likelier first.
func (b balance) signs() []money.Amount {
	if b.unsigned && b.cents != 0 {
		return []money.Amount{b.cents, -b.cents}
	}
	return []money.Amount{b.cents}
}

// singleDay returns the day of a statement that is about one, and no day for any other.
func (d *draft) singleDay() civil.Date {
	switch {
	case !d.From.IsZero() && d.From == d.To:
		return d.From
	case d.before != nil && d.after != nil && !d.after.day.IsZero() && (d.before.day == d.after.day || d.before.day.IsZero()):
		return d.after.day
	}
	return civil.Date{}
}

// joinPages gives statements of one account that only add up together, because each states the balances of all of them or one states the opening and one the closing balance, the
// balances between them.
func joinPages(drafts []*draft) {
	for i := 0; i < len(drafts); i++ {
		if last := lastPage(drafts[i:]); last > 0 {
			at := drafts[i].before.cents
			for _, d := range drafts[i : i+last+1] {
				sum, _, _ := d.sum()
				before, after := balance{cents: at}, balance{cents: at + sum}
				if d.before != nil {
					before.day = d.before.day
				}
				if d.after != nil {
					after.day = d.after.day
				}
				d.before, d.after = &before, &after
				at += sum
			}
			i += last
		}
	}
}

// lastPage returns which of the drafts is the last page of a statement that begins with the first of them; 0 when that is whole by itself or no such page follows.
func lastPage(drafts []*draft) int {
	first := drafts[0]
	if first.before == nil || first.foreign {
		return 0
	}
	sum, _, _ := first.sum()
	if first.after != nil && first.before.cents+sum == first.after.cents {
		return 0
	}
	for i, d := range drafts[1:] {
		if d.account != first.account || d.foreign || d.before != nil && d.before.cents != first.before.cents {
			return 0
		}
		more, _, _ := d.sum()
		sum += more
		if d.after != nil && first.before.cents+sum == d.after.cents {
			return i + 1
		}
	}
	return 0
}
