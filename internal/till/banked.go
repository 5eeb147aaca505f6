package till

import (
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
)

// Banking says which bags were brought to a bank together.
type Banking struct {
	Deposit      id.ID
	Municipality string
	Day          civil.Date
	// Bags are their numbers, in the order of the deposit.
	Bags []string
}

// Banked is a fact that brings bags to a bank; the till finds them without knowing the fact.
type Banked interface{ Banking() Banking }

// Arrival says that a bank has a deposit.
type Arrival struct {
	Deposit id.ID
	// Difference is what the bank counted more (positive) or less, in cents.
	Difference money.Amount
}

// Arrived is a fact by which deposits arrive at a bank, each once.
type Arrived interface{ Arrivals() []Arrival }

// ArrivalExplained is a fact that says why a bank counted another sum; it returns the deposit.
type ArrivalExplained interface{ ExplainsDeposit() id.ID }

// Unarrived is a fact by which deposits have not arrived after all, and nothing about them is explained any more; it returns them.
type Unarrived interface{ Unarrivals() []id.ID }
