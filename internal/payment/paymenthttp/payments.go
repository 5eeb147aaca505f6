package paymenthttp

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

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

// paymentRow is a payment in the list.
type paymentRow struct {
	Href, Name, At, Creditor, Amount, Tender, State, StateName string
	// Notes say what stands on a receipt written by hand: its day, when it was typed in, and which late fee was not taken because of it.
	Notes []string
}

// refundRow is a refund in a list.
type refundRow struct {
	ID, Payment, Name, Desk, At, Amount, Tender, Reason, Standing, StandingName string
	Own, Payable                                                                bool
	// Other says that the money goes another way than it came, or is "".
	Other string
	Key   id.ID
}

// onePage is a payment with all that can be done with it.
type onePage struct {
	Key                id.ID
	Faults             html.ErrorSummary
	ID, Name           string
	Details            []html.Detail
	Lines              []lineRow
	State, StateName   string
	Papers             []receiptLine // of ours, the original and what was given back
	Refunds            []refundRow
	CanVoid, CanRefund bool
	// VoidSecond says why a second person decides about a void; nothing where the clerk may void alone.
	VoidSecond           []string
	VoidReasons, Reasons []html.Choice
	Tenders              []html.Choice
	Total, Left          string
	// Twin says that another receipt stands under the number, or is "".
	Twin string
}

// lineRow is a bill of a payment.
type lineRow struct{ ID, Number, What, Amount, Plain string }

// tenders says with what was paid.
func tenders(ctx context.Context, one payment.Payment) string {
	var names []string
	for _, t := range till.Tenders {
		if one.Cents(t) != 0 {
			names = append(names, lang.T(ctx, "paper.tender."+string(t)))
		}
	}
	return strings.Join(names, ", ")
}

func (p pages) refundRow(ctx context.Context, f payment.Refund) refundRow {
	var sum money.Amount
	for _, l := range f.Lines {
		sum += l.Cents
	}
	return refundRow{
		ID: f.ID.String(), Payment: f.Payment.String(), Desk: f.Desk, At: lang.DateTime(ctx, f.At), Amount: lang.Amount(ctx, sum),
		Tender: lang.T(ctx, "paper.tender."+string(f.Tender)), Reason: lang.T(ctx, "payment.why."+string(f.Reason)), Standing: string(f.Standing),
		StandingName: lang.T(ctx, "payment.refund_is."+string(f.Standing)), Payable: f.May(payment.StepPayOut), Key: id.New(p.Journal.Now()),
	}
}

// one shows a payment.
func (p pages) one(w http.ResponseWriter, r *http.Request) error {
	page, err := p.payment(r)
	if err != nil {
		return err
	}
	return html.Render(w, r, http.StatusOK, oneView(page))
}

// payment reads all that the page of a payment shows.
func (p pages) payment(r *http.Request) (onePage, error) {
	ctx, db := r.Context(), p.Journal.DB()
	of, err := httpx.PathID(r, "payment", "payment.unknown")
	if err != nil {
		return onePage{}, err
	}
	one, err := p.Store.Payment(ctx, db, of)
	if err != nil {
		return onePage{}, err
	}
	if err := p.own(r, one.Desk); err != nil {
		return onePage{}, err
	}
	page, err := p.paymentPage(r, one)
	if err != nil {
		return page, err
	}
	page.Details = append(page.Details, html.Detail{Term: lang.T(ctx, "payment.of_visit"), Body: html.To("/visits/"+one.Visit.String(), lang.T(ctx, "payment.to_visit"))},
		html.Detail{Term: lang.T(ctx, "payment.of_shift"), Body: html.To("/till", lang.T(ctx, "payment.to_till"))})
	return page, nil
}

