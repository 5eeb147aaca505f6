package billhttp

import (
	"context"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/bill"
)

type settleInput struct {
	KeyHeader
	Body struct {
		Creditor string        `json:"creditor" doc:"Registration number of the creditor" example:"90000028508"`
		Payments []outsideBody `json:"payments" minItems:"1" maxItems:"500"`
	}
}

// outsideBody is a payment elsewhere, or one that is taken back.
type outsideBody struct {
	Number    string     `json:"number" doc:"The creditor's number of the bill" example:"W-2026-1187"`
	Reference string     `json:"reference" maxLength:"64" example:"SEB-2026-11-3321" doc:"The creditor's name of the payment; it names nobody"`
	Cents     int64      `json:"cents,omitempty" example:"1230" doc:"May be absent where it is taken back"`
	Day       civil.Date `json:"day,omitzero" format:"date" doc:"When it was paid; may be absent where it is taken back"`
	TakenBack bool       `json:"taken_back,omitempty" doc:"The payment with this reference was a mistake and counts no more"`
}

type settleAnswer struct {
	Body struct {
		Payments []settledBody `json:"payments" doc:"In the order of the request"`
	}
}

type settledBody struct {
	Number    string `json:"number" example:"W-2026-1187"`
	Reference string `json:"reference" example:"SEB-2026-11-3321"`
	New       bool   `json:"new" doc:"Whether it was not known before"`
}

func (d Deps) settle(ctx context.Context, in *settleInput) (*settleAnswer, error) {
	who, key, may, err := d.caller(ctx, in.Key, regno.Number(in.Body.Creditor), "creditor")
	if err != nil {
		return nil, err
	}
	b := bill.OutsideBatch{By: who.By, Key: key, Creditor: regno.Number(in.Body.Creditor), May: may}
	for _, p := range in.Body.Payments {
		b.Payments = append(b.Payments, bill.OutsideOf{
			Number: p.Number, TakenBack: p.TakenBack, Outside: bill.Outside{Cents: money.Amount(p.Cents), Day: p.Day, Reference: p.Reference},
		})
	}
	news, err := d.Bills.SettleOutside(ctx, b)
	if err != nil {
		return nil, err //nolint:wrapcheck // faults of the service
	}
	answer := &settleAnswer{}
	answer.Body.Payments = []settledBody{}
	for i, p := range in.Body.Payments {
		answer.Body.Payments = append(answer.Body.Payments, settledBody{Number: p.Number, Reference: p.Reference, New: news[i]})
	}
	return answer, nil
}
