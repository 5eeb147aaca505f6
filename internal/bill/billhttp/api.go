// Package billhttp takes bills from the systems of creditors over REST, and asks those systems while a client waits.
package billhttp

import (
	"context"
	"net/http"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/bill"
	"vienkopus/internal/bill/rf"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/rest"
	"vienkopus/internal/staff"
)

// Deps is what the operations need.
type Deps struct {
	Journal *journal.Journal
	Bills   *bill.Service
}

// billBody is a bill as a creditor's system says it.
type billBody struct {
	Creditor     string           `json:"creditor" doc:"Registration number of the creditor, eleven digits"`
	Number       string           `json:"number" doc:"The creditor's number of the bill"`
	Reference    string           `json:"reference" doc:"Account of the property, or number of the contract"`
	Kind         string           `json:"kind" doc:"What is billed, for example water or property-tax; late fees are set by kind"`
	Municipality string           `json:"municipality" doc:"ATVK code of the municipality"`
	RF           string           `json:"rf,omitempty" doc:"Structured reference (ISO 11649), without spaces"`
	Issued       civil.Date       `json:"issued" format:"date"`
	Instalments  []instalmentBody `json:"instalments" nullable:"false" minItems:"1" maxItems:"60"`
	Payer        *payerBody       `json:"payer,omitempty" doc:"In whose name the bill is; absent when nothing is said about it, and the one that is known stays"`
}

type instalmentBody struct {
	Due   civil.Date `json:"due" format:"date" doc:"Last day without a late fee; moved to the next working day when it is free"`
	Cents int64      `json:"cents" minimum:"1"`
}

type payerBody struct {
	Name    string `json:"name"`
	Address string `json:"address,omitempty"`
}

func (b billBody) said() bill.Said {
	said := bill.Said{Content: bill.Content{
		Creditor: regno.Number(b.Creditor), Number: b.Number, Reference: b.Reference, Kind: bill.Kind(b.Kind), Municipality: b.Municipality,
		RF: rf.Reference(b.RF), Issued: b.Issued,
	}}
	for _, i := range b.Instalments {
		said.Instalments = append(said.Instalments, bill.Instalment{Due: i.Due, Cents: money.Amount(i.Cents)})
	}
	if b.Payer != nil {
		said.Payer = &bill.Payer{Name: b.Payer.Name, Address: b.Payer.Address}
	}
	return said
}

// Operations adds the doors of billing systems to the REST interface.
func Operations(api *rest.API, d Deps) {
	line := func(method, path, name, summary string) rest.Operation {
		return rest.Operation{
			Method: method, Path: path, ID: name, Summary: summary, Status: http.StatusOK, Permission: staff.BillPut, Scope: httpx.ScopeAny,
			Time: httpx.TimeReport, // 500 bills of 60 instalments are many statements
		}
	}
	rest.Register(api, line(http.MethodPut, "/bills", "putBills", "Make up to 500 bills of a creditor say what they say now: all, or none"), d.put)
	rest.Register(api, line(http.MethodPost, "/bills/cancel", "cancelBill", "Take a bill back"), d.cancel)
}

// KeyHeader names the request; huma reads it as a part of each input. Without it every request is a new one.
type KeyHeader struct {
	Key string `header:"Idempotency-Key" doc:"Name of the request: sent again with the same name it has one effect" maxLength:"128"`
}

// caller is who asks: what stands in the line, the key, and where that one may put bills.
func (d Deps) caller(ctx context.Context, key string) (staff.Session, string, func(municipality string) bool, error) {
	s, err := staff.Signed(ctx)
	if err != nil {
		return s, "", nil, err
	}
	if key == "" {
		key = id.New(d.Journal.Now()).String()
	}
	return s, key, func(municipality string) bool { return s.May(staff.BillPut, staff.Place{Municipality: municipality}) }, nil
}

type putInput struct {
	KeyHeader
	Body struct {
		Bills []billBody `json:"bills" nullable:"false" minItems:"1" maxItems:"500" doc:"Bills of one creditor, each once"`
	}
}

type putAnswer struct {
	Body struct {
		Bills []doneBody `json:"bills" nullable:"false" doc:"In the order of the request"`
	}
}

// doneBody says what became of a bill.
type doneBody struct {
	ID     id.ID        `json:"id" format:"uuid"`
	Number string       `json:"number"`
	State  bill.Outcome `json:"state" enum:"issued,changed,unchanged"`
}

func (d Deps) put(ctx context.Context, in *putInput) (*putAnswer, error) {
	who, key, may, err := d.caller(ctx, in.Key)
	if err != nil {
		return nil, err
	}
	batch := bill.Batch{By: who.Actor(), Key: key, May: may}
	for _, b := range in.Body.Bills {
		batch.Bills = append(batch.Bills, b.said())
	}
	done, err := d.Bills.PutAll(ctx, batch)
	if err != nil {
		return nil, err //nolint:wrapcheck // faults of the service
	}
	answer := &putAnswer{}
	for _, one := range done {
		answer.Body.Bills = append(answer.Body.Bills, doneBody{ID: one.Bill, Number: one.Number, State: one.Outcome})
	}
	return answer, nil
}

type cancelInput struct {
	KeyHeader
	Body struct {
		Creditor string `json:"creditor" doc:"Registration number of the creditor"`
		Number   string `json:"number" doc:"The creditor's number of the bill"`
		Reason   string `json:"reason" doc:"replaced, mistaken or waived"`
	}
}

type cancelAnswer struct {
	Body struct {
		ID     id.ID      `json:"id" format:"uuid"`
		Number string     `json:"number"`
		State  bill.State `json:"state" enum:"cancelled"`
	}
}

func (d Deps) cancel(ctx context.Context, in *cancelInput) (*cancelAnswer, error) {
	who, key, may, err := d.caller(ctx, in.Key)
	if err != nil {
		return nil, err
	}
	gone, err := d.Bills.Withdraw(ctx, bill.Withdrawal{
		By: who.Actor(), Key: key, Creditor: regno.Number(in.Body.Creditor), Number: in.Body.Number, Reason: bill.Reason(in.Body.Reason), May: may,
	})
	if err != nil {
		return nil, err //nolint:wrapcheck // faults of the service
	}
	answer := &cancelAnswer{}
	answer.Body.ID, answer.Body.Number, answer.Body.State = gone, in.Body.Number, bill.Void
	return answer, nil
}