// paymentPage is the page of a payment, for whoever may see it.
func (p pages) paymentPage(r *http.Request, one payment.Payment) (onePage, error) {
	ctx, db := r.Context(), p.Journal.DB()
	creditor, err := p.Creditors.Creditor(ctx, db, one.Creditor)
	if err != nil {
		return onePage{}, err
	}
	page := onePage{
		Key: id.New(p.Journal.Now()), ID: one.ID.String(), Name: one.Name(), State: string(one.State),
		StateName: lang.T(ctx, "payment.is."+string(one.State)), Total: lang.Amount(ctx, one.Total()), Left: lang.Amount(ctx, one.Total()-one.Reversed),
		VoidReasons: html.Choices(payment.VoidReasons, payment.Reason(r.PostFormValue("reason")), why(ctx)), Reasons: html.Choices(payment.RefundReasons, payment.Reason(r.PostFormValue("reason")), why(ctx)),
		Tenders: html.Choices(till.Tenders, till.Tender(cmp.Or(r.PostFormValue("tender"), string(till.Cash))), func(t till.Tender) string { return lang.T(ctx, "paper.tender."+string(t)) }),
		Details: []html.Detail{
			{Term: lang.T(ctx, "payment.taken_at"), Text: lang.DateTime(ctx, one.At)},
			{Term: lang.T(ctx, "payment.creditor"), Text: creditor.Name},
			{Term: lang.T(ctx, "payment.tender_label"), Text: tenders(ctx, one)},
			{Term: lang.T(ctx, "payment.total"), Text: lang.Amount(ctx, one.Total())},
		},
	}
	if one.Paper != (payment.Paper{}) {
		page.Details[0].Term = lang.T(ctx, "payment.typed_in_at")
		page.Details = append(page.Details, html.Detail{Term: lang.T(ctx, "payment.day_on_paper"), Text: one.Day.Display()})
	}
	if one.Forgiven > 0 {
		page.Details = append(page.Details, html.Detail{Term: lang.T(ctx, "payment.fee_not_taken"), Text: lang.Amount(ctx, one.Forgiven)})
	}
	if one.Because != "" {
		page.Details = append(page.Details, html.Detail{Term: lang.T(ctx, "payment.why_all_the_same"), Text: lang.T(ctx, "payment.because."+string(one.Because))})
	}
	if page.Twin, err = p.twin(ctx, one.Receipt); err != nil {
		return page, err
	}
	if err := p.agreedBy(ctx, &page, one); err != nil {
		return page, err
	}
	if err := p.fill(ctx, &page, one); err != nil {
		return page, err
	}
	for i, l := range page.Lines { // what was typed, when the page is shown again
		page.Lines[i].Plain = cmp.Or(r.PostFormValue("back-"+l.ID), l.Plain)
	}
	return page, nil
}

// agreedBy says when a second person has agreed to the payment, where there was need of it.
func (p pages) agreedBy(ctx context.Context, page *onePage, one payment.Payment) error {
	q, needed, err := p.Consents.Behind(ctx, p.Journal.DB(), one.Desk, one.Entry)
	if err != nil || !needed {
		return err
	}
	who, err := p.Called(ctx, q.Decider)
	if err != nil {
		return err
	}
	text := lang.DateTime(ctx, q.Decided)
	if who != "" {
		text = who + ", " + text
	}
	page.Details = append(page.Details, html.Detail{Term: lang.T(ctx, "consent.decided_by"), Text: text})
	return nil
}

// withCodes adds the check codes of a receipt and of its copies, which whoever holds one of them reads out on the telephone. There are none where the key is at
// another node.
func (p pages) withCodes(ctx context.Context, line receiptLine, n payment.Numbered) (receiptLine, error) {
	db := p.Journal.DB()
	d, err := p.Store.Document(ctx, db, n.Series, n.Number)
	if err != nil {
		return line, err
	}
	code, err := p.Payments.Code(ctx, db, d, nil)
	if f := fault.First(err); f != nil && f.Key == "keyring.key_unknown" {
		return line, nil
	}
	if err != nil {
		return line, err
	}
	line.Code = code.CheckCode()
	for i := range d.Copies {
		code, err := p.Payments.Code(ctx, db, d, &d.Copies[i])
		if err != nil {
			return line, err
		}
		line.Copies = append(line.Copies, code.CheckCode())
	}
	return line, nil
}

func why(ctx context.Context) func(payment.Reason) string {
	return func(w payment.Reason) string { return lang.T(ctx, "payment.why."+string(w)) }
}

