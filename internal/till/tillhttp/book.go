package tillhttp

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/platform/sheet"
	"vienkopus/internal/till"
)

// bookPage is the cash book of a desk on a day.
type bookPage struct {
	Office                    officehttp.View
	Faults                    html.ErrorSummary
	Desk, Day                 string
	Desks                     []html.Choice
	Caption                   string
	Opening, In, Out, Closing string
	Lines                     []bookRow
	Prev, Next                html.Link
	Files                     []html.Link
}

// bookRow is one line of a cash book.
type bookRow struct{ Number, At, What, In, Out string }

// bookAsk is which cash book somebody asks for.
type bookAsk struct {
	desk string
	day  civil.Date
	all  []deskName
}

// deskName is a desk with the name of its centre.
type deskName struct{ code, name string }

// bookWindow is how far back and ahead the neighbours of a day in a cash book are looked for, in days.
const bookWindow = 400

// book shows a cash book.
func (p pages) book(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	o, err := p.Office.View(r, "/cash-book")
	if err != nil {
		return err
	}
	ask, wrong := p.bookAsk(r, o)
	if _, err := html.RefusalOf(r.Context(), wrong); wrong != nil && err != nil {
		return err
	}
	page := bookPage{Office: o, Faults: html.Problems(ctx, wrong), Desk: ask.desk, Day: ask.day.Display()}
	for _, d := range ask.all {
		page.Desks = append(page.Desks, html.Choice{Value: d.code, Label: d.name, Chosen: d.code == ask.desk})
	}
	if wrong != nil {
		page.Day = r.FormValue("day")
		return html.Render(w, r, http.StatusUnprocessableEntity, bookView(page))
	}
	if ask.desk != "" {
		if err := p.fillBook(ctx, &page, ask); err != nil {
			return err
		}
	}
	return html.Render(w, r, http.StatusOK, bookView(page))
}

// bookAsk reads the desk and the day of the address. A desk of another municipality is not found.
func (p pages) bookAsk(r *http.Request, o officehttp.View) (bookAsk, error) {
	ask := bookAsk{desk: r.FormValue("desk")}
	var err error
	if ask.all, err = p.desksOf(r.Context(), o.Code); err != nil {
		return ask, err
	}
	if ask.desk == "" && len(ask.all) > 0 {
		ask.desk = ask.all[0].code
	}
	if ask.desk != "" && !slices.ContainsFunc(ask.all, func(d deskName) bool { return d.code == ask.desk }) {
		return ask, fault.NewNotFound("tillpage.desk_unknown", "Desk", ask.desk)
	}
	if ask.day, err = httpx.Day(r.FormValue("day"), "day", p.Office.Today()); err != nil {
		return ask, err
	}
	return ask, p.unseen(r, ask)
}

// unseen refuses the book of a drawer that whoever asks works at and has not counted: whoever counts is told nowhere what should be in it.
func (p pages) unseen(r *http.Request, ask bookAsk) error {
	shift, open, err := p.Store.OpenAt(r.Context(), p.Journal.DB(), ask.desk)
	if err != nil || !open || ask.day.Before(shift.Day) {
		return err
	}
	blind, err := p.blind(r, shift)
	if err == nil && blind {
		err = fault.NewConflict("tillpage.book_blind").On("day")
	}
	return err
}

// desksOf returns the desks of a municipality that are open or had a shift, in the order of their centres and codes.
func (p pages) desksOf(ctx context.Context, municipality string) ([]deskName, error) {
	n, err := p.Office.Names(ctx)
	if err != nil {
		return nil, err
	}
	open, err := p.Centres.Desks(ctx, p.Journal.DB(), p.Office.Today())
	if err != nil {
		return nil, err
	}
	shifts, err := p.Store.Shifts(ctx, p.Journal.DB(), till.ShiftFilter{Municipality: municipality})
	if err != nil {
		return nil, err
	}
	at := map[string]string{} // desk → centre
	for _, s := range shifts {
		at[s.Desk] = s.Centre
	}
	for _, d := range open {
		if d.Municipality == municipality {
			at[d.Code] = d.Centre
		}
	}
	var all []deskName
	for code, centre := range at {
		all = append(all, deskName{code: code, name: n.Centre(ctx, centre) + ", " + code})
	}
	slices.SortFunc(all, func(a, b deskName) int { return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.code, b.code)) })
	return all, nil
}

