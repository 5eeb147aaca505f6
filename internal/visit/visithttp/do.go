package visithttp

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"slices"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/visit"
)

// back sends the browser to the counter, which says what was done.
func back(w http.ResponseWriter, r *http.Request, said string) error {
	to := "/counter"
	if said != "" {
		to += "?" + url.Values{"said": {said}}.Encode()
	}
	return httpx.See(w, r, to)
}

// do runs one thing with the visit of the path and goes back to the counter, or shows there why it could not be done.
func (p pages) do(w http.ResponseWriter, r *http.Request, said string, thing func(journal.Request, id.ID) error) error {
	v, err := httpx.PathID(r, "visit", "visit.unknown")
	if err != nil {
		return err
	}
	request, err := httpx.Request(r)
	if err != nil {
		return err
	}
	if err := thing(request, v); err != nil {
		return p.refused(w, r, actForm{}, err)
	}
	return back(w, r, said)
}

// open begins a visit: a new client, a clean screen. What is unpaid in the basket of the one before is asked about: he may wait with it, or it goes.
func (p pages) open(w http.ResponseWriter, r *http.Request) error {
	request, err := httpx.Request(r)
	if err != nil {
		return err
	}
	if r.PostFormValue("unpaid") != unpaidWaits {
		now, serving, err := p.serving(r.Context(), request.Desk)
		if err != nil {
			return err
		}
		if serving {
			if asked, err := p.unpaid(w, r, now.ID, "/visits"); asked || err != nil {
				return err
			}
		}
	}
	channel := visit.Channel(r.PostFormValue("channel"))
	if channel == "" {
		channel = visit.InPerson
	}
	if _, err := p.Counter.Open(r.Context(), request, channel); err != nil {
		return p.refused(w, r, actForm{}, err)
	}
	return back(w, r, "")
}

func (p pages) hold(w http.ResponseWriter, r *http.Request) error {
	return p.do(w, r, "", func(request journal.Request, v id.ID) error { return p.Counter.Hold(r.Context(), request, v) })
}

func (p pages) resume(w http.ResponseWriter, r *http.Request) error {
	return p.do(w, r, "", func(request journal.Request, v id.ID) error { return p.Counter.Resume(r.Context(), request, v) })
}

// What is answered to the question about an unpaid basket.
const (
	unpaidWaits = "waits"
	unpaidGoes  = "goes"
)

// serving is the visit that the desk serves.
func (p pages) serving(ctx context.Context, desk string) (visit.Visit, bool, error) {
	open, err := p.Store.OpenAt(ctx, p.Journal.DB(), desk)
	at := slices.IndexFunc(open, func(v visit.Visit) bool { return v.State == visit.Serving })
	if at < 0 {
		return visit.Visit{}, false, err
	}
	return open[at], true, err
}

// unpaid asks what becomes of the bills that wait unpaid in the basket of a visit, or empties it when that was answered. It tells whether it has asked.
func (p pages) unpaid(w http.ResponseWriter, r *http.Request, v id.ID, action string) (bool, error) {
	who, err := httpx.Signed(r.Context())
	if err != nil || p.Unpaid == nil {
		return false, err
	}
	n, cents, err := p.Unpaid(r.Context(), who, v)
	if err != nil { // a basket that cannot be read belongs to this visit alone: the next client never sees it
		slog.WarnContext(r.Context(), "nobody was asked about unpaid bills", slog.Any("error", err))
		return false, nil
	}
	if n == 0 {
		return false, nil
	}
	if r.PostFormValue("unpaid") == unpaidGoes {
		httpx.Aside(r.Context(), "basket", func(ctx context.Context) error { return p.Drop(ctx, who.Desk, v) })
		return false, nil
	}
	page, err := p.screen(r, actForm{})
	if err != nil {
		return false, err
	}
	page.Unpaid = &unpaidCard{
		Text: lang.T(r.Context(), "counter.unpaid", "N", n, "Sum", cents), Action: action, CanWait: action == "/visits",
		Channel: r.PostFormValue("channel"), Then: httpx.LocalPath(r.PostFormValue("then"), ""),
	}
	return true, html.Render(w, r, http.StatusConflict, counterView(page))
}

