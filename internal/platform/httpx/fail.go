package httpx

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/platform/sqldb"
)

// Failure is what the caller is told when a request could not be served.
type Failure struct {
	// Status is the HTTP status code.
	Status int
	// Faults are what is wrong, at least one; lang.Fault says each in the reader's language.
	Faults []*fault.Fault
	// ID is the id of the request, to tell when asking for help.
	ID string
}

// refusal is a fault with a status of its own, for what goes wrong before a feature is asked.
type refusal struct {
	status int
	fault  *fault.Fault
}

// Error returns the fault for logs.
func (e *refusal) Error() string { return e.fault.Error() }

// Unwrap returns the fault.
func (e *refusal) Unwrap() error { return e.fault }

// Refuse returns an error with a status of its own, for doors that refuse a request before any feature is asked.
func Refuse(status int, key string, args ...any) error {
	return &refusal{status: status, fault: fault.NewInvalid(key, args...)}
}

// Detour is an error that sends a reader to another page first, where what is missing can be chosen.
// Programs, and forms that were sent, get the cause instead.
type Detour struct {
	// Path is the page, for example "/desk"; ?next= with the address that was asked for is added to it.
	Path string
	// Cause is the fault behind it.
	Cause error
	// next is where a form is filled in again that was sent; without it a form gets the cause.
	next string
	// Resend keeps a form that was sent, so that the page can have it go on (Resend) once what is missing is there.
	Resend bool
	// Back leads a reader whose form was sent back to the page that held it, with what was typed, once what is missing is there.
	Back bool
	// form names the form that was kept for that.
	form string
}

// Error returns the cause for logs.
func (d *Detour) Error() string { return d.Cause.Error() }

// Unwrap returns the cause.
func (d *Detour) Unwrap() error { return d.Cause }

// panicked is a panic that was caught.
type panicked struct {
	value any
	stack []byte
}

// Error returns what the panic said.
func (p *panicked) Error() string { return fmt.Sprintf("panic: %v", p.value) }

// isAbort tells whether a handler gave the connection up on purpose.
func isAbort(p any) bool {
	err, ok := p.(error)
	return ok && errors.Is(err, http.ErrAbortHandler)
}

// refusalOf returns the first fault in err, or nil when the error is ours and not the caller's.
func refusalOf(err error) *fault.Fault { return fault.First(err) }

// Fail turns an error into what the caller is told. It is for doors that write their answers themselves, such as the REST API.
func Fail(ctx context.Context, err error) Failure {
	f := Failure{Status: http.StatusInternalServerError, Faults: fault.All(err), ID: RequestID(ctx)}
	var own *refusal
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &own):
		f.Status = own.status
	case errors.As(err, &large):
		f.Status = http.StatusRequestEntityTooLarge
		f.Faults = []*fault.Fault{fault.NewInvalid("request.too_large", "Kilobytes", large.Limit>>10)}
	case len(f.Faults) > 0:
		f.Status = StatusOf(f.Faults[0].Kind)
	case errors.Is(err, sqldb.ErrFull):
		f.Status = http.StatusServiceUnavailable
		f.Faults = []*fault.Fault{{Key: "request.full", Args: []any{"ID", f.ID}}}
	case errors.Is(err, journal.ErrOutdated):
		f.Status = http.StatusServiceUnavailable
		f.Faults = []*fault.Fault{{Key: "request.updating"}}
	case errors.Is(err, sqldb.ErrClosed):
		f.Status = http.StatusServiceUnavailable
		f.Faults = []*fault.Fault{{Key: "request.stopping"}}
	case away(err):
		f.Status = http.StatusServiceUnavailable
		f.Faults = []*fault.Fault{{Key: exchangeOf(ctx).doubt(), Args: []any{"ID", f.ID}}}
	}
	if len(f.Faults) == 0 || f.Status == http.StatusInternalServerError {
		f.Faults = []*fault.Fault{{Key: "request.internal", Args: []any{"ID", f.ID}}}
	}
	return f
}

// away tells whether the database did not answer, or not in time.
func away(err error) bool { return errors.Is(err, ErrTime) || sqldb.Unavailable(err) }

