package payment

import (
	"strconv"

	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/bill"
	"vienkopus/internal/ledger"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/till"
)

// MoneyTaken says that somebody paid bills of one creditor. Its receipt says the same to him.
type MoneyTaken struct {
	Payment id.ID `json:"payment"`
	Basket  id.ID `json:"basket"`
	Visit   id.ID `json:"visit"`
	Act     id.ID `json:"act"`
	ledger.Place
	Creditor regno.Number `json:"creditor"`
	Lines    []Line       `json:"lines"`
	till.Moved
	// Given is the cash that was handed over for the whole basket, in cents.
	Given   money.Amount `json:"given,omitempty"`
	Because Because      `json:"because,omitempty"`
	// Either Receipt or Paper is there.
	Receipt *Numbered `json:"receipt,omitempty"`
	Paper   *Paper    `json:"paper,omitempty"`
	// Consent is what a second person has agreed to; it is absent where none was needed, and in lines from before that was asked.
	Consent id.ID `json:"consent,omitzero"`
	// Forgiven is the late fee, in cents, that the earlier day of a receipt written by hand made the client not owe; it is absent where there is none, and in lines from before that was noted.
	Forgiven money.Amount `json:"forgiven,omitempty"`
	ledger.Booked
}

// MoneyVoided takes the whole payment back in the shift that took it.
type MoneyVoided struct {
	// Consent is what a second person has agreed to; it is absent where none was needed, and in lines from before that was asked.
	Consent id.ID `json:"consent,omitzero"`
	Reversal
}

// MoneyRefunded gives money back that was taken earlier, as a second person has approved.
type MoneyRefunded struct {
	Refund id.ID `json:"refund"`
	Reversal
}

// Reversal is what a void and a refund say alike.
type Reversal struct {
	Reversal id.ID `json:"reversal"`
	Payment  id.ID `json:"payment"`
	ledger.Place
	Creditor regno.Number `json:"creditor"`
	// Lines are what is given back for each bill, positive.
	Lines []Line `json:"lines"`
	// Moved is negative: it leaves the drawer or the terminal.
	till.Moved
	Reason Reason `json:"reason"`
	// Receipt is absent in lines from before that give money of a receipt back that was written by hand.
	Receipt *Numbered `json:"receipt,omitempty"`
	ledger.Booked
}

// MoneyReturned says that the bank took a card payment back. It is recorded at the office.
type MoneyReturned struct {
	Reversal id.ID `json:"reversal"`
	Payment  id.ID `json:"payment"`
	ledger.Place
	Creditor regno.Number `json:"creditor"`
	Lines    []Line       `json:"lines"`
	Cents    money.Amount `json:"cents"`
	Reason   Reason       `json:"reason"`
	ledger.Booked
}

// RefundRequested asks for money to be given back.
type RefundRequested struct {
	Refund       id.ID        `json:"refund"`
	Payment      id.ID        `json:"payment"`
	Municipality string       `json:"municipality"`
	Tender       till.Tender  `json:"tender"`
	Lines        []Line       `json:"lines"`
	Cents        money.Amount `json:"cents"`
	Reason       Reason       `json:"reason"`
}

// RefundDecided says what a second person has decided. It is recorded at the office.
type RefundDecided struct {
	Refund   id.ID `json:"refund"`
	Approved bool  `json:"approved"`
}

// ReceiptCopied says that a receipt was printed once more, as a numbered copy.
type ReceiptCopied struct {
	Series string        `json:"series"`
	Number uint32        `json:"number"`
	Copy   uint8         `json:"copy"`
	Key    receipt.KeyID `json:"key"`
}

// CardAsked says that the card of a client is about to be asked for money, at a desk whose terminal the program asks itself.
type CardAsked struct {
	// Charge names it at the terminal.
	Charge id.ID `json:"charge"`
	// Request is the key of the payment that it is to pay.
	Request string       `json:"request"`
	Cents   money.Amount `json:"cents"`
}

// CardCharged says that a charge has paid the card part of a basket. The payments of the basket are recorded with it.
type CardCharged struct {
	Charge id.ID `json:"charge"`
	Basket id.ID `json:"basket"`
	// Slip is the number on the slip of the terminal.
	Slip string `json:"slip"`
}

// CardRefused says that the terminal refused the card: nothing was paid.
type CardRefused struct {
	Charge id.ID `json:"charge"`
}

// CardGivenUp says that a charge will be taken back, whether the card has paid or not: from now on no payment can be recorded with it.
type CardGivenUp struct {
	Charge id.ID      `json:"charge"`
	Why    GivenUpWhy `json:"why"`
}

// CardCancelled says that the terminal has taken a charge back, or will never make it.
type CardCancelled struct {
	Charge id.ID `json:"charge"`
}

// Reason says why money is given back.
type Reason string

// The reasons.
const (
	WrongBill     Reason = "wrong-bill"
	WrongAmount   Reason = "wrong-amount"
	PaidTwice     Reason = "paid-twice"
	WrongTender   Reason = "wrong-tender"
	ClientsWish   Reason = "clients-wish"
	BillCancelled Reason = "bill-cancelled"
	CardReturned  Reason = "card-returned"
)

// VoidReasons and RefundReasons are the reasons that screens offer, in their order.
var (
	VoidReasons   = []Reason{WrongBill, WrongAmount, WrongTender, PaidTwice, ClientsWish}
	RefundReasons = []Reason{PaidTwice, WrongBill, WrongAmount, BillCancelled, ClientsWish}
)

