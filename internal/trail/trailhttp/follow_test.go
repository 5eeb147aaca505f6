package trailhttp_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/app/apptest"
	"vienkopus/internal/bank"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/lookup"
	"vienkopus/internal/payment/paymentsql"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/html/htmltest"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/till"
	"vienkopus/internal/till/tillsql"
)

const (
	desk    = "DZE-1"
	office  = "OFFICE-0026000"
	account = "LV80BANK0000435195001"
)

// town is the network of paymenttest with somebody who holds a receipt.
type town struct {
	*paymenttest.World
	t       *testing.T
	nobody  *apptest.Browser
	clerk   *apptest.Browser
	counter int
}

func newTown(t *testing.T, w *paymenttest.World) *town {
	t.Helper()
	site := apptest.New(t, w.App)
	return &town{World: w, t: t, nobody: site.Visitor(), clerk: site.Person("Ilze", "clerk", scope.Centre("dzerbene"), desk)}
}

func (n *town) must(err error) {
	n.t.Helper()
	if err != nil {
		n.t.Fatal(err)
	}
}

// by is a request of somebody at the office.
func (n *town) by(who, role string) journal.Request {
	n.counter++
	return journal.Request{By: actor.Staff(who, role), Desk: office, Key: fmt.Sprintf("o%d", n.counter)}
}

// code is the check code that stands on the paper of a receipt, or of one of its copies.
func (n *town) code(of payment.Numbered, copied int) *receipt.Code {
	n.t.Helper()
	d, err := paymentsql.Store{}.Document(n.t.Context(), n.DB, of.Series, of.Number)
	n.must(err)
	var c *payment.Copy
	if copied > 0 {
		c = &d.Copies[copied-1]
	}
	code, err := n.Payment.Code(n.t.Context(), n.DB, d, c)
	n.must(err)
	return code
}

// ask is what somebody reads who types a code.
func (n *town) ask(code string) apptest.Answer {
	n.t.Helper()
	return n.nobody.Get("/follow?" + url.Values{"code": {code}}.Encode())
}

// says fails unless the page of a code says all of it, and nothing of what it must not.
func (n *town) says(code string, texts ...string) {
	n.t.Helper()
	page := n.ask(code).Is(http.StatusOK)
	for _, text := range texts {
		page.Says(text)
	}
	for _, secret := range []string{"Liepa", "Dzērbene, ", "DZ-1", "B-77", "K-1", account} {
		if strings.Contains(htmltest.Main(page.Body), secret) {
			n.t.Errorf("the page tells %q", secret)
		}
	}
}

// passOn has the municipality pass money on that is not in the bank yet, with money of its own: one asks, another decides.
func (n *town) passOn(cents money.Amount) {
	n.t.Helper()
	in := bank.RemitIn{From: account, Through: paymenttest.Day, Parts: []bank.Owing{{Creditor: paymenttest.Water, Cents: cents}}}
	asked, err := n.Bank.AskRemit(n.t.Context(), n.by("s4", "accountant"), in, bank.OwnMoney)
	n.must(err)
	n.must(n.Bank.DecideRemit(n.t.Context(), n.by("s5", "municipal-manager"), asked, true))
}

func (n *town) closeTill(bag string) {
	n.t.Helper()
	s, open, err := tillsql.Store{}.OpenAt(n.t.Context(), n.DB, desk)
	if n.must(err); !open {
		n.t.Fatal("no till is open")
	}
	expected, err := tillsql.Store{}.Expected(n.t.Context(), n.DB, s.ID)
	n.must(err)
	_, err = n.Till.Count(n.t.Context(), n.At(desk), till.CountIn{Pieces: []till.Pieces{{Cents: 1, N: int64(expected)}}})
	n.must(err)
	_, err = n.Till.Close(n.t.Context(), n.At(desk), till.CloseIn{Left: 2000, Bag: bag, Seal: "P1"})
	n.must(err)
}

