package paymenthttp

import (
	"context"
	"net/http"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/bill"
	"vienkopus/internal/centre"
	"vienkopus/internal/consent"
	"vienkopus/internal/office"
	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/sight"
	"vienkopus/internal/territory"
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
	// Sight writes down who looks persons up.
	Sight Sight
	// Links tells which creditors have a billing system that is told.
	Links Links
	// Creditors tells who gets the money.
	Creditors Creditors
	Shifts    Shifts
	// Visits tells whom the desk serves at present, and Counter begins with somebody.
	Visits  Visits
	Counter Counter
	Places  Places
	// Issuers tells who gives the receipts of a municipality, and whether they are signed; Municipalities what it is called where nobody has said so.
	Issuers        Issuers
	Municipalities Municipalities
	// Called returns the name of somebody by her staff id, or "" when nobody knows it any more.
	Called func(ctx context.Context, person string) (string, error)
	// Consents knows about which payments a second person was asked.
	Consents Consents
	// PublicURL is the address of the program, for the place where one checks a receipt; it may be empty.
	PublicURL string
	// Texts tells whether the link to a receipt can be sent to a telephone, from /payments/{payment}/sms; nil is no.
	Texts func() bool
	// HasTerminal tells that the program asks a card terminal by itself.
	HasTerminal bool
}

// Store reads payments for the screens.
type Store interface {
	Payment(ctx context.Context, r journal.Reader, p id.ID) (payment.Payment, error)
	Basket(ctx context.Context, r journal.Reader, basket id.ID) ([]payment.Payment, error)
	// AtDesk returns a part of the payments of a desk on a local day, the latest first, receipts written by hand also on the day on which they were typed in; Day how many they are and what
	// they come to.
	AtDesk(ctx context.Context, r journal.Reader, d payment.DeskDay, p payment.Part) ([]payment.Payment, error)
	Day(ctx context.Context, r journal.Reader, d payment.DeskDay) (payment.DaySum, error)
	// PaidFor returns the latest payment that still stands of each of the bills that has one.
	PaidFor(ctx context.Context, r journal.Reader, bills []id.ID) (map[id.ID]payment.Payment, error)
	// Payments returns the payments of those ids that are there.
	Payments(ctx context.Context, r journal.Reader, ids []id.ID) (map[id.ID]payment.Payment, error)
	Last(ctx context.Context, r journal.Reader, desk string, out bool) (payment.Numbered, time.Time, bool, error)
	// Named returns the payment of a receipt of ours or of a paper book, and whether there is one.
	Named(ctx context.Context, r journal.Reader, series string, number uint32) (payment.Payment, bool, error)
	// CountedBy returns the payment of a desk that an act counts, and whether there is one.
	CountedBy(ctx context.Context, r journal.Reader, desk string, act id.ID) (payment.Payment, bool, error)
	// Returned returns a part of the payments of a municipality that the bank took back, the latest payment first.
	Returned(ctx context.Context, r journal.Reader, municipality string, p payment.Part) ([]payment.Payment, error)
	ReturnedCount(ctx context.Context, r journal.Reader, municipality string) (int, error)
	Document(ctx context.Context, r journal.Reader, series string, number uint32) (payment.Document, error)
	// Links returns what tells the receipts apart that stand under a number: more than one where a database was put back, or lines of another one were adopted.
	Links(ctx context.Context, r journal.Reader, series string, number uint32) ([]receipt.Link, error)
	Reversals(ctx context.Context, r journal.Reader, p id.ID) ([]payment.Document, error)
	// Refund returns a refund, or the fault "payment.refund_unknown".
	Refund(ctx context.Context, r journal.Reader, refund id.ID) (payment.Refund, error)
	RefundsOf(ctx context.Context, r journal.Reader, p id.ID) ([]payment.Refund, error)
	// Undecided returns a part of the refunds of a municipality that nobody has decided about, the oldest first.
	Undecided(ctx context.Context, r journal.Reader, municipality string, p payment.Part) ([]payment.Refund, error)
	UndecidedCount(ctx context.Context, r journal.Reader, municipality string) (int, error)
	ToPayOut(ctx context.Context, r journal.Reader, desk string, limit int) ([]payment.Refund, error)
	ToPayOutCount(ctx context.Context, r journal.Reader, desk string) (int, error)
	// Payer returns the name that the payer wished to see on his receipt, or "".
	Payer(ctx context.Context, r journal.Reader, p id.ID) (string, error)
}

// Consents reads what second persons were asked; consentsql.Store does.
type Consents interface {
	Question(ctx context.Context, r journal.Reader, of id.ID) (consent.Question, error)
	// AtDesk returns what a desk has asked and not recorded, and what was refused since a moment (UTC).
	AtDesk(ctx context.Context, r journal.Reader, desk string, since time.Time, limit int) ([]consent.Question, error)
	// Behind returns what a second person has agreed to before a line recorded it, and whether there was need of it.
	Behind(ctx context.Context, r journal.Reader, desk string, entry int64) (consent.Question, bool, error)
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
	Owed(ctx context.Context, bills []id.ID) ([]bill.Found, error)
	// DuesOn returns what was due for bills on a day, as they stand now.
	DuesOn(ctx context.Context, bills []bill.Found, day civil.Date) ([]bill.Due, error)
	// AskByName is Ask that tells the systems of creditors a name too, and Connected tells whether there is one.
	AskByName(ctx context.Context, by actor.Actor, query string) (bill.Answer, error)
	Connected(ctx context.Context) (bool, error)
	// OfPayer returns a bill and the others that are open in the same name.
	OfPayer(ctx context.Context, b id.ID) ([]bill.Found, error)
}

