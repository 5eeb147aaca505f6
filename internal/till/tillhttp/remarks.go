package tillhttp

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"vienkopus/internal/base/money"
	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/till"
)

// voidRow is a void of a shift: what was taken back, why, how long after it was paid, and by whom.
type voidRow struct{ Href, Receipt, Paper, At, After, Reason, Sum, By, Second string }

// forgivenRow is a late fee that was not taken because of the day on a receipt written by hand.
type forgivenRow struct{ Href, Receipt, Desk, Day, At, Sum, By, Second string }

// forgivenTable are late fees that were not taken, with what they come to; a table without rows is not shown.
type forgivenTable struct {
	Caption, Total string
	Rows           []forgivenRow
}

// remark is what every row says.
type remark struct{ href, at, sum, by, second string }

func (p pages) remark(ctx context.Context, o officehttp.View, m till.Remark) (remark, error) {
	r := remark{
		href: o.Href("/payments/" + m.Desk + "/" + strconv.FormatInt(m.Number, 10)), at: lang.DateTime(ctx, m.At), sum: lang.Amount(ctx, m.Cents), second: lang.T(ctx, "tillpage.alone"),
	}
	var err error
	if r.by, err = p.Office.Who(ctx, m.By); err != nil || m.Second == "" {
		return r, err
	}
	r.second, err = p.Office.Who(ctx, m.Second)
	return r, err
}

// fillRemarks lists what was voided and given away in a shift.
func (p pages) fillRemarks(ctx context.Context, page *shiftPage, shift till.Shift) error {
	if p.Remarks == nil {
		return nil
	}
	all, err := p.Remarks.OfShift(ctx, p.Journal.DB(), shift)
	if err != nil {
		return err
	}
	for _, v := range all.Voids {
		m, err := p.remark(ctx, page.Office, v.Remark)
		if err != nil {
			return err
		}
		page.Voids = append(page.Voids, voidRow{
			Href: m.href, Receipt: v.Receipt, Paper: v.Paper, At: m.at, After: after(ctx, v.After), Reason: lang.T(ctx, "payment.why."+v.Reason), Sum: m.sum, By: m.by, Second: m.second,
		})
	}
	page.Forgiven, err = p.forgiven(ctx, page.Office, all.Forgiven)
	page.Forgiven.Caption = lang.T(ctx, "tillpage.forgiven")
	return err
}

// forgiven are late fees that were not taken, as pages show them.
func (p pages) forgiven(ctx context.Context, o officehttp.View, all []till.Forgiven) (forgivenTable, error) {
	var t forgivenTable
	var sum money.Amount // each is a part of a bill
	for _, f := range all {
		m, err := p.remark(ctx, o, f.Remark)
		if err != nil {
			return t, err
		}
		sum += f.Cents
		t.Rows = append(t.Rows, forgivenRow{Href: m.href, Receipt: f.Receipt, Desk: f.Desk, Day: f.Day.Display(), At: m.at, Sum: m.sum, By: m.by, Second: m.second})
	}
	t.Total = lang.Amount(ctx, sum)
	return t, nil
}

// forgivenDays is how far back the office is shown which late fees were given away.
const forgivenDays = 30

// forgivenLately fills in which late fees were given away in the municipality.
func (p pages) forgivenLately(r *http.Request, _ officehttp.Names, page *waitingPage) error {
	if p.Remarks == nil {
		return nil
	}
	ctx := r.Context()
	all, err := p.Remarks.ForgivenIn(ctx, p.Journal.DB(), page.Office.Code, p.Journal.Now().AddDate(0, 0, -forgivenDays))
	if err != nil {
		return err
	}
	page.Forgiven, err = p.forgiven(ctx, page.Office, all)
	page.Forgiven.Caption = lang.N(ctx, "tillpage.forgiven_lately", forgivenDays)
	return err
}

// after says how long after it was paid something was voided.
func after(ctx context.Context, d time.Duration) string {
	minutes := int64(max(d, 0) / time.Minute)
	return lang.T(ctx, "tillpage.after", "Hours", minutes/60, "Minutes", minutes%60)
}

func voidColumns(ctx context.Context) []html.Column {
	return []html.Column{
		html.Words(lang.T(ctx, "tillpage.void_of")), html.Words(lang.T(ctx, "tillpage.void_paper")), html.Words(lang.T(ctx, "tillpage.at")), html.Words(lang.T(ctx, "tillpage.void_after")),
		html.Words(lang.T(ctx, "office.why")), html.Numbers(lang.T(ctx, "office.sum")), html.Words(lang.T(ctx, "tillpage.by")), html.Words(lang.T(ctx, "tillpage.second")),
	}
}

func forgivenColumns(ctx context.Context) []html.Column {
	return []html.Column{
		html.Words(lang.T(ctx, "tillpage.by_hand")), html.Words(lang.T(ctx, "tillpage.desk")), html.Words(lang.T(ctx, "tillpage.paper_day")), html.Words(lang.T(ctx, "tillpage.typed_in")),
		html.Numbers(lang.T(ctx, "tillpage.fee_not_taken")), html.Words(lang.T(ctx, "tillpage.by")), html.Words(lang.T(ctx, "tillpage.second")),
	}
}
