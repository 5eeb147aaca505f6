package paymenthttp

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/consent"
	"vienkopus/internal/payment"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/till"
)

// listed is how many rows of a list stand on one page.
const listed = 50

// listPage are the payments of a day at a desk.
type listPage struct {
	// Title says which day, and Day is it as it was typed, "" for today.
	Title, Day string
	Faults     html.ErrorSummary
	Receipt    string
	Payments   []paymentRow
	Pages      html.Pagination
	ToPayOut   []refundRow
	// Waiting says how many refunds wait to be paid out, where not all of them are here.
	Waiting html.Pagination
	// Asked are the payments, and the voids, about which a second person was asked.
	Asked []askedRow
	// Total is of all payments that were recorded on the day, or "" while the drawer is open that has to be counted blind. Earlier is what of it bears an earlier day, on receipts written by
	// hand, and Later what was written by hand on the day and typed in later; "" where there is none.
	Total, Earlier, Later string
}

// list shows the payments of a day, today's unless another one is asked for, or leads to a receipt by its number.
func (p pages) list(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	s, err := httpx.Signed(r.Context())
	if err != nil {
		return err
	}
	if act := r.FormValue("act"); act != "" { // from the visit that counts it
		return p.counted(w, r, s.Desk, act)
	}
	page := listPage{Receipt: strings.TrimSpace(r.FormValue("receipt"))}
	if page.Receipt != "" {
		found, err := p.numbered(ctx, s.Desk, page.Receipt)
		switch {
		case err == nil:
			return httpx.See(w, r, "/payments/"+found.String())
		case fault.First(err) == nil:
			return err
		}
		page.Faults = html.Problems(ctx, err)
	}
	today := lang.Today(ctx, p.Journal.Now())
	day, err := httpx.Day(strings.TrimSpace(r.FormValue("day")), "day", today)
	if err != nil {
		page.Faults = append(page.Faults, html.Problems(ctx, err)...)
	}
	page.Title = lang.T(ctx, "payment.list")
	if day != today {
		page.Title, page.Day = lang.T(ctx, "payment.list_of", "Day", day.Display()), day.Display()
	}
	if err := p.ofDay(r, payment.DayOf(s.Desk, day, lang.ZoneOf(ctx)), &page); err != nil {
		return err
	}
	if err := p.waiting(ctx, s.Desk, &page); err != nil {
		return err
	}
	if err := p.second(ctx, s.Desk, &page); err != nil {
		return err
	}
	return html.Render(w, r, http.StatusOK, listView(page))
}

// counted leads to the payment that an act of the desk counts.
func (p pages) counted(w http.ResponseWriter, r *http.Request, desk, text string) error {
	act, err := id.Parse(text)
	if err != nil {
		return fault.NewNotFound("payment.unknown")
	}
	one, there, err := p.Store.CountedBy(r.Context(), p.Journal.DB(), desk, act)
	if err == nil && !there {
		err = fault.NewNotFound("payment.unknown")
	}
	if err != nil {
		return err
	}
	return httpx.See(w, r, "/payments/"+one.ID.String())
}

// askedRow is a payment about which a second person was asked.
type askedRow struct {
	ID, At, Name, Amount, Why, State string
	Tone                             html.Tone
	// Agreed says that it can be recorded now, and Slip that the number on the slip of the terminal is typed for it; Void that a payment is voided by it.
	Agreed, Slip, Void bool
	Key                id.ID
}

// refusedFor is for how long the desk sees that a second person has refused.
const refusedFor = 7 * 24 * time.Hour

// second adds the payments about which a second person was asked.
func (p pages) second(ctx context.Context, desk string, page *listPage) error {
	all, err := p.Consents.AtDesk(ctx, p.Journal.DB(), desk, p.Journal.Now().Add(-refusedFor), listed)
	for _, q := range all {
		row := askedRow{
			ID: q.ID.String(), At: lang.DateTime(ctx, q.At), Amount: lang.Amount(ctx, q.Total()), State: lang.T(ctx, "consent.is."+string(q.State)),
			Agreed: q.State == consent.Agreed, Slip: q.Card > 0 && !p.HasTerminal, Key: id.New(p.Journal.Now()), Name: q.Items[0].Number, Tone: html.Info,
		}
		switch {
		case q.Void != nil:
			row.Void, row.Slip, row.Name = true, false, q.Void.Receipt
		case q.Paper != nil:
			row.Name = payment.Paper{Book: q.Paper.Book, Number: q.Paper.Number}.Name()
		}
		if len(q.Why) > 0 {
			row.Why = lang.T(ctx, "consent.why."+string(q.Why[0]))
		}
		switch q.State {
		case consent.Agreed:
			row.Tone = html.Success
		case consent.Refused:
			row.Tone = html.Danger
		case consent.Waiting, consent.Recorded:
		}
		page.Asked = append(page.Asked, row)
	}
	return err
}

// takeAgreed records a payment to which a second person has agreed.
func (p pages) takeAgreed(w http.ResponseWriter, r *http.Request) error {
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
	v, _, err := p.Visits.ServedAt(r.Context(), p.Journal.DB(), q.Desk) // whoever is served goes on being served
	if err != nil {
		return err
	}
	basket, err := p.Payments.TakeAgreed(r.Context(), req, q, v.ID, httpx.Typed(r, "slip-"+of.String()))
	if err != nil {
		return err
	}
	return httpx.See(w, r, "/pay/baskets/"+basket.ID.String())
}