// The old father says: I do not know how the money goes on, whether it is really paid.
func TestWhoHoldsAReceiptSeesWhereHisMoneyIs(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		n := newTown(t, w)
		ctx := t.Context()
		w.OpenTill(desk)
		paid := w.Pay(desk, w.Bill(paymenttest.Water, 1230)).Payments[0]
		code := n.code(paid.Receipt, 0).CheckCode()
		n.says(code, "Kvīts DZE-1 1", "20.11.2026 11:00", "12,30", "SIA „Vinda”", "Ar šo kvīti samaksāts 20.11.2026.", "vēl nav. Nauda ir kasē", "vēl nav. Pēc tam pašvaldība naudu pārskaita",
			"saņēmēja sistēma šeit nav pieslēgta"[1:])
		n.closeTill("B-77")
		n.says(code, "vēl nav. Nauda saskaitīta un ielikta aizplombētā somā.")
		n.must(w.Till.Give(ctx, w.At(desk), "B-77", ""))
		w.Clock.Advance(time.Hour)
		_, err := w.Till.Take(ctx, n.by("s3", "collector"), "B-77", "P1")
		n.must(err)
		n.says(code, "<strong>Nodota inkasentam.</strong> 20.11.2026 12:00.", "vēl nav. Pēc tam inkasents naudu nodod bankai.")
		_, err = w.Bank.Deposit(ctx, n.by("s3", "collector"), bank.DepositIn{IBAN: account, Bags: []string{"B-77"}, Slip: "K-1"})
		n.must(err)
		n.says(code, "vēl nav. Inkasents naudu nodeva bankai 20.11.2026.")
		w.Clock.Advance(3 * 24 * time.Hour)
		_, err = w.Bank.Import(ctx, n.by("s4", "accountant"), bank.StatementIn{
			IBAN: account, Lines: []bank.LineIn{{Ref: "1", Day: civil.MustDate("2026-11-23"), Cents: 1230, Text: "K-1"}},
		})
		n.must(err)
		n.says(code, "23.11.2026 banka naudu ieskaitīja pašvaldības kontā.", "vēl nav. Pēc tam pašvaldība naudu pārskaita: SIA „Vinda”.")
		w.Clock.Advance(2 * 24 * time.Hour)
		_, err = w.Bank.Remit(ctx, n.by("s4", "accountant"), bank.RemitIn{
			From: account, Through: civil.MustDate("2026-11-24"), Parts: []bank.Owing{{Creditor: paymenttest.Water, Cents: 1230}},
		})
		n.must(err)
		n.says(code, "25.11.2026 pašvaldība naudu pārskaitīja: SIA „Vinda”.")
		for _, language := range []string{"lv", "en", "lt"} {
			page := n.nobody.In(language).Get("/follow?code=" + code).Is(http.StatusOK).Body
			htmltest.Page(t, "follow."+language, strings.ReplaceAll(page, code, "CODE"))
		}
	})
}

// A later remittance of less than was taken has not passed this money on, and one day's card money that came in part has not arrived.
func TestMoneyCountsAsPassedOnOnlyWhenAllBeforeItWas(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		n := newTown(t, w)
		w.OpenTill(desk)
		order := paymenttest.Whole(w.Bill(paymenttest.Water, 1000))
		order.Card, order.Slip = 600, "004512"
		basket, err := w.Payment.Take(t.Context(), w.At(desk), order)
		n.must(err)
		w.Clock.Advance(4 * 24 * time.Hour)
		code := n.code(basket.Payments[0].Receipt, 0).CheckCode()
		for _, step := range []struct {
			card, pass money.Amount
			says       string
		}{
			{599, 0, "vēl nav. Pēc tam banka karšu maksājumus ieskaita"},
			{0, 999, "vēl nav. Pēc tam pašvaldība naudu pārskaita"},
			{1, 0, "24.11.2026 banka naudu ieskaitīja"},
			{0, 1, "24.11.2026 pašvaldība naudu pārskaitīja"},
		} {
			if step.card > 0 {
				ref := fmt.Sprintf("c%d", step.card)
				_, err := w.Bank.Import(t.Context(), n.by("s4", "accountant"), bank.StatementIn{
					IBAN: account, Lines: []bank.LineIn{{Ref: ref, Day: civil.MustDate("2026-11-24"), Cents: step.card}},
				})
				n.must(err)
				_, err = w.Bank.SettleCards(t.Context(), n.by("s4", "accountant"), bank.SettleIn{IBAN: account, Ref: ref})
				n.must(err)
			}
			if step.pass > 0 {
				n.passOn(step.pass)
			}
			n.says(code, step.says)
		}
	})
}

