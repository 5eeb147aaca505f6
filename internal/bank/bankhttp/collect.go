package bankhttp

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"

	"vienkopus/internal/bank"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/iban"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/till"
	"vienkopus/internal/till/tillhttp"
)

// collectPage is the round of a collector: what waits, what she carries, what she brought to the bank.
type collectPage struct {
	Office  officehttp.View
	Faults  html.ErrorSummary
	Said    string
	Tone    html.Tone
	Waiting []waitingAt
	Carried []carriedBag
	Sum     string
	Key     id.ID
	Account accountChoice
	Slip    string
	Brought []broughtRow
}

// waitingAt are the bags that wait at a centre.
type waitingAt struct {
	Centre string
	Bags   []waitingBag
}

// waitingBag is a bag that nobody has taken yet. Its seal is not shown: the collector reads it.
type waitingBag struct {
	Key                       id.ID
	Code, Desk, Since, Sum    string
	State, Field, Seal, Wrong string
}

// carriedBag is a bag that the collector has.
type carriedBag struct {
	Code, Centre, Sum, State string
	Chosen                   bool
	Contradictions           []string
}

// broughtRow is a deposit of hers.
type broughtRow struct {
	Day, Sum, Slip, State string
	Tone                  html.Tone
}

// broughtDays is how far back a collector sees her deposits, in days.
const broughtDays = 14

// collect shows the round of the collector.
func (p pages) collect(w http.ResponseWriter, r *http.Request) error {
	page, err := p.collectPage(r, nil)
	if err != nil {
		return err
	}
	ctx := r.Context()
	page.Tone = html.Success
	bag, isBag := till.Code(r.FormValue("taken"))
	switch {
	case isBag && r.FormValue("seal") == "differs":
		page.Said, page.Tone = lang.T(ctx, "bankpage.taken_differs", "Bag", bag), html.Warning
	case isBag:
		page.Said = lang.T(ctx, "bankpage.taken_now", "Bag", bag)
	case r.FormValue("said") == "deposited":
		page.Said = lang.T(ctx, "bankpage.deposited_now")
	}
	return html.Render(w, r, http.StatusOK, collectView(page))
}

// collectPage reads the round; chosen are the bags that were ticked, nil for all.
func (p pages) collectPage(r *http.Request, chosen []string) (collectPage, error) {
	ctx, db := r.Context(), p.Journal.DB()
	page := collectPage{Key: p.Office.Key()}
	s, err := httpx.Signed(r.Context())
	if err != nil {
		return page, err
	}
	if page.Office, err = p.Office.View(r, "/collect"); err != nil {
		return page, err
	}
	n, err := p.Office.Names(ctx)
	if err != nil {
		return page, err
	}
	open, err := p.Cash.Bags(ctx, db, page.Office.Code, civil.Period{}, true)
	if err != nil {
		return page, err
	}
	var sum money.Amount
	for _, b := range open {
		if _, waits := till.Next(till.BagEdges, b.State, till.StepTake); waits {
			page.wait(ctx, n, b, p.Office.Key())
		}
		if _, may := till.Next(till.BagEdges, b.State, till.StepDeposit); may && b.TakenBy == s.Person.String() {
			page.Carried = append(page.Carried, carriedBag{
				Code: b.Code, Centre: n.Centre(ctx, b.Centre), Sum: lang.Amount(ctx, b.Cents), State: tillhttp.BagState(ctx, b.State),
				Chosen: chosen == nil || slices.Contains(chosen, b.Code), Contradictions: tillhttp.Contradictions(ctx, b),
			})
			sum += b.Cents
		}
	}
	slices.SortStableFunc(page.Waiting, func(a, b waitingAt) int { return cmp.Compare(a.Centre, b.Centre) })
	page.Sum = lang.Amount(ctx, sum)
	if page.Account, err = p.accounts(ctx, page.Office.Code, ""); err != nil {
		return page, err
	}
	return page, p.fillBrought(ctx, &page, s.Person.String())
}

