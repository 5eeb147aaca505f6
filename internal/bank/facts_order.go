package bank

import (
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/iban"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/ledger"
)

// RemittanceAsked asks to pass on money that is not in the bank yet; a second person decides.
type RemittanceAsked struct {
	Asked        id.ID      `json:"asked"`
	Municipality string     `json:"municipality"`
	From         iban.IBAN  `json:"from"`
	Through      civil.Date `json:"through"`
	Parts        []Owing    `json:"parts"`
	Reason       Early      `json:"reason"`
}

// RemittanceDecided says what a second person has decided. What is approved is made with it.
type RemittanceDecided struct {
	Asked    id.ID `json:"asked"`
	Approved bool  `json:"approved"`
}

// RemittanceSent says that the order to the bank was handed out; from then on it cannot be taken back.
type RemittanceSent struct {
	Remittance id.ID `json:"remittance"`
}

// RemittanceCancelled takes a remittance back that was not sent.
type RemittanceCancelled struct {
	Remittance   id.ID        `json:"remittance"`
	Municipality string       `json:"municipality"`
	Creditor     regno.Number `json:"creditor"`
	Cents        money.Amount `json:"cents"`
	From         iban.IBAN    `json:"from"`
	ledger.Booked
}

// Kind implements journal.Fact.
func (RemittanceAsked) Kind() string { return "remittance.asked" }

// Version implements journal.Fact.
func (RemittanceAsked) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f RemittanceAsked) Subjects() []string { return []string{"asked:" + f.Asked.String()} }

// Kind implements journal.Fact.
func (RemittanceDecided) Kind() string { return "remittance.decided" }

// Version implements journal.Fact.
func (RemittanceDecided) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f RemittanceDecided) Subjects() []string { return []string{"asked:" + f.Asked.String()} }

// Kind implements journal.Fact.
func (RemittanceSent) Kind() string { return "remittance.sent" }

// Version implements journal.Fact.
func (RemittanceSent) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f RemittanceSent) Subjects() []string { return []string{"remittance:" + f.Remittance.String()} }

// Kind implements journal.Fact.
func (RemittanceCancelled) Kind() string { return "remittance.cancelled" }

// Version implements journal.Fact.
func (RemittanceCancelled) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f RemittanceCancelled) Subjects() []string {
	return []string{"remittance:" + f.Remittance.String(), "creditor:" + string(f.Creditor)}
}
