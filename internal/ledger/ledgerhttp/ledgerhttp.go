// Package ledgerhttp shows the books of a municipality: its trial balance, the lines of an account, and how far the figures are final.
//
// Rules:
//   - What belongs to another municipality than that of the address is not found.
//   - Every page works without script; every form that changes something carries its request key.
package ledgerhttp

import (
	"context"
	"net/http"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/ledger"
	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/journal"
)

// Deps is what the pages need.
type Deps struct {
	Journal   *journal.Journal
	Office    officehttp.Shell
	Ledger    *ledger.Service
	Books     Books
	Creditors Creditors
}

// Books reads the ledger.
type Books interface {
	Trial(ctx context.Context, r journal.Reader, municipality, at string, over civil.Period) ([]ledger.Sum, error)
	Movements(ctx context.Context, r journal.Reader, account ledger.Account, over civil.Period) ([]ledger.Movement, error)
	ClosedThrough(ctx context.Context, r journal.Reader, municipality string) (civil.Date, error)
	Late(ctx context.Context, r journal.Reader, municipality string) ([]ledger.Lateness, error)
}

// Creditors knows what those who get money are called; one that nobody has registered is called by its number.
type Creditors interface {
	CreditorName(ctx context.Context, r journal.Reader, number regno.Number) (string, error)
}

// pages are the handlers.
type pages struct{ Deps }

// Routes returns the lines of the books.
func Routes(d Deps) []httpx.Route {
	p := pages{d}
	return []httpx.Route{
		officehttp.Route(http.MethodGet, "/trial", ledger.MayRead, p.trial).Within(httpx.TimeReport),
		officehttp.Route(http.MethodGet, "/account", ledger.MayRead, p.account).Within(httpx.TimeReport),
		officehttp.Route(http.MethodGet, "/period", ledger.MayClose, p.period).Within(httpx.TimeReport),
		officehttp.Route(http.MethodPost, "/period", ledger.MayClose, p.closePeriod).Within(httpx.TimeReport),
	}
}
