package visithttp

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/visit"
)

// closedPage is a visit to look at, and the door to its corrections.
type closedPage struct {
	Said  string
	Visit visitCard
	Open  bool
	Spans []html.Detail
	Day   string // of its beginning, for the list of that day
}

// correctionPage is one act of it to correct.
type correctionPage struct {
	Key                                 string
	Faults                              []html.Problem
	Visit                               visitCard
	Act                                 actLine
	Why, Kind, Service, Channel, Depth  string
	Reason, Identity                    string
	Services                            []html.Choice
	Kinds, Channels, Whys, Depths, Reas []html.Choice
}

// owned returns the visit when it belongs to the desk in use.
func (p pages) owned(r *http.Request) (visit.Visit, error) {
	v, err := httpx.PathID(r, "visit", "visit.unknown")
	if err != nil {
		return visit.Visit{}, err
	}
	found, err := p.Store.Visit(r.Context(), p.Journal.DB(), v)
	if err != nil {
		return found, err
	}
	session, _ := httpx.CallerOf(r.Context())
	if found.Desk != session.Desk {
		return found, fault.NewForbidden("visit.foreign_desk", "Desk", found.Desk)
	}
	return found, nil
}

// closed shows a visit with all its lines.
func (p pages) closed(w http.ResponseWriter, r *http.Request) error {
	v, err := p.owned(r)
	if err != nil {
		return err
	}
	card, err := p.card(r.Context(), v)
	if err != nil {
		return err
	}
	page := closedPage{Visit: card, Open: v.State != visit.Ended, Day: lang.Today(r.Context(), v.OpenedAt).String()}
	if r.FormValue("said") == "corrected" {
		page.Said = lang.T(r.Context(), "counter.corrected")
	}
	spans, err := p.Store.Spans(r.Context(), p.Journal.DB(), v.ID)
	if err != nil {
		return err
	}
	for _, s := range spans {
		page.Spans = append(page.Spans, span(r.Context(), s))
	}
	return html.Render(w, r, http.StatusOK, closedView(page))
}

// daysPage are the visits that a desk closed on a day.
type daysPage struct {
	Shown, Before, After string
	Visits               []visitCard
	Pages                html.Pagination
}

// Paid leads to the payment of a visit that has one, or is "".
func (v visitCard) Paid() string {
	for _, a := range v.Acts {
		if a.Paid != "" && a.State == "" {
			return a.Paid
		}
	}
	return ""
}

// days shows a day at the desk in use: whom it served, with what, and the way to what is wrong in it.
func (p pages) days(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	session, err := httpx.Signed(ctx)
	if err != nil {
		return err
	}
	today := lang.Today(ctx, p.Journal.Now())
	day := today
	if text := r.FormValue("day"); text != "" {
		if day, err = civil.ParseDate(text); err != nil || day.After(today) {
			day = today
		}
	}
	page := daysPage{Shown: day.Display(), Before: day.AddDays(-1).String()}
	if day.Before(today) {
		page.After = day.AddDays(1).String()
	}
	page.Visits, page.Pages, err = p.closedOn(r, session.Desk, day.String(), "/visits?day="+day.String()+"&")
	if err != nil {
		return err
	}
	return html.Render(w, r, http.StatusOK, daysView(page))
}

// closedOn returns a page of the visits that a desk closed on a day, the latest first; at is the address before the place where the next page begins: not that of the
// request, which may be that of a form that was refused.
func (p pages) closedOn(r *http.Request, desk, day, at string) ([]visitCard, html.Pagination, error) {
	ctx, db := r.Context(), p.Journal.DB()
	list := httpx.List{Name: "closed/" + desk + "/" + day}
	part := visit.Part{Desk: desk, Day: day, Limit: closedShown + 1}
	key, there, err := list.After(r, 2)
	if err != nil {
		return nil, html.Pagination{}, err
	}
	if there {
		micros, err := strconv.ParseInt(key[0], 10, 64)
		if err != nil {
			return nil, html.Pagination{}, httpx.BadPlace()
		}
		if part.ID, err = id.Parse(key[1]); err != nil {
			return nil, html.Pagination{}, httpx.BadPlace()
		}
		part.Before = time.UnixMicro(micros).UTC()
	}
	all, err := p.Store.Last(ctx, db, part)
	if err != nil {
		return nil, html.Pagination{}, err
	}
	all, last, more := httpx.Cut(all, closedShown)
	cards, err := p.cards(ctx, all)
	if err != nil || !more && !there {
		return cards, html.Pagination{}, err
	}
	n, err := p.Store.LastCount(ctx, db, desk, day)
	pages := html.PartOf(r, len(all), n)
	if more {
		pages.Next = at + url.Values{httpx.CursorParam: {list.Place(strconv.FormatInt(last.ClosedAt.UnixMicro(), 10), last.ID.String())}}.Encode()
	}
	return cards, pages, err
}

