package payment_test

import (
	"slices"
	"testing"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/bill"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/paymentsql"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/resume"
	"vienkopus/internal/till"
	"vienkopus/internal/visit"
	"vienkopus/internal/visit/visitsql"
)

const (
	desk   = "DZE-1"
	beside = "CES-1"
)

var store paymentsql.Store

// Three bills of two creditors, partly by card: two receipts, chained; bills, ledger and count say the same.
func TestOneBasketTwoReceipts(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		w.OpenTill(desk)
		water, tax, more := w.Bill(paymenttest.Water, 1230), w.Bill(paymenttest.Council, 4000), w.Bill(paymenttest.Water, 570)
		o := paymenttest.Whole(water, tax, more)
		o.Items[1].Cents = 1500 // a part of the tax
		o.Card, o.Slip, o.Given = 2000, "004512", 5000
		basket, err := w.Payment.Take(t.Context(), w.At(desk), o)
		if err != nil {
			t.Fatal(err)
		}
		if len(basket.Payments) != 2 || basket.Change != 5000-1300 {
			t.Fatalf("%d payments, change %s", len(basket.Payments), basket.Change)
		}
		first, second := basket.Payments[0], basket.Payments[1]
		if first.Creditor != paymenttest.Water || first.Total() != 1800 || second.Total() != 1500 || len(first.Lines) != 2 {
			t.Errorf("payments: %+v %+v", first, second)
		}
		if first.Receipt.Number != 1 || second.Receipt.Number != 2 || second.Receipt.Previous != first.Receipt.Link || first.Receipt.Series != desk {
			t.Errorf("receipts: %+v %+v", first.Receipt, second.Receipt)
		}
		if first.Cents(till.Card) != 1800 || second.Cents(till.Card) != 200 || second.Cents(till.Cash) != 1300 {
			t.Errorf("parts: %v %v", first.Parts, second.Parts)
		}
		wantDue(t, w, water.ID, bill.Paid, 0)
		wantDue(t, w, tax.ID, bill.PartlyPaid, 2500)
		wantCode(t, w, first.Receipt, receipt.Payment, 1800)
		wantCode(t, w, second.Receipt, receipt.Payment, 1500)
		acts, err := visitsql.Store{}.Acts(t.Context(), w.DB, first.Visit)
		if err != nil || len(acts) != 2 || acts[0].Kind != catalogue.Payment || acts[0].Service != "municipality-water" || first.Visit != second.Visit {
			t.Errorf("acts: %+v, %v", acts, err)
		}
		stored, err := store.Basket(t.Context(), w.DB, basket.ID)
		if err != nil || len(stored) != 2 || stored[0].Total() != 1800 || stored[1].Name() != "DZE-1 2" {
			t.Errorf("stored: %+v, %v", stored, err)
		}
		w.Sound()
	})
}

func wantDue(t *testing.T, w *paymenttest.World, b id.ID, state bill.State, total money.Amount) {
	t.Helper()
	read, err := w.ReadBill(b)
	if err != nil {
		t.Fatal(err)
	}
	if due := bill.DueOn(read, nil, paymenttest.Day); due.State != state || due.Total != total {
		t.Errorf("bill: %s, %s due; want %s, %s", due.State, due.Total, state, total)
	}
}

// wantCode signs the receipt, twice, and has a stranger check it with the published keys.
func wantCode(t *testing.T, w *paymenttest.World, n payment.Numbered, kind receipt.Kind, total money.Amount) {
	t.Helper()
	d, err := store.Document(t.Context(), w.DB, n.Series, n.Number)
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for range 2 {
		code, err := w.Payment.Code(t.Context(), w.DB, d, nil)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, code.Text())
	}
	keys, err := w.Keyring.Public(t.Context(), w.DB)
	if err != nil {
		t.Fatal(err)
	}
	seen, err := receipt.CheckText(texts[0], keys, w.Clock.Now())
	if err != nil || seen.Verdict != receipt.Valid || seen.Receipt.Kind != kind || seen.Receipt.Total != total || seen.Link != n.Link.String() {
		t.Errorf("%s: %+v, %v", n.Name(), seen, err)
	}
	if texts[0] != texts[1] {
		t.Error("the same receipt has two codes")
	}
	if kind == receipt.Payment {
		for _, l := range d.Lines {
			if !seen.Receipt.Pays(l.Number, l.Cents) {
				t.Errorf("the code does not pay %s of bill %s", l.Cents, l.Number)
			}
		}
	}
}

