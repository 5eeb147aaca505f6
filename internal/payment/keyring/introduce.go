package keyring

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/journal"
)

// Introduce makes a key with which the node signs from one moment up to another, in whole seconds, and returns its public half. It
// returns the faults "keyring.node" for a node that is not named as NETWORK-NODE, and "keyring.period" for a time that is over, ends
// before it begins or is longer than LongestLife.
func (s *Service) Introduce(ctx context.Context, r journal.Request, from, to time.Time) (receipt.Key, error) {
	from, to = wholeSeconds(from), wholeSeconds(to)
	posted, err := s.journal.Do(ctx, r, []any{"introduce", s.node, from, to}, func(tx *journal.Tx) error {
		if !to.After(tx.Now()) || to.Sub(from) > LongestLife {
			return fault.NewInvalid("keyring.period").On("to")
		}
		if err := s.lock(ctx, tx); err != nil {
			return err
		}
		return s.introduce(ctx, tx, from, to)
	})
	if err != nil {
		return receipt.Key{}, err
	}
	f, _, err := journal.Answer[Introduced](posted)
	if err != nil {
		return receipt.Key{}, err
	}
	return f.ToKey()
}

func wholeSeconds(t time.Time) time.Time { return time.Unix(t.Unix(), 0).UTC() }

// drawn is how often another seed is drawn when the id of a key is taken, which happens once in four thousand million times.
const drawn = 4

// introduce draws a key and records it. The caller holds the lock.
func (s *Service) introduce(ctx context.Context, tx *journal.Tx, from, to time.Time) error {
	for range drawn {
		seed := make([]byte, ed25519.SeedSize)
		if _, err := io.ReadFull(s.random, seed); err != nil {
			return fmt.Errorf("keyring: draw a seed: %w", err)
		}
		signing, err := receipt.NewSigningKey(s.node, seed, from, to)
		if err != nil {
			return s.explain(err)
		}
		key := signing.Public()
		switch _, taken, err := s.store.Key(ctx, tx, s.node, key.ID); {
		case err != nil:
			return err
		case taken:
			continue
		}
		if err := tx.Record(ctx, Introduced{Node: key.Node, Kid: key.ID, Public: PublicKey(key.Public), From: key.From, To: key.To}); err != nil {
			return err
		}
		return s.store.KeepSeed(ctx, tx, s.node, key.ID, NewSeed(seed))
	}
	return errors.New("keyring: the ids of all keys that were drawn are taken; the source of randomness is broken")
}

// explain tells a node that cannot be from a time that cannot be.
func (s *Service) explain(err error) error {
	if !errors.Is(err, receipt.ErrKey) {
		return err
	}
	if !receipt.IsNode(s.node) {
		return fault.NewInvalid("keyring.node", "Node", s.node, "Max", receipt.MaxNode).On("node")
	}
	return fault.NewInvalid("keyring.period").On("to")
}

// NewSeed returns a seed of a copy of the bytes.
func NewSeed(data []byte) Seed {
	secret := slices.Clone(data)
	return func() []byte { return secret }
}
