// Package pain writes the order by which a bank passes money on: ISO 20022 pain.001.001.09, one account that pays, many that are paid, as
// SEPA credit transfers in euro.
//
// Rules:
//   - The file is for a bank, so nothing is put into it that a bank could read otherwise: ids are refused rather than changed, sums are
//     counted in cents, every account has its check digits.
//   - Names and texts are written in the SEPA character set: letters lose their marks (Ķegums becomes Kegums), other signs become the nearest
//     one that is allowed. A name too long for the format is cut, a text is refused, because a reference could stand at its end.
//   - The same order gives the same bytes; nothing is read from a clock.
//
// Sources: ISO 20022 pain.001.001.09; European Payments Council, EPC132-08 (which elements, limits) and EPC217-08 (characters).
package pain

import (
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/iban"
	"vienkopus/internal/base/money"
	"vienkopus/internal/bill/rf"
)

// Order is one order to the bank.
type Order struct {
	// ID names the order, 1 to MostID characters; the statement shows it beside the sum that left the account (statement.Line.Reference).
	// A bank refuses an ID that it has seen.
	ID string
	// Created is when the order was made; it is written in UTC, to the second.
	Created time.Time
	// Day is when the bank is to carry it out.
	Day civil.Date
	// Payer is the name of who pays, cut to MostName characters.
	Payer string
	// From is the account that pays, and BIC its bank, or "": within SEPA the account is enough.
	From iban.IBAN
	BIC  string
	// Singly asks the bank to book every transfer by itself instead of the sum.
	Singly    bool
	Transfers []Transfer
}

// Transfer is one payment to one account.
type Transfer struct {
	// ID goes with the money to its receiver ("end-to-end"), 1 to MostID characters, each once in an order.
	ID string
	// Payee is the name of who is paid, cut to MostName characters.
	Payee string
	To    iban.IBAN
	// Amount is in cents, 1 to MostCents.
	Amount money.Amount
	// Reference is the payee's own structured reference and Text up to MostText characters in words; at most one of them is there.
	Reference rf.Reference
	Text      string
}

const (
	// MostID bounds ids in characters.
	MostID = 35
	// MostName bounds names in characters.
	MostName = 70
	// MostText bounds the text of a transfer in characters, as written.
	MostText = 140
	// MostCents is the largest transfer, 999 999 999.99 euro.
	MostCents money.Amount = 99_999_999_999
	// MostTransfers bounds an order, so that a bank can take its file and a person can look through it.
	MostTransfers = 10_000
)

// Sum returns what all transfers come to, in cents. It returns money.ErrOverflow for amounts that Write would not take either.
func (o Order) Sum() (money.Amount, error) {
	amounts := make([]money.Amount, 0, len(o.Transfers))
	for _, t := range o.Transfers {
		amounts = append(amounts, t.Amount)
	}
	return money.Sum(amounts...)
}

// check returns the first fault of the order or of its transfers.
func (o Order) check() error {
	switch {
	case len(o.Transfers) == 0:
		return fault.NewInvalid("pain.none").On("transfers")
	case len(o.Transfers) > MostTransfers:
		return fault.NewInvalid("pain.too_many", "Max", MostTransfers).On("transfers")
	case !isID(o.ID):
		return fault.NewInvalid("pain.id", "Max", MostID).On("id")
	case o.Day.IsZero() || o.Created.IsZero():
		return fault.NewInvalid("pain.day").On("day")
	case !says(name(o.Payer)):
		return fault.NewInvalid("pain.payer").On("payer")
	case !isAccount(o.From):
		return fault.NewInvalid("pain.from").On("from")
	case o.BIC != "" && !bicForm.MatchString(o.BIC):
		return fault.NewInvalid("pain.bank").On("bic")
	}
	ids := map[string]bool{}
	for i, t := range o.Transfers {
		if err := t.check(i + 1); err != nil {
			return err
		}
		if ids[t.ID] {
			return fault.NewInvalid("pain.twice", "Number", i+1, "ID", t.ID).On("transfers")
		}
		ids[t.ID] = true
	}
	return nil
}

// check returns the fault of a transfer; the number is its place in the order, from 1.
func (t Transfer) check(number int) error {
	wrong := func(key string) error { return fault.NewInvalid(key, "Number", number).On("transfers") }
	switch {
	case !isID(t.ID):
		return fault.NewInvalid("pain.transfer_id", "Number", number, "Max", MostID).On("transfers")
	case !says(name(t.Payee)):
		return wrong("pain.payee")
	case !isAccount(t.To):
		return wrong("pain.to")
	case t.Amount < 1 || t.Amount > MostCents:
		return fault.NewInvalid("pain.amount", "Number", number, "Max", MostCents).On("transfers")
	case t.Reference != "" && t.Text != "":
		return wrong("pain.reference_and_text")
	case t.Reference != "" && !isReference(t.Reference):
		return wrong("pain.reference")
	case t.Text != "" && (!says(plain(t.Text)) || len(plain(t.Text)) > MostText):
		return fault.NewInvalid("pain.text", "Number", number, "Max", MostText).On("transfers")
	}
	return nil
}
