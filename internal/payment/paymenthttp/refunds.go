package paymenthttp

import (
	"net/http"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/payment"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
)

// refundsPage are the refunds that wait for a second person.
type refundsPage struct {
	Municipality string
	Faults       html.ErrorSummary
	Refunds      []refundRow
}

// refunds shows what waits for a decision in a municipality.
func (p pages) refunds(w http.ResponseWriter, r *http.Request) error {
	page, err := p.undecided(r)
	if err != nil {
		return err
	}
	return html.Render(w, r, http.StatusOK, refundsView(page))
}

func (p pages) undecided(r *http.Request) (refundsPage, error) {
	page := refundsPage{Municipality: r.PathValue("municipality")}
	s, err := httpx.Signed(r.Context())
	if err != nil {
		return page, err
	}
	all, err := p.Store.Undecided(r.Context(), p.Journal.DB(), page.Municipality)
	if err != nil {
		return page, err
	}
	for _, f := range all {
		of, err := p.Store.Payment(r.Context(), p.Journal.DB(), f.Payment)
		if err != nil {
			return page, err
		}
		row := p.refundRow(r.Context(), f)
		row.Name = of.Name()
		for _, line := range []string{f.By, of.By} {
			by, err := actor.Parse(line)
			if err != nil {
				return page, err
			}
			row.Own = row.Own || by.Who() == s.By.Who()
		}
		page.Refunds = append(page.Refunds, row)
	}
	return page, nil
}

// decide notes what a second person says to a refund.
func (p pages) decide(w http.ResponseWriter, r *http.Request) error {
	req, err := officehttp.Request(r)
	if err != nil {
		return err
	}
	refund, err := httpx.PathID(r, "refund", "payment.refund_unknown")
	if err != nil {
		return err
	}
	d := payment.Decision{Refund: refund, Municipality: r.PathValue("municipality"), Approved: r.PostFormValue("decision") == "approve"}
	if err := p.Payments.DecideRefund(r.Context(), req, d); err != nil {
		return err
	}
	return officehttp.See(w, r, "/refunds")
}