// unasked reads the form of a request that could not even be asked for its caller, so that the page about it can offer to send it again. It returns err.
func unasked(r *http.Request, route Route, err error) error {
	if refusalOf(err) == nil && away(err) && !isRead(r.Method) && !route.Stream && readInput(r, route) == nil {
		exchangeOf(r.Context()).keyed = keyed(r)
	}
	return err
}

// lost has whoever posts a form without a session sign in first and come back to it, with what was typed; and whoever must prove first who she is do so,
// and the form goes on by itself.
func (s *site) lost(r *http.Request, route Route, err error) error {
	first := refusalOf(err)
	if first == nil || isRead(r.Method) || isAPI(r) || r.Header.Get("Authorization") != "" {
		return err
	}
	var d *Detour
	if errors.As(err, &d) && d.Resend {
		back, form := s.keepForm(r, route, whole)
		return &Detour{Path: d.Path, Cause: d.Cause, next: back, form: form}
	}
	if d != nil && d.Back && !isPartial(r) {
		if back, form := s.keepForm(r, route, visible); form != "" {
			return &Detour{Path: d.Path, Cause: d.Cause, next: typingAt(back, form)}
		}
		return err
	}
	if first.Kind != fault.Unauthenticated || s.SignIn == "" || isPartial(r) {
		return err
	}
	back, form := s.keepForm(r, route, visible)
	return &Detour{Path: s.SignIn, Cause: err, next: typingAt(back, form)}
}

// doubt is what a caller is told whose request was not answered by the database, or not in time: a read did not succeed. Whatever else he asked for may
// have happened; with a key he may ask again as often as he likes.
func (x *exchange) doubt() string {
	switch {
	case isRead(x.method):
		return "request.unavailable"
	case x.keyed:
		return "request.unknown"
	}
	return "request.unknown_look"
}

// retryAfter is after how many seconds it is worth to ask again.
const retryAfter = "5"

// StatusOf returns the HTTP status of a kind of fault: 422, 404, 409, 403, 401, and 500 for what is internal.
func StatusOf(kind fault.Kind) int {
	switch kind {
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Conflict:
		return http.StatusConflict
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.Unauthenticated:
		return http.StatusUnauthorized
	case fault.Internal:
		return http.StatusInternalServerError
	}
	return http.StatusInternalServerError
}

// fail answers an error: it is the only place that does.
func (s *site) fail(w http.ResponseWriter, r *http.Request, err error) {
	x := exchangeOf(r.Context())
	if x.left(w, err) {
		s.leave(w, r, err)
		return
	}
	if x.cut.Load() && refusalOf(err) == nil && !isTooLarge(err) {
		err = errMalformed // what came of half a body, whatever a handler makes of it
	}
	r = timeless(r)
	f := Fail(r.Context(), err) //nolint:contextcheck // it is that of the request, as timeless says
	if f.Status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", retryAfter)
	}
	if f.Status >= http.StatusInternalServerError {
		s.complain(r, err)
	}
	if begun(w) {
		// Half an answer must not look like a whole one: the connection breaks, and the caller notices.
		panic(http.ErrAbortHandler)
	}
	if f.Status == http.StatusRequestEntityTooLarge {
		drain(w, x.body)
	}
	to := ""
	if !isAPI(r) {
		to = s.elsewhere(r, f, err)
	}
	if f.Status == http.StatusForbidden && to == "" { // whoever is sent on to what is missing is not refused yet
		x.denied = forbidden(f.Faults)
	}
	if isAPI(r) {
		if f.Status == http.StatusUnauthorized {
			w.Header().Set("WWW-Authenticate", "Bearer")
		}
		s.told(w, r, writeProblem(w, r, f))
		return
	}
	if to != "" {
		redirect(w, r, to)
		return
	}
	if s.Page == nil {
		http.Error(w, f.text(r.Context()), f.Status) //nolint:contextcheck // as above
		return
	}
	s.told(w, r, s.Page(w, r, f))
}

// Shown remembers that a page of its own says why something was not allowed, so that Options.Denied hears of it. What is no such fault is left aside.
func Shown(ctx context.Context, err error) {
	if first := fault.First(err); first != nil && first.Kind == fault.Forbidden {
		exchangeOf(ctx).denied = first
	}
}

