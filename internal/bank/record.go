package bank

import (
	"context"
	"maps"
	"slices"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/iban"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/ledger"
	"vienkopus/internal/platform/journal"
)

// record writes the new lines of an account, with the entries of those that belong to a deposit, and opens what the bank took back.
func (t *taking) record(ctx context.Context, number iban.IBAN, first StatementIn, r *register, kept []Line) error {
	r.inOrder()
	if len(r.fresh) == 0 && len(r.moved) == 0 {
		return nil
	}
	open, err := t.s.store.OpenDeposits(ctx, t.tx, t.office, number)
	if err != nil {
		return err
	}
	back, err := t.returns(ctx, number, r.fresh, kept)
	if err != nil {
		return err
	}
	for _, b := range back {
		if b.deposit != nil {
			open = append(open, *b.deposit)
		}
	}
	found := pair(candidates(r.fresh, back), open, waiting(kept, back))
	head := StatementImported{Municipality: t.office, IBAN: number, Format: first.Format, Ours: slices.Contains(t.in.Ours, number), Reordered: r.reordered}
	for _, s := range t.in.Statements {
		if s.IBAN == number {
			head.Known += len(s.Lines)
		}
	}
	head.Known -= len(r.fresh)
	for _, ref := range slices.Sorted(maps.Keys(r.moved)) {
		head.Moved = append(head.Moved, LinePlace{Ref: ref, Before: r.moved[ref]})
	}
	// What is taken back is opened first: a line of the same file may be the deposit anew.
	for _, b := range back {
		if b.undone == nil {
			continue
		}
		if err := t.tx.Record(ctx, *b.undone); err != nil {
			return err
		}
	}
	return t.write(ctx, head, r.fresh, found, back)
}

// write records the lines in as many facts as they need; the first holds what is said about the file.
func (t *taking) write(ctx context.Context, head StatementImported, fresh []freshLine, found pairs, back map[string]returned) error {
	facts := slices.Collect(slices.Chunk(fresh, linesOfFact))
	if len(facts) == 0 {
		facts = [][]freshLine{nil}
	}
	for _, chunk := range facts {
		f := head
		if len(chunk) > 0 {
			f.From, f.To = chunk[0].Day, chunk[len(chunk)-1].Day
		} else {
			f.From, f.To = t.s.today(t.tx), t.s.today(t.tx)
		}
		for _, l := range chunk {
			said, entries, err := t.line(ctx, l, found)
			if err != nil {
				return err
			}
			if b, ok := back[l.place.Ref]; ok {
				said.Returns = b.ref
			}
			f.Lines, f.Ledger = append(f.Lines, said), append(f.Ledger, entries...)
		}
		if err := t.tx.Record(ctx, f); err != nil {
			return err
		}
		head.Known, head.Reordered, head.Moved = 0, false, nil
	}
	return nil
}

// line returns a line as it is kept, with the entries of the deposit that it is.
func (t *taking) line(ctx context.Context, l freshLine, found pairs) (StatementLine, []ledger.Entry, error) {
	said := StatementLine{Ref: l.place.Ref, Day: l.Day, Cents: l.Cents, Mark: l.mark(), Reversal: l.Reversal}
	if l.place.Placed {
		before := l.place.Before
		said.Before = &before
	}
	for _, d := range found.likely[l.place.Ref] {
		said.Likely = append(said.Likely, d.ID)
	}
	d, ok := found.sure[l.place.Ref]
	if !ok {
		return said, nil, nil
	}
	said.Deposit = &d.ID
	entries, err := t.s.arrived(ctx, t.tx, d, l.Day, l.Cents)
	return said, entries, err
}

// candidates are the lines that may be deposits: money came in, and the bank has not taken it back in the same file.
func candidates(fresh []freshLine, back map[string]returned) []LineIn {
	gone := map[string]bool{}
	for _, b := range back {
		gone[b.ref] = true
	}
	var lines []LineIn
	for _, l := range fresh {
		if l.Cents > 0 && !gone[l.place.Ref] && !l.Reversal {
			line := l.LineIn
			line.Ref = l.place.Ref
			lines = append(lines, line)
		}
	}
	return lines
}

// returned is what a line of the bank takes back.
type returned struct {
	// ref is the line that it takes back, and deposit what that was matched with: it is open again by undone.
	ref     string
	deposit *Deposit
	undone  *MatchUndone
}

// longestStorno is within how many days a bank takes a line back.
const longestStorno = 90

