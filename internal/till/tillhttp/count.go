package tillhttp

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/till"
)

// countPage is the form on which a drawer is counted. Nothing that says what should be in it may stand here.
type countPage struct {
	Faults       html.ErrorSummary
	Key          id.ID
	Title        string
	Notes, Coins []html.Text
}

// smallestNote is worth so many cents; what is worth less is a coin.
const smallestNote money.Amount = 500

// countForm shows the form.
func (p pages) countForm(w http.ResponseWriter, r *http.Request) error {
	page, err := p.countPage(r)
	if fault.KindOf(err) == fault.Conflict {
		http.Redirect(w, r, "/till", http.StatusSeeOther) // there is nothing to count before the drawer is open
		return nil
	}
	if err != nil {
		return err
	}
	return html.Render(w, r, http.StatusOK, countView(page))
}

// countPage makes the form, with what was typed into it. It returns the conflict "till.no_shift" when there is nothing to count.
func (p pages) countPage(r *http.Request) (countPage, error) {
	ctx := r.Context()
	s, err := httpx.Signed(r.Context())
	if err != nil {
		return countPage{}, err
	}
	shift, found, err := p.Store.OpenAt(ctx, p.Journal.DB(), s.Desk)
	if err == nil && !found {
		err = fault.NewConflict("till.no_shift")
	}
	if err != nil {
		return countPage{}, err
	}
	page := countPage{Key: p.Office.Key(), Title: lang.T(ctx, "tillpage.count")}
	if shift.Counts > 0 {
		page.Title = lang.T(ctx, "tillpage.count_again", "N", shift.Counts+1)
	}
	for _, cents := range till.Denominations {
		field := html.Text{
			Field: html.Field{Name: pieceField(cents), Label: pieceName(ctx, cents)}, Value: httpx.Typed(r, pieceField(cents)), InputMode: "numeric", Autocomplete: "off",
		}
		if cents >= smallestNote {
			field.Focus = len(page.Notes) == 0
			page.Notes = append(page.Notes, field)
		} else {
			page.Coins = append(page.Coins, field)
		}
	}
	return page, nil
}

func pieceField(cents money.Amount) string { return "n-" + strconv.FormatInt(int64(cents), 10) }

// pieceName is a note or coin as people call it: 50 €, 20 centi.
func pieceName(ctx context.Context, cents money.Amount) string {
	const euro = 100
	if cents < euro {
		return lang.N(ctx, "tillpage.cents", int64(cents))
	}
	return lang.T(ctx, "tillpage.euro", "N", int64(cents/euro))
}

// count notes what was counted and leads to what came of it.
func (p pages) count(w http.ResponseWriter, r *http.Request) error {
	req, err := httpx.Request(r)
	if err != nil {
		return err
	}
	in, err := readCount(r)
	if err == nil {
		_, err = p.Till.Count(r.Context(), req, in)
	}
	if err == nil {
		return httpx.See(w, r, "/till")
	}
	again, other := html.RefusalOf(r.Context(), err)
	if other != nil {
		return other
	}
	page, gone := p.countPage(r)
	if gone != nil {
		return gone
	}
	page.Faults = again.Problems
	for _, fields := range [][]html.Text{page.Notes, page.Coins} {
		for i := range fields {
			fields[i].Error, fields[i].Focus = page.Faults.On(fields[i].Name), false
		}
	}
	return html.Render(w, r, again.Status, countView(page))
}

// readCount reads how many there are of each; an empty field says nothing. Faults come joined, each on its field.
func readCount(r *http.Request) (till.CountIn, error) {
	var in till.CountIn
	var errs []error
	for _, cents := range till.Denominations {
		text := httpx.Typed(r, pieceField(cents))
		if text == "" {
			continue
		}
		n, err := strconv.ParseUint(text, 10, 32)
		if err != nil || n > till.MostPieces {
			errs = append(errs, fault.NewInvalid("till.pieces", "Max", till.MostPieces).On(pieceField(cents)))
			continue
		}
		in.Pieces = append(in.Pieces, till.Pieces{Cents: cents, N: int64(n)})
	}
	return in, errors.Join(errs...)
}
