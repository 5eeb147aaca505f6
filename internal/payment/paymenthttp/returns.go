package paymenthttp

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/payment"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
)

// returnsPage is where an office notes what the bank took back of card payments.
type returnsPage struct {
	Municipality string
	Key          id.ID
	Faults       html.ErrorSummary
	Receipt, Day string
	// Noted tells that one has just been noted.
	Noted    bool
	Returned []paymentRow
	Pages    html.Pagination
}

// returns shows the form, and what was noted before.
func (p pages) returns(w http.ResponseWriter, r *http.Request) error {
	page, err := p.returned(r)
	if err != nil {
		return err
	}
	page.Noted = r.FormValue("said") == "noted"
	return html.Render(w, r, http.StatusOK, returnsView(page))
}

func (p pages) returned(r *http.Request) (returnsPage, error) {
	page := returnsPage{
		Municipality: r.PathValue("municipality"), Key: id.New(p.Journal.Now()),
		Receipt: httpx.Typed(r, "receipt"), Day: httpx.Typed(r, "day"),
	}
	all, err := p.returnedPart(r, &page)
	if err != nil {
		return page, err
	}
	page.Returned, err = p.rowsOf(r.Context(), all)
	for i, one := range all {
		page.Returned[i].At, page.Returned[i].Amount = lang.DateTime(r.Context(), one.At), lang.Amount(r.Context(), one.Reversed)
	}
	return page, err
}

// returnedPart reads the payments of a page, and how one comes to the next page.
func (p pages) returnedPart(r *http.Request, page *returnsPage) ([]payment.Payment, error) {
	ctx, db := r.Context(), p.Journal.DB()
	list := httpx.List{Name: "returns/" + page.Municipality}
	part := payment.Part{Limit: listed + 1}
	key, there, err := list.After(r, 2)
	if err != nil {
		return nil, err
	}
	if there {
		micros, err := strconv.ParseInt(key[0], 10, 64)
		if err != nil {
			return nil, httpx.BadPlace()
		}
		if part.ID, err = id.Parse(key[1]); err != nil {
			return nil, httpx.BadPlace()
		}
		part.At = time.UnixMicro(micros).UTC()
	}
	all, err := p.Store.Returned(ctx, db, page.Municipality, part)
	if err != nil {
		return nil, err
	}
	n, err := p.Store.ReturnedCount(ctx, db, page.Municipality)
	if err != nil {
		return nil, err
	}
	all, last, more := httpx.Cut(all, listed)
	page.Pages = html.PartOf(r, len(all), n)
	if more {
		page.Pages.Next = html.Behind(r, list.Place(strconv.FormatInt(last.At.UnixMicro(), 10), last.ID.String()))
	}
	return all, nil
}

// noteReturn notes that the bank took the card part of a payment back. The payment is named by its receipt, and must be of the municipality in the path.
func (p pages) noteReturn(w http.ResponseWriter, r *http.Request) error {
	why := p.recordReturn(r)
	if why == nil {
		return officehttp.See(w, r, "/returns?said=noted")
	}
	again, err := html.RefusalOf(r.Context(), why)
	if err != nil {
		return err
	}
	page, err := p.returned(r)
	if err != nil {
		return err
	}
	page.Faults = again.Problems
	for i := range page.Faults {
		if page.Faults[i].Field != "day" {
			page.Faults[i].Field = "receipt" // whatever else is wrong is wrong with the payment
		}
	}
	return html.Render(w, r, again.Status, returnsView(page))
}

func (p pages) recordReturn(r *http.Request) error {
	req, err := officehttp.Request(r)
	if err != nil {
		return err
	}
	back := payment.Return{Municipality: r.PathValue("municipality")}
	if back.Day, err = civil.ParseDate(httpx.Typed(r, "day")); err != nil {
		return fault.NewInvalid("payment.return_day").On("day")
	}
	text := strings.ToUpper(httpx.Typed(r, "receipt"))
	series, number, _ := strings.Cut(text, " ")
	n, err := strconv.ParseUint(strings.TrimSpace(number), 10, 32)
	if err != nil {
		return fault.NewInvalid("payment.receipt_name").On("receipt")
	}
	paid, there, err := p.Store.Named(r.Context(), p.Journal.DB(), series, uint32(n))
	if err == nil && (!there || paid.Municipality != back.Municipality) {
		err = fault.NewInvalid("payment.receipt_unknown").On("receipt")
	}
	if err != nil {
		return err
	}
	back.Payment = paid.ID
	return p.Payments.RecordReturn(r.Context(), req, back)
}