func span(ctx context.Context, s visit.Span) html.Detail {
	key := "counter.period_waiting"
	if s.Serving {
		key = "counter.period_serving"
	}
	until := ""
	if !s.To.IsZero() {
		until = lang.Time(ctx, s.To)
	}
	return html.Detail{Term: lang.Time(ctx, s.From) + "–" + until, Text: lang.T(ctx, key)}
}

// correction shows the form for one act.
func (p pages) correction(w http.ResponseWriter, r *http.Request) error {
	return p.correcting(w, r, http.StatusOK, nil)
}

func (p pages) correcting(w http.ResponseWriter, r *http.Request, status int, faults html.ErrorSummary) error {
	ctx := r.Context()
	v, err := p.owned(r)
	if err != nil {
		return err
	}
	act, err := httpx.PathID(r, "act", "visit.act_unknown")
	if err != nil {
		return err
	}
	a, err := p.Store.Act(ctx, p.Journal.DB(), v.ID, act)
	if err != nil {
		return err
	}
	card, err := p.card(ctx, v)
	if err != nil {
		return err
	}
	page := correctionPage{
		Key: id.New(p.Journal.Now()).String(), Faults: faults, Visit: card, Act: p.line(ctx, a),
		Kinds:    kinds(ctx, cmp.Or(r.PostFormValue("kind"), string(a.Kind))),
		Channels: channels(ctx, cmp.Or(r.PostFormValue("channel"), string(a.Channel))),
		Whys:     whys(ctx, r.PostFormValue("why")),
		Depths:   depths(ctx, cmp.Or(r.PostFormValue("depth"), string(a.Depth))),
		Reas:     reasons(ctx, cmp.Or(r.PostFormValue("reason"), string(a.Reason))),
		Services: p.serviceChoices(ctx, cmp.Or(r.PostFormValue("service"), a.Service)),
	}
	return html.Render(w, r, status, correctionView(page))
}

func (p pages) serviceChoices(ctx context.Context, chosen string) []html.Choice {
	offered := p.Shelf.Offered()
	all := make([]html.Choice, len(offered))
	for i := range offered {
		all[i] = html.Choice{Value: offered[i].Code, Label: offered[i].Name.For(lang.Code(ctx)), Chosen: offered[i].Code == chosen}
	}
	return all
}

// correct saves the correction as a new line.
func (p pages) correct(w http.ResponseWriter, r *http.Request) error {
	request, err := httpx.Request(r)
	if err != nil {
		return err
	}
	v, err := httpx.PathID(r, "visit", "visit.unknown")
	if err != nil {
		return err
	}
	act, err := httpx.PathID(r, "act", "visit.act_unknown")
	if err != nil {
		return err
	}
	c := visit.CorrectedAct{Visit: v, Act: act, Why: visit.Correction(r.PostFormValue("why"))}
	if c.Why != visit.NeverHappened && c.Why != visit.RecordedTwice {
		what := readForm(r).what(r.PostFormValue("kind"))
		if what.Kind == catalogue.Application && what.Identity == "" {
			what.Identity = visit.Document(r.PostFormValue("identity"))
		}
		c.Now = &what
	}
	if err := p.Counter.Correct(r.Context(), request, c); err != nil {
		again, err := html.RefusalOf(r.Context(), err)
		if err != nil {
			return err
		}
		return p.correcting(w, r, again.Status, again.Problems)
	}
	return httpx.See(w, r, "/visits/"+v.String()+"?said=corrected")
}