func TestWhatWasTakenBackIsTold(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		n := newTown(t, w)
		w.OpenTill(desk)
		paid := w.Pay(desk, w.Bill(paymenttest.Water, 1230)).Payments[0]
		other := w.Pay(desk, w.Bill(paymenttest.Council, 500)).Payments[0]
		out, err := w.Payment.Void(t.Context(), w.At(desk), paid.ID, payment.WrongBill)
		n.must(err)
		n.says(n.code(paid.Receipt, 0).CheckCode(), "Šis maksājums ir atcelts: 20.11.2026 11:00 klientam atdoti 12,30", "Šis maksājums vairs nav spēkā.")
		if page := n.ask(n.code(paid.Receipt, 0).CheckCode()).Body; strings.Contains(page, "Ar šo kvīti samaksāts") || strings.Contains(page, "inkasent") {
			t.Error("money that was given back is on its way")
		}
		n.says(n.code(*out, 0).CheckCode(), "Atcelšanas kvīts DZE-1/R 1", "Šī kvīts neapliecina, ka ir samaksāts.")
		_, err = w.Payment.Reprint(t.Context(), w.At(desk), other.Receipt.Series, other.Receipt.Number)
		n.must(err)
		n.says(n.code(other.Receipt, 1).CheckCode(), "Jūsu papīrs ir kopija 1", "Kvīts DZE-1 2")
		n.says(n.code(other.Receipt, 0).Text(), "Kvīts DZE-1 2")
	})
}

func TestACodeThatIsNoneTellsNothing(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		n := newTown(t, w)
		w.OpenTill(desk)
		paid := w.Pay(desk, w.Bill(paymenttest.Water, 1230)).Payments[0]
		code := n.code(paid.Receipt, 0)
		n.says(" "+strings.ToLower(strings.ReplaceAll(code.CheckCode(), "-", ""))+" ", "Kvīts DZE-1 1")
		n.says("\ufeff"+code.Text()+"\r\n", "Kvīts DZE-1 1")
		n.ask("DZE-1 1").Is(http.StatusUnprocessableEntity).Says("Tas nav pārbaudes kods.")
		n.ask(code.Text()[:len(code.Text())-3] + "000").Is(http.StatusUnprocessableEntity).Says("Šis kods ir bojāts vai viltots.")
		if page := n.ask("2222-2222-2222"); page.Status != http.StatusNotFound || strings.Contains(page.Body, "DZE-1") {
			t.Errorf("a code that nobody has: %d", page.Status)
		}
	})
}

// Somebody who tries codes one after the other is stopped; whoever mistypes is not.
func TestCodesCannotBeTriedOneAfterTheOther(t *testing.T) {
	t.Parallel()
	n := newTown(t, paymenttest.Open(t, paymenttest.Template.SQLite(t)))
	for range 30 {
		n.ask("2222-2222-2223").Is(http.StatusUnprocessableEntity)
	}
	stopped := 0
	for range 30 {
		if n.ask("2222-2222-2222").Status == http.StatusTooManyRequests {
			stopped++
		}
	}
	if stopped != 10 {
		t.Errorf("%d of 30 guesses were stopped", stopped)
	}
	n.Clock.Advance(time.Minute)
	n.ask("2222-2222-2222").Is(http.StatusNotFound)
}

func TestAListForTheFolderIsMadeFromReceipts(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		n := newTown(t, w)
		w.OpenTill(desk)
		first := w.Pay(desk, w.Bill(paymenttest.Water, 1230)).Payments[0]
		second := w.Pay(desk, w.Bill(paymenttest.Council, 500)).Payments[0]
		out, err := w.Payment.Void(t.Context(), w.At(desk), second.ID, payment.WrongBill)
		n.must(err)
		_, err = w.Payment.Reprint(t.Context(), w.At(desk), first.Receipt.Series, first.Receipt.Number)
		n.must(err)
		at := "/receipts/list"
		add := func(code string) apptest.Answer {
			sep := "?"
			if strings.Contains(at, "?") {
				sep = "&"
			}
			return n.clerk.Get(at + sep + url.Values{"code": {code}}.Encode())
		}
		at = add(n.code(first.Receipt, 0).Text()).Is(http.StatusSeeOther).To
		at = add(n.code(second.Receipt, 0).CheckCode()).Is(http.StatusSeeOther).To
		add(n.code(first.Receipt, 1).CheckCode()).Is(http.StatusUnprocessableEntity).Says("Kvīts DZE-1 1 sarakstā jau ir.")
		add(n.code(*out, 0).CheckCode()).Is(http.StatusUnprocessableEntity).Says("Šī kvīts apliecina, ka nauda ir atdota.")
		page := n.clerk.Get(at).Is(http.StatusOK).Says("Samaksāts 2026. gadā").Says("samaksāts 5,00").Says("2026-000001")
		if !strings.Contains(page.Body, "Kopā 2026. gadā</th><td>12,30") || strings.Contains(htmltest.Main(page.Body), "Liepa") {
			t.Errorf("what was taken back is added up, or somebody is named:\n%s", htmltest.Main(page.Body))
		}
		n.nobody.Get(at).Is(http.StatusSeeOther)
	})
}

