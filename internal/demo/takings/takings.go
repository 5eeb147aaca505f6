// Package takings makes the money of the demonstration: creditors, bills, and a year of payments in Cēsis municipality, from the drawer to the
// bank and on to the creditors, through the real services only. How many payments each desk took on which day follows from the published sums
// (package history); payers, sums, creditors and accounts are made up.
package takings

import (
	"context"
	"fmt"
	"time"

	"vienkopus/internal/bank"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/iban"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/bill"
	"vienkopus/internal/office"
	"vienkopus/internal/paperbook"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/keyring"
	"vienkopus/internal/till"
	"vienkopus/internal/visit"
)

// Clock is moved through the past year while it is filled.
type Clock interface {
	Now() time.Time
	Set(t time.Time)
}

// Services are the real services that the money is handed to.
type Services struct {
	Office  *office.Service
	Books   *paperbook.Service
	Bill    *bill.Service
	Keyring *keyring.Service
	Till    *till.Service
	Bank    *bank.Service
	Payment *payment.Service
	Visit   *visit.Service
	Clock   Clock
}

// Cesu is the municipality whose year it is, and Account the one at the bank to which its cash is brought; no bank has such a code.
const (
	Cesu              = "0026000"
	Account iban.IBAN = "LV22DEMO0000000000009"
)

// Who does what in the demonstration's past: four programs, because nobody approves what she did herself.
var (
	clerk      = actor.System("demo")
	manager    = actor.System("demo-manager")
	collector  = actor.System("demo-collector")
	accountant = actor.System("demo-accountant")
)

// Seed makes the year, and the bills that are open today. It may be interrupted at any instant and run again: what is there stays as it is. The clock is
// left where the year ended; whoever calls sets it right.
func Seed(ctx context.Context, s Services, year int, today time.Time) error {
	f := &filler{Services: s, year: year, left: map[string]money.Amount{}, bags: map[string]int{}, owed: map[regno.Number]money.Amount{}}
	for _, step := range []struct {
		name string
		do   func(context.Context) error
	}{
		{"creditors", f.creditors},
		{"year", f.past},
		{"open bills", func(ctx context.Context) error {
			s.Clock.Set(today)
			return f.open(ctx, today)
		}},
	} {
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("takings: %s: %w", step.name, err)
		}
	}
	return nil
}

// filler is one run.
type filler struct {
	Services
	year int
	left map[string]money.Amount       // desk → what its last shift left in the drawer
	bags map[string]int                // desk → bags packed so far
	owed map[regno.Number]money.Amount // creditor → what was taken for it and not passed on yet
}
