package trailhttp

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/bill"
	"vienkopus/internal/bill/epc"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/lang"
)

// Bills finds a bill with its payer; bill.Service does.
type Bills interface {
	Owed(ctx context.Context, bills []id.ID) ([]bill.Found, error)
}

// Sight writes down who sees a payer; sight.Service does.
type Sight interface {
	// Open notes that bills of a payer are opened, before they are shown.
	Open(ctx context.Context, r journal.Request, municipality string, theirs []bill.Found) error
	// Opened returns the fault "sight.not_opened" unless whoever asks has opened a bill within the hour, and "sight.elsewhere" for one of another municipality.
	Opened(ctx context.Context, r journal.Request, municipality string, b bill.Found) error
}

// billPage is a copy of a bill as its creditor has delivered it. It is no receipt and says so.
type billPage struct {
	Paper html.Paper
	// Title names the bill.
	Title string
	// To is who gets the money, Of what the bill is about, Owing what is due today.
	To, Of, Owing []html.Detail
	// Instalments are the days and what falls due.
	Instalments []html.Detail
	// Taken is said of a bill that its creditor has taken back.
	Taken string
	// Scan is what an app of a bank reads, or nil.
	Scan    *receipt.Symbol
	Printed string
}

// openBill notes that a clerk sees a bill with its payer, and leads to the copy.
func (p pages) openBill(w http.ResponseWriter, r *http.Request) error {
	s, err := httpx.Signed(r.Context())
	if err != nil {
		return err
	}
	b, err := httpx.PathID(r, "bill", "bill.unknown")
	if err != nil {
		return err
	}
	theirs, err := p.Bills.Owed(r.Context(), []id.ID{b})
	if err != nil {
		return err
	}
	err = p.Sight.Open(r.Context(), p.look(s), s.Municipality, theirs)
	if away(err, s, theirs[0]) {
		return p.billAway(w, r, theirs[0])
	}
	if err != nil {
		return err
	}
	return httpx.See(w, r, "/bills/"+b.String()+"/copy")
}

// away tells that a look was refused because the bill is of another municipality than the desk.
func away(err error, s *httpx.Caller, b bill.Found) bool {
	return fault.KindOf(err) == fault.Forbidden && b.Municipality != s.Municipality
}

// look is the request behind a look at a payer. Each is one of its own: what is shown again later is looked at again.
func (p pages) look(s *httpx.Caller) journal.Request {
	return journal.Request{By: s.By, Desk: s.Desk, Key: "look:" + id.New(p.Journal.Now()).String()}
}

// billCopy shows the copy to whoever has opened the bill.
func (p pages) billCopy(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	s, err := httpx.Signed(ctx)
	if err != nil {
		return err
	}
	b, err := httpx.PathID(r, "bill", "bill.unknown")
	if err != nil {
		return err
	}
	found, err := p.Bills.Owed(ctx, []id.ID{b})
	if err != nil {
		return err
	}
	err = p.Sight.Opened(ctx, p.look(s), s.Municipality, found[0])
	if away(err, s, found[0]) {
		return p.billAway(w, r, found[0])
	}
	if err != nil {
		return err
	}
	page, err := p.copied(ctx, found[0])
	if err != nil {
		return err
	}
	page.Paper = html.PaperOf(r)
	issuer, err := p.Issuers.IssuerOn(ctx, p.Journal.DB(), s.Municipality, lang.Today(ctx, p.Journal.Now()))
	if err != nil {
		return err
	}
	page.Printed = lang.T(ctx, "trail.bill_printed", "At", lang.DateTime(ctx, p.Journal.Now()), "Desk", s.Desk)
	if issuer.Phone != "" {
		page.Printed += " " + lang.T(ctx, "trail.phone", "Phone", issuer.Phone)
	}
	return html.Render(w, r, http.StatusOK, billView(page))
}

// awayPage says of a bill of another municipality what is possible, and leads on.
type awayPage struct {
	Says, Can, Phone string
	// Centres leads to the centres there.
	Centres string
}

