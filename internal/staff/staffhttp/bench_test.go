package staffhttp_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/httpx/session"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/staff"
	"vienkopus/internal/staff/staffhttp"
	"vienkopus/internal/staff/stafftest"
)

// silent is an answer that goes nowhere.
type silent struct{ header http.Header }

func (s *silent) Header() http.Header         { return s.header }
func (s *silent) Write(b []byte) (int, error) { return len(b), nil }
func (s *silent) WriteHeader(int)             {}

// BenchmarkDoor is what a request costs before and after its handler: id, log, language, session or token, guard, form.
func BenchmarkDoor(b *testing.B) {
	o := stafftest.Open(b, stafftest.Template.SQLite(b))
	sessions := session.New(session.Config{DB: o.DB.Side(session.Tables), Clock: o.Clock})
	deps := staffhttp.Deps{Staff: o.Service, Sessions: sessions}
	site, err := httpx.Build([]httpx.Route{{
		Method: "POST", Path: "/visits/{visit}/acts", Permission: staff.MayServe, Scope: httpx.ScopeDesk,
		Handle: func(w http.ResponseWriter, _ *http.Request) error { w.WriteHeader(http.StatusNoContent); return nil },
	}}, httpx.Options{
		Clock: o.Clock, Log: slog.New(slog.NewJSONHandler(&discard{}, nil)), Metrics: httpx.NewMetrics(), Guard: deps.Guard,
		Around: []func(http.Handler) http.Handler{lang.Negotiate}, Prepare: []func(*http.Request) (*http.Request, error){sessions.Load},
	})
	o.Must(err)
	anna := o.Hire("anna", "clerk centre:taurene")
	o.Must(o.TakeDesk(b.Context(), stafftest.ClerkAt(anna), anna, "TAU-1", o.Key()))
	secret, _, err := o.CreateToken(b.Context(), stafftest.Setup, staff.NewToken{Label: "x", Role: "clerk", Desk: "TAU-1"}, o.Key())
	o.Must(err)
	w := httptest.NewRecorder()
	o.Must(sessions.Begin(w, httptest.NewRequestWithContext(b.Context(), http.MethodGet, "/", nil), session.About{}, map[string]string{
		"staff": anna.String(), "changed": "1795417200000000", "desk": "TAU-1",
	}))
	for name, header := range map[string][2]string{
		"session": {"Cookie", strings.Split(w.Header().Get("Set-Cookie"), ";")[0]}, "token": {"Authorization", "Bearer " + secret},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				r := httptest.NewRequestWithContext(b.Context(), http.MethodPost, "/visits/7/acts", strings.NewReader("kind=consultation"))
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				r.Header.Set(header[0], header[1])
				r.Header.Set("Origin", "http://"+r.Host)
				s := &silent{header: http.Header{}}
				site.ServeHTTP(s, r)
				if s.header.Get("Location") != "" {
					b.Fatal(s.header)
				}
			}
		})
	}
}

type discard struct{}

func (*discard) Write(b []byte) (int, error) { return len(b), nil }
