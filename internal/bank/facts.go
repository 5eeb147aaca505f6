package bank

import (
	"vienkopus/internal/bank/statement"
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
	// Format is that of the file; older lines have none.
	Format statement.Format `json:"format,omitempty"`
	// Ours tells that somebody has confirmed that the account is one of the municipality.
	Ours bool `json:"ours,omitempty"`
	// Known is how many lines of the file had come before, and Reordered tells that they stood in another order. Moved are known lines whose place follows this file.
	Known     int         `json:"known,omitempty"`
	Reordered bool        `json:"reordered,omitempty"`
	Moved     []LinePlace `json:"moved,omitempty"`
	// Booked holds the money of the deposits that arrived.
	ledger.Booked
}

// LinePlace is where a line stands in the chain of balances: the balance before it, in cents.
type LinePlace struct {
	Ref    string       `json:"ref"`
	Before money.Amount `json:"before"`
}

// StatementLine is one line of a statement, without its text.
type StatementLine struct {
	Ref   string       `json:"ref"`
	Day   civil.Date   `json:"day"`
	Cents money.Amount `json:"cents"`
	// Before is the balance before the line; without it, as in all older lines, nobody knows the place of the line.
	Before *money.Amount `json:"before,omitempty"`
	// Mark tells two texts apart, and is too short to tell what a text says: two bytes of its digest.
	Mark string `json:"mark,omitempty"`
	// Reversal marks a line that takes another one back, as the bank says, and Returns names that line where it is certain.
	Reversal bool   `json:"reversal,omitempty"`
	Returns  string `json:"returns,omitempty"`
	// Deposit is what the line was matched with at once, if anything.
	Deposit *id.ID `json:"deposit,omitempty"`
	// Likely are deposits that it may be; a person decides.
	Likely []id.ID `json:"likely,omitempty"`
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
	// More are further lines, where the bank booked the deposit in several; Cents is the sum of all.
	More []LineCents `json:"more,omitempty"`
	ledger.Booked
}

// LineCents is what a line of a statement brought, in cents.
type LineCents struct {
	Ref   string       `json:"ref"`
	Cents money.Amount `json:"cents"`
}

// MatchDoubted asks for a match to be undone; nothing moves until a second person has looked.
type MatchDoubted struct {
	Doubt        id.ID     `json:"doubt"`
	Municipality string    `json:"municipality"`
	IBAN         iban.IBAN `json:"iban"`
	Ref          string    `json:"ref"`
	// Deposit is what the line is matched with; a line without one settled card payments.
	Deposit *id.ID `json:"deposit,omitempty"`
	Reason  Doubt  `json:"reason"`
}

// DoubtDismissed says that a second person has looked at a match that was doubted, and it stands.
type DoubtDismissed struct {
	Doubt id.ID `json:"doubt"`
}

// MatchUndone opens what a line of a statement was matched with again: the bank took the line back, or a second person found the match wrong.
type MatchUndone struct {
	Municipality string     `json:"municipality"`
	IBAN         iban.IBAN  `json:"iban"`
	Ref          string     `json:"ref"`
	Day          civil.Date `json:"day"`
	// Deposit is open again; without one, what card terminals took.
	Deposit *id.ID `json:"deposit,omitempty"`
	// Storno is the line by which the bank took it back, or Doubt what was asked; one of them is there.
	Storno string `json:"storno,omitempty"`
	Doubt  *id.ID `json:"doubt,omitempty"`
	ledger.Booked
}

// LineSetAside says that a line of a statement counts no more: the bank has corrected it, or it was taken in twice.
type LineSetAside struct {
	Municipality string    `json:"municipality"`
	IBAN         iban.IBAN `json:"iban"`
	Ref          string    `json:"ref"`
	Reason       AsideWhy  `json:"reason"`
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
	// Held tells that the order waits until RemittanceSent; older lines were handed out without one.
	Held bool `json:"held,omitempty"`
	ledger.Booked
}

// Facts returns the kinds of line about the bank.
func Facts() []journal.Definition {
	return []journal.Definition{
		journal.Define[DepositMade](), journal.Define[StatementImported](), journal.Define[DepositMatched](), journal.Define[DepositExplained](),
		journal.Define[CardSettled](), journal.Define[RemittanceMade](), journal.Define[MatchDoubted](), journal.Define[DoubtDismissed](),
		journal.Define[MatchUndone](), journal.Define[LineSetAside](), journal.Define[RemittanceAsked](), journal.Define[RemittanceDecided](),
		journal.Define[RemittanceSent](), journal.Define[RemittanceCancelled](),
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

// Unarrivals implements till.Unarrived.
func (f MatchUndone) Unarrivals() []id.ID {
	if f.Deposit == nil {
		return nil
	}
	return []id.ID{*f.Deposit}
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

// Kind implements journal.Fact.
func (MatchDoubted) Kind() string { return "match.doubted" }

// Version implements journal.Fact.
func (MatchDoubted) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f MatchDoubted) Subjects() []string { return about(f.IBAN, f.Deposit) }

// Kind implements journal.Fact.
func (DoubtDismissed) Kind() string { return "doubt.dismissed" }

// Version implements journal.Fact.
func (DoubtDismissed) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f DoubtDismissed) Subjects() []string { return []string{"doubt:" + f.Doubt.String()} }

// Kind implements journal.Fact.
func (MatchUndone) Kind() string { return "match.undone" }

// Version implements journal.Fact.
func (MatchUndone) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f MatchUndone) Subjects() []string { return about(f.IBAN, f.Deposit) }

// Kind implements journal.Fact.
func (LineSetAside) Kind() string { return "line.set_aside" }

// Version implements journal.Fact.
func (LineSetAside) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f LineSetAside) Subjects() []string { return about(f.IBAN, nil) }

func about(account iban.IBAN, deposit *id.ID) []string {
	subjects := []string{"bank:" + string(account)}
	if deposit != nil {
		subjects = append(subjects, Subject(*deposit))
	}
	return subjects
}
