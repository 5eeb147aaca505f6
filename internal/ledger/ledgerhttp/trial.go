package ledgerhttp

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/ledger"
	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
)

// trialPage is the trial balance of a municipality or of one of its centres.
type trialPage struct {
	Office   officehttp.View
	Faults   html.ErrorSummary
	From, To string
	Centres  []html.Choice
	Caption  string
	Rows     []trialRow
	Sums     trialRow
	// All leads from the bags, each by itself, back to all accounts, among which they are one; it is empty there.
	All  string
	Zero string // that the sum is zero, or that it is not
	Tone html.Tone
}

// trialRow is one account, or the sums of all.
type trialRow struct{ Href, Name, Opening, Debit, Credit, Closing string }

// trial shows the trial balance.
func (p pages) trial(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	o, err := p.Office.View(r, "/trial")
	if err != nil {
		return err
	}
	over, wrong := httpx.PeriodOf(r, p.Office.Today())
	centre := r.FormValue("centre")
	here, err := p.Office.CentresOf(ctx, o.Code)
	if err != nil {
		return err
	}
	if centre != "" && !slices.ContainsFunc(here, func(c officehttp.CentreName) bool { return c.Code == centre }) {
		return fault.NewNotFound("office.centre_unknown")
	}
	page := trialPage{
		Office: o, Faults: html.Problems(ctx, wrong), From: over.From.Display(), To: over.To.Display(),
		Caption: lang.T(ctx, "ledgerpage.trial_caption", "Period", over.Display()),
	}
	for _, c := range here {
		page.Centres = append(page.Centres, html.Choice{Value: c.Code, Label: c.Name, Chosen: c.Code == centre})
	}
	if wrong != nil {
		page.From, page.To = r.FormValue("from"), r.FormValue("to")
		return html.Render(w, r, http.StatusUnprocessableEntity, trialView(page))
	}
	if err := p.fillTrial(r, &page, centre, over); err != nil {
		return err
	}
	return html.Render(w, r, http.StatusOK, trialView(page))
}

func (p pages) fillTrial(r *http.Request, page *trialPage, centre string, over civil.Period) error {
	ctx := r.Context()
	all, err := p.Books.Trial(ctx, p.Journal.DB(), page.Office.Code, centre, over)
	if err != nil {
		return err
	}
	slices.SortStableFunc(all, func(a, b ledger.Sum) int {
		return cmp.Compare(slices.Index(ledger.AccountKinds, a.Account.Kind()), slices.Index(ledger.AccountKinds, b.Account.Kind()))
	})
	if r.FormValue("kind") == string(ledger.KindTransit) {
		page.All = trialHref(page.Office, centre, "", over)
		all = slices.DeleteFunc(all, func(s ledger.Sum) bool { return s.Account.Kind() != ledger.KindTransit })
	}
	var sums, bags ledger.Sum // money.Sum would refuse only what no ledger can hold
	for _, s := range all {
		add(&sums, s)
		if s.Opening == 0 && s.Debit == 0 && s.Credit == 0 {
			continue // nothing is in it and nothing happened
		}
		if page.All == "" && s.Account.Kind() == ledger.KindTransit {
			add(&bags, s)
			continue
		}
		name, err := p.accountName(ctx, s.Account)
		if err != nil {
			return err
		}
		row := trialRowOf(ctx, name, s)
		if centre == "" {
			row.Href = AccountHref(page.Office, s.Account, over)
		}
		page.Rows = append(page.Rows, row)
	}
	if bags != (ledger.Sum{}) {
		row := trialRowOf(ctx, lang.T(ctx, "office.bags_on_way"), bags)
		row.Href = trialHref(page.Office, centre, ledger.KindTransit, over)
		page.Rows = append(page.Rows, row)
	}
	page.Sums = trialRowOf(ctx, lang.T(ctx, "office.total"), sums)
	if page.All == "" {
		page.balance(ctx, sums)
	}
	return nil
}

// add adds up what happened in two accounts.
func add(to *ledger.Sum, s ledger.Sum) {
	to.Opening += s.Opening
	to.Debit += s.Debit
	to.Credit += s.Credit
	to.Closing += s.Closing
}

