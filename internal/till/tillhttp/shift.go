package tillhttp

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/till"
)

// shiftPage is one shift with everything that makes its sums.
type shiftPage struct {
	Office     officehttp.View
	Faults     html.ErrorSummary
	Key        id.ID
	ObjectKey  id.ID
	Row        shiftRow
	Title      string
	Details    html.DescriptionList
	Blind      bool // the reader works in it, and it is not counted yet
	Counts     []countedPieces
	Rows       []countRow
	Movements  []movementRow
	Voids      []voidRow
	Forgiven   forgivenTable
	In, Out    string
	Verdicts   []verdictRow
	Bag        *bagLife
	CanJudge   bool
	Objections []html.Choice
}

// countedPieces is one count, note by note.
type countedPieces struct {
	Title, By string
	Pieces    []pieceRow
	Sum       string
}

// pieceRow is how many there were of a note or coin, and what they come to.
type pieceRow struct{ Name, N, Sum string }

// movementRow is money that moved.
type movementRow struct {
	Line, At, What, Tender, In, Out, By string
	// Href leads to the payment that moved it, or is "".
	Href string
}

// verdictRow is what the office said.
type verdictRow struct{ At, What, By string }

// bagLife is what happened to the bag of a shift.
type bagLife struct {
	Code           string
	State          string
	Details        html.DescriptionList
	Contradictions []string
}

// shift shows one shift.
func (p pages) shift(w http.ResponseWriter, r *http.Request) error {
	page, err := p.shiftPage(r)
	if err != nil {
		return err
	}
	return html.Render(w, r, http.StatusOK, shiftView(page))
}

// judge approves a shift or objects to it.
func (p pages) judge(w http.ResponseWriter, r *http.Request) error {
	shift, err := httpx.PathID(r, "shift", "till.shift_unknown")
	if err != nil {
		return err
	}
	req, err := officehttp.Request(r)
	if err != nil {
		return err
	}
	to := "/till"
	if r.PostFormValue("decision") == "approve" {
		err = p.Till.Approve(r.Context(), req, shift)
		to += "?said=approved"
	} else {
		err = p.Till.Object(r.Context(), req, shift, till.Objection(r.PostFormValue("reason")))
		to += "/shifts/" + shift.String()
	}
	if err == nil {
		return officehttp.See(w, r, to)
	}
	again, other := html.RefusalOf(r.Context(), err)
	if other != nil {
		return other
	}
	page, broken := p.shiftPage(r)
	if broken != nil {
		return broken
	}
	page.Faults = again.Problems
	return html.Render(w, r, again.Status, shiftView(page))
}

func (p pages) shiftPage(r *http.Request) (shiftPage, error) {
	ctx, db := r.Context(), p.Journal.DB()
	of, err := httpx.PathID(r, "shift", "till.shift_unknown")
	if err != nil {
		return shiftPage{}, err
	}
	page := shiftPage{Key: p.Office.Key(), ObjectKey: p.Office.Key()}
	if page.Office, err = p.Office.View(r, ""); err != nil {
		return page, err
	}
	shift, err := p.Store.Shift(ctx, db, of)
	if err != nil {
		return page, err
	}
	if shift.Municipality != page.Office.Code {
		return page, fault.NewNotFound("till.shift_unknown")
	}
	n, err := p.Office.Names(ctx)
	if err != nil {
		return page, err
	}
	if page.Row, err = p.shiftRow(r, n, shift); err != nil {
		return page, err
	}
	page.Title = lang.T(ctx, "tillpage.shift", "Desk", shift.Desk, "Day", shift.Day.Display())
	if page.Blind, err = p.blind(r, shift); err != nil {
		return page, err
	}
	s, err := httpx.Signed(r.Context())
	if err != nil {
		return page, err
	}
	_, can := till.Next(till.ShiftEdges, shift.State, till.StepObject)
	page.CanJudge = can && !page.Row.Own && s.May(till.MayApprove, scope.Place{Municipality: shift.Municipality})
	page.Objections = html.Choices(till.Objections, "", func(o till.Objection) string { return lang.T(ctx, "tillpage.objection."+string(o)) })
	return page, p.fillShift(ctx, &page, n, shift)
}

// blind tells whether whoever asks works in a shift that is not counted yet: then she may not be told what should be in the drawer.
func (p pages) blind(r *http.Request, shift till.Shift) (bool, error) {
	s, err := httpx.Signed(r.Context())
	if err != nil || shift.State != till.Open {
		return false, err
	}
	actors, err := p.Store.Actors(r.Context(), p.Journal.DB(), shift.ID)
	return slices.Contains(actors, s.Person.String()), err
}

// fillShift reads what makes the sums of a shift.
func (p pages) fillShift(ctx context.Context, page *shiftPage, n officehttp.Names, shift till.Shift) error {
	page.Details = html.DescriptionList{
		{Term: lang.T(ctx, "office.centre"), Text: n.Centre(ctx, shift.Centre)},
		{Term: lang.T(ctx, "tillpage.since"), Text: lang.DateTime(ctx, shift.OpenedAt)},
		{Term: lang.T(ctx, "tillpage.float"), Text: lang.Amount(ctx, shift.Float)},
	}
	if page.Blind {
		return nil
	}
	cash, err := p.fillMovements(ctx, page, shift)
	if err != nil {
		return err
	}
	add := func(key, text string) {
		page.Details = append(page.Details, html.Detail{Term: lang.T(ctx, key), Text: text})
	}
	add("tillpage.cash_moved", lang.Amount(ctx, cash))
	add("tillpage.expected", lang.Amount(ctx, shift.Float+cash))
	if shift.State != till.Open {
		add("tillpage.counted", lang.Amount(ctx, shift.Counted))
		add("office.difference", page.Row.Difference)
	}
	if shift.Explanation != "" {
		add("office.why", page.Row.Reason)
	}
	if shift.State != till.Open && shift.State != till.Counted {
		add("tillpage.left_in_drawer", lang.Amount(ctx, shift.Left))
		add("tillpage.into_bag", lang.Amount(ctx, shift.Packed))
	}
	for _, fill := range []func(context.Context, *shiftPage, till.Shift) error{p.fillCounts, p.fillVerdicts, p.fillBag, p.fillRemarks} {
		if err := fill(ctx, page, shift); err != nil {
			return err
		}
	}
	return nil
}

