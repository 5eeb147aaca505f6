package httpx

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/httpx/compress"
	"vienkopus/internal/platform/sqldb"
)

// Options are what the door is made of. The zero value of each is described; Clock has none.
type Options struct {
	Clock clock.Clock
	// Log gets one line per request and one per internal error; nil stands for slog.Default.
	Log *slog.Logger
	// Metrics counts requests; nil counts nothing.
	Metrics *Metrics
	// PublicURL is where people reach the program, for example "https://vienkopus.example"; empty when unknown. With https every cookie is Secure.
	PublicURL string
	// Proxies are the addresses of proxies in front of the program, whose word counts for whom they ask; this machine always is one.
	Proxies []netip.Prefix
	// CSP is the Content-Security-Policy of every answer; empty forbids everything.
	CSP string
	// Around wraps everything behind the request id, the first being the outermost: the reader's language.
	Around []func(http.Handler) http.Handler
	// Prepare runs before the guard, in turn: it loads the session. An error is answered like one of a handler.
	Prepare []func(r *http.Request) (*http.Request, error)
	// Guard decides whether the caller may use the route and returns the request with the caller in its context, also
	// beside an error, so that the page that tells of it knows its reader. It is asked for public routes too, but there
	// its faults are left aside.
	Guard func(r *http.Request, route Route) (*http.Request, error)
	// SignIn is the path of the page to which somebody who is unknown is sent; empty sends nobody.
	SignIn string
	// Keeper keeps answers to forms, and forms of sessions that were lost; nil keeps nothing.
	Keeper Keeper
	// Exported is told of each file that was handed out; nil tells nobody.
	Exported func(r *http.Request, route Route)
	// Denied is told of each request that was not allowed, with the pattern of its route and the first fault that says so, whichever door refused: the guard, a handler, or the
	// transaction. The request knows its caller, where there is one. Nil tells nobody.
	Denied func(r *http.Request, pattern string, why *fault.Fault)
	// Page shows a failure as a page; nil shows plain text.
	Page func(w http.ResponseWriter, r *http.Request, f Failure) error
}

// site is the handler that Build makes.
type site struct {
	Options
	mux    *http.ServeMux
	known  *http.ServeMux // the routes alone, to tell "no such page" from "no such method"
	cross  *http.CrossOriginProtection
	fixed  []header // headers that every answer has
	inside http.Handler
}

// Build makes one handler of all routes. It returns an error for a route that does not say who may use it,
// that cannot be matched, or that has no guard to ask.
func Build(routes []Route, opts Options) (http.Handler, error) {
	if opts.Clock == nil {
		return nil, errors.New("httpx: a clock is needed")
	}
	if opts.Log == nil {
		opts.Log = slog.Default()
	}
	s := &site{Options: opts, mux: http.NewServeMux(), known: http.NewServeMux(), cross: http.NewCrossOriginProtection()}
	s.fixed = s.headers()
	if opts.PublicURL != "" {
		origin, err := originOf(opts.PublicURL)
		if err != nil {
			return nil, err
		}
		if err := s.cross.AddTrustedOrigin(origin); err != nil {
			return nil, fmt.Errorf("httpx: public address: %w", err)
		}
	}
	for _, route := range routes {
		if err := s.add(route); err != nil {
			return nil, err
		}
	}
	s.mux.HandleFunc("/", s.nothing)
	s.inside = http.HandlerFunc(s.enter)
	for i := len(opts.Around) - 1; i >= 0; i-- {
		s.inside = opts.Around[i](s.inside)
	}
	return s, nil
}

func originOf(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme == "" || u.Host == "" {
		return "", fmt.Errorf("httpx: the public address %q is not of the form https://host", address)
	}
	return u.Scheme + "://" + u.Host, nil
}

// add registers a route. ServeMux tells of a bad pattern or a conflict by a panic, which becomes an error here.
func (s *site) add(route Route) (err error) {
	if err := route.check(); err != nil {
		return err
	}
	if !route.Public && s.Guard == nil {
		return fmt.Errorf("%w: %s needs a guard", errRoute, route.Pattern())
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v", errRoute, p)
		}
	}()
	handler := s.route(route)
	s.mux.Handle(route.Pattern(), handler)
	s.known.Handle(route.Pattern(), handler)
	return nil
}

// ServeHTTP gives the request its id, counts it, and writes its line in the log.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	begun := s.Clock.Now()
	x := s.newExchange(begun, r)
	x.keeper, x.again = s.Keeper, s.mux
	rec := &recorder{ResponseWriter: w, secure: s.https()}
	r = r.WithContext(context.WithValue(r.Context(), exchangeKey{}, x)) // a copy: the server keeps its own body
	if r.Body != nil && r.Body != http.NoBody {
		r.Body = received{r.Body, x}
	}
	head := rec.Header()
	for i := range s.fixed {
		head[s.fixed[i].name] = s.fixed[i].values
	}
	head["X-Request-Id"] = []string{x.id}
	s.Metrics.begin()
	defer func() {
		p := recover()
		if p != nil && !rec.begun() && !isAbort(p) {
			s.fail(rec, r, &panicked{value: p, stack: debug.Stack()})
			p = nil
		}
		s.end(r, rec, begun)
		if p != nil {
			panic(p)
		}
	}()
	s.inside.ServeHTTP(rec, r)
}

