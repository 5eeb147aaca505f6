// Package smshttp is the page on which the link to a receipt is sent to a telephone, and the way to the gateway.
package smshttp

import (
	"context"
	"net/http"
	"net/url"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/sms"
)

// Deps is what the page needs.
type Deps struct {
	Journal *journal.Journal
	SMS     *sms.Service
	Store   interface {
		Payment(ctx context.Context, r journal.Reader, p id.ID) (payment.Payment, error)
		Document(ctx context.Context, r journal.Reader, series string, number uint32) (payment.Document, error)
	}
	Coder interface {
		Code(ctx context.Context, r journal.Reader, d payment.Document, copied *payment.Copy) (*receipt.Code, error)
	}
	// VerifyPath is where receipts are checked, and PublicURL the address of the program; it may be empty.
	VerifyPath, PublicURL string
}

// Routes returns the lines of the page.
func Routes(d Deps) []httpx.Route {
	p := pages{d}
	line := func(method string, handle func(http.ResponseWriter, *http.Request) error) httpx.Route {
		return httpx.Route{Method: method, Path: "/payments/{payment}/sms", Permission: payment.MayTake, Scope: httpx.ScopeDesk, Handle: handle}
	}
	return []httpx.Route{line(http.MethodGet, p.page), line(http.MethodPost, p.ask)}
}

type pages struct{ Deps }

// smsPage asks for a number, and says what became of what was sent.
type smsPage struct {
	Action, Back, Key, Receipt string
	Faults                     html.ErrorSummary
	Sent                       html.DescriptionList
	// Waits tells that one is on its way.
	Waits bool
	// Full tells that the visit may send no more.
	Full bool
}

// of returns the payment in the path, which must be of the desk in use and have a receipt of ours.
func (p pages) of(r *http.Request) (payment.Payment, error) {
	ctx := r.Context()
	if !p.SMS.Offers() {
		return payment.Payment{}, fault.NewNotFound("sms.none")
	}
	s, err := httpx.Signed(ctx)
	if err != nil {
		return payment.Payment{}, err
	}
	which, err := httpx.PathID(r, "payment", "payment.unknown")
	if err != nil {
		return payment.Payment{}, err
	}
	one, err := p.Store.Payment(ctx, p.Journal.DB(), which)
	switch {
	case err != nil:
		return one, err
	case one.Desk != s.Desk:
		return one, fault.NewForbidden("payment.foreign_desk", "Desk", one.Desk)
	case one.Receipt == payment.Numbered{}:
		return one, fault.NewNotFound("payment.receipt_unknown")
	}
	return one, nil
}

func (p pages) page(w http.ResponseWriter, r *http.Request) error {
	one, err := p.of(r)
	if err != nil {
		return err
	}
	return p.show(w, r, http.StatusOK, one, nil)
}

func (p pages) show(w http.ResponseWriter, r *http.Request, status int, one payment.Payment, faults html.ErrorSummary) error {
	ctx := r.Context()
	before, err := p.SMS.OfVisit(ctx, one.Visit)
	if err != nil {
		return err
	}
	page := smsPage{
		Action: "/payments/" + one.ID.String() + "/sms", Back: "/pay/baskets/" + one.Basket.String(), Key: id.New(p.Journal.Now()).String(), Receipt: one.Name(),
		Faults: faults, Full: len(before) >= sms.MostPerVisit,
	}
	for _, m := range before {
		outcome := m.Outcome
		if outcome == sms.Waiting {
			outcome, page.Waits = "waiting", true
		}
		page.Sent = append(page.Sent, html.Detail{Term: lang.Time(ctx, m.At) + ", " + m.Receipt, Text: lang.T(ctx, "sms.outcome."+string(outcome))})
	}
	return html.Render(w, r, status, smsView(page))
}

// ask hands the number on; it is nowhere shown again.
func (p pages) ask(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	one, err := p.of(r)
	if err != nil {
		return err
	}
	request, err := httpx.Request(r)
	if err != nil {
		return err
	}
	text, err := p.text(r, one)
	if err != nil {
		return err
	}
	if err := p.SMS.Ask(ctx, request, one, sms.Content{To: r.PostFormValue("phone"), Text: text}); err != nil {
		again, err := html.RefusalOf(ctx, err)
		if err != nil {
			return err
		}
		return p.show(w, r, again.Status, one, again.Problems)
	}
	return httpx.See(w, r, r.URL.Path)
}

// text is what is sent, in the language of the page: the whole code stands behind a hash, which no server on the way is told.
func (p pages) text(r *http.Request, one payment.Payment) (string, error) {
	ctx := r.Context()
	d, err := p.Store.Document(ctx, p.Journal.DB(), one.Receipt.Series, one.Receipt.Number)
	if err != nil {
		return "", err
	}
	code, err := p.Coder.Code(ctx, p.Journal.DB(), d, nil)
	if err != nil {
		return "", err
	}
	base := p.PublicURL
	if base == "" {
		base = "http://" + r.Host
	}
	return lang.T(ctx, "sms.text", "Receipt", one.Name(), "Code", code.CheckCode(), "Link", base+p.VerifyPath+"#"+url.PathEscape(code.Text())), nil
}
