package staffhttp

import (
	"cmp"
	"crypto/rand"
	"encoding/base64"
	"net"
	"net/http"
	"net/url"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/staff/proof"
)

// address returns the address by which people reach us: the public one, or without one this machine's as the browser says it, and "" elsewhere.
func (d Deps) address(r *http.Request) string {
	if d.PublicURL != "" {
		return d.PublicURL
	}
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return ""
	}
	return "http://" + r.Host
}

// elsewhere returns what the provider of accounts elsewhere is called, or "" where there is none.
func (p pages) elsewhere(r *http.Request) string {
	if p.Proofs.Provider == nil || p.address(r) == "" {
		return ""
	}
	return p.Proofs.Provider.Known().Name
}

const (
	// tripCookie is what a browser keeps while it is at the provider, and that nobody else's has.
	tripCookie = "vienkopus-elsewhere"
	tripSecret = 32 // bytes
)

// trip is what a browser keeps while it is at the provider: it says where it wants to go then, which is looked at when it comes back. What it may do follows from the state alone.
type trip struct {
	proof.Trip
	next, form string
}

func (p pages) tripOf(r *http.Request) trip {
	t := trip{Trip: proof.Trip{Errand: proof.ToSignIn, Back: p.address(r) + backPath}}
	c, err := r.Cookie(tripCookie)
	if err != nil {
		return t
	}
	raw, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil {
		return t
	}
	kept, err := url.ParseQuery(string(raw))
	if err != nil {
		return t
	}
	t.Secret, t.next, t.form = kept.Get("secret"), kept.Get("next"), kept.Get("form")
	if t.Errand = proof.Errand(kept.Get("errand")); t.Errand != proof.ToSignIn {
		if who, ok := httpx.CallerOf(r.Context()); ok && !who.Token {
			t.Person = who.Person
		}
	}
	return t
}

func (t trip) keep(w http.ResponseWriter, age int) {
	kept := url.Values{"errand": {string(t.Errand)}, "secret": {t.Secret}, "next": {t.next}, "form": {t.form}}.Encode()
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure is set by httpx where people reach us by HTTPS
		Name: tripCookie, Value: base64.RawURLEncoding.EncodeToString([]byte(kept)), Path: "/", MaxAge: age, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// send sends the browser to the provider. It does so from a page: the policy of our pages lets no form lead elsewhere.
func (p pages) send(w http.ResponseWriter, r *http.Request, errand proof.Errand, person id.ID) error {
	secret := make([]byte, tripSecret)
	rand.Read(secret)
	t := trip{Trip: proof.Trip{Errand: errand, Secret: base64.RawURLEncoding.EncodeToString(secret), Person: person, Back: p.address(r) + backPath}}
	t.next, t.form = localPath(cmp.Or(r.PostFormValue("next"), r.URL.Query().Get("next")), ""), r.URL.Query().Get(httpx.FormParam)
	address, err := p.Proofs.SendOutside(r.Context(), t.Trip)
	if err != nil {
		return p.refuseTrip(w, r, t, err)
	}
	t.keep(w, 600)
	httpx.ShowOnce(r)
	w.Header().Set("Refresh", "0; url="+address)
	return html.Render(w, r, http.StatusOK, sentView(p.Proofs.Provider.Known().Name, address))
}

func (p pages) sendToSignIn(w http.ResponseWriter, r *http.Request) error {
	return p.send(w, r, proof.ToSignIn, id.ID{})
}

func (p pages) sendToBind(w http.ResponseWriter, r *http.Request) error {
	who, err := signedIn(r.Context())
	if err != nil {
		return err
	}
	return p.send(w, r, proof.ToBind, who.Person)
}

func (p pages) sendToConfirm(w http.ResponseWriter, r *http.Request) error {
	who, err := signedIn(r.Context())
	if err != nil {
		return err
	}
	return p.send(w, r, proof.ToConfirm, who.Person)
}

// back receives a browser that comes from the provider.
func (p pages) back(w http.ResponseWriter, r *http.Request) error {
	t, query := p.tripOf(r), r.URL.Query()
	trip{}.keep(w, -1)
	who, err := p.Proofs.Return(r.Context(), t.Trip, query.Get("state"), proof.Answer{Code: query.Get("code"), Issuer: query.Get("iss")})
	if err == nil {
		switch t.Errand {
		case proof.ToBind:
			err = p.bind(w, r, who)
		case proof.ToConfirm:
			err = p.confirmElsewhere(w, r, t, who)
		case proof.ToSignIn:
			err = p.enterFrom(w, r, t, who)
		}
	}
	if err != nil && fault.First(err) != nil {
		return p.refuseTrip(w, r, t, err)
	}
	return err
}

func (p pages) enterFrom(w http.ResponseWriter, r *http.Request, t trip, who proof.Identity) error {
	from := p.originOf(r)
	account, err := p.Proofs.ByOutside(r.Context(), from.Origin, who)
	if err != nil {
		return err //nolint:wrapcheck // of the service
	}
	e := entry{next: t.next, from: from}
	if who.Second {
		return p.enter(w, r, account, e)
	}
	return p.passed(w, r, account, e)
}

func (p pages) bind(w http.ResponseWriter, r *http.Request, who proof.Identity) error {
	me, err := signedIn(r.Context())
	if err != nil {
		return err
	}
	if err := p.Proofs.Bind(r.Context(), me.By, me.Person, who, p.key()); err != nil {
		return err //nolint:wrapcheck // of the service
	}
	return redirect(w, r, "", waysPath+"?added=yes")
}

// confirmElsewhere notes that somebody has proven again who she is. The form that waits goes on by a press: the provider's way back is no form.
func (p pages) confirmElsewhere(w http.ResponseWriter, r *http.Request, t trip, who proof.Identity) error {
	me, err := signedIn(r.Context())
	if err != nil {
		return err
	}
	if err := p.Proofs.ConfirmOutside(r.Context(), me.Person, who); err != nil {
		return err //nolint:wrapcheck // of the service
	}
	if err := p.Sessions.Set(r.Context(), rememberProven, p.moment()); err != nil {
		return err //nolint:wrapcheck // of the sessions
	}
	if t.form == "" {
		return redirect(w, r, t.next, "/")
	}
	return redirect(w, r, ConfirmPath+"?"+url.Values{"next": {t.next}, httpx.FormParam: {t.form}}.Encode(), "/")
}

// refuseTrip shows why the provider's word is not enough on the page from which the browser was sent.
func (p pages) refuseTrip(w http.ResponseWriter, r *http.Request, t trip, why error) error {
	_, known := httpx.CallerOf(r.Context())
	ask := refused
	if known && t.Errand == proof.ToConfirm {
		ask = func(_ http.ResponseWriter, r *http.Request, why error) (html.Refusal, error) {
			return refusedAgain(r, why)
		}
	}
	refusal, err := ask(w, r, why)
	if err != nil {
		return err
	}
	switch {
	case known && t.Errand == proof.ToBind:
		return p.showWays(w, r, refusal.Status, waysPage{Faults: refusal.Problems})
	case known && t.Errand == proof.ToConfirm:
		page := confirmPage{Faults: refusal.Problems, Action: ConfirmPath + "?" + url.Values{"next": {t.next}, httpx.FormParam: {t.form}}.Encode()}
		return p.showConfirm(w, r, refusal.Status, page)
	}
	page := p.signInPage(r, t.next)
	page.Faults = refusal.Problems
	return html.Render(w, r, refusal.Status, signInView(page))
}
