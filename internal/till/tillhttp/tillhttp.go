// Package tillhttp shows money that moves: the drawer at a counter, what waits at the office of a municipality, its cash books and summaries. Later doors take
// from it how a bag and a difference are shown.
//
// Rules:
//   - No page says what should be in a drawer before what is there has been counted; the page on which it is counted never does.
//   - What belongs to another municipality than that of the address is not found.
//   - Every page works without script; every form that changes something carries its request key.
package tillhttp

import (
	"context"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/centre"
	"vienkopus/internal/ledger"
	"vienkopus/internal/office"
	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/till"
)

// Deps is what the pages need.
type Deps struct {
	Journal   *journal.Journal
	Office    officehttp.Shell
	Till      *till.Service
	Store     Store
	Creditors Creditors
	Centres   Centres
	// Issuers tells who gives the receipts of a municipality, Receipts which receipts of a centre are of a day, in words ("DZE-1 12–17"). Either may be nil.
	Issuers interface {
		IssuerOn(ctx context.Context, r journal.Reader, municipality string, on civil.Date) (office.Issuer, error)
	}
	Receipts func(ctx context.Context, r journal.Reader, at ledger.Place) ([]string, error)
	// Remarks tells what was voided and given away; it may be nil.
	Remarks Remarks
	// Stated returns the code of the last checkpoint and when it was stated, "" where there is none. It may be nil.
	Stated func(ctx context.Context) (code string, at time.Time, err error)
}

// Remarks tells what a second person looks at besides the sums: in a shift, and of late fees in a municipality since a moment (UTC).
type Remarks interface {
	OfShift(ctx context.Context, r journal.Reader, shift till.Shift) (till.Remarks, error)
	ForgivenIn(ctx context.Context, r journal.Reader, municipality string, since time.Time) ([]till.Forgiven, error)
}

// Store reads the till.
type Store interface {
	Shifts
	Cash
	Totals
}

// Shifts reads what happened to drawers.
type Shifts interface {
	OpenAt(ctx context.Context, r journal.Reader, desk string) (till.Shift, bool, error)
	Shift(ctx context.Context, r journal.Reader, shift id.ID) (till.Shift, error)
	Shifts(ctx context.Context, r journal.Reader, f till.ShiftFilter) ([]till.Shift, error)
	Actors(ctx context.Context, r journal.Reader, shift id.ID) ([]string, error)
	Counts(ctx context.Context, r journal.Reader, shift id.ID) ([]till.Counting, error)
	Verdicts(ctx context.Context, r journal.Reader, shift id.ID) ([]till.Verdict, error)
	Movements(ctx context.Context, r journal.Reader, shift id.ID) ([]till.Movement, error)
}

// Cash reads where cash is.
type Cash interface {
	Bag(ctx context.Context, r journal.Reader, code string) (till.Bag, error)
	Bags(ctx context.Context, r journal.Reader, municipality string, over civil.Period, open bool) ([]till.Bag, error)
	Ageing(ctx context.Context, r journal.Reader, municipality string, before civil.Date) ([]till.Site, error)
	Differences(ctx context.Context, r journal.Reader, municipality string) ([]till.Difference, error)
}

// Totals adds up.
type Totals interface {
	CashBook(ctx context.Context, r journal.Reader, desk string, day civil.Date) (till.Book, error)
	BookDays(ctx context.Context, r journal.Reader, desk string, over civil.Period) ([]civil.Date, error)
	Summary(ctx context.Context, r journal.Reader, at ledger.Place) (till.Summary, error)
	// SummaryNumber returns the number of the summary order of a day in its year: the days with money for a creditor up to it.
	SummaryNumber(ctx context.Context, r journal.Reader, at ledger.Place) (int64, error)
}

// Creditors knows what those who get money are called; one that nobody has registered is called by its number.
type Creditors interface {
	CreditorName(ctx context.Context, r journal.Reader, number regno.Number) (string, error)
}

// Centres knows the desks of centres.
type Centres interface {
	Desks(ctx context.Context, r journal.Reader, on civil.Date) ([]centre.OpenDesk, error)
}

// pages are the handlers.
type pages struct{ Deps }
