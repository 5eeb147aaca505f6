package paymentroom

import (
	"context"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/consent/consentsql"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/paymentsql"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/till"
	"vienkopus/internal/visit"
)

// Remarks implements tillhttp.Remarks: what payments tell of a shift, with who agreed to it.
type Remarks struct {
	payments paymentsql.Store
	consents consentsql.Store
}

// OfShift returns what was voided and given away in a shift.
func (m Remarks) OfShift(ctx context.Context, r journal.Reader, shift till.Shift) (all till.Remarks, err error) {
	if all.Voids, err = m.payments.VoidsOf(ctx, r, shift); err != nil {
		return all, err
	}
	for i := range all.Voids {
		if err := m.second(ctx, r, &all.Voids[i].Remark); err != nil {
			return all, err
		}
	}
	if all.Forgiven, err = m.payments.ForgivenOf(ctx, r, shift); err != nil {
		return all, err
	}
	return all, m.seconds(ctx, r, all.Forgiven)
}

// ForgivenIn returns which late fees were given away in a municipality since a moment (UTC).
func (m Remarks) ForgivenIn(ctx context.Context, r journal.Reader, municipality string, since time.Time) ([]till.Forgiven, error) {
	all, err := m.payments.ForgivenIn(ctx, r, municipality, since)
	if err != nil {
		return nil, err
	}
	return all, m.seconds(ctx, r, all)
}

func (m Remarks) seconds(ctx context.Context, r journal.Reader, all []till.Forgiven) error {
	for i := range all {
		if err := m.second(ctx, r, &all[i].Remark); err != nil {
			return err
		}
	}
	return nil
}

// second fills in who agreed.
func (m Remarks) second(ctx context.Context, r journal.Reader, of *till.Remark) error {
	q, asked, err := m.consents.Behind(ctx, r, of.Desk, of.Number)
	if asked {
		of.Second = q.Decider
	}
	return err
}

// Paid returns the payments of a visit that stand, with what was paid of them in the end.
func (p Payment) Paid(ctx context.Context, v visit.Visit) ([]visit.Paid, error) {
	db := p.house.DB
	found, err := p.Store.OfVisit(ctx, db, payment.DayOf(v.Desk, civil.In(v.OpenedAt, lang.Zone), lang.Zone), v.ID)
	if err != nil {
		return nil, err
	}
	var all []visit.Paid
	for _, one := range found {
		left := one.Total() - one.Reversed
		if left == 0 {
			continue
		}
		name, err := p.names.CreditorName(ctx, db, one.Creditor)
		if err != nil {
			return nil, err
		}
		all = append(all, visit.Paid{Receipt: one.Name(), Creditor: name, Cents: left})
	}
	return all, nil
}
