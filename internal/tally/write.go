package tally

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/journal"
)

const (
	// mostPerPost is how many rows one transaction writes.
	mostPerPost = 500
	// mostWaiting bounds the rows that wait in memory for others of their desk.
	mostWaiting = 5_000
)

// writing gathers the fresh rows of each desk and posts them together.
type writing struct {
	*importing
	waiting map[string][]Row
	rows    int
}

// add takes the rows that are to be written and passes over the others. A row that has come into error since all were
// checked, because somebody else imported meanwhile, stops the import: what is written stays, and is there already next time.
func (w *writing) add(ctx context.Context, row Row, a Answer) error {
	if a.Outcome == Failed && !w.order.SkipErrors {
		return a.Faults[0]
	}
	if a.Outcome != Fresh {
		return nil
	}
	w.waiting[row.Desk] = append(w.waiting[row.Desk], row)
	w.rows++
	if len(w.waiting[row.Desk]) >= mostPerPost {
		return w.post(ctx, row.Desk)
	}
	if w.rows >= mostWaiting {
		return w.flush(ctx)
	}
	return nil
}

func (w *writing) flush(ctx context.Context) error {
	for _, desk := range slices.Sorted(maps.Keys(w.waiting)) {
		if err := w.post(ctx, desk); err != nil {
			return err
		}
	}
	return nil
}

// post writes the waiting rows of a desk on its own journal. Its key follows from the rows, so that a post whose answer was lost has one effect.
func (w *writing) post(ctx context.Context, desk string) error {
	rows := w.waiting[desk]
	if len(rows) == 0 {
		return nil
	}
	key, err := importKey(rows)
	if err != nil {
		return err
	}
	posted, err := w.service.journal.Post(ctx, w.by, desk, key, func(tx *journal.Tx) error {
		for _, row := range rows {
			if err := w.record(ctx, tx, row); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("tally: import at %s: %w", desk, err)
	}
	if !posted.Replayed {
		w.result.Written += len(posted.Entries)
	}
	w.rows -= len(rows)
	delete(w.waiting, desk)
	return nil
}

// record writes one row unless it is there by now.
func (w *writing) record(ctx context.Context, tx *journal.Tx, row Row) error {
	identity := RowIdentity(row)
	there, err := w.there(ctx, tx, identity, row)
	if there && w.order.SkipErrors && fault.KindOf(err) == fault.Conflict {
		return nil
	}
	if err != nil || there {
		return err
	}
	return tx.Record(ctx, w.fact(identity, row))
}

// importKey names a post by what it says.
func importKey(rows []Row) (journal.Key, error) {
	sum := sha256.New()
	for _, row := range rows {
		if _, err := fmt.Fprintf(sum, "%s=%d\n", RowIdentity(row), row.Count); err != nil {
			return journal.Key{}, fmt.Errorf("tally: key: %w", err)
		}
	}
	name := "import:" + hex.EncodeToString(sum.Sum(nil))
	return journal.NewKey(name, name)
}
