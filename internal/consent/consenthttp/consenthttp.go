// Package consenthttp shows second persons the payments about which they are asked.
package consenthttp

import (
	"context"
	"net/http"
	"slices"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/bill"
	"vienkopus/internal/consent"
	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/lang"
)

// Deps is what the pages need.
type Deps struct {
	Journal   *journal.Journal
	Office    officehttp.Shell
	Consents  *consent.Service
	Store     Store
	Bills     Bills
	Creditors Creditors
}

// Store reads what was asked.
type Store interface {
	Question(ctx context.Context, r journal.Reader, of id.ID) (consent.Question, error)
	Undecided(ctx context.Context, r journal.Reader, municipality string, limit int) ([]consent.Question, int, error)
	Decided(ctx context.Context, r journal.Reader, municipality string, limit int) ([]consent.Question, error)
}

// Bills knows what is owed.
type Bills interface {
	Bills(ctx context.Context, r journal.Reader, bills []id.ID) ([]bill.Bill, error)
}

// Creditors knows to whom bills are paid.
type Creditors interface {
	Creditors(ctx context.Context, r journal.Reader, numbers []regno.Number) (map[regno.Number]bill.Creditor, error)
}

// listed is how many rows a list shows.
const listed = 50

// Routes returns the lines of the office. Whoever may decide may see what she decides about.
func Routes(d Deps) []httpx.Route {
	p := pages{d}
	return []httpx.Route{
		officehttp.Route(http.MethodGet, "/consents", consent.MayDecide, p.list),
		officehttp.Route(http.MethodGet, "/consents/{consent}", consent.MayDecide, p.one),
		officehttp.Route(http.MethodPost, "/consents/{consent}", consent.MayDecide, p.decide).Proven(),
	}
}

// pages are the handlers.
type pages struct{ Deps }

// row is a payment in a list.
type row struct{ Href, At, Desk, Centre, Amount, Why, State string }

// listPage is what waits for a second person, and what was decided.
type listPage struct {
	Office        officehttp.View
	Waiting, Past []row
	Pages         html.Pagination
}

func (p pages) list(w http.ResponseWriter, r *http.Request) error {
	ctx, db := r.Context(), p.Journal.DB()
	o, err := p.Office.View(r, "/consents")
	if err != nil {
		return err
	}
	names, err := p.Office.Names(ctx)
	if err != nil {
		return err
	}
	waiting, n, err := p.Store.Undecided(ctx, db, o.Code, listed)
	if err != nil {
		return err
	}
	past, err := p.Store.Decided(ctx, db, o.Code, listed)
	if err != nil {
		return err
	}
	page := listPage{Office: o}
	for _, q := range waiting {
		page.Waiting = append(page.Waiting, p.row(ctx, names, q))
	}
	for _, q := range past {
		page.Past = append(page.Past, p.row(ctx, names, q))
	}
	if n > len(waiting) {
		page.Pages.Text = html.PartText(ctx, len(waiting), n)
	}
	return html.Render(w, r, http.StatusOK, listView(page))
}

func (p pages) row(ctx context.Context, n officehttp.Names, q consent.Question) row {
	why := ""
	if len(q.Why) > 0 {
		why = lang.T(ctx, "consent.why."+string(q.Why[0]))
	}
	return row{
		Href: officehttp.Base + "/" + q.Municipality + "/consents/" + q.ID.String(), At: lang.DateTime(ctx, q.At), Desk: q.Desk, Centre: n.Centre(ctx, q.Centre),
		Amount: lang.Amount(ctx, q.Total()), Why: why, State: lang.T(ctx, "consent.is."+string(q.State)),
	}
}

// billRow is a bill that is to be paid: what settles it on the day of the receipt, and on the day on which it was asked.
type billRow struct{ Number, What, Creditor, Issued, Due, Today, Pays string }

// onePage is a payment about which a second person decides.
type onePage struct {
	Office  officehttp.View
	Key     id.ID
	ID      string
	State   string
	Tone    html.Tone
	Why     []string
	Details []html.Detail
	Bills   []billRow
	Faults  html.ErrorSummary
	// CanDecide says that it waits, and Own that whoever looks had a part in it. Void says that a payment is to be voided.
	CanDecide, Own, Void bool
}

func (p pages) one(w http.ResponseWriter, r *http.Request) error {
	page, err := p.question(r)
	if err != nil {
		return err
	}
	return html.Render(w, r, http.StatusOK, oneView(page))
}

func (p pages) question(r *http.Request) (onePage, error) {
	ctx := r.Context()
	o, err := p.Office.View(r, "")
	if err != nil {
		return onePage{}, err
	}
	of, err := httpx.PathID(r, "consent", "consent.unknown")
	if err != nil {
		return onePage{}, err
	}
	q, err := p.Store.Question(ctx, p.Journal.DB(), of)
	if err != nil {
		return onePage{}, err
	}
	if q.Municipality != o.Code {
		return onePage{}, fault.NewNotFound("consent.unknown")
	}
	who, err := httpx.Signed(ctx)
	if err != nil {
		return onePage{}, err
	}
	had, err := q.Part()
	if err != nil {
		return onePage{}, err
	}
	page := onePage{
		Office: o, Key: p.Office.Key(), ID: q.ID.String(), State: lang.T(ctx, "consent.is."+string(q.State)), Tone: tone(q.State),
		CanDecide: q.State == consent.Waiting, Own: slices.Contains(had, who.By.Who()), Void: q.Void != nil,
	}
	for _, w := range q.Why {
		page.Why = append(page.Why, lang.T(ctx, "consent.why."+string(w)))
	}
	if page.Details, err = p.details(ctx, q, had[0]); err != nil {
		return page, err
	}
	page.Bills, err = p.bills(ctx, q)
	return page, err
}

