package bankhttp

import (
	"context"
	"net/http"
	"slices"

	"vienkopus/internal/bank"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/till/tillhttp"
)

// depositPage is cash that was brought to the bank.
type depositPage struct {
	Office     officehttp.View
	Faults     html.ErrorSummary
	Key        id.ID
	Href       string
	State      string
	Tone       html.Tone
	Details    html.DescriptionList
	Bags       []tillhttp.BagRow
	Sum        string
	CanExplain bool
	Reasons    []html.Choice
	// Lines are those of the bank that the deposit may be, one or several.
	Lines html.Checkboxes
}

// deposit shows one deposit.
func (p pages) deposit(w http.ResponseWriter, r *http.Request) error {
	page, err := p.depositPage(r)
	if err != nil {
		return err
	}
	return html.Render(w, r, http.StatusOK, depositView(page))
}

// explainDeposit notes why the bank counted another sum.
func (p pages) explainDeposit(w http.ResponseWriter, r *http.Request) error {
	of, err := httpx.PathID(r, "deposit", "till.deposit_unknown")
	if err != nil {
		return err
	}
	req, err := officehttp.Request(r)
	if err != nil {
		return err
	}
	err = p.Bank.Explain(r.Context(), req, of, bank.Reason(r.PostFormValue("reason")))
	if err == nil {
		return officehttp.See(w, r, "/till/deposits/"+of.String())
	}
	again, other := html.RefusalOf(r.Context(), err)
	if other != nil {
		return other
	}
	page, broken := p.depositPage(r)
	if broken != nil {
		return broken
	}
	page.Faults = again.Problems
	return html.Render(w, r, again.Status, depositView(page))
}

func (p pages) depositPage(r *http.Request) (depositPage, error) {
	ctx, db := r.Context(), p.Journal.DB()
	of, err := httpx.PathID(r, "deposit", "till.deposit_unknown")
	if err != nil {
		return depositPage{}, err
	}
	page := depositPage{Key: p.Office.Key(), Href: r.URL.Path}
	if page.Office, err = p.Office.View(r, ""); err != nil {
		return page, err
	}
	d, err := p.Store.Deposit(ctx, db, of)
	if err != nil {
		return page, err
	}
	if d.Municipality != page.Office.Code {
		return page, fault.NewNotFound("till.deposit_unknown")
	}
	s, err := httpx.Signed(r.Context())
	if err != nil {
		return page, err
	}
	page.CanExplain = d.Difference != 0 && s.May(bank.MayImport, scope.Place{Municipality: d.Municipality})
	page.Reasons = html.Choices(bank.Reasons, d.Reason, func(w bank.Reason) string { return lang.T(ctx, "bankpage.bank_reason."+string(w)) })
	page.Sum = lang.Amount(ctx, d.Cents)
	if d.State == bank.Made && s.May(bank.MayImport, scope.Place{Municipality: d.Municipality}) {
		if page.Lines, err = p.linesFor(ctx, d); err != nil {
			return page, err
		}
	}
	if err := p.depositDetails(ctx, &page, d); err != nil {
		return page, err
	}
	n, err := p.Office.Names(ctx)
	if err != nil {
		return page, err
	}
	for _, one := range d.Bags {
		b, err := p.Cash.Bag(ctx, db, one.Bag)
		if err != nil {
			return page, err
		}
		row := tillhttp.BagOnItsWay(ctx, n, page.Office, b)
		row.Sum = lang.Amount(ctx, one.Cents) // as it was deposited
		page.Bags = append(page.Bags, row)
	}
	return page, nil
}

// mostLinesFor bounds the lines of which somebody chooses those of a deposit.
const mostLinesFor = 40

