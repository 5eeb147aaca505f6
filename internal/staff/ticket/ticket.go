// Package ticket gives out what has to come back soon, from where it was given to, and once: the challenge that a passkey signs, the state and nonce of a sign-in elsewhere.
//
// A ticket says by itself for what it was given, to whom and until when, under a code that only the program can make; so strangers who ask for many fill nothing and push out nobody else's.
// What is kept is that a ticket has come back, until it would have ended: the second time it is refused, in every process on the database.
package ticket

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// Time is how long a ticket holds: long enough to find the telephone with the passkey, or to type a password elsewhere.
const Time = 5 * time.Minute

// ErrRefused says that a ticket is none of ours, was given for something else or to somebody else, has ended, or has come back before.
var ErrRefused = errors.New("ticket: refused")

// Office gives tickets out and takes them back.
type Office struct {
	Store Store
	// Now is the time in UTC.
	Now func() time.Time

	key atomic.Pointer[[]byte] // never another one while the program runs
}

// Purpose is what a ticket is for, and Holder to whom it was given: a browser, or somebody who has signed in.
type Purpose struct{ For, Holder string }

const (
	nonceSize = 16
	timeSize  = 8
	codeSize  = 16
)

// Give returns a new ticket, 40 bytes that nobody can guess.
func (o *Office) Give(ctx context.Context, p Purpose) ([]byte, error) {
	ticket := make([]byte, nonceSize, nonceSize+timeSize+codeSize)
	rand.Read(ticket)
	ticket = binary.BigEndian.AppendUint64(ticket, uint64(o.Now().Add(Time).Unix())) //nolint:gosec // no time of ours is before 1970
	code, err := o.code(ctx, p, ticket)
	return append(ticket, code...), err
}

// Take takes a ticket back. It returns ErrRefused for one that does not hold.
func (o *Office) Take(ctx context.Context, p Purpose, ticket []byte) error {
	if err := o.Look(ctx, p, ticket); err != nil {
		return err
	}
	fresh, err := o.Store.Spend(ctx, sha256.Sum256(ticket), until(ticket), o.Now())
	if err == nil && !fresh {
		err = fmt.Errorf("%w: it has come back before", ErrRefused)
	}
	return err
}

// Look returns ErrRefused for a ticket that does not hold, without taking it back.
func (o *Office) Look(ctx context.Context, p Purpose, ticket []byte) error {
	if len(ticket) != nonceSize+timeSize+codeSize {
		return fmt.Errorf("%w: it is none", ErrRefused)
	}
	body, code := ticket[:nonceSize+timeSize], ticket[nonceSize+timeSize:]
	want, err := o.code(ctx, p, body)
	switch {
	case err != nil:
		return err
	case !hmac.Equal(code, want):
		return fmt.Errorf("%w: it was given for something else", ErrRefused)
	case !o.Now().Before(until(ticket)):
		return fmt.Errorf("%w: it has ended", ErrRefused)
	}
	return nil
}

// Grow returns 32 bytes that follow from a ticket and what its holder keeps secret, for one use: a nonce, a verifier. Only whoever has both can make them, and only the program.
func (o *Office) Grow(ctx context.Context, use, secret string, ticket []byte) ([]byte, error) {
	key, err := o.secret(ctx)
	if err != nil {
		return nil, err
	}
	return sum(key, "grown", use, secret, string(ticket)), nil
}

func until(ticket []byte) time.Time {
	return time.Unix(int64(binary.BigEndian.Uint64(ticket[nonceSize:])), 0).UTC() //nolint:gosec // our own figure, under a code
}

func (o *Office) code(ctx context.Context, p Purpose, body []byte) ([]byte, error) {
	key, err := o.secret(ctx)
	if err != nil {
		return nil, err
	}
	return sum(key, "ticket", p.For, p.Holder, string(body))[:codeSize], nil
}
