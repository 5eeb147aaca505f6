package finderhttp_test

import (
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/centre"
	"vienkopus/internal/centre/centresql"
	"vienkopus/internal/centre/centretest"
	"vienkopus/internal/finder/finderhttp"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/platform/rest"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/territory/territorysql"
)

var update = flag.Bool("update", false, "write the golden pages anew")

// shelf is a catalogue of two services, so that the pages do not change when a service does.
type shelf []finderhttp.Service

var services = shelf{
	{
		Code: "firewood", Name: "Malkas pabalsts", Summary: "Pabalsts kurināmajam.", Institution: "Pašvaldība", Bring: []string{"Pase vai eID", "Čeks"},
		Need: centre.Need{Authority: "municipal", Acts: []string{"consultation", "application", "letter", "call", "unmet"}, Classes: []string{"service-point", "customer-centre", "unified", "mobile"}},
	},
	{
		Code: "maternity", Name: "Maternitātes pabalsts", Summary: "Pabalsts pirms un pēc dzemdībām.", Institution: "VSAA", Bring: []string{"Pase vai eID"},
		Need: centre.Need{Authority: "state", Acts: []string{"consultation", "eservice_help", "application", "call", "unmet"}, Classes: []string{"unified", "mobile"}},
	},
}

func (s shelf) Search(query, _ string, _ int) []finderhttp.Service {
	switch query {
	case "malka":
		return s[:1]
	case "pabalsts":
		return s
	}
	return nil
}

func (s shelf) Service(code, _ string) (finderhttp.Service, bool) {
	for _, one := range s {
		if one.Code == code {
			return one, true
		}
	}
	return finderhttp.Service{}, false
}

func (s shelf) Offered(string) []finderhttp.Service { return s }

// door serves the routes without the platform around them.
func door(t *testing.T, n centretest.Network) http.Handler {
	t.Helper()
	mux := http.NewServeMux()
	deps := finderhttp.Deps{
		Journal: n.Journal, Centres: centresql.Store{}, Places: territorysql.Store{}, Services: services, Calendars: centre.NewCalendars(civil.LatvianCalendar(civil.Orders{})),
	}
	api := rest.New("test", "1")
	finderhttp.Operations(api, deps)
	operations, err := api.Routes()
	if err != nil {
		t.Fatal(err)
	}
	for _, route := range append(finderhttp.Routes(deps), operations...) {
		if !route.Public || route.Permission != "" {
			t.Errorf("%s is not public", route.Pattern())
		}
		mux.HandleFunc(route.Pattern(), func(w http.ResponseWriter, r *http.Request) {
			if err := route.Handle(w, r.WithContext(lang.With(r.Context(), r.Header.Get("Accept-Language")))); err != nil {
				if fault.KindOf(err) != fault.NotFound {
					t.Errorf("%s: %v", r.URL, err)
				}
				w.WriteHeader(http.StatusNotFound)
			}
		})
	}
	return mux
}

// get returns the main part of a page.
func get(t *testing.T, h http.Handler, path, language string) (int, string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody)
	r.Header.Set("Accept-Language", language)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	body, err := io.ReadAll(w.Result().Body)
	if err != nil {
		t.Fatal(err)
	}
	page := string(body)
	if i := strings.Index(page, "<main"); i >= 0 {
		page = page[i : strings.Index(page, "</main>")+len("</main>")]
	}
	return w.Code, page
}

// friday is a plain working day; the clock of the golden pages stands there.
var friday = time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC)

func seeded(t *testing.T, dsn string, now time.Time) http.Handler {
	t.Helper()
	n := centretest.Seeded(t, dsn)
	n.Clock.Set(now)
	return door(t, n)
}

func TestGoldenPages(t *testing.T) {
	t.Parallel()
	h := seeded(t, dbtest.SQLite(t), friday)
	for name, path := range map[string]string{
		"start":     "/",
		"find":      "/find",
		"found":     "/find?q=pabalsts&service=maternity&place=marsneni",
		"bus":       "/find?place=Sutri&step=yes",
		"nowhere":   "/find?q=xyzzy&place=atlantida&open=yes",
		"list":      "/centres",
		"library":   "/centres/marsneni",
		"unified":   "/centres/cesis",
		"planned":   "/centres/mazeikiai-bus",
		"minibus":   "/centres/livani-bus",
		"off-site":  "/centres/rozupe",
		"near-trip": "/find?lat=57.262&lon=25.429&open=yes&step=yes",
	} {
		for _, language := range []string{"lv", "en", "lt"} {
			t.Run(name+"."+language, func(t *testing.T) {
				status, page := get(t, h, path, language)
				if status != http.StatusOK {
					t.Fatalf("status %d", status)
				}
				if strings.Contains(page, "⟦") {
					t.Errorf("a message is missing: %s", page[strings.Index(page, "⟦"):][:80])
				}
				golden(t, name+"."+language+".html", essence(page))
			})
		}
	}
}

