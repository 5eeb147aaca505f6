package bankhttp

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"vienkopus/internal/bank"
	"vienkopus/internal/bank/pain"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/iban"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/office"
	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/lang"
)

func byName(a, b creditorLine) int {
	return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.number, b.number))
}

// remitForm is what somebody chose to pass on.
type remitForm struct {
	sent    bool
	From    string
	Numbers []string
	Cents   []string
	// Early says why more is to be passed on than is in the bank.
	Early bank.Early
}

// remittancesPage are the orders to the bank that were made lately, or one of them.
type remittancesPage struct {
	Office officehttp.View
	One    bool
	Said   string
	Orders []orderCard
}

// orderCard is one order: remittances that were made together.
type orderCard struct {
	Title, From, Total, File, Href string
	Rows                           []remittanceRow
	Key                            id.ID
	First, Last                    string
	Sent, Cancelled                bool
}

// remittanceRow is what one creditor gets.
type remittanceRow struct{ Creditor, To, Sum, Through string }

// order is a run of lines in the journal of an office that were made together.
type order struct {
	first, last int64
	at          time.Time
	made        []bank.RemittanceMade
}

// remit makes remittances for the creditors that were chosen, with the sums that the page showed.
func (p pages) remit(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	req, err := officehttp.Request(r)
	if err != nil {
		return err
	}
	form := remitForm{sent: true, From: chosenAccount(r), Numbers: r.PostForm["creditor"], Early: bank.Early(r.PostFormValue("early"))}
	through, err := httpx.Day(r.PostFormValue("through"), "through", civil.Date{})
	if err != nil {
		return err
	}
	in, err := form.read(r, through)
	if err == nil && form.Early != "" {
		if _, err = p.Bank.AskRemit(ctx, req, in, form.Early); err == nil {
			return officehttp.See(w, r, "/remittances?said=asked")
		}
	}
	if err == nil {
		var made []bank.RemittanceMade
		if made, err = p.Bank.Remit(ctx, req, in); err == nil {
			return p.toOrder(w, r, made)
		}
	}
	again, other := html.RefusalOf(r.Context(), err)
	if other != nil {
		return other
	}
	over := civil.Period{From: civil.MonthOf(through).First(), To: through}
	page, broken := p.creditorsPage(r, over, form)
	if broken != nil {
		return broken
	}
	page.Account.Typed = httpx.Typed(r, "other")
	page.Faults = again.Problems
	page.Faults.Move("from", page.Account.field())
	return html.Render(w, r, again.Status, creditorsView(page))
}

// chosenAccount is the account that was typed, or else the one that was chosen.
func chosenAccount(r *http.Request) string {
	return cmp.Or(httpx.Typed(r, "other"), r.PostFormValue("iban"))
}

func (f *remitForm) read(r *http.Request, through civil.Date) (bank.RemitIn, error) {
	in := bank.RemitIn{From: iban.IBAN(f.From), Through: through}
	var errs []error
	for _, text := range f.Numbers {
		number, err := regno.Parse(text)
		if err != nil {
			return in, fault.NewInvalid("bankpage.creditor_unknown").On("creditors")
		}
		field := "cents-"
		if f.Early != "" {
			field = "owed-" // all of it, wherever it is
		}
		cents, err := money.Parse(r.PostFormValue(field + text))
		if err != nil {
			errs = append(errs, fault.NewInvalid("till.amount").On("creditors"))
		}
		in.Parts = append(in.Parts, bank.Owing{Creditor: number, Cents: cents})
	}
	return in, errors.Join(errs...)
}

// toOrder leads to the order that was just made, or was made by the same form before.
func (p pages) toOrder(w http.ResponseWriter, r *http.Request, made []bank.RemittanceMade) error {
	var lines []int64
	for _, m := range []bank.RemittanceMade{made[0], made[len(made)-1]} {
		about, err := p.Journal.About(r.Context(), p.Journal.DB(), m.Subjects()[0], 1)
		if err != nil {
			return err
		}
		if len(about) == 0 {
			return errors.New("bankhttp: a remittance that was made has no line")
		}
		lines = append(lines, about[0].Number)
	}
	return officehttp.See(w, r, "/remittances?"+orderQuery(lines[0], lines[1]))
}

func orderQuery(first, last int64) string {
	return url.Values{"first": {strconv.FormatInt(first, 10)}, "last": {strconv.FormatInt(last, 10)}}.Encode()
}

// orderOf reads the order that the address names by its first and last line in the journal of the office. Lines that were not made together are no order.
func (p pages) orderOf(r *http.Request, o officehttp.View) (order, error) {
	unknown := fault.NewNotFound("bankpage.order_unknown")
	first, err := strconv.ParseInt(r.FormValue("first"), 10, 64)
	if err != nil || first < 1 {
		return order{}, unknown
	}
	last, err := strconv.ParseInt(r.FormValue("last"), 10, 64)
	if err != nil || last < first || last-first >= bank.MostRemitted {
		return order{}, unknown
	}
	lines, err := p.Journal.Lines(r.Context(), p.Journal.DB(), office.Desk(o.Code), first-1, int(last-first+1))
	if err != nil {
		return order{}, err
	}
	found := order{first: first, last: last}
	for _, e := range lines {
		m, ok := e.Fact.(bank.RemittanceMade)
		if !ok || len(found.made) > 0 && (!e.RecordedAt.Equal(found.at) || m.From != found.made[0].From) {
			return order{}, unknown
		}
		found.at = e.RecordedAt
		found.made = append(found.made, m)
	}
	if int64(len(found.made)) != last-first+1 {
		return order{}, unknown
	}
	return found, nil
}

