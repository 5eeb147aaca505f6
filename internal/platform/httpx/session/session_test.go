package session_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/httpx/session"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

var morning = time.Date(2026, 11, 23, 7, 0, 0, 0, time.UTC)

// desk is a browser and the program behind it.
type desk struct {
	*session.Sessions
	t      *testing.T
	db     *sqldb.DB
	clock  *clock.Hand
	cookie *http.Cookie
}

func each(t *testing.T, test func(t *testing.T, d *desk)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		db, err := sqldb.Open(t.Context(), dsn)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
		d := &desk{t: t, db: db.Side(session.Tables), clock: clock.NewHand(morning)}
		d.Sessions = d.process()
		test(t, d)
	})
}

// process is another program on the same database.
func (d *desk) process() *session.Sessions {
	return session.New(session.Config{DB: d.db, Clock: d.clock, PublicURL: "https://vienkopus.example"})
}

// request is one that carries the browser's cookie, with its session loaded.
func (d *desk) request(from *session.Sessions) *http.Request {
	d.t.Helper()
	r := httptest.NewRequestWithContext(d.t.Context(), http.MethodGet, "/", nil)
	if d.cookie != nil {
		r.AddCookie(d.cookie)
	}
	r, err := from.Load(r)
	if err != nil {
		d.t.Fatal(err)
	}
	return r
}

func (d *desk) who(from *session.Sessions) string {
	d.t.Helper()
	return from.Get(d.request(from).Context(), "staff")
}

// keep takes the cookie that was set, as a browser does.
func (d *desk) keep(w *httptest.ResponseRecorder) {
	d.t.Helper()
	list := w.Result().Cookies()
	if len(list) != 1 {
		d.t.Fatalf("cookies %v", list)
	}
	if d.cookie = list[0]; d.cookie.MaxAge < 0 {
		d.cookie = nil
	}
}

func (d *desk) begin(values map[string]string) {
	d.t.Helper()
	w := httptest.NewRecorder()
	if err := d.Begin(w, d.request(d.Sessions), session.About{}, values); err != nil {
		d.t.Fatal(err)
	}
	d.keep(w)
}

func (d *desk) count(query string) int64 {
	d.t.Helper()
	var n int64
	if err := d.db.QueryRow(d.t.Context(), query).Scan(&n); err != nil {
		d.t.Fatal(err)
	}
	return n
}

func TestASessionLivesBehindItsCookie(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *desk) {
		if got := d.who(d.Sessions); got != "" {
			t.Errorf("before: %q", got)
		}
		d.begin(map[string]string{"staff": "anna"})
		c := d.cookie
		if c.Name != "__Host-vienkopus" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.MaxAge != 0 {
			t.Errorf("cookie %v", c)
		}
		if got := d.who(d.process()); got != "anna" {
			t.Errorf("another process reads %q", got)
		}
		var token string
		if err := d.db.QueryRow(t.Context(), "SELECT token FROM side_session").Scan(&token); err != nil || strings.Contains(token, c.Value) {
			t.Errorf("the token itself is stored, %v", err)
		}
		if err := d.Set(d.request(d.Sessions).Context(), "desk", "CES-1"); err != nil {
			t.Fatal(err)
		}
		for _, process := range []*session.Sessions{d.Sessions, d.process()} {
			if got := process.Get(d.request(process).Context(), "desk"); got != "CES-1" {
				t.Errorf("desk %q", got)
			}
		}
		w := httptest.NewRecorder()
		if err := d.End(w, d.request(d.Sessions)); err != nil {
			t.Fatal(err)
		}
		for _, process := range []*session.Sessions{d.Sessions, d.process()} { // the cookie stolen before the end opens nothing
			if got := d.who(process); got != "" {
				t.Errorf("after the end: %q", got)
			}
		}
		if d.keep(w); d.cookie != nil {
			t.Errorf("the cookie stays: %v", d.cookie)
		}
	})
}

