package bankhttp

import (
	"context"
	"net/http"
	"slices"

	"vienkopus/internal/bank"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/iban"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/ledger"
	"vienkopus/internal/ledger/ledgerhttp"
	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/platform/sheet"
)

// creditorsPage says for each creditor what was paid and is to be passed on.
type creditorsPage struct {
	Office                                       officehttp.View
	Faults                                       html.ErrorSummary
	From, To, Through                            string
	Caption                                      string
	Rows                                         []creditorRow
	Received, Returned, Remitted, Owed, OwedText string
	Files                                        []html.Link
	Key                                          id.ID
	CanRemit                                     bool
	Account                                      accountChoice
	// Where says where all the money lies, and Early why some is to be passed on before it is in the bank.
	Where string
	Early []html.Choice
}

// creditorRow is one creditor. Chosen tells that it is to get its money now.
type creditorRow struct {
	Href, Name, Number           string
	Received, Returned, Remitted string
	Owed, Cents, OwedCents       string
	Chosen, IsOwed               bool
	// Where says where money lies that is not in the bank.
	Where string
}

// accountChoice lets somebody choose an account of the municipality, or type one.
type accountChoice struct {
	Known []html.Choice
	Typed string
}

// field is where a fault about the account points.
func (a accountChoice) field() string {
	if a.Typed != "" || len(a.Known) == 0 {
		return "other"
	}
	return "iban"
}

// creditorSums are the sums of all creditors.
type creditorSums struct {
	lines []creditorLine
	all   creditorLine
}

type creditorLine struct {
	number regno.Number
	name   string
	bank.CreditorLine
	owed    money.Amount
	waiting bank.Waiting
	banked  money.Amount // what of it is in the bank
}

// where says where the money of a creditor lies, or nothing when all of it is in the bank.
func (l creditorLine) where(ctx context.Context) string {
	if l.owed == 0 || l.waiting.Sum() == 0 {
		return ""
	}
	return lang.T(ctx, "bankpage.where", "Bank", l.banked, "Drawers", l.waiting.Drawers, "Way", l.waiting.OnTheWay, "Cards", l.waiting.Cards)
}

// creditors shows the list.
func (p pages) creditors(w http.ResponseWriter, r *http.Request) error {
	over, wrong := httpx.PeriodOf(r, p.Office.Today())
	if _, err := html.RefusalOf(r.Context(), wrong); wrong != nil && err != nil {
		return err
	}
	page, err := p.creditorsPage(r, over, remitForm{})
	if err != nil {
		return err
	}
	status := http.StatusOK
	if wrong != nil {
		page.Faults, page.From, page.To, page.Rows = html.Problems(r.Context(), wrong), r.FormValue("from"), r.FormValue("to"), nil
		status = http.StatusUnprocessableEntity
	}
	return html.Render(w, r, status, creditorsView(page))
}

func (p pages) creditorsPage(r *http.Request, over civil.Period, form remitForm) (creditorsPage, error) {
	ctx := r.Context()
	o, err := p.Office.View(r, "/creditors")
	if err != nil {
		return creditorsPage{}, err
	}
	s, err := httpx.Signed(r.Context())
	if err != nil {
		return creditorsPage{}, err
	}
	page := creditorsPage{
		Office: o, From: over.From.Display(), To: over.To.Display(), Through: over.To.String(), Key: p.Office.Key(),
		Caption: lang.T(ctx, "bankpage.creditors_caption", "Period", over.Display()), OwedText: lang.T(ctx, "bankpage.owed_through", "Day", over.To.Display()),
	}
	sums, err := p.creditorSums(ctx, o.Code, over)
	if err != nil {
		return page, err
	}
	for _, l := range sums.lines {
		page.Rows = append(page.Rows, creditorRowOf(ctx, o, l, over, form))
	}
	page.Received, page.Returned = lang.Amount(ctx, sums.all.Received), lang.Amount(ctx, sums.all.Returned)
	page.Remitted, page.Owed = lang.Amount(ctx, sums.all.Remitted), lang.Amount(ctx, sums.all.owed)
	page.Files = html.FilesOf(ctx, o.PeriodHref("/creditors", over), "/creditors")
	page.Where = sums.all.where(ctx)
	page.Early = html.Choices(bank.EarlyReasons, form.Early, func(e bank.Early) string { return lang.T(ctx, "bankpage.early_is."+string(e)) })
	page.CanRemit = sums.all.owed > 0 && s.May(bank.MayImport, scope.Place{Municipality: o.Code})
	page.Account, err = p.accounts(ctx, o.Code, form.From)
	return page, err
}