func TestTheSamePaymentTwiceIsOne(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		w.OpenTill(desk)
		r, o := w.At(desk), paymenttest.Whole(w.Bill(paymenttest.Water, 1230))
		first, err := w.Payment.Take(t.Context(), r, o)
		if err != nil {
			t.Fatal(err)
		}
		again, err := w.Payment.Take(t.Context(), r, o)
		if err != nil || again.ID != first.ID || len(again.Payments) != 1 || again.Payments[0].Receipt != first.Payments[0].Receipt {
			t.Errorf("again: %+v, %v", again, err)
		}
		o.Items[0].Cents = 5
		_, err = w.Payment.Take(t.Context(), r, o)
		paymenttest.WantFault(t, err, fault.Conflict, "request.key_reused")
		w.Sound()
	})
}

func TestWhatCannotBePaid(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		b := w.Bill(paymenttest.Water, 1230)
		take := func(change func(*payment.Order)) error {
			o := paymenttest.Whole(b)
			change(&o)
			_, err := w.Payment.Take(t.Context(), w.At(desk), o)
			return err
		}
		paymenttest.WantFault(t, take(func(*payment.Order) {}), fault.Conflict, "till.no_shift")
		w.OpenTill(desk)
		for name, c := range map[string]struct {
			change func(*payment.Order)
			kind   fault.Kind
			key    string
		}{
			"nothing":           {func(o *payment.Order) { o.Items = nil }, fault.Invalid, "payment.items"},
			"zero":              {func(o *payment.Order) { o.Items[0].Cents = 0 }, fault.Invalid, "payment.amount"},
			"negative":          {func(o *payment.Order) { o.Items[0].Cents = -5 }, fault.Invalid, "payment.amount"},
			"too much":          {func(o *payment.Order) { o.Items[0].Cents = payment.LargestItem + 1 }, fault.Invalid, "payment.amount"},
			"twice":             {func(o *payment.Order) { o.Items = append(o.Items, o.Items[0]) }, fault.Invalid, "payment.bill_twice"},
			"unknown":           {func(o *payment.Order) { o.Items[0].Bill = id.New(w.Clock.Now()) }, fault.NotFound, "bill.unknown"},
			"above the due":     {func(o *payment.Order) { o.Items[0].Cents = 1231 }, fault.Conflict, "payment.above_due"},
			"card without slip": {func(o *payment.Order) { o.Card = 5 }, fault.Invalid, "payment.slip"},
			"slip without card": {func(o *payment.Order) { o.Slip = "12" }, fault.Invalid, "payment.slip"},
			"card above all":    {func(o *payment.Order) { o.Card, o.Slip = 1231, "12" }, fault.Invalid, "payment.card_amount"},
			"card below zero":   {func(o *payment.Order) { o.Card, o.Slip = -1, "12" }, fault.Invalid, "payment.card_amount"},
			"too little cash":   {func(o *payment.Order) { o.Given = 1229 }, fault.Invalid, "payment.given_too_little"},
			"no such reason":    {func(o *payment.Order) { o.Because = "because" }, fault.Invalid, "payment.because"},
			"name on two lines": {func(o *payment.Order) { o.Payer = "a\nb" }, fault.Invalid, "payment.payer"},
			"name turned round": {func(o *payment.Order) { o.Payer = "a\u202eb" }, fault.Invalid, "payment.payer"},
			"paper of tomorrow": {func(o *payment.Order) { o.Paper = paper("A", 1, paymenttest.Day.AddDays(1)) }, fault.Invalid, "payment.paper_day"},
			"paper of no book":  {func(o *payment.Order) { o.Paper = paper("a b", 1, paymenttest.Day) }, fault.Invalid, "payment.paper_book"},
			"paper of number 0": {func(o *payment.Order) { o.Paper = paper("A", 0, paymenttest.Day) }, fault.Invalid, "payment.paper_number"},
		} {
			t.Run(name, func(t *testing.T) { paymenttest.WantFault(t, take(c.change), c.kind, c.key) })
		}
		wantDue(t, w, b.ID, bill.Open, 1230)
		if err := take(func(o *payment.Order) { o.Items[0].Cents, o.Because = 2000, payment.InAdvance }); err != nil {
			t.Error(err)
		}
		wantDue(t, w, b.ID, bill.Overpaid, 0)
		w.Sound()
	})
}

