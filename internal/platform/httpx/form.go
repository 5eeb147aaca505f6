package httpx

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/money"
)

// Typed returns what stands in a field of a form, without the space around it.
func Typed(r *http.Request, field string) string { return strings.TrimSpace(r.PostFormValue(field)) }

// Cents reads what was typed as euro, in cents. It returns the fault "request.amount" on the field for anything else, an empty one too.
func Cents(text, field string) (money.Amount, error) {
	cents, err := money.Parse(text)
	if err != nil {
		return 0, fault.NewInvalid("request.amount").On(field)
	}
	return cents, nil
}

// Day reads a day that was typed or stands in an address; an empty one is other. It returns the fault "request.day" on the field for anything else.
func Day(text, field string, other civil.Date) (civil.Date, error) {
	if text == "" {
		return other, nil
	}
	d, err := civil.ParseDate(text)
	if err != nil {
		return other, fault.NewInvalid("request.day").On(field)
	}
	return d, nil
}

// PeriodOf reads ?from= and ?to=: the month until today when the address names none. It returns a fault on "from" or "to".
func PeriodOf(r *http.Request, today civil.Date) (civil.Period, error) {
	over := civil.Period{From: civil.MonthOf(today).First(), To: today}
	var err error
	if over.From, err = Day(r.FormValue("from"), "from", over.From); err != nil {
		return over, err
	}
	if over.To, err = Day(r.FormValue("to"), "to", over.To); err != nil {
		return over, err
	}
	if !over.IsValid() {
		return over, fault.NewInvalid("request.period_backwards").On("to")
	}
	return over, nil
}

// Keeper keeps for a while what a browser cannot be asked for again: the answer to a form, and a form that came without a session. Whatever is kept is
// given back to its owner alone, who is named by a Mark.
type Keeper interface {
	// Keep keeps something of an owner and returns the name by which it is asked for, which nobody can guess.
	Keep(ctx context.Context, owner string, what Kept) (string, error)
	// Kept returns what an owner has kept under a name, and whether it is there still.
	Kept(ctx context.Context, owner, name string) (Kept, bool, error)
}

// Kept is what is kept: the page that answered a form, with its status, or the fields of a form, encoded as the browser sent them, without a status.
type Kept struct {
	Status int
	Body   []byte
}

const (
	// KeptPath is before the name of a page that is kept.
	KeptPath = "/kept/"
	// keptParam is the parameter of an address that names the form that was kept for it.
	keptParam = "kept"
	// longestKept bounds a form that is kept, in bytes.
	longestKept = 16 << 10
)

// ShowOnce says that the answer is shown this once, such as a code: it is kept nowhere, and nobody can go back to it.
func ShowOnce(r *http.Request) { exchangeOf(r.Context()).secret = true }

// KeepPage keeps the page that answers a form and sends the browser to it: whoever goes back later sees it again, and not the browser's question whether
// to send the form once more. It returns false when the page has to be written as the answer: to a script, a program, a reader whom nobody knows, or while
// nothing can be kept.
func KeepPage(w http.ResponseWriter, r *http.Request, status int, page []byte) bool {
	x := exchangeOf(r.Context())
	who, ok := CallerOf(r.Context())
	if !ok || x.keeper == nil || x.secret || r.Method != http.MethodPost || r.Header.Get("Sec-Fetch-Mode") != "navigate" || status >= http.StatusInternalServerError {
		return false
	}
	name, err := x.keeper.Keep(r.Context(), Mark(who), Kept{Status: status, Body: page})
	if err != nil {
		slog.WarnContext(r.Context(), "the answer to a form could not be kept", slog.Any("error", err))
		return false
	}
	http.Redirect(w, r, KeptPath+name, http.StatusSeeOther)
	return true
}

// KeptPage returns the page that was kept under the name in the path, and whether it is there still for whoever asks.
func KeptPage(r *http.Request) (Kept, bool, error) {
	x := exchangeOf(r.Context())
	who, ok := CallerOf(r.Context())
	if !ok || x.keeper == nil {
		return Kept{}, false, nil
	}
	k, there, err := x.keeper.Kept(r.Context(), Mark(who), r.PathValue("page"))
	return k, there && k.Status != 0, err
}

// What is kept of a form: what is to be filled in again, or all of it, so that it can go on.
const (
	visible = false
	whole   = true
)

