// Package billhttp takes bills from the systems of creditors over REST, and asks those systems while a client waits.
package billhttp

import (
	"context"
	"net/http"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/bill"
	"vienkopus/internal/bill/rf"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/rest"
)

// Deps is what the operations need.
type Deps struct {
	Journal *journal.Journal
	Bills   *bill.Service
}

// billBody is a bill as a creditor's system says it.
type billBody struct {
	Creditor     string           `json:"creditor" doc:"Registration number of the creditor, eleven digits" example:"90000028508"`
	Number       string           `json:"number" doc:"The creditor's number of the bill" example:"W-2026-1187"`
	Reference    string           `json:"reference" doc:"Account of the property, or number of the contract" example:"DZ-4410"`
	Kind         string           `json:"kind" doc:"What is billed; late fees are set by kind, which each creditor names itself" example:"water"`
	Municipality string           `json:"municipality" doc:"ATVK code of the municipality" example:"0026000"`
	RF           string           `json:"rf,omitempty" doc:"Structured reference (ISO 11649), without spaces"`
	Issued       civil.Date       `json:"issued" format:"date"`
	Instalments  []instalmentBody `json:"instalments" minItems:"1" maxItems:"60"`
	LateFee      *lateFeeBody     `json:"late_fee,omitempty" doc:"The late fee as the creditor itself figures it; while it is valid it counts, and not our calculation"`
	AsOf         civil.Date       `json:"as_of,omitzero" format:"date" doc:"The day as of which all this is true; today when it is absent"`
	Settled      []paidBody       `json:"settled,omitempty" maxItems:"60" doc:"What was paid by another way than through us, as far as it is known; each payment counts once, by its reference"`
	Payer        *payerBody       `json:"payer,omitempty" doc:"In whose name the bill is; absent when nothing is said about it, and the one that is known stays"`
}

type instalmentBody struct {
	Due   civil.Date `json:"due" format:"date" doc:"Last day without a late fee; moved to the next working day when it is free"`
	Cents int64      `json:"cents" minimum:"1" example:"1230"`
}

type lateFeeBody struct {
	Cents      int64      `json:"cents" minimum:"0" example:"125" doc:"The whole late fee up to that day, whether some of it was paid or not"`
	ValidUntil civil.Date `json:"valid_until" format:"date"`
}

type paidBody struct {
	Cents     int64      `json:"cents" minimum:"1" example:"1230"`
	Day       civil.Date `json:"day" format:"date"`
	Reference string     `json:"reference" maxLength:"64" example:"SEB-2026-11-3321" doc:"The creditor's name of the payment; it names nobody"`
}

func (b paidBody) outside() bill.Outside {
	return bill.Outside{Cents: money.Amount(b.Cents), Day: b.Day, Reference: b.Reference}
}

type payerBody struct {
	Name    string `json:"name" example:"Anna Paraudziņa"`
	Address string `json:"address,omitempty" example:"Rīgas iela 1-2, Cēsis"`
}

func (b billBody) said() bill.Said {
	said := bill.Said{Content: bill.Content{
		Creditor: regno.Number(b.Creditor), Number: b.Number, Reference: b.Reference, Kind: bill.Kind(b.Kind), Municipality: b.Municipality,
		RF: rf.Reference(b.RF), Issued: b.Issued,
	}}
	for _, i := range b.Instalments {
		said.Instalments = append(said.Instalments, bill.Instalment{Due: i.Due, Cents: money.Amount(i.Cents)})
	}
	if b.LateFee != nil {
		said.Figure = &bill.Figure{Fee: money.Amount(b.LateFee.Cents), Until: b.LateFee.ValidUntil}
	}
	said.AsOf = b.AsOf
	for _, p := range b.Settled {
		said.Settled = append(said.Settled, p.outside())
	}
	if b.Payer != nil {
		said.Payer = &bill.Payer{Name: b.Payer.Name, Address: b.Payer.Address}
	}
	return said
}

// Operations adds the doors of billing systems to the REST interface.
func Operations(api *rest.API, d Deps) {
	rest.Values[bill.Reason](api, "bill.reason", bill.Reasons)
	rest.Values[bill.Outcome](api, "", bill.Outcomes)
	rest.Values[bill.State](api, "", bill.States)
	line := rest.Operation{
		Status: http.StatusOK, Permission: bill.MayPut, Scope: httpx.ScopeAny, Whose: httpx.WhoseSaid,
		Tag:  rest.Tag{Name: "bills", Description: "What creditors' billing systems say of their bills; each municipality and each creditor is a right of its own."},
		Time: httpx.TimeReport, // 500 bills of 60 instalments are many statements
	}
	put, cancel := line, line
	put.Method, put.Path, put.ID = http.MethodPut, "/bills", "putBills"
	put.Summary = "Make up to 500 bills of a creditor say what they say now: all, or none"
	put.Description = "A new bill is issued, one that says something else is changed, one that says this already is left alone. Send it as often as you like."
	rest.Register(api, put, d.put)
	cancel.Method, cancel.Path, cancel.ID = http.MethodPost, "/bills/cancel", "cancelBill"
	cancel.Summary = "Take a bill back"
	cancel.Description = "Nobody can pay it any more. A bill that is taken back stays so; what replaces it has another number."
	rest.Register(api, cancel, d.cancel)
	settled := line
	settled.Method, settled.Path, settled.ID = http.MethodPost, "/bills/settled", "settleBills"
	settled.Summary = "Say what was paid for up to 500 bills by another way than through us: all, or none"
	settled.Description = "A payment counts once, by its reference within its bill, however often it is sent. Do not send what was taken here and passed on. One that was a mistake is sent with taken_back."
	rest.Register(api, settled, d.settle)
}

