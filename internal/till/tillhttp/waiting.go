package tillhttp

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/till"
)

// waitingPage says who waits for what in a municipality, and where its cash is.
type waitingPage struct {
	Office      officehttp.View
	Said        string
	ToApprove   []shiftRow
	Under       []shiftRow // not closed yet
	Differences []differenceRow
	Bags        []BagRow
	Days        string
	DaysFault   string
	Sites       []siteRow
	Closed      []shiftRow
	Forgiven    forgivenTable
}

// shiftRow is a shift in a list.
type shiftRow struct {
	Key                                          id.ID
	Href, Desk, Centre, Day, Counted, Difference string
	Reason, State, Why                           string
	Tone                                         html.Tone
	// Own tells that the reader had a part in it; CanApprove that she may approve it with one press, because there is nothing to look at.
	Own, CanApprove bool
}

// differenceRow is money too much or too little.
type differenceRow struct{ Href, Desk, Centre, Day, Difference, Reason, State string }

// BagRow is a bag on its way, as BagLine shows it.
type BagRow struct {
	Href, Code, Desk, Centre, Day, Sum, State string
	Contradictions                            []string
}

// siteRow is a desk whose cash has not reached the bank.
type siteRow struct {
	Desk, Centre, Oldest, Total string
	Drawer, DrawerHref          string
	Bags                        []BagRow
}

const (
	// usualDays is how old cash may be before it is shown, and mostDays bounds what somebody can ask for.
	usualDays = 7
	mostDays  = 3650
	// closedDays is how far back closed shifts are shown.
	closedDays = 14
)

// waiting shows what waits in a municipality.
func (p pages) waiting(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	o, err := p.Office.View(r, "/till")
	if err != nil {
		return err
	}
	page := waitingPage{Office: o, Days: strconv.Itoa(usualDays)}
	if r.FormValue("said") == "approved" {
		page.Said = lang.T(ctx, "tillpage.approved_now")
	}
	n, err := p.Office.Names(ctx)
	if err != nil {
		return err
	}
	for _, fill := range []func(*http.Request, officehttp.Names, *waitingPage) error{p.shiftsWaiting, p.differencesWaiting, p.bagsWaiting, p.cashWaiting, p.forgivenLately} {
		if err := fill(r, n, &page); err != nil {
			return err
		}
	}
	return html.Render(w, r, http.StatusOK, waitingView(page))
}

// shiftsWaiting fills in the shifts that wait for somebody, and those that were closed and approved lately.
func (p pages) shiftsWaiting(r *http.Request, n officehttp.Names, page *waitingPage) error {
	ctx, db := r.Context(), p.Journal.DB()
	waiting, err := p.Store.Shifts(ctx, db, till.ShiftFilter{Municipality: page.Office.Code, Waiting: true})
	if err != nil {
		return err
	}
	slices.Reverse(waiting) // what has waited longest comes first
	for _, shift := range waiting {
		row, err := p.shiftRow(r, n, shift)
		if err != nil {
			return err
		}
		if shift.State == till.Open || shift.State == till.Counted {
			page.Under = append(page.Under, row)
		} else {
			page.ToApprove = append(page.ToApprove, row)
		}
	}
	lately := civil.Period{From: p.Office.Today().AddDays(-closedDays), To: p.Office.Today()}
	all, err := p.Store.Shifts(ctx, db, till.ShiftFilter{Municipality: page.Office.Code, Over: lately})
	if err != nil {
		return err
	}
	for _, shift := range all {
		if shift.State != till.Approved {
			continue
		}
		row, err := p.shiftRow(r, n, shift)
		if err != nil {
			return err
		}
		page.Closed = append(page.Closed, row)
	}
	return nil
}

func (p pages) shiftRow(r *http.Request, n officehttp.Names, shift till.Shift) (shiftRow, error) {
	ctx := r.Context()
	s, err := httpx.Signed(r.Context())
	if err != nil {
		return shiftRow{}, err
	}
	row := shiftRow{
		Key: p.Office.Key(), Href: shiftHref(shift.Municipality, shift.ID), Desk: shift.Desk, Centre: n.Centre(ctx, shift.Centre), Day: shift.Day.Display(),
		State: waitsFor(ctx, shift), Tone: shiftTone(shift),
	}
	if shift.State == till.Open {
		return row, nil // nothing is known before it is counted
	}
	row.Counted, row.Difference = lang.Amount(ctx, shift.Counted), Difference(ctx, shift.Difference)
	if shift.Explanation != "" {
		row.Reason = reasonName(ctx, shift.Explanation)
	}
	if row.Why, err = p.objection(ctx, shift); err != nil {
		return row, err
	}
	actors, err := p.Store.Actors(ctx, p.Journal.DB(), shift.ID)
	row.Own = slices.Contains(actors, s.Person.String())
	_, can := till.Next(till.ShiftEdges, shift.State, till.StepApprove)
	row.CanApprove = can && !row.Own && shift.Difference == 0 && s.May(till.MayApprove, scope.Place{Municipality: shift.Municipality})
	return row, err
}

