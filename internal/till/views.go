package till

import (
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/ledger"
)

// MostShifts bounds an answer, in shifts, and MostBags one in bags.
const (
	MostShifts = 1_000
	MostBags   = 2_000
)

// ShiftFilter says which shifts a screen asks for.
type ShiftFilter struct {
	Municipality string
	// Centre is "" for all of them.
	Centre string
	// Over is when they were opened; the zero period is all days.
	Over civil.Period
	// Waiting leaves out what is approved.
	Waiting bool
}

// Verdict is what the office said about a shift.
type Verdict struct {
	// State is Approved or Objected; Why is the objection.
	State State
	Why   Objection
	By    string    // staff id
	At    time.Time // UTC
}

// Book is the cash book of a desk on a day: Opening and what came in, less what went out, is Closing. All sums are in cents.
type Book struct {
	Desk                      string
	Day                       civil.Date
	Opening, In, Out, Closing money.Amount
	Lines                     []BookLine
}

// BookLine is one line of a journal in a cash book.
type BookLine struct {
	// Number is that of the line in the journal of the desk, and Kind what it says, for example "shift.opened".
	Number int64
	Kind   string
	At     time.Time // UTC
	// In and Out are in cents; one of them is 0.
	In, Out money.Amount
}

// Summary is the summary cash order of a centre for a working day. What the tenders received and returned is what the creditors received and returned.
type Summary struct {
	ledger.Place
	Tenders   []TenderSum
	Creditors []CreditorSum
}

// TenderSum is what came and went by a tender, both positive or zero, in cents.
type TenderSum struct {
	Tender             Tender
	Received, Returned money.Amount
}

// CreditorSum is what was taken for a creditor and given back, both positive or zero, in cents.
type CreditorSum struct {
	Creditor           regno.Number
	Received, Returned money.Amount
}

// Site is a desk whose cash has not reached the bank.
type Site struct {
	Desk, Centre, Municipality string
	// Drawer is what is in the drawer above the change money, in cents, and DrawerSince the day from which the oldest of it is.
	Drawer      money.Amount
	DrawerSince civil.Date
	// Bags are those that the bank has not confirmed, in the order of their days.
	Bags []Bag
	// Total is the drawer and the bags, in cents; Oldest is the first day of it.
	Total  money.Amount
	Oldest civil.Date
}

// Difference is money too much (positive) or too little that nobody has explained or approved yet.
type Difference struct {
	// Shift is set for what a count or an opening found, and Deposit for what the bank counted.
	Shift, Deposit             id.ID
	Desk, Centre, Municipality string
	Day                        civil.Date
	Cents                      money.Amount
	// Reason is the code of the explanation, or "".
	Reason string
	// State is where the shift stands; "" for a deposit.
	State State
}

// Remarks are what a second person looks at in a shift besides its sums: what one person, or two, took back and gave away in it. A later feature knows it.
type Remarks struct {
	// Voids and Forgiven are in the order of their lines.
	Voids    []Voided
	Forgiven []Forgiven
}

// Remark is where and when something was done, by whom, and who agreed to it.
type Remark struct {
	// Desk and Number name the line.
	Desk   string
	Number int64
	At     time.Time // UTC
	// Receipt is the number of the payment as people say it, also of one that was written by hand.
	Receipt string
	Cents   money.Amount
	// By and Second are staff ids; Second is "" where one person did it alone.
	By, Second string
}

// Voided is a payment that was taken back as a whole.
type Voided struct {
	Remark
	// Paper is the number of the paper that says so, or "", and Reason the code of the reason.
	Paper, Reason string
	// After is how long after the payment.
	After time.Duration
}

// Forgiven is a late fee that the earlier day of a receipt written by hand made a client not owe; Cents is the fee.
type Forgiven struct {
	Remark
	// Day is the one on the receipt.
	Day civil.Date
}
