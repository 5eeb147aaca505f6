// Package keyring keeps the dated keys with which a node signs receipts: it introduces them in time, finds the one to sign with,
// and tells the world the public ones.
//
// Rules:
//   - A key belongs to one node and signs from one moment to another. It is introduced before it is needed (Ensure), and stays in the
//     list for ever, because paper does.
//   - The journal says which keys there are; the seed that a key grows out of is a secret and stands in a table outside it, written in
//     the same transaction. A node signs only with keys whose seed it has: the lines of other nodes bring it none.
//   - Who has the database, or a backup of it, has the seeds (docs/adr/0021-receipt-keys-in-the-database.md).
//   - A key that others may have is compromised for ever, and never signs again but what it has signed already. Whoever says so gets
//     the next key in the same transaction, so that the counters go on.
//   - Several programs of one node may do all this at once: who looks and writes holds the lock of the node's keys.
package keyring

import (
	"context"
	"io"
	"sync"
	"time"

	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/journal"
)

const (
	// Ahead is how long before the last key ends the next one must be there, so that lists of keys come round in time.
	Ahead = 30 * 24 * time.Hour
	// Life is for how long a key signs that Ensure introduces: a year, and a month to spare.
	Life = 400 * 24 * time.Hour
	// LongestLife bounds a key that somebody introduces by hand: dates are there to bound what a stolen key can do.
	LongestLife = 3 * 366 * 24 * time.Hour
)

// Seed is the secret that a key grows out of: 32 random bytes. It is a function, so that no way of printing or encoding a value that
// holds one can show it.
type Seed func() []byte

// store is what the rules need. Every method reads through r, so that a rule sees its own transaction.
type store interface {
	// Covering returns the id of the key of the node that signs at a moment and begins last, among those that are not compromised
	// and whose seed is here; false when there is none.
	Covering(ctx context.Context, r journal.Reader, node string, at time.Time) (receipt.KeyID, bool, error)
	// Usable returns the keys of the node that are not compromised and whose seed is here, in the order in which they begin.
	Usable(ctx context.Context, r journal.Reader, node string) ([]receipt.Key, error)
	// Key returns a key of a node, compromised or not; false when there is none.
	Key(ctx context.Context, r journal.Reader, node string, kid receipt.KeyID) (receipt.Key, bool, error)
	// All returns the keys of all nodes.
	All(ctx context.Context, r journal.Reader) ([]receipt.Key, error)
	// Seed returns the seed of a key of the node; false when it is not here, or was sealed with a key that is lost.
	Seed(ctx context.Context, r journal.Reader, node string, kid receipt.KeyID) (Seed, bool, error)
	// KeepSeed stores the seed of a key of the node.
	KeepSeed(ctx context.Context, tx *journal.Tx, node string, kid receipt.KeyID, seed Seed) error
}

// Config is what the keys are made of.
type Config struct {
	Journal *journal.Journal
	Store   store
	// Node is who signs: the network, a hyphen, and the node's name in it, such as LV-CESIS.
	Node string
	// Random is where seeds come from; what it gives must be secret.
	Random io.Reader
}

// Service keeps the keys of one node and knows the public ones of all.
type Service struct {
	journal *journal.Journal
	store   store
	node    string
	random  io.Reader

	mu sync.Mutex
	// parsed are keys that were ready to sign before; a key never changes.
	parsed map[receipt.KeyID]*receipt.SigningKey
}

// New returns the keys of a node.
func New(c Config) *Service {
	return &Service{journal: c.Journal, store: c.Store, node: c.Node, random: c.Random, parsed: map[receipt.KeyID]*receipt.SigningKey{}}
}

// Node returns who signs: LV-CESIS.
func (s *Service) Node() string { return s.node }

// lock names what is held while somebody looks which keys the node has and introduces one, or marks one as compromised.
func (s *Service) lock(ctx context.Context, tx *journal.Tx) error {
	return tx.Lock(ctx, "receipt-keys:"+s.node)
}