// close ends the visit and forgets what was typed for it. With "then" the browser goes on to another page; that the visit has ended already is no fault there.
func (p pages) close(w http.ResponseWriter, r *http.Request) error {
	then := httpx.LocalPath(r.PostFormValue("then"), "")
	v, err := httpx.PathID(r, "visit", "visit.unknown")
	if err != nil {
		return err
	}
	if asked, err := p.unpaid(w, r, v, r.URL.Path); asked || err != nil {
		return err
	}
	if then != "" {
		request, err := httpx.Request(r)
		if err != nil {
			return err
		}
		err = p.Counter.Close(r.Context(), request, v)
		if f := fault.First(err); err != nil && (f == nil || f.Key != "visit.already_closed") {
			return p.refused(w, r, actForm{}, err)
		}
		p.forget(r.Context(), v)
		return httpx.See(w, r, then)
	}
	return p.do(w, r, "closed", func(request journal.Request, v id.ID) error {
		if err := p.Counter.Close(r.Context(), request, v); err != nil {
			return err
		}
		p.forget(r.Context(), v)
		return nil
	})
}

func (p pages) undo(w http.ResponseWriter, r *http.Request) error {
	act, err := httpx.PathID(r, "act", "visit.act_unknown")
	if err != nil {
		return err
	}
	paid, said := false, "undone"
	if r.PostFormValue("call") != "" {
		said = "call_undone"
	}
	err = p.do(w, r, said, func(request journal.Request, v id.ID) error {
		err := p.Counter.Undo(r.Context(), request, v, act)
		if f := fault.First(err); f != nil && f.Key == "visit.act_tied" {
			paid = true
			return errPaid
		}
		return err
	})
	if paid { // the money goes back first, and the act with it
		return httpx.See(w, r, paidHref(act.String())+"#void")
	}
	return err
}

// errPaid ends the undoing of an act that counts a payment.
var errPaid = errors.New("visithttp: the act counts a payment")

// paidHref is where the payment is that an act counts.
func paidHref(act string) string { return "/payments?act=" + url.QueryEscape(act) }

// call notes a telephone call that was answered in between.
func (p pages) call(w http.ResponseWriter, r *http.Request) error {
	request, err := httpx.Request(r)
	if err != nil {
		return err
	}
	call, err := p.Counter.AnswerCall(r.Context(), request)
	if err != nil {
		return p.refused(w, r, actForm{}, err)
	}
	return httpx.See(w, r, "/counter?"+url.Values{"said": {"call"}, "visit": {call.Visit.String()}, "act": {call.Act.String()}}.Encode())
}

// record notes an act; without a visit one begins with it.
func (p pages) record(w http.ResponseWriter, r *http.Request) error {
	request, err := httpx.Request(r)
	if err != nil {
		return err
	}
	form := readForm(r)
	var v id.ID
	if form.Visit != "" {
		if v, err = id.Parse(form.Visit); err != nil {
			return p.refused(w, r, form, fault.NewNotFound("visit.unknown"))
		}
	}
	act, err := p.Counter.Record(r.Context(), request, v, form.what(r.PostFormValue("kind")))
	if err != nil {
		return p.refused(w, r, form, err)
	}
	p.forget(r.Context(), act.Visit)
	return back(w, r, "recorded")
}

// forget forgets what was typed for a visit, after what came of it is recorded.
func (p pages) forget(ctx context.Context, v id.ID) {
	httpx.Aside(ctx, "draft", func(ctx context.Context) error { return p.Drafts.Forget(ctx, v) })
}

func readForm(r *http.Request) actForm {
	return actForm{
		Visit: r.PostFormValue("visit"), Query: r.PostFormValue("q"), Service: r.PostFormValue("service"), Identity: r.PostFormValue("identity"),
		Depth: r.PostFormValue("depth"), Reason: r.PostFormValue("reason"), Channel: r.PostFormValue("channel"),
	}
}

// what takes from the form what belongs to the kind of act: one form serves all buttons.
func (f actForm) what(kind string) visit.What {
	w := visit.What{Kind: catalogue.ActKind(kind), Service: f.Service, Channel: visit.Channel(f.Channel)}
	switch w.Kind {
	case catalogue.EserviceHelp:
		w.Depth = visit.Depth(f.Depth)
	case catalogue.Unmet:
		w.Reason = visit.Reason(f.Reason)
	case catalogue.Application:
		w.Identity = visit.Document(f.Identity)
	case catalogue.Consultation, catalogue.DocumentReceived, catalogue.DocumentSent, catalogue.Letter, catalogue.Call, catalogue.Payment:
	}
	return w
}
