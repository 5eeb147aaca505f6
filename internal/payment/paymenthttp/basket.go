package paymenthttp

import (
	"cmp"
	"context"
	"math"
	"net/http"
	"slices"
	"strings"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/bill"
	"vienkopus/internal/bill/epc"
	"vienkopus/internal/payment"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/visit"
)

// whose is the basket of the clerk for the client whom she serves today: without a client there is none, so that nobody finds the bills of the one before.
func (p pages) whose(ctx context.Context, s *httpx.Caller) (payment.Whose, error) {
	of := payment.Whose{Desk: s.Desk, Staff: s.Person.String()}
	v, serving, err := p.Visits.ServedAt(ctx, p.Journal.DB(), s.Desk)
	if serving && lang.Today(ctx, v.OpenedAt) == lang.Today(ctx, p.Journal.Now()) {
		of.Visit = v.ID.String()
	}
	return of, err
}

// put puts a bill into the basket of whoever is served; the first one begins a visit.
func (p pages) put(ctx context.Context, s *httpx.Caller, item payment.Item) error {
	of, err := p.whose(ctx, s)
	if err != nil {
		return err
	}
	if of.Visit == "" {
		v, err := p.Counter.Begin(ctx, journal.Request{By: s.By, Desk: s.Desk, Key: "basket:" + id.New(p.Journal.Now()).String()}, visit.InPerson)
		if err != nil {
			return err
		}
		of.Visit = v.ID.String()
	}
	return p.Baskets.Put(ctx, of, item, p.Journal.Now())
}

// add puts a bill into the basket.
func (p pages) add(w http.ResponseWriter, r *http.Request) error {
	return p.change(w, r, func(s *httpx.Caller, b id.ID) error {
		owed, err := p.Bills.Owed(r.Context(), []id.ID{b})
		if err != nil {
			return err
		}
		if err := p.Sight.Shown(r.Context(), p.look(s), s.Municipality, owed[0]); err != nil {
			return err
		}
		cents := owed[0].Due.Total
		if cents == 0 { // it is settled; whoever pays it again is asked why
			cents = owed[0].Total()
		}
		return p.put(r.Context(), s, payment.Item{Bill: b, Cents: cents})
	})
}

// remove takes a bill out of the basket.
func (p pages) remove(w http.ResponseWriter, r *http.Request) error {
	return p.change(w, r, func(s *httpx.Caller, b id.ID) error {
		of, err := p.whose(r.Context(), s)
		if err != nil || of.Visit == "" {
			return err
		}
		return p.Baskets.Remove(r.Context(), of, b)
	})
}

func (p pages) change(w http.ResponseWriter, r *http.Request, thing func(*httpx.Caller, id.ID) error) error {
	s, err := httpx.Signed(r.Context())
	if err != nil {
		return err
	}
	b, err := id.Parse(r.PostFormValue("bill"))
	if err != nil {
		return fault.NewNotFound("bill.unknown")
	}
	if err := thing(s, b); err != nil {
		return p.refused(w, r, payForm{}, err)
	}
	return httpx.See(w, r, "/pay")
}

// empty takes all bills out of the basket.
func (p pages) empty(w http.ResponseWriter, r *http.Request) error {
	s, err := httpx.Signed(r.Context())
	if err != nil {
		return err
	}
	of, err := p.whose(r.Context(), s)
	if err != nil {
		return err
	}
	if of.Visit != "" {
		if err := p.Baskets.Forget(r.Context(), of); err != nil {
			return err
		}
	}
	return httpx.See(w, r, "/pay")
}

