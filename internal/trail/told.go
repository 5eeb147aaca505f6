package trail

import (
	"context"
	"time"

	"vienkopus/internal/base/regno"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/notice"
	"vienkopus/internal/platform/journal"
)

// links knows which creditors have a system that is told.
type links interface {
	// Owed tells whether a creditor is to be told of what was recorded at a moment.
	Owed(ctx context.Context, r journal.Reader, creditor regno.Number, at time.Time) (bool, error)
}

// confirmations knows when notices were confirmed.
type confirmations interface {
	// At returns when a notice was confirmed (UTC), zero when nothing is known of it.
	At(ctx context.Context, message string) (time.Time, error)
}

// Notices tells how creditors stand to the notices of payments.
type Notices struct {
	Journal   *journal.Journal
	Links     links
	Confirmed confirmations
}

// Told returns how a creditor stands to the notice of a payment. When it was confirmed may have been lost; that it was follows from the mark up to which
// all notices of a desk are confirmed.
func (n Notices) Told(ctx context.Context, p payment.Payment) (Notice, error) {
	owed, err := n.Links.Owed(ctx, n.Journal.DB(), p.Creditor, p.At)
	if err != nil || !owed {
		return Notice{}, err
	}
	at, err := n.Confirmed.At(ctx, p.ID.String())
	if err != nil || !at.IsZero() {
		return Notice{Owed: true, Confirmed: !at.IsZero(), At: at}, err
	}
	marks, err := n.Journal.Cursors(ctx, notice.Kind)
	return Notice{Owed: true, Confirmed: marks[p.Desk] >= p.Entry}, err
}
