package paymenthttp

import (
	"context"
	"net/http"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/bill"
	"vienkopus/internal/centre"
	"vienkopus/internal/payment"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/staff"
	"vienkopus/internal/till"
	"vienkopus/internal/visit"
)

// Deps is what the screens of payments need.
type Deps struct {
	Journal  *journal.Journal
	Payments *payment.Service
	Store    Store
	Baskets  Baskets
	Bills    Bills
	// Links tells which creditors have a billing system that is told.
	Links Links
	// Creditors tells who gets the money.
	Creditors Creditors
	Shifts    Shifts
	// Visits tells whom the desk serves at present.
	Visits Visits
	Places Places
	// PublicURL is the address of the program, for the place where one checks a receipt; it may be empty.
	PublicURL string
	// Office is the journal desk of a municipality's office.
	Office func(municipality string) string
	// HasTerminal tells that the program asks a card terminal by itself.
	HasTerminal bool
}

// Store reads payments for the screens.
type Store interface {
	Payment(ctx context.Context, r journal.Reader, p id.ID) (payment.Payment, error)
	Basket(ctx context.Context, r journal.Reader, basket id.ID) ([]payment.Payment, error)
	AtDesk(ctx context.Context, r journal.Reader, desk, day string, limit int) ([]payment.Payment, error)
	Numbered(ctx context.Context, r journal.Reader, series string, number uint32) (payment.Payment, bool, error)
	// Named returns the payment of a receipt of ours or of a paper book, and whether there is one.
	Named(ctx context.Context, r journal.Reader, series string, number uint32) (payment.Payment, bool, error)
	// Returned returns up to limit payments of a municipality that the bank took back, the latest payment first.
	Returned(ctx context.Context, r journal.Reader, municipality string, limit int) ([]payment.Payment, error)
	Document(ctx context.Context, r journal.Reader, series string, number uint32) (payment.Document, error)
	Reversals(ctx context.Context, r journal.Reader, p id.ID) ([]payment.Document, error)
	RefundsOf(ctx context.Context, r journal.Reader, p id.ID) ([]payment.Refund, error)
	Undecided(ctx context.Context, r journal.Reader, municipality string) ([]payment.Refund, error)
	ToPayOut(ctx context.Context, r journal.Reader, desk string) ([]payment.Refund, error)
	// NotTold returns what the billing system of a creditor has not confirmed yet.
	NotTold(ctx context.Context, r journal.Reader, creditor regno.Number) (payment.Untold, error)
	// Payer returns the name that the payer wished to see on his receipt, or "".
	Payer(ctx context.Context, r journal.Reader, p id.ID) (string, error)
}

// Baskets keeps what is put together and not paid yet.
type Baskets interface {
	Load(ctx context.Context, of payment.Whose) ([]payment.Item, error)
	Put(ctx context.Context, of payment.Whose, item payment.Item, at time.Time) error
	Remove(ctx context.Context, of payment.Whose, b id.ID) error
	Forget(ctx context.Context, of payment.Whose) error
}

// Bills finds what is owed.
type Bills interface {
	Ask(ctx context.Context, by actor.Actor, query string) (bill.Answer, error)
	Find(ctx context.Context, query string) ([]bill.Found, error)
	Owed(ctx context.Context, bills []id.ID) ([]bill.Found, error)
}

// Creditors knows to whom bills are paid.
type Creditors interface {
	Creditor(ctx context.Context, r journal.Reader, number regno.Number) (bill.Creditor, error)
}

// Shifts knows whether a drawer is open.
type Shifts interface {
	OpenAt(ctx context.Context, r journal.Reader, desk string) (till.Shift, bool, error)
}

// Visits knows whom a desk serves.
type Visits interface {
	ServedAt(ctx context.Context, r journal.Reader, desk string) (visit.Visit, bool, error)
}

// Places knows centres.
type Places interface {
	Centre(ctx context.Context, r journal.Reader, code string) (centre.Centre, error)
}

// Routes returns the lines of payments. At a counter the desk in use decides; the rules see to it that a payment stays at its desk. At an office the
// municipality in the path decides.
func Routes(d Deps) []httpx.Route {
	p := pages{d}
	desk := func(method, path, permission string, handle func(http.ResponseWriter, *http.Request) error) httpx.Route {
		return httpx.Route{Method: method, Path: path, Permission: permission, Scope: httpx.ScopeDesk, Handle: handle}
	}
	office := func(method, path, permission string, handle func(http.ResponseWriter, *http.Request) error) httpx.Route {
		return httpx.Route{Method: method, Path: path, Permission: permission, Scope: httpx.ScopePath, Handle: handle}
	}
	return []httpx.Route{
		desk(http.MethodGet, "/pay", staff.PaymentTake, p.pay),
		desk(http.MethodPost, "/pay", staff.PaymentTake, p.take).Within(httpx.TimeLong), // a card terminal may be asked
		desk(http.MethodPost, "/pay/find", staff.PaymentTake, p.find),
		desk(http.MethodPost, "/pay/basket", staff.PaymentTake, p.add),
		desk(http.MethodPost, "/pay/basket/remove", staff.PaymentTake, p.remove),
		desk(http.MethodPost, "/pay/draft", staff.PaymentTake, p.draft),
		desk(http.MethodGet, "/pay/baskets/{basket}", staff.PaymentRead, p.paid),
		desk(http.MethodGet, "/payments", staff.PaymentRead, p.list),
		desk(http.MethodGet, "/payments/{payment}", staff.PaymentRead, p.one),
		desk(http.MethodPost, "/payments/{payment}/void", staff.PaymentVoid, p.void),
		desk(http.MethodPost, "/payments/{payment}/refunds", staff.PaymentVoid, p.requestRefund),
		desk(http.MethodPost, "/refunds/{refund}/pay", staff.PaymentVoid, p.payRefund),
		desk(http.MethodGet, "/receipts", staff.PaymentRead, p.receipt),
		desk(http.MethodPost, "/receipts/copies", staff.PaymentTake, p.copy),
		office(http.MethodGet, "/office/{municipality}/refunds", staff.RefundApprove, p.refunds),
		office(http.MethodPost, "/office/{municipality}/refunds/{refund}", staff.RefundApprove, p.decide),
		office(http.MethodGet, "/office/{municipality}/returns", staff.BankImport, p.returns).Within(httpx.TimeReport),
		office(http.MethodPost, "/office/{municipality}/returns", staff.BankImport, p.noteReturn),
		office(http.MethodGet, "/office/{municipality}/notices", staff.TillRead, p.notices).Within(httpx.TimeReport),
	}
}

// pages are the handlers of payments.
type pages struct{ Deps }

// request is a request of the form at the desk in use.
func request(r *http.Request) (payment.Request, error) {
	s, err := staff.Signed(r.Context())
	if err != nil {
		return payment.Request{}, err
	}
	return payment.Request{By: s.Actor(), Desk: s.Desk, Key: httpx.Key(r)}, nil
}
