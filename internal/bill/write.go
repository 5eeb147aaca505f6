package bill

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/platform/journal"
)

// mostWaiting bounds the bills that wait in memory for others of their creditor.
const mostWaiting = 5_000

// writing gathers the bills of each creditor that are to be written, and posts them together.
type writing struct {
	*importing
	waiting map[regno.Number][]Said
	bills   int
	posts   int
}

// add takes the bills that are to be written and passes over the others.
func (w *writing) add(ctx context.Context, d *draft) error {
	if d.failed() {
		return w.unless()
	}
	says, err := digest(d.said)
	if err != nil {
		return err
	}
	seen, known := w.seen.Find(d.print())
	switch {
	case known && seen.Row != d.lines[0].number: // it stands twice in the file, which was said
		return w.unless()
	case !known || seen.Says != says:
		return fault.NewConflict("bill.file_changed")
	case seen.Failed:
		return w.unless()
	case seen.Known:
		return nil
	}
	creditor := d.said.Creditor
	w.waiting[creditor] = append(w.waiting[creditor], d.said)
	w.bills++
	if len(w.waiting[creditor]) >= MostPut {
		return w.post(ctx, creditor)
	}
	if w.bills >= mostWaiting {
		return w.flush(ctx)
	}
	return nil
}

// unless passes over a bill in error when that was asked for. Otherwise nothing was in error when all was checked.
func (w *writing) unless() error {
	if w.order.SkipErrors {
		return nil
	}
	return fault.NewConflict("bill.file_changed")
}

func (w *writing) flush(ctx context.Context) error {
	for _, creditor := range slices.Sorted(maps.Keys(w.waiting)) {
		if err := w.post(ctx, creditor); err != nil {
			return err
		}
	}
	return nil
}

// post writes the waiting bills of a creditor at its feed. Its key is new each time: a bill that is there already is left alone, and one that
// says again what it said before a change must be changed back, which a key that followed from the bills would prevent.
func (w *writing) post(ctx context.Context, creditor regno.Number) error {
	bills := w.waiting[creditor]
	if len(bills) == 0 {
		return nil
	}
	w.posts++
	name := fmt.Sprintf("import:%s:%d", w.run, w.posts)
	key, err := journal.NewKey(name, name)
	if err != nil {
		return err
	}
	posted, err := w.service.journal.Post(ctx, w.by, Feed(creditor), key, func(tx *journal.Tx) error {
		if err := w.service.begin(ctx, tx, creditor); err != nil {
			return err
		}
		p := putting{Service: w.service}
		for _, said := range bills {
			if err := w.put(ctx, tx, &p, said); err != nil {
				return err
			}
		}
		return p.finish(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("bill: import at %s: %w", Feed(creditor), err)
	}
	w.result.Written += len(posted.Entries)
	w.bills -= len(bills)
	delete(w.waiting, creditor)
	return nil
}

// put writes one bill. One that was cancelled since all were checked stops the import, unless errors are skipped: what is written stays.
func (w *writing) put(ctx context.Context, tx *journal.Tx, p *putting, said Said) error {
	_, err := p.put(ctx, tx, said)
	if w.order.SkipErrors && fault.KindOf(err) == fault.Conflict {
		return nil
	}
	return err
}
