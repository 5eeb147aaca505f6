package trailhttp_test

import (
	"testing"
	"time"

	"vienkopus/internal/bill"
	"vienkopus/internal/payment/notice"
	"vienkopus/internal/payment/paymentsql"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/platform/journal"
)

// What a creditor's system has confirmed is said with its time; when the side store is lost the time is lost, and not the answer.
func TestWhatTheCreditorConfirmedIsSaid(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		n := newTown(t, w)
		notify := "https://example.com/told"
		link := bill.Connection{Creditor: paymenttest.Water, Notify: &notify, Secret: "whsec-0123456789abcdef"}
		n.must(w.App.Bill.Connect(t.Context(), journal.Request{By: paymenttest.Clerk, Desk: "NETWORK", Key: "connect"}, link))
		w.OpenTill(desk)
		first := w.Pay(desk, w.Bill(paymenttest.Water, 1230)).Payments[0]
		second := w.Pay(desk, w.Bill(paymenttest.Water, 500)).Payments[0]
		code := n.code(first.Receipt, 0).CheckCode()
		n.says(code, "vēl nav. Saņēmēja sistēmai par maksājumu ziņo atkārtoti, līdz tā atbild.")
		told := paymentsql.Confirmations{DB: w.DB.Side(paymentsql.ConfirmedTables)}
		n.must(told.Note(t.Context(), first.ID.String(), w.Clock.Now().Add(time.Minute)))
		n.must(told.Note(t.Context(), first.ID.String(), w.Clock.Now().Add(time.Hour))) // told twice
		n.says(code, "20.11.2026 11:01 saņēmēja sistēma atbildēja, ka zina par šo maksājumu.")
		other := n.code(second.Receipt, 0).CheckCode()
		n.says(other, "vēl nav. Saņēmēja sistēmai")
		n.must(w.Journal.Seen(t.Context(), notice.Kind, []journal.Head{{Desk: desk, Number: second.Entry}}))
		n.says(other, "</strong> Saņēmēja sistēma atbildēja, ka zina par šo maksājumu.")
	})
}
