package bankhttp

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"vienkopus/internal/bank"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/iban"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
)

// bankPage is what the bank said, and what it was matched with.
type bankPage struct {
	Office   officehttp.View
	Faults   html.ErrorSummary
	Key      id.ID
	Said     string
	SaidTone html.Tone
	Open     []openLine
	More     string // that more lines wait than the page shows
	Deposits []depositRow
	// Notes are what an import left out or found otherwise, Gaps where the chain of an account is broken, and Ask the accounts of which nobody knows whose they are.
	Notes, Gaps []string
	Ask         html.Checkboxes
	Cards       string
	Lines       []lineRow
}

// openLine is money that came in and is matched with nothing.
type openLine struct {
	MatchKey, CardKey   id.ID
	Field, FeeField     string
	Day, Sum, IBAN, Ref string
	Account             string
	Deposits            []html.Choice
	MayBeCards          bool
	Href, Likely        string
	Fee                 string
}

// depositRow is a deposit that the bank has not confirmed.
type depositRow struct{ Href, Day, Sum, Slip, IBAN string }

// lineRow is a line of a statement with what it is matched with.
type lineRow struct {
	Day, In, Out, IBAN, Ref, State, Href, About string
	Tone                                        html.Tone
}

const (
	// linesDays is how far back lines of statements are listed, in days.
	linesDays = 31
	// mostOpen bounds the lines that wait on the page: other money comes into an account too, and never is a deposit.
	mostOpen = 50
	// mostListed bounds the lines that are listed.
	mostListed = 500
)

// bank shows what the bank said.
func (p pages) bank(w http.ResponseWriter, r *http.Request) error {
	page, err := p.bankPage(r)
	if err != nil {
		return err
	}
	page.Said, page.SaidTone = imported(r)
	page.Notes = notes(r)
	return html.Render(w, r, http.StatusOK, bankView(page))
}

func (p pages) bankPage(r *http.Request) (bankPage, error) {
	ctx, db := r.Context(), p.Journal.DB()
	page := bankPage{Key: p.Office.Key()}
	var err error
	if page.Office, err = p.Office.View(r, "/bank"); err != nil {
		return page, err
	}
	waiting, err := p.Store.OpenDeposits(ctx, db, page.Office.Code, "")
	if err != nil {
		return page, err
	}
	for _, d := range waiting {
		page.Deposits = append(page.Deposits, depositRow{
			Href: page.Office.Href("/till/deposits/" + d.ID.String()), Day: d.Day.Display(), Sum: lang.Amount(ctx, d.Cents), Slip: d.Slip, IBAN: d.IBAN.Display(),
		})
	}
	cards, err := p.Store.CardTakings(ctx, db, page.Office.Code)
	if err != nil {
		return page, err
	}
	var taken money.Amount // what a ledger holds fits
	for _, c := range cards {
		taken += c.Cents
	}
	page.Cards = lang.Amount(ctx, taken)
	open, err := p.Store.Lines(ctx, db, page.Office.Code, civil.Period{}, true)
	if err != nil {
		return page, err
	}
	for i, l := range likeliest(open, waiting) {
		if i == mostOpen {
			page.More = lang.N(ctx, "bankpage.more_open", int64(len(open)-mostOpen))
			break
		}
		page.Open = append(page.Open, p.openLine(ctx, page.Office, l, waiting, taken > 0))
	}
	lately := civil.Period{From: p.Office.Today().AddDays(-linesDays), To: p.Office.Today()}
	all, err := p.Store.Lines(ctx, db, page.Office.Code, lately, false)
	for _, l := range all[max(0, len(all)-mostListed):] {
		page.Lines = append(page.Lines, lineOf(ctx, page.Office, l))
	}
	if err == nil {
		page.Gaps, err = p.gaps(ctx, page.Office.Code)
	}
	return page, err
}

