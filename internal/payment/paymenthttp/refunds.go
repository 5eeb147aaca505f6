package paymenthttp

import (
	"context"
	"net/http"
	"strconv"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/payment"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/till"
)

// refundsPage are the refunds that wait for a second person.
type refundsPage struct {
	Municipality string
	Faults       html.ErrorSummary
	Refunds      []refundRow
	Pages        html.Pagination
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
	all, paid, err := p.undecidedPart(r, &page)
	if err != nil {
		return page, err
	}
	for _, f := range all {
		of := paid[f.Payment]
		row, err := p.toDecide(r.Context(), s, f, of)
		if err != nil {
			return page, err
		}
		page.Refunds = append(page.Refunds, row)
	}
	return page, nil
}

// toDecide is a refund as whoever decides about it sees it: whether she had a part in it, and whether the money goes another way than it came.
func (p pages) toDecide(ctx context.Context, s *httpx.Caller, f payment.Refund, of payment.Payment) (refundRow, error) {
	row := p.refundRow(ctx, f)
	row.Name = of.Name()
	for _, line := range []string{f.By, of.By} {
		by, err := actor.Parse(line)
		if err != nil {
			return row, err
		}
		row.Own = row.Own || by.Who() == s.By.Who()
	}
	if f.OtherTender(of) {
		row.Other = lang.T(ctx, "payment.other_tender", "Paid", tenders(ctx, of), "Back", row.Tender)
	}
	return row, nil
}

// refundPage is a refund about which a second person decides, with the payment of which it is.
type refundPage struct {
	Municipality string
	Refund       refundRow
	Payment      onePage
	Back         []lineRow
	CanDecide    bool
}

// asked shows a refund to whoever may decide about it, with its payment: at whatever desk that was taken, she sees this one.
func (p pages) asked(w http.ResponseWriter, r *http.Request) error {
	ctx, db := r.Context(), p.Journal.DB()
	of, err := httpx.PathID(r, "refund", "payment.refund_unknown")
	if err != nil {
		return err
	}
	s, err := httpx.Signed(ctx)
	if err != nil {
		return err
	}
	f, err := p.Store.Refund(ctx, db, of)
	if err != nil {
		return err
	}
	page := refundPage{Municipality: r.PathValue("municipality"), CanDecide: f.May(payment.StepApprove)}
	if f.Municipality != page.Municipality {
		return fault.NewNotFound("payment.refund_unknown")
	}
	one, err := p.Store.Payment(ctx, db, f.Payment)
	if err != nil {
		return err
	}
	if page.Payment, err = p.paymentPage(r, one); err != nil {
		return err
	}
	for _, l := range f.Lines {
		page.Back = append(page.Back, lineRow{Number: l.Number, Amount: lang.Amount(ctx, l.Cents)})
	}
	if page.Refund, err = p.toDecide(ctx, s, f, one); err != nil {
		return err
	}
	return html.Render(w, r, http.StatusOK, askedView(page))
}

// undecidedPart reads the refunds of a page with their payments, and how one comes to the next page.
func (p pages) undecidedPart(r *http.Request, page *refundsPage) ([]payment.Refund, map[id.ID]payment.Payment, error) {
	ctx, db := r.Context(), p.Journal.DB()
	list := httpx.List{Name: "refunds/" + page.Municipality}
	part := payment.Part{Limit: listed + 1}
	key, there, err := list.After(r, 1)
	if err != nil {
		return nil, nil, err
	}
	if there {
		if part.ID, err = id.Parse(key[0]); err != nil {
			return nil, nil, httpx.BadPlace()
		}
	}
	all, err := p.Store.Undecided(ctx, db, page.Municipality, part)
	if err != nil {
		return nil, nil, err
	}
	n, err := p.Store.UndecidedCount(ctx, db, page.Municipality)
	if err != nil {
		return nil, nil, err
	}
	all, last, more := httpx.Cut(all, listed)
	page.Pages = html.PartOf(r, len(all), n)
	if more {
		page.Pages.Next = html.Behind(r, list.Place(last.ID.String()))
	}
	ids := make([]id.ID, len(all))
	for i, f := range all {
		ids[i] = f.Payment
	}
	paid, err := p.Store.Payments(ctx, db, ids)
	return all, paid, err
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

// requestRefund asks for money of a payment to be given back.
func (p pages) requestRefund(w http.ResponseWriter, r *http.Request) error {
	of, err := httpx.PathID(r, "payment", "payment.unknown")
	if err != nil {
		return err
	}
	req, err := httpx.Request(r)
	if err != nil {
		return err
	}
	o := payment.RefundOrder{Payment: of, Tender: till.Tender(r.PostFormValue("tender")), Reason: payment.Reason(r.PostFormValue("reason"))}
	for _, text := range r.PostForm["bill"] {
		typed := httpx.Typed(r, "back-"+text)
		b, err := id.Parse(text)
		if err != nil || typed == "" {
			continue
		}
		cents, err := httpx.Cents(typed, "back-"+text)
		if err != nil {
			return p.refusedHere(w, r, err)
		}
		o.Items = append(o.Items, payment.Item{Bill: b, Cents: cents})
	}
	if _, err := p.Payments.RequestRefund(r.Context(), req, o); err != nil {
		return p.refusedHere(w, r, err)
	}
	return httpx.See(w, r, "/payments/"+of.String())
}

// payRefund gives approved money out and leads to the paper.
func (p pages) payRefund(w http.ResponseWriter, r *http.Request) error {
	refund, err := httpx.PathID(r, "refund", "payment.refund_unknown")
	if err != nil {
		return err
	}
	req, err := httpx.Request(r)
	if err != nil {
		return err
	}
	n, err := p.Payments.PayRefund(r.Context(), req, refund)
	if err != nil {
		return err
	}
	if n == nil {
		return httpx.See(w, r, "/payments")
	}
	return httpx.See(w, r, receiptHref(*n, 0))
}

// lineView is a payment as an office sees it that came from a line of a shift.
type lineView struct {
	Municipality, Back string
	Payment            onePage
}

// ofLine shows an office the payment that a line of a desk is about: taken, voided or refunded.
func (p pages) ofLine(w http.ResponseWriter, r *http.Request) error {
	ctx, db := r.Context(), p.Journal.DB()
	number, err := strconv.ParseInt(r.PathValue("entry"), 10, 64)
	if err != nil || number < 1 {
		return fault.NewNotFound("payment.unknown")
	}
	lines, err := p.Journal.Lines(ctx, db, r.PathValue("at"), number-1, 1)
	if err != nil {
		return err
	}
	var of id.ID
	if len(lines) == 1 && lines[0].Number == number {
		switch f := lines[0].Fact.(type) {
		case payment.MoneyTaken:
			of = f.Payment
		case payment.MoneyVoided:
			of = f.Payment
		case payment.MoneyRefunded:
			of = f.Payment
		}
	}
	if of == (id.ID{}) {
		return fault.NewNotFound("payment.unknown")
	}
	one, err := p.Store.Payment(ctx, db, of)
	if err == nil && one.Municipality != r.PathValue("municipality") {
		err = fault.NewNotFound("payment.unknown")
	}
	if err != nil {
		return err
	}
	page := lineView{Municipality: one.Municipality, Back: "/office/" + one.Municipality + "/till/shifts/" + one.Shift.String()}
	if page.Payment, err = p.paymentPage(r, one); err != nil {
		return err
	}
	return html.Render(w, r, http.StatusOK, ofLineView(page))
}