// end counts the answer and writes it to the log: the pattern of the route, never the address, which may name somebody.
func (s *site) end(r *http.Request, rec *recorder, begun time.Time) {
	x := exchangeOf(r.Context())
	took := s.Clock.Now().Sub(begun)
	status := x.status(rec)
	s.Metrics.end(x.pattern, status, took)
	s.Log.LogAttrs(r.Context(), slog.LevelInfo, "request",
		slog.String("method", r.Method), slog.String("route", x.pattern), slog.Int("status", status),
		slog.Duration("took", took), slog.Int64("bytes", rec.bytes), slog.String("request_id", x.id))
}

// enter refuses what no route may see, and hands the rest to the routes.
func (s *site) enter(w http.ResponseWriter, r *http.Request) {
	if err := checkAddress(r.URL); err != nil {
		s.fail(w, r, err)
		return
	}
	if s.isMisdirected(r) {
		s.fail(w, r, Refuse(http.StatusMisdirectedRequest, "request.host"))
		return
	}
	if err := s.cross.Check(r); err != nil || isNameless(r) {
		_, pattern := s.known.Handler(r)
		defer func() { s.denied(r, pattern) }()
		s.fail(w, r, Refuse(http.StatusForbidden, "request.cross_site"))
		return
	}
	s.mux.ServeHTTP(w, r)
}

func (s *site) route(route Route) http.Handler {
	pattern := route.Pattern()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		exchangeOf(r.Context()).pattern = pattern
		last, err := s.run(w, r, route)
		defer func() { s.denied(last, pattern) }()
		if err != nil {
			s.fail(w, last, err)
		}
	})
}

// run returns the request as far as it was prepared, so that an error is shown in the caller's language and frame.
func (s *site) run(w http.ResponseWriter, r *http.Request, route Route) (last *http.Request, err error) {
	ctx, watch := limited(r.Context())
	defer watch.stop()
	last = r.WithContext(ctx)
	defer s.finish(w, &last, &err)
	// Pages are about somebody's work; what may be kept (files of the look) says so in its handler.
	w.Header().Set("Cache-Control", "no-store")
	for _, prepare := range s.Prepare {
		prepared, err := prepare(last)
		if err != nil {
			return last, unasked(last, route, inTime(ctx, err))
		}
		last = prepared
	}
	if s.Guard != nil {
		guarded, err := s.Guard(last, route)
		if guarded != nil {
			last = guarded
		}
		if err != nil && (!route.Public || refusalOf(err) == nil) {
			return last, s.lost(last, route, another(last, route, unasked(last, route, inTime(ctx, err))))
		}
	}
	if err := setDeadlines(w, route); err != nil {
		return last, err
	}
	watch.pause()
	if err := readInput(last, route); err != nil {
		return last, err
	}
	exchangeOf(ctx).keyed = keyed(last)
	if err := checkMark(last, route); err != nil {
		return last, err
	}
	last = s.typed(last)
	defer func() {
		if s.Exported != nil && !route.Public && strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") {
			s.Exported(last, route)
		}
	}()
	if route.Slow || route.Stream {
		return last, route.Handle(w, last.WithContext(sqldb.Patient(last.Context()))) //nolint:contextcheck // it is that of the request
	}
	watch.run(route.Time.limit(route.Method))
	if !route.Compress {
		return last, inTime(ctx, route.Handle(w, last))
	}
	answer := compress.For(w, last)
	err = inTime(ctx, route.Handle(answer, last))
	return last, errors.Join(err, answer.Finish())
}

// finish ends a run, as far as it came: it forgets what only the run may know, and makes an error of a panic.
func (s *site) finish(w http.ResponseWriter, last **http.Request, err *error) {
	s.forget(w, *last)
	if p := recover(); p != nil {
		if isAbort(p) {
			panic(p)
		}
		*err = &panicked{value: p, stack: debug.Stack()}
	}
}

// nothing answers an address that no route has, or not with that method.
func (s *site) nothing(w http.ResponseWriter, r *http.Request) {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		try := r.Clone(r.Context())
		try.Method = method
		if _, pattern := s.known.Handler(try); pattern != "" {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) == 0 {
		s.fail(w, r, Refuse(http.StatusNotFound, "request.not_found"))
		return
	}
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	s.fail(w, r, Refuse(http.StatusMethodNotAllowed, "request.method"))
}
