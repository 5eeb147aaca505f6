package trailhttp_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"vienkopus/internal/app/apptest"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/platform/sqldb"
)

// Every line of a shift leads the office to its payment, and to no payment of another municipality.
func TestTheOfficesShiftLeadsToItsPayments(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		n := newTown(t, w)
		shift := w.OpenTill(desk)
		paid := w.Pay(desk, w.Bill(paymenttest.Water, 1230)).Payments[0]
		n.closeTill("B-1")
		site := apptest.New(t, w.App)
		auditor := site.Person("Zane", "auditor", scope.Municipality("0026000"), "")
		line := fmt.Sprintf("/office/0026000/payments/%s/%d", desk, paid.Entry)
		auditor.Get("/office/0026000/till/shifts/" + shift.ID.String()).Is(http.StatusOK).Says(`href="` + line + `"`)
		auditor.Get(line).Is(http.StatusOK).Says(paid.Name()).Says("12,30").Says("/office/0026000/till/shifts/" + shift.ID.String())
		auditor.Get(fmt.Sprintf("/office/0026000/payments/%s/%d", desk, paid.Entry+1000)).Is(http.StatusNotFound)
		auditor.Get("/office/0026000/payments/" + desk + "/x").Is(http.StatusNotFound)
		site.Person("Ivo", "auditor", scope.Network, "").Get(strings.Replace(line, "0026000", "0021000", 1)).Is(http.StatusNotFound)
	})
}

// A database that was put back may hold two receipts under one number: whoever prints one, or is asked about it, is told.
func TestATwinOfAReceiptIsSaidOnItsPage(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		n := newTown(t, w)
		w.OpenTill(desk)
		w.Pay(desk, w.Bill(paymenttest.Water, 990))
		first := w.Pay(desk, w.Bill(paymenttest.Water, 1230)).Payments[0]
		second := w.Pay(desk, w.Bill(paymenttest.Water, 4560)).Payments[0]
		page, print := "/payments/"+first.ID.String(), "/receipts?series="+desk+"&number=2"
		const says = "ir vēl viena kvīts"
		for _, path := range []string{page, print} {
			if strings.Contains(n.clerk.Get(path).Is(http.StatusOK).Body, says) {
				t.Errorf("%s speaks of a twin that is not there", path)
			}
		}
		n.must(w.DB.Write(t.Context(), func(tx *sqldb.Tx) error {
			return tx.Run(t.Context(), "test", `UPDATE payment SET number = 2 WHERE id = $1`, second.ID)
		}))
		n.clerk.Get(page).Is(http.StatusOK).Says(says)
		n.clerk.Get(print).Is(http.StatusOK).Says(says)
	})
}