// Sight writes down who looks persons up; sight.Service is it.
type Sight interface {
	Searched(ctx context.Context, r journal.Request, in sight.Search) (opened bool, err error)
	Open(ctx context.Context, r journal.Request, municipality string, theirs []bill.Found) error
	// Numbered notes what a number opens, and tells whether it is one person; Shown that a bill is shown that was not opened yet.
	Numbered(ctx context.Context, r journal.Request, in sight.Number) (opened bool, err error)
	Shown(ctx context.Context, r journal.Request, here string, b bill.Found) error
	// Together returns which bills somebody has opened together with one within the hour.
	Together(ctx context.Context, by actor.Actor, b id.ID) ([]id.ID, error)
}

// Creditors knows to whom bills are paid.
type Creditors interface {
	Creditor(ctx context.Context, r journal.Reader, number regno.Number) (bill.Creditor, error)
	Creditors(ctx context.Context, r journal.Reader, numbers []regno.Number) (map[regno.Number]bill.Creditor, error)
}

// Shifts knows whether a drawer is open.
type Shifts interface {
	OpenAt(ctx context.Context, r journal.Reader, desk string) (till.Shift, bool, error)
}

// Visits knows whom a desk serves.
type Visits interface {
	ServedAt(ctx context.Context, r journal.Reader, desk string) (visit.Visit, bool, error)
}

// Counter begins visits; visit.Service is it.
type Counter interface {
	Begin(ctx context.Context, r journal.Request, channel visit.Channel) (visit.Visit, error)
}

// Places knows centres.
type Places interface {
	Centre(ctx context.Context, r journal.Reader, code string) (centre.Centre, error)
}

// Issuers knows what receipts bear; officesql.Store does.
type Issuers interface {
	IssuerOn(ctx context.Context, r journal.Reader, municipality string, on civil.Date) (office.Issuer, error)
	SigningOn(ctx context.Context, r journal.Reader, on civil.Date) (office.Signing, error)
}

// Municipalities knows names.
type Municipalities interface {
	Municipality(ctx context.Context, r journal.Reader, code string) (territory.Municipality, error)
}

// Routes returns the lines of payments. At a counter the desk in use decides; the rules see to it that a payment stays at its desk. At an office the
// municipality in the path decides.
func Routes(d Deps) []httpx.Route {
	p := pages{d}
	desk := func(method, path, permission string, handle func(http.ResponseWriter, *http.Request) error) httpx.Route {
		return httpx.Route{Method: method, Path: path, Permission: permission, Scope: httpx.ScopeDesk, Handle: handle}
	}
	return []httpx.Route{
		desk(http.MethodGet, "/pay", payment.MayTake, p.pay),
		desk(http.MethodPost, "/pay", payment.MayTake, p.take).Within(httpx.TimeLong), // a card terminal may be asked
		desk(http.MethodPost, "/pay/find", payment.MayTake, p.find),
		desk(http.MethodPost, "/pay/ask", payment.MayTake, p.askByName),
		desk(http.MethodPost, "/pay/payer", payment.MayTake, p.openPayer),
		desk(http.MethodPost, "/pay/basket", payment.MayTake, p.add),
		desk(http.MethodPost, "/pay/basket/remove", payment.MayTake, p.remove),
		desk(http.MethodPost, "/pay/basket/empty", payment.MayTake, p.empty),
		desk(http.MethodPost, "/pay/draft", payment.MayTake, p.draft),
		desk(http.MethodGet, "/pay/baskets/{basket}", payment.MayRead, p.paid),
		desk(http.MethodGet, "/payments", payment.MayRead, p.list),
		desk(http.MethodGet, "/payments/{payment}", payment.MayRead, p.one),
		desk(http.MethodPost, "/payments/{payment}/void", payment.MayVoid, p.void).Proven(),
		desk(http.MethodPost, "/payments/{payment}/refunds", payment.MayVoid, p.requestRefund).Proven(),
		desk(http.MethodPost, "/refunds/{refund}/pay", payment.MayVoid, p.payRefund).Proven(),
		desk(http.MethodPost, "/consents/{consent}/take", payment.MayTake, p.takeAgreed).Within(httpx.TimeLong), // a card terminal may be asked
		desk(http.MethodPost, "/consents/{consent}/void", payment.MayVoid, p.voidAgreed).Proven(),
		desk(http.MethodGet, "/receipts", payment.MayRead, p.receipt),
		desk(http.MethodPost, "/receipts/copies", payment.MayTake, p.copy),
		officehttp.Route(http.MethodGet, "/refunds", payment.MayApproveRefund, p.refunds),
		officehttp.Route(http.MethodGet, "/refunds/{refund}", payment.MayApproveRefund, p.asked),
		officehttp.Route(http.MethodPost, "/refunds/{refund}", payment.MayApproveRefund, p.decide).Proven(),
		officehttp.Route(http.MethodGet, "/payments/{at}/{entry}", till.MayRead, p.ofLine),
		officehttp.Route(http.MethodGet, "/returns", payment.MayNoteReturn, p.returns).Within(httpx.TimeReport),
		officehttp.Route(http.MethodPost, "/returns", payment.MayNoteReturn, p.noteReturn),
		officehttp.Route(http.MethodGet, "/notices", till.MayRead, p.notices).Within(httpx.TimeReport),
	}
}

// pages are the handlers of payments.
type pages struct{ Deps }
