// Package terminal is what the counter asks of a card terminal, and a simulated one for tests and the demonstration.
//
// Rules:
//   - A charge has a name. The same name and amount asked again is the same charge and gets the same answer, so that a lost answer, a double
//     click or a restart never charges a card twice.
//   - Refused is certain: no money moved. Unknown is not: somebody has to look at the terminal.
//   - A charge whose payment could not be recorded is cancelled by its name; to cancel what was never charged, or is cancelled already, is no error.
//   - A name that was cancelled never pays again, also when it is asked for, or its card is read, after the cancelling: it is refused.
package terminal

import (
	"context"
	"errors"

	"vienkopus/internal/base/money"
)

// Charge is what a card is to pay at a desk.
type Charge struct {
	// Name tells the charge from every other, for ever.
	Name  string
	Desk  string
	Cents money.Amount
}

// The ways in which a charge does not succeed.
var (
	// ErrRefused is returned when the card was refused: nothing was paid.
	ErrRefused = errors.New("terminal: refused")
	// ErrUnknown is returned when the terminal does not say in time whether the card has paid.
	ErrUnknown = errors.New("terminal: no answer")
)

// Terminal charges cards.
type Terminal interface {
	// Charge lets the card pay and returns the number on the slip. It returns ErrRefused or ErrUnknown.
	Charge(ctx context.Context, c Charge) (slip string, err error)
	// Cancel takes a charge back whose payment was not recorded, and has its name refused from then on. After an error it is asked again.
	Cancel(ctx context.Context, c Charge) error
}