// fillMovements lists what moved, and returns what that comes to in cash.
func (p pages) fillMovements(ctx context.Context, page *shiftPage, shift till.Shift) (money.Amount, error) {
	all, err := p.Store.Movements(ctx, p.Journal.DB(), shift.ID)
	if err != nil {
		return 0, err
	}
	var cash, in, out money.Amount // a shift holds as many as a journal has lines, each within ledger.LargestPosting
	for _, m := range all {
		row := movementRow{
			Line: strconv.FormatInt(m.Number, 10), At: lang.DateTime(ctx, m.At), What: kindName(ctx, m.Kind), Tender: tenderName(ctx, m.Tender),
		}
		if strings.HasPrefix(m.Kind, "payment.") {
			row.Href = page.Office.Href("/payments/" + m.Desk + "/" + row.Line)
		}
		if row.By, err = p.Office.Who(ctx, m.By); err != nil {
			return 0, err
		}
		if m.Cents >= 0 {
			row.In = lang.Amount(ctx, m.Cents)
			in += m.Cents
		} else {
			row.Out = lang.Amount(ctx, -m.Cents)
			out -= m.Cents
		}
		if m.Tender == till.Cash {
			cash += m.Cents
		}
		page.Movements = append(page.Movements, row)
	}
	page.In, page.Out = lang.Amount(ctx, in), lang.Amount(ctx, out)
	return cash, nil
}

func (p pages) fillCounts(ctx context.Context, page *shiftPage, shift till.Shift) error {
	rows, err := p.countRows(ctx, shift)
	if err != nil {
		return err
	}
	page.Rows = rows
	counts, err := p.Store.Counts(ctx, p.Journal.DB(), shift.ID)
	if err != nil {
		return err
	}
	for _, c := range counts {
		by, err := p.Office.Who(ctx, c.By)
		if err != nil {
			return err
		}
		v := countedPieces{Title: lang.T(ctx, "tillpage.nth_count", "N", c.Again), By: by, Sum: lang.Amount(ctx, c.Counted)}
		for _, one := range c.Pieces {
			v.Pieces = append(v.Pieces, pieceRow{Name: pieceName(ctx, one.Cents), N: lang.Int(ctx, one.N), Sum: lang.Amount(ctx, one.Cents*money.Amount(one.N))})
		}
		page.Counts = append(page.Counts, v)
	}
	return nil
}

func (p pages) fillVerdicts(ctx context.Context, page *shiftPage, shift till.Shift) error {
	verdicts, err := p.Store.Verdicts(ctx, p.Journal.DB(), shift.ID)
	if err != nil {
		return err
	}
	for _, v := range verdicts {
		row := verdictRow{At: lang.DateTime(ctx, v.At), What: lang.T(ctx, "tillpage.is."+string(v.State))}
		if v.Why != "" {
			row.What = lang.T(ctx, "tillpage.objection."+string(v.Why))
		}
		if row.By, err = p.Office.Who(ctx, v.By); err != nil {
			return err
		}
		page.Verdicts = append(page.Verdicts, row)
	}
	return nil
}

// fillBag tells what happened to the bag.
func (p pages) fillBag(ctx context.Context, page *shiftPage, shift till.Shift) error {
	if shift.Bag == "" {
		return nil
	}
	b, err := p.Store.Bag(ctx, p.Journal.DB(), shift.Bag)
	if err != nil {
		return err
	}
	life := bagLife{Code: b.Code, State: BagState(ctx, b.State), Contradictions: Contradictions(ctx, b)}
	life.Details = html.DescriptionList{
		{Term: lang.T(ctx, "office.sum"), Text: lang.Amount(ctx, b.Cents)}, {Term: lang.T(ctx, "tillpage.seal"), Text: b.Seal},
	}
	if b.SealSeen != "" {
		life.Details = append(life.Details, html.Detail{Term: lang.T(ctx, "tillpage.seal_seen"), Text: b.SealSeen})
	}
	for _, step := range []struct {
		key, by string
		at      time.Time
	}{{"tillpage.packed", b.PackedBy, b.PackedAt}, {"tillpage.given_at", b.GivenBy, b.GivenAt}, {"tillpage.taken_at", b.TakenBy, b.TakenAt}} {
		if step.by == "" {
			continue
		}
		by, err := p.Office.Who(ctx, step.by)
		if err != nil {
			return err
		}
		life.Details = append(life.Details, html.Detail{Term: lang.T(ctx, step.key), Text: lang.DateTime(ctx, step.at) + ", " + by})
	}
	if !b.Deposit.IsZero() {
		life.Details = append(life.Details, html.Detail{
			Term: lang.T(ctx, "office.deposit"), Body: html.To(page.Office.Href("/till/deposits/"+b.Deposit.String()), lang.T(ctx, "tillpage.to_deposit")),
		})
	}
	page.Bag = &life
	return nil
}
