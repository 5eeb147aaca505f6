package tillhttp

import (
	"net/http"

	"vienkopus/internal/ledger"
	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/till"
	"vienkopus/internal/till/bank"
	"vienkopus/internal/till/statement"
)

// formRoom is what a form with a file needs beside the file, in bytes.
const formRoom = 64 << 10

type handler = func(http.ResponseWriter, *http.Request) error

func desk(method, path string, handle handler) httpx.Route {
	return httpx.Route{Method: method, Path: path, Permission: till.MayTake, Scope: httpx.ScopeDesk, Handle: handle}
}

// Routes returns the lines of the till. At a counter the desk in use decides; at an office the municipality in the path.
func Routes(d Deps) []httpx.Route {
	p := pages{d}
	upload := officehttp.Route(http.MethodPost, "/bank", bank.MayImport, p.importStatement)
	upload.BodyLimit = statement.MostBytes + formRoom
	return []httpx.Route{
		desk(http.MethodGet, "/till", p.drawer),
		desk(http.MethodPost, "/till/open", p.open),
		desk(http.MethodGet, "/till/count", p.countForm),
		desk(http.MethodPost, "/till/count", p.count),
		desk(http.MethodPost, "/till/explain", p.explain),
		desk(http.MethodPost, "/till/close", p.close),
		desk(http.MethodGet, "/till/bags", p.bags),
		desk(http.MethodPost, "/till/bags", p.give),

		officehttp.Route(http.MethodGet, "/till", till.MayRead, p.waiting),
		officehttp.Route(http.MethodGet, "/till/shifts/{shift}", till.MayRead, p.shift),
		officehttp.Route(http.MethodPost, "/till/shifts/{shift}", till.MayApprove, p.judge),
		officehttp.Route(http.MethodGet, "/till/deposits/{deposit}", till.MayRead, p.deposit),
		officehttp.Route(http.MethodPost, "/till/deposits/{deposit}", bank.MayImport, p.explainDeposit),

		officehttp.Route(http.MethodGet, "/cash-book", till.MayRead, p.book),
		officehttp.Route(http.MethodGet, "/cash-book.csv", till.MayRead, p.bookFile),
		officehttp.Route(http.MethodGet, "/cash-book.xlsx", till.MayRead, p.bookFile),
		officehttp.Route(http.MethodGet, "/summary", till.MayRead, p.summary),
		officehttp.Route(http.MethodGet, "/creditors", till.MayRead, p.creditors),
		officehttp.Route(http.MethodGet, "/creditors.csv", till.MayRead, p.creditorsFile),
		officehttp.Route(http.MethodGet, "/creditors.xlsx", till.MayRead, p.creditorsFile),
		officehttp.Route(http.MethodGet, "/trial", till.MayRead, p.trial),
		officehttp.Route(http.MethodGet, "/account", till.MayRead, p.account),

		officehttp.Route(http.MethodGet, "/bank", bank.MayImport, p.bank),
		upload,
		officehttp.Route(http.MethodPost, "/bank/match", bank.MayImport, p.match),
		officehttp.Route(http.MethodPost, "/bank/cards", bank.MayImport, p.settle),
		officehttp.Route(http.MethodGet, "/remittances", bank.MayImport, p.remittances),
		officehttp.Route(http.MethodPost, "/remittances", bank.MayImport, p.remit),
		officehttp.Route(http.MethodGet, "/remittances.xml", bank.MayImport, p.orderFile),
		officehttp.Route(http.MethodGet, "/period", ledger.MayClose, p.period),
		officehttp.Route(http.MethodPost, "/period", ledger.MayClose, p.closePeriod),

		officehttp.Route(http.MethodGet, "/collect", till.MayCollect, p.collect),
		officehttp.Route(http.MethodPost, "/collect", till.MayCollect, p.take),
		officehttp.Route(http.MethodPost, "/deposits", till.MayCollect, p.bring),
	}
}