func (p pages) fillBook(ctx context.Context, page *bookPage, ask bookAsk) error {
	b, err := p.Store.CashBook(ctx, p.Journal.DB(), ask.desk, ask.day)
	if err != nil {
		return err
	}
	page.Caption = lang.T(ctx, "tillpage.book_caption", "Desk", b.Desk, "Day", b.Day.Display())
	page.Opening, page.Closing = lang.Amount(ctx, b.Opening), lang.Amount(ctx, b.Closing)
	page.In, page.Out = lang.Amount(ctx, b.In), lang.Amount(ctx, b.Out)
	for _, l := range b.Lines {
		row := bookRow{Number: strconv.FormatInt(l.Number, 10), At: lang.Time(ctx, l.At), What: kindName(ctx, l.Kind)}
		if l.In > 0 {
			row.In = lang.Amount(ctx, l.In)
		}
		if l.Out > 0 {
			row.Out = lang.Amount(ctx, l.Out)
		}
		page.Lines = append(page.Lines, row)
	}
	page.Files = html.FilesOf(ctx, page.Office.DeskHref("/cash-book", ask.desk, ask.day), "/cash-book")
	return p.neighbours(ctx, page, ask)
}

// neighbours leads to the days before and after on which the drawer moved.
func (p pages) neighbours(ctx context.Context, page *bookPage, ask bookAsk) error {
	days, err := p.Store.BookDays(ctx, p.Journal.DB(), ask.desk, civil.Period{From: ask.day.AddDays(-bookWindow), To: ask.day.AddDays(bookWindow)})
	for _, d := range days {
		link := html.Link{Label: d.Display(), Href: page.Office.DeskHref("/cash-book", ask.desk, d)}
		switch {
		case d.Before(ask.day):
			page.Prev = link
		case d.After(ask.day) && page.Next.Href == "":
			page.Next = link
		}
	}
	return err
}

// bookFile hands a cash book out as a table.
func (p pages) bookFile(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	o, err := p.Office.View(r, "/cash-book")
	if err != nil {
		return err
	}
	ask, err := p.bookAsk(r, o)
	if err != nil {
		return err
	}
	b, err := p.Store.CashBook(ctx, p.Journal.DB(), ask.desk, ask.day)
	if err != nil {
		return err
	}
	out, err := httpx.Sheet(w, r, ask.desk+"-"+ask.day.String(), []sheet.Cell{
		sheet.Text(lang.T(ctx, "office.line")), sheet.Text(lang.T(ctx, "tillpage.at")), sheet.Text(lang.T(ctx, "tillpage.what")),
		sheet.Text(lang.T(ctx, "office.in")), sheet.Text(lang.T(ctx, "office.out")), sheet.Text(lang.T(ctx, "tillpage.balance")),
	})
	if err != nil {
		return err
	}
	rows := [][]sheet.Cell{{sheet.None, sheet.None, sheet.Text(lang.T(ctx, "office.opening")), sheet.None, sheet.None, sheet.Money(b.Opening)}}
	balance := b.Opening
	for _, l := range b.Lines {
		balance += l.In - l.Out
		rows = append(rows, []sheet.Cell{
			sheet.Number(l.Number), sheet.Text(lang.DateTime(ctx, l.At)), sheet.Text(kindName(ctx, l.Kind)), sheet.Money(l.In), sheet.Money(l.Out), sheet.Money(balance),
		})
	}
	rows = append(rows, []sheet.Cell{
		sheet.None, sheet.None, sheet.Text(lang.T(ctx, "office.closing")), sheet.Money(b.In), sheet.Money(b.Out), sheet.Money(b.Closing),
	})
	return httpx.Rows(out, rows)
}
