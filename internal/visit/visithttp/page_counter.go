package visithttp

import (
	"context"
	"log/slog"
	"net/http"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/visit"
)

const (
	// hits is how many services a search shows.
	hits = 6
	// closedShown is how many of today's closed visits are listed.
	closedShown = 8
)

// draftBy is the field of a draft that says who has typed it.
const draftBy = "by"

// kindKeys are the digits that record an act; they never change, so that a hand learns them.
var kindKeys = map[catalogue.ActKind]string{
	catalogue.Consultation: "1", catalogue.Application: "2", catalogue.EserviceHelp: "3",
	catalogue.DocumentReceived: "4", catalogue.DocumentSent: "5", catalogue.Letter: "6",
	catalogue.Call: "7", catalogue.Payment: "8", catalogue.Unmet: "9",
}

// counterPage is the screen: who, what, this visit.
type counterPage struct {
	Key  id.ID // of the next form that is sent
	Said string
	// UndoCall is where a call that was just noted is undone, or "".
	UndoCall string
	Faults   []html.Problem
	Unpaid   *unpaidCard
	CountDue string // since which day
	Visit    *visitCard
	Waiting  []visitCard
	Form     actForm
	Searched bool
	Hits     []hitLine
	Service  *serviceCard
	Quick    []actButton // acts without a service
	Closed   []visitCard
	Pages    html.Pagination // through the closed ones
}

// unpaidCard asks what becomes of an unpaid basket before something is done that would leave it.
type unpaidCard struct {
	Text, Action, Channel, Then string
	CanWait                     bool
}

// visitCard is one visit as the screen shows it.
type visitCard struct {
	ID      string
	Since   string
	Channel string
	Acts    []actLine
}

// actLine is one act of a visit.
type actLine struct {
	ID, At, Kind, Service, Detail, State string
	Number                               int64
	// Paid leads to the payment that the act counts, or is "".
	Paid string
}

// hitLine is one service found.
type hitLine struct {
	Code, Name, Institution string
	Current                 bool
}

// actForm holds what has been typed and chosen.
type actForm struct {
	Visit, Query, Service, Identity, Depth, Reason, Channel string
}

// actButton records an act of one kind.
type actButton struct {
	Kind, Label, Key string
	Primary          bool
}

// serviceCard is what the clerk reads about a service before she records something.
type serviceCard struct {
	Code, Name, Summary, Institution string
	Ask, Bring, Steps                []string
	Tell, Fee, Time                  string
	Buttons                          []actButton
	NeedsIdentity, HasDepth          bool
	Blocked                          []string
	NoApplication                    bool // the main thing cannot be done here
	Near                             string
}

// counter shows the screen of the desk in use.
func (p pages) counter(w http.ResponseWriter, r *http.Request) error {
	form := actForm{Query: r.FormValue("q"), Service: r.FormValue("service")}
	page, err := p.screen(r, form)
	if err != nil {
		return err
	}
	page.Said = p.said(r, page)
	if v, act := r.FormValue("visit"), r.FormValue("act"); r.FormValue("said") == "call" && isID(v) && isID(act) {
		page.UndoCall = "/visits/" + v + "/acts/" + act + "/undo"
	}
	return html.Render(w, r, http.StatusOK, counterView(page))
}

// refused shows the screen again with what was typed and why it did not pass. Faults of the machine are not shown here.
func (p pages) refused(w http.ResponseWriter, r *http.Request, form actForm, why error) error {
	again, err := html.RefusalOf(r.Context(), why, fault.NotFound)
	if err != nil {
		return err
	}
	page, err := p.screen(r, form)
	if err != nil {
		return err
	}
	page.Faults = again.Problems
	return html.Render(w, r, again.Status, counterView(page))
}

// screen reads everything that the counter shows for the desk in use.
func (p pages) screen(r *http.Request, form actForm) (counterPage, error) {
	ctx, db := r.Context(), p.Journal.DB()
	session, err := httpx.Signed(ctx)
	if err != nil {
		return counterPage{}, err
	}
	page := counterPage{Key: id.New(p.Journal.Now())}
	open, err := p.Store.OpenAt(ctx, db, session.Desk)
	if err != nil {
		return page, err
	}
	cards, err := p.cards(ctx, open)
	if err != nil {
		return page, err
	}
	for i, card := range cards {
		if open[i].State == visit.Serving {
			page.Visit = &card
			form = p.restore(ctx, session, open[i].ID, form)
			continue
		}
		page.Waiting = append(page.Waiting, card)
	}
	if page.Visit != nil {
		form.Visit = page.Visit.ID
	}
	page.find(ctx, p, &form)
	page.Form = form
	if page.Service, err = p.service(ctx, session.Desk, form); err != nil {
		return page, err
	}
	if p.CountDue != nil {
		since, due, err := p.CountDue(ctx, session.Desk)
		if err != nil {
			return page, err
		}
		if due {
			page.CountDue = since.Display()
		}
	}
	page.Quick = quick(ctx, page.Service)
	page.Closed, page.Pages, err = p.closedOn(r, session.Desk, lang.Today(ctx, p.Journal.Now()).String(), "/counter?")
	return page, err
}