// Facts returns the kinds of line about payments.
func Facts() []journal.Definition {
	return []journal.Definition{
		journal.Define[MoneyTaken](), journal.Define[MoneyVoided](), journal.Define[MoneyRefunded](), journal.Define[MoneyReturned](),
		journal.Define[RefundRequested](), journal.Define[RefundDecided](), journal.Define[ReceiptCopied](),
		journal.Define[CardAsked](), journal.Define[CardCharged](), journal.Define[CardRefused](), journal.Define[CardGivenUp](), journal.Define[CardCancelled](),
	}
}

// Subject is how the lines about a payment are found.
func Subject(payment id.ID) string { return "payment:" + payment.String() }

// ReceiptSubject is how the lines about a receipt are found.
func ReceiptSubject(series string, number uint32) string {
	return "receipt:" + series + ":" + strconv.FormatUint(uint64(number), 10)
}

// ChargeSubject is how the lines about the charge of a card are found.
func ChargeSubject(charge id.ID) string { return "charge:" + charge.String() }

func subjects(payment id.ID, lines []Line, of *Numbered) []string {
	all := []string{Subject(payment)}
	for _, l := range lines {
		all = append(all, bill.Subject(l.Bill))
	}
	if of != nil {
		all = append(all, ReceiptSubject(of.Series, of.Number))
	}
	return all
}

// settles says what lines settle on a day; sign is 1 for what is paid and -1 for what is given back.
func settles(of []Line, on ledger.Place, sign money.Amount) []bill.Settled {
	all := make([]bill.Settled, len(of))
	for i, l := range of {
		all[i] = bill.Settled{Bill: l.Bill, Settlement: bill.Settlement{Day: on.Day, Cents: sign * l.Cents}}
	}
	return all
}

// Settles implements bill.Settler.
func (f MoneyTaken) Settles() []bill.Settled { return settles(f.Lines, f.Place, 1) }

// Settles implements bill.Settler for voids and refunds.
func (f Reversal) Settles() []bill.Settled { return settles(f.Lines, f.Place, -1) }

// Settles implements bill.Settler.
func (f MoneyReturned) Settles() []bill.Settled { return settles(f.Lines, f.Place, -1) }

// Kind implements journal.Fact.
func (MoneyTaken) Kind() string { return "payment.taken" }

// Version implements journal.Fact.
func (MoneyTaken) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f MoneyTaken) Subjects() []string { return subjects(f.Payment, f.Lines, f.Receipt) }

// CountedBy implements visit.Tied.
func (f MoneyTaken) CountedBy() id.ID { return f.Act }

// AgreedBy implements consent.Used.
func (f MoneyTaken) AgreedBy() id.ID { return f.Consent }

// AgreedBy implements consent.Used.
func (f MoneyVoided) AgreedBy() id.ID { return f.Consent }

// Kind implements journal.Fact.
func (MoneyVoided) Kind() string { return "payment.voided" }

// Version implements journal.Fact.
func (MoneyVoided) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f Reversal) Subjects() []string { return subjects(f.Payment, f.Lines, f.Receipt) }

// Kind implements journal.Fact.
func (MoneyRefunded) Kind() string { return "payment.refunded" }

// Version implements journal.Fact.
func (MoneyRefunded) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f MoneyRefunded) Subjects() []string {
	return append(f.Reversal.Subjects(), "refund:"+f.Refund.String())
}

// Kind implements journal.Fact.
func (MoneyReturned) Kind() string { return "payment.returned" }

// Version implements journal.Fact.
func (MoneyReturned) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f MoneyReturned) Subjects() []string { return subjects(f.Payment, f.Lines, nil) }

// Kind implements journal.Fact.
func (RefundRequested) Kind() string { return "refund.requested" }

// Version implements journal.Fact.
func (RefundRequested) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f RefundRequested) Subjects() []string {
	return []string{Subject(f.Payment), "refund:" + f.Refund.String()}
}

// Kind implements journal.Fact.
func (RefundDecided) Kind() string { return "refund.decided" }

// Version implements journal.Fact.
func (RefundDecided) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f RefundDecided) Subjects() []string { return []string{"refund:" + f.Refund.String()} }

// Kind implements journal.Fact.
func (ReceiptCopied) Kind() string { return "receipt.copied" }

// Version implements journal.Fact.
func (ReceiptCopied) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f ReceiptCopied) Subjects() []string { return []string{ReceiptSubject(f.Series, f.Number)} }

// Kind implements journal.Fact.
func (CardAsked) Kind() string { return "payment.card_asked" }

// Version implements journal.Fact.
func (CardAsked) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f CardAsked) Subjects() []string { return []string{ChargeSubject(f.Charge)} }

// Kind implements journal.Fact.
func (CardCharged) Kind() string { return "payment.card_charged" }

// Version implements journal.Fact.
func (CardCharged) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f CardCharged) Subjects() []string { return []string{ChargeSubject(f.Charge)} }

// Kind implements journal.Fact.
func (CardRefused) Kind() string { return "payment.card_refused" }

// Version implements journal.Fact.
func (CardRefused) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f CardRefused) Subjects() []string { return []string{ChargeSubject(f.Charge)} }

// Kind implements journal.Fact.
func (CardGivenUp) Kind() string { return "payment.card_given_up" }

// Version implements journal.Fact.
func (CardGivenUp) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f CardGivenUp) Subjects() []string { return []string{ChargeSubject(f.Charge)} }

// Kind implements journal.Fact.
func (CardCancelled) Kind() string { return "payment.card_cancelled" }

// Version implements journal.Fact.
func (CardCancelled) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f CardCancelled) Subjects() []string { return []string{ChargeSubject(f.Charge)} }