func paper(book string, number uint32, day civil.Date) *payment.OnPaper {
	return &payment.OnPaper{Paper: payment.Paper{Book: book, Number: number}, Day: day}
}

// Somebody pays what was paid: the screen says which receipt that was, and the payment passes once she says why.
func TestPerhapsAlreadyPaid(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		w.OpenTill(desk)
		w.OpenTill(beside)
		b := w.Bill(paymenttest.Water, 1230)
		w.Pay(desk, b)
		_, err := w.Payment.Take(t.Context(), w.At(beside), paymenttest.Whole(b))
		paymenttest.WantFault(t, err, fault.Conflict, "payment.perhaps_paid")
		if f := fault.First(err); f.Args[3] != "DZE-1 1" || f.Args[5] != "20.11.2026" {
			t.Errorf("it names %v", f.Args)
		}
		o := paymenttest.Whole(b)
		o.Because = payment.ClientInsists
		if _, err := w.Payment.Take(t.Context(), w.At(beside), o); err != nil {
			t.Error(err)
		}
		// The same part once more within a month, though the bill is open.
		tax := w.Bill(paymenttest.Council, 4000)
		part := payment.Order{Cash: true, Items: []payment.Item{{Bill: tax.ID, Cents: 1000}}}
		if _, err := w.Payment.Take(t.Context(), w.At(desk), part); err != nil {
			t.Error(err)
		}
		_, err = w.Payment.Take(t.Context(), w.At(desk), part)
		paymenttest.WantFault(t, err, fault.Conflict, "payment.perhaps_paid")
		w.Sound()
	})
}

func TestAReceiptFromThePaperBook(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		w.OpenTill(desk)
		b := w.Bill(paymenttest.Water, 1230)
		yesterday := paymenttest.Day.AddDays(-1)
		o := paymenttest.Whole(b)
		o.Paper = paper("A-7", 112, yesterday)
		basket, err := w.Payment.Take(t.Context(), w.At(desk), o)
		if err != nil {
			t.Fatal(err)
		}
		if p := basket.Payments[0]; p.Name() != "A-7 112" || p.Day != yesterday || p.Receipt != (payment.Numbered{}) {
			t.Errorf("%+v", p)
		}
		next := paymenttest.Whole(w.Bill(paymenttest.Water, 100))
		next.Paper = o.Paper
		_, err = w.Payment.Take(t.Context(), w.At(desk), next)
		paymenttest.WantFault(t, err, fault.Conflict, "payment.paper_taken")
		if p := w.Pay(desk, w.Bill(paymenttest.Water, 100)).Payments[0]; p.Receipt.Number != 1 {
			t.Errorf("the paper took a number of ours: %+v", p.Receipt)
		}
		w.Sound()
	})
}