// likeliest puts lines with the sum of a deposit before the others, and the latest first among each.
func likeliest(open []bank.Line, waiting []bank.Deposit) []bank.Line {
	slices.Reverse(open)
	fits := func(l bank.Line) int {
		if len(l.Likely) > 0 || slices.ContainsFunc(waiting, func(d bank.Deposit) bool { return d.IBAN == l.IBAN && d.Cents == l.Cents }) {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(open, func(a, b bank.Line) int { return fits(a) - fits(b) })
	return open
}

func (p pages) openLine(ctx context.Context, of officehttp.View, l bank.Line, waiting []bank.Deposit, cards bool) openLine {
	o := openLine{
		MatchKey: p.Office.Key(), CardKey: p.Office.Key(), Field: lineField("deposit", string(l.IBAN), l.Ref), FeeField: lineField("fee", string(l.IBAN), l.Ref), Day: l.Day.Display(), Sum: lang.Amount(ctx, l.Cents),
		IBAN: l.IBAN.Display(), Account: string(l.IBAN), Ref: l.Ref, MayBeCards: cards,
	}
	o.Href = lineHref(of, l.IBAN, l.Ref)
	for _, d := range waiting {
		if d.IBAN != l.IBAN || l.Day.Before(d.Since()) {
			continue
		}
		likely := slices.Contains(l.Likely, d.ID)
		if likely && o.Likely == "" {
			o.Likely = lang.T(ctx, "bankpage.likely", "Day", d.Day.Display(), "Sum", d.Cents, "Slip", d.Slip)
		}
		label := lang.T(ctx, "bankpage.deposit_choice", "Day", d.Day.Display(), "Sum", d.Cents, "Slip", d.Slip)
		o.Deposits = append(o.Deposits, html.Choice{Value: d.ID.String(), Label: label, Chosen: likely || len(l.Likely) == 0 && d.Cents == l.Cents})
	}
	return o
}

// lineField names a field about a line of a statement; a reference may hold what no name of a field can.
func lineField(what, account, ref string) string {
	return what + "-" + account + "-" + url.QueryEscape(ref)
}

func lineOf(ctx context.Context, o officehttp.View, l bank.Line) lineRow {
	row := lineRow{Day: l.Day.Display(), IBAN: l.IBAN.Display(), Ref: l.Ref, About: lineHref(o, l.IBAN, l.Ref)}
	row.In, row.Out = html.Apart(ctx, l.Cents)
	switch {
	case l.Aside != "":
		row.State = lang.T(ctx, "bankpage.aside_is."+string(l.Aside))
	case l.Returned != "":
		row.State = lang.T(ctx, "bankpage.line_returned")
	case !l.Deposit.IsZero():
		row.State, row.Tone, row.Href = lang.T(ctx, "bankpage.line_deposit"), html.Success, o.Href("/till/deposits/"+l.Deposit.String())
	case l.Cards:
		row.State, row.Tone = lang.T(ctx, "bankpage.line_cards"), html.Success
	case l.Cents > 0:
		row.State, row.Tone = lang.T(ctx, "bankpage.line_open"), html.Warning
	}
	return row
}

// refuseBank shows the page again and why something did not pass.
func (p pages) refuseBank(w http.ResponseWriter, r *http.Request, why error, fill func(*bankPage)) error {
	again, other := html.RefusalOf(r.Context(), why)
	if other != nil {
		return other
	}
	page, err := p.bankPage(r)
	if err != nil {
		return err
	}
	page.Faults = again.Problems
	fill(&page)
	page.Faults.Move("lines", "file")
	page.Faults.Move("iban", "file")
	return html.Render(w, r, again.Status, bankView(page))
}

// match notes which deposit a line of a statement is.
func (p pages) match(w http.ResponseWriter, r *http.Request) error {
	req, err := officehttp.Request(r)
	if err != nil {
		return err
	}
	ref := r.PostFormValue("ref")
	field := lineField("deposit", r.PostFormValue("account"), ref)
	deposit, err := id.Parse(r.PostFormValue(field))
	if err != nil {
		err = fault.NewInvalid("bankpage.choose_deposit").On("deposit")
	} else {
		_, err = p.Bank.Match(r.Context(), req, ref, deposit)
	}
	if err != nil {
		return p.refuseBank(w, r, err, func(page *bankPage) {
			page.Faults.Move("deposit", field)
			page.Faults.Move("ref", field)
		})
	}
	return officehttp.See(w, r, "/bank?said=matched")
}

// settle notes that a line of a statement pays what card terminals took.
func (p pages) settle(w http.ResponseWriter, r *http.Request) error {
	req, err := officehttp.Request(r)
	if err != nil {
		return err
	}
	in := bank.SettleIn{IBAN: iban.IBAN(r.PostFormValue("account")), Ref: r.PostFormValue("ref")}
	field := lineField("fee", string(in.IBAN), in.Ref)
	text := httpx.Typed(r, field)
	if text != "" {
		in.Fee, err = httpx.Cents(text, field)
	}
	if err == nil {
		_, err = p.Bank.SettleCards(r.Context(), req, in)
	}
	if err != nil {
		return p.refuseBank(w, r, err, func(page *bankPage) {
			page.Faults.Move("fee", field)
			page.Faults.Move("ref", field)
			for i := range page.Open {
				if page.Open[i].FeeField == field {
					page.Open[i].Fee = text
				}
			}
		})
	}
	return officehttp.See(w, r, "/bank?said=settled")
}
