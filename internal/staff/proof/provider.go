package proof

import (
	"context"
	"errors"
	"time"
)

var (
	// ErrRefused says that an answer from elsewhere proves nothing.
	ErrRefused = errors.New("proof: refused elsewhere")
	// ErrAway says that the provider does not answer.
	ErrAway = errors.New("proof: the provider does not answer")
)

// Provider knows people who have an account elsewhere.
type Provider interface {
	Known() Known
	// Begin returns the address to which a browser is sent. It returns ErrAway.
	Begin(ctx context.Context, a Ask) (string, error)
	// Finish returns who has come back. It returns ErrRefused and ErrAway.
	Finish(ctx context.Context, a Ask, got Answer) (Identity, error)
}

// Known is what is known of a provider.
type Known struct {
	// Name is what people call it, and Issuer how it calls itself.
	Name, Issuer string
	// Strong tells that its word can stand for two proofs.
	Strong bool
}

// Ask is what is asked of it. State, Nonce and Verifier are known again when the answer comes.
type Ask struct {
	State, Nonce, Verifier string
	// Back is the address to which it sends the browser.
	Back string
	// Again has the person prove anew who she is.
	Again bool
}

// Answer is what a browser brings back.
type Answer struct {
	Code string
	// Issuer is who says that he has answered, "" where nobody does.
	Issuer string
}

// Identity is who somebody is elsewhere.
type Identity struct {
	Issuer, Subject string
	// Second tells that she has given two proofs there.
	Second bool
	// Proven is when she proved who she is, in UTC; the zero time where nobody says.
	Proven time.Time
}
