package paymenthttp

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/bill"
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
	// Twin says that another receipt stands under the number, or is "".
	Twin string
	// Visit is in which the basket was paid, and Key names the request that ends it.
	Visit string
	Key   id.ID
}

// receiptLine is a receipt that can be printed again.
type receiptLine struct {
	Name, Series, Number, Amount, Href, Kind string
	// SMS is where the link to the receipt is sent to a telephone, or "".
	SMS string
	Key id.ID
	// Code is the check code of the original, and Copies those of its copies in their order, for whoever telephones.
	Code   string
	Copies []string
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
		if line.Series != "" && p.Texts != nil && p.Texts() {
			line.SMS = line.Href + "/sms"
		}
		page.Lines = append(page.Lines, line)
		if page.Late || one.Paper != (payment.Paper{}) {
			continue
		}
		d, err := p.Store.Document(ctx, p.Journal.DB(), one.Receipt.Series, one.Receipt.Number)
		if err != nil {
			return err
		}
		sheet, err := p.sheet(r, d, nil)
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

// twin says that another receipt stands under a number too, or "": whoever prints or is asked about one must look which of them it is.
func (p pages) twin(ctx context.Context, n payment.Numbered) (string, error) {
	if n == (payment.Numbered{}) {
		return "", nil
	}
	links, err := p.Store.Links(ctx, p.Journal.DB(), n.Series, n.Number)
	if err != nil || len(links) < 2 {
		return "", err
	}
	return lang.T(ctx, "payment.twin", "Receipt", n.Name()), nil
}

// own returns Forbidden for what belongs to another desk.
func (p pages) own(r *http.Request, desk string) error {
	s, err := httpx.Signed(r.Context())
	if err == nil && s.Desk != desk {
		err = fault.NewForbidden("payment.foreign_desk", "Desk", desk)
	}
	return err
}

// receipt shows one receipt to print: the original or a copy, as long as it is the first print of it.
func (p pages) receipt(w http.ResponseWriter, r *http.Request) error {
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
	if page.Twin, err = p.twin(r.Context(), d.Receipt); err != nil {
		return err
	}
	page.Lines = []receiptLine{line}
	if !page.Late {
		sheet, err := p.sheet(r, d, copied)
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

// sheet is the paper of a receipt, or of one of its copies. What it says is committed.
func (p pages) sheet(r *http.Request, d payment.Document, copied *payment.Copy) (Paper, error) {
	ctx, db := r.Context(), p.Journal.DB()
	in := PaperIn{Document: d, Copy: copied, VerifyAt: p.address(r, CheckPath), FollowAt: p.address(r, "/follow")}
	var err error
	if in.Code, err = p.Payments.Code(ctx, db, d, copied); err != nil {
		return Paper{}, err
	}
	c, err := p.Places.Centre(ctx, db, d.Centre)
	if err != nil {
		return Paper{}, err
	}
	in.Centre, in.Address = c.Name, c.LocationOn(d.Day).Address
	if in.Zone, err = civil.Zone(c.Zone); err != nil {
		return Paper{}, err
	}
	creditor, err := p.Creditors.Creditor(ctx, db, d.Creditor)
	if err != nil {
		return Paper{}, err
	}
	in.Creditor = creditor.Name
	if in.Payer, err = p.Store.Payer(ctx, db, d.Payment); err != nil {
		return Paper{}, err
	}
	if err := p.issued(ctx, &in); err != nil {
		return Paper{}, err
	}
	if err := p.says(ctx, &in); err != nil {
		return Paper{}, err
	}
	basket, err := p.Store.Basket(ctx, db, d.Basket)
	if err != nil {
		return Paper{}, err
	}
	in.InBasket = len(basket)
	for _, one := range basket {
		in.BasketCash += one.Cents(till.Cash)
		in.BasketCard += one.Cents(till.Card)
	}
	return NewPaper(ctx, in)
}

// issued fills in who gives the receipt, and who took the money.
func (p pages) issued(ctx context.Context, in *PaperIn) (err error) {
	db := p.Journal.DB()
	if in.Issuer, err = p.Issuers.IssuerOn(ctx, db, in.Municipality, in.Day); err != nil {
		return err
	}
	if in.Issuer.Name == "" {
		m, err := p.Municipalities.Municipality(ctx, db, in.Municipality)
		if err != nil {
			return err
		}
		in.Issuer.Name = m.NameOn(in.Day)
	}
	if in.Signing, err = p.Issuers.SigningOn(ctx, db, in.Day); err != nil || in.Signing.Unsigned {
		return err
	}
	by, err := actor.Parse(in.By)
	if err != nil || by.Role() == actor.SystemRole {
		return err
	}
	in.Cashier, err = p.Called(ctx, by.Who())
	return err
}

// says fills in what each bill is for, as the bill says it: its kind, account of the property or number of the contract, the day of issue, and in whose name it is.
func (p pages) says(ctx context.Context, in *PaperIn) error {
	owed, err := p.owed(ctx, in.Lines)
	if err != nil {
		return err
	}
	in.What = map[id.ID]string{}
	for _, f := range owed {
		in.What[f.ID] = says(ctx, f)
		in.Still = in.Still || in.Kind == receipt.Payment && f.OnItsWay(in.Day)
	}
	return nil
}

// says is what a receipt says of a bill behind its number.
func says(ctx context.Context, f bill.Found) string {
	parts := []string{kindOf(ctx, f.Bill)}
	if f.Reference != "" {
		parts = append(parts, lang.T(ctx, "paper.reference", "Reference", f.Reference))
	}
	if !f.Issued.IsZero() {
		parts = append(parts, lang.T(ctx, "paper.issued", "On", lang.Date(ctx, f.Issued)))
	}
	if f.Payer.Name != "" {
		parts = append(parts, lang.T(ctx, "paper.debtor", "Name", f.Payer.Name))
	}
	return strings.Join(parts, ", ")
}

// owed returns the bills of lines, as they stand.
func (p pages) owed(ctx context.Context, lines []payment.Line) ([]bill.Found, error) {
	ids := make([]id.ID, len(lines))
	for i, l := range lines {
		ids[i] = l.Bill
	}
	return p.Bills.Owed(ctx, ids)
}

// what says of each bill what it is for.
func (p pages) what(ctx context.Context, lines []payment.Line) (map[id.ID]string, error) {
	owed, err := p.owed(ctx, lines)
	said := map[id.ID]string{}
	for _, f := range owed {
		said[f.ID] = kindOf(ctx, f.Bill)
	}
	return said, err
}

// address is where people find a page of this program, without "https://": as it is known outside, or as the reader has found it.
func (p pages) address(r *http.Request, path string) string {
	if u, err := url.Parse(p.PublicURL); err == nil && u.Host != "" {
		return u.Host + path
	}
	return r.Host + path
}