// wait puts a bag to the others of its centre.
func (c *collectPage) wait(ctx context.Context, n officehttp.Names, b till.Bag, key id.ID) {
	centre := n.Centre(ctx, b.Centre)
	at := slices.IndexFunc(c.Waiting, func(w waitingAt) bool { return w.Centre == centre })
	if at < 0 {
		at = len(c.Waiting)
		c.Waiting = append(c.Waiting, waitingAt{Centre: centre})
	}
	c.Waiting[at].Bags = append(c.Waiting[at].Bags, waitingBag{
		Key: key, Code: b.Code, Desk: b.Desk, Since: b.Day.Display(), Sum: lang.Amount(ctx, b.Cents), State: tillhttp.BagState(ctx, b.State), Field: sealField(b.Code),
	})
}

func sealField(bag string) string { return "seal-" + bag }

// fillBrought lists what she brought to the bank lately.
func (p pages) fillBrought(ctx context.Context, page *collectPage, who string) error {
	lately := civil.Period{From: p.Office.Today().AddDays(-broughtDays), To: p.Office.Today()}
	all, err := p.Store.Deposits(ctx, p.Journal.DB(), page.Office.Code, lately)
	for _, d := range slices.Backward(all) {
		if d.By != who {
			continue
		}
		row := broughtRow{Day: d.Day.Display(), Sum: lang.Amount(ctx, d.Cents), Slip: d.Slip}
		row.State, row.Tone = depositState(ctx, d)
		page.Brought = append(page.Brought, row)
	}
	return err
}

// take notes that the collector has a bag, with the number that she reads on its seal.
func (p pages) take(w http.ResponseWriter, r *http.Request) error {
	req, err := officehttp.Request(r)
	if err != nil {
		return err
	}
	bag := httpx.Typed(r, "bag")
	seal := httpx.Typed(r, sealField(bag))
	agrees, err := p.Till.Take(r.Context(), req, bag, seal)
	if err != nil {
		return p.refuseCollect(w, r, err, func(page *collectPage) {
			page.Faults.Move("seal", sealField(bag))
			for i := range page.Waiting {
				for j := range page.Waiting[i].Bags {
					if one := &page.Waiting[i].Bags[j]; one.Code == bag {
						one.Seal, one.Wrong = seal, page.Faults.On(one.Field)
					}
				}
			}
		})
	}
	query := url.Values{"taken": {bag}}
	if !agrees {
		query.Set("seal", "differs")
	}
	return officehttp.See(w, r, "/collect?"+query.Encode())
}

// bring notes which bags were brought to the bank.
func (p pages) bring(w http.ResponseWriter, r *http.Request) error {
	req, err := officehttp.Request(r)
	if err != nil {
		return err
	}
	in := bank.DepositIn{IBAN: iban.IBAN(chosenAccount(r)), Bags: r.PostForm["bags"], Slip: httpx.Typed(r, "slip")}
	if _, err := p.Bank.Deposit(r.Context(), req, in); err != nil {
		return p.refuseCollect(w, r, err, func(page *collectPage) {
			page.Slip, page.Account.Typed = in.Slip, httpx.Typed(r, "other")
			page.Faults.Move("iban", page.Account.field())
		})
	}
	return officehttp.See(w, r, "/collect?said=deposited")
}

// refuseCollect shows the round again and why something did not pass.
func (p pages) refuseCollect(w http.ResponseWriter, r *http.Request, why error, fill func(*collectPage)) error {
	again, other := html.RefusalOf(r.Context(), why)
	if other != nil {
		return other
	}
	page, err := p.collectPage(r, r.PostForm["bags"])
	if err != nil {
		return err
	}
	page.Faults = again.Problems
	fill(&page)
	return html.Render(w, r, again.Status, collectView(page))
}
