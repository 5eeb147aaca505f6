package paymenthttp_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/app/apptest"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/dated"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/office"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/paymentsql"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/staff"
)

// seat opens the till of a desk, signs a clerk in and has her work there.
func seat(t *testing.T, w *paymenttest.World) visitor {
	t.Helper()
	w.OpenTill("CES-1")
	ctx, by := t.Context(), actor.System("test")
	must(t, w.DefineRoles(ctx, by))
	everywhere := scope.Network
	who, err := w.Staff.Enrol(ctx, by, staff.NewPerson{SignIn: "anna", Name: "Anna", Password: password, Scope: everywhere}, "anna")
	must(t, err)
	must(t, w.Staff.Grant(ctx, by, staff.RoleGranted{Staff: who, Role: "clerk", Scope: everywhere}, "grant"))
	w.Config.Log = slog.New(slog.DiscardHandler)
	site, err := w.Handler(nil)
	must(t, err)
	v := visitor{site: site, lang: "en"}
	in := v.ask(t, "/sign-in", url.Values{"sign_in": {"anna"}, "password": {password}}.Encode())
	v.cookie, _, _ = strings.Cut(in.Header().Get("Set-Cookie"), ";")
	if got := v.ask(t, "/desk", "desk=CES-1"); got.Code != http.StatusSeeOther || v.cookie == "" {
		t.Fatalf("sitting down: %d %s", got.Code, got.Body)
	}
	return v
}

var payKey = regexp.MustCompile(`name="key"[^>]*value="([\w-]+)"`)

// leads complains unless the answer leads to a page, which it returns.
func leads(t *testing.T, what string, got *httptest.ResponseRecorder) string {
	t.Helper()
	if got.Code != http.StatusSeeOther {
		t.Fatalf("%s: %d %s", what, got.Code, got.Body)
	}
	return got.Header().Get("Location")
}

// Each is a way in which the side store fails under a program that works.
var sideFails = map[string]func(t *testing.T, dsn string, db *sqldb.DB){
	"closed": func(t *testing.T, _ string, db *sqldb.DB) { must(t, db.Side().Close()) },
	"damaged": func(t *testing.T, dsn string, db *sqldb.DB) {
		if db.Engine() == sqldb.Postgres {
			must(t, db.Side().Write(t.Context(), func(tx *sqldb.Tx) error {
				return tx.Define(t.Context(), "ALTER TABLE side_basket_item RENAME COLUMN desk TO broken;\nDROP TABLE side_session;\n")
			}))
			return
		}
		must(t, os.WriteFile(dsn+"-side", []byte(strings.Repeat("nothing ", 4000)), 0o600))
	},
	"full": func(t *testing.T, _ string, db *sqldb.DB) {
		if db.Engine() == sqldb.Postgres {
			must(t, db.Side().Write(t.Context(), func(tx *sqldb.Tx) error {
				return tx.Define(t.Context(), "ALTER TABLE side_basket_item ADD CONSTRAINT full_now CHECK (cents < 0) NOT VALID;\nALTER TABLE side_session ADD CONSTRAINT full_now CHECK (seen_at < 0) NOT VALID;\n")
			}))
			return
		}
		must(t, db.Side().Write(t.Context(), func(tx *sqldb.Tx) error {
			_, err := tx.Exec(t.Context(), "PRAGMA max_page_count = 1")
			return err
		}))
	},
	"locked": func(t *testing.T, dsn string, db *sqldb.DB) {
		other, err := sqldb.Open(t.Context(), dsn)
		must(t, err)
		begun, end, ended := make(chan struct{}), make(chan struct{}), make(chan struct{})
		go func() {
			defer close(ended)
			_ = other.Side().Write(t.Context(), func(tx *sqldb.Tx) error {
				_, err := tx.Exec(t.Context(), "DELETE FROM side_basket_item")
				if err == nil {
					_, err = tx.Exec(t.Context(), "UPDATE side_session SET seen_at = seen_at + 1")
				}
				close(begun)
				<-end
				return err
			})
		}()
		<-begun
		t.Cleanup(func() { close(end); <-ended; must(t, other.Close()) })
	},
}

