package lang_test

import (
	"context"
	"math"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/lang"
)

func bundle(t *testing.T) *lang.Bundle {
	t.Helper()
	files := fstest.MapFS{}
	for name, text := range sound() {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	b, err := lang.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The forms follow CLDR: Latvian zero also for 10–20, one for 21 but not 11; Lithuanian few for 2–9.
func TestNTakesThePluralForm(t *testing.T) {
	t.Parallel()
	b := bundle(t)
	for _, c := range []struct {
		code string
		n    int64
		want string
	}{
		{"lv", 0, "0 vietu"},
		{"lv", 1, "1 vieta"},
		{"lv", 2, "2 vietas"},
		{"lv", 10, "10 vietu"},
		{"lv", 11, "11 vietu"},
		{"lv", 20, "20 vietu"},
		{"lv", 21, "21 vieta"},
		{"lv", 111, "111 vietu"},
		{"lv", 10400, "10\u00a0400 vietu"},
		{"lv", 3_000_000_001, "3\u00a0000\u00a0000\u00a0001 vieta"},
		{"lv", -1, "−1 vieta"},
		{"en", 0, "0 seats"},
		{"en", 1, "1 seat"},
		{"en", 1234, "1,234 seats"},
		{"lt", 1, "1 vieta"},
		{"lt", 2, "2 vietos"},
		{"lt", 10, "10 vietų"},
		{"lt", 11, "11 vietų"},
		{"lt", 21, "21 vieta"},
		{"lt", 0, "0 vietų"},
	} {
		if got := lang.N(b.With(t.Context(), c.code), "bus.seats", c.n); got != c.want {
			t.Errorf("%s %d: %q, want %q", c.code, c.n, got, c.want)
		}
	}
}

func TestTFillsAndShowsWhatIsMissing(t *testing.T) {
	t.Parallel()
	ctx := bundle(t).With(t.Context(), "en")
	for got, want := range map[string]string{
		lang.T(ctx, "bus.kind.small"):                               "small",
		lang.T(ctx, "bus.hello", "Name", "Anna"):                    "Hello, Anna",
		lang.T(ctx, "bus.hello", "Name", 10400):                     "Hello, 10,400",
		lang.T(ctx, "bus.hello", "Name", int64(7)):                  "Hello, 7",
		lang.T(ctx, "bus.hello", "Name", civil.Date{}):              "Hello, " + civil.Date{}.String(),
		lang.T(ctx, "bus.hello", "Age", 3):                          "Hello, ⟦Name⟧",
		lang.T(ctx, "bus.hello", "Name"):                            "Hello, ⟦Name⟧",
		lang.T(ctx, "bus.nothing"):                                  "⟦bus.nothing⟧",
		lang.T(ctx, "bus.seats"):                                    "⟦bus.seats⟧",
		lang.N(ctx, "bus.hello", 3):                                 "⟦bus.hello⟧",
		lang.Fault(ctx, fault.NewInvalid("bus.hello", "Name", "!")): "Hello, !",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if lang.Has(ctx, "bus.nothing") || !lang.Has(ctx, "bus.hello") {
		t.Error("Has does not know what there is")
	}
}

// Each test has its own language in its own context; a context without one speaks Latvian.
func TestCode(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{"lt": "lt", "en": "en", "ru": "lv", "": "lv"} {
		if got := lang.Code(lang.With(t.Context(), code)); got != want {
			t.Errorf("with %q: %s, want %s", code, got, want)
		}
	}
	if got := lang.Code(t.Context()); got != "lv" {
		t.Errorf("with nothing: %s", got)
	}
}

// A page says hundreds of plain messages: they are looked up and nothing more.
func TestPlainMessagesCostNothing(t *testing.T) {
	ctx := bundle(t).With(t.Context(), "lt")
	if n := testing.AllocsPerRun(100, func() { lang.T(ctx, "bus.kind.small") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkPlain(b *testing.B) {
	ctx := lang.With(b.Context(), "lv")
	for b.Loop() {
		lang.T(ctx, "shell.skip")
	}
}

func BenchmarkCount(b *testing.B) {
	ctx := lang.With(b.Context(), "lv")
	for b.Loop() {
		lang.N(ctx, "shell.minutes", 12)
	}
}

func TestFormats(t *testing.T) {
	t.Parallel()
	lv, en, lt := lang.With(t.Context(), "lv"), lang.With(t.Context(), "en"), lang.With(t.Context(), "lt")
	summer := time.Date(2026, 6, 23, 21, 30, 0, 0, time.UTC)
	for _, c := range []struct{ got, want string }{
		{lang.Date(lv, civil.MustDate("2026-06-23")), "23.06.2026"},
		{lang.DateTime(lv, summer), "24.06.2026 00:30"},
		{lang.DateTimeIn(lv, summer, time.UTC), "23.06.2026 21:30"},
		{lang.Time(lv, summer), "00:30"},
		{lang.Month(lv, civil.MustDate("2026-11-30")), "2026.\u00a0gada\u00a0novembris"},
		{lang.Month(en, civil.MustDate("2026-01-01")), "January\u00a02026"},
		{lang.Month(lt, civil.MustDate("2026-12-31")), "2026\u00a0m.\u00a0gruodis"},
		{lang.Int(lv, 999), "999"},
		{lang.Int(lv, 6000), "6\u00a0000"},
		{lang.Int(en, 406050), "406,050"},
		{lang.Int(lt, 1234567), "1\u00a0234\u00a0567"},
		{lang.Int(lv, -1234), "−1\u00a0234"},
		{lang.Int(lv, math.MinInt64), "−9\u00a0223\u00a0372\u00a0036\u00a0854\u00a0775\u00a0808"},
		{lang.Percent(lv, 37, 100), "37\u00a0%"},
		{lang.Percent(en, 37, 100), "37%"},
		{lang.Percent(lv, 1, 3), "33\u00a0%"},
		{lang.Percent(lv, 2, 3), "67\u00a0%"},
		{lang.Percent(lv, 1, 200), "1\u00a0%"},
		{lang.Percent(lv, 0, 0), "–"},
		{lang.Percent(lv, math.MaxInt64, math.MaxInt64), "100\u00a0%"},
		{lang.Distance(lv, 0), "0\u00a0m"},
		{lang.Distance(lv, 704), "700\u00a0m"},
		{lang.Distance(lv, 994), "990\u00a0m"},
		{lang.Distance(lv, 995), "1,0\u00a0km"},
		{lang.Distance(en, 2349), "2.3\u00a0km"},
		{lang.Distance(lv, 9949), "9,9\u00a0km"},
		{lang.Distance(lv, 9950), "10\u00a0km"},
		{lang.Distance(lv, 1_234_500), "1\u00a0235\u00a0km"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

func TestNegotiate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, target, cookie, header string
		want, kept                   string
	}{
		{name: "nothing said", target: "/", want: "lv"},
		{name: "the browser's wish", target: "/", header: "lt-LT,lt;q=0.9,en;q=0.8", want: "lt"},
		{name: "its second wish", target: "/", header: "de-DE,de;q=0.9,en;q=0.8", want: "en"},
		{name: "nobody we speak", target: "/", header: "de", want: "lv"},
		{name: "not a list of languages", target: "/", header: ";;;,x=1", want: "lv"},
		{name: "a kept choice wins", target: "/", cookie: "en", header: "lt", want: "en"},
		{name: "a broken cookie", target: "/", cookie: "xx", header: "lt", want: "lt"},
		{name: "a new choice wins and is kept", target: "/?lang=lt", cookie: "en", want: "lt", kept: "lt"},
		{name: "a choice we do not speak", target: "/?lang=fr", cookie: "en", want: "en"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, c.target, http.NoBody)
			if c.cookie != "" {
				r.AddCookie(&http.Cookie{Name: "lang", Value: c.cookie})
			}
			r.Header.Set("Accept-Language", c.header)
			var got string
			w := httptest.NewRecorder()
			lang.Negotiate(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = lang.Code(r.Context()) })).ServeHTTP(w, r)
			if got != c.want {
				t.Errorf("speaks %s, want %s", got, c.want)
			}
			kept := ""
			for _, k := range w.Result().Cookies() {
				kept = k.Value
				if !k.HttpOnly || k.SameSite != http.SameSiteLaxMode || k.Path != "/" {
					t.Errorf("the cookie is %v", k)
				}
			}
			if kept != c.kept {
				t.Errorf("keeps %q, want %q", kept, c.kept)
			}
			if w.Header().Get("Vary") == "" {
				t.Error("a cache is not told that pages differ by language")
			}
		})
	}
}

// The languages are offered in their own names, the source first.
func TestLanguages(t *testing.T) {
	t.Parallel()
	if l := lang.Languages(); len(l) != 3 || l[0].Code != lang.Source || l[2].Name != "Lietuvių" {
		t.Errorf("%+v", l)
	}
	if lang.T(context.WithoutCancel(t.Context()), "shell.skip") != "Pāriet uz saturu" {
		t.Error("the built-in messages do not speak")
	}
}