func TestTheNextUserGetsACleanSession(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *desk) {
		d.begin(map[string]string{"staff": "anna", "desk": "CES-1"})
		before := d.cookie
		d.begin(map[string]string{"staff": "ilze"})
		if d.cookie.Value == before.Value {
			t.Error("the token stayed")
		}
		if got := d.Get(d.request(d.Sessions).Context(), "desk"); got != "" || d.who(d.Sessions) != "ilze" {
			t.Errorf("left over: %q", got)
		}
		d.cookie = before
		if got := d.who(d.process()); got != "" {
			t.Errorf("the old cookie still opens %q", got)
		}
	})
}

func TestACookieOfOnesOwnMakingOpensNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *desk) {
		d.cookie = &http.Cookie{Name: "__Host-vienkopus", Value: "chosen-by-an-attacker"}
		if got := d.who(d.Sessions); got != "" {
			t.Errorf("opened %q", got)
		}
		d.begin(map[string]string{"staff": "anna"})
		if d.cookie.Value == "chosen-by-an-attacker" {
			t.Error("the attacker's token became a session")
		}
	})
}

func TestSessionsEndUnusedAndAfterADay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *desk) {
		d.begin(map[string]string{"staff": "anna"})
		for range 13 {
			d.clock.Advance(time.Hour)
			if got := d.who(d.Sessions); got != "anna" {
				t.Fatalf("%s: %q", d.clock.Now(), got)
			}
		}
		d.clock.Advance(time.Hour)
		if got := d.who(d.Sessions); got != "" {
			t.Errorf("after a long day: %q", got)
		}
		d.begin(map[string]string{"staff": "anna"})
		d.clock.Advance(2 * time.Hour)
		if got := d.who(d.Sessions); got != "" {
			t.Errorf("unused: %q", got)
		}
		d.cookie = nil
		d.begin(map[string]string{"staff": "ilze"})
		if n, err := d.Sweep(t.Context()); err != nil || n != 2 {
			t.Errorf("swept %d, %v", n, err)
		}
		if d.who(d.Sessions) != "ilze" || d.count("SELECT COUNT(*) FROM side_session") != 1 {
			t.Error("the sweep took a living session")
		}
	})
}

func TestARequestWritesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *desk) {
		d.begin(map[string]string{"staff": "anna"})
		seen := func() int64 { return d.count("SELECT seen_at FROM side_session") }
		begun := seen()
		for range 4 {
			d.clock.Advance(time.Minute)
			if d.who(d.Sessions) != "anna" || seen() != begun {
				t.Fatalf("%s: written", d.clock.Now())
			}
		}
		d.clock.Advance(time.Minute)
		if d.who(d.Sessions) != "anna" || seen() != morning.Add(5*time.Minute).UnixMicro() {
			t.Errorf("after five minutes: %s", time.UnixMicro(seen()).UTC())
		}
	})
}

// On PostgreSQL several processes serve one database: what one has ended none serves any more. On SQLite one serves, and another would see it half a minute later.
func TestASessionThatAnotherProcessEndedEndsThereToo(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *desk) {
		other := d.process()
		d.begin(map[string]string{"staff": "anna"})
		if got := d.who(other); got != "anna" {
			t.Fatalf("%q", got)
		}
		cookie := d.cookie
		if err := d.End(httptest.NewRecorder(), d.request(d.Sessions)); err != nil {
			t.Fatal(err)
		}
		d.cookie = cookie
		if d.db.Engine() == sqldb.SQLite {
			d.clock.Advance(30 * time.Second)
		}
		if got := d.who(other); got != "" {
			t.Errorf("it lives on there: %q", got)
		}
	})
}

func TestWithoutHTTPSTheCookieTravelsInClear(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *desk) {
		d.Sessions = session.New(session.Config{DB: d.db, Clock: d.clock, PublicURL: "http://localhost:8080"})
		d.begin(map[string]string{"staff": "anna"})
		if d.cookie.Name != "vienkopus" || d.cookie.Secure || !d.cookie.HttpOnly {
			t.Errorf("cookie %v", d.cookie)
		}
	})
}
