package tillhttp

import (
	"context"
	"net/http"
	"slices"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/till"
)

// drawerPage is the drawer of the desk in use.
type drawerPage struct {
	Faults html.ErrorSummary
	Said   string
	Desk   string
	State  till.State
	Open   openForm
	// Since says since when the drawer is open, Float how much change money it began with, and Opening what that was too much or too little.
	Since, Float, Opening string
	// Over tells that it was opened on an earlier day.
	Over    bool
	Counted countedView
	Last    []lastShift
	Bags    string
}

// openForm is what was typed to open the drawer, and where to go then.
type openForm struct {
	Key         id.ID
	Float, Then string
}

// countedView is what the counts of the open shift have found, and what becomes of the money.
type countedView struct {
	Sum, Difference string
	Tone            html.Tone
	Counts          []countRow
	Explain         explainForm
	Close           closeForm
}

// countRow is one count, or the opening.
type countRow struct{ What, At, Counted, Difference string }

// explainForm asks for the reason of a difference; Needed says that there is one.
type explainForm struct {
	Key     id.ID
	Shift   string
	Field   string // a page may ask about several shifts
	Needed  bool
	Missing bool // nobody has given a reason yet
	Reasons []html.Choice
}

// closeForm says what stays in the drawer and what goes into the bag. Packed is the sum for the bag that the person has seen.
type closeForm struct {
	Key             id.ID
	Left, Bag, Seal string
	Packed, Shown   string
	Check           bool // the sum for the bag has changed, and is shown before anything happens
}

// lastShift is a closed shift of the desk that somebody may still have to do something with.
type lastShift struct {
	Day, State, Why, Difference string
	Tone                        html.Tone
	Explain                     explainForm
}

// lastDays is how far back the page of the drawer looks for shifts that were approved, in days.
const lastDays = 3

// drawer shows the drawer of the desk in use.
func (p pages) drawer(w http.ResponseWriter, r *http.Request) error {
	page, err := p.drawerPage(r)
	if err != nil {
		return err
	}
	if r.FormValue("said") == "closed" {
		page.Said = lang.T(r.Context(), "tillpage.closed_now")
	}
	page.Open.Then = httpx.LocalPath(r.FormValue("then"), "")
	return html.Render(w, r, http.StatusOK, drawerView(page))
}

func (p pages) drawerPage(r *http.Request) (drawerPage, error) {
	ctx, db := r.Context(), p.Journal.DB()
	s, err := httpx.Signed(r.Context())
	if err != nil {
		return drawerPage{}, err
	}
	page := drawerPage{Desk: s.Desk, Open: openForm{Key: p.Office.Key()}}
	shift, found, err := p.Store.OpenAt(ctx, db, s.Desk)
	if err != nil {
		return page, err
	}
	if found {
		page.State, page.Since = shift.State, lang.DateTime(ctx, shift.OpenedAt)
		page.Float = lang.Amount(ctx, shift.Float)
		page.Over = shift.Day != civil.In(p.Journal.Now(), lang.Zone)
	}
	if found && shift.State == till.Counted {
		if page.Counted, err = p.counted(ctx, shift); err != nil {
			return page, err
		}
	}
	if found && shift.State == till.Open && shift.Difference != 0 {
		page.Opening = Difference(ctx, shift.Difference)
	}
	if page.Last, err = p.lastShifts(ctx, s); err != nil {
		return page, err
	}
	bags, err := p.bagsHere(ctx, s)
	if len(bags) > 0 {
		page.Bags = lang.N(ctx, "tillpage.bags_waiting", int64(len(bags)))
	}
	return page, err
}

// counted says what the counts of a shift have found.
func (p pages) counted(ctx context.Context, shift till.Shift) (countedView, error) {
	v := countedView{
		Sum: lang.Amount(ctx, shift.Counted), Difference: Difference(ctx, shift.Difference), Tone: differenceTone(shift.Difference),
		Explain: p.explaining(ctx, shift),
	}
	rows, err := p.countRows(ctx, shift)
	v.Counts = rows
	left := min(shift.Float, shift.Counted)
	packed := shift.Counted - left
	v.Close = closeForm{Key: p.Office.Key(), Left: lang.Typed(ctx, left), Packed: packed.String(), Shown: lang.Amount(ctx, packed)}
	return v, err
}

