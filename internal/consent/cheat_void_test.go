package consent_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"vienkopus/internal/base/money"
	"vienkopus/internal/consent/consentsql"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/paymentroom"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/till"
	"vienkopus/internal/till/tillsql"
)

// evening has an hour pass, within the day.
func (c *cheat) evening(*rapid.T) error {
	if c.Clock.Now().Hour() < 14 {
		c.Clock.Advance(70 * time.Minute)
	}
	return nil
}

// end lets the client go.
func (c *cheat) end(r *rapid.T) error {
	if len(c.paid) == 0 {
		return nil
	}
	p := rapid.SampledFrom(c.paid).Draw(r, "payment")
	err := c.Visit.Close(c.t.Context(), c.At(p.Desk), p.Visit)
	if err == nil {
		c.ended[p.Visit] = true
	}
	return err
}

// askVoid asks about a void, says yes by an account of her own, and records it: what she may not alone she may not so either.
func (c *cheat) askVoid(r *rapid.T) error {
	if len(c.paid) == 0 {
		return nil
	}
	p := rapid.SampledFrom(c.paid).Draw(r, "payment")
	asked, err := c.Payment.AskVoid(c.t.Context(), c.at(r, p.Desk), p.ID, payment.ClientsWish)
	if err != nil {
		return err
	}
	c.asked = append(c.asked, asked)
	q, err := consentsql.Store{}.Question(c.t.Context(), c.DB, asked)
	if err != nil {
		return err
	}
	_, err = c.Payment.VoidAgreed(c.t.Context(), c.at(r, p.Desk), q)
	if err == nil {
		c.t.Error("she voided alone what she had only asked about")
	}
	return err
}

// traces sees that the pages of the office show every void of every shift and all that was given away of late fees, and that no account and no desk has given away more than the limit alone.
func traces(t *testing.T, w *paymenttest.World) {
	t.Helper()
	count := func(query string) (n int64) {
		if err := w.DB.QueryRow(t.Context(), query).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	shifts, err := tillsql.Store{}.Shifts(t.Context(), w.DB, till.ShiftFilter{Municipality: cesu})
	if err != nil {
		t.Fatal(err)
	}
	var voids, given money.Amount
	alone := map[string]money.Amount{}
	for _, s := range shifts {
		seen, err := paymentroom.Remarks{}.OfShift(t.Context(), w.DB, s)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range seen.Voids {
			voids += v.Cents
			if v.Second != "" || v.After > time.Hour || v.Reason == "" || v.Receipt == "" || v.By == "" {
				t.Errorf("a void by one person alone is shown as %+v", v)
			}
		}
		for _, f := range seen.Forgiven {
			given += f.Cents
			alone[f.By] += f.Cents
			alone[f.Desk] += f.Cents
		}
	}
	if made := count(`SELECT CAST(COALESCE(SUM(cash + card), 0) AS BIGINT) FROM reversal WHERE kind = 'void'`); int64(voids) != made {
		t.Errorf("voids of %s are shown, and %d were made", voids, made)
	}
	if made := count(`SELECT CAST(COALESCE(SUM(forgiven), 0) AS BIGINT) FROM payment`); int64(given) != made || made == 0 {
		t.Errorf("late fees of %s are shown as given away, and %d were", given, made)
	}
	for who, cents := range alone {
		if cents > 100 {
			t.Errorf("%s has given %s away alone", who, cents)
		}
	}
}
