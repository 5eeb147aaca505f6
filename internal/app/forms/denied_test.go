package forms_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/base/scope"
	"vienkopus/internal/bill"
	"vienkopus/internal/staff"
	"vienkopus/internal/till"
)

// denials are what the security log says was refused to somebody, "" for all, in the order of their names.
func (w *town) denials(who string) []string {
	w.t.Helper()
	all, err := w.Door.Events(w.t.Context(), staff.Asked{Who: who, Kind: staff.Denied, Until: w.clock.Now().Add(time.Hour), Limit: 1000})
	must(w.t, err)
	var said []string
	for _, e := range all {
		if e.Who != "" && e.Address == "" {
			w.t.Errorf("nobody knows from where: %+v", e)
		}
		said = append(said, e.What)
	}
	slices.Sort(said)
	return slices.Compact(said)
}

// The security log stayed empty while a clerk tried the pages of others: each door that refuses tells it, and what it keeps names nobody.
func TestWhatEveryDoorRefusesStandsInTheSecurityLog(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		c := atTill(t, w)
		b := w.bill("W-1", "Anna Liepa")
		c.scan("W-1")
		c.pay("tender", "exact").Is(http.StatusOK)
		_, rest, _ := strings.Cut(c.Get("/payments").Body, `href="/payments/`)
		payment, _, _ := strings.Cut(rest, `"`)
		clerk := w.Person("berta", "clerk", scope.Centre("dzerbene"), "DZE-1")
		clerk.Get("/office/0026000/till").Is(http.StatusForbidden)              // for want of the permission
		clerk.Get("/payments/" + payment).Is(http.StatusForbidden)              // the rule knows whose desk it is
		clerk.Get("/bills/" + b.ID.String() + "/copy").Is(http.StatusForbidden) // nobody has opened it
		content := b.Content
		content.Number, content.Reference, content.Municipality = "W-9", "W-9", "0021000"
		away, err := w.Bill.Put(t.Context(), w.at(bill.Feed(water)), content, bill.Payer{Name: "Agnese Bērza"})
		must(t, err)
		clerk.Post("/bills/"+away.ID.String()+"/copy", url.Values{}).Is(http.StatusForbidden) // its own page says so, and leads on
		w.clock.Advance(11 * time.Minute)
		clerk.Post("/confirm", url.Values{"password": {"aplam"}}).Is(http.StatusForbidden)
		elsewhere := w.Person("dina", "municipal-manager", scope.Municipality("0021000"), "")
		elsewhere.Get("/office/0026000/looks").Is(http.StatusForbidden) // of the right kind, in another place
		for who, want := range map[string][]string{
			clerk.ID.String(): {
				"GET /bills/{bill}/copy sight.not_opened", "GET /office/{municipality}/till", "GET /payments/{payment} payment.foreign_desk", "POST /bills/{bill}/copy sight.elsewhere", "POST /confirm staff.sign_in_wrong",
			},
			elsewhere.ID.String(): {"GET /office/{municipality}/looks"}, c.ID.String(): nil,
		} {
			if got := w.denials(who); !slices.Equal(got, want) {
				t.Errorf("the log says %q, not %q", got, want)
			}
		}
		auditor := w.Person("vija", "auditor", scope.Network, "")
		page := auditor.Get("/journal/security?kind=denied").Is(http.StatusOK).Says("GET /payments/{payment}").Says("berta").Says("POST /confirm")
		if strings.Contains(page.Body, payment) || strings.Contains(page.Body, "Liepa") {
			t.Error("the log names what was looked for")
		}
	})
}

// A second person who is none was told so on her page, which a browser keeps, and nowhere else.
func TestARefusedSecondPersonStandsInTheSecurityLog(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		shift, err := w.Till.Open(t.Context(), w.at("CES-1"), 2000)
		must(t, err)
		_, err = w.Till.Count(t.Context(), w.at("CES-1"), till.CountIn{Pieces: []till.Pieces{{Cents: 2000, N: 1}}})
		must(t, err)
		_, err = w.Till.Close(t.Context(), w.at("CES-1"), till.CloseIn{Left: 2000})
		must(t, err)
		manager := w.Person("zane", "municipal-manager", scope.Municipality("0026000"), "")
		path := "/office/0026000/till/shifts/" + shift.ID.String()
		form := manager.Get(path).Is(http.StatusOK).Form(path)
		form.Set("decision", "approve")
		manager.Follow(manager.Submit(path, path, form))
		if got := w.denials(manager.ID.String()); len(got) != 1 || got[0] != "POST /office/{municipality}/till/shifts/{shift} staff.second_unproven" {
			t.Errorf("the log says %q", got)
		}
	})
}

func TestAForeignFormAndAForeignTokenStandInTheSecurityLog(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		reader := staff.NewToken{Role: "clerk", Scope: scope.Centre("dzerbene"), Desk: "DZE-1", Label: "reader"}
		secret, token, err := w.Staff.CreateToken(t.Context(), by, reader, "token")
		must(t, err)
		program := w.Visitor().With("Authorization", "Bearer "+secret)
		program.Get("/api/v1/journal/CES-1").Is(http.StatusForbidden)
		program.Get("/payments").Is(http.StatusForbidden)
		w.Visitor().With("Sec-Fetch-Site", "cross-site").Post("/sign-out", url.Values{}).Is(http.StatusForbidden)
		if got := w.denials(token.String()); !slices.Equal(got, []string{"GET /api/v1/journal/{desk}"}) {
			t.Errorf("the log says %q of the program", got)
		}
		want := []string{"GET /api/v1/journal/{desk}", "GET /payments staff.token_page", "POST /sign-out request.cross_site"}
		if got := w.denials(""); !slices.Equal(got, want) {
			t.Errorf("the log says %q", got)
		}
	})
}

// Whoever is refused over and over does not fill the log.
func TestRefusalsInTheSecurityLogAreBounded(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		clerk := w.Person("berta", "clerk", scope.Centre("dzerbene"), "DZE-1")
		for range 70 {
			w.clock.Advance(time.Second)
			clerk.Get("/office/0026000/till").Is(http.StatusForbidden)
			w.Visitor().With("Sec-Fetch-Site", "cross-site").Post("/sign-out", url.Values{}).Is(http.StatusForbidden)
		}
		all, err := w.Door.Events(t.Context(), staff.Asked{Kind: staff.Denied, Until: w.clock.Now().Add(time.Hour), Limit: 1000})
		must(t, err)
		if len(all) != 2*61 {
			t.Errorf("%d lines", len(all))
		}
		w.Person("vija", "auditor", scope.Network, "").Get("/journal/security?kind=denied").Says("Vairāk atteikumu")
	})
}
