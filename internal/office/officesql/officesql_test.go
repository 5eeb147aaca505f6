package officesql_test

import (
	"testing"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/dated"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/office"
	"vienkopus/internal/office/officesql"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/platform/journal"
)

func request(key string) journal.Request {
	return journal.Request{By: paymenttest.Clerk, Desk: "NETWORK", Key: key}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestAnIssuerHoldsFromItsDay(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		one := office.Issuer{
			Municipality: "0026000", Basis: dated.On("2026-01-01", "a", "b"), Name: "Cēsu novada pašvaldība", Number: "40003032949", Address: "Raunas iela 4", Phone: "+371 64100000",
		}
		must(t, w.Office.SetIssuer(t.Context(), request("1"), one))
		one.Basis, one.Address = dated.On("2027-01-01", "It moves.", "c"), "Rīgas iela 1"
		must(t, w.Office.SetIssuer(t.Context(), request("2"), one))
		for day, want := range map[string]string{"2025-12-31": "", "2026-01-01": "Raunas iela 4", "2026-12-31": "Raunas iela 4", "2027-01-01": "Rīgas iela 1"} {
			got, err := officesql.Store{}.IssuerOn(t.Context(), w.DB, "0026000", civil.MustDate(day))
			must(t, err)
			if got.Address != want {
				t.Errorf("%s: %q, want %q", day, got.Address, want)
			}
		}
		other, err := officesql.Store{}.IssuerOn(t.Context(), w.DB, "0021000", civil.MustDate("2026-06-01"))
		if must(t, err); other.Name != "" {
			t.Errorf("another municipality has %s", other.Name)
		}
		for name, c := range map[string]struct {
			change func(*office.Issuer)
			kind   fault.Kind
			key    string
		}{
			"nobody's number": {func(i *office.Issuer) { i.Number = "40003032940" }, fault.Invalid, "bill.creditor_number"},
			"two lines":       {func(i *office.Issuer) { i.Name = "Cēsu\nnovads" }, fault.Invalid, "office.issuer_line"},
			"no telephone":    {func(i *office.Issuer) { i.Phone = "" }, fault.Invalid, "office.issuer_line"},
			"no reason":       {func(i *office.Issuer) { i.Why = "" }, fault.Invalid, "dated.why"},
			"nowhere":         {func(i *office.Issuer) { i.Municipality = "9999999" }, fault.NotFound, "territory.municipality_unknown"},
		} {
			bad := one
			c.change(&bad)
			paymenttest.WantFault(t, w.Office.SetIssuer(t.Context(), request(name), bad), c.kind, c.key)
		}
		w.Sound()
	})
}

// Without a rule a receipt is signed; without a signature it says what allows that.
func TestReceiptsAreSignedUnlessTheNetworkSaysWhy(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		must(t, w.Office.SetSigning(t.Context(), request("1"), office.Signing{Basis: dated.On("2026-06-01", "a", "b"), Unsigned: true, Sentence: "Derīgs bez paraksta."}))
		must(t, w.Office.SetSigning(t.Context(), request("2"), office.Signing{Basis: dated.On("2026-07-01", "a", "b")}))
		for day, want := range map[string]string{"2026-05-31": "", "2026-06-15": "Derīgs bez paraksta.", "2026-07-01": ""} {
			got, err := officesql.Store{}.SigningOn(t.Context(), w.DB, civil.MustDate(day))
			must(t, err)
			if got.Sentence != want || got.Unsigned != (want != "") {
				t.Errorf("%s: %+v", day, got)
			}
		}
		bad := office.Signing{Basis: dated.On("2026-08-01", "a", "b"), Unsigned: true}
		paymenttest.WantFault(t, w.Office.SetSigning(t.Context(), request("3"), bad), fault.Invalid, "office.issuer_line")
	})
}