// restore fills an empty form from the draft of the visit, so that a dead session or a closed tab loses nothing. What a colleague has
// typed is not restored: that a document was seen, for one, is for the person to say who saw it.
func (p pages) restore(ctx context.Context, who *httpx.Caller, v id.ID, form actForm) actForm {
	if form != (actForm{}) {
		return form
	}
	d, err := p.Drafts.Load(ctx, who.Desk, v)
	if err != nil { // the counter works without it
		slog.WarnContext(ctx, "a draft could not be read", slog.Any("error", err))
		return form
	}
	if d[draftBy] != who.Person.String() {
		return form
	}
	return actForm{
		Query: d["q"], Service: d["service"], Identity: d["identity"], Depth: d["depth"], Reason: d["reason"], Channel: d["channel"],
	}
}

// find searches for what was typed; without a choice the best hit is opened.
func (c *counterPage) find(ctx context.Context, p pages, form *actForm) {
	if form.Query == "" {
		return
	}
	c.Searched = true
	for _, hit := range p.Shelf.Search(form.Query, lang.Code(ctx), hits) {
		s, ok := p.Shelf.Service(hit.Code)
		if !ok {
			continue
		}
		if form.Service == "" {
			form.Service = hit.Code
		}
		c.Hits = append(c.Hits, hitLine{
			Code: hit.Code, Name: s.Name.For(lang.Code(ctx)), Institution: p.institution(ctx, s.Institution), Current: hit.Code == form.Service,
		})
	}
}

func (p pages) institution(ctx context.Context, code string) string {
	if i, ok := p.Shelf.Institution(code); ok {
		return i.ShortName.For(lang.Code(ctx))
	}
	return code
}

// card returns a visit with its acts.
func (p pages) card(ctx context.Context, v visit.Visit) (visitCard, error) {
	cards, err := p.cards(ctx, []visit.Visit{v})
	if err != nil {
		return visitCard{}, err
	}
	return cards[0], nil
}

// cards returns visits with their acts, in their order.
func (p pages) cards(ctx context.Context, all []visit.Visit) ([]visitCard, error) {
	ids := make([]id.ID, len(all))
	for i := range all {
		ids[i] = all[i].ID
	}
	acts, err := p.Store.ActsOf(ctx, p.Journal.DB(), ids)
	if err != nil {
		return nil, err
	}
	cards := make([]visitCard, len(all))
	for i, v := range all {
		cards[i] = visitCard{ID: v.ID.String(), Since: lang.Time(ctx, v.OpenedAt), Channel: lang.T(ctx, "visit.channel."+string(v.Channel))}
		for _, a := range acts[v.ID] {
			cards[i].Acts = append(cards[i].Acts, p.line(ctx, a))
		}
	}
	return cards, nil
}

func (p pages) line(ctx context.Context, a visit.Act) actLine {
	l := actLine{
		ID: a.ID.String(), At: lang.Time(ctx, a.RecordedAt), Kind: lang.T(ctx, "visit.kind."+string(a.Kind)), Number: a.Number, State: string(a.State),
	}
	if a.Kind == catalogue.Payment {
		l.Paid = paidHref(l.ID)
	}
	if s, ok := p.Shelf.Service(a.Service); ok {
		l.Service = s.Name.For(lang.Code(ctx))
	}
	switch {
	case a.Depth != "":
		l.Detail = lang.T(ctx, "visit.depth."+string(a.Depth))
	case a.Reason != "":
		l.Detail = lang.T(ctx, "visit.reason."+string(a.Reason))
	case a.Identity != "":
		l.Detail = lang.T(ctx, "visit.identity."+string(a.Identity))
	}
	return l
}

// said returns the sentence about what has just been done, named by ?said=.
func (p pages) said(r *http.Request, page counterPage) string {
	ctx := r.Context()
	switch r.FormValue("said") {
	case "recorded":
		if page.Visit != nil && len(page.Visit.Acts) > 0 {
			last := page.Visit.Acts[len(page.Visit.Acts)-1]
			return lang.T(ctx, "counter.recorded", "Act", joined(last.Kind, last.Service))
		}
	case "undone":
		return lang.T(ctx, "counter.undone")
	case "call_undone":
		return lang.T(ctx, "counter.call_undone")
	case "closed":
		return lang.T(ctx, "counter.closed")
	case "call":
		return lang.T(ctx, "counter.call_noted")
	case "corrected":
		return lang.T(ctx, "counter.corrected")
	}
	return ""
}

func isID(text string) bool {
	_, err := id.Parse(text)
	return err == nil
}

// joined puts two things side by side, or says the first alone.
func joined(first, second string) string {
	if second == "" {
		return first
	}
	return first + " – " + second
}

// search answers the typing in the search field with the hits alone.
func (p pages) search(w http.ResponseWriter, r *http.Request) error {
	page := counterPage{}
	form := actForm{Query: r.FormValue("q"), Service: "-"} // nothing is opened while somebody types
	page.find(r.Context(), p, &form)
	page.Form = form
	return html.Render(w, r, http.StatusOK, hitsView(page))
}

// draft keeps what is typed for the visit.
func (p pages) draft(w http.ResponseWriter, r *http.Request) error {
	v, err := httpx.PathID(r, "visit", "visit.unknown")
	if err != nil {
		return err
	}
	session, _ := httpx.CallerOf(r.Context())
	fields := visit.Draft{draftBy: session.Person.String()}
	for _, name := range []string{"q", "service", "identity", "depth", "reason", "channel"} {
		if value := r.PostFormValue(name); value != "" {
			fields[name] = value
		}
	}
	if err := p.Drafts.Save(r.Context(), session.Desk, v, fields, p.Journal.Now()); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
