package visithttp

import (
	"context"
	"net/http"
	"slices"
	"unicode"
	"unicode/utf8"

	"vienkopus/internal/base/hours"
	"vienkopus/internal/base/money"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/catalogue/cataloguehttp"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/visit"
)

// slipPage is what the client takes home.
type slipPage struct {
	Visit string // its id
	Open  bool   // the client is still there
	Date  string
	Paper html.Paper
	Items []slipItem
	// Paid is what was paid, with the receipts, and Total what it comes to.
	Paid  []paidRow
	Total string
	// Undone is what could not be done.
	Undone []undoneItem
	// Here is the centre that gives the slip.
	Here placeCard
}

// IsEmpty tells that nothing is to be said.
func (s slipPage) IsEmpty() bool { return len(s.Items) == 0 && len(s.Paid) == 0 && len(s.Undone) == 0 }

// title heads the slip after what stands on it first.
func (s slipPage) title(ctx context.Context) string {
	switch {
	case len(s.Items) > 0:
		return lang.T(ctx, "counter.slip_intro")
	case len(s.Paid) > 0:
		return lang.T(ctx, "counter.slip_paid")
	}
	return lang.T(ctx, "counter.slip_undone")
}

// paidRow is a payment of the visit.
type paidRow struct{ Receipt, Creditor, Sum string }

// slipItem is a service that was asked for.
type slipItem struct {
	Name, Institution, Tell, Time string
	Bring                         []string
}

// undoneItem is what could not be done, why, and what to do now.
type undoneItem struct {
	Service, Why, Advice, Institution string
	Bring                             []string
	Where                             *placeCard
}

func (u undoneItem) title(ctx context.Context) string {
	if u.Service == "" {
		return lang.T(ctx, "counter.slip_other")
	}
	return u.Service
}

// placeCard is a centre on a slip; what is not known of it is "".
type placeCard struct {
	Name, Address, Phone, Distance string
	Days                           []placeDay
}

type placeDay struct{ Day, Hours string }

// referred are the reasons that send a client elsewhere: to the institution, and to the nearest centre that may.
var referred = []visit.Reason{visit.NotAtThisTier, visit.NeedsOfficer, visit.NotOurService}

// slip is the paper for the client, in the language of the page: what was asked for, what to bring, what comes next, and what could not be done and where it
// can. It is to be had from the first act on: a client who waits for it does not wait for the end of the visit.
func (p pages) slip(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v, err := p.owned(r)
	if err != nil {
		return err
	}
	acts, err := p.Store.Acts(ctx, p.Journal.DB(), v.ID)
	if err != nil {
		return err
	}
	page := slipPage{Visit: v.ID.String(), Open: v.State != visit.Ended, Date: lang.DateTime(ctx, v.OpenedAt), Paper: html.PaperOf(r)}
	if page.Here, err = p.here(ctx, v.Desk); err != nil {
		return err
	}
	if err := p.paid(ctx, v, &page); err != nil {
		return err
	}
	said := map[string]bool{}
	for i := range acts {
		a := &acts[i]
		if a.Kind == catalogue.Payment { // what was paid stands with its receipts
			continue
		}
		if a.State != visit.Counted || said[string(a.Kind)+a.Service+string(a.Reason)] {
			continue
		}
		said[string(a.Kind)+a.Service+string(a.Reason)] = true
		if a.Kind == catalogue.Unmet {
			u, err := p.undone(ctx, v.Desk, a)
			if err != nil {
				return err
			}
			page.Undone = append(page.Undone, u)
			continue
		}
		if s, ok := p.Shelf.Service(a.Service); ok && !said[s.Code] {
			said[s.Code] = true
			page.Items = append(page.Items, slipItem{
				Name: s.Name.For(lang.Code(ctx)), Institution: p.institution(ctx, s.Institution), Tell: s.Tell.For(lang.Code(ctx)),
				Time: cataloguehttp.Time(ctx, s.ProcessingTime), Bring: cataloguehttp.Texts(lang.Code(ctx), s.Bring),
			})
		}
	}
	return html.Render(w, r, http.StatusOK, slipView(page))
}

// paid adds what was paid in the visit.
func (p pages) paid(ctx context.Context, v visit.Visit, page *slipPage) error {
	if p.Paid == nil {
		return nil
	}
	all, err := p.Paid(ctx, v)
	var sum money.Amount // each is a payment at a counter
	for _, one := range all {
		sum += one.Cents
		page.Paid = append(page.Paid, paidRow{Receipt: one.Receipt, Creditor: one.Creditor, Sum: lang.Amount(ctx, one.Cents)})
	}
	page.Total = lang.Amount(ctx, sum)
	return err
}

// here is the centre of a desk.
func (p pages) here(ctx context.Context, desk string) (placeCard, error) {
	where, err := p.Place(ctx, desk)
	if err != nil {
		return placeCard{}, err
	}
	return placeOf(ctx, where), nil
}

// undone says of an act what could not be done, and where it can.
func (p pages) undone(ctx context.Context, desk string, a *visit.Act) (undoneItem, error) {
	u := undoneItem{Why: lang.T(ctx, "visit.reason."+string(a.Reason)), Advice: lang.T(ctx, "counter.slip_advice."+string(a.Reason))}
	s, ok := p.Shelf.Service(a.Service)
	if !ok {
		return u, nil
	}
	u.Service = s.Name.For(lang.Code(ctx))
	if a.Reason == visit.MissingDocument || a.Reason == visit.MissingIdentity {
		u.Bring = cataloguehttp.Texts(lang.Code(ctx), s.Bring)
	}
	if !slices.Contains(referred, a.Reason) {
		return u, nil
	}
	if i, ok := p.Shelf.Institution(s.Institution); ok && i.Kind != catalogue.Help {
		u.Institution = i.Name.For(lang.Code(ctx))
	}
	o, err := p.Counter.Options(ctx, p.Journal.DB(), desk, s.Code)
	if err != nil {
		return u, err
	}
	kind := catalogue.Application
	if !o.Offer.Takes(kind) {
		kind = catalogue.Consultation
	}
	near, found, err := p.Elsewhere(ctx, o.Place.Centre, o.Offer, kind)
	if err != nil || !found {
		return u, err
	}
	card := placeOf(ctx, near.Where)
	card.Distance = lang.T(ctx, "counter.slip_distance", "Distance", lang.Distance(ctx, near.Metres))
	u.Where = &card
	return u, nil
}

// placeOf writes a place down.
func placeOf(ctx context.Context, w Where) placeCard {
	card := placeCard{Name: w.Name, Address: w.Address, Phone: w.Phone}
	for _, d := range w.Days {
		card.Days = append(card.Days, placeDay{
			Day: capital(lang.T(ctx, "centre.day."+hours.WeekdayOf(d.Date.Weekday()).String())) + ", " + lang.Date(ctx, d.Date), Hours: open(ctx, d),
		})
	}
	return card
}

// open are the hours of a day, or that it is closed and on which holiday.
func open(ctx context.Context, d hours.Day) string {
	switch {
	case d.IsOpen():
		return hours.FormatIntervals(d.Intervals)
	case d.Reason.Key == hours.ReasonHoliday:
		return lang.T(ctx, "centre.closed_day") + ", " + lang.T(ctx, "holiday."+d.Holiday.Key)
	}
	return lang.T(ctx, "centre.closed_day")
}

// capital begins a line.
func capital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}
