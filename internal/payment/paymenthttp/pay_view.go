package paymenthttp

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/bill"
	"vienkopus/internal/payment"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/till"
)

// payPage is the screen on which money is taken.
type payPage struct {
	// Key names the next request of the till; that of the payment is in the form.
	Key    id.ID
	Faults html.ErrorSummary
	Form   payForm
	// At is when the page was made, in UTC.
	At time.Time
	// Shift says whether money may be taken, and Since since when the drawer is open.
	Shift shiftState
	Since string
	// Searched tells that somebody searched; Groups are the bills that were found, by payer; Silent are creditors who did not answer.
	Searched bool
	Groups   []payerGroup
	Silent   []string
	// Masked are the persons that a search by name found, when they are several.
	Masked []maskedRow
	// Others is a bill in the basket or on the page, of whose payer the other bills were not opened and may be; or "".
	Others string
	// Asks says that the code that was scanned asks another sum than is due.
	Asks   string
	Basket []basketRow
	Total  money.Amount
	// Doubt shows the reasons why a possible mistake is none.
	Doubt       bool
	HasTerminal bool
	// NeedsSecond says that one person alone may not take it, and offers to ask a second one.
	NeedsSecond bool
}

// shiftState is how the drawer stands.
type shiftState int

const (
	shiftNone shiftState = iota
	shiftOpen
	shiftCounted // it was counted and not closed
)

// adds marks the amounts that make the total, for the script that adds up while somebody types.
var adds = templ.Attributes{"data-adds": true}

// payerGroup are the bills of one payer.
type payerGroup struct {
	Name, Address string
	Bills         []billRow
}

// billRow is a bill that was found.
type billRow struct {
	ID, Number, What, Creditor, Due, Next, State string
	Overdue, InBasket, Payable                   bool
	// Still says that its paper may still come by post, so that nobody pays it again.
	Still bool
	// Away is the municipality that it is of, when that is another one: it can be paid, and no more.
	Away string
	// Focus says that the page begins at its button: its number was typed.
	Focus bool
	// Paid says when it was paid, with which receipt, and PaidHref leads there when that was at this desk.
	Paid, PaidHref string
}

// basketRow is a bill in the basket.
type basketRow struct {
	ID, Number, What, Creditor, Payer, Address, Due, Amount, Error string
	// Of is in whose name the bill is, to tell payers apart, and Here that she is known and of the municipality of the desk.
	Of   bill.Payer
	Here bool
	// Cents is what is due, as the form carries it.
	Cents string
	// Parts say of which bill and which late fee the sum is made, as of which day: today, and the day of the receipt written by hand.
	Parts []string
	Put   bool
}

// screen reads everything that the screen shows for the desk in use.
func (p pages) screen(r *http.Request, form payForm) (payPage, error) {
	ctx := r.Context()
	page := payPage{Key: id.New(p.Journal.Now()), At: p.Journal.Now(), Form: form, HasTerminal: p.HasTerminal}
	s, err := httpx.Signed(r.Context())
	if err != nil {
		return page, err
	}
	if page.Shift, page.Since, err = p.shiftOf(ctx, s); err != nil {
		return page, err
	}
	of, err := p.whose(ctx, s)
	if err != nil {
		return page, err
	}
	if page.Form.Key == "" {
		page.Form.Key = id.New(p.Journal.Now()).String()
	}
	if !form.sent && of.Visit != "" {
		page.Form.Visit = of.Visit
		if err := p.restore(ctx, of, &page.Form); err != nil {
			return page, err
		}
	}
	return page, p.rows(ctx, &page, of)
}

// restore fills the form with what is in the basket.
func (p pages) restore(ctx context.Context, of payment.Whose, form *payForm) error {
	items, err := p.Baskets.Load(ctx, of)
	for _, item := range items {
		form.Bills = append(form.Bills, item.Bill)
		form.Amounts = append(form.Amounts, lang.Typed(ctx, item.Cents))
	}
	return err
}

