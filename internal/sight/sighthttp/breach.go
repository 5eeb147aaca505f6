package sighthttp

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/id"
	"vienkopus/internal/bill"
	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/sight"
)

// breachPage is what an account may have shown to somebody who had no right to see it.
type breachPage struct {
	Office              officehttp.View
	Key                 id.ID
	Faults              html.ErrorSummary
	From, To, Who, Desk string
	// FromDay and ToDay are the days as forms carry them.
	FromDay, ToDay     string
	People             []html.Choice
	Asked              bool
	Persons, Bills     int
	Exports            []lookRow
	Rows               []seenRow
	More               string
	NoticeLV, NoticeEN string
}

// seenRow is a person who was seen: masked, as long as nobody takes the list out.
type seenRow struct{ First, Name, House, Number string }

const (
	// mostSeen bounds the bills of one breach.
	mostSeen = 50_000
	// listedSeen is how many rows the page shows; the file has all.
	listedSeen = 100
)

// breach shows whom an account has seen, and what it took out.
func (p pages) breach(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	o, err := p.Office.View(r, "/breach")
	if err != nil {
		return err
	}
	q, wrong := p.asked(r)
	page := breachPage{
		Office: o, Key: p.Office.Key(), Faults: html.Problems(ctx, wrong), From: q.Over.From.Display(), To: q.Over.To.Display(), Who: q.Staff, Desk: strings.TrimSpace(r.FormValue("desk")),
		FromDay: q.Over.From.String(), ToDay: q.Over.To.String(),
	}
	if wrong != nil {
		page.From, page.To = r.FormValue("from"), r.FormValue("to")
		return html.Render(w, r, http.StatusUnprocessableEntity, breachView(page))
	}
	if page.People, err = p.people(ctx, q, nil); err != nil {
		return err
	}
	if q.Staff == "" {
		return html.Render(w, r, http.StatusOK, breachView(page))
	}
	if !slices.ContainsFunc(page.People, func(c html.Choice) bool { return c.Chosen }) {
		page.People = append(page.People, html.Choice{Value: q.Staff, Label: q.Staff, Chosen: true}) // a token, or somebody who has looked at nobody
	}
	if err := p.fillBreach(ctx, q, &page); err != nil {
		return err
	}
	return html.Render(w, r, http.StatusOK, breachView(page))
}

func (p pages) fillBreach(ctx context.Context, q sight.Asked, page *breachPage) error {
	seen, found, err := p.seen(ctx, q, page.Desk)
	if err != nil {
		return err
	}
	page.Asked, page.Bills, page.Persons = true, len(seen), persons(found)
	for i, f := range found[:min(len(found), listedSeen)] {
		masked := sight.Mask(f.Payer)
		page.Rows = append(page.Rows, seenRow{First: lang.DateTime(ctx, seen[i].First), Name: masked.Name, House: masked.Address, Number: f.Number})
	}
	if len(found) > listedSeen {
		page.More = lang.T(ctx, "sight.more", "N", listedSeen)
	}
	all, err := p.Store.List(ctx, p.Journal.DB(), q, sight.Part{Day: last, Micros: 1<<63 - 1, Limit: mostInFile})
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(l sight.Look) bool { return l.Kind != sight.ByExport })
	if page.Exports, err = p.rows(ctx, all); err != nil {
		return err
	}
	notice := func(language string) string {
		return page.Office.Href("/breach/notice?" + url.Values{"who": {q.Staff}, "desk": {page.Desk}, "from": {page.FromDay}, "to": {page.ToDay}, "in": {language}}.Encode())
	}
	page.NoticeLV, page.NoticeEN = notice("lv"), notice("en")
	return nil
}

// seen are the bills that were opened, with whose they are, in the same order.
func (p pages) seen(ctx context.Context, q sight.Asked, desk string) ([]sight.Seen, []bill.Found, error) {
	begins := func(d civil.Date) time.Time {
		y, m, day := d.YMD()
		return time.Date(y, m, day, 0, 0, 0, 0, lang.Zone).UTC()
	}
	t := sight.Trace{Staff: q.Staff, Desk: desk, Municipality: q.Municipality, From: begins(q.Over.From), To: begins(q.Over.To.AddDays(1))}
	seen, err := p.Store.Seen(ctx, p.Journal.DB(), t, mostSeen)
	if err != nil {
		return nil, nil, err
	}
	ids := make([]id.ID, len(seen))
	for i, s := range seen {
		ids[i] = s.Bill
	}
	found, err := p.Bills.Owed(ctx, ids)
	return seen, found, err
}

// persons is how many payers there are, by name and address.
func persons(found []bill.Found) int {
	all := map[bill.Payer]bool{}
	for _, f := range found {
		all[f.Payer] = true
	}
	return len(all)
}

func seenColumns(ctx context.Context) []html.Column {
	return []html.Column{
		html.Words(lang.T(ctx, "sight.first_seen")), html.Words(lang.T(ctx, "sight.name")), html.Words(lang.T(ctx, "sight.address")), html.Words(lang.T(ctx, "sight.bill")),
	}
}
