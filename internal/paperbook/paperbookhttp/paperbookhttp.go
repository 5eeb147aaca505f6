// Package paperbookhttp shows which paper book lies at which desk, and what was written in it.
package paperbookhttp

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/centre"
	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/paperbook"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/lang"
)

// Deps is what the pages need.
type Deps struct {
	Journal *journal.Journal
	Office  officehttp.Shell
	Books   *paperbook.Service
	Store   Store
	Desks   Desks
	// Written returns the receipts of a book that were typed in, in the order of their numbers.
	Written func(ctx context.Context, r journal.Reader, book string) ([]paperbook.Written, error)
}

// Store reads what was issued.
type Store interface {
	Issues(ctx context.Context, r journal.Reader, book string) ([]paperbook.Issue, error)
	In(ctx context.Context, r journal.Reader, municipality string) ([]paperbook.Issue, error)
}

// Desks knows the desks.
type Desks interface {
	Desks(ctx context.Context, r journal.Reader, on civil.Date) ([]centre.OpenDesk, error)
}

// Routes returns the lines of the office.
func Routes(d Deps) []httpx.Route {
	p := pages{d}
	return []httpx.Route{
		officehttp.Route(http.MethodGet, "/paper-books", paperbook.MayIssue, p.list),
		officehttp.Route(http.MethodPost, "/paper-books", paperbook.MayIssue, p.issue),
		officehttp.Route(http.MethodGet, "/paper-books/{book}", paperbook.MayIssue, p.one),
		officehttp.Route(http.MethodPost, "/paper-books/{book}/back", paperbook.MayIssue, p.back),
	}
}

// pages are the handlers.
type pages struct{ Deps }

// issueRow is what was issued of a book.
type issueRow struct{ Href, Book, Desk, Numbers, From, To, State string }

// form is what was typed about a book.
type form struct{ Book, Desk, First, Last, From string }

// listPage are the books of a municipality.
type listPage struct {
	Office officehttp.View
	Key    id.ID
	Faults html.ErrorSummary
	Out    []issueRow // at desks
	In     []issueRow
	Form   form
	Desks  []html.Choice
}

func (p pages) list(w http.ResponseWriter, r *http.Request) error {
	page, err := p.books(r, form{From: lang.Today(r.Context(), p.Journal.Now()).Display()})
	if err != nil {
		return err
	}
	return html.Render(w, r, http.StatusOK, listView(page))
}

func (p pages) books(r *http.Request, f form) (listPage, error) {
	ctx, db := r.Context(), p.Journal.DB()
	o, err := p.Office.View(r, "/paper-books")
	if err != nil {
		return listPage{}, err
	}
	page := listPage{Office: o, Key: p.Office.Key(), Form: f}
	all, err := p.Store.In(ctx, db, o.Code)
	if err != nil {
		return page, err
	}
	for _, i := range all {
		if i.State == paperbook.AtDesk {
			page.Out = append(page.Out, rowOf(ctx, o, i))
		} else {
			page.In = append(page.In, rowOf(ctx, o, i))
		}
	}
	desks, err := p.Desks.Desks(ctx, db, p.Office.Today())
	if err != nil {
		return page, err
	}
	for _, d := range desks {
		if d.Municipality == o.Code {
			page.Desks = append(page.Desks, html.Choice{Value: d.Code, Label: d.Code + ", " + d.CentreName, Chosen: d.Code == f.Desk})
		}
	}
	return page, nil
}

func rowOf(ctx context.Context, o officehttp.View, i paperbook.Issue) issueRow {
	row := issueRow{
		Href: o.Href("/paper-books/" + url.PathEscape(i.Book)), Book: i.Book, Desk: i.Desk, From: i.From.Display(), State: lang.T(ctx, "paperbook.is."+string(i.State)),
		Numbers: lang.T(ctx, "paperbook.from_to", "First", int64(i.First), "Last", int64(i.Last)),
	}
	if !i.To.IsZero() {
		row.To = i.To.Display()
	}
	return row
}

// issue gives a book to a desk.
func (p pages) issue(w http.ResponseWriter, r *http.Request) error {
	req, err := officehttp.Request(r)
	if err != nil {
		return err
	}
	f := form{
		Book: strings.ToUpper(httpx.Typed(r, "book")), Desk: r.PostFormValue("desk"), First: httpx.Typed(r, "first"), Last: httpx.Typed(r, "last"), From: httpx.Typed(r, "from"),
	}
	o, err := f.order(r.PathValue("municipality"))
	if err == nil {
		err = p.Books.Issue(r.Context(), req, o)
	}
	if err != nil {
		again, err := html.RefusalOf(r.Context(), err, fault.NotFound)
		if err != nil {
			return err
		}
		page, err := p.books(r, f)
		if err != nil {
			return err
		}
		page.Faults = again.Problems
		return html.Render(w, r, again.Status, listView(page))
	}
	return officehttp.See(w, r, "/paper-books")
}

