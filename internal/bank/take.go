package bank

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"vienkopus/internal/bank/chain"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/iban"
	"vienkopus/internal/base/money"
	"vienkopus/internal/platform/journal"
)

// taking is a file on its way into the register.
type taking struct {
	s      *Service
	tx     *journal.Tx
	office string
	in     FileIn
	done   Imported
}

// all takes in one account after the other.
func (t *taking) all(ctx context.Context) error {
	var accounts []iban.IBAN
	by := map[iban.IBAN][]StatementIn{}
	for _, s := range t.in.Statements {
		if by[s.IBAN] == nil {
			accounts = append(accounts, s.IBAN)
		}
		by[s.IBAN] = append(by[s.IBAN], s)
	}
	slices.Sort(accounts) // so that two files cannot wait for each other
	for _, number := range accounts {
		if err := lockAccount(ctx, t.tx, number); err != nil {
			return err
		}
	}
	if err := t.areOurs(ctx, accounts); err != nil {
		return err
	}
	for _, number := range accounts {
		if err := t.account(ctx, number, by[number]); err != nil {
			return err
		}
	}
	return nil
}

// areOurs refuses accounts that nobody has confirmed, and those whose lines another municipality takes in.
func (t *taking) areOurs(ctx context.Context, accounts []iban.IBAN) error {
	var unknown []string
	for _, number := range accounts {
		ours, elsewhere, err := t.s.store.AccountOf(ctx, t.tx, t.office, number)
		switch {
		case err != nil:
			return err
		case elsewhere:
			return fault.NewForbidden("bank.account_elsewhere", "Account", number.Display())
		case !ours && !slices.Contains(t.in.Ours, number):
			unknown = append(unknown, number.Display())
		}
	}
	if len(unknown) > 0 {
		return fault.NewConflict("bank.account_unknown", "Accounts", strings.Join(unknown, ", ")).On("ours")
	}
	return nil
}

// freshLine is a line that has not come before, with its place and what it is called in the register.
type freshLine struct {
	LineIn
	place   chain.Line
	unclear bool
}

// account takes the statements of one account in.
func (t *taking) account(ctx context.Context, number iban.IBAN, statements []StatementIn) error {
	span := t.past(statements)
	if span.From.IsZero() {
		return nil
	}
	wide := civil.Period{From: span.From.AddDays(-longestStorno), To: span.To.AddDays(nearby)}
	kept, err := t.s.store.AccountLines(ctx, t.tx, number, wide)
	if err != nil {
		return err
	}
	r := newRegister(kept, span)
	for _, s := range statements {
		if err := r.merge(s, &t.done); err != nil {
			return err
		}
	}
	if err := t.sameDays(ctx, number, r); err != nil {
		return err
	}
	return t.record(ctx, number, statements[0], r, kept)
}

// past leaves in the statements the lines that are not booked on a day to come, each once, and returns from which day to which they go; zero when none is left.
func (t *taking) past(statements []StatementIn) civil.Period {
	today := t.s.today(t.tx)
	span := civil.Period{}
	for i, s := range statements {
		statements[i].Lines = nil
		seen := map[string]bool{}
		for _, l := range s.Lines {
			if l.Day.After(today) {
				t.done.later(l.Day)
				continue
			}
			if span.From.IsZero() || l.Day.Before(span.From) {
				span.From = l.Day
			}
			if l.Day.After(span.To) {
				span.To = l.Day
			}
			if !seen[l.Ref] { // a caller that names the same line twice means one
				statements[i].Lines = append(statements[i].Lines, l)
			}
			seen[l.Ref] = true
		}
	}
	return span
}

// later counts a line of a day to come.
func (d *Imported) later(day civil.Date) {
	if d.Later++; d.LaterDay.IsZero() || day.Before(d.LaterDay) {
		d.LaterDay = day
	}
}