func creditorRowOf(ctx context.Context, o officehttp.View, l creditorLine, over civil.Period, form remitForm) creditorRow {
	return creditorRow{
		Href: ledgerhttp.AccountHref(o, ledger.Creditor(l.number), over), Name: l.name, Number: string(l.number), Received: lang.Amount(ctx, l.Received),
		Returned: lang.Amount(ctx, l.Returned), Remitted: lang.Amount(ctx, l.Remitted), Owed: lang.Amount(ctx, l.owed), Cents: l.banked.String(), OwedCents: l.owed.String(), IsOwed: l.owed > 0,
		Where:  l.where(ctx),
		Chosen: !form.sent && l.banked > 0 || slices.Contains(form.Numbers, string(l.number)),
	}
}

// creditorSums are the sums of every creditor that got something in the period or is to get something at its end.
func (p pages) creditorSums(ctx context.Context, municipality string, over civil.Period) (creditorSums, error) {
	db := p.Journal.DB()
	var sums creditorSums
	lines, err := p.Store.PerCreditor(ctx, db, municipality, over)
	if err != nil {
		return sums, err
	}
	owed, err := p.Store.Owed(ctx, db, municipality, over.To)
	if err != nil {
		return sums, err
	}
	of := map[regno.Number]*creditorLine{}
	for _, l := range lines {
		of[l.Creditor] = &creditorLine{number: l.Creditor, CreditorLine: l}
	}
	for _, o := range owed {
		if of[o.Creditor] == nil {
			of[o.Creditor] = &creditorLine{number: o.Creditor}
		}
		of[o.Creditor].owed = o.Cents
	}
	waiting, err := p.Store.Waiting(ctx, db, municipality, over.To)
	if err != nil {
		return sums, err
	}
	for number, l := range of {
		l.waiting = waiting[number]
		l.banked = max(l.owed-l.waiting.Sum(), 0) // what can be passed on without a second person
		if l.name, err = p.Creditors.CreditorName(ctx, p.Journal.DB(), number); err != nil {
			return sums, err
		}
		sums.all.Received += l.Received
		sums.all.Returned += l.Returned
		sums.all.Remitted += l.Remitted
		sums.all.owed += l.owed
		sums.all.banked += l.banked
		sums.all.waiting.Drawers += l.waiting.Drawers
		sums.all.waiting.OnTheWay += l.waiting.OnTheWay
		sums.all.waiting.Cards += l.waiting.Cards
		sums.lines = append(sums.lines, *l)
	}
	slices.SortFunc(sums.lines, byName)
	return sums, nil
}

// accountsDays is how far back an account counts as used lately, in days.
const accountsDays = 400

// accounts are those of the municipality that it used lately: from which it paid, and to which its cash was brought.
func (p pages) accounts(ctx context.Context, municipality, chosen string) (accountChoice, error) {
	db := p.Journal.DB()
	lately := civil.Period{From: p.Office.Today().AddDays(-accountsDays), To: p.Office.Today()}
	var known []iban.IBAN
	made, err := p.Store.Remittances(ctx, db, municipality, lately)
	if err != nil {
		return accountChoice{}, err
	}
	for _, m := range made {
		known = append(known, m.From)
	}
	brought, err := p.Store.Deposits(ctx, db, municipality, lately)
	for _, d := range brought {
		known = append(known, d.IBAN)
	}
	slices.Reverse(known) // the latest first
	var choice accountChoice
	for i, number := range known {
		if slices.Contains(known[:i], number) {
			continue
		}
		first := chosen == "" && len(choice.Known) == 0
		choice.Known = append(choice.Known, html.Choice{Value: string(number), Label: number.Display(), Chosen: first || chosen == string(number)})
	}
	return choice, err
}

// creditorsFile hands the list out as a table.
func (p pages) creditorsFile(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	o, err := p.Office.View(r, "/creditors")
	if err != nil {
		return err
	}
	over, err := httpx.PeriodOf(r, p.Office.Today())
	if err != nil {
		return err
	}
	sums, err := p.creditorSums(ctx, o.Code, over)
	if err != nil {
		return err
	}
	out, err := httpx.Sheet(w, r, o.Code+"-"+over.From.String()+"-"+over.To.String(), []sheet.Cell{
		sheet.Text(lang.T(ctx, "bankpage.creditor_number")), sheet.Text(lang.T(ctx, "office.creditor")), sheet.Text(lang.T(ctx, "office.received")),
		sheet.Text(lang.T(ctx, "office.returned")), sheet.Text(lang.T(ctx, "bankpage.remitted")),
		sheet.Text(lang.T(ctx, "bankpage.owed_through", "Day", over.To.Display())),
	})
	if err != nil {
		return err
	}
	sums.all.name = lang.T(ctx, "office.total")
	var rows [][]sheet.Cell
	for _, l := range append(sums.lines, sums.all) {
		rows = append(rows, []sheet.Cell{
			sheet.Text(string(l.number)), sheet.Text(l.name), sheet.Money(l.Received), sheet.Money(l.Returned), sheet.Money(l.Remitted), sheet.Money(l.owed),
		})
	}
	return httpx.Rows(out, rows)
}
