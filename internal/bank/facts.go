package bank

import (
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/iban"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/ledger"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/till"
)

// DepositMade says that a collector brought bags to the bank.
type DepositMade struct {
	Deposit      id.ID        `json:"deposit"`
	Municipality string       `json:"municipality"`
	Day          civil.Date   `json:"day"`
	IBAN         iban.IBAN    `json:"iban"`
	Bags         []BagCents   `json:"bags"`
	Cents        money.Amount `json:"cents"`
	Slip         string       `json:"slip,omitempty"`
}

// BagCents is a bag and what was packed into it, in cents.
type BagCents struct {
	Bag   string       `json:"bag"`
	Cents money.Amount `json:"cents"`
}

// StatementImported holds lines of a statement that had not come before.
type StatementImported struct {
	Municipality string    `json:"municipality"`
	IBAN         iban.IBAN `json:"iban"`
	// From and To are the first and the last day of the lines.
	From  civil.Date      `json:"from"`
	To    civil.Date      `json:"to"`
	Lines []StatementLine `json:"lines"`
	// Booked holds the money of the deposits that arrived.
	ledger.Booked
}

// StatementLine is one line of a statement, without its text.
type StatementLine struct {
	Ref   string       `json:"ref"`
	Day   civil.Date   `json:"day"`
	Cents money.Amount `json:"cents"`
	// Deposit is what the line was matched with at once, if anything.
	Deposit *id.ID `json:"deposit,omitempty"`
}

// DepositMatched says by hand which line of a statement is a deposit.
type DepositMatched struct {
	Deposit id.ID      `json:"deposit"`
	IBAN    iban.IBAN  `json:"iban"`
	Ref     string     `json:"ref"`
	Day     civil.Date `json:"day"`
	// Cents is what the bank counted, and Difference that less what was deposited.
	Cents      money.Amount `json:"cents"`
	Difference money.Amount `json:"difference"`
	ledger.Booked
}

// DepositExplained says why the bank counted another sum than was deposited.
type DepositExplained struct {
	Deposit id.ID  `json:"deposit"`
	Reason  Reason `json:"reason"`
}

// CardSettled says which line of a statement paid what card terminals took.
type CardSettled struct {
	IBAN         iban.IBAN    `json:"iban"`
	Ref          string       `json:"ref"`
	Day          civil.Date   `json:"day"`
	Municipality string       `json:"municipality"`
	Cents        money.Amount `json:"cents"`
	// Desks sum to Cents and Fee together.
	Desks []DeskCents `json:"desks"`
	// Fee is what the bank kept.
	Fee money.Amount `json:"fee,omitempty"`
	ledger.Booked
}

// DeskCents is a part of a settlement, in cents.
type DeskCents struct {
	Desk  string       `json:"desk"`
	Cents money.Amount `json:"cents"`
}

// RemittanceMade says what was passed on to a creditor.
type RemittanceMade struct {
	Remittance   id.ID        `json:"remittance"`
	Municipality string       `json:"municipality"`
	Day          civil.Date   `json:"day"`
	Creditor     regno.Number `json:"creditor"`
	// Through is the last day whose takings are in it.
	Through civil.Date   `json:"through"`
	Cents   money.Amount `json:"cents"`
	From    iban.IBAN    `json:"from"`
	To      iban.IBAN    `json:"to"`
	ledger.Booked
}

// Facts returns the kinds of line about the bank.
func Facts() []journal.Definition {
	return []journal.Definition{
		journal.Define[DepositMade](), journal.Define[StatementImported](), journal.Define[DepositMatched](), journal.Define[DepositExplained](),
		journal.Define[CardSettled](), journal.Define[RemittanceMade](),
	}
}

// Banking implements till.Banked.
func (f DepositMade) Banking() till.Banking {
	b := till.Banking{Deposit: f.Deposit, Municipality: f.Municipality, Day: f.Day}
	for _, one := range f.Bags {
		b.Bags = append(b.Bags, one.Bag)
	}
	return b
}

// Arrivals implements till.Arrived: what is matched at once has no difference.
func (f StatementImported) Arrivals() []till.Arrival {
	var all []till.Arrival
	for _, l := range f.Lines {
		if l.Deposit != nil {
			all = append(all, till.Arrival{Deposit: *l.Deposit})
		}
	}
	return all
}

// Arrivals implements till.Arrived.
func (f DepositMatched) Arrivals() []till.Arrival {
	return []till.Arrival{{Deposit: f.Deposit, Difference: f.Difference}}
}

// ExplainsDeposit implements till.ArrivalExplained.
func (f DepositExplained) ExplainsDeposit() id.ID { return f.Deposit }

// Subject is how the lines about a deposit are found.
func Subject(deposit id.ID) string { return "deposit:" + deposit.String() }

// Kind implements journal.Fact.
func (DepositMade) Kind() string { return "deposit.made" }

// Version implements journal.Fact.
func (DepositMade) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f DepositMade) Subjects() []string {
	subjects := []string{Subject(f.Deposit)}
	for _, b := range f.Bags {
		subjects = append(subjects, till.BagSubject(b.Bag))
	}
	return subjects
}

// Kind implements journal.Fact.
func (StatementImported) Kind() string { return "statement.imported" }

// Version implements journal.Fact.
func (StatementImported) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f StatementImported) Subjects() []string {
	subjects := []string{"bank:" + string(f.IBAN)}
	for _, l := range f.Lines {
		if l.Deposit != nil {
			subjects = append(subjects, Subject(*l.Deposit))
		}
	}
	return subjects
}

// Kind implements journal.Fact.
func (DepositMatched) Kind() string { return "deposit.matched" }

// Version implements journal.Fact.
func (DepositMatched) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f DepositMatched) Subjects() []string { return []string{Subject(f.Deposit)} }

// Kind implements journal.Fact.
func (DepositExplained) Kind() string { return "deposit.explained" }

// Version implements journal.Fact.
func (DepositExplained) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f DepositExplained) Subjects() []string { return []string{Subject(f.Deposit)} }

// Kind implements journal.Fact.
func (CardSettled) Kind() string { return "card.settled" }

// Version implements journal.Fact.
func (CardSettled) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f CardSettled) Subjects() []string { return []string{"bank:" + string(f.IBAN)} }

// Kind implements journal.Fact.
func (RemittanceMade) Kind() string { return "remittance.made" }

// Version implements journal.Fact.
func (RemittanceMade) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f RemittanceMade) Subjects() []string {
	return []string{"remittance:" + f.Remittance.String(), "creditor:" + string(f.Creditor)}
}