// fill adds the bills, the papers and the refunds of a payment, and what can be done with it.
func (p pages) fill(ctx context.Context, page *onePage, one payment.Payment) error {
	db := p.Journal.DB()
	what, err := p.what(ctx, one.Lines)
	if err != nil {
		return err
	}
	for _, l := range one.Lines {
		page.Lines = append(page.Lines, lineRow{
			ID: l.Bill.String(), Number: l.Number, What: what[l.Bill], Amount: lang.Amount(ctx, l.Cents), Plain: lang.Typed(ctx, l.Cents),
		})
	}
	if one.Paper == (payment.Paper{}) {
		line, err := p.withCodes(ctx, p.receiptLine(one.Receipt, receipt.Payment), one.Receipt)
		if err != nil {
			return err
		}
		page.Papers = append(page.Papers, line)
	}
	back, err := p.Store.Reversals(ctx, db, one.ID)
	if err != nil {
		return err
	}
	for _, d := range back {
		line, err := p.withCodes(ctx, p.receiptLine(d.Receipt, d.Kind), d.Receipt)
		if err != nil {
			return err
		}
		page.Papers = append(page.Papers, line)
	}
	refunds, err := p.Store.RefundsOf(ctx, db, one.ID)
	if err != nil {
		return err
	}
	awaited := false
	for _, f := range refunds {
		page.Refunds = append(page.Refunds, p.refundRow(ctx, f))
		awaited = awaited || f.Waits()
	}
	shift, open, err := p.Shifts.OpenAt(ctx, db, one.Desk)
	if err != nil {
		return err
	}
	page.CanVoid = one.May(payment.StepVoid) && !awaited && open && shift.ID == one.Shift && shift.State == till.Open
	page.CanRefund = one.May(payment.StepRefundRest) && !awaited
	if !page.CanVoid {
		return nil
	}
	needs, err := p.Payments.VoidNeeds(ctx, db, one, lang.Today(ctx, p.Journal.Now()))
	for _, w := range needs {
		page.VoidSecond = append(page.VoidSecond, lang.T(ctx, "consent.why."+string(w)))
	}
	return err
}

// void takes a payment back and leads to the paper that says so.
func (p pages) void(w http.ResponseWriter, r *http.Request) error {
	of, err := httpx.PathID(r, "payment", "payment.unknown")
	if err != nil {
		return err
	}
	req, err := httpx.Request(r)
	if err != nil {
		return err
	}
	reason := payment.Reason(r.PostFormValue("reason"))
	if r.PostFormValue("second") != "" {
		if _, err := p.Payments.AskVoid(r.Context(), req, of, reason); err != nil {
			return p.refusedHere(w, r, err)
		}
		return httpx.See(w, r, "/payments#second")
	}
	n, err := p.Payments.Void(r.Context(), req, of, reason)
	if err != nil {
		return p.refusedHere(w, r, err)
	}
	return toPaper(w, r, n, of)
}

// voidAgreed voids a payment as a second person has agreed, and leads to the paper that says so.
func (p pages) voidAgreed(w http.ResponseWriter, r *http.Request) error {
	of, err := httpx.PathID(r, "consent", "consent.unknown")
	if err != nil {
		return err
	}
	req, err := httpx.Request(r)
	if err != nil {
		return err
	}
	q, err := p.Consents.Question(r.Context(), p.Journal.DB(), of)
	if err != nil {
		return err
	}
	if err := p.own(r, q.Desk); err != nil {
		return err
	}
	n, err := p.Payments.VoidAgreed(r.Context(), req, q)
	if err != nil {
		return err
	}
	return toPaper(w, r, n, q.Void.Payment)
}

// toPaper leads to the paper of what was given back, or to the payment where an earlier version gave none.
func toPaper(w http.ResponseWriter, r *http.Request, n *payment.Numbered, of id.ID) error {
	to := "/payments/" + of.String()
	if n != nil {
		to = receiptHref(*n, 0)
	}
	return httpx.See(w, r, to)
}

// receiptHref is the page of a receipt, or of its n-th copy.
func receiptHref(n payment.Numbered, copied int) string {
	q := url.Values{"series": {n.Series}, "number": {strconv.FormatUint(uint64(n.Number), 10)}}
	if copied > 0 {
		q.Set("copy", strconv.Itoa(copied))
	}
	return "/receipts?" + q.Encode()
}

// refusedHere shows the page of the payment again and why something could not be done.
func (p pages) refusedHere(w http.ResponseWriter, r *http.Request, why error) error {
	again, err := html.RefusalOf(r.Context(), why)
	if err != nil {
		return err
	}
	page, err := p.payment(r)
	if err != nil {
		return err
	}
	again.Problems.Move("amount", "back-"+page.Lines[0].ID) // the rules say that an amount is wrong, and not which
	page.Faults = again.Problems
	return html.Render(w, r, again.Status, oneView(page))
}
