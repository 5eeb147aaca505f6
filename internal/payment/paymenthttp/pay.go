package paymenthttp

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/bill"
	"vienkopus/internal/payment"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
)

// pay shows the basket and the search, and what else the payers in the basket owe.
func (p pages) pay(w http.ResponseWriter, r *http.Request) error {
	page, err := p.screen(r, payForm{})
	if err != nil {
		return err
	}
	if err := p.beside(r.Context(), &page); err != nil {
		return err
	}
	return html.Render(w, r, http.StatusOK, payView(page))
}

// find looks bills up. What was typed may be a name, so it comes as a form and never stands in an address. A bill that was scanned goes into the basket at once; what was typed is shown
// first. The field of scans is filled by the script, which tells a scanner by its speed, and a payment code is no hand's work.
func (p pages) find(w http.ResponseWriter, r *http.Request) error {
	s, err := httpx.Signed(r.Context())
	if err != nil {
		return err
	}
	form := payForm{Query: httpx.Typed(r, "q")}
	code := r.PostFormValue("code")
	if code != "" {
		form.Query = code
	}
	answer, err := p.Bills.Ask(r.Context(), s.By, form.Query)
	if err != nil {
		return p.refused(w, r, form, err)
	}
	if isByName(form.Query, answer.Found) {
		return p.byName(w, r, form, answer)
	}
	return p.byNumber(w, r, form, answer, code != "" || bill.IsCode(form.Query))
}

// answered shows what was found, in full.
func (p pages) answered(w http.ResponseWriter, r *http.Request, form payForm, answer bill.Answer, query string) error {
	page, err := p.screen(r, form)
	if err != nil {
		return err
	}
	names, err := p.creditors(r.Context(), answer.Found)
	if err != nil {
		return err
	}
	page.found(r.Context(), answer, names)
	if err := p.paidBefore(r.Context(), &page, answer.Found); err != nil {
		return err
	}
	if err := p.away(r.Context(), &page, answer.Found); err != nil {
		return err
	}
	page.others(form.Put)
	page.Asks = asks(r.Context(), query, answer.Found)
	return html.Render(w, r, http.StatusOK, payView(page))
}

// creditors are the names of whose bills were found.
func (p pages) creditors(ctx context.Context, found []bill.Found) (map[string]string, error) {
	names := map[string]string{}
	for _, f := range found {
		if _, known := names[string(f.Creditor)]; known {
			continue
		}
		name, err := p.creditor(ctx, f.Bill)
		if err != nil {
			return nil, err
		}
		names[string(f.Creditor)] = name
	}
	return names, nil
}

// beside shows again what the clerk has opened of the payer of the first bill in the basket.
func (p pages) beside(ctx context.Context, page *payPage) error {
	if len(page.Basket) == 0 {
		return nil
	}
	s, err := httpx.Signed(ctx)
	if err != nil {
		return err
	}
	seen, err := p.Sight.Together(ctx, s.By, page.Form.Bills[0])
	if err != nil {
		return err
	}
	found, err := p.Bills.Owed(ctx, seen)
	if err != nil {
		return err
	}
	found = slices.DeleteFunc(found, func(f bill.Found) bool { return f.Due.Total == 0 })
	names, err := p.creditors(ctx, found)
	if err == nil {
		page.found(ctx, bill.Answer{Found: found}, names)
		page.Searched = false
	}
	if len(seen) < 2 {
		page.others(page.Form.Bills[0])
	}
	return err
}

// others offers to open what else the payer of a bill in the basket owes, in the municipality of the desk.
func (c *payPage) others(b id.ID) {
	if slices.ContainsFunc(c.Basket, func(row basketRow) bool { return row.ID == b.String() && row.Here }) {
		c.Others = b.String()
	}
}

// theOne returns the only bill that was named exactly and is not settled.
func theOne(found []bill.Found) (bill.Found, bool) {
	var one bill.Found
	n := 0
	for _, f := range found {
		if f.Exact {
			n++
			one = f
		}
	}
	return one, n == 1 && one.Due.Total > 0
}

// take takes the money for what the clerk saw in the basket, and leads to the receipts.
func (p pages) take(w http.ResponseWriter, r *http.Request) error {
	req, err := httpx.Request(r)
	if err != nil {
		return err
	}
	form := readPay(r)
	order, err := form.order()
	if err != nil {
		return p.refused(w, r, form, err)
	}
	if form.Second {
		if _, err := p.Payments.Ask(r.Context(), req, order); err != nil {
			return p.refused(w, r, form, err)
		}
		return p.leave(w, r, form, "/payments#second")
	}
	basket, err := p.Payments.Take(r.Context(), req, order)
	if err != nil {
		return p.refused(w, r, form, err)
	}
	return p.leave(w, r, form, "/pay/baskets/"+basket.ID.String())
}

// leave empties the basket of the form and leads on.
func (p pages) leave(w http.ResponseWriter, r *http.Request, form payForm, to string) error {
	s, err := httpx.Signed(r.Context())
	if err != nil {
		return err
	}
	of := payment.Whose{Desk: s.Desk, Staff: s.Person.String(), Visit: form.Visit}
	httpx.Aside(r.Context(), "basket", func(ctx context.Context) error { return p.Baskets.Forget(ctx, of) })
	return httpx.See(w, r, to)
}

