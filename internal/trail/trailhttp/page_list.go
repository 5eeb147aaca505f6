package trailhttp

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/money"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/trail"
)

// mostListed is how many receipts one list may have: a few a week, for a year.
const mostListed = 150

// listPath is where a clerk makes a list of receipts that lie before her.
const listPath = "/receipts/list"

// listPage is what somebody paid, by the receipts that he has brought: one table a year.
type listPage struct {
	Faults html.ErrorSummary
	// Typed is what could not be read, to be mended.
	Typed string
	// Codes are the check codes so far; they stand in the address.
	Codes   []string
	Years   []year
	Paper   html.Paper
	AsOf    string
	Address string
}

// year is what was paid in one.
type year struct {
	Name, Total string
	Rows        []listRow
}

// listRow is one receipt.
type listRow struct{ On, Receipt, Creditor, Bills, Amount, Remark, Remove string }

// list shows the receipts of which the codes stand in the address; one that is added leads to the address with it.
func (p pages) list(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	page := listPage{Codes: r.Form["c"], Typed: strings.TrimSpace(r.FormValue("code")), Paper: html.PaperOf(r), Address: p.address(r, FollowPath)}
	if len(page.Codes) > mostListed {
		return fault.NewInvalid("trail.too_long", "Max", mostListed)
	}
	if page.Typed != "" {
		codes, err := p.added(r, page.Codes)
		if err == nil {
			return httpx.See(w, r, listHref(codes))
		}
		again, err := html.RefusalOf(ctx, err, fault.NotFound)
		if err != nil {
			return err
		}
		page.Faults = again.Problems
	}
	if err := p.fill(r, &page); err != nil {
		return err
	}
	status := http.StatusOK
	if len(page.Faults) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return html.Render(w, r, status, listView(page))
}

// added returns the codes with the one that was typed or scanned. It returns the fault "trail.listed" for a receipt that is there, be it by a copy of it.
func (p pages) added(r *http.Request, codes []string) ([]string, error) {
	way, err := p.Trail.Look(r.Context(), r.FormValue("code"))
	if err != nil {
		return nil, err
	}
	if way.Kind != receipt.Payment {
		return nil, fault.NewInvalid("trail.only_payments").On("code")
	}
	for _, c := range codes {
		other, err := p.Trail.Look(r.Context(), c)
		if err == nil && other.Payment == way.Payment {
			return nil, fault.NewConflict("trail.listed", "Receipt", way.Receipt.Name()).On("code")
		}
		if err != nil && fault.First(err) == nil {
			return nil, err
		}
	}
	return append(slices.Clone(codes), way.CheckCode), nil
}

func listHref(codes []string) string {
	if len(codes) == 0 {
		return listPath
	}
	return listPath + "?" + url.Values{"c": codes}.Encode()
}

// fill looks the receipts up. What was taken back as a whole is listed and not added up.
func (p pages) fill(r *http.Request, page *listPage) error {
	ctx := r.Context()
	var ways []trail.Way
	var known []string
	for _, code := range page.Codes {
		way, err := p.Trail.Look(ctx, code)
		if fault.First(err) != nil {
			continue // an address that somebody has changed
		}
		if err != nil {
			return err
		}
		if way.Kind == receipt.Payment && !slices.ContainsFunc(ways, func(o trail.Way) bool { return o.Payment == way.Payment }) {
			ways, known = append(ways, way), append(known, way.CheckCode)
		}
	}
	page.Codes = known
	slices.SortStableFunc(ways, func(a, b trail.Way) int { return cmp.Or(a.Day.Compare(b.Day), a.At.Compare(b.At)) })
	sums := map[string]money.Amount{}
	for _, way := range ways {
		row, err := p.row(r, way, known)
		if err != nil {
			return err
		}
		name := strconv.Itoa(way.Day.Year())
		if len(page.Years) == 0 || page.Years[len(page.Years)-1].Name != name {
			page.Years = append(page.Years, year{Name: name})
		}
		last := &page.Years[len(page.Years)-1]
		last.Rows = append(last.Rows, row)
		sums[name] += way.Stands()
		last.Total = lang.Amount(ctx, sums[name])
	}
	page.AsOf = lang.DateTime(ctx, p.Journal.Now())
	return nil
}

func (p pages) row(r *http.Request, way trail.Way, codes []string) (listRow, error) {
	ctx := r.Context()
	said, err := p.words(ctx, way.Held)
	if err != nil {
		return listRow{}, err
	}
	row := listRow{
		On: lang.Date(ctx, way.Day), Receipt: way.Receipt.Name(), Creditor: said.creditor, Amount: lang.Amount(ctx, way.Stands()),
		Remove: listHref(slices.DeleteFunc(slices.Clone(codes), func(c string) bool { return c == way.CheckCode })),
	}
	var bills []string
	for _, l := range way.Lines {
		bills = append(bills, l.Number)
	}
	row.Bills = lang.T(ctx, "trail.bills", "Numbers", strings.Join(bills, ", "))
	if len(bills) > 1 {
		row.Bills = lang.T(ctx, "trail.bills_several", "Numbers", strings.Join(bills, ", "))
	}
	if len(way.Backs) > 0 {
		row.Remark = lang.T(ctx, "trail.given_back", "Paid", lang.Amount(ctx, amountOf(way)), "Back", lang.Amount(ctx, amountOf(way)-way.Stands()))
	}
	return row, nil
}