// ofDay adds a page of the payments of the day, and what all of them come to.
func (p pages) ofDay(r *http.Request, day payment.DeskDay, page *listPage) error {
	ctx, db := r.Context(), p.Journal.DB()
	list := httpx.List{Name: "payments/" + day.Desk + "/" + day.Day.String()}
	before, err := list.AfterNumber(r, math.MaxInt64)
	if err != nil {
		return err
	}
	all, err := p.Store.AtDesk(ctx, db, day, payment.Part{Before: before, Limit: listed + 1})
	if err != nil {
		return err
	}
	sum, err := p.Store.Day(ctx, db, day)
	if err != nil {
		return err
	}
	all, last, more := httpx.Cut(all, listed)
	if page.Payments, err = p.rowsOf(ctx, all); err != nil {
		return err
	}
	for i, one := range all {
		page.Payments[i].Notes = notesOf(ctx, day, one)
	}
	if drawer, open, err := p.Shifts.OpenAt(ctx, db, day.Desk); err != nil {
		return err
	} else if !open || drawer.State != till.Open || day.Day.Before(drawer.Day) { // whoever is to count the drawer is told nowhere what should be in it
		page.Total = lang.Amount(ctx, sum.Taken)
		if sum.Earlier > 0 {
			page.Earlier = lang.Amount(ctx, sum.Earlier)
		}
		if sum.Later > 0 {
			page.Later = lang.Amount(ctx, sum.Later)
		}
	}
	page.Pages = html.PartOf(r, len(all), sum.N)
	if more {
		page.Pages.Next = html.Behind(r, list.Place(strconv.FormatInt(last.Entry, 10)))
	}
	return nil
}

// waiting adds the oldest refunds that wait to be paid out.
func (p pages) waiting(ctx context.Context, desk string, page *listPage) error {
	waiting, err := p.Store.ToPayOut(ctx, p.Journal.DB(), desk, listed+1)
	if err != nil {
		return err
	}
	waiting, _, more := httpx.Cut(waiting, listed)
	for _, f := range waiting {
		page.ToPayOut = append(page.ToPayOut, p.refundRow(ctx, f))
	}
	if !more {
		return nil
	}
	n, err := p.Store.ToPayOutCount(ctx, p.Journal.DB(), desk)
	page.Waiting.Text = html.PartText(ctx, len(waiting), n)
	return err
}

// numbered finds the payment of a receipt of the desk, of ours, of a paper book or of what was given back, by its number with the series before it; a number alone is of the series
// in which the desk gives receipts now. A series that is there in the text is never exchanged for another one. It returns the fault "payment.receipt_not_here".
func (p pages) numbered(ctx context.Context, desk, text string) (id.ID, error) {
	db := p.Journal.DB()
	unknown := fault.NewNotFound("payment.receipt_not_here", "Receipt", text, "Desk", desk).On("receipt")
	at := strings.LastIndexAny(text, " -/") + 1
	n, err := strconv.ParseUint(text[at:], 10, 32)
	if err != nil {
		return id.ID{}, unknown // what is no number is no receipt
	}
	series := strings.ToUpper(strings.Trim(text[:at], " -/"))
	if series == "" {
		last, _, _, err := p.Store.Last(ctx, db, desk, false)
		if err != nil {
			return id.ID{}, err
		}
		series = last.Series
	}
	one, there, err := p.Store.Named(ctx, db, series, uint32(n))
	if err != nil {
		return id.ID{}, err
	}
	if there && one.Desk == desk {
		return one.ID, nil
	}
	d, err := p.Store.Document(ctx, db, series, uint32(n))
	if f := fault.First(err); f != nil || err == nil && d.Desk != desk {
		return id.ID{}, unknown
	}
	return d.Payment, err
}

// rowsOf are payments as a list shows them, in their order.
func (p pages) rowsOf(ctx context.Context, all []payment.Payment) ([]paymentRow, error) {
	numbers := make([]regno.Number, len(all))
	for i, one := range all {
		numbers[i] = one.Creditor
	}
	creditors, err := p.Creditors.Creditors(ctx, p.Journal.DB(), numbers)
	rows := make([]paymentRow, len(all))
	for i, one := range all {
		rows[i] = paymentRow{
			Href: "/payments/" + one.ID.String(), Name: one.Name(), At: lang.Time(ctx, one.At), Creditor: creditors[one.Creditor].Name,
			Amount: lang.Amount(ctx, one.Total()), Tender: tenders(ctx, one), State: string(one.State), StateName: lang.T(ctx, "payment.is."+string(one.State)),
		}
	}
	return rows, err
}

// notesOf says of a receipt written by hand which day stands on it and when it was typed in, where the two differ, and which late fee was not taken because of that.
func notesOf(ctx context.Context, day payment.DeskDay, one payment.Payment) []string {
	var all []string
	entered := civil.In(one.At, lang.ZoneOf(ctx))
	switch byHand := one.Paper != (payment.Paper{}); {
	case byHand && !day.Has(one.At):
		all = append(all, lang.T(ctx, "payment.typed_in_later", "Day", entered.Display()))
	case byHand && one.Day != entered:
		all = append(all, lang.T(ctx, "payment.of_paper_day", "Day", one.Day.Display()))
	case byHand:
		all = append(all, lang.T(ctx, "payment.by_hand"))
	}
	if one.Forgiven > 0 {
		all = append(all, lang.T(ctx, "payment.fee_not_taken")+": "+lang.Amount(ctx, one.Forgiven))
	}
	return all
}

// foot is the last row of the list, or nothing.
func (c listPage) foot() templ.Component {
	if c.Total == "" {
		return nil
	}
	return listFoot(c)
}
