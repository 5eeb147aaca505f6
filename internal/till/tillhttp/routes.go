package tillhttp

import (
	"net/http"

	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/staff"
	"vienkopus/internal/till/statement"
)

// formRoom is what a form with a file needs beside the file, in bytes.
const formRoom = 64 << 10

type handler = func(http.ResponseWriter, *http.Request) error

func desk(method, path string, handle handler) httpx.Route {
	return httpx.Route{Method: method, Path: path, Permission: staff.PaymentTake, Scope: httpx.ScopeDesk, Handle: handle}
}

func office(method, path, permission string, handle handler) httpx.Route {
	return httpx.Route{Method: method, Path: "/office/{municipality}" + path, Permission: permission, Scope: httpx.ScopePath, Handle: handle}
}

// Routes returns the lines of the till. At a counter the desk in use decides; at an office the municipality in the path.
func Routes(d Deps) []httpx.Route {
	p := pages{d}
	upload := office(http.MethodPost, "/bank", staff.BankImport, p.importStatement)
	upload.BodyLimit, upload.Time = statement.MostBytes+formRoom, httpx.TimeLong
	return []httpx.Route{
		desk(http.MethodGet, "/till", p.drawer),
		desk(http.MethodPost, "/till/open", p.open),
		desk(http.MethodGet, "/till/count", p.countForm),
		desk(http.MethodPost, "/till/count", p.count),
		desk(http.MethodPost, "/till/explain", p.explain),
		desk(http.MethodPost, "/till/close", p.close),
		desk(http.MethodGet, "/till/bags", p.bags),
		desk(http.MethodPost, "/till/bags", p.give),

		{Method: http.MethodGet, Path: "/office", SignedIn: true, Handle: p.offices},
		office(http.MethodGet, "/till", staff.TillRead, p.waiting),
		office(http.MethodGet, "/till/shifts/{shift}", staff.TillRead, p.shift),
		office(http.MethodPost, "/till/shifts/{shift}", staff.TillApprove, p.judge),
		office(http.MethodGet, "/till/deposits/{deposit}", staff.TillRead, p.deposit),
		office(http.MethodPost, "/till/deposits/{deposit}", staff.BankImport, p.explainDeposit),

		office(http.MethodGet, "/cash-book", staff.TillRead, p.book).Within(httpx.TimeReport),
		office(http.MethodGet, "/cash-book.csv", staff.TillRead, p.bookFile).Within(httpx.TimeReport),
		office(http.MethodGet, "/cash-book.xlsx", staff.TillRead, p.bookFile).Within(httpx.TimeReport),
		office(http.MethodGet, "/summary", staff.TillRead, p.summary).Within(httpx.TimeReport),
		office(http.MethodGet, "/creditors", staff.TillRead, p.creditors).Within(httpx.TimeReport),
		office(http.MethodGet, "/creditors.csv", staff.TillRead, p.creditorsFile).Within(httpx.TimeReport),
		office(http.MethodGet, "/creditors.xlsx", staff.TillRead, p.creditorsFile).Within(httpx.TimeReport),
		office(http.MethodGet, "/trial", staff.TillRead, p.trial).Within(httpx.TimeReport),
		office(http.MethodGet, "/account", staff.TillRead, p.account).Within(httpx.TimeReport),

		office(http.MethodGet, "/bank", staff.BankImport, p.bank).Within(httpx.TimeReport),
		upload,
		office(http.MethodPost, "/bank/match", staff.BankImport, p.match),
		office(http.MethodPost, "/bank/cards", staff.BankImport, p.settle),
		office(http.MethodGet, "/remittances", staff.BankImport, p.remittances).Within(httpx.TimeReport),
		office(http.MethodPost, "/remittances", staff.BankImport, p.remit).Within(httpx.TimeReport),
		office(http.MethodGet, "/remittances.xml", staff.BankImport, p.orderFile).Within(httpx.TimeReport),
		office(http.MethodGet, "/period", staff.LedgerClose, p.period).Within(httpx.TimeReport),
		office(http.MethodPost, "/period", staff.LedgerClose, p.closePeriod).Within(httpx.TimeReport),

		office(http.MethodGet, "/collect", staff.CashCollect, p.collect),
		office(http.MethodPost, "/collect", staff.CashCollect, p.take),
		office(http.MethodPost, "/deposits", staff.CashCollect, p.bring),
	}
}