// countRows are the counts of a shift, behind what was too much or too little at its opening.
func (p pages) countRows(ctx context.Context, shift till.Shift) ([]countRow, error) {
	counts, err := p.Store.Counts(ctx, p.Journal.DB(), shift.ID)
	if err != nil {
		return nil, err
	}
	opening := shift.Difference
	var rows []countRow
	for _, c := range counts {
		opening -= c.Difference
		rows = append(rows, countRow{
			What: lang.T(ctx, "tillpage.nth_count", "N", c.Again), At: lang.DateTime(ctx, c.At), Counted: lang.Amount(ctx, c.Counted),
			Difference: Difference(ctx, c.Difference),
		})
	}
	if opening != 0 {
		first := countRow{
			What: lang.T(ctx, "tillpage.at_opening"), At: lang.DateTime(ctx, shift.OpenedAt), Counted: lang.Amount(ctx, shift.Float),
			Difference: Difference(ctx, opening),
		}
		rows = append([]countRow{first}, rows...)
	}
	return rows, nil
}

func (p pages) explaining(ctx context.Context, shift till.Shift) explainForm {
	return explainForm{
		Key: p.Office.Key(), Shift: shift.ID.String(), Field: reasonField(shift.ID.String()), Needed: shift.Difference != 0, Missing: shift.Unexplained(), Reasons: reasonChoices(ctx, shift.Explanation),
	}
}

func reasonField(shift string) string { return "reason-" + shift }

// lastShifts are the closed shifts of the desk that wait for somebody, and those that were approved lately.
func (p pages) lastShifts(ctx context.Context, s *httpx.Caller) ([]lastShift, error) {
	db := p.Journal.DB()
	today := p.Office.Today()
	lately := civil.Period{From: today.AddDays(-lastDays), To: today}
	var last []lastShift
	for _, ask := range []struct {
		filter till.ShiftFilter
		states []till.State
	}{
		{till.ShiftFilter{Municipality: s.Municipality, Centre: s.Centre, Waiting: true}, []till.State{till.Closed, till.Objected}},
		{till.ShiftFilter{Municipality: s.Municipality, Centre: s.Centre, Over: lately}, []till.State{till.Approved}},
	} {
		shifts, err := p.Store.Shifts(ctx, db, ask.filter)
		if err != nil {
			return nil, err
		}
		for _, shift := range shifts {
			if shift.Desk != s.Desk || !slices.Contains(ask.states, shift.State) {
				continue
			}
			one, err := p.lastShift(ctx, shift)
			if err != nil {
				return nil, err
			}
			last = append(last, one)
		}
	}
	return last, nil
}

func (p pages) lastShift(ctx context.Context, shift till.Shift) (lastShift, error) {
	one := lastShift{
		Day: shift.Day.Display(), State: lang.T(ctx, "tillpage.is."+string(shift.State)), Difference: Difference(ctx, shift.Difference), Tone: html.Info,
	}
	switch shift.State {
	case till.Approved:
		one.Tone = html.Success
		return one, nil
	case till.Objected:
		one.Tone = html.Warning
	case till.NoShift, till.Open, till.Counted, till.Closed:
	}
	one.Explain = p.explaining(ctx, shift)
	why, err := p.objection(ctx, shift)
	one.Why = why
	return one, err
}

// objection says why a shift is not approved yet.
func (p pages) objection(ctx context.Context, shift till.Shift) (string, error) {
	if shift.State != till.Objected {
		return "", nil
	}
	verdicts, err := p.Store.Verdicts(ctx, p.Journal.DB(), shift.ID)
	why := ""
	for _, v := range verdicts {
		if v.State == till.Objected {
			why = lang.T(ctx, "tillpage.objection."+string(v.Why))
		}
	}
	return why, err
}

