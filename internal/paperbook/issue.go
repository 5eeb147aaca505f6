package paperbook

import (
	"context"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/office"
	"vienkopus/internal/platform/journal"
)

// Order says which part of a book is issued to which desk.
type Order struct {
	Book         string     `json:"book"`
	Municipality string     `json:"municipality"`
	Desk         string     `json:"desk"`
	Range        Range      `json:"range"`
	From         civil.Date `json:"from"`
}

// Issue gives a book to a desk of the municipality, at whose office it is posted. It returns faults for a code, a range or a day that is none and for a desk that
// is not there, and the conflicts "paperbook.other_office", "paperbook.at_desk" while the book lies somewhere, "paperbook.ended", and "paperbook.range" where numbers of it lay at
// another desk already: whoever reads a receipt must know whose it is.
func (s *Service) Issue(ctx context.Context, r journal.Request, o Order) error {
	if err := CheckCode(o.Book); err != nil {
		return err
	}
	switch {
	case o.Range.First == 0 || o.Range.Last < o.Range.First || o.Range.Last-o.Range.First >= mostNumbers:
		return fault.NewInvalid("paperbook.numbers", "Max", mostNumbers).On("first")
	case o.From.IsZero():
		return fault.NewInvalid("paperbook.day").On("from")
	}
	_, _, err := journal.Record(ctx, s.Journal, r, []any{"paperbook", o}, func(tx *journal.Tx) (BookIssued, error) {
		f := BookIssued{Book: o.Book, Municipality: o.Municipality, Desk: o.Desk, Range: o.Range, From: o.From}
		if tx.Desk() != office.Desk(o.Municipality) {
			return f, fault.NewForbidden("paperbook.other_office")
		}
		at, err := s.Places.Desk(ctx, tx, o.Desk, o.From)
		if err != nil {
			return f, err
		}
		if at.Municipality != o.Municipality {
			return f, fault.NewNotFound("tillpage.desk_unknown", "Desk", o.Desk).On("desk")
		}
		issues, err := s.known(ctx, tx, o.Book)
		if err != nil {
			return f, err
		}
		for _, i := range issues {
			if err := i.admits(o); err != nil {
				return f, err
			}
		}
		return f, nil
	})
	return err
}

// admits returns why a book that was issued before cannot be issued in this way.
func (i Issue) admits(o Order) error {
	switch {
	case i.Municipality != o.Municipality:
		return fault.NewConflict("paperbook.other_office").On("book")
	case i.State == Ended:
		return fault.NewConflict("paperbook.ended", "Book", i.Book).On("book")
	case i.State == AtDesk:
		return fault.NewConflict("paperbook.at_desk", "Book", i.Book, "Desk", i.Desk).On("book")
	case i.Desk != o.Desk && i.Meets(o.Range) && !o.From.After(i.To):
		return fault.NewConflict("paperbook.range", "Book", i.Book, "Desk", i.Desk).On("first")
	}
	return nil
}

// known returns what was issued of a book, which nobody else changes until the transaction ends.
func (s *Service) known(ctx context.Context, tx *journal.Tx, book string) ([]Issue, error) {
	if err := tx.Lock(ctx, "paperbook:"+book); err != nil {
		return nil, err
	}
	return s.Store.Issues(ctx, tx, book)
}

// Back is a book that has come back from its desk: Day is the last one on which receipts of it count.
type Back struct {
	Book         string     `json:"book"`
	Municipality string     `json:"municipality"`
	Day          civil.Date `json:"day"`
	// Ends says that nothing is left of it, or that it is lost; no receipt of it counts after the day, wherever it lies.
	Ends bool `json:"ends,omitempty"`
}

// TakeBack notes that a book has come back to the office, or is used up or lost. It returns "paperbook.unknown", the conflicts "paperbook.not_out" for one that lies at no desk
// and "paperbook.ended", and a fault for a day before it was issued or ahead.
func (s *Service) TakeBack(ctx context.Context, r journal.Request, b Back) error {
	_, err := s.Journal.Do(ctx, r, []any{"paperbook-back", b}, func(tx *journal.Tx) error {
		if tx.Desk() != office.Desk(b.Municipality) {
			return fault.NewForbidden("paperbook.other_office")
		}
		issues, err := s.known(ctx, tx, b.Book)
		if err != nil {
			return err
		}
		if len(issues) == 0 || issues[0].Municipality != b.Municipality {
			return fault.NewNotFound("paperbook.unknown")
		}
		last := issues[len(issues)-1]
		at, err := s.Places.Desk(ctx, tx, last.Desk, civil.In(tx.Now(), time.UTC))
		if err != nil {
			return err
		}
		zone, err := civil.Zone(at.Zone)
		if err != nil {
			return err
		}
		switch {
		case last.State == Ended:
			return fault.NewConflict("paperbook.ended", "Book", b.Book)
		case last.State == Returned && !b.Ends:
			return fault.NewConflict("paperbook.not_out", "Book", b.Book)
		case b.Day.IsZero() || b.Day.Before(last.From) || b.Day.After(civil.In(tx.Now(), zone)):
			return fault.NewInvalid("paperbook.day").On("day")
		}
		if b.Ends {
			return tx.Record(ctx, BookEnded{Book: b.Book, Municipality: b.Municipality, Desk: last.Desk, Day: b.Day})
		}
		return tx.Record(ctx, BookReturned{Book: b.Book, Municipality: b.Municipality, Desk: last.Desk, Day: b.Day})
	})
	return err
}