// details say who asks where and when, and what stands on the receipt.
func (p pages) details(ctx context.Context, q consent.Question, asked string) ([]html.Detail, error) {
	names, err := p.Office.Names(ctx)
	if err != nil {
		return nil, err
	}
	by, err := p.Office.Who(ctx, asked)
	if err != nil {
		return nil, err
	}
	all := []html.Detail{
		{Term: lang.T(ctx, "consent.asked_by"), Text: by},
		{Term: lang.T(ctx, "consent.asked_at"), Text: lang.DateTime(ctx, q.At)},
		{Term: lang.T(ctx, "consent.place"), Text: names.Centre(ctx, q.Centre) + ", " + q.Desk},
		{Term: lang.T(ctx, "consent.sum"), Text: lang.Amount(ctx, q.Total())},
	}
	if q.Card > 0 {
		all = append(all, html.Detail{Term: lang.T(ctx, "consent.card"), Text: lang.Amount(ctx, q.Card)})
	}
	if q.Forgives > 0 {
		all = append(all, html.Detail{Term: lang.T(ctx, "consent.forgives"), Text: lang.Amount(ctx, q.Forgives)})
	}
	if q.Void != nil {
		by, err := p.Office.Who(ctx, q.Void.TakenBy)
		if err != nil {
			return nil, err
		}
		all = append(all, html.Detail{Term: lang.T(ctx, "consent.void"), Text: q.Void.Receipt},
			html.Detail{Term: lang.T(ctx, "consent.void_why"), Text: lang.T(ctx, "payment.why."+q.Void.Reason)},
			html.Detail{Term: lang.T(ctx, "consent.taken"), Text: lang.DateTime(ctx, q.Void.TakenAt) + ", " + by})
	}
	if q.Paper != nil {
		all = append(all, html.Detail{Term: lang.T(ctx, "consent.paper"), Text: lang.T(ctx, "consent.paper_of", "Book", q.Paper.Book, "Number", int64(q.Paper.Number), "Day", q.Paper.Day.Display())})
	}
	if q.Because != "" {
		all = append(all, html.Detail{Term: lang.T(ctx, "payment.why_all_the_same"), Text: lang.T(ctx, "payment.because."+q.Because)})
	}
	if q.Decider != "" {
		who, err := p.Office.Who(ctx, q.Decider)
		if err != nil {
			return nil, err
		}
		all = append(all, html.Detail{Term: lang.T(ctx, "consent.decided_by"), Text: who + ", " + lang.DateTime(ctx, q.Decided)})
	}
	return all, nil
}

func (p pages) bills(ctx context.Context, q consent.Question) ([]billRow, error) {
	ids := make([]id.ID, len(q.Items))
	for i, item := range q.Items {
		ids[i] = item.Bill
	}
	all, err := p.Bills.Bills(ctx, p.Journal.DB(), ids)
	if err != nil {
		return nil, err
	}
	known := map[id.ID]bill.Bill{}
	numbers := make([]regno.Number, len(all))
	for i := range all {
		known[all[i].ID], numbers[i] = all[i], all[i].Creditor
	}
	creditors, err := p.Creditors.Creditors(ctx, p.Journal.DB(), numbers)
	if err != nil {
		return nil, err
	}
	rows := make([]billRow, len(q.Items))
	for i, item := range q.Items {
		b := known[item.Bill]
		kind := string(b.Kind)
		if lang.Has(ctx, "payment.kind."+kind) {
			kind = lang.T(ctx, "payment.kind."+kind)
		}
		rows[i] = billRow{
			Number: item.Number, What: kind, Creditor: creditors[b.Creditor].Name, Issued: b.Issued.Display(),
			Due: lang.Amount(ctx, item.Due), Today: lang.Amount(ctx, item.Today), Pays: lang.Amount(ctx, item.Cents),
		}
	}
	return rows, nil
}

func tone(s consent.State) html.Tone {
	switch s {
	case consent.Recorded, consent.Agreed:
		return html.Success
	case consent.Refused:
		return html.Danger
	case consent.Waiting:
	}
	return html.Info
}

// decide notes what the second person says.
func (p pages) decide(w http.ResponseWriter, r *http.Request) error {
	req, err := officehttp.Request(r)
	if err != nil {
		return err
	}
	of, err := httpx.PathID(r, "consent", "consent.unknown")
	if err != nil {
		return err
	}
	d := consent.Decision{Consent: of, Municipality: r.PathValue("municipality"), Agreed: r.PostFormValue("decision") == "agree"}
	if err := p.Consents.Decide(r.Context(), req, d); err != nil {
		again, err := html.RefusalOf(r.Context(), err)
		if err != nil {
			return err
		}
		page, err := p.question(r)
		if err != nil {
			return err
		}
		page.Faults = again.Problems
		return html.Render(w, r, again.Status, oneView(page))
	}
	return officehttp.See(w, r, "/consents")
}