// forbidden returns the first fault that says that something is not allowed, or else the first of all: a door has its own status.
func forbidden(all []*fault.Fault) *fault.Fault {
	for _, f := range all {
		if f.Kind == fault.Forbidden {
			return f
		}
	}
	return all[0]
}

// denied tells of a request that was not allowed, once.
func (s *site) denied(r *http.Request, pattern string) {
	x := exchangeOf(r.Context())
	why := x.denied
	if x.denied = nil; why != nil && s.Denied != nil {
		s.Denied(r, pattern, why)
	}
}

// timeless returns the request for its answer: the time of the work is over, that of the answer is not.
func timeless(r *http.Request) *http.Request {
	return r.WithContext(context.WithoutCancel(r.Context()))
}

// told notes that even the error could not be shown.
func (s *site) told(w http.ResponseWriter, r *http.Request, err error) {
	switch x := exchangeOf(r.Context()); {
	case err == nil:
	case x.left(w, err):
		s.leave(w, r, err)
	default:
		s.complain(r, err)
	}
}

// isTooLarge tells whether a body was longer than its route allows.
func isTooLarge(err error) bool {
	var large *http.MaxBytesError
	return errors.As(err, &large)
}

// complain writes an internal error to the log, with the id that the caller was shown.
func (s *site) complain(r *http.Request, err error) {
	x := exchangeOf(r.Context())
	attrs := []slog.Attr{slog.String("request_id", x.id), slog.String("route", x.pattern), slog.Any("error", err)}
	var p *panicked
	if errors.As(err, &p) {
		attrs = append(attrs, slog.String("stack", string(p.stack)))
	}
	s.Log.LogAttrs(r.Context(), slog.LevelError, "a request failed", attrs...)
}

func (f Failure) text(ctx context.Context) string {
	lines := make([]string, len(f.Faults))
	for i, one := range f.Faults {
		lines[i] = lang.Fault(ctx, one)
	}
	return strings.Join(lines, "\n")
}

// isAPI tells whether a program asks, which wants a problem document and no page.
func isAPI(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/api/") }

// elsewhere returns the page to which the reader is sent instead of an error, or "".
func (s *site) elsewhere(r *http.Request, f Failure, err error) string {
	to := ""
	var d *Detour
	switch {
	case errors.As(err, &d):
		to = d.Path
	case f.Status == http.StatusUnauthorized:
		to = s.SignIn
	}
	if to == "" {
		return ""
	}
	next := r.URL.RequestURI()
	if d != nil && d.next != "" {
		query := url.Values{"next": {d.next}}
		if d.form != "" {
			query.Set(FormParam, d.form)
		}
		return to + "?" + query.Encode()
	}
	if isPartial(r) {
		// The reader is on a page that asked for a part of itself; that page is where to come back to.
		if u, err := url.Parse(r.Header.Get("HX-Current-URL")); err == nil && u.Path != "" {
			next = u.RequestURI()
		}
	} else if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return ""
	}
	return to + "?" + url.Values{"next": {next}}.Encode()
}

// isPartial tells whether a script of our page asks, which cannot follow a redirect for the whole page.
func isPartial(r *http.Request) bool { return r.Header.Get("HX-Request") == "true" }

func redirect(w http.ResponseWriter, r *http.Request, to string) {
	if isPartial(r) {
		w.Header().Set("HX-Redirect", to)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

const (
	// drainBytes and drainTime bound what is read and thrown away of a body that is too large.
	drainBytes = 32 << 20
	drainTime  = 10 * time.Second
)

// drain reads what is left of a body: a browser that is still sending would otherwise see a broken connection and not our answer.
func drain(w http.ResponseWriter, body io.Reader) {
	if body == nil {
		return
	}
	// Without deadlines (in tests) the byte limit is enough.
	deadline := time.Now().Add(drainTime) //nolint:forbidigo // the connection counts in the machine's time
	if err := http.NewResponseController(w).SetReadDeadline(deadline); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return
	}
	if n, err := io.Copy(io.Discard, io.LimitReader(body, drainBytes)); err != nil || n == drainBytes {
		w.Header().Set("Connection", "close")
	}
}