// rows says what the bills in the basket are and adds them up. A form may name any bill: in whose name it is is told of those that are in the basket, or that the clerk has opened.
func (p pages) rows(ctx context.Context, page *payPage, of payment.Whose) error {
	owed, err := p.Bills.Owed(ctx, page.Form.Bills)
	if err != nil {
		return err
	}
	s, err := httpx.Signed(ctx)
	if err != nil {
		return err
	}
	if page.Form.sent {
		if err := p.maskUnseen(ctx, s, of, owed); err != nil {
			return err
		}
	}
	parts, err := p.partsOf(ctx, page, owed)
	if err != nil {
		return err
	}
	for i, f := range owed {
		creditor, err := p.creditor(ctx, f.Bill)
		if err != nil {
			return err
		}
		page.Basket = append(page.Basket, basketRow{
			ID: f.ID.String(), Number: f.Number, What: whatOf(ctx, f), Creditor: creditor, Payer: f.Payer.Name, Address: f.Payer.Address, Due: lang.Amount(ctx, f.Due.Total),
			Of: bill.Payer{Name: bill.Fold(f.Payer.Name), Address: bill.Fold(f.Payer.Address)}, Here: f.Municipality == s.Municipality && f.Payer.Name != "",
			Cents: strconv.FormatInt(int64(f.Due.Total), 10), Amount: page.Form.Amounts[i], Put: f.ID == page.Form.Put, Parts: parts[i],
		})
		if cents, err := money.Parse(page.Form.Amounts[i]); err == nil && cents > 0 && cents <= payment.LargestItem {
			page.Total += cents
		}
	}
	return nil
}

// partsOf says for each bill what is the bill and what is late fee, where there is one: as of today, and as of the day of a receipt written by hand, on which the client owed less.
func (p pages) partsOf(ctx context.Context, page *payPage, owed []bill.Found) ([][]string, error) {
	all, today := make([][]string, len(owed)), lang.Today(ctx, page.At)
	for i, f := range owed {
		if f.Due.Fee > 0 {
			all[i] = append(all[i], lang.T(ctx, "payment.fee_today", "Bill", lang.Amount(ctx, f.Due.Principal), "Fee", lang.Amount(ctx, f.Due.Fee), "Total", lang.Amount(ctx, f.Due.Total)))
		}
	}
	day, err := civil.ParseDate(page.Form.Day)
	if err != nil || !day.Before(today) {
		return all, nil //nolint:nilerr // no day, or a wrong one, which the rules refuse
	}
	then, err := p.Bills.DuesOn(ctx, owed, day)
	if err != nil {
		return nil, err
	}
	for i, f := range owed {
		if f.Due.Fee > 0 {
			all[i] = append(all[i], lang.T(ctx, "payment.fee_then", "Bill", lang.Amount(ctx, then[i].Principal), "Fee", lang.Amount(ctx, then[i].Fee), "Total", lang.Amount(ctx, then[i].Total), "Day", day.Display()))
		}
	}
	return all, nil
}

// whatOf says what is billed, and where the creditor's own figure of the late fee and our calculation are two, both.
func whatOf(ctx context.Context, f bill.Found) string {
	more, differ := f.Due.Differs(f.Bill)
	if !differ {
		return kindOf(ctx, f.Bill)
	}
	own := f.Figure.Fee + more
	return kindOf(ctx, f.Bill) + " · " + lang.T(ctx, "payment.fee_differs", "Fee", lang.Amount(ctx, f.Figure.Fee), "Own", lang.Amount(ctx, own))
}

func (p pages) creditor(ctx context.Context, b bill.Bill) (string, error) {
	c, err := p.Creditors.Creditor(ctx, p.Journal.DB(), b.Creditor)
	return c.Name, err
}

// kindOf says what is billed; a kind without a word of ours is shown as the creditor calls it.
func kindOf(ctx context.Context, b bill.Bill) string {
	if key := "payment.kind." + string(b.Kind); lang.Has(ctx, key) {
		return lang.T(ctx, key)
	}
	return string(b.Kind)
}

// found shows an answer, the bills of one payer together.
func (c *payPage) found(ctx context.Context, a bill.Answer, creditors map[string]string) {
	c.Searched = true
	for _, silent := range a.Silent {
		c.Silent = append(c.Silent, silent.Name)
	}
	for _, f := range a.Found {
		at := slices.IndexFunc(c.Groups, func(g payerGroup) bool { return g.Name == f.Payer.Name && g.Address == f.Payer.Address })
		if at < 0 {
			at = len(c.Groups)
			c.Groups = append(c.Groups, payerGroup{Name: f.Payer.Name, Address: f.Payer.Address})
		}
		row := billRow{
			ID: f.ID.String(), Number: f.Number, What: kindOf(ctx, f.Bill), Creditor: creditors[string(f.Creditor)], Due: lang.Amount(ctx, f.Due.Total),
			State: lang.T(ctx, "payment.bill."+string(f.Due.State)), Overdue: f.Due.Overdue > 0, Payable: f.Due.State != bill.Void,
			InBasket: slices.Contains(c.Form.Bills, f.ID), Still: f.Due.Total > 0 && f.OnItsWay(lang.Today(ctx, c.At)),
		}
		row.Focus = c.Form.Typed && f.Exact && row.Payable && !row.InBasket && c.unfocused()
		if !f.Due.Next.IsZero() {
			row.Next = f.Due.Next.Display()
		}
		c.Groups[at].Bills = append(c.Groups[at].Bills, row)
	}
}

