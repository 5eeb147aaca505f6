package till

import (
	"time"

	"vienkopus/internal/base/money"
)

// Movement is money that moved in a shift by one tender, as a line of a journal says.
type Movement struct {
	// Desk and Number name the line, and Kind what it says, for example "payment.taken".
	Desk   string
	Number int64
	Kind   string
	At     time.Time // UTC
	Tender Tender
	// Cents came in (positive) or went out.
	Cents money.Amount
	// By is who moved it (a staff id).
	By string
}