// payForm is what was typed.
type payForm struct {
	// Key names the payment. It stays the same when the screen is shown again, so that a card that may have paid is not charged under another
	// name, and a payment whose answer was lost is not taken twice.
	Key   string
	Query string
	// Askable is the name by which the systems of creditors may be asked, or "".
	Askable string
	Put     id.ID // went into the basket by itself
	// Typed says that a number was typed, whose bill waits for a press.
	Typed   bool
	Visit   string
	Bills   []id.ID
	Amounts []string
	// Saw is what was due for each bill when the form was shown, in cents, as the form says it.
	Saw []string
	// Tender is the button that was pressed: exactly the cash that is due, a note, or the card; "" is the one that says nothing of it.
	Tender string

	Given, Card, Slip, Because, Payer, Book, Number, Day string

	// Second says that a second person is to be asked.
	Second bool

	sent bool
}

// askSecond begins what the button says by which a second person is asked; the tender follows.
const askSecond = "ask:"

func readPay(r *http.Request) payForm {
	f := payForm{
		Key: httpx.Key(r), Visit: r.PostFormValue("visit"), Given: httpx.Typed(r, "given"), Card: httpx.Typed(r, "card"),
		Slip: httpx.Typed(r, "slip"), Because: r.PostFormValue("because"), Payer: httpx.Typed(r, "payer"),
		Book: strings.ToUpper(httpx.Typed(r, "book")), Number: httpx.Typed(r, "number"),
		Day: httpx.Typed(r, "day"), Tender: r.PostFormValue("tender"), sent: true,
	}
	if said, asks := strings.CutPrefix(r.PostFormValue("second"), askSecond); asks { // the button also says how it was to be paid when it was refused
		f.Second, f.Tender = true, cmp.Or(f.Tender, said)
	}
	for _, text := range r.PostForm["bill"] {
		b, err := id.Parse(text)
		if err != nil {
			continue // the order will have no such bill, and say so
		}
		f.Bills = append(f.Bills, b)
		f.Amounts = append(f.Amounts, httpx.Typed(r, "amount-"+text))
		f.Saw = append(f.Saw, r.PostFormValue("due-"+text))
	}
	return f
}

// order reads the amounts. Faults come joined, each on its field.
func (f payForm) order() (payment.Order, error) {
	o := payment.Order{Slip: f.Slip, Because: payment.Because(f.Because), Payer: f.Payer}
	var errs []error
	if f.Visit != "" { // as the clerk saw it, whoever is served by now
		v, err := id.Parse(f.Visit)
		if err != nil {
			errs = append(errs, fault.NewNotFound("visit.unknown"))
		}
		o.Visit = v
	}
	for i, b := range f.Bills {
		cents, err := money.Parse(f.Amounts[i])
		if err != nil {
			errs = append(errs, fault.NewInvalid("payment.amount", "Max", payment.LargestItem).On("amount-"+b.String()))
		}
		item := payment.Item{Bill: b, Cents: cents}
		if saw, err := strconv.ParseInt(f.Saw[i], 10, 64); err == nil {
			due := money.Amount(saw)
			item.Saw = &due
		}
		o.Items = append(o.Items, item)
	}
	for _, field := range []struct {
		name, text string
		into       *money.Amount
	}{{"card", f.Card, &o.Card}, {"given", f.Given, &o.Given}} {
		if field.text == "" {
			continue
		}
		cents, err := httpx.Cents(field.text, field.name)
		errs = append(errs, err)
		*field.into = cents
	}
	f.tender(&o)
	if f.Book != "" || f.Number != "" || f.Day != "" {
		paper, err := f.paper()
		errs = append(errs, err)
		o.Paper = paper
	}
	return o, errors.Join(errs...)
}

// The buttons that say how is paid. A note is tenderNote and its cents.
const (
	tenderExact = "exact"
	tenderCard  = "card"
	tenderNote  = "note-"
)

// notes are what is mostly handed over, in cents: one press each.
var notes = []money.Amount{500, 1000, 2000, 5000}

// tender reads how is paid: by the button that was pressed, else by what was typed. The card pays all unless an amount was typed for it. Whatever is paid neither
// by card nor by cash of which something was said is refused by the rules.
func (f payForm) tender(o *payment.Order) {
	var sum money.Amount
	for _, i := range o.Items {
		sum += i.Cents
	}
	switch note, isNote := strings.CutPrefix(f.Tender, tenderNote); {
	case isNote:
		cents, err := strconv.ParseInt(note, 10, 64)
		if err == nil && slices.Contains(notes, money.Amount(cents)) {
			o.Given, o.Cash = money.Amount(cents), true
		}
	case f.Tender == tenderExact:
		o.Given, o.Cash = 0, true
	case f.Tender == tenderCard && f.Card == "":
		o.Card = sum
		o.Cash = f.Given != ""
	default:
		o.Cash = f.Given != ""
	}
}

// refused shows the screen again with what was typed and why it did not pass. Faults of the machine are not shown here.
func (p pages) refused(w http.ResponseWriter, r *http.Request, form payForm, why error) error {
	shows := []fault.Kind{fault.NotFound}
	if f := fault.First(why); f != nil && strings.HasPrefix(f.Key, "sight.") {
		shows = append(shows, fault.Forbidden) // she may take money all the same
	}
	again, err := html.RefusalOf(r.Context(), why, shows...)
	if err != nil {
		return err
	}
	page, err := p.screen(r, form)
	if err != nil {
		return err
	}
	page.Doubt = again.Problems.On("because") != "" || form.Because != ""
	page.NeedsSecond = again.Problems.On("second") != ""
	for _, problem := range again.Problems {
		problem.Field = page.field(problem.Field)
		page.Faults = append(page.Faults, problem)
	}
	return html.Render(w, r, again.Status, payView(page))
}