// TestAPaymentThatIsRecordedIsNoErrorPage takes money at a counter whose side store fails in the moment before the payment is sent.
func TestAPaymentThatIsRecordedIsNoErrorPage(t *testing.T) {
	t.Parallel()
	for name, fails := range sideFails {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			paymenttest.Template.Each(t, func(t *testing.T, dsn string) {
				w := paymenttest.Open(t, dsn)
				v := seat(t, w)
				b := w.Bill(paymenttest.Water, 1250).ID.String()
				leads(t, "into the basket", v.ask(t, "/pay/basket", "bill="+b))
				page := v.get(t, "/pay").Body.String()
				key := payKey.FindStringSubmatch(page)
				if key == nil || !strings.Contains(page, b) {
					t.Fatalf("no form for the bill: %s", page)
				}
				fails(t, dsn, w.DB)
				w.Clock.Advance(6 * time.Minute) // what memory says of the session is old, and its use is to be noted
				form := url.Values{"key": {key[1]}, "bill": {b}, "amount-" + b: {"12,50"}, "tender": {"exact"}}.Encode()
				begun := time.Now()
				paid := leads(t, "the payment", v.ask(t, "/pay", form))
				if took := time.Since(begun); took > 8*time.Second {
					t.Errorf("it took %s", took)
				}
				if got := v.get(t, paid).Body.String(); !strings.Contains(got, "12,50") && !strings.Contains(got, "12.50") {
					t.Errorf("the receipt is not shown: %s", got)
				}
				if again := leads(t, "pressed again", v.ask(t, "/pay", form)); again != paid {
					t.Errorf("pressed again it leads to %s and not to %s", again, paid)
				}
				var payments int
				must(t, w.DB.QueryRow(t.Context(), "SELECT COUNT(*) FROM payment").Scan(&payments))
				if payments != 1 {
					t.Errorf("%d payments", payments)
				}
			})
		})
	}
}

// TestABasketCostsNoDurableCommit listens to the writer of the money while everything else is done that a payment needs. A payer who is opened costs one
// commit, which begins the visit where there is none: that is a line of the journal.
func TestABasketCostsNoDurableCommit(t *testing.T) {
	t.Parallel()
	paymenttest.Template.Each(t, func(t *testing.T, dsn string) {
		w := paymenttest.Open(t, dsn)
		v := seat(t, w)
		one, two, scanned := w.Bill(paymenttest.Water, 1250), w.Bill(paymenttest.Council, 300), w.Bill(paymenttest.Water, 411)
		b, further := one.ID.String(), two.ID.String()
		heard := make(chan string, 1000)
		w.DB.Watch(func(s sqldb.Statement) {
			if s.Query == "COMMIT" {
				heard <- s.Query
			}
		})
		costs := func(what string, want int) {
			t.Helper()
			if n := len(heard); n != want {
				t.Errorf("%s: %s cost %d commits, want %d", dbtest.Engine(dsn), what, n, want)
			}
			for range len(heard) {
				<-heard
			}
		}
		w.Clock.Advance(6 * time.Minute)
		v.ask(t, "/pay/find", url.Values{"q": {one.Number}}.Encode())
		costs("a number that is typed, which begins the visit,", 1)
		v.ask(t, "/pay/find", url.Values{"q": {two.Number}}.Encode())
		costs("another one", 1)
		paper := "BCD\n002\n1\nSCT\n\nSIA Udens\nLV80BANK0000435195001\nEUR4.11\n\n\n" + scanned.Number
		v.ask(t, "/pay/find", url.Values{"code": {paper}}.Encode())
		leads(t, "out of the basket", v.ask(t, "/pay/basket/remove", "bill="+scanned.ID.String()))
		costs("the paper that a client has brought", 0)
		leads(t, "into the basket", v.ask(t, "/pay/basket", "bill="+b))
		leads(t, "into the basket", v.ask(t, "/pay/basket", "bill="+further))
		leads(t, "into the basket again", v.ask(t, "/pay/basket", "bill="+b))
		page := v.get(t, "/pay").Body.String()
		if !strings.Contains(page, b) || !strings.Contains(page, further) {
			t.Fatalf("both bills are not in the basket: %s", page)
		}
		if got := v.ask(t, "/pay/draft", url.Values{"bill": {b}, "amount-" + b: {"5,00"}}.Encode()); got.Code != http.StatusNoContent {
			t.Errorf("the draft: %d", got.Code)
		}
		leads(t, "out of the basket", v.ask(t, "/pay/basket/remove", "bill="+further))
		costs("the rest of a basket", 0)
		form := url.Values{"key": payKey.FindStringSubmatch(page)[1:2], "bill": {b}, "amount-" + b: {"12,50"}, "tender": {"exact"}}.Encode()
		leads(t, "the payment", v.ask(t, "/pay", form))
		costs("a payment", 1)
	})
}

