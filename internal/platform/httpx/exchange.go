package httpx

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
)

// exchange is one request and its answer, as logs and errors speak of it.
type exchange struct {
	id      string
	pattern string // of the route; empty when no route fits
	method  string
	address string          // of whoever asks, as limits count it
	came    context.Context //nolint:containedctx // of the connection: it ends when the caller goes away, and not with our limits of time
	body    io.ReadCloser   // as it came, without our limit
	cut     atomic.Bool     // the caller broke off while sending the body
	keyed   bool            // the request has a name, and so one effect however often it comes
	gone    bool            // the caller went away before the answer
	keeper  Keeper          // of the site, or nil
	secret  bool            // the answer is shown once and kept nowhere
	again   http.Handler    // the routes, for a form that goes on
	denied  *fault.Fault    // why it was not allowed, until Options.Denied has heard of it
}

type exchangeKey struct{}

func (s *site) newExchange(now time.Time, r *http.Request) *exchange {
	return &exchange{id: id.New(now).String(), method: r.Method, address: s.addressOf(r), came: r.Context(), body: r.Body}
}

// exchangeOf returns the exchange of a request that came through Build, and an empty one for any other.
func exchangeOf(ctx context.Context) *exchange {
	if x, ok := ctx.Value(exchangeKey{}).(*exchange); ok {
		return x
	}
	return &exchange{}
}

// closedRequest stands in logs for a caller who went away; nobody receives it. The number is that of nginx.
const closedRequest = 499

func (x *exchange) status(rec *recorder) int {
	switch {
	case x.gone:
		return closedRequest
	case rec.status == 0:
		return http.StatusOK
	}
	return rec.status
}

// RequestID returns the id of the request (UUIDv7), which the answer carries as X-Request-Id; empty outside a request.
func RequestID(ctx context.Context) string { return exchangeOf(ctx).id }

// AddressIn returns the network address from which the request of a context came, as limits count it; empty outside a request.
func AddressIn(ctx context.Context) string { return exchangeOf(ctx).address }

// LogHandler returns a handler that adds the id of the request to every log line written during it.
func LogHandler(next slog.Handler) slog.Handler { return logHandler{next} }

type logHandler struct{ slog.Handler }

// Handle adds request_id where the line does not have it.
func (h logHandler) Handle(ctx context.Context, line slog.Record) error {
	if request := RequestID(ctx); request != "" && !names(line, "request_id") {
		line.AddAttrs(slog.String("request_id", request))
	}
	return h.Handler.Handle(ctx, line) //nolint:wrapcheck // the inner handler's own
}

// WithAttrs keeps the wrapper.
func (h logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return logHandler{h.Handler.WithAttrs(attrs)}
}

// WithGroup keeps the wrapper.
func (h logHandler) WithGroup(name string) slog.Handler { return logHandler{h.Handler.WithGroup(name)} }

func names(line slog.Record, key string) bool {
	found := false
	line.Attrs(func(a slog.Attr) bool {
		found = a.Key == key
		return !found
	})
	return found
}

// recorder notes what was answered.
type recorder struct {
	http.ResponseWriter
	secure bool // people reach us over HTTPS, wherever it ends
	status int
	bytes  int64
	failed bool // the connection took no more
}

func (rec *recorder) begun() bool { return rec.status != 0 }

// WriteHeader notes the status.
func (rec *recorder) WriteHeader(status int) {
	if rec.status == 0 && status >= http.StatusOK {
		rec.begin(status)
	}
	rec.ResponseWriter.WriteHeader(status)
}

// begin is called when the headers are complete. Whoever sets a cookie sees whether the connection is TLS, and not whether a proxy in front has ended
// it: the public address decides for all cookies.
func (rec *recorder) begin(status int) {
	rec.status = status
	if !rec.secure {
		return
	}
	cookies := rec.Header()["Set-Cookie"]
	for i, text := range cookies {
		if c, err := http.ParseSetCookie(text); err == nil && !c.Secure {
			cookies[i] = text + "; Secure"
		}
	}
}

// Write counts the bytes.
func (rec *recorder) Write(b []byte) (int, error) {
	if rec.status == 0 {
		rec.begin(http.StatusOK)
	}
	n, err := rec.ResponseWriter.Write(b)
	rec.bytes += int64(n)
	rec.failed = rec.failed || err != nil
	return n, err //nolint:wrapcheck // the connection's own
}

// Unwrap lets http.ResponseController reach the connection.
func (rec *recorder) Unwrap() http.ResponseWriter { return rec.ResponseWriter }

// recorderOf returns our recorder, which a middleware may have wrapped, or nil.
func recorderOf(w http.ResponseWriter) *recorder {
	for {
		switch inner := w.(type) {
		case *recorder:
			return inner
		case interface{ Unwrap() http.ResponseWriter }:
			w = inner.Unwrap()
		default:
			return nil
		}
	}
}

// begun tells whether an answer has begun.
func begun(w http.ResponseWriter) bool {
	rec := recorderOf(w)
	return rec != nil && rec.begun()
}

// addressOf returns the network address from which a request came, as limits count it: of IPv6 the first 64 bits, which one household has to itself. Proxies of ours say for whom they ask, and of what stands in
// X-Forwarded-For only what they have put there counts: it is read from the right end, as long as the address so far is one of ours. This machine is one; the others are named. The address is empty where it cannot be known.
func (s *site) addressOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	address, err := netip.ParseAddr(host)
	if err != nil {
		return ""
	}
	said := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(said) - 1; i >= 0 && s.isProxy(address); i-- {
		before, err := netip.ParseAddr(strings.TrimSpace(said[i]))
		if err != nil {
			break
		}
		address = before
	}
	address = address.Unmap().WithZone("")
	if address.Is6() {
		if prefix, err := address.Prefix(64); err == nil {
			return prefix.String()
		}
	}
	return address.String()
}

func (s *site) isProxy(address netip.Addr) bool {
	address = address.Unmap().WithZone("")
	return address.IsLoopback() || slices.ContainsFunc(s.Proxies, func(p netip.Prefix) bool { return p.Contains(address) })
}
