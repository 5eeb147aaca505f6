package paymenthttp

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/till"
)

// Paper is what one receipt says, in the reader's language; fields that say nothing are "". It has what the law wants of a receipt for cash: the
// name of the document, number, date, who gets the money with his registration number, the payer if he wishes, the amount in digits, and who
// took it, by desk and not by name. Source: MK 625 (2021).
type Paper struct {
	Kind               receipt.Kind
	Title              string
	Number             string // CES-1 12
	At                 string // local date and time
	Notice             string // of a void or refund: that this paper does not show that anything was paid
	Centre, Address    string
	Creditor           string
	CreditorNumber     string
	Payer              string
	Original           string // of a void or refund: the receipt that it takes back
	BillsLabel         string // repeats the number, because it heads every sheet that the bills take
	Lines              []PaperLine
	TotalLabel, Total  string
	Tenders            []PaperTender
	GivenLabel, Given  string // cash for the whole basket; "" when the sum was exact
	Change             string
	CashierLabel, Desk string // who took it
	Copy, CopiedAt     string // COPY 2, printed on …
	CheckCode          string
	QR                 *receipt.Symbol
	Node               string
	VerifyAt           string // where one checks it
}

// PaperLine is what was paid for one bill, or given back.
type PaperLine struct{ Bill, What, Amount string }

// PaperTender is what was paid in one tender, with the slip of the terminal.
type PaperTender struct{ Name, Amount, Slip string }

// PaperIn is what a receipt is printed from. Names are as they stand at the moment of printing.
type PaperIn struct {
	payment.Document
	// Code is what payment.Service.Code signed for this printing, after the commit.
	Code *receipt.Code
	// Copy is the copy that is printed, nil for the original.
	Copy *payment.Copy
	// Centre is the name of the centre, Address where it stands or "".
	Centre, Address string
	// Creditor is the name of who gets the money; Payer the name that the payer wishes to see, or "".
	Creditor, Payer string
	// What says what each bill is for, in the reader's language; a bill without is named by its number alone.
	What map[id.ID]string
	// BasketCash is what all payments of the basket took in cash, in cents: with Given it makes the change.
	BasketCash money.Amount
	// Zone is that of the centre; nil is Europe/Riga.
	Zone *time.Location
	// VerifyAt is the short address where one checks a receipt, or "".
	VerifyAt string
}

// NewPaper writes a receipt down in the language of ctx. It returns an error when the code says something else than the document: such a
// paper must not be printed.
func NewPaper(ctx context.Context, in PaperIn) (Paper, error) {
	if err := in.agree(); err != nil {
		return Paper{}, err
	}
	symbol, err := in.Code.QR()
	if err != nil {
		return Paper{}, err
	}
	kind, says := in.Kind.String(), in.Code.Receipt
	p := Paper{
		Kind: in.Kind, Title: lang.T(ctx, "paper.title."+kind), Number: in.Receipt.Name(), At: in.local(ctx, in.At),
		Centre: in.Centre, Address: in.Address, Creditor: in.Creditor, CreditorNumber: string(in.Document.Creditor), Payer: in.Payer,
		BillsLabel: lang.T(ctx, "paper.bills", "Number", in.Receipt.Name()), TotalLabel: lang.T(ctx, "paper.total."+kind), Total: amount(ctx, says.Total),
		CashierLabel: lang.T(ctx, "paper.cashier."+kind), Desk: in.Desk,
		CheckCode: in.Code.CheckCode(), QR: symbol, Node: says.Node, VerifyAt: in.VerifyAt,
	}
	for _, l := range in.Lines {
		p.Lines = append(p.Lines, PaperLine{Bill: l.Number, What: in.What[l.Bill], Amount: amount(ctx, l.Cents)})
	}
	for _, part := range in.Parts {
		p.Tenders = append(p.Tenders, tender(ctx, part))
	}
	if in.Given > in.BasketCash && in.Kind == receipt.Payment {
		p.GivenLabel = lang.T(ctx, in.givenKey())
		p.Given, p.Change = amount(ctx, in.Given), amount(ctx, in.Given-in.BasketCash)
	}
	if in.Kind != receipt.Payment {
		p.Original = in.Original.Name()
		p.Notice = lang.T(ctx, "paper.notice."+kind, "Original", p.Original)
	}
	if in.Copy != nil {
		p.Copy = lang.T(ctx, "paper.copy", "Number", int(in.Copy.Number))
		p.CopiedAt = lang.T(ctx, "paper.copied_at", "At", in.local(ctx, in.Copy.At))
	}
	return p, nil
}

// agree compares the code with the document.
func (in *PaperIn) agree() error {
	says := in.Code.Receipt
	var total money.Amount // each part is bounded by receipt.MaxNumber
	for _, part := range in.Parts {
		total += max(part.Cents, -part.Cents)
	}
	var copied uint8
	if in.Copy != nil {
		copied = in.Copy.Number
	}
	if says.Kind != in.Kind || says.Series != in.Receipt.Series || says.Number != in.Receipt.Number || says.Copy != copied || says.Total != total ||
		says.Creditor != string(in.Document.Creditor) {
		return fmt.Errorf("paymenthttp: the code of %s %d, copy %d, is printed on %s, copy %d", says.Series, says.Number, says.Copy, in.Receipt.Name(), copied)
	}
	return nil
}

// givenKey tells cash that was given for this receipt from cash for all receipts of the basket.
func (in *PaperIn) givenKey() string {
	if (till.Moved{Parts: in.Parts}).Cents(till.Cash) == in.BasketCash {
		return "paper.given"
	}
	return "paper.given_for_all"
}

func (in *PaperIn) local(ctx context.Context, at time.Time) string {
	if in.Zone == nil {
		return lang.DateTime(ctx, at)
	}
	return lang.DateTimeIn(ctx, at, in.Zone)
}

func tender(ctx context.Context, part till.Part) PaperTender {
	t := PaperTender{Name: lang.T(ctx, "paper.tender."+string(part.Tender)), Amount: amount(ctx, max(part.Cents, -part.Cents))}
	if part.Slip != "" {
		t.Slip = lang.T(ctx, "paper.slip", "Slip", part.Slip)
	}
	return t
}

func amount(ctx context.Context, cents money.Amount) string { return cents.Format(lang.Code(ctx)) }

// Render draws the receipt on a sheet of its own; the sheet must stand in Papers, which say on which paper.
func (p Paper) Render(ctx context.Context, w io.Writer) error { return sheet(p).Render(ctx, w) }

// Papers is a page of receipts to print, each on a sheet of its own. It needs no script but for the button that prints, and for sheets
// from a roll that are as long as what is on them.
type Papers struct {
	// Paper is what lies in the printer; html.PaperOf knows.
	Paper html.Paper
	// Title heads the page on the screen; "" is "Receipts".
	Title string
	// Back leads to where the reader comes from, or is "".
	Back   string
	Sheets []Paper
}

// Render draws the page.
func (p Papers) Render(ctx context.Context, w io.Writer) error { return papersPage(p).Render(ctx, w) }

func (p Papers) title(ctx context.Context) string {
	if p.Title == "" {
		return lang.T(ctx, "paper.sheets")
	}
	return p.Title
}

func (p Paper) version() string { return strconv.Itoa(p.QR.Version) }