// Whoever telephones reads out the check code of the paper that he holds: of a copy, a void or a refund too.
func TestTheDesksPageHasTheCheckCodeOfEveryPaper(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		clerk := apptest.New(t, w.App).Person("Ilze", "clerk", scope.Centre("dzerbene"), dzerbene)
		w.OpenTill(dzerbene)
		paid := w.Pay(dzerbene, w.Bill(paymenttest.Water, 1230)).Payments[0]
		for range 2 {
			_, err := w.Payment.Reprint(t.Context(), w.At(dzerbene), paid.Receipt.Series, paid.Receipt.Number)
			must(t, err)
		}
		out, err := w.Payment.Void(t.Context(), w.At(dzerbene), paid.ID, payment.WrongBill)
		must(t, err)
		page := clerk.Get("/payments/" + paid.ID.String()).Is(http.StatusOK)
		for _, n := range []payment.Numbered{paid.Receipt, *out} {
			d, err := paymentsql.Store{}.Document(t.Context(), w.DB, n.Series, n.Number)
			must(t, err)
			papers := []*payment.Copy{nil}
			for i := range d.Copies {
				papers = append(papers, &d.Copies[i])
			}
			for _, c := range papers {
				code, err := w.Payment.Code(t.Context(), w.DB, d, c)
				must(t, err)
				page.Says(code.CheckCode())
			}
		}
	})
}

// The receipt says who gives it, who took the money, and where it is checked, also where nobody has said what the program's address is.
func TestAReceiptNamesItsIssuerAndTheCashier(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		clerk := apptest.New(t, w.App).Person("Ilze", "clerk", scope.Centre("dzerbene"), dzerbene)
		network := journal.Request{By: paymenttest.Clerk, Desk: "NETWORK", Key: "issuer"}
		must(t, w.Office.SetIssuer(t.Context(), network, office.Issuer{
			Municipality: "0026000", Basis: dated.On("2026-01-01", "a", "b"), Name: "Cēsu novada pašvaldība", Number: "40003032949", Address: "Raunas iela 4", Phone: "+371 64100000",
		}))
		w.OpenTill(dzerbene)
		r := w.At(dzerbene)
		r.By = actor.Staff(clerk.ID.String(), "clerk")
		basket, err := w.Payment.Take(t.Context(), r, paymenttest.Whole(w.Bill(paymenttest.Water, 1230)))
		must(t, err)
		page := clerk.Get("/pay/baskets/" + basket.ID.String()).Is(http.StatusOK)
		for _, said := range []string{"Cēsu novada pašvaldība", "reģ. Nr. 40003032949, Raunas iela 4, tālr. +371 64100000", "Naudu pieņēma", "Ilze", "Kasiera paraksts", "example.com/verify", "DZ-1", "otrreiz"[1:]} {
			page.Says(said)
		}
		network.Key = "signing"
		must(t, w.Office.SetSigning(t.Context(), network, office.Signing{Basis: dated.On("2026-01-01", "a", "b"), Unsigned: true, Sentence: "Derīgs bez paraksta."}))
		page = clerk.Get("/pay/baskets/" + basket.ID.String()).Is(http.StatusOK).Says("Derīgs bez paraksta.")
		if sheet := page.Body[strings.Index(page.Body, "<article"):]; strings.Contains(sheet, "Kasiera paraksts") || strings.Contains(sheet, "Ilze") {
			t.Error("a receipt that needs no signature has a line for one")
		}
	})
}