// For the accountant: what a payee and the municipality compare, and what was found in a drawer that nobody had announced to count.
func TestActsToPrintAddUp(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		n := newTown(t, w)
		accountant := apptest.New(t, w.App).Person("Rita", "accountant", scope.Municipality("0026000"), "")
		w.OpenTill(desk)
		w.Pay(desk, w.Bill(paymenttest.Water, 1230))
		back := w.Pay(desk, w.Bill(paymenttest.Water, 500)).Payments[0]
		_, err := w.Payment.Void(t.Context(), w.At(desk), back.ID, payment.WrongBill)
		n.must(err)
		w.Pay(desk, w.Bill(paymenttest.Council, 700))
		n.closeTill("B-77")
		n.passOn(1000)
		const acts = "/office/0026000/acts"
		list := accountant.Get(acts + "?month=2026-11").Is(http.StatusOK).Says("SIA „Vinda”").Says(desk + ", 20.11.2026")
		page := accountant.Get(acts + "/payee?month=2026-11&creditor=" + string(paymenttest.Water)).Is(http.StatusOK)
		for _, said := range []string{">17,30\u00a0€", ">−5,00\u00a0€", "Pārskaitīts 20.11.2026", ">−10,00\u00a0€", "30.11.2026 dienas beigās</th><td data-number=\"true\">2,30"} {
			page.Says(said)
		}
		accountant.Get(acts + "/payee?month=2026-12&creditor=" + string(paymenttest.Water)).Is(http.StatusOK).Says("01.12.2026 (dienas sākumā)</th><td data-number=\"true\">2,30")
		_, shift, _ := strings.Cut(list.Body, acts+"/count?shift=")
		shift, _, _ = strings.Cut(shift, `"`)
		accountant.Get(acts + "/count?shift=" + shift).Is(http.StatusOK).Says("Pēkšņās kases pārbaudes akts: kase DZE-1").Says("Starpība</th><td data-number=\"true\">0,00")
		accountant.Get("/office/0021000/acts/count?shift=" + shift).Is(http.StatusForbidden)
		accountant.Get(acts + "?month=2026-13").Is(http.StatusNotFound)
		order := accountant.Get("/office/0026000/summary?centre=dzerbene&day=2026-11-20").Is(http.StatusOK)
		for _, said := range []string{"dzerbene 1/2026", "DZE-1 1–3, DZE-1/R 1"} {
			order.Says(said)
		}
		for name, path := range map[string]string{"acts.lv": acts + "?month=2026-11", "act-payee.lv": acts + "/payee?month=2026-11&creditor=" + string(paymenttest.Water), "act-count.lv": acts + "/count?shift=" + shift} {
			htmltest.Page(t, name, accountant.Get(path).Is(http.StatusOK).Body)
		}
	})
}

// Anybody may check the specimen, and nobody may take it for money: its code is valid and says in its signed part what it is.
func TestTheSpecimenIsSoundAndPaysNothing(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		n := newTown(t, w)
		n.nobody.Get("/specimen").Is(http.StatusOK).Says("PARAUGS").Says("Par to nekas nav samaksāts.").Says("example.com/verify")
		key, err := w.Keyring.Current(t.Context(), w.DB, w.Clock.Now())
		n.must(err)
		code, err := w.Payment.Code(t.Context(), w.DB, payment.Document{
			Kind: receipt.Payment, At: w.Clock.Now(), Creditor: lookup.Specimen, Lines: []payment.Line{{Number: lookup.Specimen, Cents: 1}},
			Parts: []till.Part{{Tender: till.Cash, Cents: 1}}, Receipt: payment.Numbered{Node: key.Public().Node, Series: lookup.Specimen, Number: 1, Key: key.Public().ID},
		}, nil)
		n.must(err)
		n.nobody.Get("/specimen").Says(code.CheckCode())
		n.ask(code.Text()).Is(http.StatusUnprocessableEntity).Says("Tas ir paraugs.")
	})
}