var (
	pictures   = regexp.MustCompile(`(?s)<svg.*?</svg>`)
	wrappers   = regexp.MustCompile(`</?(?:div|section|span|article|main|nav|small)\b[^>]*>`)
	attributes = regexp.MustCompile(`\s+(?:class|data-[a-z-]+|aria-[a-z-]+|role|tabindex|autocomplete|spellcheck|style)(?:="[^"]*")?`)
	gaps       = regexp.MustCompile(`\s*\n\s*|>\s*<`)
)

// essence is what a page says and lets one do: its words, headings, tables, links and fields. How it looks is the
// matter of the components, which have golden pages of their own.
func essence(page string) string {
	for _, noise := range []*regexp.Regexp{pictures, wrappers, attributes} {
		page = noise.ReplaceAllString(page, "")
	}
	page = gaps.ReplaceAllStringFunc(page, func(gap string) string {
		if strings.HasPrefix(gap, ">") {
			return ">\n<"
		}
		return "\n"
	})
	return strings.TrimSpace(page) + "\n"
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s differs (run with -update to accept):\n%s", path, diff)
	}
}

// TestFinder asks what somebody would ask, at fixed moments, on both engines.
func TestFinder(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		n := centretest.Seeded(t, dsn)
		h := door(t, n)
		for _, c := range questions {
			t.Run(c.name, func(t *testing.T) {
				now, err := time.ParseInLocation("2006-01-02T15:04", c.now, riga)
				if err != nil {
					t.Fatal(err)
				}
				n.Clock.Set(now)
				status, page := get(t, h, c.path, "lv")
				if status != http.StatusOK {
					t.Errorf("status %d", status)
				}
				for _, want := range c.want {
					if !strings.Contains(page, want) {
						t.Errorf("does not say %q:\n%s", want, page)
					}
				}
				for _, not := range c.not {
					if strings.Contains(page, not) {
						t.Errorf("says %q", not)
					}
				}
			})
		}
	})
}

// riga is the zone of the moments in the questions.
var riga = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Riga")
	if err != nil {
		panic(err)
	}
	return zone
}()