// billAway answers whoever wants a copy of a bill of another municipality: it names nobody.
func (p pages) billAway(w http.ResponseWriter, r *http.Request, f bill.Found) error {
	ctx, db := r.Context(), p.Journal.DB()
	httpx.Shown(ctx, fault.NewForbidden("sight.elsewhere"))
	place := f.Municipality
	m, err := p.Office.Places.Municipality(ctx, db, f.Municipality)
	if known := fault.First(err); err != nil && (known == nil || known.Kind != fault.NotFound) {
		return err
	}
	if m.Name != "" {
		place = m.Name
	}
	creditor, err := p.Creditors.CreditorName(ctx, db, f.Creditor)
	if err != nil {
		return err
	}
	issuer, err := p.Issuers.IssuerOn(ctx, db, f.Municipality, lang.Today(ctx, p.Journal.Now()))
	if err != nil {
		return err
	}
	page := awayPage{
		Says: lang.T(ctx, "trail.bill_away", "Number", f.Number, "Place", place), Can: lang.T(ctx, "trail.bill_away_can", "Creditor", creditor),
		Centres: "/find?" + url.Values{"place": {place}}.Encode(),
	}
	if issuer.Phone != "" {
		page.Phone = lang.T(ctx, "trail.bill_away_phone", "Phone", issuer.Phone)
	}
	return html.Render(w, r, http.StatusForbidden, awayView(page))
}

// copied writes a bill down as it was delivered, and what is due of it today.
func (p pages) copied(ctx context.Context, f bill.Found) (billPage, error) {
	creditor, err := p.Creditors.Creditor(ctx, p.Journal.DB(), f.Creditor)
	if err != nil {
		return billPage{}, err
	}
	page := billPage{
		Title: lang.T(ctx, "trail.bill_number", "Number", f.Number),
		To: []html.Detail{
			{Term: lang.T(ctx, "paper.creditor"), Text: creditor.Name},
			{Term: lang.T(ctx, "paper.creditor_number"), Text: string(f.Creditor)},
			{Term: lang.T(ctx, "trail.bill_account"), Text: creditor.IBAN.Display()},
		},
		Of: []html.Detail{
			{Term: lang.T(ctx, "trail.bill_for"), Text: kindOf(ctx, f.Kind)},
			{Term: lang.T(ctx, "trail.bill_reference"), Text: f.Reference},
			{Term: lang.T(ctx, "trail.bill_rf"), Text: string(f.RF)},
			{Term: lang.T(ctx, "trail.bill_payer"), Text: f.Payer.Name},
			{Term: lang.T(ctx, "trail.bill_address"), Text: f.Payer.Address},
			{Term: lang.T(ctx, "trail.bill_total"), Text: lang.Amount(ctx, f.Total())},
		},
		Owing: []html.Detail{{Term: lang.T(ctx, "trail.bill_owing", "Day", lang.Date(ctx, lang.Today(ctx, p.Journal.Now()))), Text: lang.Amount(ctx, f.Due.Total)}},
	}
	if !f.Issued.IsZero() {
		page.Of = append(page.Of, html.Detail{Term: lang.T(ctx, "trail.bill_issued"), Text: lang.Date(ctx, f.Issued)})
	}
	for _, i := range f.Instalments {
		page.Instalments = append(page.Instalments, html.Detail{Term: lang.Date(ctx, i.Due), Text: lang.Amount(ctx, i.Cents)})
	}
	if f.Figure != nil {
		page.Of = append(page.Of, html.Detail{Term: lang.T(ctx, "trail.bill_fee", "Day", lang.Date(ctx, f.Figure.Until)), Text: lang.Amount(ctx, f.Figure.Fee)})
	}
	if !f.AsOf.IsZero() {
		page.Owing = append(page.Owing, html.Detail{Term: lang.T(ctx, "trail.bill_as_of"), Text: lang.Date(ctx, f.AsOf)})
	}
	if f.Cancelled {
		page.Taken = lang.T(ctx, "trail.bill_taken")
		return page, nil
	}
	page.Scan, err = scan(creditor, f)
	return page, err
}

// longestCreditor is how many letters of a name the code of a transfer holds. Source: EPC069-12 version 2.1.
const longestCreditor = 70

// scan is the code that starts a transfer of what is due, or nil where nothing is or nobody knows to which account.
func scan(to bill.Creditor, f bill.Found) (*receipt.Symbol, error) {
	if to.IBAN == "" || f.Due.Total == 0 {
		return nil, nil //nolint:nilnil // a copy without a code is one
	}
	name := []rune(to.Name)
	code := epc.Code{Name: string(name[:min(len(name), longestCreditor)]), IBAN: to.IBAN, Amount: f.Due.Total, Reference: f.RF}
	if f.RF == "" {
		code.Text = f.Number
	}
	text, err := code.Encode()
	if err != nil {
		return nil, err
	}
	return receipt.DrawText(text)
}

func kindOf(ctx context.Context, kind bill.Kind) string {
	if key := "payment.kind." + string(kind); lang.Has(ctx, key) {
		return lang.T(ctx, key)
	}
	return string(kind)
}

func (c billPage) version() string { return strconv.Itoa(c.Scan.Version) }
