// Package trailhttp are the pages on which whoever holds a receipt sees where his money is.
//
// Nothing that is typed is kept. A check code stands in the address, so that one can come back to it; logs name the route and not the address.
package trailhttp

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"vienkopus/internal/bank"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/bill"
	"vienkopus/internal/centre"
	"vienkopus/internal/office"
	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/till"
	"vienkopus/internal/trail"
)

// FollowPath is where whoever holds a receipt sees where his money is.
const FollowPath = "/follow"

// Deps is what the pages need.
type Deps struct {
	Journal *journal.Journal
	Trail   interface {
		Follow(ctx context.Context, typed string) (trail.Way, error)
		Look(ctx context.Context, typed string) (trail.Way, error)
	}
	Places interface {
		Centre(ctx context.Context, r journal.Reader, code string) (centre.Centre, error)
	}
	Creditors interface {
		Creditor(ctx context.Context, r journal.Reader, number regno.Number) (bill.Creditor, error)
		CreditorName(ctx context.Context, r journal.Reader, number regno.Number) (string, error)
	}
	Keys interface {
		Current(ctx context.Context, r journal.Reader, at time.Time) (*receipt.SigningKey, error)
	}
	Coder interface {
		Code(ctx context.Context, r journal.Reader, d payment.Document, copied *payment.Copy) (*receipt.Code, error)
	}
	Office  officehttp.Shell
	Issuers interface {
		IssuerOn(ctx context.Context, r journal.Reader, municipality string, on civil.Date) (office.Issuer, error)
	}
	Counts Counts
	Money  Money
	Bills  Bills
	Sight  Sight
	// PublicURL is the address of the program, for what is printed; it may be empty.
	PublicURL string
}

// Counts knows what was found in drawers.
type Counts interface {
	Shift(ctx context.Context, r journal.Reader, shift id.ID) (till.Shift, error)
	Shifts(ctx context.Context, r journal.Reader, f till.ShiftFilter) ([]till.Shift, error)
	Counts(ctx context.Context, r journal.Reader, shift id.ID) ([]till.Counting, error)
}

// Money knows what was taken for creditors and passed on.
type Money interface {
	PerCreditor(ctx context.Context, r journal.Reader, municipality string, over civil.Period) ([]bank.CreditorLine, error)
	Remittances(ctx context.Context, r journal.Reader, municipality string, over civil.Period) ([]bank.Remittance, error)
	// OwingAt returns what stood in the books for a creditor at the end of a day, in cents.
	OwingAt(ctx context.Context, r journal.Reader, municipality string, creditor regno.Number, on civil.Date) (money.Amount, error)
}

// Routes returns the lines of the pages. The first is open to everybody, and bounded against guessing; the list is made by a clerk.
func Routes(d Deps) []httpx.Route {
	p := pages{Deps: d, guesses: newLimit(d.Journal.Now)}
	return []httpx.Route{
		httpx.Route{Method: http.MethodGet, Path: FollowPath, Public: true, Handle: p.follow}.Within(httpx.TimeReport),
		{Method: http.MethodGet, Path: specimenPath, Public: true, Handle: p.specimen},
		officehttp.Route(http.MethodGet, "/acts", till.MayRead, p.acts).Within(httpx.TimeReport),
		officehttp.Route(http.MethodGet, "/acts/payee", till.MayRead, p.payee).Within(httpx.TimeReport),
		officehttp.Route(http.MethodGet, "/acts/count", till.MayRead, p.count),
		{Method: http.MethodPost, Path: "/bills/{bill}/copy", Permission: payment.MayTake, Scope: httpx.ScopeDesk, Handle: p.openBill},
		{Method: http.MethodGet, Path: "/bills/{bill}/copy", Permission: payment.MayTake, Scope: httpx.ScopeDesk, Handle: p.billCopy},
		httpx.Route{Method: http.MethodGet, Path: listPath, Permission: payment.MayRead, Scope: httpx.ScopeDesk, Handle: p.list}.Within(httpx.TimeReport),
	}
}

type pages struct {
	Deps
	guesses *limit
}

// address is where people find a page of this program, without "https://": as it is known outside, or as the reader has found it.
func (p pages) address(r *http.Request, path string) string {
	if u, err := url.Parse(p.PublicURL); err == nil && u.Host != "" {
		return u.Host + path
	}
	return r.Host + path
}
