package proof

import (
	"vienkopus/internal/base/id"
	"vienkopus/internal/staff/ticket"
)

// Errand is why a browser is sent to the provider.
type Errand string

// The errands.
const (
	// ToSignIn lets somebody in.
	ToSignIn Errand = "sign-in"
	// ToBind adds the account elsewhere to that of somebody who has signed in.
	ToBind Errand = "bind"
	// ToConfirm has somebody who has signed in prove again who she is.
	ToConfirm Errand = "confirm"
)

// Trip is one way to the provider and back.
type Trip struct {
	Errand Errand
	// Secret is what the browser keeps meanwhile, so that nobody else's browser can come back in its place.
	Secret string
	// Person is who has signed in; zero for ToSignIn.
	Person id.ID
	// Back is the address to which the provider sends the browser.
	Back string
}

func (t Trip) purpose() ticket.Purpose {
	return ticket.Purpose{For: "oidc." + string(t.Errand), Holder: t.Secret + "\x00" + t.Person.String()}
}
