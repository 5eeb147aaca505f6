package lookup

import (
	"context"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/journal"
)

const (
	// batch is how many lines are read, and their codes kept, at once.
	batch = 500
	// soon is how many lines whoever asks waits for: what was printed since the last round.
	soon = 4 * batch
)

// Read reads on to the end; it is the job that keeps the index up to date.
func (f *Finder) Read(ctx context.Context) error {
	_, err := f.readOn(ctx, 0)
	return err
}

// readOn reads every line that the index does not know, at most so many unless that is 0, and tells whether that was all.
func (f *Finder) readOn(ctx context.Context, most int) (whole bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	heads, err := f.Journal.Heads(ctx, f.Journal.DB())
	if err != nil {
		return false, err
	}
	known, err := f.Index.Read(ctx)
	if err != nil {
		return false, err
	}
	read := 0
	for _, head := range heads {
		at := known[head.Desk]
		if at == head {
			continue
		}
		if holds, err := f.holds(ctx, head, at); err != nil {
			return false, err
		} else if !holds {
			at = journal.Head{Desk: head.Desk}
		}
		for at.Number < head.Number {
			if most > 0 && read >= most {
				return false, nil
			}
			n, next, err := f.take(ctx, at)
			if err != nil {
				return false, err
			}
			if n == 0 {
				break // the head was read before the lines
			}
			read, at = read+n, next
		}
	}
	return true, nil
}

// holds tells whether the line that the index knows last is one of this journal: not when the database was put back to an earlier day since.
func (f *Finder) holds(ctx context.Context, head, known journal.Head) (bool, error) {
	if known.Number == 0 || known.Number > head.Number {
		return false, nil
	}
	lines, err := f.Journal.Lines(ctx, f.Journal.DB(), known.Desk, known.Number-1, 1)
	return err == nil && len(lines) == 1 && lines[0].Number == known.Number && lines[0].Hash == known.Hash, err
}

// take reads one batch of a desk and returns how many lines it had, and the last of them.
func (f *Finder) take(ctx context.Context, after journal.Head) (int, journal.Head, error) {
	lines, err := f.Journal.Lines(ctx, f.Journal.DB(), after.Desk, after.Number, batch)
	if err != nil || len(lines) == 0 {
		return 0, after, err
	}
	var places []Place
	for _, line := range lines {
		place, gives, err := f.place(ctx, line.Told())
		if err != nil {
			return 0, after, err
		}
		if gives {
			places = append(places, place)
		}
	}
	last := lines[len(lines)-1]
	through := journal.Head{Desk: last.Desk, Number: last.Number, Hash: last.Hash}
	return len(lines), through, f.Index.Add(ctx, places, through)
}

// place returns where the check code of a line's receipt leads, and whether it gives one.
func (f *Finder) place(ctx context.Context, e journal.Entry) (Place, bool, error) {
	switch fact := e.Fact.(type) {
	case payment.MoneyTaken:
		return f.taken(ctx, e, fact)
	case payment.MoneyVoided:
		return f.named(ctx, fact.Receipt, 0)
	case payment.MoneyRefunded:
		return f.named(ctx, fact.Receipt, 0)
	case payment.ReceiptCopied:
		return f.named(ctx, &payment.Numbered{Series: fact.Series, Number: fact.Number}, fact.Copy)
	}
	return Place{}, false, nil
}

// taken is the place of a payment. All of it stands in the line, so that nothing is asked for it.
func (f *Finder) taken(ctx context.Context, e journal.Entry, fact payment.MoneyTaken) (Place, bool, error) {
	if fact.Receipt == nil {
		return Place{}, false, nil
	}
	d := payment.Document{
		Kind: receipt.Payment, Desk: e.Desk, At: e.RecordedAt, Place: fact.Place, Creditor: fact.Creditor, Lines: fact.Lines, Parts: fact.Parts, Receipt: *fact.Receipt,
	}
	code, err := f.Coder.Code(ctx, f.Journal.DB(), d, nil)
	if err = elsewhere(err); fault.KindOf(err) == fault.NotFound {
		return Place{}, false, nil
	}
	if err != nil {
		return Place{}, false, err
	}
	return Place{Code: code.CheckCode(), Series: d.Receipt.Series, Number: d.Receipt.Number}, true, nil
}

// named is the place of a receipt of what was given back, or of a copy; a number that is nil stands in a paper book.
func (f *Finder) named(ctx context.Context, n *payment.Numbered, copied uint8) (Place, bool, error) {
	if n == nil {
		return Place{}, false, nil
	}
	p := Place{Series: n.Series, Number: n.Number, Copy: copied}
	held, err := f.at(ctx, p)
	if fault.KindOf(err) == fault.NotFound {
		return Place{}, false, nil
	}
	p.Code = held.CheckCode
	return p, err == nil, err
}