// KeyHeader names the request; huma reads it as a part of each input. Without it every request is a new one.
type KeyHeader struct {
	Key string `header:"Idempotency-Key" doc:"Name of the request: sent again with the same name it has one effect" maxLength:"128" example:"run-2026-03-02-1"`
}

// caller is who asks: what stands in the line, the key, and where that one may put bills of the creditor, which a member of the request names.
func (d Deps) caller(ctx context.Context, key string, creditor regno.Number, on string) (*httpx.Caller, string, func(municipality string) bool, error) {
	s, err := httpx.Signed(ctx)
	if err != nil {
		return s, "", nil, err
	}
	if number, err := regno.Parse(string(creditor)); err != nil || number != creditor {
		return s, "", nil, fault.NewInvalid("bill.creditor_number").On(on)
	}
	if !s.Owns(bill.MayPut, string(creditor)) {
		return s, "", nil, fault.NewForbidden("bill.other_creditor", "Creditor", string(creditor)).On(on)
	}
	if key == "" {
		key = id.New(d.Journal.Now()).String()
	}
	return s, key, func(municipality string) bool {
		return s.May(bill.MayPut, scope.Place{Municipality: municipality, Creditor: string(creditor)})
	}, nil
}

type putInput struct {
	KeyHeader
	Body struct {
		Bills []billBody `json:"bills" minItems:"1" maxItems:"500" doc:"Bills of one creditor, each once"`
	}
}

type putAnswer struct {
	Body struct {
		Bills []doneBody `json:"bills" doc:"In the order of the request"`
	}
}

// doneBody says what became of a bill.
type doneBody struct {
	ID     id.ID        `json:"id" format:"uuid"`
	Number string       `json:"number" example:"W-2026-1187"`
	State  bill.Outcome `json:"state"`
}

func (d Deps) put(ctx context.Context, in *putInput) (*putAnswer, error) {
	var creditor regno.Number // of all bills, as PutAll sees to
	if len(in.Body.Bills) > 0 {
		creditor = regno.Number(in.Body.Bills[0].Creditor)
	}
	who, key, may, err := d.caller(ctx, in.Key, creditor, "bills[0].creditor")
	if err != nil {
		return nil, err
	}
	batch := bill.Batch{By: who.By, Key: key, May: may}
	for _, b := range in.Body.Bills {
		batch.Bills = append(batch.Bills, b.said())
	}
	done, err := d.Bills.PutAll(ctx, batch)
	if err != nil {
		return nil, err //nolint:wrapcheck // faults of the service
	}
	answer := &putAnswer{}
	answer.Body.Bills = []doneBody{}
	for _, one := range done {
		answer.Body.Bills = append(answer.Body.Bills, doneBody{ID: one.Bill, Number: one.Number, State: one.Outcome})
	}
	return answer, nil
}

type cancelInput struct {
	KeyHeader
	Body struct {
		Creditor string      `json:"creditor" doc:"Registration number of the creditor" example:"90000028508"`
		Number   string      `json:"number" doc:"The creditor's number of the bill" example:"W-2026-1187"`
		Reason   bill.Reason `json:"reason"`
	}
}

type cancelAnswer struct {
	Body struct {
		ID     id.ID      `json:"id" format:"uuid"`
		Number string     `json:"number" example:"W-2026-1187"`
		State  bill.State `json:"state" doc:"cancelled" example:"cancelled"`
	}
}

func (d Deps) cancel(ctx context.Context, in *cancelInput) (*cancelAnswer, error) {
	who, key, may, err := d.caller(ctx, in.Key, regno.Number(in.Body.Creditor), "creditor")
	if err != nil {
		return nil, err
	}
	gone, err := d.Bills.Withdraw(ctx, bill.Withdrawal{
		By: who.By, Key: key, Creditor: regno.Number(in.Body.Creditor), Number: in.Body.Number, Reason: in.Body.Reason, May: may,
	})
	if err != nil {
		return nil, err //nolint:wrapcheck // faults of the service
	}
	answer := &cancelAnswer{}
	answer.Body.ID, answer.Body.Number, answer.Body.State = gone, in.Body.Number, bill.Void
	return answer, nil
}
