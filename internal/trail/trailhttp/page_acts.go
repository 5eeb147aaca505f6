package trailhttp

import (
	"context"
	"net/http"
	"strings"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/till"
)

// actsPage is where an accountant finds the acts to print.
type actsPage struct {
	Office    officehttp.View
	Month     string
	Creditors []html.Link
	Counts    []html.Link
	Earlier   string
}

// act is one to print and sign.
type act struct {
	Office       officehttp.View
	Back         string
	Title        string
	Facts        html.DescriptionList
	Columns      []html.Column
	Rows         [][2]string
	Foot         [2]string
	Theirs       bool // a column is left for the figures of the other side
	Says, Agreed string
	Signers      []string
}

// countsDays is how far back counts are offered, in days.
const countsDays = 14

// acts lists the creditors of a month, and the counts of the last days.
func (p pages) acts(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	o, err := p.Office.View(r, "/acts")
	if err != nil {
		return err
	}
	month, err := p.month(r)
	if err != nil {
		return err
	}
	page := actsPage{Office: o, Month: lang.Month(ctx, month.From), Earlier: o.Href("/acts?month=" + month.From.AddDays(-1).String()[:7])}
	lines, err := p.Money.PerCreditor(ctx, p.Journal.DB(), o.Code, month)
	if err != nil {
		return err
	}
	for _, l := range lines {
		name, err := p.Creditors.CreditorName(ctx, p.Journal.DB(), l.Creditor)
		if err != nil {
			return err
		}
		page.Creditors = append(page.Creditors, html.Link{Label: name, Href: o.Href("/acts/payee?creditor=" + string(l.Creditor) + "&month=" + month.From.String()[:7])})
	}
	today := p.Office.Today()
	shifts, err := p.Counts.Shifts(ctx, p.Journal.DB(), till.ShiftFilter{Municipality: o.Code, Over: civil.Period{From: today.AddDays(-countsDays), To: today}})
	for _, s := range shifts {
		if s.Counts > 0 {
			page.Counts = append(page.Counts, html.Link{Label: s.Desk + ", " + lang.Date(ctx, s.Day), Href: o.Href("/acts/count?shift=" + s.ID.String())})
		}
	}
	if err != nil {
		return err
	}
	return html.Render(w, r, http.StatusOK, actsView(page))
}

// month is the month that the address names, or the last one that is over.
func (p pages) month(r *http.Request) (civil.Period, error) {
	first := r.FormValue("month")
	if first == "" {
		today := p.Office.Today()
		first = today.AddDays(-today.Day()).String()[:7]
	}
	from, err := civil.ParseDate(first + "-01")
	if err != nil {
		return civil.Period{}, fault.NewNotFound("trail.month")
	}
	next := from.AddDays(31)
	return civil.Period{From: from, To: next.AddDays(-next.Day())}, nil
}

// payee is the act of a month by which the municipality and a payee see that they have the same figures.
func (p pages) payee(w http.ResponseWriter, r *http.Request) error {
	ctx, db := r.Context(), p.Journal.DB()
	o, err := p.Office.View(r, "")
	if err != nil {
		return err
	}
	over, err := p.month(r)
	if err != nil {
		return err
	}
	number, err := regno.Parse(r.FormValue("creditor"))
	if err != nil {
		return fault.NewNotFound("bill.creditor_unknown")
	}
	creditor, err := p.Creditors.Creditor(ctx, db, number)
	if err != nil {
		return err
	}
	lines, err := p.Money.PerCreditor(ctx, db, o.Code, over)
	if err != nil {
		return err
	}
	opening, err := p.Money.OwingAt(ctx, db, o.Code, number, over.From.AddDays(-1))
	if err != nil {
		return err
	}
	a := act{
		Office: o, Back: o.Href("/acts"), Title: lang.T(ctx, "trail.act_payee", "Month", lang.Month(ctx, over.From)), Agreed: lang.T(ctx, "trail.act_agreed"), Theirs: true,
		Rows: [][2]string{{lang.T(ctx, "trail.act_opening", "Day", over.From.Display()), lang.Amount(ctx, opening)}},
	}
	closing := opening
	for _, l := range lines {
		if l.Creditor != number {
			continue
		}
		closing += l.Received - l.Returned - l.Remitted
		a.Rows = append(a.Rows, [2]string{lang.T(ctx, "trail.act_received"), lang.Amount(ctx, l.Received)}, [2]string{lang.T(ctx, "trail.act_returned"), minus(ctx, l.Returned)})
	}
	made, err := p.Money.Remittances(ctx, db, o.Code, over)
	if err != nil {
		return err
	}
	for _, m := range made {
		if m.Creditor == number {
			a.Rows = append(a.Rows, [2]string{lang.T(ctx, "trail.act_remitted", "Day", m.Day.Display()), minus(ctx, m.Cents)})
		}
	}
	a.Foot = [2]string{lang.T(ctx, "trail.act_closing", "Day", over.To.Display()), lang.Amount(ctx, closing)}
	if err := p.parties(ctx, &a, o, over.To); err != nil {
		return err
	}
	a.Facts = append(a.Facts, html.Detail{Term: lang.T(ctx, "paper.creditor"), Text: creditor.Name + ", " + string(creditor.Number)})
	a.Columns = append(a.Columns, html.Numbers(lang.T(ctx, "trail.act_theirs")))
	a.Signers = []string{o.Name, creditor.Name}
	a.numbered(ctx, over.From.String()[:7]+"/"+string(creditor.Number), p.Office.Today())
	return html.Render(w, r, http.StatusOK, actView(a))
}