// waitsFor says what a shift waits for, or that it is in order.
func waitsFor(ctx context.Context, shift till.Shift) string {
	if waits := shift.Waits(); waits != till.NoWait && shift.State != till.Objected {
		return lang.T(ctx, "tillpage.waits."+string(waits))
	}
	return lang.T(ctx, "tillpage.is."+string(shift.State))
}

func shiftTone(shift till.Shift) html.Tone {
	switch {
	case shift.State == till.Approved:
		return html.Success
	case shift.State == till.Objected || shift.Unexplained():
		return html.Warning
	}
	return html.Info
}

func shiftHref(municipality string, shift id.ID) string {
	return "/office/" + municipality + "/till/shifts/" + shift.String()
}

// differencesWaiting fills in what nobody has explained or approved.
func (p pages) differencesWaiting(r *http.Request, n officehttp.Names, page *waitingPage) error {
	ctx := r.Context()
	all, err := p.Store.Differences(ctx, p.Journal.DB(), page.Office.Code)
	if err != nil {
		return err
	}
	for _, d := range all {
		row := differenceRow{Desk: d.Desk, Centre: n.Centre(ctx, d.Centre), Day: d.Day.Display(), Difference: Difference(ctx, d.Cents)}
		if d.Shift.IsZero() {
			row.Href, row.State = page.Office.Href("/till/deposits/"+d.Deposit.String()), lang.T(ctx, "office.at_bank")
		} else {
			row.Href, row.State = shiftHref(page.Office.Code, d.Shift), lang.T(ctx, "tillpage.is."+string(d.State))
		}
		if d.Reason != "" {
			row.Reason = reasonName(ctx, till.Reason(d.Reason))
		}
		page.Differences = append(page.Differences, row)
	}
	return nil
}

// bagsWaiting fills in the bags that the bank has not confirmed.
func (p pages) bagsWaiting(r *http.Request, n officehttp.Names, page *waitingPage) error {
	open, err := p.Store.Bags(r.Context(), p.Journal.DB(), page.Office.Code, civil.Period{}, true)
	for _, b := range open {
		page.Bags = append(page.Bags, BagOnItsWay(r.Context(), n, page.Office, b))
	}
	return err
}

// BagOnItsWay returns the row of a bag in a list of an office.
func BagOnItsWay(ctx context.Context, n officehttp.Names, o officehttp.View, b till.Bag) BagRow {
	return BagRow{
		Href: shiftHref(o.Code, b.Shift) + "#bag", Code: b.Code, Desk: b.Desk, Centre: n.Centre(ctx, b.Centre), Day: b.Since.Display(),
		Sum: lang.Amount(ctx, b.Cents), State: BagState(ctx, b.State), Contradictions: Contradictions(ctx, b),
	}
}

// cashWaiting fills in the desks whose cash is older than so many days.
func (p pages) cashWaiting(r *http.Request, n officehttp.Names, page *waitingPage) error {
	ctx := r.Context()
	days := usualDays
	if text := r.FormValue("days"); text != "" {
		page.Days = text
		read, ok := readDays(text)
		if !ok {
			page.DaysFault = lang.Fault(ctx, fault.NewInvalid("tillpage.days", "Max", mostDays))
			return nil
		}
		days = read
	}
	sites, err := p.Store.Ageing(ctx, p.Journal.DB(), page.Office.Code, p.Office.Today().AddDays(-days-1))
	for _, at := range sites {
		row := siteRow{Desk: at.Desk, Centre: n.Centre(ctx, at.Centre), Oldest: at.Oldest.Display(), Total: lang.Amount(ctx, at.Total)}
		if at.Drawer > 0 {
			row.Drawer, row.DrawerHref = lang.Amount(ctx, at.Drawer), page.Office.DeskHref("/cash-book", at.Desk, at.DrawerSince)
		}
		for _, b := range at.Bags {
			row.Bags = append(row.Bags, BagOnItsWay(ctx, n, page.Office, b))
		}
		page.Sites = append(page.Sites, row)
	}
	return err
}

func readDays(text string) (days int, ok bool) {
	days, err := strconv.Atoi(text)
	return days, err == nil && days >= 0 && days <= mostDays
}
