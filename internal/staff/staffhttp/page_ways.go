package staffhttp

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/staff"
	"vienkopus/internal/staff/proof"
)

// secondPage is the page on which somebody types the code that her account needs beside the password.
type secondPage struct {
	Action string
	Faults html.ErrorSummary
}

func (p pages) code(w http.ResponseWriter, r *http.Request) error {
	if _, err := p.half(r); err != nil {
		return redirect(w, r, "", SignInPath)
	}
	return html.Render(w, r, http.StatusOK, secondView(secondPage{Action: r.URL.RequestURI()}))
}

func (p pages) coded(w http.ResponseWriter, r *http.Request) error {
	account, err := p.half(r)
	if fault.KindOf(err) == fault.Unauthenticated {
		return redirect(w, r, "", SignInPath)
	}
	if err != nil {
		return err
	}
	from := p.originOf(r)
	why := p.typedCode(r, from, account)
	if why == nil {
		return p.enter(w, r, account, entry{next: r.URL.Query().Get("next"), desk: p.Sessions.Get(r.Context(), rememberDesk), from: from})
	}
	if fault.KindOf(why) == fault.Unauthenticated {
		why = fault.NewUnauthenticated("proof.code_wrong").On("code")
	}
	refusal, err := refused(w, r, why)
	if err != nil {
		return err
	}
	return html.Render(w, r, refusal.Status, secondView(secondPage{Action: r.URL.RequestURI(), Faults: refusal.Problems}))
}

// typedCode returns nil when the code of an app, or of the sheet, is that of an account.
func (p pages) typedCode(r *http.Request, from origin, account staff.Account) error {
	door, err := p.Staff.Door(r.Context(), from.Origin)
	if err != nil {
		return err //nolint:wrapcheck // of the service
	}
	defer door.Leave()
	return door.Verify(r.Context(), account.SignIn, account, p.Proofs.ByCode(account.Staff, r.PostFormValue("code"), p.key())) //nolint:wrapcheck // of the service
}

// waysPage is the page on which somebody sees by what she signs in.
type waysPage struct {
	Rows []wayRow
	// Changes are what was changed lately, the latest first.
	Changes []string
	Sheet   int // printed codes that are left
	// Passkeys tells that there can be some at our address.
	Passkeys bool
	// Elsewhere is what the provider of accounts elsewhere is called, or "".
	Elsewhere string
	Added     bool
	Key       id.ID
	Done      bool
	Faults    html.ErrorSummary
}

// wayRow is one way.
type wayRow struct {
	ID, Name, Since, Used string
	id                    id.ID
}

func (p pages) ways(w http.ResponseWriter, r *http.Request) error {
	return p.showWays(w, r, http.StatusOK, waysPage{Done: r.URL.Query().Get("done") != "", Added: r.URL.Query().Get("added") != ""})
}

func (p pages) showWays(w http.ResponseWriter, r *http.Request, status int, page waysPage) error {
	ctx := r.Context()
	who, err := signedIn(ctx)
	if err != nil {
		return err
	}
	all, err := p.Proofs.Store.Of(ctx, p.Staff.Journal.DB(), who.Person)
	if err != nil {
		return err //nolint:wrapcheck // of the store
	}
	page.Key, page.Passkeys, page.Elsewhere = id.New(p.Staff.Journal.Now()), p.site(r) != nil, p.elsewhere(r)
	for _, one := range all {
		switch one.Kind {
		case proof.Printed:
			page.Sheet++
		case proof.Recovery:
		case proof.App, proof.Passkey, proof.Outside:
			name := lang.T(ctx, "staff.way."+string(one.Kind))
			if label := one.Called(); label != "" {
				name += ", " + label
			}
			page.Rows = append(page.Rows, wayRow{id: one.ID, ID: one.ID.String(), Name: name, Since: lang.DateTime(ctx, one.Made)})
		}
	}
	if err := p.lastUsed(ctx, &page); err != nil {
		return err
	}
	lines, err := p.waysChanged(ctx, who.Person)
	if err != nil {
		return err
	}
	for _, e := range lines {
		page.Changes = append(page.Changes, p.changeOf(ctx, e, who.Person))
	}
	return html.Render(w, r, status, waysView(page))
}

func (p pages) waysChanged(ctx context.Context, person id.ID) ([]journal.Entry, error) {
	if p.WaysChanged == nil {
		return nil, nil
	}
	return p.WaysChanged(ctx, person)
}