// keepForm keeps a form that cannot go on yet and returns the page that held it, and the name under which the form is kept: "" where it is not. It is kept for
// the person and the desk that saw it. What the form said in secret is not kept.
func (s *site) keepForm(r *http.Request, route Route, all bool) (back, name string) {
	from, err := url.Parse(r.Referer())
	if err != nil || from.Host != r.Host || from.Path == "" || strings.HasPrefix(from.Path, KeptPath) {
		from = &url.URL{Path: strings.TrimSuffix(r.URL.Path, "/")}
		if !s.opens(from.Path) {
			from.Path = s.SignIn // which leads on to where she works most
		}
	}
	query := from.Query()
	query.Del(keptParam)
	back = (&url.URL{Path: from.Path, RawQuery: query.Encode()}).String()
	if s.Keeper == nil || route.Stream || readInput(r, route) != nil || r.MultipartForm != nil && len(r.MultipartForm.File) > 0 {
		return back, ""
	}
	owner, fields := r.PostForm.Get(MarkField), url.Values{}
	for field, values := range r.PostForm {
		if !secret(field) {
			fields[field] = values
		}
	}
	fields.Set(keptAction, r.URL.Path)
	if who, ok := CallerOf(r.Context()); ok && all {
		owner = Mark(who)
		fields.Set(keptAction, r.URL.RequestURI())
	}
	text := fields.Encode()
	if owner == "" || len(text) > longestKept {
		return back, ""
	}
	name, err = s.Keeper.Keep(r.Context(), owner, Kept{Body: []byte(text)})
	if err != nil {
		s.complain(r, err)
		return back, ""
	}
	return back, name
}

// KeptIn tells whether an address leads to a page that fills in again what was typed.
func KeptIn(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Query().Get(keptParam) != ""
}

// typingAt is the page that held a form, where it is filled in again.
func typingAt(page, form string) string {
	u, err := url.Parse(page)
	if err != nil || form == "" {
		return page
	}
	query := u.Query()
	query.Set(keptParam, form)
	u.RawQuery = query.Encode()
	return u.String()
}

// FormParam is the parameter by which the page of a Detour names the form that waits.
const FormParam = "form"

// Resend has a form go on that was kept because something was missing first: as if the browser had sent it again, so that whoever asks, her right and what she saw are
// looked at anew. It returns false where no such form is kept for her; then nothing is answered yet.
func Resend(w http.ResponseWriter, r *http.Request) bool {
	x := exchangeOf(r.Context())
	who, ok := CallerOf(r.Context())
	name := r.URL.Query().Get(FormParam)
	if !ok || x.keeper == nil || x.again == nil || name == "" {
		return false
	}
	k, there, err := x.keeper.Kept(r.Context(), Mark(who), name)
	if err != nil || !there || k.Status != 0 {
		return false // she comes back to the page that held it
	}
	fields, err := url.ParseQuery(string(k.Body))
	if err != nil {
		return false
	}
	to, err := url.Parse(LocalPath(fields.Get(keptAction), ""))
	if err != nil || to.Path == "" {
		return false
	}
	fields.Del(keptAction)
	body := fields.Encode()
	again, err := http.NewRequestWithContext(context.WithValue(r.Context(), callerKey{}, (*Caller)(nil)), http.MethodPost, to.String(), strings.NewReader(body))
	if err != nil {
		return false
	}
	again.Header, again.Host, again.RemoteAddr, again.RequestURI = r.Header.Clone(), r.Host, r.RemoteAddr, to.RequestURI()
	again.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	again.Header.Del("Content-Length")
	x.again.ServeHTTP(w, again)
	return true
}

// opens tells whether there is a page at a path.
func (s *site) opens(path string) bool {
	_, pattern := s.known.Handler(&http.Request{Method: http.MethodGet, URL: &url.URL{Path: path}})
	return pattern != ""
}

// keptAction is the field of a kept form that says where it was going. No field of a page is called so.
const keptAction = "@action"

// secret tells whether a field holds what is never kept. The fields of passwords are called so on every page.
func secret(name string) bool {
	return strings.Contains(name, "password") || name == "old" || name == "again" || name == "code" || name == "secret"
}

// Typing is what somebody had typed into a form when her session was lost.
type Typing struct {
	// Action is where the form was going.
	Action string
	// Fields are what it held.
	Fields url.Values
	// Foreign tells that it belongs to somebody else, or to another desk; then it has no fields.
	Foreign bool
}

type typingKey struct{}

// TypingOf returns what is to be filled into a form of the page that is asked for, and whether there is something.
func TypingOf(ctx context.Context) (Typing, bool) {
	t, ok := ctx.Value(typingKey{}).(Typing)
	return t, ok
}

// typed puts what was kept for the address into the request. Without it the page is shown as it is.
func (s *site) typed(r *http.Request) *http.Request {
	if s.Keeper == nil || r.Method != http.MethodGet || !strings.Contains(r.URL.RawQuery, keptParam+"=") {
		return r
	}
	who, ok := CallerOf(r.Context())
	if !ok {
		return r
	}
	k, there, err := s.Keeper.Kept(r.Context(), Mark(who), r.URL.Query().Get(keptParam))
	if err != nil {
		s.complain(r, err)
		return r
	}
	t := Typing{Foreign: true}
	if there && k.Status == 0 {
		fields, err := url.ParseQuery(string(k.Body))
		if err != nil {
			return r
		}
		t = Typing{Action: fields.Get(keptAction), Fields: fields}
	}
	return r.WithContext(context.WithValue(r.Context(), typingKey{}, t))
}
