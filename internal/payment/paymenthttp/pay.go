package paymenthttp

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/bill"
	"vienkopus/internal/payment"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
)

// whose is the basket of the clerk for the client whom she serves.
func (p pages) whose(ctx context.Context, s *httpx.Caller) (payment.Whose, error) {
	of := payment.Whose{Desk: s.Desk, Staff: s.Person.String()}
	v, serving, err := p.Visits.ServedAt(ctx, p.Journal.DB(), s.Desk)
	if serving {
		of.Visit = v.ID.String()
	}
	return of, err
}

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

// find looks bills up. What was typed may be a name, so it comes as a form and never stands in an address. A bill that was scanned, or named
// exactly, goes into the basket at once.
func (p pages) find(w http.ResponseWriter, r *http.Request) error {
	s, err := httpx.Signed(r.Context())
	if err != nil {
		return err
	}
	form := payForm{Query: httpx.Typed(r, "q")}
	if code := r.PostFormValue("code"); code != "" {
		form.Query = code
	}
	answer, err := p.Bills.Ask(r.Context(), s.By, form.Query)
	if err != nil {
		return p.refused(w, r, form, err)
	}
	if b, only := theOne(answer.Found); only {
		of, err := p.whose(r.Context(), s)
		if err != nil {
			return err
		}
		if err := p.Baskets.Put(r.Context(), of, payment.Item{Bill: b.ID, Cents: b.Due.Total}, p.Journal.Now()); err != nil {
			return err
		}
		form.Query, form.Put = "", b.ID
	}
	page, err := p.screen(r, form)
	if err != nil {
		return err
	}
	names, err := p.creditors(r.Context(), answer.Found)
	if err != nil {
		return err
	}
	page.found(r.Context(), answer, names)
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

// beside shows all that is owed by the payer of the first bill in the basket: whoever pays for water may not know that the tax is there already.
func (p pages) beside(ctx context.Context, page *payPage) error {
	if len(page.Basket) == 0 {
		return nil
	}
	found, err := p.Bills.Find(ctx, page.Basket[0].Number)
	if err != nil {
		return err
	}
	names, err := p.creditors(ctx, found)
	if err == nil {
		page.found(ctx, bill.Answer{Found: found}, names)
		page.Searched = false
	}
	return err
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

// add puts a bill into the basket.
func (p pages) add(w http.ResponseWriter, r *http.Request) error {
	return p.change(w, r, func(of payment.Whose, b id.ID) error {
		owed, err := p.Bills.Owed(r.Context(), []id.ID{b})
		if err != nil {
			return err
		}
		cents := owed[0].Due.Total
		if cents == 0 { // it is settled; whoever pays it again is asked why
			cents = owed[0].Total()
		}
		return p.Baskets.Put(r.Context(), of, payment.Item{Bill: b, Cents: cents}, p.Journal.Now())
	})
}

// remove takes a bill out of the basket.
func (p pages) remove(w http.ResponseWriter, r *http.Request) error {
	return p.change(w, r, func(of payment.Whose, b id.ID) error { return p.Baskets.Remove(r.Context(), of, b) })
}

func (p pages) change(w http.ResponseWriter, r *http.Request, thing func(payment.Whose, id.ID) error) error {
	s, err := httpx.Signed(r.Context())
	if err != nil {
		return err
	}
	b, err := id.Parse(r.PostFormValue("bill"))
	if err != nil {
		return fault.NewNotFound("bill.unknown")
	}
	of, err := p.whose(r.Context(), s)
	if err != nil {
		return err
	}
	if err := thing(of, b); err != nil {
		return p.refused(w, r, payForm{}, err)
	}
	return httpx.See(w, r, "/pay")
}

// draft keeps the amounts that are typed, field by field. Who pays and what was handed over is not kept.
func (p pages) draft(w http.ResponseWriter, r *http.Request) error {
	s, err := httpx.Signed(r.Context())
	if err != nil {
		return err
	}
	of, err := p.whose(r.Context(), s)
	if err != nil {
		return err
	}
	form := readPay(r)
	for i, b := range form.Bills {
		cents, err := money.Parse(form.Amounts[i])
		if err != nil || cents <= 0 || cents > payment.LargestItem {
			continue // it is being typed
		}
		if err := p.Baskets.Put(r.Context(), of, payment.Item{Bill: b, Cents: cents}, p.Journal.Now()); err != nil {
			return err
		}
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
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
	basket, err := p.Payments.Take(r.Context(), req, order)
	if err != nil {
		return p.refused(w, r, form, err)
	}
	s, err := httpx.Signed(r.Context())
	if err != nil {
		return err
	}
	of := payment.Whose{Desk: s.Desk, Staff: s.Person.String(), Visit: form.Visit}
	httpx.Aside(r.Context(), "basket", func(ctx context.Context) error { return p.Baskets.Forget(ctx, of) })
	return httpx.See(w, r, "/pay/baskets/"+basket.ID.String())
}

// payForm is what was typed.
type payForm struct {
	// Key names the payment. It stays the same when the screen is shown again, so that a card that may have paid is not charged under another
	// name, and a payment whose answer was lost is not taken twice.
	Key     string
	Query   string
	Put     id.ID // went into the basket by itself
	Visit   string
	Bills   []id.ID
	Amounts []string

	Given, Card, Slip, Because, Payer, Book, Number, Day string

	sent bool
}

func readPay(r *http.Request) payForm {
	f := payForm{
		Key: httpx.Key(r), Visit: r.PostFormValue("visit"), Given: httpx.Typed(r, "given"), Card: httpx.Typed(r, "card"),
		Slip: httpx.Typed(r, "slip"), Because: r.PostFormValue("because"), Payer: httpx.Typed(r, "payer"),
		Book: strings.ToUpper(httpx.Typed(r, "book")), Number: httpx.Typed(r, "number"),
		Day: httpx.Typed(r, "day"), sent: true,
	}
	for _, text := range r.PostForm["bill"] {
		b, err := id.Parse(text)
		if err != nil {
			continue // the order will have no such bill, and say so
		}
		f.Bills = append(f.Bills, b)
		f.Amounts = append(f.Amounts, httpx.Typed(r, "amount-"+text))
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
		o.Items = append(o.Items, payment.Item{Bill: b, Cents: cents})
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
	if f.Book != "" || f.Number != "" || f.Day != "" {
		paper, err := f.paper()
		errs = append(errs, err)
		o.Paper = paper
	}
	return o, errors.Join(errs...)
}

// refused shows the screen again with what was typed and why it did not pass. Faults of the machine are not shown here.
func (p pages) refused(w http.ResponseWriter, r *http.Request, form payForm, why error) error {
	again, err := html.RefusalOf(r.Context(), why, fault.NotFound)
	if err != nil {
		return err
	}
	page, err := p.screen(r, form)
	if err != nil {
		return err
	}
	page.Doubt = again.Problems.On("because") != ""
	for _, problem := range again.Problems {
		problem.Field = page.field(problem.Field)
		page.Faults = append(page.Faults, problem)
	}
	return html.Render(w, r, again.Status, payView(page))
}
