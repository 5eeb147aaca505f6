package payment

import (
	"context"
	"strings"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/journal"
)

// OnPaper is a receipt that was written by hand when nothing else worked, and the local day on it.
type OnPaper struct {
	Paper
	Day civil.Date `json:"day"`
}

// longestBook bounds the name of a paper book.
const longestBook = 12

func (p *OnPaper) check() error {
	switch {
	case p == nil:
		return nil
	case p.Book == "" || len(p.Book) > longestBook || strings.ContainsFunc(p.Book, notOfBook):
		return fault.NewInvalid("payment.paper_book", "Max", longestBook).On("book")
	case p.Number == 0:
		return fault.NewInvalid("payment.paper_number").On("number")
	case p.Day.IsZero():
		return fault.NewInvalid("payment.paper_day").On("day")
	}
	return nil
}

func notOfBook(r rune) bool {
	return (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-'
}

// paperDay returns the day on the paper, which must not lie ahead, and refuses a receipt that was typed in before. The ledger refuses a closed day.
func (s *Service) paperDay(ctx context.Context, tx *journal.Tx, p OnPaper, today civil.Date) (civil.Date, error) {
	if p.Day.After(today) {
		return p.Day, fault.NewInvalid("payment.paper_day").On("day")
	}
	if err := tx.Lock(ctx, "paper:"+p.Name()); err != nil {
		return p.Day, err
	}
	taken, err := s.Store.OnPaper(ctx, tx, p.Paper)
	if err == nil && taken {
		err = fault.NewConflict("payment.paper_taken", "Receipt", p.Name()).On("number")
	}
	return p.Day, err
}
