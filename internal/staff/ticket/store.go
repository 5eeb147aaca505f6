package ticket

import (
	"context"
	"crypto/sha256"
	"time"
)

// Store keeps the key of tickets and which have come back. What is lost of it makes tickets that are out invalid, and nothing else.
type Store interface {
	// TicketKey returns the key, which is drawn at the first use.
	TicketKey(ctx context.Context) ([]byte, error)
	// Spend notes that a ticket has come back, and returns false when it had before; what ended before now may be forgotten.
	Spend(ctx context.Context, mark [sha256.Size]byte, until, now time.Time) (bool, error)
}
