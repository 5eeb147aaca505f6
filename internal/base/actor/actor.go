// Package actor says who does something: every write to the journal names one.
//
// An actor is a pseudonym (a staff id, the name of a token or of a program), never a person's name,
// because it stands in journal lines that live for ever.
package actor

import (
	"errors"
	"strings"
)

// Actor is who acts, in which role, and for whom. The zero value is nobody and may not write.
type Actor struct {
	role   string
	who    string
	behalf string
}

// ErrMalformed is returned by Parse for text that String did not write.
var ErrMalformed = errors.New("actor: malformed")

// SystemRole is the role of a program that acts by itself.
const SystemRole = "system"

// Staff returns a person at work, known by the id of the staff account, acting in a role such as "clerk".
func Staff(id, role string) Actor { return Actor{role: role, who: id} }

// System returns a program that acts by itself, for example "demo" or "import".
func System(name string) Actor { return Actor{role: SystemRole, who: name} }

// For returns the same actor acting on behalf of somebody, given by a pseudonym.
func (a Actor) For(behalf string) Actor {
	a.behalf = behalf
	return a
}

// IsZero tells whether nobody is named.
func (a Actor) IsZero() bool { return a.who == "" || a.role == "" }

// Role returns the role in which the actor acts.
func (a Actor) Role() string { return a.role }

// Who returns the id of the staff account, or the name of the program.
func (a Actor) Who() string { return a.who }

// Behalf returns on whose behalf the actor acts, or "".
func (a Actor) Behalf() string { return a.behalf }

// String returns role:who, or role:who>behalf; journal lines hold this form.
func (a Actor) String() string {
	if a.IsZero() {
		return ""
	}
	if a.behalf == "" {
		return a.role + ":" + a.who
	}
	return a.role + ":" + a.who + ">" + a.behalf
}

// Parse reads what String wrote. It returns ErrMalformed for anything else.
func Parse(s string) (Actor, error) {
	role, rest, ok := strings.Cut(s, ":")
	who, behalf, _ := strings.Cut(rest, ">")
	if !ok || role == "" || who == "" {
		return Actor{}, ErrMalformed
	}
	return Actor{role: role, who: who, behalf: behalf}, nil
}
