package keyring

import (
	"context"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/journal"
)

// Compromised notes that others may have a key of this node since a moment (whole seconds); from then on no receipt of it proves itself,
// and nothing new is signed with it. Where the node is left without a key, the next one is introduced in the same transaction. It
// returns the faults "keyring.key_unknown" and "keyring.since" (a moment ahead), and the conflict "keyring.already_compromised" for a key
// that is marked already since then or earlier.
func (s *Service) Compromised(ctx context.Context, r journal.Request, kid receipt.KeyID, since time.Time) error {
	since = wholeSeconds(since)
	_, err := s.journal.Do(ctx, r, []any{"compromised", s.node, kid, since}, func(tx *journal.Tx) error {
		if since.After(tx.Now()) || since.Unix() < 1 {
			return fault.NewInvalid("keyring.since").On("since")
		}
		if err := s.lock(ctx, tx); err != nil {
			return err
		}
		switch known, found, err := s.store.Key(ctx, tx, s.node, kid); {
		case err != nil:
			return err
		case !found:
			return fault.NewNotFound("keyring.key_unknown", "Key", kid.String(), "Node", s.node).On("kid")
		case !known.Compromised.IsZero() && !since.Before(known.Compromised):
			return fault.NewConflict("keyring.already_compromised", "Key", kid.String()).On("kid")
		}
		if err := tx.Record(ctx, Compromised{Node: s.node, Kid: kid, Since: since}); err != nil {
			return err
		}
		return s.goOn(ctx, tx)
	})
	return err
}