// balance says that all accounts together come to nothing, or that they do not.
func (c *trialPage) balance(ctx context.Context, sums ledger.Sum) {
	c.Zero, c.Tone = lang.T(ctx, "ledgerpage.balanced"), html.Success
	if sums.Opening != 0 || sums.Closing != 0 || sums.Debit != sums.Credit {
		c.Zero, c.Tone = lang.T(ctx, "ledgerpage.unbalanced"), html.Danger
	}
}

// trialHref is the trial balance of a centre, or of one kind of account.
func trialHref(o officehttp.View, centre string, kind ledger.AccountKind, over civil.Period) string {
	q := url.Values{"from": {over.From.String()}, "to": {over.To.String()}}
	for name, value := range map[string]string{"centre": centre, "kind": string(kind)} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return o.Href("/trial?" + q.Encode())
}

func trialRowOf(ctx context.Context, name string, s ledger.Sum) trialRow {
	return trialRow{
		Name: name, Opening: lang.Amount(ctx, s.Opening), Debit: lang.Amount(ctx, s.Debit), Credit: lang.Amount(ctx, s.Credit), Closing: lang.Amount(ctx, s.Closing),
	}
}

// AccountHref is the page with the lines of an account.
func AccountHref(o officehttp.View, a ledger.Account, over civil.Period) string {
	return o.Href("/account?" + url.Values{"account": {a.String()}, "from": {over.From.String()}, "to": {over.To.String()}}.Encode())
}

// accountPage are the lines of an account of the ledger.
type accountPage struct {
	Office           officehttp.View
	Title            string
	Opening, Closing string
	Debit, Credit    string
	Lines            []accountRow
	More             string // that there are more lines than the page shows
	Back, Here       string
}

// accountRow is one posting.
type accountRow struct{ Day, Desk, Number, Centre, Debit, Credit string }

// mostLines bounds the lines on the page of an account; its sums are of all of them.
const mostLines = 1_000

// account shows what happened in an account of the ledger, line by line.
func (p pages) account(w http.ResponseWriter, r *http.Request) error {
	ctx, db := r.Context(), p.Journal.DB()
	o, err := p.Office.View(r, "")
	if err != nil {
		return err
	}
	over, err := httpx.PeriodOf(r, p.Office.Today())
	if err != nil {
		return err
	}
	a, err := ledger.ParseAccount(r.FormValue("account"))
	if err != nil {
		return fault.NewNotFound("ledgerpage.account_unknown")
	}
	n, err := p.Office.Names(ctx)
	if err != nil {
		return err
	}
	name, err := p.accountName(ctx, a)
	if err != nil {
		return err
	}
	all, err := p.Books.Trial(ctx, db, o.Code, "", over)
	if err != nil {
		return err
	}
	page := accountPage{Office: o, Title: lang.T(ctx, "ledgerpage.account_title", "Account", name, "Period", over.Display()), Back: o.PeriodHref("/trial", over), Here: AccountHref(o, a, over)}
	at := slices.IndexFunc(all, func(s ledger.Sum) bool { return s.Account == a })
	if at < 0 {
		return fault.NewNotFound("ledgerpage.account_unknown") // nothing of it belongs to this municipality
	}
	sums := trialRowOf(ctx, name, all[at])
	page.Opening, page.Debit, page.Credit, page.Closing = sums.Opening, sums.Debit, sums.Credit, sums.Closing
	moved, err := p.Books.Movements(ctx, db, a, over)
	for _, m := range moved {
		if m.Municipality != o.Code {
			continue // a creditor gets money from several
		}
		if len(page.Lines) == mostLines {
			page.More = lang.T(ctx, "ledgerpage.more_lines", "Shown", mostLines)
			break
		}
		row := accountRow{Day: m.Day.Display(), Desk: m.Desk, Number: strconv.FormatInt(m.Number, 10), Centre: n.Centre(ctx, m.Centre)}
		row.Debit, row.Credit = html.Apart(ctx, m.Cents)
		page.Lines = append(page.Lines, row)
	}
	if err != nil {
		return err
	}
	return html.Render(w, r, http.StatusOK, accountView(page))
}
