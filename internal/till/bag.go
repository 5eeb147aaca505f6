package till

import (
	"strings"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/ledger"
)

// BagState is where a bag with cash is.
type BagState string

// The states of a bag. Clerk and collector confirm the hand-over each by a line of their own, in either order.
const (
	NoBag      BagState = ""
	Packed     BagState = "packed"
	Given      BagState = "given"
	Taken      BagState = "taken"
	HandedOver BagState = "handed-over"
	Deposited  BagState = "deposited"
	Matched    BagState = "matched"
)

// BagStates are all states of a bag, on its way to the bank.
var BagStates = []BagState{Packed, Given, Taken, HandedOver, Deposited, Matched}

// Contradiction says what does not fit together in what people said about a bag. It is shown; nothing is corrected.
type Contradiction string

// The contradictions.
const (
	// SealDiffers when the collector saw another seal than the clerk had put on.
	SealDiffers Contradiction = "seal-differs"
	// OtherCollector when the clerk gave it to somebody else than who took it.
	OtherCollector Contradiction = "other-collector"
	// NeverGiven when it was deposited and the clerk never confirmed that she had given it.
	NeverGiven Contradiction = "never-given"
	// SamePerson when one person confirmed both sides, at two nodes that did not know of each other.
	SamePerson Contradiction = "same-person"
	// PackedTwice, GivenTwice, TakenTwice and DepositedTwice when two nodes that did not know of each other wrote the same number.
	PackedTwice    Contradiction = "packed-twice"
	GivenTwice     Contradiction = "given-twice"
	TakenTwice     Contradiction = "taken-twice"
	DepositedTwice Contradiction = "deposited-twice"
)

// Contradictions are all contradictions.
var Contradictions = []Contradiction{SealDiffers, OtherCollector, NeverGiven, SamePerson, PackedTwice, GivenTwice, TakenTwice, DepositedTwice}

// Bag is cash in a sealed bag on its way to the bank.
type Bag struct {
	// Code is the number on the bag; it is used once, for ever.
	Code  string
	Shift id.ID
	Desk  string
	// Place is where and on which local day it was packed.
	ledger.Place
	// Since is the day of the oldest cash in it.
	Since civil.Date
	Seal  string
	Cents money.Amount
	State BagState
	// PackedBy, GivenBy and TakenBy are who said so (staff ids), at these times in UTC; GivenTo is to whom the clerk gave it, or "".
	PackedBy, GivenBy, GivenTo, TakenBy string
	PackedAt, GivenAt, TakenAt          time.Time
	// SealSeen is the seal as the collector saw it.
	SealSeen string
	// Deposit is the deposit that holds it, if any.
	Deposit        id.ID
	Contradictions []Contradiction
}

// Waits returns what the bag waits for.
func (b Bag) Waits() Waits {
	switch b.State {
	case Packed, Given:
		return CollectorTakes
	case Taken:
		return ClerkGives
	case HandedOver:
		return CollectorDeposits
	case Deposited:
		return BankConfirms
	case NoBag, Matched:
	}
	return NoWait
}

// Code reads the number of a bag, a seal or a slip as somebody typed it: in capitals, without spaces. It returns false for text that cannot be
// the code of an account (docs/formats/ledger.md).
func Code(text string) (string, bool) {
	text = strings.ToUpper(strings.Join(strings.Fields(text), ""))
	_, err := ledger.ParseAccount(string(ledger.KindTransit) + ":" + text)
	return text, err == nil
}