// shiftOf says how the drawer stands and since when it is open.
func (p pages) shiftOf(ctx context.Context, who *httpx.Caller) (shiftState, string, error) {
	s, there, err := p.Shifts.OpenAt(ctx, p.Journal.DB(), who.Desk)
	if err != nil || !there {
		return shiftNone, "", err
	}
	if s.State != till.Open {
		return shiftCounted, "", nil
	}
	return shiftOpen, lang.Time(ctx, s.OpenedAt), nil
}

// field leads what is wrong with a field of the rules to where it can be mended.
func (c *payPage) field(of string) string {
	switch of {
	case "amount", "items":
		if len(c.Basket) > 0 {
			return "amount-" + c.Basket[0].ID
		}
		return "q"
	case "query":
		return "q"
	}
	return of
}

// error is what is to mend about an amount of the basket.
func (c *payPage) error(of string) string { return c.Faults.On("amount-" + of) }

// paper reads the receipt from the paper book.
func (f payForm) paper() (*payment.OnPaper, error) {
	number, err := strconv.ParseUint(f.Number, 10, 32)
	if err != nil {
		return nil, fault.NewInvalid("payment.paper_number").On("number")
	}
	day, err := civil.ParseDate(f.Day)
	if err != nil {
		return nil, fault.NewInvalid("payment.paper_day").On("day")
	}
	return &payment.OnPaper{Paper: payment.Paper{Book: f.Book, Number: uint32(number)}, Day: day}, nil
}

// onPaper tells whether the receipt of a paper book is being typed in.
func (f payForm) onPaper() bool { return f.Book != "" || f.Number != "" || f.Day != "" }

func becauses(ctx context.Context, chosen string) []html.Choice {
	return html.Choices(payment.Reasons, payment.Because(chosen), func(b payment.Because) string { return lang.T(ctx, "payment.because."+string(b)) })
}

// shownQuery is what was typed; a code that was scanned is not shown.
func (f payForm) shownQuery() string {
	if strings.ContainsAny(f.Query, "\r\n") {
		return ""
	}
	return f.Query
}

// called is the name of the payer, or words for none.
func (g payerGroup) called(ctx context.Context) string {
	if g.Name == "" {
		return lang.T(ctx, "payment.payer_unknown")
	}
	return g.Name
}

// unfocused tells whether no bill has the focus yet.
func (c *payPage) unfocused() bool {
	for _, g := range c.Groups {
		if slices.ContainsFunc(g.Bills, func(b billRow) bool { return b.Focus }) {
			return false
		}
	}
	return true
}

func (b billRow) open() bool { return b.Next != "" }

func (b billRow) addLabel(ctx context.Context) templ.Attributes {
	attrs := templ.Attributes{"aria-label": lang.T(ctx, "payment.add_bill", "Bill", b.What+" "+b.Number)}
	if b.Focus {
		attrs["autofocus"] = true
	}
	return attrs
}

func (b billRow) copyLabel(ctx context.Context) templ.Attributes {
	return templ.Attributes{"aria-label": lang.T(ctx, "payment.bill_copy_of", "Number", b.Number)}
}

// removeLabel also ties the button to a form of its own: inside the form of the payment it would be what Enter presses.
func (b basketRow) removeLabel(ctx context.Context) templ.Attributes {
	return templ.Attributes{"form": "remove-" + b.ID, "aria-label": lang.T(ctx, "payment.remove_bill", "Bill", b.What+" "+b.Number)}
}

// slipHint says whether the number has to be typed.
func (c *payPage) slipHint(ctx context.Context) string {
	if c.HasTerminal {
		return lang.T(ctx, "payment.slip_by_itself")
	}
	return ""
}

func tenderOf(note money.Amount) string { return tenderNote + strconv.FormatInt(int64(note), 10) }

// noteLabel says in full what a button means that shows a figure.
func noteLabel(ctx context.Context, note money.Amount) templ.Attributes {
	return templ.Attributes{"aria-label": lang.T(ctx, "payment.note_given", "Amount", note), "data-note": strconv.FormatInt(int64(note), 10)}
}

// focusGiven tells whether the next thing to type is the cash that was handed over.
func (c *payPage) focusGiven() bool {
	return len(c.Faults) == 0 && c.Shift == shiftOpen && c.unfocused() && (!c.Searched || !c.Form.Put.IsZero() || c.Form.Typed)
}
