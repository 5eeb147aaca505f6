// Package paperbook keeps the books of printed receipts that lie at desks for the day on which nothing else works.
//
// Rules:
//   - A book has a code that stands on its cover, unique in the network, and printed numbers. It is issued to one desk with a range of its numbers, from a day on.
//     It is returned on a day; what is left of it may be issued again, also to another desk of the municipality. A book that is used up or lost is ended, for good.
//   - A receipt written by hand is of a book when its number is in the range that the desk of the receipt held on the day that stands on it.
//   - Whoever issues books does not take money: books are issued at the office, with a permission of its own.
package paperbook

import (
	"context"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/centre"
	"vienkopus/internal/platform/journal"
)

// Range is a run of printed numbers, both ends among them.
type Range struct {
	First uint32 `json:"first"`
	Last  uint32 `json:"last"`
}

// Has tells whether a number is in the range.
func (r Range) Has(number uint32) bool { return r.First <= number && number <= r.Last }

// Meets tells whether two ranges have a number in common.
func (r Range) Meets(other Range) bool { return r.First <= other.Last && other.First <= r.Last }

// State is where a book is.
type State string

// The states of what was issued.
const (
	AtDesk   State = "at-desk"
	Returned State = "returned"
	Ended    State = "ended"
)

// Issue is a range of a book that lay, or lies, at a desk.
type Issue struct {
	Book, Desk, Municipality string
	Range
	// From is the first day on which receipts of it count, and To the last; To is no date while it lies there.
	From, To civil.Date
	State    State
	At       time.Time // of the line, UTC
	By       string    // who issued it
}

// Covers tells whether a receipt with the number, written at the desk on the day, is of this issue.
func (i Issue) Covers(desk string, number uint32, day civil.Date) bool {
	return i.Desk == desk && i.Has(number) && !day.Before(i.From) && (i.To.IsZero() || !day.After(i.To))
}

// Written is a receipt of a book that was typed in.
type Written struct {
	Number  uint32
	Day     civil.Date
	At      time.Time // when it was typed in, UTC
	By      string    // who typed it in
	Desk    string
	Payment id.ID
	Cents   money.Amount
	// Gone tells that it was taken back since.
	Gone bool
}

// Doubt says what is wrong with a receipt of a book.
type Doubt string

// The doubts.
const (
	// Sound: the desk holds the book, the number and the day.
	Sound Doubt = ""
	// NoBook: no book with this number was ever issued to the desk.
	NoBook Doubt = "no-book"
	// OutsideBook: the book lay at the desk, but not on the day that stands on the receipt.
	OutsideBook Doubt = "outside-book"
)

// What people may do with paper books.
const (
	MayIssue = "paperbook.issue"
)

// Permissions are those of this feature, with the roles that have them in a new network.
var Permissions = []scope.Permission{
	{Name: MayIssue, Roles: []string{"municipal-manager", "accountant"}},
}

// store is what the rules read.
type store interface {
	// Issues returns all that was issued of a book, the first first.
	Issues(ctx context.Context, r journal.Reader, book string) ([]Issue, error)
}

// places knows where a desk stands on a day; an unknown desk is a fault.
type places interface {
	Desk(ctx context.Context, r journal.Reader, desk string, on civil.Date) (centre.DeskPlace, error)
}

// Service issues books.
type Service struct {
	Journal *journal.Journal
	Store   store
	Places  places
}

// Of says whether a receipt with the number, written at the desk of the transaction on the day, is of a book of this desk.
func (s *Service) Of(ctx context.Context, tx *journal.Tx, book string, number uint32, day civil.Date) (Doubt, error) {
	issues, err := s.Store.Issues(ctx, tx, book)
	if err != nil {
		return NoBook, err
	}
	doubt := NoBook
	for _, i := range issues {
		switch {
		case i.Covers(tx.Desk(), number, day):
			return Sound, nil
		case i.Desk == tx.Desk() && i.Has(number):
			doubt = OutsideBook
		}
	}
	return doubt, nil
}

// longest bounds the code of a book, in letters, and mostNumbers how many receipts one has.
const (
	longest     = 12
	mostNumbers = 10_000
)

// CheckCode returns the fault "payment.paper_book" for what is no code of a book: up to twelve capital letters of the English alphabet, digits and hyphens.
func CheckCode(book string) error {
	ok := book != "" && len(book) <= longest
	for _, r := range book {
		ok = ok && (r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-')
	}
	if !ok {
		return fault.NewInvalid("payment.paper_book", "Max", longest).On("book")
	}
	return nil
}
