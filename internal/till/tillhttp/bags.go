package tillhttp

import (
	"context"
	"net/http"
	"net/url"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/till"
)

// bagsPage are the bags of a centre that the collector does not carry yet.
type bagsPage struct {
	Faults html.ErrorSummary
	Said   string
	Bags   []bagCard
}

// bagCard is a bag at the counter.
type bagCard struct {
	Key                          id.ID
	Code, Seal, Sum, Day, Packed string
	State                        string
	Tone                         html.Tone
	CanGive                      bool
	Contradictions               []string
}

// bags shows what waits for the collector at the centre of the desk in use.
func (p pages) bags(w http.ResponseWriter, r *http.Request) error {
	page, err := p.bagsPage(r)
	if err != nil {
		return err
	}
	if bag, ok := till.Code(r.FormValue("given")); ok {
		page.Said = lang.T(r.Context(), "tillpage.given_now", "Bag", bag)
	}
	return html.Render(w, r, http.StatusOK, bagsView(page))
}

func (p pages) bagsPage(r *http.Request) (bagsPage, error) {
	s, err := httpx.Signed(r.Context())
	if err != nil {
		return bagsPage{}, err
	}
	here, err := p.bagsHere(r.Context(), s)
	if err != nil {
		return bagsPage{}, err
	}
	var page bagsPage
	for _, b := range here {
		by, err := p.Office.Who(r.Context(), b.PackedBy)
		if err != nil {
			return page, err
		}
		page.Bags = append(page.Bags, p.bagCard(r.Context(), b, by))
	}
	return page, nil
}

func (p pages) bagCard(ctx context.Context, b till.Bag, by string) bagCard {
	_, can := till.Next(till.BagEdges, b.State, till.StepGive)
	card := bagCard{
		Key: p.Office.Key(), Code: b.Code, Seal: b.Seal, Sum: lang.Amount(ctx, b.Cents), Day: b.Day.Display(), Packed: by, State: BagState(ctx, b.State), Tone: html.Info,
		CanGive: can, Contradictions: Contradictions(ctx, b),
	}
	if b.State == till.Packed {
		card.Tone = html.Neutral
	}
	return card
}

// bagsHere returns the bags of the centre whose hand-over is not confirmed by both sides.
func (p pages) bagsHere(ctx context.Context, s *httpx.Caller) ([]till.Bag, error) {
	open, err := p.Store.Bags(ctx, p.Journal.DB(), s.Municipality, civil.Period{}, true)
	if err != nil {
		return nil, err
	}
	var here []till.Bag
	for _, b := range open {
		if b.Centre == s.Centre && (b.State == till.Packed || b.State == till.Given || b.State == till.Taken) {
			here = append(here, b)
		}
	}
	return here, nil
}

// give notes that a bag was given to the collector.
func (p pages) give(w http.ResponseWriter, r *http.Request) error {
	req, err := httpx.Request(r)
	if err != nil {
		return err
	}
	bag := httpx.Typed(r, "bag")
	if err := p.Till.Give(r.Context(), req, bag, ""); err != nil {
		again, other := html.RefusalOf(r.Context(), err)
		if other != nil {
			return other
		}
		page, broken := p.bagsPage(r)
		if broken != nil {
			return broken
		}
		page.Faults = again.Problems
		return html.Render(w, r, again.Status, bagsView(page))
	}
	return httpx.See(w, r, "/till/bags?"+url.Values{"given": {bag}}.Encode())
}
