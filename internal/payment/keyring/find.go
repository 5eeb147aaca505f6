package keyring

import (
	"context"
	"fmt"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/journal"
)

// Current returns the key of this node to sign with at a moment: of those that cover it the one that begins last, never a
// compromised one. It works inside a transaction too. It returns the conflict "keyring.no_key" when there is none.
func (s *Service) Current(ctx context.Context, r journal.Reader, at time.Time) (*receipt.SigningKey, error) {
	kid, found, err := s.store.Covering(ctx, r, s.node, at)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, fault.NewConflict("keyring.no_key", "Node", s.node)
	}
	return s.signing(ctx, r, kid)
}

// Find returns a key of this node, compromised or not, to sign again what it has signed before: the same receipt gives the same bytes.
// It works inside a transaction too. It returns the fault "keyring.key_unknown" for a key that is not of this node, or whose seed is
// not here.
func (s *Service) Find(ctx context.Context, r journal.Reader, kid receipt.KeyID) (*receipt.SigningKey, error) {
	return s.signing(ctx, r, kid)
}

// Public returns the keys of all nodes, as they are published. It works inside a transaction too.
func (s *Service) Public(ctx context.Context, r journal.Reader) (*receipt.Keys, error) {
	all, err := s.store.All(ctx, r)
	if err != nil {
		return nil, err
	}
	keys, err := receipt.NewKeys(all...)
	if err != nil {
		return nil, fmt.Errorf("keyring: %w", err)
	}
	return keys, nil
}

// signing returns a key of this node that is ready to sign.
func (s *Service) signing(ctx context.Context, r journal.Reader, kid receipt.KeyID) (*receipt.SigningKey, error) {
	s.mu.Lock()
	signing, parsed := s.parsed[kid]
	s.mu.Unlock()
	if parsed {
		return signing, nil
	}
	key, known, err := s.store.Key(ctx, r, s.node, kid)
	if err != nil {
		return nil, err
	}
	seed, here, err := s.store.Seed(ctx, r, s.node, kid)
	if err != nil {
		return nil, err
	}
	if !known || !here {
		return nil, fault.NewNotFound("keyring.key_unknown", "Key", kid.String(), "Node", s.node).On("kid")
	}
	signing, err = receipt.NewSigningKey(s.node, seed(), key.From, key.To)
	if err != nil {
		return nil, fmt.Errorf("keyring: key %s of %s: %w", kid, s.node, err)
	}
	if signing.Public().ID != kid {
		return nil, fmt.Errorf("keyring: the seed of key %s of %s is that of another key", kid, s.node)
	}
	s.mu.Lock()
	s.parsed[kid] = signing
	s.mu.Unlock()
	return signing, nil
}