func TestAClockThatWasSetBackTakesNoMoney(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		w.OpenTill(desk)
		w.Pay(desk, w.Bill(paymenttest.Water, 100))
		o := paymenttest.Whole(w.Bill(paymenttest.Water, 200))
		w.Clock.Advance(-time.Hour)
		_, err := w.Payment.Take(t.Context(), w.At(desk), o)
		paymenttest.WantFault(t, err, fault.Conflict, "payment.clock")
		w.Clock.Advance(59 * time.Minute) // a computer may set its clock a little back
		if _, err := w.Payment.Take(t.Context(), w.At(desk), o); err != nil {
			t.Error(err)
		}
		w.Sound()
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A clock stood a month ahead while two payments were taken. The desk goes on when somebody has said so, in a new series, and what was counted moves to the right month.
func TestAClockThatStoodAheadClosesNoDesk(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		w.OpenTill(desk)
		w.Pay(desk, w.Bill(paymenttest.Water, 100))
		heads := func() int64 {
			h, err := w.Journal.Head(t.Context(), w.DB, desk)
			must(t, err)
			return h.Number
		}
		first := heads() + 1
		const ahead = 31
		w.Clock.Advance(ahead * 24 * time.Hour)
		wrong := []payment.Payment{w.Pay(desk, w.Bill(paymenttest.Water, 200)).Payments[0], w.Pay(desk, w.Bill(paymenttest.Council, 300)).Payments[0]}
		last := heads()
		w.Clock.Advance(-ahead * 24 * time.Hour)
		o := paymenttest.Whole(w.Bill(paymenttest.Water, 400))
		_, err := w.Payment.Take(t.Context(), w.At(desk), o)
		paymenttest.WantFault(t, err, fault.Conflict, "payment.clock")
		jumps, err := resume.ClockJumps(t.Context(), w.DB, w.Clock.Now())
		must(t, err)
		jumps = slices.DeleteFunc(jumps, func(j resume.ClockJump) bool { return j.Desk != desk }) // the bills came meanwhile too
		if len(jumps) != 1 || jumps[0].Desk != desk || jumps[0].First != first || jumps[0].Last != last {
			t.Fatalf("%+v, want lines %d to %d", jumps, first, last)
		}
		count := func(month string) (n int) {
			must(t, w.DB.QueryRow(t.Context(), `SELECT COALESCE(SUM(n), 0) FROM tally_kind WHERE desk = $1 AND month = $2`, desk, month).Scan(&n))
			return n
		}
		month, next := civil.MonthOf(paymenttest.Day).String(), civil.MonthOf(paymenttest.Day.AddDays(ahead)).String()
		was, gone := count(month), count(next)
		if gone < 2 {
			t.Fatalf("%d acts count in %s: this proves nothing", gone, next)
		}
		mend := func(shift int) (int, error) {
			return w.Visit.CorrectDays(t.Context(), w.At(desk), visit.Redating{First: first, Last: last, Shift: shift})
		}
		for _, shift := range []int{0, 1, 401} {
			_, err := mend(shift)
			paymenttest.WantFault(t, err, fault.Invalid, "visit.redate_shift")
		}
		for i, some := range []bool{true, false} { // asked again it finds nothing
			moved, err := mend(-ahead)
			if must(t, err); some != (moved > 0) {
				t.Errorf("%d: %d visits moved", i, moved)
			}
		}
		if now, left := count(month), count(next); now != was+gone || left != 0 {
			t.Errorf("%d and %d count, were %d and %d", now, left, was, gone)
		}
		_, err = w.Journal.Resume(t.Context(), paymenttest.Clerk, []journal.Resumption{{Desk: desk, Why: "the clock stood a month ahead"}})
		must(t, err)
		b, err := w.Payment.Take(t.Context(), w.At(desk), o)
		must(t, err)
		if got := b.Payments[0].Receipt; got.Series != desk+"/2" || got.Number != 1 {
			t.Errorf("%+v", got)
		}
		if _, err := w.Payment.Reprint(t.Context(), w.At(desk), wrong[0].Receipt.Series, wrong[0].Receipt.Number); err != nil {
			t.Errorf("no copy of what the client has in his hands: %v", err)
		}
		if _, err := w.Payment.Void(t.Context(), w.At(desk), wrong[1].ID, payment.ClientsWish); err != nil {
			t.Errorf("no void: %v", err)
		}
		w.Sound()
	})
}

func TestAClosedPeriodTakesNoPaper(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		w.OpenTill(desk)
		last := paymenttest.Day.AddDays(-3)
		if _, err := w.Ledger.Close(t.Context(), journal.Request{By: paymenttest.Clerk, Desk: "OFFICE-0026000", Key: "close"}, "0026000", last); err != nil {
			t.Fatal(err)
		}
		o := paymenttest.Whole(w.Bill(paymenttest.Water, 100))
		o.Paper = paper("A", 1, last)
		_, err := w.Payment.Take(t.Context(), w.At(desk), o)
		paymenttest.WantFault(t, err, fault.Conflict, "ledger.period_closed")
	})
}

// More bills of one creditor than a receipt can name.
func TestManyBillsOfOneCreditor(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		w.OpenTill(desk)
		var all []bill.Bill
		for range receipt.MaxBills + 2 {
			all = append(all, w.Bill(paymenttest.Water, 100))
		}
		basket := w.Pay(desk, all...)
		if len(basket.Payments) != 2 || len(basket.Payments[0].Lines) != receipt.MaxBills || len(basket.Payments[1].Lines) != 2 {
			t.Errorf("%+v", basket.Payments)
		}
		for _, p := range basket.Payments {
			wantCode(t, w, p.Receipt, receipt.Payment, p.Total())
		}
		w.Sound()
	})
}