// changeOf says what was changed, when, and by whom where it was not she herself.
func (p pages) changeOf(ctx context.Context, e journal.Entry, person id.ID) string {
	what := lang.T(ctx, "staff.event_of."+e.Kind)
	switch f := e.Fact.(type) {
	case staff.ProofAdded:
		what = lang.T(ctx, "staff.way_came", "Way", lang.T(ctx, "staff.way."+f.Proof))
	case staff.ProofRemoved:
		what = lang.T(ctx, "staff.way_went", "Way", lang.T(ctx, "staff.way."+f.Proof))
	}
	words := []string{what, lang.DateTime(ctx, e.RecordedAt)}
	if by := e.Actor.Who(); by != person.String() {
		words = append(words, p.called(ctx, by))
	}
	return strings.Join(words, ", ")
}

// lately is how long somebody is told on her own page that the way she signs in was changed.
const lately = 7 * 24 * time.Hour

// changedLately says what was changed last, or "" where that is long ago.
func (p pages) changedLately(ctx context.Context, person id.ID) (string, error) {
	lines, err := p.waysChanged(ctx, person)
	if err != nil || len(lines) == 0 || p.Staff.Journal.Now().Sub(lines[0].RecordedAt) > lately {
		return "", err
	}
	return p.changeOf(ctx, lines[0], person), nil
}

func (p pages) dropWay(w http.ResponseWriter, r *http.Request) error {
	who, err := signedIn(r.Context())
	if err != nil {
		return err
	}
	which, err := id.Parse(r.PostFormValue("way"))
	if err == nil {
		err = p.Proofs.Remove(r.Context(), who.By, who.Person, which, httpx.Key(r))
	} else {
		err = fault.NewNotFound("proof.unknown")
	}
	if err != nil {
		refusal, err := again(r.Context(), err)
		if err != nil {
			return err
		}
		return p.showWays(w, r, refusal.Status, waysPage{Faults: refusal.Problems})
	}
	return redirect(w, r, "", waysPath+"?done=yes")
}

// appPage is the page on which somebody enrols an app.
type appPage struct {
	Secret, Picture string
	// Needed tells that her role demands it.
	Needed bool
	Key    id.ID
	Faults html.ErrorSummary
}

// groups are the secret as people type it.
func (a appPage) groups() []string {
	var parts []string
	for part := range slices.Chunk([]byte(a.Secret), 4) {
		parts = append(parts, string(part))
	}
	return parts
}

func (p pages) app(w http.ResponseWriter, r *http.Request) error {
	return p.showApp(w, r, http.StatusOK, appPage{Secret: proof.NewSecret()})
}

func (p pages) showApp(w http.ResponseWriter, r *http.Request, status int, page appPage) error {
	ctx := r.Context()
	who, err := signedIn(ctx)
	if err != nil {
		return err
	}
	account, err := p.Staff.Accounts.ByID(ctx, p.Staff.Journal.DB(), who.Person)
	if err != nil {
		return err //nolint:wrapcheck // of the accounts
	}
	if page.Picture, err = p.Picture(proof.URI(page.Secret, account.SignIn)); err != nil {
		return err
	}
	page.Key, page.Needed = id.New(p.Staff.Journal.Now()), p.Sessions.Get(ctx, rememberWeak) != ""
	httpx.ShowOnce(r)
	return html.Render(w, r, status, appView(page))
}

func (p pages) enrolApp(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	who, err := signedIn(ctx)
	if err != nil {
		return err
	}
	secret := r.PostFormValue("secret")
	sheet, err := p.Proofs.EnrolApp(ctx, who.By, who.Person, secret, r.PostFormValue("code"), httpx.Key(r))
	if err != nil {
		refusal, why := again(ctx, err)
		if why != nil {
			return why
		}
		if fault.First(err).Key != "proof.app_wrong" {
			secret = proof.NewSecret()
		}
		return p.showApp(w, r, refusal.Status, appPage{Secret: secret, Faults: refusal.Problems})
	}
	if err := p.Sessions.Set(ctx, rememberWeak, ""); err != nil {
		return err //nolint:wrapcheck // of the sessions
	}
	httpx.ShowOnce(r)
	return html.Render(w, r, http.StatusOK, sheetView(sheet))
}
