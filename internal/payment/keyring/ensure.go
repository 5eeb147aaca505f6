package keyring

import (
	"context"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/id"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/staff"
)

// itself is who introduces keys when it is time.
var itself = actor.System("receipt-keys")

// Ensure introduces the next key when the node's keys do not cover the time from now to Ahead: from the end of the last one, or from
// now where there is none, for Life. It is called when the program begins to serve and once a day; programs of one node may call
// it at once, and one key is made. Most calls only read. It returns the fault "keyring.node" for a node that is not named as
// NETWORK-NODE.
func (s *Service) Ensure(ctx context.Context) error {
	now := s.journal.Now()
	until, err := s.CoveredUntil(ctx, s.journal.DB(), now)
	if err != nil || !until.Before(now.Add(Ahead)) {
		return err
	}
	key, err := journal.NewKey("receipt-key:"+id.New(now).String(), []any{"ensure", s.node})
	if err != nil {
		return err
	}
	_, err = s.journal.Post(ctx, itself, staff.NetworkDesk, key, func(tx *journal.Tx) error {
		if err := s.lock(ctx, tx); err != nil {
			return err
		}
		return s.goOn(ctx, tx)
	})
	return err
}

// goOn introduces the next key unless the time up to Ahead is covered. The caller holds the lock.
func (s *Service) goOn(ctx context.Context, tx *journal.Tx) error {
	until, err := s.CoveredUntil(ctx, tx, tx.Now())
	if err != nil || !until.Before(tx.Now().Add(Ahead)) {
		return err
	}
	from := wholeSeconds(until)
	if !until.After(tx.Now()) {
		// Programs of one node have not quite the same time, and a clock may be set back a little: the first key is there for them too.
		from = from.Add(-receipt.Allowance)
	}
	return s.introduce(ctx, tx, from, from.Add(Life))
}

// CoveredUntil returns the moment (UTC) up to which the node has a key for every second from at on; at itself when it has none now.
func (s *Service) CoveredUntil(ctx context.Context, r journal.Reader, at time.Time) (time.Time, error) {
	keys, err := s.store.Usable(ctx, r, s.node)
	if err != nil {
		return time.Time{}, err
	}
	until := at
	for i := range keys { // in the order in which they begin
		if !keys[i].From.After(until) && keys[i].To.After(until) {
			until = keys[i].To
		}
	}
	return until, nil
}
