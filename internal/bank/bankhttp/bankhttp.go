// Package bankhttp shows the way of money from the bags to the bank and on: the collector's round, deposits, what the bank said, and what creditors get.
//
// Rules:
//   - What belongs to another municipality than that of the address is not found.
//   - Every page works without script; every form that changes something carries its request key.
package bankhttp

import (
	"context"
	"net/http"

	"vienkopus/internal/bank"
	"vienkopus/internal/bank/statement"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/iban"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/till"
)

// Deps is what the pages need.
type Deps struct {
	Journal   *journal.Journal
	Office    officehttp.Shell
	Till      *till.Service
	Bank      *bank.Service
	Cash      Cash
	Store     Store
	Creditors Creditors
}

// Cash reads where bags are.
type Cash interface {
	Bag(ctx context.Context, r journal.Reader, code string) (till.Bag, error)
	Bags(ctx context.Context, r journal.Reader, municipality string, over civil.Period, open bool) ([]till.Bag, error)
}

// Store reads what went to the bank, what it said, and what went on.
type Store interface {
	Deposit(ctx context.Context, r journal.Reader, deposit id.ID) (bank.Deposit, error)
	Deposits(ctx context.Context, r journal.Reader, municipality string, over civil.Period) ([]bank.Deposit, error)
	OpenDeposits(ctx context.Context, r journal.Reader, municipality string, account iban.IBAN) ([]bank.Deposit, error)
	Lines(ctx context.Context, r journal.Reader, municipality string, over civil.Period, open bool) ([]bank.Line, error)
	Line(ctx context.Context, r journal.Reader, account iban.IBAN, ref string) (bank.Line, bool, error)
	Places(ctx context.Context, r journal.Reader, municipality string) ([]bank.Line, error)
	Doubts(ctx context.Context, r journal.Reader, municipality string) ([]bank.Doubted, error)
	CardTakings(ctx context.Context, r journal.Reader, municipality string) ([]bank.CardTaking, error)
	Remittances(ctx context.Context, r journal.Reader, municipality string, over civil.Period) ([]bank.Remittance, error)
	PerCreditor(ctx context.Context, r journal.Reader, municipality string, over civil.Period) ([]bank.CreditorLine, error)
	Waiting(ctx context.Context, r journal.Reader, municipality string, through civil.Date) (map[regno.Number]bank.Waiting, error)
	Remittance(ctx context.Context, r journal.Reader, remittance id.ID) (bank.Remittance, error)
	AllAsked(ctx context.Context, r journal.Reader, municipality string) ([]bank.Asked, error)
	Owed(ctx context.Context, r journal.Reader, municipality string, through civil.Date) ([]bank.Owing, error)
}

// Creditors knows what those who get money are called; one that nobody has registered is called by its number.
type Creditors interface {
	CreditorName(ctx context.Context, r journal.Reader, number regno.Number) (string, error)
}

// pages are the handlers.
type pages struct{ Deps }

// formRoom is what a form with a file needs beside the file, in bytes.
const formRoom = 64 << 10

// Routes returns the lines of the bank; all stand at the office of the municipality in the path.
func Routes(d Deps) []httpx.Route {
	p := pages{d}
	upload := officehttp.Route(http.MethodPost, "/bank", bank.MayImport, p.importStatement)
	upload.BodyLimit, upload.Time = statement.MostBytes+formRoom, httpx.TimeLong
	return []httpx.Route{
		officehttp.Route(http.MethodGet, "/till/deposits/{deposit}", till.MayRead, p.deposit),
		officehttp.Route(http.MethodPost, "/till/deposits/{deposit}", bank.MayImport, p.explainDeposit),
		officehttp.Route(http.MethodPost, "/till/deposits/{deposit}/lines", bank.MayImport, p.matchLines),

		officehttp.Route(http.MethodGet, "/creditors", till.MayRead, p.creditors).Within(httpx.TimeReport),
		officehttp.Route(http.MethodGet, "/creditors.csv", till.MayRead, p.creditorsFile).Within(httpx.TimeReport),
		officehttp.Route(http.MethodGet, "/creditors.xlsx", till.MayRead, p.creditorsFile).Within(httpx.TimeReport),

		officehttp.Route(http.MethodGet, "/bank", bank.MayImport, p.bank).Within(httpx.TimeReport),
		upload,
		officehttp.Route(http.MethodPost, "/bank/match", bank.MayImport, p.match),
		officehttp.Route(http.MethodPost, "/bank/cards", bank.MayImport, p.settle),
		officehttp.Route(http.MethodGet, "/bank/line", bank.MayImport, p.line),
		officehttp.Route(http.MethodPost, "/bank/doubt", bank.MayImport, p.doubt),
		officehttp.Route(http.MethodPost, "/bank/aside", bank.MayImport, p.setAside),
		officehttp.Route(http.MethodGet, "/second", bank.MayConfirm, p.second),
		officehttp.Route(http.MethodPost, "/second/doubt", bank.MayConfirm, p.undo),
		officehttp.Route(http.MethodPost, "/second/remittance", bank.MayConfirm, p.decideRemit),
		officehttp.Route(http.MethodGet, "/remittances", bank.MayImport, p.remittances).Within(httpx.TimeReport),
		officehttp.Route(http.MethodPost, "/remittances", bank.MayImport, p.remit).Within(httpx.TimeReport),
		officehttp.Route(http.MethodPost, "/remittances/send", bank.MayImport, p.send),
		officehttp.Route(http.MethodPost, "/remittances/cancel", bank.MayImport, p.cancel),
		officehttp.Route(http.MethodGet, "/remittances.xml", bank.MayImport, p.orderFile).Within(httpx.TimeReport),

		officehttp.Route(http.MethodGet, "/collect", till.MayCollect, p.collect),
		officehttp.Route(http.MethodPost, "/collect", till.MayCollect, p.take),
		officehttp.Route(http.MethodPost, "/deposits", till.MayCollect, p.bring),
	}
}
