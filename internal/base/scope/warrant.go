package scope

import (
	"context"

	"vienkopus/internal/base/id"
)

// Warrant is by what right a request acts: who asks, and what its route line demands of him where. Whoever guards the routes puts it into the request; a
// transaction of the journal asks for it again, as of its own moment.
type Warrant struct {
	// Who is the person, or the token.
	Who id.ID
	// Token tells that Who is a token.
	Token bool
	// Permission is what the route line asks for; empty where it is enough to work here.
	Permission string
	// At are the places that the request names. Where it names none, the rule says where it acts, or nothing that it records is stored.
	At []Place
	// FourEyes tells that the permission is one of a second person.
	FourEyes bool
}

type warrantKey struct{}

// WithWarrant returns a context that carries the warrant.
func WithWarrant(ctx context.Context, w Warrant) context.Context {
	return context.WithValue(ctx, warrantKey{}, w)
}

// WarrantOf returns the warrant of a request, and false where none is carried: a command, a job, somebody who has not signed in yet.
func WarrantOf(ctx context.Context) (Warrant, bool) {
	w, ok := ctx.Value(warrantKey{}).(Warrant)
	return w, ok
}
