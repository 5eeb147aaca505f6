package app_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"vienkopus/internal/app"
	"vienkopus/internal/app/apptest"
	"vienkopus/internal/app/towntest"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/jobs"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/rest"
	"vienkopus/internal/platform/room"
	"vienkopus/internal/platform/sqldb"
)

// The bell is a whole feature, as small as one can be: a client rings at a counter, and it is counted. All of it stands in this file; the one line outside
// its room is the one in openTiny, which stands for the line in house.go.

// bellRung is its fact.
type bellRung struct {
	Desk string `json:"desk"`
}

func (bellRung) Kind() string         { return "bell.rung" }
func (bellRung) Version() int         { return 1 }
func (b bellRung) Subjects() []string { return []string{"desk:" + b.Desk} }

const mayRing = "bell.ring"

// bells is its table.
type bells struct{}

func (bells) Name() string { return "bells" }
func (bells) Schema() string {
	return "CREATE TABLE bell (desk TEXT NOT NULL PRIMARY KEY, rings BIGINT NOT NULL);\n"
}

func (bells) Reads() []journal.Type { return []journal.Type{journal.Of[bellRung]()} }

func (bells) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	b, ok := e.Fact.(bellRung)
	if !ok {
		return nil
	}
	const query = `INSERT INTO bell (desk, rings) VALUES ($1, 1) ON CONFLICT (desk) DO UPDATE SET rings = bell.rings + 1`
	return tx.Run(ctx, "bell", query, b.Desk)
}

func rings(ctx context.Context, r sqldb.Reader, desk string) (n int64, err error) {
	err = r.QueryRow(ctx, `SELECT COALESCE(SUM(rings), 0) FROM bell WHERE desk = $1 OR $1 = ''`, desk).Scan(&n)
	return n, err
}

// bell is its door.
type bell struct{ room.House }

func (b bell) page(w http.ResponseWriter, r *http.Request) error {
	who, err := httpx.Signed(r.Context())
	if err != nil {
		return err
	}
	n, err := rings(r.Context(), b.DB, who.Desk)
	if err != nil {
		return err
	}
	return html.Render(w, r, http.StatusOK, templ.Raw(fmt.Sprintf(`<h1>Rung %d times</h1>`, n)))
}

func (b bell) ring(w http.ResponseWriter, r *http.Request) error {
	req, err := httpx.Request(r)
	if err != nil {
		return err
	}
	rung := func(*journal.Tx) (bellRung, error) { return bellRung{Desk: req.Desk}, nil }
	if _, _, err := journal.Record(r.Context(), b.Journal, req, "ring", rung); err != nil {
		return err
	}
	return httpx.See(w, r, "/bell")
}

type bellsOut struct {
	Body struct {
		Rings int64 `json:"rings" example:"3"`
	}
}

func (b bell) operations(api *rest.API) {
	rest.Register(api, rest.Operation{
		Method: http.MethodGet, Path: "/bells", ID: "countRings", Summary: "How often it rang", Description: "At all desks together.",
		Tag: rest.Tag{Name: "bells", Description: "Who rings at a counter."}, Public: true,
	}, func(ctx context.Context, _ *struct{}) (*bellsOut, error) {
		var out bellsOut
		var err error
		out.Body.Rings, err = rings(ctx, b.DB, "")
		return &out, err
	})
}

// unequal compares the table with the lines.
func unequal(ctx context.Context, r sqldb.Reader) ([]string, error) {
	var lines int64
	if err := r.QueryRow(ctx, `SELECT COUNT(*) FROM entry WHERE kind = 'bell.rung'`).Scan(&lines); err != nil {
		return nil, err
	}
	n, err := rings(ctx, r, "")
	if n != lines {
		return []string{fmt.Sprintf("%d rings are counted, and %d recorded", n, lines)}, err
	}
	return nil, err
}

// bellRoom is its room.
func bellRoom(h room.House) room.Room {
	b := bell{h}
	desk := func(method string, handle func(http.ResponseWriter, *http.Request) error) httpx.Route {
		return httpx.Route{Method: method, Path: "/bell", Permission: mayRing, Scope: httpx.ScopeDesk, Handle: handle}
	}
	return room.Room{
		Name: "bell", Facts: []journal.Definition{journal.Define[bellRung]()}, Projections: []journal.Projection{bells{}},
		Permissions: []scope.Permission{{Name: mayRing, Roles: []string{"clerk"}}},
		Routes:      []httpx.Route{desk(http.MethodGet, b.page), desk(http.MethodPost, b.ring)},
		Operations:  b.operations,
		Doors:       []room.Door{{Rank: 35, Permission: mayRing, Label: "app.me", Href: "/bell"}},
		Jobs:        []jobs.Job{{Name: "bell.rest", Every: time.Hour, Within: time.Minute, Run: func(context.Context) error { return nil }}},
		Checks:      []audit.Check{audit.Found("bell", unequal)},
	}
}

func openTiny(t *testing.T, dsn string) *app.App {
	t.Helper()
	a, err := app.Open(t.Context(), app.Config{
		DSN: dsn, Passwords: towntest.Cheap, Clock: clock.System{}, Log: slog.New(slog.DiscardHandler),
		More: func(h room.House) []room.Room { return []room.Room{bellRoom(h)} }, // the one line
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

func TestATinyFeatureIsOneRoomAndOneLine(t *testing.T) {
	t.Parallel()
	town.Each(t, func(t *testing.T, dsn string) {
		a := openTiny(t, dsn)
		site := apptest.New(t, a)
		clerk := site.Person("Anna", "clerk", scope.Centre("cesis"), cesis)
		manager := site.Person("Maija", "municipal-manager", scope.Municipality("0026000"), "")

		clerk.Get("/counter").Is(http.StatusOK).Says(`href="/bell"`)
		clerk.Get("/bell").Is(http.StatusOK).Says("Rung 0 times")
		for range 2 { // pressed twice, it rang once
			clerk.Post("/bell", url.Values{"key": {"first"}}).Is(http.StatusSeeOther)
		}
		clerk.Post("/bell", url.Values{"key": {"second"}}).Is(http.StatusSeeOther)
		clerk.Get("/bell").Says("Rung 2 times")
		manager.Get("/bell").Is(http.StatusForbidden)
		site.Visitor().Get("/bell").Is(http.StatusSeeOther)
		site.Visitor().Get("/api/v1/bells").Is(http.StatusOK).Says(`"rings":2`)
		site.Visitor().Get("/api/v1/openapi.json").Says(`"countRings"`)

		found := func() string {
			report, err := a.Verify(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			return fmt.Sprint(report.Problems)
		}
		if got := found(); got != "[]" {
			t.Errorf("verify finds %s", got)
		}
		if err := a.DB.Write(t.Context(), func(tx *sqldb.Tx) error {
			return tx.Run(t.Context(), "planted", `UPDATE bell SET rings = 9`)
		}); err != nil {
			t.Fatal(err)
		}
		if got := found(); !strings.Contains(got, "9 rings are counted, and 2 recorded") {
			t.Errorf("verify finds %s", got)
		}
		if err := a.Journal.Rebuild(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		clerk.Get("/bell").Says("Rung 2 times")

		r, err := a.Jobs()
		if err != nil {
			t.Fatal(err)
		}
		all, err := r.Status(t.Context())
		if err != nil || all[len(all)-1].Name != "bell.rest" {
			t.Errorf("the last job is %+v, %v", all[len(all)-1], err)
		}
	})
}