// linesFor are the open lines that the deposit may be, the likely ones first.
func (p pages) linesFor(ctx context.Context, d bank.Deposit) (html.Checkboxes, error) {
	choice := html.Checkboxes{Field: html.Field{Name: "line", Label: lang.T(ctx, "bankpage.which_lines"), Hint: lang.T(ctx, "bankpage.which_lines_hint")}}
	open, err := p.Store.Lines(ctx, p.Journal.DB(), d.Municipality, civil.Period{From: d.Since(), To: p.Office.Today()}, true)
	if err != nil {
		return choice, err
	}
	for _, l := range likeliest(open, []bank.Deposit{d}) {
		if l.IBAN == d.IBAN && len(choice.Choices) < mostLinesFor {
			label := lang.T(ctx, "bankpage.line_choice", "Day", l.Day.Display(), "Sum", l.Cents, "Ref", l.Ref)
			choice.Choices = append(choice.Choices, html.Choice{Value: l.Ref, Label: label, Chosen: slices.Contains(l.Likely, d.ID) && l.Cents == d.Cents})
		}
	}
	return choice, nil
}

// matchLines notes which lines of the bank a deposit is.
func (p pages) matchLines(w http.ResponseWriter, r *http.Request) error {
	of, err := httpx.PathID(r, "deposit", "till.deposit_unknown")
	if err != nil {
		return err
	}
	req, err := officehttp.Request(r)
	if err != nil {
		return err
	}
	refs := r.PostForm["line"]
	if len(refs) == 0 {
		err = fault.NewInvalid("bankpage.choose_line").On("line")
	} else {
		_, err = p.Bank.Match(r.Context(), req, refs[0], of, refs[1:]...)
	}
	if err == nil {
		return officehttp.See(w, r, "/till/deposits/"+of.String())
	}
	again, other := html.RefusalOf(r.Context(), err)
	if other != nil {
		return other
	}
	page, broken := p.depositPage(r)
	if broken != nil {
		return broken
	}
	page.Href = page.Office.Href("/till/deposits/" + of.String())
	page.Faults = again.Problems
	page.Faults.Move("ref", "line")
	page.Lines.Error = page.Faults.On("line")
	return html.Render(w, r, again.Status, depositView(page))
}

func (p pages) depositDetails(ctx context.Context, page *depositPage, d bank.Deposit) error {
	by, err := p.Office.Who(ctx, d.By)
	if err != nil {
		return err
	}
	page.Details = html.DescriptionList{
		{Term: lang.T(ctx, "bankpage.brought"), Text: lang.DateTime(ctx, d.At) + ", " + by},
		{Term: lang.T(ctx, "bankpage.iban"), Text: d.IBAN.Display()},
	}
	if d.Slip != "" {
		page.Details = append(page.Details, html.Detail{Term: lang.T(ctx, "bankpage.slip"), Text: d.Slip})
	}
	page.State, page.Tone = depositState(ctx, d)
	if d.State != bank.Matched {
		return nil
	}
	page.Details = append(page.Details,
		html.Detail{Term: lang.T(ctx, "bankpage.bank_ref"), Text: d.Ref},
		html.Detail{Term: lang.T(ctx, "bankpage.bank_counted"), Text: lang.Amount(ctx, d.Cents+d.Difference)},
		html.Detail{Term: lang.T(ctx, "office.difference"), Text: tillhttp.Difference(ctx, d.Difference)},
	)
	if d.Reason != "" {
		page.Details = append(page.Details, html.Detail{Term: lang.T(ctx, "office.why"), Text: lang.T(ctx, "bankpage.bank_reason."+string(d.Reason))})
	}
	return nil
}

// depositState says what the bank said to a deposit.
func depositState(ctx context.Context, d bank.Deposit) (string, html.Tone) {
	if d.Difference != 0 {
		return lang.T(ctx, "office.at_bank"), html.Warning
	}
	if d.State == bank.Matched {
		return lang.T(ctx, "bankpage.deposit_is."+string(d.State)), html.Success
	}
	return lang.T(ctx, "bankpage.deposit_is."+string(d.State)), html.Info
}
