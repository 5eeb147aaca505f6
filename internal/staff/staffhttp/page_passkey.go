package staffhttp

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/staff/passkey"
	"vienkopus/internal/staff/proof"
)

// site returns the ceremonies of passkeys at the address by which people reach us, or nil where there are none. Without a public address that is this machine alone, for the demonstration.
func (d Deps) site(r *http.Request) *passkey.Site {
	site, err := passkey.At(d.address(r))
	if err != nil {
		return nil
	}
	return site
}

// noPasskeys is the fault of a program that people reach by an address at which there can be none.
func noPasskeys() error { return fault.NewNotFound("proof.passkey_nowhere") }

// browserOf names a browser towards tickets.
func (o origin) browser() string { return base64.RawURLEncoding.EncodeToString(o.Device[:]) }

// sendOptions hands a browser what it needs for a ceremony.
func sendOptions(w http.ResponseWriter, options []byte) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, err := w.Write(options) //nolint:gosec // JSON of our own, sent as JSON
	return err                 //nolint:wrapcheck // of the connection
}

// askAnybody asks a browser for a passkey of anybody.
func (p pages) askAnybody(w http.ResponseWriter, r *http.Request) error {
	site := p.site(r)
	if site == nil {
		return noPasskeys()
	}
	from := p.originOf(r)
	options, err := p.Proofs.AskPasskey(r.Context(), site, from.browser())
	if err != nil {
		return err //nolint:wrapcheck // of the service
	}
	from.ask(w)
	return sendOptions(w, options)
}

// signedInByPasskey lets in whoever has a passkey: a password and a code beside it are not asked for.
func (p pages) signedInByPasskey(w http.ResponseWriter, r *http.Request) error {
	page := p.signInPage(r, r.PostFormValue("next"))
	from, why := p.originOf(r), noPasskeys()
	if site := p.site(r); site != nil {
		account, err := p.Proofs.ByPasskey(r.Context(), from.Origin, site, from.browser(), []byte(answerOf(r)))
		if err == nil {
			return p.enter(w, r, account, entry{next: page.Next, from: from})
		}
		why = err
	}
	refusal, err := refused(w, r, why)
	if err != nil {
		return err
	}
	page.Faults = refusal.Problems
	return html.Render(w, r, refusal.Status, signInView(page))
}

// answerOf is what the browser says about a passkey, and nothing for what is too long.
func answerOf(r *http.Request) string {
	if answer := r.PostFormValue("answer"); len(answer) <= passkey.LongestAnswer {
		return answer
	}
	return ""
}

// askOwn asks somebody who has signed in for a passkey of hers.
func (p pages) askOwn(w http.ResponseWriter, r *http.Request) error {
	who, err := signedIn(r.Context())
	if err != nil {
		return err
	}
	site := p.site(r)
	if site == nil {
		return noPasskeys()
	}
	options, err := p.Proofs.AskPasskeyOf(r.Context(), site, who.Person)
	if err != nil {
		return err //nolint:wrapcheck // of the service
	}
	return sendOptions(w, options)
}

// hasPasskey tells whether somebody has one that can be asked for here.
func (p pages) hasPasskey(r *http.Request, person id.ID) (bool, error) {
	if p.site(r) == nil {
		return false, nil
	}
	return p.Proofs.HasPasskey(r.Context(), person) //nolint:wrapcheck // of the service
}

// passkeyPage is the page on which somebody adds a passkey.
type passkeyPage struct {
	Name   string
	Key    id.ID
	Faults html.ErrorSummary
}

func (p pages) passkey(w http.ResponseWriter, r *http.Request) error {
	return p.showPasskey(w, r, http.StatusOK, passkeyPage{})
}

func (p pages) showPasskey(w http.ResponseWriter, r *http.Request, status int, page passkeyPage) error {
	if p.site(r) == nil {
		return noPasskeys()
	}
	page.Key = id.New(p.Staff.Journal.Now())
	return html.Render(w, r, status, passkeyView(page))
}

func (p pages) offer(w http.ResponseWriter, r *http.Request) error {
	who, err := signedIn(r.Context())
	if err != nil {
		return err
	}
	site := p.site(r)
	if site == nil {
		return noPasskeys()
	}
	options, err := p.Proofs.OfferPasskey(r.Context(), site, who.Person)
	if err != nil {
		return err //nolint:wrapcheck // of the service
	}
	return sendOptions(w, options)
}

func (p pages) enrolPasskey(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	who, err := signedIn(ctx)
	if err != nil {
		return err
	}
	site := p.site(r)
	if site == nil {
		return noPasskeys()
	}
	page := passkeyPage{Name: httpx.Typed(r, "name")}
	if err := p.Proofs.EnrolPasskey(ctx, who.By, site, who.Person, page.Name, []byte(answerOf(r)), httpx.Key(r)); err != nil {
		refusal, err := again(ctx, err)
		if err != nil {
			return err
		}
		page.Faults = refusal.Problems
		return p.showPasskey(w, r, refusal.Status, page)
	}
	if err := p.Sessions.Set(ctx, rememberWeak, ""); err != nil {
		return err //nolint:wrapcheck // of the sessions
	}
	return redirect(w, r, "", waysPath+"?added=yes")
}

// lastUsed says when each was used last.
func (p pages) lastUsed(ctx context.Context, page *waysPage) error {
	ids := make([]id.ID, len(page.Rows))
	for i := range page.Rows {
		ids[i] = page.Rows[i].id
	}
	used, err := p.Proofs.Uses.LastUsed(ctx, ids)
	if err != nil {
		return err //nolint:wrapcheck // of the store
	}
	for i := range page.Rows {
		if at, ok := used[page.Rows[i].id]; ok {
			page.Rows[i].Used = lang.T(ctx, "staff.way_used", "At", lang.DateTime(ctx, at))
		}
	}
	return nil
}

// askCard gives a browser what an eID card signs.
func (p pages) askCard(w http.ResponseWriter, r *http.Request) error {
	from := p.originOf(r)
	nonce, err := p.Proofs.AskCard(r.Context(), from.browser())
	if err != nil {
		return err //nolint:wrapcheck // of the service
	}
	options, err := json.Marshal(map[string]string{"nonce": nonce})
	if err != nil {
		return err //nolint:wrapcheck // two texts
	}
	from.ask(w)
	return sendOptions(w, options)
}

// signedInByCard lets in whose card it is: card and PIN are two proofs.
func (p pages) signedInByCard(w http.ResponseWriter, r *http.Request) error {
	page, from := p.signInPage(r, r.PostFormValue("next")), p.originOf(r)
	got := proof.Signed{Origin: p.address(r), Nonce: r.PostFormValue("nonce"), Token: []byte(answerOf(r)), SignIn: r.PostFormValue("account")}
	account, err := p.Proofs.ByCard(r.Context(), from.Origin, from.browser(), got)
	if err == nil {
		return p.enter(w, r, account, entry{next: page.Next, from: from})
	}
	refusal, why := refused(w, r, err)
	if why != nil {
		return why
	}
	page.Faults = refusal.Problems
	page.Several = fault.First(err) != nil && fault.First(err).Key == "proof.card_which"
	return html.Render(w, r, refusal.Status, signInView(page))
}
