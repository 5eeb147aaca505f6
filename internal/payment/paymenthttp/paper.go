package paymenthttp

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/office"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/till"
)

// Paper is what one receipt says, in the reader's language; fields that say nothing are "". It has what the law wants of a receipt for cash: who
// gives it with name, registration number, address and telephone, the name of the document, number, date, who gets the money with his registration
// number, the payer if he wishes, the amount in digits, and who took it, with her name and a line for her signature unless the network has set that
// receipts have neither. Source: MK 625 (2021).
type Paper struct {
	Kind               receipt.Kind
	Title              string
	Number             string // CES-1 12
	At                 string // local date and time
	Notice             string // of a void or refund: that this paper does not show that anything was paid
	Issuer, IssuerAt   string // who gives it: the municipality; its registration number, address and telephone
	Centre, Address    string
	Creditor           string
	CreditorNumber     string
	Payer              string
	Original           string // of a void or refund: the receipt that it takes back
	BillsLabel         string // repeats the number, because it heads every sheet that the bills take
	Lines              []PaperLine
	TotalLabel, Total  string
	Tenders            []PaperTender
	BasketLabel        string // of several receipts of one basket: how many
	Basket, BasketCard string // what they come to, and the card part of it
	GivenLabel, Given  string // cash for the whole basket; "" when the sum was exact
	Change             string
	Still              string // that the paper of a bill may still come by post
	CashierLabel       string
	Cashier, Desk      string // who took it; the name where receipts are signed
	Signature          string // what stands before the line; "" where receipts are not signed
	Unsigned           string // what allows that
	Copy, CopiedAt     string // COPY 2, printed on …
	CheckCode          string
	QR                 *receipt.Symbol
	VerifyAt           string // where one checks it
	FollowAt           string // where one sees how far the money has come
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
	// Issuer is who gives the receipt; its zero value says nothing.
	Issuer office.Issuer
	// Signing says whether it is signed, and Cashier is the name of who took the money or gave it back, or "".
	Signing office.Signing
	Cashier string
	// InBasket is how many receipts the basket has.
	InBasket int
	// BasketCash and BasketCard are what all payments of the basket took, in cents: with Given the cash makes the change.
	BasketCash, BasketCard money.Amount
	// Still is set when the paper of one of the bills may still be on its way.
	Still bool
	// Zone is that of the centre; nil is Europe/Riga.
	Zone *time.Location
	// VerifyAt and FollowAt are the short addresses where one checks a receipt, and follows its money.
	VerifyAt, FollowAt string
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
		CheckCode: in.Code.CheckCode(), QR: symbol, VerifyAt: in.VerifyAt, FollowAt: in.FollowAt,
	}
	in.issued(ctx, &p)
	for _, l := range in.Lines {
		p.Lines = append(p.Lines, PaperLine{Bill: l.Number, What: in.What[l.Bill], Amount: amount(ctx, l.Cents)})
	}
	for _, part := range in.Parts {
		p.Tenders = append(p.Tenders, tender(ctx, part))
	}
	if in.InBasket > 1 && in.Kind == receipt.Payment {
		p.BasketLabel, p.Basket = lang.N(ctx, "paper.basket", int64(in.InBasket)), amount(ctx, in.BasketCash+in.BasketCard)
		if in.BasketCard > 0 {
			p.BasketCard = amount(ctx, in.BasketCard)
		}
	}
	if in.Given > in.BasketCash && in.Kind == receipt.Payment {
		p.GivenLabel = lang.T(ctx, in.givenKey())
		p.Given, p.Change = amount(ctx, in.Given), amount(ctx, in.Given-in.BasketCash)
	}
	if in.Kind != receipt.Payment {
		p.Original = in.Original.Name()
		if in.ByHand {
			p.Original = lang.T(ctx, "paper.by_hand", "Book", in.Original.Series, "Number", strconv.FormatUint(uint64(in.Original.Number), 10))
		}
		p.Notice = lang.T(ctx, "paper.notice."+kind, "Original", in.Original.Name())
	}
	if in.Copy != nil {
		p.Copy = lang.T(ctx, "paper.copy", "Number", int(in.Copy.Number))
		p.CopiedAt = lang.T(ctx, "paper.copied_at", "At", in.local(ctx, in.Copy.At))
	}
	return p, nil
}

// issued says who gives the receipt, who took the money, and how that is vouched for.
func (in *PaperIn) issued(ctx context.Context, p *Paper) {
	if i := in.Issuer; i.Name != "" {
		p.Issuer = i.Name
		if i.Number != "" {
			p.IssuerAt = lang.T(ctx, "paper.issuer", "Number", string(i.Number), "Address", i.Address, "Phone", i.Phone)
		}
	}
	if in.Still && in.Kind == receipt.Payment {
		p.Still = lang.T(ctx, "paper.still")
	}
	if in.Signing.Unsigned {
		p.Unsigned = in.Signing.Sentence
		return
	}
	p.Cashier, p.Signature = in.Cashier, lang.T(ctx, "paper.signature")
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