// waiting are the known lines that may be a deposit still.
func waiting(kept []Line, back map[string]returned) []LineIn {
	gone := map[string]bool{}
	for _, b := range back {
		gone[b.ref] = true
	}
	var lines []LineIn
	for _, l := range kept {
		if l.Cents > 0 && !l.Used() && !l.Reversal && !gone[l.Ref] {
			lines = append(lines, LineIn{Ref: l.Ref, Day: l.Day, Cents: l.Cents})
		}
	}
	return lines
}

// returns says for the new lines by which the bank takes others back which these are, where it is certain: the opposite sum, and the bank marks the line as a reversal and only one
// other can be meant, or the text names the reference, the slip or a bag of the other.
func (t *taking) returns(ctx context.Context, number iban.IBAN, fresh []freshLine, kept []Line) (map[string]returned, error) {
	in := returnable(number, fresh, kept)
	back, taken := map[string]returned{}, map[string]bool{}
	for _, l := range fresh {
		if l.Cents >= 0 || l.unclear {
			continue
		}
		other, err := t.meant(ctx, l, opposite(l, in[-l.Cents], taken))
		if err != nil {
			return nil, err
		}
		if other == nil {
			continue
		}
		taken[other.Ref] = true
		if back[l.place.Ref], err = t.takenBack(ctx, l, *other); err != nil {
			return nil, err
		}
	}
	return back, nil
}

// returnable are the lines that a bank may take back, by what came in with them.
func returnable(number iban.IBAN, fresh []freshLine, kept []Line) map[money.Amount][]Line {
	in := map[money.Amount][]Line{}
	for _, l := range kept {
		if l.Cents > 0 && l.Returned == "" && l.Aside == "" && !l.Reversal {
			in[l.Cents] = append(in[l.Cents], l)
		}
	}
	for _, l := range fresh {
		if l.Cents > 0 && !l.Reversal {
			in[l.Cents] = append(in[l.Cents], Line{IBAN: number, Ref: l.place.Ref, Day: l.Day, Cents: l.Cents})
		}
	}
	return in
}

// opposite are those lines of the sum that the new line can take back: in time, and not taken back already.
func opposite(l freshLine, in []Line, taken map[string]bool) []Line {
	var all []Line
	for _, o := range in {
		if days := o.Day.DaysUntil(l.Day); !taken[o.Ref] && days >= 0 && days <= longestStorno {
			all = append(all, o)
		}
	}
	return all
}

// meant returns which line is taken back, or nil when that is not certain.
func (t *taking) meant(ctx context.Context, l freshLine, opposite []Line) (*Line, error) {
	var named []Line
	for _, o := range opposite {
		if namesLine(l.Text, o.Ref) {
			named = append(named, o)
			continue
		}
		if o.Deposit.IsZero() {
			continue
		}
		d, err := t.s.store.Deposit(ctx, t.tx, o.Deposit)
		if err != nil {
			return nil, err
		}
		if len(namedIn(l.Text, []Deposit{d})) > 0 {
			named = append(named, o)
		}
	}
	switch {
	case len(named) == 1:
		return &named[0], nil
	case len(named) == 0 && l.Reversal && len(opposite) == 1:
		return &opposite[0], nil
	}
	return nil, nil
}

// takenBack says what the line takes back, and opens what that was matched with.
func (t *taking) takenBack(ctx context.Context, l freshLine, other Line) (returned, error) {
	b := returned{ref: other.Ref}
	if other.Deposit.IsZero() && !other.Cards {
		return b, nil
	}
	f, d, err := t.s.undo(ctx, t.tx, other, l.Day)
	if err != nil {
		return b, err
	}
	f.Storno = l.place.Ref
	b.undone, b.deposit = &f, d
	return b, nil
}

// undo returns the fact that opens what a line is matched with again, dated with the day, and the deposit if it is one.
func (s *Service) undo(ctx context.Context, tx *journal.Tx, l Line, day civil.Date) (MatchUndone, *Deposit, error) {
	f := MatchUndone{Municipality: l.Municipality, IBAN: l.IBAN, Ref: l.Ref, Day: day}
	if l.Deposit.IsZero() {
		entries, err := s.cardsBack(ctx, tx, l, day)
		f.Ledger = entries
		return f, nil, err
	}
	d, err := s.store.Deposit(ctx, tx, l.Deposit)
	if err != nil {
		return f, nil, err
	}
	f.Deposit = new(id.ID)
	*f.Deposit = d.ID
	f.Ledger, err = s.back(ctx, tx, d, day)
	d.State, d.Ref, d.Difference, d.Reason = Made, "", 0, ""
	return f, &d, err
}