func (f form) order(municipality string) (paperbook.Order, error) {
	o := paperbook.Order{Book: f.Book, Municipality: municipality, Desk: f.Desk}
	for _, n := range []struct {
		text, name string
		into       *uint32
	}{{f.First, "first", &o.Range.First}, {f.Last, "last", &o.Range.Last}} {
		number, err := strconv.ParseUint(n.text, 10, 32)
		if err != nil {
			return o, fault.NewInvalid("payment.paper_number").On(n.name)
		}
		*n.into = uint32(number)
	}
	var err error
	if o.From, err = civil.ParseDate(f.From); err != nil {
		return o, fault.NewInvalid("paperbook.day").On("from")
	}
	return o, nil
}

// writtenRow is a receipt of a book.
type writtenRow struct{ Number, Day, Typed, By, Desk, Amount, State string }

// onePage is a book.
type onePage struct {
	Office  officehttp.View
	Key     id.ID
	Faults  html.ErrorSummary
	Book    string
	Issues  []issueRow
	Written []writtenRow
	// Missing are the numbers before the last one typed in that nobody has typed in: spoilt, or kept back.
	Missing      string
	Today        string
	CanTake, Out bool
}

func (p pages) one(w http.ResponseWriter, r *http.Request) error {
	page, err := p.book(r)
	if err != nil {
		return err
	}
	return html.Render(w, r, http.StatusOK, oneView(page))
}

func (p pages) book(r *http.Request) (onePage, error) {
	ctx, db := r.Context(), p.Journal.DB()
	o, err := p.Office.View(r, "")
	if err != nil {
		return onePage{}, err
	}
	page := onePage{Office: o, Key: p.Office.Key(), Book: r.PathValue("book"), Today: lang.Today(ctx, p.Journal.Now()).Display()}
	issues, err := p.Store.Issues(ctx, db, page.Book)
	if err != nil {
		return page, err
	}
	if len(issues) == 0 || issues[0].Municipality != o.Code {
		return page, fault.NewNotFound("paperbook.unknown")
	}
	for _, i := range issues {
		page.Issues = append(page.Issues, rowOf(ctx, o, i))
		page.Out = i.State == paperbook.AtDesk
		page.CanTake = i.State != paperbook.Ended
	}
	written, err := p.Written(ctx, db, page.Book)
	if err != nil {
		return page, err
	}
	page.Missing = missing(written)
	for _, one := range written {
		by, err := p.Office.Who(ctx, one.By)
		if err != nil {
			return page, err
		}
		row := writtenRow{
			Number: strconv.FormatUint(uint64(one.Number), 10), Day: one.Day.Display(), Typed: lang.DateTime(ctx, one.At), By: by, Desk: one.Desk, Amount: lang.Amount(ctx, one.Cents),
		}
		if one.Gone {
			row.State = lang.T(ctx, "paperbook.gone")
		}
		page.Written = append(page.Written, row)
	}
	return page, nil
}

// missing are the numbers between the first and the last receipt typed in that are not there, as "4, 7–9".
func missing(written []paperbook.Written) string {
	var gaps []string
	for i := 1; i < len(written); i++ {
		first, last := written[i-1].Number+1, written[i].Number-1
		switch {
		case written[i].Number <= first:
		case first == last:
			gaps = append(gaps, strconv.FormatUint(uint64(first), 10))
		default:
			gaps = append(gaps, strconv.FormatUint(uint64(first), 10)+"–"+strconv.FormatUint(uint64(last), 10))
		}
	}
	return strings.Join(gaps, ", ")
}

// back notes that a book has come back, or is used up or lost.
func (p pages) back(w http.ResponseWriter, r *http.Request) error {
	req, err := officehttp.Request(r)
	if err != nil {
		return err
	}
	b := paperbook.Back{Book: r.PathValue("book"), Municipality: r.PathValue("municipality"), Ends: r.PostFormValue("how") == "end"}
	day, err := civil.ParseDate(httpx.Typed(r, "day"))
	if err != nil {
		err = fault.NewInvalid("paperbook.day").On("day")
	} else {
		b.Day = day
		err = p.Books.TakeBack(r.Context(), req, b)
	}
	if err != nil {
		again, err := html.RefusalOf(r.Context(), err)
		if err != nil {
			return err
		}
		page, err := p.book(r)
		if err != nil {
			return err
		}
		page.Faults = again.Problems
		return html.Render(w, r, again.Status, oneView(page))
	}
	return officehttp.See(w, r, "/paper-books")
}