// sameDays refuses lines that are known by a name that does not tell the day, on another day.
func (t *taking) sameDays(ctx context.Context, number iban.IBAN, r *register) error {
	for _, l := range r.fresh {
		if strings.Contains(l.place.Name, "/"+l.Day.String()+"/") {
			continue
		}
		known, ok, err := t.s.store.Line(ctx, t.tx, number, l.place.Name)
		if err != nil {
			return err
		}
		if ok && (known.Day != l.Day || known.Cents != l.Cents) {
			return fault.NewConflict("till.bank_line_changed", "Ref", l.place.Name).On("lines")
		}
	}
	return nil
}

// register is what is known of an account while a file is taken in.
type register struct {
	known []chain.Line
	names map[string]bool
	fresh []freshLine
	moved map[string]money.Amount
	// reordered is as in chain.Merged, of any statement.
	reordered bool
}

func newRegister(kept []Line, span civil.Period) *register {
	// The lines of its days decide what a file brings; others may be what it takes back, or rivals of its deposits.
	r := &register{names: map[string]bool{}, moved: map[string]money.Amount{}}
	for _, l := range kept {
		r.names[l.Ref] = true
		if l.Aside == "" && !l.Day.Before(span.From) && !l.Day.After(span.To) {
			r.known = append(r.known, chain.Line{
				Ref: l.Ref, Name: bareName(l.Ref), Day: l.Day, Cents: l.Cents, Before: l.Before, Placed: l.Placed, Mark: l.Mark, Format: string(l.Format),
			})
		}
	}
	return r
}

// bareName is a reference without the number that tells equal ones apart.
func bareName(ref string) string {
	at := strings.LastIndex(ref, "#")
	if at < 0 {
		return ref
	}
	if _, err := strconv.Atoi(ref[at+1:]); err != nil {
		return ref
	}
	return ref[:at]
}

// merge adds what is new in a statement.
func (r *register) merge(s StatementIn, done *Imported) error {
	w := chain.Window{Opening: s.Opening, Placed: s.Placed}
	for _, l := range s.Lines {
		w.Lines = append(w.Lines, chain.Line{Name: bareName(l.Ref), Day: l.Day, Cents: l.Cents, Mark: l.mark(), Format: string(s.Format)})
	}
	m := chain.Merge(r.known, w)
	if m.Contradicted != "" {
		return fault.NewConflict("till.bank_line_changed", "Ref", m.Contradicted).On("lines")
	}
	r.reordered = r.reordered || m.Reordered
	done.Reordered = done.Reordered || m.Reordered
	done.Unproven += m.Unproven
	for _, l := range m.Moved {
		r.moved[l.Ref] = l.Before
		at := slices.IndexFunc(r.known, func(k chain.Line) bool { return k.Ref == l.Ref })
		r.known[at] = l
	}
	for i, known := range m.Known {
		if known != "" {
			continue
		}
		at := m.At[i]
		at.Ref = r.name(at.Name)
		r.known = append(r.known, at)
		r.fresh = append(r.fresh, freshLine{LineIn: s.Lines[i], place: at, unclear: s.Unclear})
	}
	return nil
}

// name returns what a new line is called in the register: the name of the bank, with a number when another line has it.
func (r *register) name(name string) string {
	ref := name
	for n := 2; r.names[ref]; n++ {
		ref = name + "#" + strconv.Itoa(n)
	}
	r.names[ref] = true
	return ref
}

// inOrder puts the lines into the order of the account: by their days, and within a day as they came.
func (r *register) inOrder() {
	slices.SortStableFunc(r.fresh, func(a, b freshLine) int {
		if a.Day == b.Day && a.place.Placed && b.place.Placed {
			return 0
		}
		return cmp.Or(a.Day.Compare(b.Day), strings.Compare(a.place.Ref, b.place.Ref))
	})
	for i, l := range r.fresh {
		if before, moved := r.moved[l.place.Ref]; moved {
			r.fresh[i].place.Before, r.fresh[i].place.Placed = before, true
			delete(r.moved, l.place.Ref)
		}
	}
}
