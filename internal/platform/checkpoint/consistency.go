package checkpoint

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"math/bits"

	"github.com/transparency-dev/merkle/rfc6962"

	"vienkopus/internal/platform/sqldb"
)

// ErrUnstated says that the log never had that size.
var ErrUnstated = errors.New("checkpoint: the log was never signed at that size")

// Proof returns the last checkpoint, and the hashes by which whoever holds the one of size old sees that it goes on from that one (RFC 6962 §2.1.2);
// there are none for 0. It returns ErrUnstated when the database knows nothing of that size: it was put back, or old is somebody else's.
func Proof(ctx context.Context, r sqldb.Reader, old int64) (Checkpoint, [][]byte, error) {
	c, _, found, err := latest(ctx, r)
	switch {
	case err != nil || !found:
		return Checkpoint{}, nil, err
	case old == 0 || old == c.Size:
		return c, nil, nil
	case old < 0 || old > c.Size:
		return c, nil, ErrUnstated
	}
	p := prover{old: old, known: map[span][]byte{}}
	var spine []byte
	err = r.QueryRow(ctx, `SELECT spine FROM checkpoint WHERE size = $1`, old).Scan(&spine)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return c, nil, ErrUnstated
	case err != nil:
		return Checkpoint{}, nil, fmt.Errorf("checkpoint: %w", err)
	}
	if _, err := grown(old, spine); err != nil {
		return Checkpoint{}, nil, err
	}
	p.parts(spine)
	const leaves = `SELECT position, desk, number, hash FROM checkpoint_leaf WHERE position >= $1 AND position < $2`
	err = sqldb.Each(ctx, r, leaves, []any{old, c.Size}, func(rows *sql.Rows) error {
		var position int64
		var s Statement
		if err := rows.Scan(&position, &s.Desk, &s.Number, &s.Hash); err != nil {
			return fmt.Errorf("checkpoint: leaf: %w", err)
		}
		p.known[span{position, position + 1}] = rfc6962.DefaultHasher.HashLeaf(s.leaf())
		return nil
	})
	if err != nil {
		return Checkpoint{}, nil, err
	}
	hashes := p.walk(span{0, c.Size}, true)
	return c, hashes, p.err
}

// span are the leaves from one position up to another, which is not in it.
type span struct{ from, to int64 }

// middle is where the tree over a span is divided: behind the largest power of two that is smaller than its length.
func (s span) middle() int64 { return s.from + 1<<(bits.Len64(uint64(s.to-s.from-1))-1) } //nolint:gosec // spans are not empty

// prover finds the hashes of a proof. It knows the perfect parts of the old tree and every leaf behind it, and no other is ever needed.
type prover struct {
	old   int64
	known map[span][]byte
	err   error
}

// parts takes in the perfect parts of the old tree.
func (p *prover) parts(spine []byte) {
	at := int64(0)
	for rest := uint64(p.old); rest > 0; spine = spine[sha256.Size:] { //nolint:gosec // old is above 0
		size := int64(1) << (bits.Len64(rest) - 1)
		p.known[span{at, at + size}] = spine[:sha256.Size]
		at, rest = at+size, rest-uint64(size) //nolint:gosec // a power of two within rest
	}
}

// walk is SUBPROOF of RFC 6962: whole says that the old tree is the whole left part of what is looked at, whose root the reader holds himself.
func (p *prover) walk(s span, whole bool) [][]byte {
	if s.to == p.old {
		if whole {
			return nil
		}
		return [][]byte{p.hash(s)}
	}
	middle := s.middle()
	left, right := span{s.from, middle}, span{middle, s.to}
	if p.old <= middle {
		return append(p.walk(left, whole), p.hash(right))
	}
	return append(p.walk(right, false), p.hash(left))
}

func (p *prover) hash(s span) []byte {
	if h, ok := p.known[s]; ok {
		return h
	}
	if s.to-s.from < 2 {
		p.err = fmt.Errorf("checkpoint: statement %d is missing", s.from)
		return nil
	}
	middle := s.middle()
	return rfc6962.DefaultHasher.HashChildren(p.hash(span{s.from, middle}), p.hash(span{middle, s.to}))
}
