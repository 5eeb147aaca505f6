// Package fault names the five ways in which a request can be at fault.
//
// Everything that is not one of them is internal: it is logged with an id and hidden from the user.
// A fault carries a message key, not a sentence, because the reader's language is known only at the door.
package fault

import (
	"errors"
	"fmt"
)

// Kind says whose mistake it is and what the caller can do about it.
type Kind int

// The kinds of fault. Internal is the zero value, so that an unknown error is never shown.
const (
	Internal Kind = iota
	Invalid
	NotFound
	Conflict
	Forbidden
	Unauthenticated
)

// String returns the kind as it stands in logs and problem types.
func (k Kind) String() string {
	switch k {
	case Invalid:
		return "invalid"
	case NotFound:
		return "not-found"
	case Conflict:
		return "conflict"
	case Forbidden:
		return "forbidden"
	case Unauthenticated:
		return "unauthenticated"
	case Internal:
		return "internal"
	}
	return "internal"
}

// Fault is an error that the user may see.
type Fault struct {
	// Kind decides the status code at the door.
	Kind Kind
	// Key is the message in lang/, for example "visit.closed".
	Key string
	// Field is the form field or JSON member at fault, or empty.
	Field string
	// Args are name and value in turn, for the placeholders of the message; never personal data.
	Args []any
}

// Error returns the fault for logs; users read the message of Key instead.
func (f *Fault) Error() string {
	text := f.Kind.String() + ": " + f.Key
	if f.Field != "" {
		text += " (" + f.Field + ")"
	}
	if len(f.Args) > 0 {
		text += fmt.Sprintf(" %v", f.Args)
	}
	return text
}

// On returns a copy of the fault that points at a form field or JSON member.
func (f *Fault) On(field string) *Fault {
	c := *f
	c.Field = field
	return &c
}

// NewInvalid returns a fault for input that breaks a rule.
func NewInvalid(key string, args ...any) *Fault {
	return &Fault{Kind: Invalid, Key: key, Args: args}
}

// NewNotFound returns a fault for a thing that does not exist or that the caller must not know of.
func NewNotFound(key string, args ...any) *Fault {
	return &Fault{Kind: NotFound, Key: key, Args: args}
}

// NewConflict returns a fault for a request that came too late or twice with different contents.
func NewConflict(key string, args ...any) *Fault {
	return &Fault{Kind: Conflict, Key: key, Args: args}
}

// NewForbidden returns a fault for a caller who may not do this, here or at all.
func NewForbidden(key string, args ...any) *Fault {
	return &Fault{Kind: Forbidden, Key: key, Args: args}
}

// NewUnauthenticated returns a fault for a caller whom we do not know.
func NewUnauthenticated(key string, args ...any) *Fault {
	return &Fault{Kind: Unauthenticated, Key: key, Args: args}
}

// KindOf returns the kind of the first fault in err, and Internal when there is none.
func KindOf(err error) Kind {
	if f := First(err); f != nil {
		return f.Kind
	}
	return Internal
}

// First returns the first fault in err, or nil.
func First(err error) *Fault {
	var f *Fault
	if errors.As(err, &f) {
		return f
	}
	return nil
}

// All returns every fault joined in err, in order; a form shows them together.
func All(err error) []*Fault {
	if err == nil {
		return nil
	}
	// The exact type is asked for on purpose: a joined error must be opened, not searched for its first fault.
	switch e := err.(type) { //nolint:errorlint // see above
	case *Fault:
		return []*Fault{e}
	case interface{ Unwrap() []error }:
		var all []*Fault
		for _, one := range e.Unwrap() {
			all = append(all, All(one)...)
		}
		return all
	case interface{ Unwrap() error }:
		return All(e.Unwrap())
	}
	return nil
}
