// Package tillhttp shows money that moves: the drawer at a counter, what waits at the office of a municipality, its books and its bank, and the
// collector's round.
//
// Rules:
//   - No page says what should be in a drawer before what is there has been counted; the page on which it is counted never does.
//   - What belongs to another municipality than that of the address is not found.
//   - Every page works without script; every form that changes something carries its request key.
package tillhttp

import (
	"context"
	"net/http"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/iban"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/bill"
	"vienkopus/internal/centre"
	"vienkopus/internal/ledger"
	"vienkopus/internal/office"
	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/till"
	"vienkopus/internal/till/bank"
)

// Deps is what the pages need.
type Deps struct {
	Journal   *journal.Journal
	Office    officehttp.Shell
	Till      *till.Service
	Bank      *bank.Service
	Ledger    *ledger.Service
	Store     Store
	Books     Books
	Creditors Creditors
	Centres   Centres
	// Called returns the name of somebody by her staff id, or "" when nobody knows it any more.
	Called func(ctx context.Context, person string) (string, error)
}

// Store reads the till.
type Store interface {
	Shifts
	Cash
	Banking
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

// Banking reads what went to the bank and what it said.
type Banking interface {
	Deposit(ctx context.Context, r journal.Reader, deposit id.ID) (bank.Deposit, error)
	Deposits(ctx context.Context, r journal.Reader, municipality string, over civil.Period) ([]bank.Deposit, error)
	OpenDeposits(ctx context.Context, r journal.Reader, municipality string, account iban.IBAN) ([]bank.Deposit, error)
	Lines(ctx context.Context, r journal.Reader, municipality string, over civil.Period, open bool) ([]bank.Line, error)
	CardTakings(ctx context.Context, r journal.Reader, municipality string) ([]bank.CardTaking, error)
	Remittances(ctx context.Context, r journal.Reader, municipality string, over civil.Period) ([]bank.Remittance, error)
}

// Totals adds up.
type Totals interface {
	CashBook(ctx context.Context, r journal.Reader, desk string, day civil.Date) (till.Book, error)
	BookDays(ctx context.Context, r journal.Reader, desk string, over civil.Period) ([]civil.Date, error)
	Summary(ctx context.Context, r journal.Reader, at ledger.Place) (till.Summary, error)
	PerCreditor(ctx context.Context, r journal.Reader, municipality string, over civil.Period) ([]bank.CreditorLine, error)
	Owed(ctx context.Context, r journal.Reader, municipality string, through civil.Date) ([]bank.Owing, error)
}

// Books reads the ledger.
type Books interface {
	Trial(ctx context.Context, r journal.Reader, municipality, at string, over civil.Period) ([]ledger.Sum, error)
	Movements(ctx context.Context, r journal.Reader, account ledger.Account, over civil.Period) ([]ledger.Movement, error)
	ClosedThrough(ctx context.Context, r journal.Reader, municipality string) (civil.Date, error)
	Late(ctx context.Context, r journal.Reader, municipality string) ([]ledger.Lateness, error)
}

// Creditors knows who gets money.
type Creditors interface {
	Creditor(ctx context.Context, r journal.Reader, number regno.Number) (bill.Creditor, error)
}

// Centres knows centres and their desks.
type Centres interface {
	Centres(ctx context.Context, r journal.Reader) ([]centre.Centre, error)
	DeskByCode(ctx context.Context, r journal.Reader, code string) (centre.Desk, error)
	Desks(ctx context.Context, r journal.Reader, on civil.Date) ([]centre.OpenDesk, error)
}

// pages are the handlers.
type pages struct{ Deps }

func (p pages) today() civil.Date { return civil.In(p.Journal.Now(), lang.Zone) }

// key makes the request key of a form.
func (p pages) key() id.ID { return id.New(p.Journal.Now()) }

// atOffice is a request of the form at the office of the municipality in the path.
func atOffice(r *http.Request) (journal.Request, error) {
	s, err := httpx.Signed(r.Context())
	return journal.Request{By: s.By, Desk: office.Desk(r.PathValue("municipality")), Key: httpx.Key(r)}, err
}