// draft keeps the amounts that are typed, field by field, for the client for whom the form was shown. Who pays and what was handed over is not kept.
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
	if of.Visit == "" || form.Visit != of.Visit {
		form.Bills = nil // of a client who has gone
	}
	kept, err := p.Baskets.Load(r.Context(), of)
	if err != nil {
		return err
	}
	for i, b := range form.Bills {
		cents, err := money.Parse(form.Amounts[i])
		if err != nil || cents <= 0 || cents > payment.LargestItem {
			continue // it is being typed
		}
		if !slices.ContainsFunc(kept, func(i payment.Item) bool { return i.Bill == b }) {
			continue // it was taken out in another tab
		}
		if err := p.Baskets.Put(r.Context(), of, payment.Item{Bill: b, Cents: cents}, p.Journal.Now()); err != nil {
			return err
		}
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// payers are those in whose names the bills of the basket are, when there are several: it is said, so that nobody pays for a stranger. Who lives elsewhere is another one, with her address
// where the names are one; and whoever is not known is one too.
func (c *payPage) payers(ctx context.Context) []string {
	var who []basketRow
	for _, b := range c.Basket {
		if !slices.ContainsFunc(who, func(other basketRow) bool { return other.Of == b.Of }) {
			who = append(who, b)
		}
	}
	if len(who) < 2 {
		return nil
	}
	names := make([]string, len(who))
	for i, b := range who {
		names[i] = cmp.Or(b.Payer, lang.T(ctx, "payment.payer_unknown"))
		if slices.ContainsFunc(who, func(other basketRow) bool { return other.Of != b.Of && other.Of.Name == b.Of.Name }) && b.Address != "" {
			names[i] += " (" + b.Address + ")"
		}
	}
	return names
}

// paidBefore says of the settled bills that were found when they were paid, with which receipt: whoever asks again is not told that there is nothing.
func (p pages) paidBefore(ctx context.Context, page *payPage, found []bill.Found) error {
	var settled []id.ID
	for _, f := range found {
		if f.Due.Total == 0 {
			settled = append(settled, f.ID)
		}
	}
	if len(settled) == 0 {
		return nil
	}
	paid, err := p.Store.PaidFor(ctx, p.Journal.DB(), settled)
	if err != nil {
		return err
	}
	s, err := httpx.Signed(ctx)
	if err != nil {
		return err
	}
	today := lang.Today(ctx, p.Journal.Now())
	for g := range page.Groups {
		for i := range page.Groups[g].Bills {
			row := &page.Groups[g].Bills[i]
			for b, one := range paid {
				if b.String() != row.ID {
					continue
				}
				row.Paid = paidWhen(ctx, one, today)
				if one.Desk == s.Desk {
					row.PaidHref = "/payments/" + one.ID.String()
				}
			}
		}
	}
	return nil
}

// paidWhen says when a bill was paid, with which receipt.
func paidWhen(ctx context.Context, one payment.Payment, today civil.Date) string {
	if one.Day == today {
		return lang.T(ctx, "payment.paid_today", "Receipt", one.Name())
	}
	return lang.T(ctx, "payment.paid_on", "Day", one.Day.Display(), "Receipt", one.Name())
}

// paidToday are the bills of a payer that were paid at the desk today, by the beginning of his name: those that are open were looked for in vain.
func (p pages) paidToday(ctx context.Context, desk, query string) ([]bill.Found, error) {
	db := p.Journal.DB()
	all, err := p.Store.AtDesk(ctx, db, payment.DayOf(desk, lang.Today(ctx, p.Journal.Now()), lang.ZoneOf(ctx)), payment.Part{Before: math.MaxInt64, Limit: paidLooked})
	if err != nil {
		return nil, err
	}
	var bills []id.ID
	for _, one := range all {
		for _, l := range one.Lines {
			if one.State == payment.Taken && !slices.Contains(bills, l.Bill) {
				bills = append(bills, l.Bill)
			}
		}
	}
	found, err := p.Bills.Owed(ctx, bills)
	name := bill.Fold(query)
	return slices.DeleteFunc(found, func(f bill.Found) bool {
		return name == "" || !strings.HasPrefix(bill.Fold(f.Payer.Name), name) || f.Due.Total > 0
	}), err
}

// paidLooked is how many of the last payments of the day are looked through.
const paidLooked = 200

// asks says when a code that was scanned asks another sum than is due, or "".
func asks(ctx context.Context, query string, found []bill.Found) string {
	code, err := epc.Parse(strings.TrimSpace(query))
	if err != nil || code.Amount == 0 {
		return ""
	}
	var due money.Amount
	exact := 0
	for _, f := range found {
		if f.Exact {
			due += f.Due.Total
			exact++
		}
	}
	if exact == 0 || due == code.Amount {
		return ""
	}
	return lang.T(ctx, "payment.code_asks", "Asked", code.Amount, "Due", due)
}
