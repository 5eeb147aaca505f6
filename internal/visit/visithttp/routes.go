// Package visithttp is the screen of the counter, and its REST operations.
package visithttp

import (
	"context"
	"net/http"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/hours"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/visit"
)

// Deps is what the screen needs.
type Deps struct {
	Journal *journal.Journal
	Counter *visit.Service
	Store   Store
	Drafts  Drafts
	Shelf   *catalogue.Shelf
	// Unpaid returns how many bills wait unpaid in the basket of whoever asks for a visit, and what they come to in cents; nil knows of none.
	Unpaid func(ctx context.Context, who *httpx.Caller, v id.ID) (int, money.Amount, error)
	// Drop empties the baskets of a visit that has ended; it may be nil.
	Drop func(ctx context.Context, desk string, v id.ID) error
	// CountDue returns since which day the drawer of a desk is open that should have been counted, and whether it is; nil knows of none.
	CountDue func(ctx context.Context, desk string) (civil.Date, bool, error)
	// Elsewhere returns the nearest centre that may do what the centre of that code may not, or false.
	Elsewhere func(ctx context.Context, centre string, offer catalogue.Offer, kind catalogue.ActKind) (Near, bool, error)
	// Paid returns the payments of a visit that stand; nil knows of none.
	Paid func(ctx context.Context, v visit.Visit) ([]visit.Paid, error)
	// Place returns the centre of a desk.
	Place func(ctx context.Context, desk string) (Where, error)
}

// Store reads visits for the screen.
type Store interface {
	Visit(ctx context.Context, r journal.Reader, v id.ID) (visit.Visit, error)
	// OpenAt returns the visits of the desk that are not closed, the oldest first.
	OpenAt(ctx context.Context, r journal.Reader, desk string) ([]visit.Visit, error)
	// Last returns a part of the closed visits of a desk with acts on a day, the latest first, and LastCount how many they are.
	Last(ctx context.Context, r journal.Reader, p visit.Part) ([]visit.Visit, error)
	LastCount(ctx context.Context, r journal.Reader, desk, day string) (int, error)
	// ActsOf returns the acts of several visits, each in the order of their lines.
	ActsOf(ctx context.Context, r journal.Reader, of []id.ID) (map[id.ID][]visit.Act, error)
	Act(ctx context.Context, r journal.Reader, v, act id.ID) (visit.Act, error)
	Acts(ctx context.Context, r journal.Reader, v id.ID) ([]visit.Act, error)
	Spans(ctx context.Context, r journal.Reader, v id.ID) ([]visit.Span, error)
}

// Drafts keeps what has been typed for a visit and not sent, outside the journal.
type Drafts interface {
	Save(ctx context.Context, desk string, v id.ID, fields visit.Draft, now time.Time) error
	Load(ctx context.Context, desk string, v id.ID) (visit.Draft, error)
	Forget(ctx context.Context, v id.ID) error
}

// Near is a centre at some distance.
type Near struct {
	Code   string
	Metres int
	Where
}

// Where is how one finds a centre; what is not known is empty.
type Where struct {
	Name, Address string
	// Phone is that of the centre, or of its municipality.
	Phone string
	// Days are the hours of the next days, the first of them today.
	Days []hours.Day
}

// Permissions of the counter.
const (
	serve   = "counter.serve"
	correct = "visit.correct"
	read    = "visit.read"
)

// Routes returns the lines of the counter. The desk in use decides where one may serve; the service sees to it that a visit stays at its desk.
func Routes(d Deps) []httpx.Route {
	p := pages{Deps: d}
	desk := func(method, path, permission string, handle func(http.ResponseWriter, *http.Request) error) httpx.Route {
		return httpx.Route{Method: method, Path: path, Permission: permission, Scope: httpx.ScopeDesk, Handle: handle}
	}
	return []httpx.Route{
		desk(http.MethodGet, "/counter", serve, p.counter),
		desk(http.MethodGet, "/counter/search", serve, p.search),
		desk(http.MethodPost, "/visits", serve, p.open),
		desk(http.MethodPost, "/counter/acts", serve, p.record),
		desk(http.MethodPost, "/counter/calls", serve, p.call),
		desk(http.MethodPost, "/visits/{visit}/hold", serve, p.hold),
		desk(http.MethodPost, "/visits/{visit}/resume", serve, p.resume),
		desk(http.MethodPost, "/visits/{visit}/close", serve, p.close),
		desk(http.MethodPost, "/visits/{visit}/draft", serve, p.draft),
		desk(http.MethodPost, "/visits/{visit}/acts/{act}/undo", serve, p.undo),
		desk(http.MethodGet, "/visits", read, p.days),
		desk(http.MethodGet, "/visits/{visit}", read, p.closed),
		desk(http.MethodGet, "/visits/{visit}/slip", read, p.slip),
		desk(http.MethodGet, "/visits/{visit}/acts/{act}/correct", correct, p.correction),
		desk(http.MethodPost, "/visits/{visit}/acts/{act}/correct", correct, p.correct),
	}
}

// pages are the handlers of the counter.
type pages struct{ Deps }
