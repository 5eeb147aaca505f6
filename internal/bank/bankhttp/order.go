package bankhttp

import (
	"context"
	"net/http"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/lang"
)

// send notes that an order is handed out, and leads to it with its file.
func (p pages) send(w http.ResponseWriter, r *http.Request) error {
	return p.withOrder(w, r, p.Bank.Send, "sent")
}

// cancel takes an order back that was not handed out.
func (p pages) cancel(w http.ResponseWriter, r *http.Request) error {
	return p.withOrder(w, r, p.Bank.Cancel, "cancelled")
}

func (p pages) withOrder(w http.ResponseWriter, r *http.Request, do func(context.Context, journal.Request, []id.ID) error, said string) error {
	req, err := officehttp.Request(r)
	if err != nil {
		return err
	}
	o, err := p.Office.View(r, "/remittances")
	if err != nil {
		return err
	}
	one, err := p.orderOf(r, o)
	if err != nil {
		return err
	}
	var all []id.ID
	for _, m := range one.made {
		all = append(all, m.Remittance)
	}
	if err := do(r.Context(), req, all); err != nil {
		return err
	}
	return officehttp.See(w, r, "/remittances?"+orderQuery(one.first, one.last)+"&said="+said)
}

// askedRow is a remittance of money that is not in the bank, as somebody asked for it.
type askedRow struct {
	Key              id.ID
	Asked, When, Why string
	From, Total      string
	Rows             []remittanceRow
	Own              bool
}

// asked lists what waits for a second person; who is looking.
func (p pages) asked(ctx context.Context, code, who string) ([]askedRow, error) {
	waiting, err := p.Store.AllAsked(ctx, p.Journal.DB(), code)
	if err != nil {
		return nil, err
	}
	var all []askedRow
	for _, a := range waiting {
		by, err := p.Office.Who(ctx, a.By)
		if err != nil {
			return nil, err
		}
		row := askedRow{
			Key: p.Office.Key(), Asked: a.ID.String(), When: lang.DateTime(ctx, a.At) + ", " + by, Why: lang.T(ctx, "bankpage.early_is."+string(a.Reason)), From: a.From.Display(),
			Own: a.By == who,
		}
		var total money.Amount // of at most bank.MostRemitted, each within ledger.LargestPosting
		for _, part := range a.Parts {
			name, err := p.Creditors.CreditorName(ctx, p.Journal.DB(), part.Creditor)
			if err != nil {
				return nil, err
			}
			total += part.Cents
			row.Rows = append(row.Rows, remittanceRow{Creditor: name, Sum: lang.Amount(ctx, part.Cents), Through: a.Through.Display()})
		}
		row.Total = lang.Amount(ctx, total)
		all = append(all, row)
	}
	return all, nil
}

// decideRemit notes what a second person decided about money that is not in the bank.
func (p pages) decideRemit(w http.ResponseWriter, r *http.Request) error {
	req, err := officehttp.Request(r)
	if err != nil {
		return err
	}
	asked, err := id.Parse(r.PostFormValue("asked"))
	if err != nil {
		err = fault.NewNotFound("bank.asked_unknown")
	} else {
		err = p.Bank.DecideRemit(r.Context(), req, asked, r.PostFormValue("approved") == "yes")
	}
	return p.decided(w, r, err)
}

// decided leads back to what waits for a second person, or shows why the decision did not pass.
func (p pages) decided(w http.ResponseWriter, r *http.Request, err error) error {
	if err == nil {
		return officehttp.See(w, r, "/second?said=decided")
	}
	again, other := html.RefusalOf(r.Context(), err)
	if other != nil {
		return other
	}
	page, broken := p.secondPage(r)
	if broken != nil {
		return broken
	}
	page.Faults = again.Problems
	return html.Render(w, r, again.Status, secondView(page))
}