var questions = []struct {
	name, now, path string
	want, not       []string
}{
	{
		"open on a Friday morning", "2026-11-20T10:30", "/find?place=marsneni&q=malka",
		[]string{"Mārsnēni", "Atvērts līdz 12:00.", "Malkas pabalsts", "Čeks", "Šeit var: konsultācija, iesniegums</p>"},
		[]string{"Tuvāk ir"},
	},
	{
		"the state is elsewhere", "2026-11-20T10:30", "/find?place=Mārsnēnos&service=maternity",
		[]string{"Tuvāk ir Mārsnēni", "Šo pakalpojumu tur nesniedz.", "aptuveni 22\u00a0km", "/centres/cesis"},
		nil,
	},
	{
		"lunch", "2026-11-20T12:10", "/find?place=marsneni&open=yes",
		[]string{"Tuvāk ir Mārsnēni", "Atvērs šodien plkst. 12:30."},
		nil,
	},
	{
		"nothing is open, and he says where he is", "2026-11-22T22:00", "/find?place=marsneni&q=malka&open=yes",
		[]string{"Neviens piemērots centrs tagad nav atvērts. Skatiet, kad atvērs", "<h3><a href=\"/centres/marsneni\">", "Atvērs otrdien, 24.11.2026, plkst. 09:00."},
		[]string{"Tuvāk ir", "Neviens centrs neatbilst", "Atvērts līdz"},
	},
	{
		"nothing is open, and he does not say where he is", "2026-11-22T22:00", "/find?open=yes",
		[]string{"Skatiet, kad atvērs", "Atvērs rīt plkst. 08:00."},
		[]string{"Atvērs otrdien"},
	},
	{
		"a Monday in winter", "2026-11-16T09:00", "/find?place=marsneni",
		[]string{"Atvērs rīt plkst. 09:00."},
		nil,
	},
	{
		"Saturday evening", "2026-11-21T20:00", "/centres/marsneni",
		[]string{"Atvērs otrdien, 24.11.2026, plkst. 09:00."},
		nil,
	},
	{
		"the eve of the holiday", "2026-11-18T10:00", "/find?place=cesis&open=yes",
		[]string{"Tuvāk ir Cēsis", "Šodien slēgts: Latvijas Republikas proklamēšanas diena. Atvērs rīt plkst. 08:00."},
		nil,
	},
	{
		"the last Friday", "2026-11-27T10:00", "/centres/ridzene",
		[]string{"Šodien slēgts: Spodrības diena. Atvērs pirmdien, 30.11.2026, plkst. 09:00.", "Mēneša pēdējā piektdiena"},
		nil,
	},
	{
		"the second Wednesday", "2026-11-11T10:00", "/centres/dzerbene",
		[]string{"Šodien slēgts: metodiskā diena. Atvērs rīt"},
		nil,
	},
	{
		"the bus on its day", "2026-11-19T11:00", "/find?place=sutri&step=yes",
		[]string{"Līvānu autobuss", "līdz pieturai Sutri", "Ceļā līdz 15:00.", "Ar pacēlāju (nav pārbaudīts)"},
		nil,
	},
	{
		"the bus is not certain", "2026-11-19T11:00", "/find?place=sutri&open=yes",
		[]string{"Tuvāk ir Līvānu autobuss", "var būt citā pieturā"},
		nil,
	},
	{
		"steps", "2026-11-20T10:30", "/find?place=ridzene&step=yes",
		[]string{"Tuvāk ir Rīdzene", "Pie ieejas ir pakāpieni"},
		nil,
	},
	{
		"a parish without a centre", "2026-11-20T10:30", "/find?place=pededze",
		[]string{"Kur tieši ir Pededzes pagasts, mēs nezinām: attālums ir skaitīts no vietas «Alūksne»"},
		nil,
	},
	{
		"coordinates win over the place they came with", "2026-11-20T10:30", "/find?place=Tukums&was=Tukums&lat=57.421&lon=25.581",
		[]string{"no jūsu atrašanās vietas", "Mārsnēni"},
		nil,
	},
	{
		"a new place wins over old coordinates", "2026-11-20T10:30", "/find?place=Tukums&was=&lat=57.421&lon=25.581",
		[]string{"no vietas: Tukums"},
		[]string{"no jūsu atrašanās vietas"},
	},
	{
		"the contradiction of Alūksne", "2026-11-20T10:30", "/centres",
		[]string{"ir 14 centri. Nosaukti ir 13", "Pilsētas un pagasti, kuros ir centrs: 13 no 16. Pilsētu un pagastu saraksts nav pārbaudīts.", "Kalncempju pagasts"},
		nil,
	},
}

// TestOddRequests sends what a form never sends.
func TestOddRequests(t *testing.T) {
	t.Parallel()
	h := seeded(t, dbtest.SQLite(t), friday)
	long := url.QueryEscape(strings.Repeat("ā", 5000))
	for path, want := range map[string]int{
		"/find?lat=abc&lon=1":         http.StatusUnprocessableEntity,
		"/find?lat=91&lon=0":          http.StatusUnprocessableEntity,
		"/find?lat=NaN&lon=NaN":       http.StatusUnprocessableEntity,
		"/find?lat=57":                http.StatusUnprocessableEntity,
		"/find?service=unknown":       http.StatusOK,
		"/find?place=" + long:         http.StatusOK,
		"/find?q=%3Cscript%3E":        http.StatusOK,
		"/find?place=%ff%fe":          http.StatusOK,
		"/centres/nowhere":            http.StatusNotFound,
		"/centres/%3Cscript%3E":       http.StatusNotFound,
		"/find?open=yes&step=yes":     http.StatusOK,
		"/find?lat=0&lon=0&place=&q=": http.StatusOK,
	} {
		status, page := get(t, h, path, "lv")
		if status != want || strings.Contains(page, "<script>") {
			t.Errorf("%.60s: status %d, want %d", path, status, want)
		}
	}
}
