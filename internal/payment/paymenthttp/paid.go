package paymenthttp

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/till"
)

// firstPrint is how long after its line an original, or a copy, is printed under its own name. Whoever needs it later gets the next copy: the
// same paper is never given out twice unmarked.
const firstPrint = 5 * time.Minute

// paidPage is what is shown when the money is taken: the change in large figures, and the receipts.
type paidPage struct {
	Change, Given, Total string
	Papers               Papers
	// Late tells that the originals were printed before; each can be printed as a copy.
	Late  bool
	Lines []receiptLine
	// Visit is in which the basket was paid, and Key names the request that ends it.
	Visit string
	Key   id.ID
}

// receiptLine is a receipt that can be printed again.
type receiptLine struct {
	Name, Series, Number, Amount, Href, Kind string
	Key                                      id.ID
}

// paid shows the receipts of a basket.
func (p pages) paid(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	basket, err := httpx.PathID(r, "basket", "payment.unknown")
	if err != nil {
		return err
	}
	all, err := p.Store.Basket(ctx, p.Journal.DB(), basket)
	if err == nil && len(all) == 0 {
		err = fault.NewNotFound("payment.unknown")
	}
	if err != nil {
		return err
	}
	if err := p.own(r, all[0].Desk); err != nil {
		return err
	}
	page := paidPage{
		Papers: Papers{Paper: html.PaperOf(r)}, Late: p.Journal.Now().Sub(all[0].At) > firstPrint, Visit: all[0].Visit.String(), Key: id.New(p.Journal.Now()),
	}
	var sum, cash money.Amount
	for _, one := range all {
		sum += one.Total()
		cash += one.Cents(till.Cash)
		line := p.receiptLine(one.Receipt, receipt.Payment)
		line.Name, line.Href, line.Amount = one.Name(), "/payments/"+one.ID.String(), lang.Amount(ctx, one.Total())
		page.Lines = append(page.Lines, line)
		if page.Late || one.Paper != (payment.Paper{}) {
			continue
		}
		d, err := p.Store.Document(ctx, p.Journal.DB(), one.Receipt.Series, one.Receipt.Number)
		if err != nil {
			return err
		}
		sheet, err := p.sheet(ctx, d, nil)
		if err != nil {
			return err
		}
		page.Papers.Sheets = append(page.Papers.Sheets, sheet)
	}
	page.Total = lang.Amount(ctx, sum)
	if all[0].Given > 0 {
		page.Given, page.Change = lang.Amount(ctx, all[0].Given), lang.Amount(ctx, all[0].Given-cash)
	}
	return html.Render(w, r, http.StatusOK, paidView(page))
}

// receiptLine is a receipt of ours, with the key of the next copy.
func (p pages) receiptLine(n payment.Numbered, kind receipt.Kind) receiptLine {
	return receiptLine{
		Name: n.Name(), Series: n.Series, Number: strconv.FormatUint(uint64(n.Number), 10), Key: id.New(p.Journal.Now()), Kind: kind.String(),
	}
}

// what says of each bill what it is for.
func (p pages) what(ctx context.Context, lines []payment.Line) (map[id.ID]string, error) {
	ids := make([]id.ID, len(lines))
	for i, l := range lines {
		ids[i] = l.Bill
	}
	owed, err := p.Bills.Owed(ctx, ids)
	said := map[id.ID]string{}
	for _, f := range owed {
		said[f.ID] = kindOf(ctx, f.Bill)
	}
	return said, err
}

// own returns Forbidden for what belongs to another desk.
func (p pages) own(r *http.Request, desk string) error {
	s, err := httpx.Signed(r.Context())
	if err == nil && s.Desk != desk {
		err = fault.NewForbidden("payment.foreign_desk", "Desk", desk)
	}
	return err
}

// sheet is the paper of a receipt, or of one of its copies. What it says is committed.
func (p pages) sheet(ctx context.Context, d payment.Document, copied *payment.Copy) (Paper, error) {
	db := p.Journal.DB()
	code, err := p.Payments.Code(ctx, db, d, copied)
	if err != nil {
		return Paper{}, err
	}
	c, err := p.Places.Centre(ctx, db, d.Centre)
	if err != nil {
		return Paper{}, err
	}
	zone, err := civil.Zone(c.Zone)
	if err != nil {
		return Paper{}, err
	}
	creditor, err := p.Creditors.Creditor(ctx, db, d.Creditor)
	if err != nil {
		return Paper{}, err
	}
	payer, err := p.Store.Payer(ctx, db, d.Payment)
	if err != nil {
		return Paper{}, err
	}
	what, err := p.what(ctx, d.Lines)
	if err != nil {
		return Paper{}, err
	}
	basket, err := p.Store.Basket(ctx, db, d.Basket)
	if err != nil {
		return Paper{}, err
	}
	in := PaperIn{
		Document: d, Code: code, Copy: copied, Centre: c.Name, Address: c.LocationOn(d.Day).Address, Creditor: creditor.Name, Payer: payer,
		What: what, Zone: zone, VerifyAt: verifyAt(p.PublicURL),
	}
	for _, one := range basket {
		in.BasketCash += one.Cents(till.Cash)
	}
	return NewPaper(ctx, in)
}

// receipt shows one receipt to print: the original or a copy, as long as it is the first print of it.
func (p pages) receipt(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	d, err := p.document(r, r.FormValue("series"), r.FormValue("number"))
	if err != nil {
		return err
	}
	var copied *payment.Copy
	at := d.At
	if text := r.FormValue("copy"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > len(d.Copies) {
			return fault.NewNotFound("payment.receipt_unknown")
		}
		copied = &d.Copies[n-1]
		at = copied.At
	}
	page := paidPage{Papers: Papers{Paper: html.PaperOf(r)}, Late: p.Journal.Now().Sub(at) > firstPrint}
	line := p.receiptLine(d.Receipt, d.Kind)
	line.Href = "/payments/" + d.Payment.String()
	page.Lines = []receiptLine{line}
	if !page.Late {
		sheet, err := p.sheet(ctx, d, copied)
		if err != nil {
			return err
		}
		page.Papers.Sheets = []Paper{sheet}
	}
	return html.Render(w, r, http.StatusOK, paidView(page))
}

// document returns a receipt of the desk in use.
func (p pages) document(r *http.Request, series, number string) (payment.Document, error) {
	n, err := strconv.ParseUint(number, 10, 32)
	if err != nil {
		return payment.Document{}, fault.NewNotFound("payment.receipt_unknown")
	}
	d, err := p.Store.Document(r.Context(), p.Journal.DB(), series, uint32(n))
	if err != nil {
		return d, err
	}
	return d, p.own(r, d.Desk)
}

// copy notes one more print of a receipt and leads to it.
func (p pages) copy(w http.ResponseWriter, r *http.Request) error {
	req, err := httpx.Request(r)
	if err != nil {
		return err
	}
	d, err := p.document(r, r.PostFormValue("series"), r.PostFormValue("number"))
	if err != nil {
		return err
	}
	c, err := p.Payments.Reprint(r.Context(), req, d.Receipt.Series, d.Receipt.Number)
	if err != nil {
		return err
	}
	return httpx.See(w, r, receiptHref(d.Receipt, int(c.Number)))
}