// numbered begins the facts of an act with its number, which follows from what the act is about, and the day of this paper.
func (a *act) numbered(ctx context.Context, number string, today civil.Date) {
	a.Facts = append(html.DescriptionList{{Term: lang.T(ctx, "trail.act_number"), Text: number}, {Term: lang.T(ctx, "trail.act_made"), Text: lang.Date(ctx, today)}}, a.Facts...)
}

func minus(ctx context.Context, cents money.Amount) string { return lang.Amount(ctx, -cents) }

// parties begins the facts of an act with the institution.
func (p pages) parties(ctx context.Context, a *act, o officehttp.View, on civil.Date) error {
	i, err := p.Issuers.IssuerOn(ctx, p.Journal.DB(), o.Code, on)
	if err != nil {
		return err
	}
	name := o.Name
	if i.Name != "" {
		name = strings.Join([]string{i.Name, string(i.Number), i.Address}, ", ")
	}
	a.Facts = append(a.Facts, html.Detail{Term: lang.T(ctx, "tillpage.municipality"), Text: name})
	a.Columns = []html.Column{html.Words(lang.T(ctx, "trail.act_what")), html.Numbers(lang.T(ctx, "paper.amount"))}
	return nil
}

// count is the act of a count that nobody had announced (pēkšņā kases pārbaude): what was there, note by note, and what should have been.
func (p pages) count(w http.ResponseWriter, r *http.Request) error {
	ctx, db := r.Context(), p.Journal.DB()
	o, err := p.Office.View(r, "")
	if err != nil {
		return err
	}
	of, err := id.Parse(r.FormValue("shift"))
	if err != nil {
		return fault.NewNotFound("till.shift_unknown")
	}
	s, err := p.Counts.Shift(ctx, db, of)
	if err != nil {
		return err
	}
	counts, err := p.Counts.Counts(ctx, db, of)
	if err != nil {
		return err
	}
	if s.Municipality != o.Code || len(counts) == 0 {
		return fault.NewNotFound("till.shift_unknown")
	}
	c := counts[len(counts)-1]
	a := act{Office: o, Back: o.Href("/acts"), Title: lang.T(ctx, "trail.act_count", "Desk", s.Desk), Says: lang.T(ctx, "trail.act_explained")}
	if err := p.parties(ctx, &a, o, s.Day); err != nil {
		return err
	}
	called, err := p.Office.Called(ctx, c.By)
	if err != nil {
		return err
	}
	place, err := p.Places.Centre(ctx, db, s.Centre)
	if err != nil {
		return err
	}
	a.Facts = append(a.Facts, html.Detail{Term: lang.T(ctx, "trail.act_place"), Text: place.Name + ", " + s.Desk}, html.Detail{Term: lang.T(ctx, "trail.act_counted_at"), Text: lang.DateTime(ctx, c.At)},
		html.Detail{Term: lang.T(ctx, "trail.act_cashier"), Text: called})
	for _, piece := range c.Pieces {
		a.Rows = append(a.Rows, [2]string{lang.Int(ctx, piece.N) + " × " + lang.Amount(ctx, piece.Cents), lang.Amount(ctx, money.Amount(piece.N)*piece.Cents)})
	}
	a.Rows = append(a.Rows, [2]string{lang.T(ctx, "trail.act_counted"), lang.Amount(ctx, c.Counted)}, [2]string{lang.T(ctx, "trail.act_expected"), lang.Amount(ctx, c.Expected)})
	a.Foot = [2]string{lang.T(ctx, "trail.act_difference"), lang.Amount(ctx, c.Difference)}
	a.Signers = []string{lang.T(ctx, "trail.act_cashier"), lang.T(ctx, "trail.act_checker"), lang.T(ctx, "trail.act_checker")}
	a.numbered(ctx, s.Desk+"/"+c.At.In(lang.ZoneOf(ctx)).Format("2006-01-02/1504"), p.Office.Today())
	return html.Render(w, r, http.StatusOK, actView(a))
}