// refuseDrawer shows the drawer again and why something did not pass; fill puts back what was typed.
func (p pages) refuseDrawer(w http.ResponseWriter, r *http.Request, why error, fill func(*drawerPage)) error {
	again, err := html.RefusalOf(r.Context(), why)
	if err != nil {
		return err
	}
	page, err := p.drawerPage(r)
	if err != nil {
		return err
	}
	page.Faults = again.Problems
	fill(&page)
	page.Faults.Move("reason", page.Counted.Explain.Field)
	return html.Render(w, r, again.Status, drawerView(page))
}

// open begins a shift and leads to where the clerk came from.
func (p pages) open(w http.ResponseWriter, r *http.Request) error {
	req, err := httpx.Request(r)
	if err != nil {
		return err
	}
	form := openForm{Key: p.Office.Key(), Float: httpx.Typed(r, "float"), Then: httpx.LocalPath(r.PostFormValue("then"), "")}
	float, err := httpx.Cents(form.Float, "float")
	if err == nil {
		_, err = p.Till.Open(r.Context(), req, float)
	}
	if err != nil {
		return p.refuseDrawer(w, r, err, func(page *drawerPage) { page.Open = form })
	}
	to := form.Then
	if to == "" {
		to = "/till"
	}
	return httpx.See(w, r, to)
}

// explain notes the reason of the difference of a shift, open or closed.
func (p pages) explain(w http.ResponseWriter, r *http.Request) error {
	req, err := httpx.Request(r)
	if err != nil {
		return err
	}
	text := r.PostFormValue("shift")
	shift, err := id.Parse(text)
	if err != nil {
		return fault.NewNotFound("till.shift_unknown")
	}
	if err := p.Till.Explain(r.Context(), req, shift, till.Reason(r.PostFormValue(reasonField(text)))); err != nil {
		return p.refuseDrawer(w, r, err, func(page *drawerPage) {
			page.Faults.Move("reason", reasonField(text))
		})
	}
	return httpx.See(w, r, "/till")
}

// close ends the shift, once the person has seen the sum that goes into the bag.
func (p pages) close(w http.ResponseWriter, r *http.Request) error {
	req, err := httpx.Request(r)
	if err != nil {
		return err
	}
	form := closeForm{Key: p.Office.Key(), Left: httpx.Typed(r, "left"), Bag: httpx.Typed(r, "bag"), Seal: httpx.Typed(r, "seal")}
	left, err := httpx.Cents(form.Left, "left")
	refill := func(page *drawerPage) {
		if form.Packed == "" {
			form.Packed, form.Shown = page.Counted.Close.Packed, page.Counted.Close.Shown
		}
		page.Counted.Close = form
	}
	if err != nil {
		return p.refuseDrawer(w, r, err, refill)
	}
	again, err := p.packedAnew(r, left, &form)
	if err != nil {
		return err
	}
	if again {
		page, err := p.drawerPage(r)
		if err != nil {
			return err
		}
		page.Counted.Close = form
		return html.Render(w, r, http.StatusOK, drawerView(page))
	}
	if _, err := p.Till.Close(r.Context(), req, till.CloseIn{Left: left, Bag: form.Bag, Seal: form.Seal}); err != nil {
		return p.refuseDrawer(w, r, err, refill)
	}
	return httpx.See(w, r, "/till?said=closed")
}

// packedAnew tells whether another sum goes into the bag than the page showed, and puts the new one into the form.
func (p pages) packedAnew(r *http.Request, left money.Amount, form *closeForm) (bool, error) {
	s, err := httpx.Signed(r.Context())
	if err != nil {
		return false, err
	}
	shift, found, err := p.Store.OpenAt(r.Context(), p.Journal.DB(), s.Desk)
	if err != nil || !found || shift.State != till.Counted || left < 0 || left > shift.Counted {
		return false, err // the rules say what is wrong, or answer the same request again
	}
	packed := shift.Counted - left
	form.Packed, form.Shown = packed.String(), lang.Amount(r.Context(), packed)
	form.Check = r.PostFormValue("packed") != form.Packed
	return form.Check, nil
}
