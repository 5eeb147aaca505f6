package trailhttp

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/money"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/lookup"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/trail"
)

// followPage is the question for a code, and the answer when there is one.
type followPage struct {
	Faults html.ErrorSummary
	Code   string
	Paper  html.Paper
	Slip   *slip
}

// plain is where the same stands as text.
func (c followPage) plain() string {
	values := url.Values{"plain": {""}}
	if c.Slip != nil {
		values.Set("code", c.Code)
	}
	return FollowPath + "?" + values.Encode()
}

// slip is the answer, to read and to print.
type slip struct {
	Kind, Title string
	Facts       []html.Detail
	// Notice tells of a copy, and of what was given back.
	Notices []string
	// Now says in one sentence what this means for the payer.
	Now    string
	Stages []stage
	// AsOf is when this was looked up, At the address where one looks again.
	AsOf, At string
}

// stage is one step in words.
type stage struct {
	Name, Text string
	Done       bool
}

// follow asks for a code and shows where the money is.
func (p pages) follow(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	page := followPage{Code: strings.TrimSpace(r.FormValue("code")), Paper: html.PaperOf(r)}
	if page.Code == "" {
		return p.shown(w, r, http.StatusOK, page)
	}
	if !p.guesses.admits(r) {
		return httpx.Refuse(http.StatusTooManyRequests, "trail.too_many")
	}
	way, err := p.Trail.Follow(ctx, r.FormValue("code"))
	if fault.KindOf(err) == fault.NotFound {
		p.guesses.missed(r)
	}
	if err != nil {
		again, err := html.RefusalOf(ctx, err, fault.NotFound)
		if err != nil {
			return err
		}
		page.Faults = again.Problems
		return p.shown(w, r, again.Status, page)
	}
	page.Code = way.CheckCode
	if page.Slip, err = p.slip(r, way); err != nil {
		return err
	}
	return p.shown(w, r, http.StatusOK, page)
}

// shown answers as a page, or in plain text where the reader wishes that.
func (pages) shown(w http.ResponseWriter, r *http.Request, status int, page followPage) error {
	if !html.IsPlain(r) {
		return html.Render(w, r, status, followView(page))
	}
	ctx := r.Context()
	lines := []string{lang.T(ctx, "trail.title"), ""}
	switch {
	case page.Slip != nil:
		lines = append(lines, page.Slip.lines(ctx)...)
	case len(page.Faults) > 0:
		for _, f := range page.Faults {
			lines = append(lines, f.Text)
		}
	default:
		lines = append(lines, lang.T(ctx, "trail.intro"), "", lang.T(ctx, "trail.plain", "Path", FollowPath))
	}
	return html.Plain(w, status, lines...)
}

// lines are the answer as text: each fact and each step on a line of its own, steps with their number.
func (s *slip) lines(ctx context.Context) []string {
	all := []string{s.Title}
	for _, d := range s.Facts {
		all = append(all, d.Term+": "+d.Text)
	}
	all = append(all, s.Notices...)
	if s.Now != "" {
		all = append(all, "", s.Now)
	}
	for i, one := range s.Stages {
		mark := ": "
		if one.Done {
			mark = ". "
		}
		all = append(all, strconv.Itoa(i+1)+". "+one.Name+mark+one.Text)
	}
	return append(all, "", lang.T(ctx, "trail.as_of", "At", s.AsOf))
}

// words are what the sentences about a receipt have in common.
type words struct {
	place, creditor string
	zone            *time.Location
}

func (p pages) words(ctx context.Context, h lookup.Held) (words, error) {
	c, err := p.Places.Centre(ctx, p.Journal.DB(), h.Centre)
	if err != nil {
		return words{}, err
	}
	zone, err := c.TimeZone()
	if err != nil {
		return words{}, err
	}
	creditor, err := p.Creditors.Creditor(ctx, p.Journal.DB(), h.Creditor)
	return words{place: c.Name, creditor: creditor.Name, zone: zone}, err
}

// slip says where the money of a receipt is.
func (p pages) slip(r *http.Request, way trail.Way) (*slip, error) {
	ctx := r.Context()
	said, err := p.words(ctx, way.Held)
	if err != nil {
		return nil, err
	}
	kind := way.Kind.String()
	s := &slip{
		Kind: kind, Title: lang.T(ctx, "paper.title."+kind) + " " + way.Receipt.Name(), AsOf: lang.DateTimeIn(ctx, p.Journal.Now(), said.zone),
		At: p.address(r, FollowPath),
		Facts: []html.Detail{
			{Term: lang.T(ctx, "trail.paid_at"), Text: lang.DateTimeIn(ctx, way.At, said.zone)},
			{Term: lang.T(ctx, "trail.place"), Text: said.place},
			{Term: lang.T(ctx, "paper.creditor"), Text: said.creditor},
			{Term: lang.T(ctx, "paper.total."+kind), Text: lang.Amount(ctx, amountOf(way))},
			{Term: lang.T(ctx, "paper.check_code"), Text: way.CheckCode},
		},
	}
	if way.Copied != nil {
		s.Notices = append(s.Notices, lang.T(ctx, "trail.copy", "Number", int(way.Copied.Number), "At", lang.DateTimeIn(ctx, way.Copied.At, said.zone)))
	}
	if way.Kind != receipt.Payment {
		s.Notices = append(s.Notices, lang.T(ctx, "paper.notice."+kind, "Original", way.Original.Name()))
		return s, nil
	}
	for _, b := range way.Backs {
		s.Notices = append(s.Notices, lang.T(ctx, "trail.back."+string(b.Way), "At", lang.DateTimeIn(ctx, b.At, said.zone), "Amount", lang.Amount(ctx, b.Cents)))
	}
	switch way.State {
	case payment.Taken:
		s.Now = lang.T(ctx, "trail.paid", "On", lang.Date(ctx, way.Day))
	case payment.PartlyRefunded:
		s.Now = lang.T(ctx, "trail.partly", "Amount", lang.Amount(ctx, way.Stands()))
	case payment.Voided, payment.Refunded, payment.Returned:
		s.Now = lang.T(ctx, "trail.not_paid")
	}
	for _, one := range way.Stages {
		s.Stages = append(s.Stages, stageOf(ctx, one, said))
	}
	return s, nil
}

// amountOf is what the paper says, in cents.
func amountOf(way trail.Way) (sum money.Amount) {
	for _, l := range way.Lines {
		sum += l.Cents
	}
	return sum
}

// stageOf says a step in words: what happened and when, or that it has not yet and what comes next.
func stageOf(ctx context.Context, one trail.Stage, said words) stage {
	s := stage{Name: lang.T(ctx, "trail.step."+string(one.Step)), Done: one.Done}
	when := ""
	switch {
	case !one.At.IsZero():
		when = lang.DateTimeIn(ctx, one.At, said.zone)
	case !one.On.IsZero():
		when = lang.Date(ctx, one.On)
	}
	manner := "done"
	switch {
	case one.Never:
		manner = "never"
	case one.Done && when == "":
		manner = "undated"
	case one.Nears && !one.Done:
		manner = "near"
	case !one.Done:
		manner = "wait"
	}
	s.Text = lang.T(ctx, "trail."+string(one.Step)+"."+manner, "Place", said.place, "Creditor", said.creditor, "When", when)
	return s
}