// remittances shows the order that the address names, or those that were made lately.
func (p pages) remittances(w http.ResponseWriter, r *http.Request) error {
	o, err := p.Office.View(r, "/remittances")
	if err != nil {
		return err
	}
	page := remittancesPage{Office: o, One: r.FormValue("first") != ""}
	if said := r.FormValue("said"); said == "asked" || said == "sent" || said == "cancelled" {
		page.Said = lang.T(r.Context(), "bankpage.order_"+said+"_now")
	}
	var orders []order
	if page.One {
		one, err := p.orderOf(r, o)
		if err != nil {
			return err
		}
		orders = append(orders, one)
	} else if orders, err = p.ordersLately(r.Context(), o); err != nil {
		return err
	}
	for _, one := range orders {
		card, err := p.orderCard(r.Context(), o, one)
		if err != nil {
			return err
		}
		page.Orders = append(page.Orders, card)
	}
	return html.Render(w, r, http.StatusOK, remittancesView(page))
}

// ordersDays is how far back orders are listed, in days.
const ordersDays = 62

// ordersLately returns the orders of the last weeks, the latest first.
func (p pages) ordersLately(ctx context.Context, o officehttp.View) ([]order, error) {
	db := p.Journal.DB()
	made, err := p.Store.Remittances(ctx, db, o.Code, civil.Period{From: p.Office.Today().AddDays(-ordersDays), To: p.Office.Today()})
	if err != nil {
		return nil, err
	}
	var lines []journal.Entry
	for _, m := range made {
		about, err := p.Journal.About(ctx, db, bank.RemittanceMade{Remittance: m.ID}.Subjects()[0], 1)
		if err != nil {
			return nil, err
		}
		lines = append(lines, about...)
	}
	slices.SortFunc(lines, func(a, b journal.Entry) int { return cmp.Compare(a.Number, b.Number) })
	var orders []order
	for _, e := range lines {
		m, ok := e.Fact.(bank.RemittanceMade)
		if !ok {
			continue
		}
		if n := len(orders) - 1; n >= 0 && orders[n].last == e.Number-1 && orders[n].at.Equal(e.RecordedAt) && orders[n].made[0].From == m.From {
			orders[n].last = e.Number
			orders[n].made = append(orders[n].made, m)
			continue
		}
		orders = append(orders, order{first: e.Number, last: e.Number, at: e.RecordedAt, made: []bank.RemittanceMade{m}})
	}
	slices.Reverse(orders)
	return orders, nil
}

func (p pages) orderCard(ctx context.Context, o officehttp.View, one order) (orderCard, error) {
	query := orderQuery(one.first, one.last)
	card := orderCard{
		Title: lang.T(ctx, "bankpage.order", "Number", one.id(o.Code), "Day", one.made[0].Day.Display()), From: one.made[0].From.Display(),
		File: o.Href("/remittances.xml?" + query), Href: o.Href("/remittances?" + query), Key: p.Office.Key(),
		First: strconv.FormatInt(one.first, 10), Last: strconv.FormatInt(one.last, 10),
	}
	state, err := p.Store.Remittance(ctx, p.Journal.DB(), one.made[0].Remittance)
	if err != nil {
		return card, err
	}
	card.Sent, card.Cancelled = state.Sent, state.Cancelled
	var total money.Amount // of at most MostRemitted, each within ledger.LargestPosting
	for _, m := range one.made {
		name, err := p.Creditors.CreditorName(ctx, p.Journal.DB(), m.Creditor)
		if err != nil {
			return card, err
		}
		total += m.Cents
		card.Rows = append(card.Rows, remittanceRow{Creditor: name, To: m.To.Display(), Sum: lang.Amount(ctx, m.Cents), Through: m.Through.Display()})
	}
	card.Total = lang.Amount(ctx, total)
	return card, nil
}

// id names an order for the bank: the office and its lines, which are given once.
func (o order) id(municipality string) string {
	return municipality + "-" + strconv.FormatInt(o.first, 10) + "-" + strconv.FormatInt(o.last, 10)
}

// orderFile hands an order out as the file that a bank reads. The same order is the same file.
func (p pages) orderFile(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	o, err := p.Office.View(r, "/remittances")
	if err != nil {
		return err
	}
	one, err := p.orderOf(r, o)
	if err != nil {
		return err
	}
	state, err := p.Store.Remittance(ctx, p.Journal.DB(), one.made[0].Remittance)
	if err != nil {
		return err
	}
	if !state.Sent {
		return fault.NewConflict("bank.order_not_sent")
	}
	source := lang.With(ctx, lang.Source) // whoever asks gets the same bytes
	out := pain.Order{ID: one.id(o.Code), Created: one.at, Day: one.made[0].Day, Payer: o.Name, From: one.made[0].From}
	for i, m := range one.made {
		name, err := p.Creditors.CreditorName(ctx, p.Journal.DB(), m.Creditor)
		if err != nil {
			return err
		}
		out.Transfers = append(out.Transfers, pain.Transfer{
			ID: o.Code + "-" + strconv.FormatInt(one.first+int64(i), 10), Payee: name, To: m.To, Amount: m.Cents,
			Text: lang.T(source, "bankpage.transfer_text", "Day", m.Through.Display()),
		})
	}
	var file bytes.Buffer
	if err := pain.Write(&file, out); err != nil {
		return err
	}
	httpx.Attach(w, "application/xml", "remittances-"+out.ID+".xml")
	if _, err := file.WriteTo(w); err != nil {
		return fmt.Errorf("bankhttp: order: %w", err)
	}
	return nil
}
